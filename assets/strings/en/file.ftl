### Files: the list, one person's file, editing, conflicts.

files-title = Files
files-search = Name, pinyin, ID number, phone, address
files-search-label = Search the files
files-count =
    { $count ->
        [one] { $count } file
       *[other] { $count } files
    }
files-empty = No file fits
files-empty-note = Try another word, or clear the filters.
files-new = New file
files-filter-category = Category
files-filter-risk = Risk
files-filter-area = Village
files-filter-due = Only those due
files-filter-closed = With closed files
files-clear-filters = Clear filters

person-title = File
person-new = New file
person-edit = Edit the file
person-identity = Identity
person-id-number = ID number
person-no-id-number = No ID number yet
person-guardian = Guardian
person-household = Household and guardians
person-categories = Categories
person-category-since = since { $date }
person-category-until = until { $date }
person-category-reason-in = Reason for entry
person-category-reason-out = Reason for leaving
person-category-add = Add a category
person-category-end = End this category
person-risk = Risk
person-plan = Support plan
person-consent = Consent
person-charge = In charge
person-area = Village
person-closed = Closed
person-visits = Visits
person-visits-count = { $count } in all
person-no-visits = No visits yet
person-forms = Assessments and other forms
person-form-never = not filled in yet
person-form-begin = Begin
person-form-points = { $score } points
person-visit = Visit
person-saved = Saved on this phone
person-not-yours = This file was moved and is no longer in your area.
person-discard = Discard the changes?
person-discard-note = Changes that are not saved will be lost.
person-discard-action = Discard
person-nothing-changed = Nothing was changed

conflict-title = { $field } was changed twice
conflict-note = Two people changed this, and both values are kept. Choose one; everybody will see your choice.
conflict-yours = You
conflict-line = { $name } { $date }: { $value }
conflict-take = Take this one
conflict-supervisor = The supervisor decides this one.
conflict-done = Settled
conflict-empty-value = (empty)

## The list
files-more = Show { $count } more
files-filters-on =
    { $count ->
        [one] { $count } filter
       *[other] { $count } filters
    }
files-see =
    { $count ->
        [one] Show { $count } file
       *[other] Show { $count } files
    }
files-none = No files yet
files-none-note = The files of your areas show up here after the first sync.

## One file
person-call-whom = Whom to call
person-own-phone = Herself or himself
person-hide-id = Hide
person-id-logged = Looking at the ID number is logged on this device.
person-older-visits = Earlier visits (needs a network)
person-all-visits = Show all { $count }
person-closed-note = This file is closed. { $reason }
person-category-span = from { $from } to { $until }
person-past = Left
person-by = by { $name }
person-labelled = { $label }: { $value }

## Settling two values
conflict-who = { $name } · { $moment }
conflict-device = device { $device }
conflict-this-device = this device
