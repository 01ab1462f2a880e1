### A visit: the form, its states, its record.

visit-title = Visit · { $name }
visit-new = New visit
visit-progress = { $section } · question { $n } of { $total }
visit-same-as-last = All the rest as last time
visit-same = as last time
visit-last-answer = Last time: { $answer }
visit-finish = Finish the visit
visit-finished = The visit is saved on this phone
visit-finished-note = It goes up by itself when there is a network; nothing more to do.
visit-incomplete =
    { $count ->
        [one] { $count } question is still open
       *[other] { $count } questions are still open
    }
visit-continue = Go on
visit-discard = Discard this visit?
visit-discard-note = The answers given so far will be lost.
visit-detail = Visit
visit-unknown-form = This form is newer than the app. Update the app to change it; all its contents are here to read.
visit-from = At least { $number }
visit-to = At most { $number }
visit-choose-several = More than one may be chosen
visit-reviewer-comment = Comment by { $name }

## Report now
