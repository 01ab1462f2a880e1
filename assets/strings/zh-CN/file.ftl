### Files: the list, one person's file, editing, conflicts.

files-title = 档案
files-search = 姓名、拼音、证件号、电话、地址
files-search-label = 搜索档案
files-count = { $count } 份
files-empty = 没有符合的档案
files-empty-note = 换一个词，或清除筛选条件试试。
files-new = 新建档案
files-filter-category = 类别
files-filter-risk = 风险
files-filter-area = 村（社区）
files-filter-due = 只看到期
files-filter-closed = 含已销档
files-clear-filters = 清除筛选

person-title = 档案
person-new = 新建档案
person-edit = 修改档案
person-identity = 基本情况
person-id-number = 身份证
person-no-id-number = 暂无身份证号
person-guardian = 监护人
person-household = 家庭和监护
person-categories = 类别
person-category-since = { $date } 起
person-category-until = { $date } 止
person-category-reason-in = 纳入原因
person-category-reason-out = 退出原因
person-category-add = 添加类别
person-category-end = 结束这个类别
person-risk = 风险
person-plan = 帮扶计划
person-consent = 知情同意
person-charge = 负责人
person-area = 所在村（社区）
person-closed = 已销档
person-visits = 走访
person-visits-count = 共 { $count } 次
person-no-visits = 还没有走访记录
person-forms = 评估和其他表单
person-form-never = 还没填过
person-form-begin = 开始填写
person-form-points = { $score } 分
person-visit = 走访
person-saved = 已存本机
person-not-yours = 这份档案已转出，不在您的区域。
person-discard = 放弃修改？
person-discard-note = 还没有保存的修改会丢掉。
person-discard-action = 放弃
person-nothing-changed = 没有修改

conflict-title = { $field }有两处修改
conflict-note = 两个人都改了这一项，两个值都留着。请选一个，大家都会看到您的选择。
conflict-yours = 您
conflict-line = { $name } { $date }：{ $value }
conflict-take = 用这个
conflict-supervisor = 这一项由督导员决定。
conflict-done = 已选定
conflict-empty-value = （空）

## The list
files-more = 再显示 { $count } 份
files-filters-on = 筛选 { $count } 项
files-see = 查看 { $count } 份
files-none = 还没有档案
files-none-note = 同步完成后，您负责区域的档案会出现在这里。

## One file
person-call-whom = 打给谁
person-own-phone = 本人
person-hide-id = 隐藏
person-id-logged = 查看证件号会记在本机日志里。
person-older-visits = 更早的走访（需要网络）
person-all-visits = 显示全部 { $count } 次
person-closed-note = 这份档案已销档。{ $reason }
person-category-span = { $from } 起，{ $until } 止
person-past = 已退出
person-by = { $name } 填
person-labelled = { $label }：{ $value }

## Settling two values
conflict-who = { $name } · { $moment }
conflict-device = 设备 { $device }
conflict-this-device = 本机
