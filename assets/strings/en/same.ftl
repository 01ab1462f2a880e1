# Two files that may be of one person.
same-title = May be the same person as in another file
same-ask-title = Is it the same person?
same-ask-note = There is a file here that looks much like this one. Please compare them, so that nobody has two.
same-born = born { $born }
same-number = the same ID number
same-name = the same name
same-open = Open that file
same-another = Another person: go on
same-two = Not the same person
same-note = If it is one person, ask the supervisor to close the second file. If not, say so, and you will not be asked again.
same-todo = Open and compare
same-none = No files that may be of one person.
