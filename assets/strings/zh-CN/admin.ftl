### The administrator's screens: areas, staff, roster, devices.

admin-title = 管理
admin-areas = 行政区划
admin-staff = 人员
admin-devices = 设备
admin-import = 导入表格
admin-import-areas = 导入区划
admin-import-staff = 导入人员
admin-import-roster = 导入花名册
admin-import-note = 办公室原有的 xlsx 表格就行：标题行、合并单元格、列的顺序都不用改。
admin-import-choose = 选择文件
admin-import-result = 新增 { $n } 条，更新 { $count } 条，未变 { $total } 条
admin-import-errors = { $count } 行没有导入
admin-import-row = { $sheet } 第 { $number } 行 { $column }：{ $reason }
admin-code = 一次性代码
admin-code-new = 生成代码
admin-code-note = 交给本人，只能用一次，{ $hours } 小时内有效。
admin-device-revoke = 停用
admin-device-revoke-note = 停用后这台设备不能再同步，下次联网时清空。
admin-device-revoked = 已停用
admin-device-last = 上次联网 { $moment }
admin-sees-no-cases = 管理员看不到档案内容。
