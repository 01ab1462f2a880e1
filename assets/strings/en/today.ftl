### Today: who is due, and why.

today-title = Today
today-overdue = Overdue
today-this-week = Due this week
today-households =
    { $count ->
        [one] { $count } household
       *[other] { $count } households
    }
today-start = Start the visit
today-empty = Nobody is due this week
today-empty-note = People show up here when they are due; any file can be visited at any time.
today-no-files = No files yet
today-no-files-note = The files of your areas show up here after the first sync.
today-last = Last time { $date }: { $summary }
today-last-plain = Last time { $date }
today-never = Never visited yet
today-continue = One visit is not finished
today-continue-action = Continue

## Due: the chip and the reason
due-overdue =
    { $days ->
        [one] { $days } day overdue
       *[other] { $days } days overdue
    }
due-today = Due today
due-in =
    { $days ->
        [one] { $days } day left
       *[other] { $days } days left
    }
due-on = Due { $date }
due-none = No regular visits
due-reason-overdue =
    { $days ->
        [one] { $rule }, { $days } day overdue
       *[other] { $rule }, { $days } days overdue
    }
due-every-day = Every day
due-every-week = Every week
due-every-two-weeks = Every two weeks
due-every-month = Every month
due-every-quarter = Every quarter
due-every-half-year = Every half year
due-every-year = Every year
due-every-days =
    { $days ->
        [one] Every day
       *[other] Every { $days } days
    }
due-times-month = { $count } times a month
due-times-quarter = { $count } times a quarter
due-term = Every term
due-times-term = { $count } times a term
due-times-year = { $count } times a year
due-with-risk = { $risk }: { $every }
due-why-first-visit = First visit after the file was opened
due-why-risk-change = Risk became high, visit soon
due-why-agreed = The day agreed last time

## Today: the parts of the page
today-drafts = Visits not finished
today-draft-line =
    { $count ->
        [one] Begun { $moment }, { $count } answer
       *[other] Begun { $moment }, { $count } answers
    }
today-visited =
    { $count ->
        [one] { $count } visit made today
       *[other] { $count } visits made today
    }
today-places =
    { $count ->
        [one] { $first }
       *[other] { $first } and others, { $count } in all
    }
today-next = Next: { $name }, { $when }
today-show-more = Show { $count } more
