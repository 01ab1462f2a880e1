### Filling in a visit: saving, parts of the form, what is open or wrong, finishing.

form-saving = Saving…
form-saved = Saved on this phone
form-not-saved = Not saved
form-not-saved-note = What you just entered is not saved yet. Keep the app open, mend the cause, then try again.
form-corrects = Correct · { $name }
form-last-on = last on { $date }
form-unfit = The last visit says these, which this form has no place for
form-language = Language of the form
form-language-own = English
form-guide = How to fill this in
form-finish = Finish
form-first = first visit

## Parts
form-parts = Parts
form-part-done = complete
form-part-open =
    { $count ->
        [one] { $count } question to go
       *[other] { $count } questions to go
    }
form-part-untouched = not begun
form-next-part = Next: { $section }
form-go-on = Go on for now
form-discard-action = Discard this visit
form-hand-in = Hand in

## As last time
form-same-one = As last time: { $answer }
form-anew = To be asked this time
form-add = Add another: { $what }
form-remove = Remove
form-nth = { $what } { $n }
form-called = Called { $when }
form-acknowledge = Understood
form-rank = Tap them in order
form-rank-again = Start over
form-file-later = This asks for a recording, a film or a file, which cannot be added here yet: put it into the notes
form-back-to-anew = Changed
form-rest-note = Touch what is different now.
form-rest-whole = This visit is not like the others: please go through the other parts too.

## What is wrong
form-problem-required = Please answer this
form-problem-not-an-option = This option is not in the form; choose again
form-problem-none-and-others = “None” and another option exclude each other
form-problem-out-of-range = Out of range, please check
form-problem-bad-date = Not a valid date; choose again
form-problem-date-past = Today or a later day, please
form-problem-date-future = Today or an earlier day, please
form-problem-no-way = At least two points, and the end is not where the beginning is
form-problem-no-area = At least three points
form-problem-wrong-type = Not a valid answer; enter it again
form-problem-not-a-number = A number, please
form-problem-too-long = Too long, please shorten
form-problem-unknown-question = The form has no such question

## Days to choose at a touch
form-in-a-week = in a week
form-in-two-weeks = in two weeks
form-in-a-month = in a month

## Finished
form-finished-correction = The correction is saved on this phone
form-finished-sent = The visit is uploaded
form-finished-correction-sent = The correction is uploaded
form-finished-uploaded = The supervisor can see it.
form-finished-offline = No network needed now; it goes up by itself later.
form-finished-see = See this visit
form-finished-back = Done

## A form unknown here
form-unknown-title = Update the app to go on
form-unknown-note = This visit uses a version of the form that this app does not have yet. All answers are kept on this phone.

## The day of the visit
form-day = Day of the visit
form-day-change = Change
form-day-title = On which day was this visit?
form-day-begun = Begun { $date }, finished today.
form-day-other = Another day
form-day-earlier = An earlier day
form-day-earliest = The earliest day that can be entered is { $date }
form-day-done = Done
form-ask-closed = This file is closed
form-ask-closed-note = If you did visit again, it can be recorded as usual.
form-ask-clock = Today is { $date } by this device, which may be wrong
form-ask-clock-note = Choose the day of the visit, or put the date right in the system's settings first. If the date is right, record it all the same.
form-ask-sure = It is right, record it

## Controls
form-unasked = Cannot ask?
form-unasked-why = Why could it not be asked?
form-unasked-other = Another reason
unasked-unwilling = would not say
unasked-unknown = did not know
unasked-unfit = no moment to ask
form-search = Type to find
form-no-options = Nothing to choose yet: other questions come first
form-search-nothing = No such option
form-search-more = { $count } more: type to find
form-less = Less
form-more = More
form-photo = Take or choose a photo
form-photo-again = Take another
form-sign = Sign
form-sign-again = Sign again
form-sign-here = Sign in the box with a finger
form-sign-empty = Nothing is written yet
form-sign-clear = Clear
form-sign-done = Use this
form-place = Put down where I am
form-place-add = Put down this point
form-place-points =
    { $count ->
        [one] { $count } point put down
       *[other] { $count } points put down
    }
form-place-back = Take back the last point
form-place-waiting = Looking for the place…
form-place-in-vain = No place was found. Switch location on, allow it for this app and try outdoors; or leave it open.
