### Editing a file and making a new one.

edit-jump = 要修改哪一部分
edit-id-keep = 现在是 { $masked }，不改就留空。
edit-id-remove = 去掉这个号码
edit-id-removed = 保存后不再有证件号。
edit-id-hint = 填了身份证号，出生日期和性别会自动补上。没有就空着。
edit-add-member = 添加家庭成员
edit-new-member = 新的家庭成员
edit-member-left = 已不在家中
edit-undo = 撤销
edit-remove-new = 不加了
edit-new-category = 新的类别
edit-restored = 上次没有保存的修改还在
edit-restored-note = 核对后点保存，不要了就放弃。
edit-faults = 有 { $count } 处要改
edit-open-existing = 打开原档案：{ $name }
edit-reason-hint = 写清看到了什么、为什么这样判定。
edit-new-note = 先填要紧的，其余以后再补。
edit-no-areas = 没有可选的村（社区），请先同步。
edit-cannot-create = 您的身份不能新建档案。
edit-cannot-amend = 您的身份不能修改这份档案。
edit-saved = 修改已存本机
edit-created = 档案已建，已存本机
edit-end-note = 填退出日期和原因，类别会保留在档案里。
edit-stay = 继续修改
edit-go-to-fault = 去看
edit-member-back = 又回到家中
