### Photos of a visit: never required.

photo-add = 添加照片（可不加）
photo-title = 照片
photo-nth = 第 { $n } 张照片
photo-remove = 去掉这张
photo-remove-note = 去掉后找不回来。
photo-keep = 留着
photo-saved = 已存本机
photo-uploaded = 已上传
photo-away = 联网后显示
photo-working = 正在处理…
photo-count = 照片 { $count } 张
photo-sent = 照片上传 { $count } 张
photo-pending = { $count } 张照片待上传
