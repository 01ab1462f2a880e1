//! Roles: what each may do and whose files it sees. Which right a section of a record asks for is said by [`crate::kinds`].
//! Interface, client and server ask this one table; only the server's answer counts.
use crate::codes::codes;
use crate::person::Programme;
use crate::{AreaCode, StaffId};
use serde::{Deserialize, Serialize};

codes!(
    open
    /// What a member of staff is.
    Role {
        /// 儿童主任
        ChildDirector = "child_director",
        /// 儿童督导员
        ChildSupervisor = "child_supervisor",
        /// 养老专员
        ElderCareSpecialist = "elder_care_specialist",
        /// 社工
        SocialWorker = "social_worker",
        /// 主管
        Reviewer = "reviewer",
        /// 区民政
        CountyOfficer = "county_officer",
        /// 管理员: areas, staff, devices; no case content
        Administrator = "administrator",
        /// 志愿者: accompanies, sees no sensitive data
        Volunteer = "volunteer",
    }
);

codes!(
    /// The kinds of record. Every kind but a person's file points to its person.
    Kind {
        /// A person's file (一人一档).
        Person = "person",
        /// One visit.
        Visit = "visit",
        /// A supervisor's decision on one exact version of a record. Never amended.
        Review = "review",
        /// Something that is done about a person and has a life of its own: a referral, a report ([`crate::matter`]).
        Matter = "matter",
        /// The same of a village: a lead about somebody who is not on file, a training.
        AreaMatter = "area_matter",
        /// A matter of a person that supervisors alone see, and whoever wrote it on her device.
        Confidential = "confidential",
        /// The same of a village.
        AreaConfidential = "area_confidential",
        /// A made-up one (`tests/fifth`), of which no program of ours knows.
        #[cfg(feature = "fifth")]
        MadeUp = "made_up",
    }
);

codes!(
    /// The sections of records: their top-level keys. Authorisation is by section.
    Section {
        /// Kind, schema, id, person: written once when the record is made.
        Meta = "meta",
        /// Name, sex, birth, ID number, ethnic group.
        Identity = "identity",
        /// Telephone, address, position of the house.
        Contact = "contact",
        /// Members of the household and guardians.
        Household = "household",
        /// Guardianship: who has it, who cares in fact, its grade.
        Guardianship = "guardianship",
        /// Categories with dates and reasons.
        Categories = "categories",
        /// Risk level with its reasons.
        Risk = "risk",
        /// Health, disability, schooling.
        Situation = "situation",
        /// Support plan.
        Plan = "plan",
        /// Legal basis or consent.
        Consent = "consent",
        /// Worker in charge.
        Charge = "charge",
        /// Where the file belongs: its village.
        Area = "area",
        /// Open or closed.
        Status = "status",
        /// A visit's form, day and kind.
        Head = "head",
        /// A visit's answers.
        Answers = "answers",
        /// A review's decision.
        Decision = "decision",
        /// Of which type a matter is, when it began and by whom.
        Opening = "opening",
        /// Who is to see to it.
        Assigned = "assigned",
        /// The moves of a matter from stage to stage.
        Moves = "moves",
        /// What people said about it.
        Thread = "thread",
        /// What it comes from and leads to.
        Links = "links",
        /// Of the made-up kind: when and by whom it was made.
        #[cfg(feature = "fifth")]
        Made = "made",
        /// What it says.
        #[cfg(feature = "fifth")]
        Points = "points",
        /// What was done.
        #[cfg(feature = "fifth")]
        Steps = "steps",
    }
);

codes!(
    /// What somebody may do. Tabs, buttons, commands and the server ask for these, never for a role.
    Right {
        /// Opens files.
        OpenFile = "open_file",
        /// Changes files.
        Amend = "amend",
        /// Visits people and writes it down.
        Visit = "visit",
        /// Decides between two values of risk, guardianship and status.
        Decide = "decide",
        /// Gives a file to another worker or village, closes it.
        Transfer = "transfer",
        /// Reviews others' visits, oversees areas, decides on what was not taken of others' work.
        Review = "review",
        /// Takes in the office's lists, makes codes, stops devices; sees no case.
        Office = "office",
        /// Gives a second person's word to a code for a supervising role; lists and withdraws codes.
        Confirm = "confirm",
        /// Reads in the log what was done.
        AuditActs = "audit_acts",
        /// Reads in the log what was done and who read what, in her areas.
        AuditReading = "audit_reading",
    }
);

