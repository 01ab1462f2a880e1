//! What is said of a person: sex, categories, risk, programme.
use crate::IdNumber;
use crate::api::Edit;
use crate::fields::Path;
use crate::roles::Section;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A closed list of codes: serde and text forms from one table.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant),+ }
        impl $name {
            /// Every value, in the order of lists.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The code as stored and sent.
            pub fn code(self) -> &'static str { match self { $($name::$variant => $code),+ } }
        }
        impl FromStr for $name {
            type Err = &'static str;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                match s { $($code => Ok($name::$variant),)+ _ => Err(concat!("unknown ", stringify!($name))) }
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.code()) }
        }
    };
}
pub(crate) use codes;

codes!(
    /// Sex by GB/T 2261.1.
    Sex {
        /// 未知
        Unknown = "0",
        /// 男
        Male = "1",
        /// 女
        Female = "2",
        /// 未说明
        Unstated = "9",
    }
);

codes!(
    /// Whose programme a file or a visit belongs to; a role sees some of them.
    Programme {
        /// 儿童
        Child = "child",
        /// 养老
        Elder = "elder",
        /// 社工个案
        Social = "social",
    }
);

codes!(
    /// Why a person is on file (国发〔2016〕36号, 民发〔2019〕62号, 民发〔2022〕73号). One person may be in several.
    Category {
        /// 孤儿
        Orphan = "orphan",
        /// 事实无人抚养儿童
        DeFactoUnsupported = "de_facto_unsupported",
        /// 自身困境 (illness, disability)
        OwnDifficulty = "own_difficulty",
        /// 家庭困境 (poverty)
        FamilyDifficulty = "family_difficulty",
        /// 监护困境
        GuardianshipDifficulty = "guardianship_difficulty",
        /// 安全困境
        SafetyDifficulty = "safety_difficulty",
        /// 临时困境
        TemporaryDifficulty = "temporary_difficulty",
        /// 留守儿童
        LeftBehindChild = "left_behind_child",
        /// 流动儿童
        MigrantChild = "migrant_child",
        /// 独居老人
        LivingAlone = "living_alone",
        /// 空巢老人
        EmptyNest = "empty_nest",
        /// 留守老人
        LeftBehindElder = "left_behind_elder",
        /// 失能老人
        DisabledElder = "disabled_elder",
        /// 重度残疾老人
        SeverelyHandicapped = "severely_handicapped",
        /// 计划生育特殊家庭老人
        SpecialFamilyPlanning = "special_family_planning",
        /// 社工个案
        SocialCase = "social_case",
    }
);

impl Category {
    /// The programme that looks after this category.
    pub fn programme(self) -> Programme {
        use Category::*;
        match self {
            Orphan
            | DeFactoUnsupported
            | OwnDifficulty
            | FamilyDifficulty
            | GuardianshipDifficulty
            | SafetyDifficulty
            | TemporaryDifficulty
            | LeftBehindChild
            | MigrantChild => Programme::Child,
            LivingAlone | EmptyNest | LeftBehindElder | DisabledElder | SeverelyHandicapped | SpecialFamilyPlanning => Programme::Elder,
            SocialCase => Programme::Social,
        }
    }
}

/// A child is one until this age, years.
pub const ADULT: u32 = 18;
/// An elder is one from this age on, years (老年人权益保障法 art. 2).
pub const ELDER: u32 = 60;

impl Category {
    /// Whether somebody of this age is hardly in this category: a child's of a grown-up, an elder's of a child. To be asked about, not refused.
    pub fn is_unlikely_at(self, age: u32) -> bool {
        match self.programme() {
            Programme::Child => age >= ADULT,
            Programme::Elder => age < ELDER,
            Programme::Social => false,
        }
    }
}

/// The first category among edits of a file that somebody of that age is hardly in. The day of birth is that of the edits, of an ID
/// number in them, or the one on file.
pub fn unlikely_category<'a>(edits: &'a [Edit], on_file: Option<&str>, today: NaiveDate) -> Option<&'a Path> {
    let text = |key: &str| edits.iter().find(|e| e.path.section == Section::Identity && e.path.key == key).and_then(|e| e.value.text());
    let number = text("id_number").and_then(|n| n.parse::<IdNumber>().ok()).map(|n| n.birth());
    let birth = number.or_else(|| text("birth").or(on_file)?.parse().ok())?;
    let hardly = |e: &&Edit| {
        let category = e.value.text().filter(|_| e.path.section == Section::Categories && e.path.key == "code");
        category.and_then(|code| code.parse::<Category>().ok()).is_some_and(|c| c.is_unlikely_at(crate::time::age(birth, today)))
    };
    edits.iter().find(hardly).map(|e| &e.path)
}

codes!(
    /// How much a person is at risk. A score may advise; a person decides and says why.
    Risk {
        /// 高风险
        High = "high",
        /// 中风险
        Medium = "medium",
        /// 低风险 / 一般
        Low = "low",
    }
);

codes!(
    /// Whether the file is being worked on.
    FileStatus {
        /// 在档
        Open = "open",
        /// 已销档 (moved out of the programme, died, grew up)
        Closed = "closed",
    }
);
