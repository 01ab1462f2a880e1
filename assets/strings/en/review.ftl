### The supervisor's screens: review list, one visit beside the last, area figures.

review-title = To review
review-count = { $count } waiting
review-empty = Nothing to review
review-empty-note = Visits show up here as soon as they are uploaded.
review-sort-risk = By risk
review-sort-time = By time
review-line-changes =
    { $count ->
        [one] { $count } change
       *[other] { $count } changes
    }
review-line-no-changes = No changes
review-question = Question
review-last = Last time
review-last-on = Last time, { $date }
review-this = This time
review-comment = Comment
review-approve = Approve
review-return = Return
review-return-title = Return to { $name }
review-return-note = Say what has to be corrected; it will be read after the next sync.
review-comment-label = Reason for returning
review-comment-field = Comment on this question
review-approved = Approved, saved on this device
review-returned = Returned, saved on this device
review-conflict-first = Where there are two values, one must be chosen before approval.
review-approve-unchanged =
    { $count ->
        [one] Approve { $count } without changes
       *[other] Approve all { $count } without changes
    }
review-approve-unchanged-note = Only visits exactly like the last one and without high risk.
review-no-last = This is the first visit
review-only-changes = Changes only
review-uploaded = uploaded { $moment }
review-by = { $name } · { $moment }

area-title = Area
area-visit-rate = Visited this month
area-visited-of = { $n } of { $total }
area-overdue = Overdue
area-high-risk = High risk
area-files = Files
area-to-review = To review
area-empty = No files in the area yet
area-no-ranking = The figures show where help is needed; nobody is ranked.
