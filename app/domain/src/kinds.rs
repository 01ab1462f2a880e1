//! The kinds of record: what each consists of, who writes which part, how long devices keep it. One table, which the role rights, documents,
//! index, feed and packs read; what it does not name is not allowed.
use crate::roles::{Kind, Right, Section};

/// A kind of record.
#[derive(Debug)]
pub struct KindSpec {
    /// Which.
    pub kind: Kind,
    /// Whose it is.
    pub subject: Subject,
    /// Of what kind the record is that one of these speaks of.
    pub about: Option<Kind>,
    /// Whether it decides on that one: on an exact version of another's work, and never on her own.
    pub decides: bool,
    /// Its sections, in the order in which a new record has them.
    pub sections: &'static [SectionSpec],
    /// Whether a section that a record lacks may be made later, by whoever may change it: records are older than programs.
    pub grows: bool,
    /// What a role must be allowed for seeing it; none: whoever sees the file.
    pub seen: Option<Right>,
    /// How long devices hold it.
    pub keep: Keep,
    /// Its place in a first download: lower comes earlier.
    pub rank: u8,
    /// Whether it may have photos.
    pub photos: bool,
    /// The fact by which records of this kind are told apart and counted.
    pub sort: Option<&'static str>,
    /// The facts of its row by which records are found, filtered and counted: those in the table `facts` of devices and servers.
    pub facts: &'static [&'static str],
}

/// Whose a record is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// It is a person's file itself.
    File,
    /// A person's: it names the file.
    Person,
    /// A village's: it stands by itself, as a file does.
    Area,
}

/// How long devices hold a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keep {
    /// As long as the file is their business.
    Always,
    /// While it is not older than the county's devices go back; what is older comes on demand.
    Recent,
    /// While something is still to be done, however old it is; then as [`Keep::Recent`].
    Open,
}

/// What a section holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Written once, when the record is made.
    Head,
    /// Fields.
    Fields,
    /// Entries by UUID, each with fields; made once, never deleted.
    Entries,
    /// Entries by UUID that are written once: nobody changes anything in them.
    Log,
    /// Answers to a form.
    Answers,
}

/// A section of a kind of record: a top-level key of its document, and the unit of authorisation.
#[derive(Debug)]
pub struct SectionSpec {
    /// Which.
    pub section: Section,
    /// What it holds.
    pub shape: Shape,
    /// What a role must be allowed for making a record with it.
    pub create: Right,
    /// And for changing it later; none: nobody does.
    pub amend: Option<Right>,
    /// And for choosing between two values of it; none: whoever may change it.
    pub settle: Option<Right>,
}

const fn part(section: Section, shape: Shape, create: Right, amend: Option<Right>) -> SectionSpec {
    SectionSpec { section, shape, create, amend, settle: None }
}

/// Part of a file that a supervisor decides between two values of.
const fn decided(section: Section, amend: Right) -> SectionSpec {
    SectionSpec { section, shape: Shape::Fields, create: Right::OpenFile, amend: Some(amend), settle: Some(Right::Decide) }
}

const fn of_file(section: Section, shape: Shape) -> SectionSpec {
    part(section, shape, Right::OpenFile, Some(Right::Amend))
}

const PERSON: KindSpec = KindSpec {
    kind: Kind::Person,
    subject: Subject::File,
    about: None,
    decides: false,
    sections: &[
        part(Section::Meta, Shape::Head, Right::OpenFile, None),
        of_file(Section::Identity, Shape::Fields),
        of_file(Section::Contact, Shape::Fields),
        of_file(Section::Household, Shape::Entries),
        decided(Section::Guardianship, Right::Amend),
        of_file(Section::Categories, Shape::Entries),
        decided(Section::Risk, Right::Amend),
        of_file(Section::Situation, Shape::Fields),
        of_file(Section::Plan, Shape::Fields),
        of_file(Section::Consent, Shape::Fields),
        part(Section::Charge, Shape::Fields, Right::OpenFile, Some(Right::Transfer)),
        part(Section::Area, Shape::Fields, Right::OpenFile, Some(Right::Transfer)),
        decided(Section::Status, Right::Transfer),
    ],
    grows: true,
    seen: None,
    keep: Keep::Always,
    rank: 0,
    photos: false,
    sort: None,
    facts: &["name", "id_number", "birth", "sex", "categories", "risk", "opened", "charge"],
};

const VISIT: KindSpec = KindSpec {
    kind: Kind::Visit,
    subject: Subject::Person,
    about: None,
    decides: false,
    sections: &[
        part(Section::Meta, Shape::Head, Right::Visit, None),
        // Who visited whom, when and by which form is never rewritten.
        part(Section::Head, Shape::Head, Right::Visit, None),
        part(Section::Answers, Shape::Answers, Right::Visit, Some(Right::Visit)),
    ],
    grows: false,
    seen: None,
    keep: Keep::Recent,
    rank: 1,
    photos: true,
    sort: Some("kind"),
    facts: &["form", "next"],
};

