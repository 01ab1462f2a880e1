### Matters: what is done beside visits.

matter-begin = Write down
matter-make = Write it down
matter-one = Matter
matter-all = To be done
matter-all-count = { $count ->
    [one] One matter open
   *[other] { $count } matters open
}
matter-due-title = To be done
matter-count = { $count }
matter-open = Open
matter-due = Due soon
matter-mine = Mine
matter-type = Which kind
matter-none = Nothing to be done
matter-none-note = What is written down stands here, and is told before its day.
matter-confidential = Only supervisors see it
matter-which-village = Which village?
matter-nothing-to-begin = There is nothing here that you could write down.
matter-hours-left = { $count ->
    [one] 1 hour left
   *[other] { $count } hours left
}
matter-hours-over = { $count ->
    [one] 1 hour over
   *[other] { $count } hours over
}
matter-anew = Again by { $date }
matter-disputed = Two results
matter-disputed-of = { $title }: two results
matter-disputed-note = Two people brought it to different ends; both are kept.
matter-disputed-do = Look at it, and choose the right one.
matter-unknown = A newer app is needed to go on with this; it can be read.
matter-unfinished = A step is not finished
matter-links = Before and after
matter-again = Do it again
matter-say = Add a note
matter-say-what = What is there to say?
matter-more = More
matter-change = Change what was written
matter-give = Who sees to it
matter-ends = This ends it.
matter-remark = Remark (may be empty)
matter-proposed = This visit calls for action
matter-proposed-note = One touch begins it; what the visit says need not be written again.
matter-late = Overdue
matter-late-do = Look at it, help with it, or give it to somebody.
matter-life = Visits and matters
matter-everything = All
matter-only-visits = Visits
matter-only = Matters
matter-month = { $month }/{ $year }

link-from = Comes from
link-follows = Follows
link-part-of = Part of
link-person = Person concerned
link-back = Came of it
