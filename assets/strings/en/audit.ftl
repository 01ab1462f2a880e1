### The log of acts and of reading, one-time codes and who confirms them, files outside of one's own caseload.

act-code-made = Code made
act-code-confirmed = Code confirmed
act-code-withdrawn = Code withdrawn
act-enrolled = Device joined
act-enrol-failed = Device not let in
act-revoked = Device stopped
act-released = Unsent work released
act-import = Import
act-rights = Role or areas changed
act-policy = Policy set
act-form-imported = Form imported
act-form-published = Form published
act-form-withdrawn = Form withdrawn
act-let-in = Refused change let in
act-laid-aside = Refused change laid aside
act-quarantine-dropped = Refused changes removed
act-record-aside = Record taken out of use
act-record-back = Record put back
act-rekeyed = Server key changed
act-backup = Backup
act-restored = Restored from a backup
act-purged = Old entries removed
act-audit-read = Log read
act-first-download = First download
act-packs = Village's files downloaded
act-older = Earlier visits fetched
act-id-number = Whole ID number shown
act-export = Export
act-opened = File outside own caseload opened
act-unknown = Other

role-operator = Server operator
role-stranger = Device not enrolled

audit-reason-cover = Cover or handover
audit-reason-assigned = Assigned
audit-reason-asked = Person or family asked
audit-reason-emergency = Emergency
audit-reason-check = Checking data
audit-reason-visit = Visit
audit-reason-duty = Within supervision
audit-reason-pending = waits for a second person
audit-reason-areas = areas
audit-reason-staff = staff list
audit-reason-roster = roster
audit-reason-joined = joined
audit-reason-role = role changed
audit-reason-replaced = replaced by a new one
audit-reason-moved = areas changed
audit-reason-left = left
audit-reason-back = back
audit-reason-wrong-code = wrong code
audit-reason-used-code = code used already
audit-reason-expired-code = code expired or withdrawn
audit-reason-code-pending = code not confirmed
audit-reason-not-allowed = not allowed
audit-reason-device-revoked = device stopped

code-state-pending = Waits for confirmation
code-state-open = Good
code-state-used = Used
code-state-expired = Expired
code-state-withdrawn = Withdrawn

## Codes
audit-codes = Codes
audit-codes-note = A code for a supervisor, reviewer, county officer or administrator works only after another administrator or the county officer has confirmed it.
audit-codes-empty = No code was made lately
audit-code-by = by { $name }, { $moment }
audit-code-by-server = at the server, { $moment }
audit-code-confirm = Confirm
audit-code-confirm-title = Confirm the code for { $name }?
audit-code-confirm-note = Ask { $name } first whether she is enrolling a new device. Whoever holds the code can then see what is within that role.
audit-code-confirmed = Confirmed; the code works now
audit-code-withdraw = Withdraw
audit-code-withdraw-title = Withdraw the code for { $name }?
audit-code-withdraw-note = The code will not work any more. Devices that have joined are not affected.
audit-code-withdrawn = Withdrawn
audit-code-pending = Not good yet: another administrator or the county officer must confirm it.
audit-code-server-only = Where nobody else can, the server's operator confirms it.

## The log
audit-log = Log
audit-log-title = Log of acts and access
audit-log-acts-note = Who made codes, enrolled or stopped devices, imported lists. Access to files is shown to the county officer.
audit-log-all-note = Who did what, and who looked at files outside of her own caseload. No hours are counted; it is no appraisal.
audit-log-empty = No such entries
audit-log-empty-note = Try other days or another staff id.
audit-log-since = From
audit-log-until = To
audit-log-staff = Staff id
audit-log-staff-wrong = A staff id has letters, digits, "-" and "_" only.
audit-log-find = Find
audit-log-device-time = device time { $moment }
audit-log-number = { $count } records
audit-log-file = File of { $name }
audit-log-file-away = A file not on this device
audit-oversee = Oversight
audit-oversee-note = Confirm codes; see who did what and who looked at files.

## A file outside of one's own caseload
access-title = This file is not in your caseload
access-note = Say why you open it. It is put down for the county officer; you are not asked again today.
access-ask = Why you open it
access-open = Open the file

## A device enrolled for me
device-new-title = A new device was enrolled in your name
device-new-what = { $label }, enrolled { $moment }.
device-new-no-label = A device without a name
device-new-do = If it was not you, tell the administrator at once to stop it.
device-new-mine = It was me
