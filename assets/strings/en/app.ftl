### The frame of the app: tabs, buttons, states every screen has, sync, dates.

app-name = Nuanfang

tab-today = Today
tab-files = Files
tab-inbox = Inbox
tab-me = Me
tab-review = Review
tab-area = Area
tab-admin = Manage
nav-main = Main navigation
nav-back = Back
skip-to-content = Skip to content

## Buttons
action-ok = Got it
action-cancel = Cancel
action-done = Done
action-close = Close
action-save = Save
action-next = Next
action-previous = Previous
action-retry = Try again
action-edit = Edit
action-delete = Delete
action-show = Show
action-choose = Choose
action-call = Call
action-more = Show more
action-clear = Clear
action-filter = Filter

## States
state-loading = Loading…
state-error = This could not be read
state-required = Required
state-optional = Optional
state-none = None
state-unknown = Not filled in
state-yes = Yes
state-no = No
state-choose = Please choose
state-select-one = Choose one on the left to read it
coming = Not everything is here yet
coming-left = Not everything is here yet: { $count } still to come
coming-note = The download goes on while there is a network. Until it is over, lists and figures here are not complete; what has come can be used.

## Sync: what the chip at the top says
sync-all-uploaded = All uploaded
sync-pending = { $count } saved on this phone
sync-running = Syncing…
sync-offline = No network
sync-busy = Server busy, later again
sync-offline-note = Carry on without a network: everything is kept on this phone and goes up by itself later.
sync-never = Not synced yet
sync-refused = { $count } not accepted
sync-conflicts =
    { $count ->
        [one] { $count } field changed by two people
       *[other] { $count } fields changed by two people
    }
sync-stuck = The upload did not succeed
sync-last = Last synced { $moment }
sync-now = Sync now
sync-done = Synced
sync-clock =
    { $hours ->
        [one] The clock of this device is off by { $hours } hour. Please set it in the system settings.
       *[other] The clock of this device is off by { $hours } hours. Please set it in the system settings.
    }

## Dates
date-short =
    { $month ->
        [1] { $day } January
        [2] { $day } February
        [3] { $day } March
        [4] { $day } April
        [5] { $day } May
        [6] { $day } June
        [7] { $day } July
        [8] { $day } August
        [9] { $day } September
        [10] { $day } October
        [11] { $day } November
       *[12] { $day } December
    }
date-full =
    { $month ->
        [1] { $day } January { $year }
        [2] { $day } February { $year }
        [3] { $day } March { $year }
        [4] { $day } April { $year }
        [5] { $day } May { $year }
        [6] { $day } June { $year }
        [7] { $day } July { $year }
        [8] { $day } August { $year }
        [9] { $day } September { $year }
        [10] { $day } October { $year }
        [11] { $day } November { $year }
       *[12] { $day } December { $year }
    }
date-long =
    { $month ->
        [1] { $weekday-name }, { $day } January
        [2] { $weekday-name }, { $day } February
        [3] { $weekday-name }, { $day } March
        [4] { $weekday-name }, { $day } April
        [5] { $weekday-name }, { $day } May
        [6] { $weekday-name }, { $day } June
        [7] { $weekday-name }, { $day } July
        [8] { $weekday-name }, { $day } August
        [9] { $weekday-name }, { $day } September
        [10] { $weekday-name }, { $day } October
        [11] { $weekday-name }, { $day } November
       *[12] { $weekday-name }, { $day } December
    }
date-weekday =
    { $weekday ->
        [1] Monday
        [2] Tuesday
        [3] Wednesday
        [4] Thursday
        [5] Friday
        [6] Saturday
       *[7] Sunday
    }
date-today = today
date-yesterday = yesterday
date-tomorrow = tomorrow
age-years = age { $age }

## Unlocking
unlock-title = Enter your six-digit PIN
unlock-digits = { $count } of 6 digits entered
unlock-delete = Delete one digit
unlock-wrong = That PIN is wrong. Please try again.
unlock-wait =
    { $seconds ->
        [one] Too many wrong tries. Please wait { $seconds } second.
       *[other] Too many wrong tries. Please wait { $seconds } seconds.
    }
unlock-wait-minutes =
    { $minutes ->
        [one] Too many wrong tries. Please wait { $minutes } minute.
       *[other] Too many wrong tries. Please wait { $minutes } minutes.
    }
unlock-forgot = Forgot the PIN?
unlock-forgot-note = The PIN exists on this device only; nobody can look it up or bring it back. When there is a network, ask the administrator for a new one-time code and enrol this device again: everything uploaded comes back, and so does what was not. Without network or code, leave it for now; nothing is lost.
unlock-start-over = Enrol this device again
unlock-working = Opening your files…

## What former devices left
left-by-pin = can be brought back by the PIN it had then
left-sealed = sealed; comes back by itself once the administrator lets it
left-heading = Not uploaded before
left-title = Left by a device that was switched off
left-of = Left when this device was enrolled again, { $moment }
left-bring-back = Bring back
left-pin-title = Enter the PIN of that time
left-pin-note = With the PIN of that time it comes back and is uploaded.
left-done = It is back and on its way

## Me
me-title = Me
me-areas = Areas
me-server = Server
me-sync = Sync
me-display = Display
me-theme = Colours
me-theme-auto = Like the system
me-theme-light = Light
me-theme-dark = Dark
me-size = Type size
me-size-normal = Normal
me-size-large = Large
me-size-huge = Very large
me-language = Language
me-lock-note = Once locked, the PIN is needed to open it.
me-feedback = Feedback and complaints
me-version = Version { $version }
me-staff-id = Number

## Inbox
inbox-title = Inbox
inbox-empty = Nothing new
inbox-empty-note = Returned visits, fields two people changed and anything not accepted will show up here.
inbox-returned = Returned visits
inbox-conflicts = Changed by two people
inbox-refused = Not accepted
inbox-refused-line = Reason: { $reason }

## A day in three fields
date-field-year = Year
date-field-month = Month
date-field-day = Day
