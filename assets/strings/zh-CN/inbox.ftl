### Messages: what came back, what two people changed, what was not accepted.

inbox-changed = 审核后有改动
inbox-returned-by = { $name }退回
inbox-no-comment = 没有写原因，请打开看批注。
inbox-returned-do = 打开看批注，改好再交
inbox-conflict-line-short = { $field }有两处修改
inbox-conflict-do = 打开档案，选一个值
inbox-conflict-do-visit = 打开这次走访，选一个答案
inbox-refused-fields = 涉及：{ $fields }
inbox-refused-kept = 内容仍保存在本机。
inbox-refused-do = 打开看看，改好后会再上传
inbox-changed-line = 您通过的走访后来又改过
inbox-changed-do = 打开再看一遍
inbox-of-age = 快满 18 岁
inbox-of-age-soon = { $date }满 18 岁
inbox-of-age-past = { $date }已满 18 岁
inbox-of-age-note = 儿童类别还没有结束。
inbox-of-age-do = 打开档案，核对类别哪天结束
inbox-no-name = 不在本机的档案
inbox-list-join = 、
