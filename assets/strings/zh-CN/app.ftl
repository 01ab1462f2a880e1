### The frame of the app: tabs, buttons, states every screen has, sync, dates.

app-name = 暖访

tab-today = 今天
tab-files = 档案
tab-inbox = 消息
tab-me = 我的
tab-review = 审核
tab-area = 片区
tab-admin = 管理
nav-main = 主导航
nav-back = 返回
skip-to-content = 跳到正文

## Buttons
action-ok = 知道了
action-cancel = 取消
action-done = 确定
action-close = 关闭
action-save = 保存
action-next = 下一步
action-previous = 上一步
action-retry = 重试
action-edit = 修改
action-delete = 删除
action-show = 显示
action-choose = 选一个
action-call = 打电话
action-more = 显示更多
action-clear = 清除
action-filter = 筛选

## States
state-loading = 正在读取…
state-error = 没有读出来
state-required = 必填
state-optional = 选填
state-none = 无
state-unknown = 未填写
state-yes = 是
state-no = 否
state-choose = 请选择
state-select-one = 从左边选一条查看
coming = 资料还没到齐
coming-left = 资料还没到齐，还有 { $count } 份
coming-note = 有网络时会接着下载。到齐以前，这里的名单和数字还不完整；已经到的可以先用。

## Sync: what the chip at the top says
sync-all-uploaded = 全部已上传
sync-pending = { $count } 条已存本机
sync-running = 正在同步…
sync-offline = 没有网络
sync-busy = 服务器忙，稍后再传
sync-offline-note = 没有网络也能照常填写，内容存在本机，联网后自动上传。
sync-never = 还没有同步过
sync-refused = { $count } 条未被接收
sync-conflicts = { $count } 处两人都改过
sync-stuck = 上传没有成功
sync-last = 上次同步 { $moment }
sync-now = 立即同步
sync-done = 已同步
sync-clock = 本机时间与服务器相差 { $hours } 小时，请在系统设置里校准时间。

## Dates
date-short = { $month }月{ $day }日
date-full = { $year }年{ $month }月{ $day }日
date-long = { $month }月{ $day }日 { $weekday-name }
date-weekday =
    { $weekday ->
        [1] 星期一
        [2] 星期二
        [3] 星期三
        [4] 星期四
        [5] 星期五
        [6] 星期六
       *[7] 星期日
    }
date-today = 今天
date-yesterday = 昨天
date-tomorrow = 明天
age-years = { $age }岁

## Unlocking
unlock-title = 输入六位 PIN
unlock-digits = 已输入 { $count } 位，共 6 位
unlock-delete = 删除一位
unlock-wrong = PIN 不对，请再试一次。
unlock-wait = 错的次数多了，请等 { $seconds } 秒再试。
unlock-wait-minutes = 错的次数多了，请等 { $minutes } 分钟再试。
unlock-forgot = 忘记 PIN？
unlock-forgot-note = PIN 只在这台设备上，谁也看不到，也没有办法找回。可以联网时，向管理员要一个新的登记码，重新登记这台设备：已上传的内容都会回来，没有上传的也会自动取回。现在没有网络或登记码，先放着，什么也不会丢。
unlock-start-over = 重新登记这台设备
unlock-working = 正在打开档案…

## What former devices left
left-by-pin = 可以用当时的 PIN 取回
left-sealed = 已封存，等管理员放行后自动取回
left-heading = 以前没有上传的内容
left-title = 一台停用的设备留下的内容
left-of = { $moment } 重新登记前留下的内容
left-bring-back = 取回
left-pin-title = 输入当时的 PIN
left-pin-note = 当时的 PIN 对了，内容就会取回并上传。
left-done = 已取回，正在上传

## Me
me-title = 我的
me-areas = 负责区域
me-server = 服务器
me-sync = 同步
me-display = 显示
me-theme = 颜色
me-theme-auto = 跟随系统
me-theme-light = 浅色
me-theme-dark = 深色
me-size = 字号
me-size-normal = 标准
me-size-large = 大
me-size-huge = 特大
me-language = 语言
me-lock-note = 锁定后要输入 PIN 才能打开。
me-feedback = 意见和投诉
me-version = 版本 { $version }
me-staff-id = 编号

## Inbox
inbox-title = 消息
inbox-empty = 没有新消息
inbox-empty-note = 退回的走访、两人同改的地方、未被接收的内容会出现在这里。
inbox-returned = 被退回的走访
inbox-conflicts = 两人都改过
inbox-refused = 未被接收
inbox-refused-line = 原因：{ $reason }

## A day in three fields
date-field-year = 年
date-field-month = 月
date-field-day = 日
