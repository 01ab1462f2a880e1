# Two files that may be of one person.
same-title = 可能与另一份档案是同一个人
same-ask-title = 是不是同一个人？
same-ask-note = 已有一份很像的档案：{ $who }。请先核对，免得一个人两份档案。
same-born = { $born } 出生
same-opened = { $born } 建档，走访 { $n } 次
same-number = 证件号相同
same-name = 姓名相同
same-name-born = 姓名、出生日期相同
same-open = 打开那份档案
same-another = 是另一个人，继续建档
same-two = 不是同一个人
same-said = 记下了：是两个人
same-note = 是同一个人的，由督导员核对后把重复的一份销档（在“修改”里的“档案状态”）；不是的，点“不是同一个人”，本机不再提示。
same-todo = 打开核对
same-none = 没有可能重复的档案。
