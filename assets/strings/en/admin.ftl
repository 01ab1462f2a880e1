### The administrator's screens: areas, staff, roster, devices.

admin-title = Manage
admin-areas = Areas
admin-staff = Staff
admin-devices = Devices
admin-import = Import a sheet
admin-import-areas = Import areas
admin-import-staff = Import staff
admin-import-roster = Import the roster
admin-import-note = The office's own xlsx sheets will do: title rows, merged cells and any order of columns can stay.
admin-import-choose = Choose a file
admin-import-result = { $n } added, { $count } updated, { $total } unchanged
admin-import-errors =
    { $count ->
        [one] { $count } row was not imported
       *[other] { $count } rows were not imported
    }
admin-import-row = { $sheet }, row { $number }, { $column }: { $reason }
admin-code = One-time code
admin-code-new = Make a code
admin-code-note =
    { $hours ->
        [one] Hand it to the person; it works once, within { $hours } hour.
       *[other] Hand it to the person; it works once, within { $hours } hours.
    }
admin-device-revoke = Switch off
admin-device-revoke-note = A device that is switched off cannot sync any more and is wiped at its next contact.
admin-device-revoked = Switched off
admin-device-last = Last seen { $moment }
admin-sees-no-cases = Administrators see no case content.
