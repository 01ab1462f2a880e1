//! What is said of a person: sex, categories, risk, programme.
use crate::IdNumber;
use crate::api::Edit;
use crate::codes::codes;
use crate::fields::Path;
use crate::roles::Section;
use chrono::NaiveDate;

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
    open
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
    open
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
    /// The programme that looks after this category; none of one that only a newer program knows.
    pub fn programme(self) -> Option<Programme> {
        use Category::*;
        let programme = match self {
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
            Other(_) => return None,
        };
        Some(programme)
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
            Some(Programme::Child) => age >= ADULT,
            Some(Programme::Elder) => age < ELDER,
            _ => false,
        }
    }
}

/// Where edits of a file put somebody in a category in which people of that age hardly are: the category that is written, or the birth
/// beside those in force. The day of birth is that of an ID number in the edits, of the edits, or the one on file.
pub fn unlikely_age(edits: &[Edit], birth_on_file: Option<&str>, in_force: &[Category], today: NaiveDate) -> Option<Path> {
    let text = |key: &str| edits.iter().find(|e| e.path.section == Section::Identity && e.path.key == key).and_then(|e| e.value.text());
    let number = text("id_number").and_then(|n| n.parse::<IdNumber>().ok()).map(|n| n.birth());
    let said = number.or_else(|| text("birth")?.parse().ok());
    let age = crate::time::age(said.or_else(|| birth_on_file?.parse().ok())?, today);
    let hardly = |e: &&Edit| {
        let category = e.value.text().filter(|_| e.path.section == Section::Categories && e.path.key == "code");
        category.and_then(|code| code.parse::<Category>().ok()).is_some_and(|c| c.is_unlikely_at(age))
    };
    let beside = || said.filter(|_| in_force.iter().any(|c| c.is_unlikely_at(age))).map(|_| Path::new(Section::Identity, "birth"));
    edits.iter().find(hardly).map(|e| e.path.clone()).or_else(beside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_that_hardly_fits_is_found_wherever_it_is_written() {
        let edit = |path: &str, value: &str| Edit { path: path.parse().unwrap(), value: value.into() };
        let code = |code: &str| edit("categories.0192f0c1-2b3c-7def-8123-456789abcdef.code", code);
        let asked = |edits: &[Edit], birth: Option<&str>, in_force: &[Category]| {
            unlikely_age(edits, birth, in_force, "2026-11-28".parse().unwrap()).map(|path| path.key)
        };
        let is = |key: &str| Some(key.to_owned());
        assert_eq!(asked(&[code("living_alone"), edit("identity.birth", "2015-03-07")], None, &[]), is("code"));
        assert_eq!(asked(&[code("left_behind_child")], Some("1995-01-01"), &[]), is("code"));
        assert_eq!(asked(&[edit("identity.birth", "1995-01-01")], Some("2015-01-01"), &[Category::LeftBehindChild]), is("birth"));
        // What fits, what is not known, and what was there before raise no word.
        assert_eq!(asked(&[code("orphan")], Some("2008-11-29"), &[]), None);
        assert_eq!(asked(&[code("living_alone")], Some("1966-11-28"), &[]), None);
        assert_eq!(asked(&[code("orphan")], None, &[]), None);
        assert_eq!(asked(&[code("social_case"), edit("contact.phone", "13800000001")], Some("1995-01-01"), &[Category::Orphan]), None);
    }
}

codes!(
    open
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

impl Risk {
    /// High, or a grade that only a newer program knows: nothing to put off or to pass over.
    pub fn is_pressing(self) -> bool {
        matches!(self, Risk::High | Risk::Other(_))
    }
}

codes!(
    /// Whether the file is being worked on.
    FileStatus {
        /// 在档
        Open = "open",
        /// 已销档 (moved out of the programme, died, grew up)
        Closed = "closed",
    }
);