codes!(
    /// Making a record or changing one.
    Action {
        /// The first change of a record.
        Create = "create",
        /// Every later one.
        Amend = "amend",
    }
);

impl Role {
    /// Whose files the role sees in its areas. Empty: none.
    pub fn programmes(self) -> &'static [Programme] {
        match self {
            Role::ChildDirector | Role::ChildSupervisor => &[Programme::Child],
            Role::ElderCareSpecialist => &[Programme::Elder],
            Role::SocialWorker => &[Programme::Social],
            Role::Reviewer | Role::CountyOfficer => Programme::ALL,
            Role::Administrator | Role::Volunteer | Role::Other(_) => &[],
        }
    }
    /// What the role may do. What is not named here is not allowed.
    pub fn rights(self) -> &'static [Right] {
        use Right::*;
        match self {
            Role::ChildDirector | Role::ElderCareSpecialist | Role::SocialWorker => &[OpenFile, Amend, Visit],
            Role::ChildSupervisor => &[OpenFile, Amend, Visit, Decide, Transfer, Review],
            Role::Reviewer => &[Amend, Decide, Transfer, Review],
            Role::CountyOfficer => &[OpenFile, Amend, Decide, Transfer, Review, Confirm, AuditReading],
            Role::Administrator => &[Office, Confirm, AuditActs],
            Role::Volunteer | Role::Other(_) => &[],
        }
    }
    /// Whether it may do this.
    pub fn has(self, right: Right) -> bool {
        self.rights().contains(&right)
    }

    /// Whether it sees records of this kind, where it sees files at all.
    pub fn sees(self, kind: Kind) -> bool {
        !self.programmes().is_empty() && kind.spec().seen.is_none_or(|right| self.has(right))
    }

    /// Whether it may make a record of this kind with this section, or change the section: by the table of [`crate::kinds`].
    pub fn may(self, action: Action, kind: Kind, section: Section) -> bool {
        let wanted = kind.section(section).and_then(|spec| match action {
            Action::Create => Some(spec.create),
            Action::Amend => spec.amend,
        });
        wanted.is_some_and(|right| self.has(right))
    }

    /// Whether it may choose between two values in this section, where it may change it.
    pub fn may_settle(self, section: Section) -> bool {
        let wanted = Kind::ALL.iter().find_map(|kind| kind.section(section)).and_then(|spec| spec.settle);
        wanted.is_none_or(|right| self.has(right))
    }
}

/// A caller: one member of staff with her areas. The server builds it from its own tables, never from the request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Caller {
    /// Who.
    pub staff: StaffId,
    /// As what.
    pub role: Role,
    /// Where; each area covers everything below it.
    pub areas: Vec<AreaCode>,
}

impl Caller {
    /// Whether a file of this area and these programmes is the caller's business.
    pub fn sees(&self, area: &AreaCode, programmes: &[Programme]) -> bool {
        self.covers(area) && self.role.programmes().iter().any(|p| programmes.contains(p))
    }
    /// Whether the area is one of the caller's.
    pub fn covers(&self, area: &AreaCode) -> bool {
        self.areas.iter().any(|a| a.contains(area))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_director_of_one_village_has_no_business_in_the_next() {
        let li = Caller { staff: "S1".parse().unwrap(), role: Role::ChildDirector, areas: vec!["990101001201".parse().unwrap()] };
        assert!(li.sees(&"990101001201".parse().unwrap(), &[Programme::Child, Programme::Social]));
        assert!(!li.sees(&"990101001202".parse().unwrap(), &[Programme::Child]));
        assert!(!li.sees(&"990101001201".parse().unwrap(), &[Programme::Elder]));
    }
}
