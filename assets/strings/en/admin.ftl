### The administrator's screens: areas, staff, roster, devices.

admin-title = Manage
admin-parts = What to manage
admin-staff = Staff
admin-devices = Devices
admin-import = Import
admin-sees-no-cases = Administrators see no case content.
admin-offline = Managing needs the network
admin-offline-note = Imports, enrolment codes and switching devices off happen on the server. Try again with a network.

## Import
admin-import-what = What to import
admin-import-areas = Areas
admin-import-staff = Staff
admin-import-roster = Roster
admin-import-note = The office's own xlsx sheets will do: title rows, merged cells and any order of columns can stay. Areas may be csv, too.
admin-import-order = Areas first, then staff, the roster last.
admin-import-choose = Choose a file
admin-import-other = Choose another file
admin-import-go = Import
admin-import-working = Uploading and checking, please keep this open…
admin-import-again = Importing the same file again changes nothing.
admin-import-checking = Checking; nothing is written yet…
admin-import-preview = What would be taken in; nothing is written yet
admin-import-preview-note = Look at what is below, then press Import.
admin-import-yes = Also change name, role or areas of known staff ({ $n })
admin-import-notes =
    { $count ->
        [one] { $count } remark to look at
       *[other] { $count } remarks to look at
    }
admin-import-notes-note = Something was left out or guessed; please check.
admin-import-save = Save the list with remarks
admin-import-too-large = The file is larger than { $n } MB; please split it.
admin-import-unreadable = The file could not be read, please choose it again.
admin-import-done = { $what }: imported
admin-import-some =
    { $count ->
        [one] { $what }: imported, { $count } row was not taken
       *[other] { $what }: imported, { $count } rows were not taken
    }
admin-added = Added
admin-updated = Updated
admin-unchanged = Unchanged
admin-not-taken = Not taken
admin-import-errors =
    { $count ->
        [one] { $count } row was not imported
       *[other] { $count } rows were not imported
    }
admin-import-errors-note = Correct these rows in your sheet and import it again; what is in already is not doubled.
admin-import-more =
    { $count ->
        [one] { $count } more row is not listed; copy the table to see it.
       *[other] { $count } more rows are not listed; copy the table to see them.
    }
admin-import-copy = Copy this table
admin-sheet = Sheet
admin-row = Row
admin-column = Column
admin-reason = Reason
admin-copied = Copied
admin-copy-failed = It could not be copied; please select the text and copy it.

## Staff
admin-staff-search = Name, number
admin-staff-search-label = Search staff
admin-staff-count =
    { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
admin-staff-empty = No staff yet
admin-staff-empty-note = Import the staff list first.
admin-staff-none = Nobody found
admin-staff-none-note = Try another name or number.
admin-code-issue = Enrolment code
admin-code-for = Enrolment code for { $name }
admin-code-note = To be typed on the new device together with the server's address. It works once.
admin-code-until = Valid until { $moment }
admin-code-server = Server
admin-code-copy = Copy the code

## Devices
admin-device-count = { $count } in use
admin-device-empty = No devices yet
admin-device-empty-note = They show up here once enrolled with a code.
admin-device-joined = enrolled { $date }
admin-device-last = last seen { $moment }
admin-device-never = not seen yet
admin-device-revoke = Switch off
admin-device-revoke-title = Switch off the device of { $name }?
admin-device-revoke-note = It cannot sync any more and is wiped at its next contact. What it has not uploaded is wiped, too: ask its user first.
admin-device-revoked-on = switched off { $date }
admin-device-stopped = Switched off; wiped at its next contact
