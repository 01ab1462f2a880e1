### Reading one visit beside the one before.

visit-read-title = { $date } · { $kind }
visit-read-differs = changed
visit-read-alarm = look here
visit-read-changes =
    { $count ->
        [one] { $count } answer differs from last time
       *[other] { $count } answers differ from last time
    }
visit-read-same = as last time
visit-read-no-answer = (no answer)
visit-read-returned = { $name } returned this visit
visit-read-approved = { $name } approved it
visit-read-no-comment = No reason given
visit-read-earlier = { $moment } · about the earlier version
visit-read-reviews = Reviews
visit-read-correct = Correct it
visit-read-changed = Changed since approval
visit-read-changed-note = The approval no longer counts; the supervisor will look at it again.
visit-read-refused = The server did not accept it
visit-read-refused-note = { $reason } It is still on this phone.
visit-read-conflicts =
    { $count ->
        [one] { $count } answer has two values
       *[other] { $count } answers have two values
    }
visit-read-conflicts-note = Two people changed it; both are kept. Please choose one.
visit-read-file = See the file
visit-read-before = { $when }: 
visit-read-entered = entered { $date }
