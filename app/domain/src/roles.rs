//! The role table: who may create and amend which section of which kind of record, and who sees what.
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
    /// Whether the role decides risk, guardianship and closing, reviews others' work and transfers files.
    pub fn supervises(self) -> bool {
        matches!(self, Role::ChildSupervisor | Role::Reviewer | Role::CountyOfficer)
    }
    /// Whether the role visits people itself.
    pub fn visits(self) -> bool {
        matches!(self, Role::ChildDirector | Role::ChildSupervisor | Role::ElderCareSpecialist | Role::SocialWorker)
    }

    /// The table. What it does not name is not allowed.
    pub fn may(self, action: Action, kind: Kind, section: Section) -> bool {
        use Section::*;
        let worker = self.visits();
        match (kind, action, section) {
            (Kind::Person, Action::Create, Decision | Head | Answers) => false,
            (Kind::Person, Action::Create, _) => worker || self == Role::CountyOfficer,
            (Kind::Person, Action::Amend, Identity | Contact | Household | Guardianship | Categories | Risk | Situation | Plan | Consent) => {
                worker || self.supervises()
            }
            (Kind::Person, Action::Amend, Charge | Area | Status) => self.supervises(),
            (Kind::Visit, Action::Create, Meta | Head | Answers) => worker,
            // Who visited whom, when and by which form is never rewritten.
            (Kind::Visit, Action::Amend, Answers) => worker,
            (Kind::Review, Action::Create, Meta | Decision) => self.supervises(),
            _ => false,
        }
    }

    /// Sections in which two values are settled by a supervisor only.
    pub fn may_settle(self, section: Section) -> bool {
        self.supervises() || !matches!(section, Section::Risk | Section::Guardianship | Section::Status)
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
    /// Whether a record of this area and these programmes is the caller's business.
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

    fn allowed(role: Role, action: Action, kind: Kind) -> Vec<&'static str> {
        Section::ALL.iter().filter(|s| role.may(action, kind, **s)).map(|s| s.code()).collect()
    }

    #[test]
    fn the_role_table_says_what_it_said() {
        let director = ["identity", "contact", "household", "guardianship", "categories", "risk", "situation", "plan", "consent"];
        assert_eq!(allowed(Role::ChildDirector, Action::Amend, Kind::Person), director);
        assert_eq!(allowed(Role::ElderCareSpecialist, Action::Amend, Kind::Person), director);
        let supervisor: Vec<_> = director.into_iter().chain(["charge", "area", "status"]).collect();
        assert_eq!(allowed(Role::ChildSupervisor, Action::Amend, Kind::Person), supervisor);
        assert_eq!(allowed(Role::CountyOfficer, Action::Amend, Kind::Person), supervisor);
        for role in [Role::Administrator, Role::Volunteer] {
            for kind in Kind::ALL {
                for action in Action::ALL {
                    assert!(allowed(role, *action, *kind).is_empty(), "{role} {action} {kind}");
                }
            }
        }
        for role in Role::ALL {
            assert!(allowed(*role, Action::Amend, Kind::Review).is_empty(), "a review is never amended");
            assert_eq!(!allowed(*role, Action::Create, Kind::Review).is_empty(), role.supervises());
            assert_eq!(!allowed(*role, Action::Create, Kind::Visit).is_empty(), role.visits());
            assert!(!role.may(Action::Amend, Kind::Visit, Section::Head), "{role}");
            assert!(!role.may(Action::Amend, Kind::Visit, Section::Meta) && !role.may(Action::Amend, Kind::Person, Section::Meta));
        }
        assert!(!Role::ChildDirector.may_settle(Section::Risk) && Role::ChildDirector.may_settle(Section::Contact));
    }

    #[test]
    fn a_director_of_one_village_has_no_business_in_the_next() {
        let li = Caller { staff: "S1".parse().unwrap(), role: Role::ChildDirector, areas: vec!["990101001201".parse().unwrap()] };
        assert!(li.sees(&"990101001201".parse().unwrap(), &[Programme::Child, Programme::Social]));
        assert!(!li.sees(&"990101001202".parse().unwrap(), &[Programme::Child]));
        assert!(!li.sees(&"990101001201".parse().unwrap(), &[Programme::Elder]));
    }
}
