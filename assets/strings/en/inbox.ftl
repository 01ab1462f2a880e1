### Messages: what came back, what two people changed, what was not accepted.

inbox-changed = Changed after approval
inbox-returned-by = Returned by { $name }
inbox-no-comment = No reason given; open it to read the comments.
inbox-returned-do = Open it, read the comments, correct and submit
inbox-conflict-line-short = { $field } was changed by two people
inbox-conflict-do = Open the file and choose one value
inbox-conflict-do-visit = Open the visit and choose one answer
inbox-refused-fields = Concerns: { $fields }
inbox-refused-kept = Everything is still kept on this phone.
inbox-refused-do = Open it; once corrected it is uploaded again
inbox-changed-line = A visit you approved was changed afterwards
inbox-changed-do = Open it and look again
inbox-of-age = Coming of age
inbox-of-age-soon = Turns 18 on { $date }
inbox-of-age-past = Turned 18 on { $date }
inbox-of-age-note = A category of children is still in force.
inbox-of-age-do = Open the file and see when the category ends
inbox-no-name = A file that is not on this device
inbox-list-join = {", "}
