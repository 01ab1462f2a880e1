### Words for the codes of the program: roles, programmes, categories, risks, states.

role-child-director = Child director
role-child-supervisor = Child supervisor
role-elder-care-specialist = Elder care specialist
role-social-worker = Social worker
role-reviewer = Reviewer
role-county-officer = County officer
role-administrator = Administrator
role-volunteer = Volunteer

category-orphan = Orphan
category-de-facto-unsupported = De facto unsupported
category-own-difficulty = Own difficulty
category-family-difficulty = Family in difficulty
category-guardianship-difficulty = Guardianship difficulty
category-safety-difficulty = Safety difficulty
category-temporary-difficulty = Temporary difficulty
category-left-behind-child = Left-behind child
category-migrant-child = Migrant child
category-living-alone = Living alone
category-empty-nest = Empty nest
category-left-behind-elder = Left-behind elder
category-disabled-elder = Needs care
category-severely-handicapped = Severely handicapped
category-special-family-planning = Special family-planning household
category-social-case = Social case

risk-high = High risk
risk-medium = Medium risk
risk-low = Low risk

sex-0 = Unknown
sex-1 = Male
sex-2 = Female
sex-9 = Not stated

status-open = Open
status-closed = Closed

## What became of a visit
visit-state-draft = Not finished
visit-state-saved = Saved on this phone
visit-state-uploaded = Uploaded
visit-state-approved = Approved
visit-state-returned = Returned
visit-state-changed = Changed since approval
visit-state-refused = Not accepted

## How a visit was made
visit-kind-regular = At home
visit-kind-home = At home
visit-kind-extra = Extra visit
visit-kind-phone = By phone
visit-kind-video = By video
visit-kind-school = At school
visit-kind-station = At the station

## Fields of a file: field-<section>-<key>
field-identity-name = Name
field-identity-sex = Sex
field-identity-birth = Date of birth
field-identity-id-number = ID number
field-identity-ethnic = Ethnic group
field-contact-phone = Phone
field-contact-address = Address
field-household-name = Name
field-household-relation = Relation
field-household-birth = Date of birth
field-household-phone = Phone
field-household-guardian = Is a guardian
field-household-note = Note
field-household-gone = No longer in the household
field-guardianship-grade = Guardianship
field-guardianship-words = Guardianship, in the county’s words
field-guardianship-carer = Cared for by
field-guardianship-parents = About the parents
field-categories-code = Category
field-categories-since = Since
field-categories-reason = Reason for entry
field-categories-until = Until
field-categories-reason-out = Reason for leaving
field-risk-level = Risk level
field-risk-words = Risk, in the county’s words
field-risk-reason = Reasons
field-risk-since = Decided on
field-situation-health = Health
field-situation-disability = Disability
field-situation-disability-grade = Grade of disability
field-situation-certificate = Disability certificate
field-situation-schooling = Schooling
field-plan-text = Support plan
field-consent-basis = Basis
field-consent-by = Consent by
field-consent-on = Date
field-charge-staff = In charge
field-area-code = Village
field-status-state = Status of the file
field-status-reason = Reason for closing

section-meta = Record
section-identity = Identity
section-contact = Contacts
section-household = Household
section-guardianship = Guardianship
section-categories = Categories
section-risk = Risk
section-situation = Health and schooling
section-plan = Support plan
section-consent = Consent
section-charge = In charge
section-area = Village
section-status = Status of the file
section-head = Visit
section-answers = Answers
section-decision = Review
section-opening = Matter
section-assigned = Who sees to it
section-moves = Progress
section-thread = Remarks
section-links = Links

relation-father = Father
relation-mother = Mother
relation-grandparent = Grandparent
relation-spouse = Spouse
relation-son = Son
relation-daughter = Daughter
relation-sibling = Brother or sister
relation-grandchild = Grandchild
relation-relative = Other relative
relation-neighbour = Neighbour
relation-other = Other

guardianship-normal = Normal
guardianship-insufficient = Insufficient
guardianship-improper = Improper
guardianship-absent = Absent

disability-sight = Sight
disability-hearing = Hearing
disability-speech = Speech
disability-limbs = Limbs
disability-intellect = Intellect
disability-mental = Mental
disability-multiple = Multiple
disability-grade-1 = Grade 1
disability-grade-2 = Grade 2
disability-grade-3 = Grade 3
disability-grade-4 = Grade 4

consent-statutory-duty = Statutory duty
consent-guardian-consent = Consent of the guardian
consent-own-consent = Own consent
consent-withdrawn = Withdrawn