const REVIEW: KindSpec = KindSpec {
    kind: Kind::Review,
    subject: Subject::Person,
    about: Some(Kind::Visit),
    decides: true,
    sections: &[part(Section::Meta, Shape::Head, Right::Review, None), part(Section::Decision, Shape::Head, Right::Review, None)],
    grows: false,
    seen: None,
    keep: Keep::Recent,
    rank: 2,
    photos: false,
    sort: None,
    facts: &[],
};

/// What matters consist of. Who may open one, and who may move it to which stage, is said by its type ([`crate::matter`]).
const fn matter(kind: Kind, subject: Subject, sections: &'static [SectionSpec], seen: Option<Right>, rank: u8) -> KindSpec {
    let facts = &["type", "form", "stage", "charge", "links", "disputed", "level", "score"];
    KindSpec {
        kind,
        subject,
        about: None,
        decides: false,
        sections,
        grows: false,
        seen,
        keep: Keep::Open,
        rank,
        photos: true,
        sort: Some("type"),
        facts,
    }
}

const MATTER: KindSpec = matter(Kind::Matter, Subject::Person, OPEN, None, 3);
const AREA_MATTER: KindSpec = matter(Kind::AreaMatter, Subject::Area, OPEN, None, 4);
const CONFIDENTIAL: KindSpec = matter(Kind::Confidential, Subject::Person, CLOSED, Some(Right::Review), 5);
const AREA_CONFIDENTIAL: KindSpec = matter(Kind::AreaConfidential, Subject::Area, CLOSED, Some(Right::Review), 6);

const OPEN: &[SectionSpec] = &in_matter(Right::Amend);
/// Whoever writes one down need not see it: who told of a child is told to supervisors by whoever was told.
const CLOSED: &[SectionSpec] = &in_matter(Right::Review);

const fn in_matter(amend: Right) -> [SectionSpec; 7] {
    [
        part(Section::Meta, Shape::Head, Right::Amend, None),
        part(Section::Opening, Shape::Head, Right::Amend, None),
        part(Section::Answers, Shape::Answers, Right::Amend, Some(amend)),
        part(Section::Assigned, Shape::Fields, Right::Amend, Some(amend)),
        part(Section::Moves, Shape::Log, Right::Amend, Some(amend)),
        part(Section::Thread, Shape::Log, Right::Amend, Some(amend)),
        part(Section::Links, Shape::Entries, Right::Amend, Some(amend)),
    ]
}

/// What only supervisors see of a village, kept while something is to be done: all that the kinds above do not ask of the table.
#[cfg(feature = "fifth")]
const MADE_UP: KindSpec = KindSpec {
    kind: Kind::MadeUp,
    subject: Subject::Area,
    about: None,
    decides: false,
    sections: &[
        part(Section::Meta, Shape::Head, Right::Review, None),
        part(Section::Made, Shape::Head, Right::Review, None),
        part(Section::Points, Shape::Fields, Right::Review, Some(Right::Review)),
        part(Section::Steps, Shape::Entries, Right::Review, Some(Right::Review)),
    ],
    grows: true,
    seen: Some(Right::Review),
    keep: Keep::Open,
    rank: 7,
    photos: false,
    sort: None,
    facts: &["title", "steps"],
};

impl Kind {
    /// Kinds as SQL lists them.
    pub fn listed<'k>(kinds: impl IntoIterator<Item = &'k Kind>) -> String {
        kinds.into_iter().map(|kind| format!("'{kind}'")).collect::<Vec<_>>().join(", ")
    }
    /// The kinds that devices hold for some time only.
    pub fn fading() -> impl Iterator<Item = &'static Kind> {
        Kind::ALL.iter().filter(|kind| kind.spec().keep != Keep::Always)
    }
    /// Whether a record of this kind belongs to no other: a person's file, or what is a village's. It says itself where it lies.
    pub fn stands_alone(self) -> bool {
        self.spec().subject != Subject::Person
    }
    /// Whether it is a matter, seen by many or by few, of a person or a village.
    pub fn is_matter(self) -> bool {
        matches!(self, Kind::Matter | Kind::AreaMatter | Kind::Confidential | Kind::AreaConfidential)
    }
    /// Its line of the table.
    pub fn spec(self) -> &'static KindSpec {
        match self {
            Kind::Person => &PERSON,
            Kind::Visit => &VISIT,
            Kind::Review => &REVIEW,
            Kind::Matter => &MATTER,
            Kind::AreaMatter => &AREA_MATTER,
            Kind::Confidential => &CONFIDENTIAL,
            Kind::AreaConfidential => &AREA_CONFIDENTIAL,
            #[cfg(feature = "fifth")]
            Kind::MadeUp => &MADE_UP,
        }
    }
    /// The section that says who made a record and when: after what all records begin with, the first that is written once.
    pub fn head(self) -> Section {
        self.filled().find(|spec| spec.shape == Shape::Head).map_or(Section::Meta, |spec| spec.section)
    }
    /// A section as this kind has it.
    pub fn section(self, section: Section) -> Option<&'static SectionSpec> {
        self.spec().sections.iter().find(|spec| spec.section == section)
    }
    /// The sections that people fill, in the order in which a new record has them.
    pub fn filled(self) -> impl Iterator<Item = &'static SectionSpec> {
        self.spec().sections.iter().filter(|spec| spec.section != Section::Meta)
    }
}

