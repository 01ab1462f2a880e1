### Today: who is due, and why.

today-title = 今天
today-overdue = 已逾期
today-this-week = 本周应访
today-households = { $count } 户
today-start = 开始走访
today-empty = 这周没有要走访的人
today-empty-note = 到期的人会自动出现在这里，也可以从档案里随时走访。
today-no-files = 还没有档案
today-no-files-note = 同步完成后，您负责区域的档案会出现在这里。
today-last = 上次 { $date }：{ $summary }
today-last-plain = 上次 { $date }
today-never = 还没有走访过
today-continue = 有一次走访没有填完
today-continue-action = 继续填写

## Due: the chip and the reason
due-overdue = 已过期 { $days } 天
due-today = 今天到期
due-in = 还有 { $days } 天
due-on = { $date } 到期
due-none = 不需定期走访
due-reason-overdue = { $rule }，已过期 { $days } 天
due-every-day = 每天一次
due-every-week = 每周一次
due-every-two-weeks = 每两周一次
due-every-month = 每月一次
due-every-quarter = 每季度一次
due-every-half-year = 每半年一次
due-every-year = 每年一次
due-every-days = 每 { $days } 天一次
due-times-month = 每月 { $count } 次
due-times-quarter = 每季度 { $count } 次
due-term = 每学期一次
due-times-term = 每学期 { $count } 次
due-times-year = 每年 { $count } 次
due-with-risk = { $risk }{ $every }
due-why-first-visit = 建档后首次走访
due-why-risk-change = 转为高风险，要尽快去看
due-why-agreed = 上次约好的日子

## Today: the parts of the page
today-drafts = 没填完的走访
today-draft-line = { $moment } 开始，已填 { $count } 题
today-visited = 今天已走访 { $count } 次
today-places = { $first }等 { $count } 处
today-next = 下一位：{ $name }，{ $when }
today-show-more = 再显示 { $count } 户
