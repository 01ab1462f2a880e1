### The supervisor's screens: review list, one visit beside the last, area figures.

review-title = To review
review-count = { $count } waiting
review-count-first = { $total } waiting, the first { $count } listed
review-empty = Nothing to review
review-empty-note = Visits show up here as soon as they are uploaded.
review-sort = Order
review-sort-risk = By risk
review-sort-time = By time
review-line-changes =
    { $count ->
        [one] { $count } change
       *[other] { $count } changes
    }
review-line-no-changes = No changes
review-alarm = Look closely
review-question = Question
review-last = Last time
review-last-on = Last time, { $date }
review-this = This time
review-written-by = Written by { $names }
review-differs = Changed
review-comment = Comment
review-approve = Approve
review-return = Return
review-return-title = Return to { $name }
review-return-note = Say what has to be corrected; it will be read after the next sync.
review-return-need = To return it, give a reason or comment on at least one question.
review-comment-label = Reason for returning
review-comment-field = Comment on this question
review-overall = Overall comment
review-overall-hint = Not needed to approve; to return it, say clearly what has to be corrected.
review-approved = Approved; it goes out with the network
review-returned = Returned; it goes out with the network
review-conflict-first = Where there are two values, one must be chosen before approval.
review-conflict-open = Choose
review-updated = The contents changed, please look again
review-updated-note = A decision holds only for the version you have read. Your comments are still here.
review-seen = I have read it
review-approve-unchanged =
    { $count ->
        [one] Approve { $count } without changes
       *[other] Approve all { $count } without changes
    }
review-approve-unchanged-note = Only visits exactly like the last one, without high risk and with nothing to look at closely.
review-bulk-go =
    { $count ->
        [one] Approve this { $count }
       *[other] Approve these { $count }
    }
review-bulk-running = Approving { $n } of { $total }
review-bulk-stop = Stop
review-bulk-done = { $count } approved; they go out with the network
review-bulk-stopped = Stopped at { $name }; { $count } before it are approved.
review-no-last = This is the first visit
review-only-changes = Changes only
review-none-changed = Nothing differs from last time
review-heading = { $name } · { $kind }, { $date }
review-by = { $name } · { $moment }
review-file = Open file
review-earlier = Earlier reviews
review-earlier-old = about an earlier version
review-not-waiting = This visit does not wait for your review now.

refused-title = Changes not accepted
refused-by = Written by { $name }, not accepted: { $reason }
refused-value = { $field }: { $value }
refused-accept = Let it in
refused-dismiss = Lay aside

decision-approved = Approved
decision-returned = Returned

area-title = Area
area-visit-rate = Visited this month
area-rate-note = People visited this month, of those to be visited, from what is on this device.
area-visited-of = { $n } of { $total }
area-percent = { $percent }%
area-no-targets = Nobody to visit
area-overdue = Overdue
area-high-risk = High risk
area-matters = Open matters
area-files = Files
area-village = Village
area-villages =
    { $count ->
        [one] { $count } village
       *[other] { $count } villages
    }
area-workers = In charge
area-no-workers = None
area-total = Total
area-empty = No villages in the area yet
area-empty-note = Your villages show up here after the first sync.
area-no-ranking = The figures show where help is needed; nobody is ranked.
