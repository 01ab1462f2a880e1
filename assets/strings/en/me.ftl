### Myself, this device, settings: what goes beyond the names in app.ftl.

me-county = County
me-places-more = { $names } and others, { $count } villages
me-waiting = { $count } waiting to upload
me-nothing-waiting = Nothing waits to be uploaded
me-sync-result = { $n } uploaded, { $count } received
me-sync-same = Both sides are the same; nothing to send
me-sync-held = { $count } will be taken once what they build on has come
me-sync-not-taken = { $count } not accepted; all is still kept on this phone
me-unreadable = This device cannot read { $count } of the records; everything else is in step: { $names }. Please tell the administrator.
me-unreadable-unnamed = record { $id }
me-sync-left = { $count } more to download ({ $bytes }); what has come can be used
me-sync-traffic = { $up } up, { $down } down, { $time } seconds
me-sync-offline = The server cannot be reached. All is kept on this phone and goes up by itself later.
me-unknown-device = The server does not know this device any more; it may have been restored from an old backup
me-unknown-device-note = Everything on this device is kept. Ask your administrator for a new code and enter it here: what the server lost is uploaded again.
me-token-expired = This device did not sync for too long, and its enrolment has expired
me-token-expired-note = Everything on this device is kept, unsent work too. Ask your administrator for a new code and enter it here: then it is uploaded.
me-rejoin = Join again, keep everything
me-refused-open = Show them
me-storage =
    { $count ->
        [one] { $count } file is kept on this device, encrypted; it can be read and filled in without a network.
       *[other] { $count } files are kept on this device, encrypted; they can be read and filled in without a network.
    }
me-clock-minutes =
    { $minutes ->
        [one] The clock of this device is off by { $minutes } minute. Please set it in the system settings.
       *[other] The clock of this device is off by { $minutes } minutes. Please set it in the system settings.
    }
newer-word = new, to be seen after an update
newer-title = Some content needs a newer app
newer-note = Visits, saving and uploading go on as always. After an update the rest comes by itself.
me-clock-note = With a wrong clock, visits get the wrong date.
me-moved-aside = The old data on this device could not be opened; they were moved aside, not deleted
me-moved-aside-note = File { $file }. What was uploaded is downloaded again; for the rest ask the administrator.
me-security = Security
me-pin-change = Change the PIN
me-pin-old = Enter your PIN as it is now
me-pin-new = Enter the new PIN
me-pin-new-note = Six digits; no birthday, no 123456.
me-pin-again = Enter the new PIN again
me-pin-differs = They differ. Please enter the new PIN again.
me-pin-working = Changing…
me-pin-done = The PIN is changed
me-lock-now = Lock now
me-lock-auto =
    { $minutes ->
        [one] Locks by itself after { $minutes } minute without use.
       *[other] Locks by itself after { $minutes } minutes without use.
    }
me-about = About
me-privacy = How privacy is protected
me-privacy-stored = The files are kept on this device encrypted; opening them needs the PIN.
me-privacy-sent = Contents go to { $server } and nowhere else: no other company, no advertising, no statistics.
me-privacy-not = No position, no contacts, no check-in, no online time, no ranking; photos are never required.
me-privacy-log = The logs hold no names, ID numbers or addresses; showing a whole ID number is recorded.
me-feedback-way = Awkward, asked twice, unreasonable: tell the administrator or call the public service line 12345. It does not count against you.
me-feedback-call = Call 12345
