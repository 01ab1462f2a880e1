### Editing a file and making a new one.

edit-jump = Which part to change
edit-id-keep = Now it is { $masked }; leave this empty to keep it.
edit-id-remove = Take this number away
edit-id-removed = After saving there is no ID number.
edit-id-hint = The ID number fills in the date of birth and the sex. Leave it empty if there is none.
edit-add-member = Add a member of the household
edit-new-member = New member of the household
edit-member-left = No longer at home
edit-undo = Undo
edit-remove-new = Do not add
edit-new-category = New category
edit-restored = Changes not saved last time are still here
edit-restored-note = Check and save them, or discard them.
edit-faults =
    { $count ->
        [one] { $count } thing to correct
       *[other] { $count } things to correct
    }
edit-open-existing = Open that file: { $name }
edit-reason-hint = Say what was seen and why you decide so.
edit-new-note = Fill in what matters; the rest can follow later.
edit-no-areas = No village to choose from; please sync first.
edit-cannot-create = Your role cannot make a new file.
edit-cannot-amend = Your role cannot change this file.
edit-saved = Changes saved on this phone
edit-created = File made, saved on this phone
edit-end-note = Give date and reason of leaving; the category stays in the file.
edit-stay = Go on editing
edit-go-to-fault = Show
edit-member-back = Back at home
edit-age-title = Age and category hardly fit
edit-age-note = Check birth and category. If both are right, save all the same.
edit-age-sure = Both are right, save
