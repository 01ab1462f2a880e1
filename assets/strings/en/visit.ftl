### A visit: the form, its states, its record.

visit-title = Visit · { $name }
visit-new = New visit
visit-choose-form = Choose a form
visit-progress = { $section } · question { $n } of { $total }
visit-same-as-last = All the rest as last time
visit-same = as last time
visit-last-answer = Last time: { $answer }
visit-next = Next
visit-finish = Finish the visit
visit-finished = The visit is saved on this phone
visit-finished-note = It goes up by itself when there is a network; nothing more to do.
visit-incomplete =
    { $count ->
        [one] { $count } question is still open
       *[other] { $count } questions are still open
    }
visit-go-to-missing = Go there
visit-saved-draft = Every answer is saved on this phone
visit-continue = Go on
visit-discard = Discard this visit?
visit-discard-note = The answers given so far will be lost.
visit-other = Other
visit-note = Note
visit-date = Date of the visit
visit-next-date = Next visit
visit-summary = Summary
visit-detail = Visit
visit-by = { $name } · { $date }
visit-correct = Correct it and hand it in again
visit-unknown-form = This form is newer than the app. Update the app to change it; all its contents are here to read.
visit-from = At least { $number }
visit-to = At most { $number }
visit-choose-several = More than one may be chosen
visit-changed-since-approval = Changed since approval
visit-reviewer-comment = Comment by { $name }
visit-today = Today

## Report now
report-title = Report now
report-note = Signs that a child was or may have been harmed must be reported at once to the police and other authorities. Who reported is kept confidential.
report-call = Call { $number-text }