impl Section {
    /// Whether it says who made a record and when, in whatever kind has it.
    pub fn is_head(self) -> bool {
        self != Section::Meta && Kind::ALL.iter().any(|kind| kind.head() == self)
    }
    /// Whether it holds entries by UUID, in whatever kind has it.
    pub fn has_entries(self) -> bool {
        self.is_of(&[Shape::Entries, Shape::Log])
    }
    /// Whether what stands in its entries is written once.
    pub fn is_log(self) -> bool {
        self.is_of(&[Shape::Log])
    }
    fn is_of(self, shapes: &[Shape]) -> bool {
        Kind::ALL.iter().any(|kind| kind.section(self).is_some_and(|spec| shapes.contains(&spec.shape)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roles::Action;
    use crate::{Programme, Role};
    use std::fmt::Write;

    /// Role × action × kind × section, as it was agreed. Whoever changes it reads it first.
    const AGREED: &str = include_str!("kinds.txt");

    fn printed() -> String {
        let mut table = String::new();
        let roles = |may: &dyn Fn(Role) -> bool| Role::ALL.iter().filter(|role| may(**role)).map(|role| role.code()).collect::<Vec<_>>().join(" ");
        for kind in Kind::ALL {
            writeln!(
                table,
                "{kind}: {:?}, about {:?}, kept {:?}, rank {}{}",
                kind.spec().subject,
                kind.spec().about,
                kind.spec().keep,
                kind.spec().rank,
                [(kind.spec().grows, ", grows"), (kind.spec().decides, ", decides")].map(|(so, word)| if so { word } else { "" }).concat()
            )
            .unwrap();
            writeln!(table, "  seen: {}", roles(&|role| role.sees(*kind))).unwrap();
            if !kind.spec().facts.is_empty() {
                writeln!(table, "  facts: {}", kind.spec().facts.join(" ")).unwrap();
            }
            for section in Section::ALL {
                for action in Action::ALL {
                    let who = roles(&|role| role.may(*action, *kind, *section));
                    if !who.is_empty() {
                        writeln!(table, "  {action} {section}: {who}").unwrap();
                    }
                }
                if kind.section(*section).is_some_and(|spec| spec.settle.is_some()) {
                    writeln!(table, "  settle {section}: {}", roles(&|role| role.may_settle(*section))).unwrap();
                }
            }
        }
        for right in Right::ALL {
            writeln!(table, "{right}: {}", roles(&|role| role.has(*right))).unwrap();
        }
        table
    }

    #[test]
    fn every_role_may_what_was_agreed_and_nothing_else() {
        assert!(printed() == AGREED, "kinds.txt says otherwise; it would be:\n{}", printed());
    }

    #[test]
    fn a_kind_is_itself_and_its_sections_stand_once() {
        for kind in Kind::ALL {
            let spec = kind.spec();
            assert_eq!(spec.kind, *kind);
            assert_eq!(Kind::ALL.iter().filter(|k| k.spec().rank == spec.rank).count(), 1, "{kind}: packs of a kind are numbered by its rank");
            let changes = |role: &Role| Section::ALL.iter().any(|section| role.may(Action::Amend, *kind, *section));
            assert!(Role::ALL.iter().all(|role| !changes(role) || role.sees(*kind)), "{kind}: who may change it sees it");
            assert_eq!(spec.sections.first().map(|s| s.section), Some(Section::Meta), "{kind}");
            for (n, section) in spec.sections.iter().enumerate() {
                assert!(!spec.sections[..n].iter().any(|s| s.section == section.section), "{kind} {}", section.section);
                let elsewhere = Kind::ALL.iter().filter_map(|k| k.section(section.section));
                let alike = |other: &SectionSpec| (other.shape, other.settle) == (section.shape, section.settle);
                assert!(elsewhere.into_iter().all(alike), "{}: what it holds and who may settle it is asked without its kind", section.section);
            }
        }
        assert!(Section::ALL.iter().all(|section| Kind::ALL.iter().any(|kind| kind.section(*section).is_some())));
        assert_eq!(
            Section::ALL.iter().filter(|s| s.has_entries()).collect::<Vec<_>>(),
            [&Section::Household, &Section::Categories, &Section::Moves, &Section::Thread, &Section::Links]
        );
    }

    #[test]
    fn of_a_role_that_nobody_knows_nothing_is_allowed() {
        let role = Role::read("school_contact").unwrap();
        assert!(!role.is_known() && Right::ALL.iter().all(|right| !role.has(*right)) && role.programmes().is_empty());
        assert!(Programme::read("health").is_some_and(|p| !p.is_known()));
    }
}
