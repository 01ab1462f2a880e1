### The log of acts and of reading, one-time codes and who confirms them, files outside of one's own caseload.

act-code-made = 发登记码
act-code-confirmed = 确认登记码
act-code-withdrawn = 作废登记码
act-enrolled = 登记了设备
act-enrol-failed = 登记没有成功
act-revoked = 停用设备
act-released = 放行未上传的内容
act-import = 导入
act-rights = 岗位或区域变动
act-policy = 修改规则
act-form-imported = 导入表单
act-form-published = 发布表单
act-form-withdrawn = 停用表单
act-let-in = 采用未被接收的内容
act-laid-aside = 搁置未被接收的内容
act-quarantine-dropped = 清除未被接收的内容
act-record-aside = 移开一份记录
act-record-back = 放回一份记录
act-rekeyed = 更换服务器密钥
act-backup = 备份
act-restored = 从备份恢复
act-purged = 清理到期的记录
act-audit-read = 查看记录
act-first-download = 首次下载
act-packs = 下载村里的档案
act-older = 取较早的走访
act-id-number = 查看完整证件号
act-export = 导出
act-opened = 打开别人名下的档案
act-unknown = 其他

role-operator = 服务器维护人员
role-stranger = 没有登记的设备

audit-reason-cover = 代班或交接
audit-reason-assigned = 上级交办
audit-reason-asked = 本人或家属求助
audit-reason-emergency = 紧急情况
audit-reason-check = 核对信息
audit-reason-visit = 上门走访
audit-reason-duty = 主管范围内
audit-reason-pending = 等第二人确认
audit-reason-areas = 区划
audit-reason-staff = 人员名单
audit-reason-roster = 花名册
audit-reason-joined = 新增
audit-reason-role = 换岗
audit-reason-replaced = 由新设备代替
audit-reason-moved = 换区域
audit-reason-left = 离职
audit-reason-back = 复职
audit-reason-wrong-code = 登记码不对
audit-reason-used-code = 登记码用过了
audit-reason-expired-code = 登记码过期或作废
audit-reason-code-pending = 登记码还没确认
audit-reason-not-allowed = 不允许
audit-reason-device-revoked = 设备已停用

code-state-pending = 等待确认
code-state-open = 可以用
code-state-used = 已使用
code-state-expired = 已过期
code-state-withdrawn = 已作废

## Codes
audit-codes = 登记码
audit-codes-note = 督导员、主管、区民政和管理员的登记码，要由另一位管理员或区民政确认后才能用。
audit-codes-empty = 最近没有发过登记码
audit-code-by = { $name }发，{ $moment }
audit-code-by-server = 在服务器上发，{ $moment }
audit-code-confirm = 确认
audit-code-confirm-title = 确认{ $name }的登记码？
audit-code-confirm-note = 请先问过{ $name }本人：是不是正在登记新设备。确认后，拿到登记码的人就能看到其负责范围的内容。
audit-code-confirmed = 已确认，登记码可以用了
audit-code-withdraw = 作废
audit-code-withdraw-title = 作废{ $name }的登记码？
audit-code-withdraw-note = 作废后这个登记码不能再用，要用需重新发。已经登记的设备不受影响。
audit-code-withdrawn = 已作废
audit-code-pending = 还不能用：要等另一位管理员或区民政确认。
audit-code-server-only = 没有别人能确认时，请服务器维护人员确认。

## The log
audit-log = 记录
audit-log-title = 操作和查看记录
audit-log-acts-note = 谁发了登记码、登记或停用了设备、导入了名单。查看档案的记录由区民政看。
audit-log-all-note = 谁操作过、谁看过不在自己名下的档案。不记在线时间，不用于考核。
audit-log-empty = 没有符合的记录
audit-log-empty-note = 换个日期或人员编号试试。
audit-log-since = 从
audit-log-until = 到
audit-log-staff = 人员编号
audit-log-staff-wrong = 编号只有字母、数字、“-”和“_”。
audit-log-find = 查找
audit-log-device-time = 设备时间 { $moment }
audit-log-number = { $count } 条
audit-log-file = { $name }的档案
audit-log-file-away = 不在本机的一份档案
audit-oversee = 监督
audit-oversee-note = 确认登记码，看谁操作过、谁看过档案。

## A file outside of one's own caseload
access-title = 这份档案不在您名下
access-note = 请说明为什么打开。会记下来，给区民政看；今天之内不再问。
access-ask = 打开的原因
access-open = 打开档案

## A device enrolled for me
device-new-title = 用您的名字登记了一台新设备
device-new-what = { $label }，{ $moment } 登记。
device-new-no-label = 没有名称的设备
device-new-do = 不是您本人登记的，请马上联系管理员停用它。
device-new-mine = 是我登记的
