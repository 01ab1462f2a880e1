### A visit: the form, its states, its record.

visit-title = 走访 · { $name }
visit-new = 新走访
visit-progress = { $section } · 第 { $n } 题，共 { $total } 题
visit-same-as-last = 其余与上次相同
visit-same = 同上次
visit-last-answer = 上次：{ $answer }
visit-finish = 完成走访
visit-finished = 走访已存本机
visit-finished-note = 联网后自动上传，不用再管它。
visit-incomplete = 还有 { $count } 题要填
visit-continue = 接着填
visit-discard = 放弃这次走访？
visit-discard-note = 已填的答案会丢掉。
visit-detail = 走访记录
visit-unknown-form = 这张表格是新版本的，更新应用后可以修改；内容都在，可以查看。
visit-from = 最少 { $number }
visit-to = 最多 { $number }
visit-choose-several = 可多选
visit-reviewer-comment = { $name } 的批注

## Report now
