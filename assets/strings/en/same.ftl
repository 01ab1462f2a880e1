# Two files that may be of one person.
same-title = May be the same person as in another file
same-ask-title = Is it the same person?
same-ask-note = There is a file that looks much like this one: { $who }. Please compare them, so that nobody has two.
same-born = born { $born }
same-opened = opened { $born }, visits: { $n }
same-number = the same ID number
same-name = the same name
same-name-born = the same name and day of birth
same-open = Open that file
same-another = Another person: go on
same-two = Not the same person
same-said = Noted: two persons
same-note = If it is one person, the supervisor closes the second file (under “Edit”, “State of the file”). If not, say so, and this device will not ask again.
same-todo = Open and compare
same-none = No files that may be of one person.
