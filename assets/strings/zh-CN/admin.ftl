### The administrator's screens: areas, staff, roster, devices.

admin-title = 管理
admin-parts = 管理什么
admin-staff = 人员
admin-devices = 设备
admin-import = 导入
admin-sees-no-cases = 管理员看不到档案内容。
admin-offline = 管理要连着网络
admin-offline-note = 导入、发登记码、停用设备都直接在服务器上完成。连上网络后再试。

## Import
admin-import-what = 导入什么
admin-import-areas = 行政区划
admin-import-staff = 人员名单
admin-import-roster = 花名册
admin-import-note = 办公室原有的 xlsx 表格就行：标题行、合并单元格、列的顺序都不用改。区划也可以用 csv。
admin-import-order = 先导入区划，再导入人员，最后导入花名册。
admin-import-choose = 选择文件
admin-import-other = 换一个文件
admin-import-go = 开始导入
admin-import-working = 正在上传和核对，请不要关闭…
admin-import-again = 同一个文件再导入一次，不会重复。
admin-import-checking = 正在核对，还没有写入…
admin-import-preview = 核对结果：还没有写入
admin-import-preview-note = 看过下面的结果，再点“开始导入”。
admin-import-yes = 同时更改已有人员的姓名、岗位或负责区域（{ $n } 处）
admin-import-notes = { $count } 处请看一看
admin-import-notes-note = 有的内容没有存，有的是猜的，请核对。
admin-import-save = 保存带批注的表格
admin-import-too-large = 文件超过 { $n } MB，请分成几个再导入。
admin-import-unreadable = 文件没有读出来，请重新选择。
admin-import-done = { $what }导入完成
admin-import-some = { $what }导入完成，有 { $count } 行没有导入
admin-added = 新增
admin-updated = 更新
admin-unchanged = 未变
admin-not-taken = 没有导入
admin-import-errors = { $count } 行没有导入
admin-import-errors-note = 在原表格里改好这些行，再导入一次；已导入的不会重复。
admin-import-more = 还有 { $count } 行没有列出，复制后可以看全。
admin-import-copy = 复制这张表
admin-sheet = 工作表
admin-row = 行
admin-column = 列
admin-reason = 原因
admin-copied = 已复制
admin-copy-failed = 没有复制成，请选中文字后复制。

## Staff
admin-staff-search = 姓名、编号
admin-staff-search-label = 搜索人员
admin-staff-count = { $count } 人
admin-staff-empty = 还没有人员
admin-staff-empty-note = 先在“导入”里导入人员名单。
admin-staff-none = 没有符合的人员
admin-staff-none-note = 换一个姓名或编号试试。
admin-code-issue = 发登记码
admin-code-for = 给{ $name }的登记码
admin-code-note = 请本人在新设备上输入服务器地址和这个登记码，只能用一次。
admin-code-until = 有效到 { $moment }
admin-code-server = 服务器
admin-code-copy = 复制登记码

## Devices
admin-device-count = { $count } 台在用
admin-device-empty = 还没有设备
admin-device-empty-note = 发出登记码并在设备上登记后，会出现在这里。
admin-device-joined = { $date } 登记
admin-device-last = 上次联网 { $moment }
admin-device-never = 还没有联网
admin-device-revoke = 停用
admin-device-revoke-title = 停用{ $name }的设备？
admin-device-revoke-note = 停用后这台设备不能再同步，下次联网时清空。还没有上传的内容会一起清掉，请先和本人确认。
admin-device-revoked-on = { $date } 停用
admin-device-stopped = 已停用，下次联网时清空
