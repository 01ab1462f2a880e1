//! Of whom columns of a roster speak beside the person, and what they say.

/// Somebody whom columns of a roster speak of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    Guardian,
    Entrusted,
    Head,
    Father,
    Mother,
    Grandfather,
    Grandmother,
    MothersFather,
    MothersMother,
}

/// What a column says of somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    Name,
    Phone,
    /// Name and telephone in one cell.
    Both,
    IdNumber,
    Birth,
    Address,
    /// Where she works away from home.
    Place,
    Relation(Direction),
}

/// Which way round a relation is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// What the relative is to the person: 与儿童关系 奶奶.
    ToPerson,
    /// What the person is to the relative: 与监护人关系 孙女.
    FromPerson,
}

impl Who {
    /// Everybody, in the order in which two names for one person are settled.
    pub const ALL: [Who; 9] = [
        Who::Guardian,
        Who::Entrusted,
        Who::Head,
        Who::Father,
        Who::Mother,
        Who::Grandfather,
        Who::Grandmother,
        Who::MothersFather,
        Who::MothersMother,
    ];
    /// How headers begin; a longer one before a shorter that it begins with.
    pub const NAMES: &'static [(&'static str, Who)] = &[
        ("受委托监护人", Who::Entrusted),
        ("委托监护人", Who::Entrusted),
        ("受委托照护人", Who::Entrusted),
        ("委托照护人", Who::Entrusted),
        ("委托照料人", Who::Entrusted),
        ("受委托人", Who::Entrusted),
        ("被委托人", Who::Entrusted),
        ("现监护人", Who::Guardian),
        ("实际监护人", Who::Guardian),
        ("法定监护人", Who::Guardian),
        ("监护人", Who::Guardian),
        ("照护人", Who::Guardian),
        ("照料人", Who::Guardian),
        ("抚养人", Who::Guardian),
        ("赡养人", Who::Guardian),
        ("紧急联系人", Who::Guardian),
        ("家属", Who::Guardian),
        ("家长", Who::Guardian),
        ("联系人", Who::Guardian),
        ("代理人", Who::Guardian),
        ("户主", Who::Head),
        ("父亲", Who::Father),
        ("母亲", Who::Mother),
        ("外祖父", Who::MothersFather),
        ("外公", Who::MothersFather),
        ("姥爷", Who::MothersFather),
        ("外祖母", Who::MothersMother),
        ("外婆", Who::MothersMother),
        ("姥姥", Who::MothersMother),
        ("祖父", Who::Grandfather),
        ("爷爷", Who::Grandfather),
        ("祖母", Who::Grandmother),
        ("奶奶", Who::Grandmother),
    ];

    /// The relation's code and a word to be kept beside it, where it follows from who it is.
    pub(super) fn relation(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Who::Guardian | Who::Entrusted | Who::Head => return None,
            Who::Father => ("father", ""),
            Who::Mother => ("mother", ""),
            Who::Grandfather => ("grandparent", "祖父"),
            Who::Grandmother => ("grandparent", "祖母"),
            Who::MothersFather => ("grandparent", "外祖父"),
            Who::MothersMother => ("grandparent", "外祖母"),
        })
    }
    /// As a reason names somebody.
    pub(super) fn word(self) -> &'static str {
        match self {
            Who::Guardian => "监护人",
            Who::Entrusted => "委托监护人",
            Who::Head => "户主",
            Who::Father => "父亲",
            Who::Mother => "母亲",
            Who::Grandfather => "祖父",
            Who::Grandmother => "祖母",
            Who::MothersFather => "外祖父",
            Who::MothersMother => "外祖母",
        }
    }
}
