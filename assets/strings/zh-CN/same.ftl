# Two files that may be of one person.
same-title = 可能与另一份档案是同一个人
same-ask-title = 是不是同一个人？
same-ask-note = 本机已有一份很像的档案，请先核对，免得一个人两份档案。
same-born = { $born } 出生
same-number = 证件号相同
same-name = 姓名相同
same-open = 打开那份档案
same-another = 是另一个人，继续建档
same-two = 不是同一个人
same-note = 是同一个人的，请督导员核对后把重复的一份销档；不是的，点“不是同一个人”，以后不再提示。
same-todo = 打开核对
same-none = 没有可能重复的档案。
