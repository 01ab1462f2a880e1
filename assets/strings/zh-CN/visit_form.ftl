### Filling in a visit: saving, parts of the form, what is open or wrong, finishing.

form-saving = 正在保存…
form-saved = 已存本机
form-not-saved = 没有存上
form-not-saved-note = 刚才填的还没有存上。请不要关闭应用，处理好后点“重试”。
form-corrects = 修改 · { $name }
form-last-on = 上次 { $date }
form-unfit = 上次记的这几项，这张表里没有了
form-language = 表单的语言
form-language-own = 中文
form-guide = 怎么填
form-finish = 完成
form-first = 第一次走访

## Parts
form-parts = 各部分
form-part-done = 已填完
form-part-open = 还有 { $count } 题要填
form-part-untouched = 还没填
form-next-part = 下一步：{ $section }
form-go-on = 先填后面的
form-discard-action = 放弃本次填写
form-hand-in = 改好再交

## As last time
form-same-one = 同上次：{ $answer }
form-anew = 这次要问的
form-add = 再加一个：{ $what }
form-remove = 去掉
form-nth = { $what } { $n }
form-called = { $when } 打过
form-acknowledge = 知道了
form-rank = 按先后点一遍
form-rank-again = 重新排
form-file-later = 这一题要录音、录像或附文件，手机上还不能填：请写在备注里
form-back-to-anew = 改好了
form-rest-note = 有变的，点一下就能改。
form-rest-whole = 这次和平常不一样，请接着把后面各部分看一遍。

## What is wrong
form-problem-required = 这一题要填
form-problem-not-an-option = 这个选项不在表里，请重新选
form-problem-none-and-others = 选了“没有”，就不能再选别的
form-problem-out-of-range = 超出范围，请核对
form-problem-bad-date = 日期不对，请重新选
form-problem-date-past = 要填今天或以后的日子
form-problem-date-future = 要填今天或以前的日子
form-problem-no-way = 至少记下两个点，终点不能就是起点
form-problem-no-area = 至少记下三个点
form-problem-wrong-type = 填得不对，请重新填
form-problem-not-a-number = 请填数字
form-problem-too-long = 太长了，请缩短
form-problem-unknown-question = 表里没有这一题

## Days to choose at a touch
form-in-a-week = 一周后
form-in-two-weeks = 两周后
form-in-a-month = 一个月后

## Finished
form-finished-correction = 修改已存本机
form-finished-sent = 走访已上传
form-finished-correction-sent = 修改已上传
form-finished-uploaded = 督导员可以看到了。
form-finished-offline = 现在没有网络也没关系，联网后自动上传。
form-finished-see = 查看这次走访
form-finished-back = 好了

## A form unknown here
form-unknown-title = 更新应用后才能接着填
form-unknown-note = 这次走访用的表格版本本机还没有。已填的内容都存在本机，没有丢。

## The day of the visit
form-day = 走访日期
form-day-change = 改
form-day-title = 这次走访是哪天？
form-day-begun = { $date }开始填的，今天接着填。
form-day-other = 别的日子
form-day-earlier = 更早的日子
form-day-earliest = 最早可以补记 { $date } 的走访
form-day-done = 确定
form-ask-closed = 这份档案已销档
form-ask-closed-note = 确实又去看过，可以照常记下。
form-ask-clock = 这台设备上今天是{ $date }，可能不对
form-ask-clock-note = 请选走访日期，或先到系统设置里把日期改对。日期没有错，就照记。
form-ask-sure = 没有错，记下

## Controls
form-unasked = 问不到？
form-unasked-why = 为什么问不到？
form-unasked-other = 别的原因
unasked-unwilling = 不愿意说
unasked-unknown = 说不清楚
unasked-unfit = 当时不方便问
form-search = 输入几个字找
form-no-options = 现在没有可选的：先填别的题
form-search-nothing = 没有这样的选项
form-search-more = 还有 { $count } 项，输入几个字找
form-less = 少一点
form-more = 多一点
form-photo = 拍照或选照片
form-photo-again = 重拍
form-sign = 签名
form-sign-again = 重签
form-sign-here = 请用手指在框里签名
form-sign-empty = 还没有签
form-sign-clear = 擦掉重写
form-sign-done = 就用这个
form-place = 记下现在的位置
form-place-add = 记下这里
form-place-points = 已记下 { $count } 个点
form-place-back = 去掉最后一点
form-place-waiting = 正在定位…
form-place-in-vain = 没有定到位。请打开手机的定位，允许暖访使用，到室外再试；也可以不填。
