### Reading one visit beside the one before.

visit-read-title = { $date } · { $kind }
visit-read-differs = 有变化
visit-read-alarm = 要留意
visit-read-changes = { $count } 处与上次不同
visit-read-same = 与上次相同
visit-read-no-answer = （没有填）
visit-read-returned = { $name }退回了这次走访
visit-read-approved = { $name }已通过
visit-read-no-comment = 没有写原因
visit-read-earlier = { $moment } · 说的是改之前的内容
visit-read-reviews = 审核记录
visit-read-correct = 去修改
visit-read-changed = 审核之后又改过
visit-read-changed-note = 原来的审核不算数了，等督导员再看一遍。
visit-read-refused = 服务器没有接收
visit-read-refused-note = { $reason }内容还在本机，没有丢。
visit-read-conflicts = { $count } 题有两个答案
visit-read-conflicts-note = 两个人都改过，两个都留着，请选一个。
visit-read-file = 查看档案
visit-read-before = { $when }：
visit-read-entered = { $date }补记
