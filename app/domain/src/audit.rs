//! The log of acts and of reading: who made codes, let devices in, exported, looked where it was not her daily work. Names of people
//! on file and their numbers are never in it.
use crate::codes::codes;
use crate::staff::Staff;
use crate::{AreaCode, DeviceId, RecordId, StaffId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

codes!(
    /// What is put down. A reader of the log takes a word he does not know as it is.
    Act {
        /// A one-time code was made.
        CodeMade = "code_made",
        /// A second person confirmed it.
        CodeConfirmed = "code_confirmed",
        /// It was withdrawn before it was used.
        CodeWithdrawn = "code_withdrawn",
        /// A device joined.
        Enrolled = "enrolled",
        /// A device was not let in; one entry stands for all like it within a minute.
        EnrolFailed = "enrol_failed",
        /// A device was stopped.
        Revoked = "revoked",
        /// The office let what a stopped device had not uploaded come back.
        Released = "released",
        /// An office list was taken in.
        Import = "import",
        /// Somebody's role, areas or standing changed.
        Rights = "rights",
        /// The county's policy was set.
        Policy = "policy",
        /// A form was taken in.
        FormImported = "form_imported",
        /// A form was published.
        FormPublished = "form_published",
        /// A form is offered no more.
        FormWithdrawn = "form_withdrawn",
        /// A supervisor let in what had been refused.
        LetIn = "let_in",
        /// A supervisor laid aside what had been refused.
        LaidAside = "laid_aside",
        /// What had been refused was removed for good.
        QuarantineDropped = "quarantine_dropped",
        /// A record was taken out of use, a file with all that belongs to it.
        RecordAside = "record_aside",
        /// It was put back.
        RecordBack = "record_back",
        /// Database and photos came under another key, or under none.
        Rekeyed = "rekeyed",
        /// A backup was made.
        Backup = "backup",
        /// A backup was put in the database's place.
        Restored = "restored",
        /// Old entries of this log were removed.
        Purged = "purged",
        /// Somebody read this log.
        AuditRead = "audit_read",
        /// A device began its first download.
        FirstDownload = "first_download",
        /// A device fetched a village's packs.
        Packs = "packs",
        /// A device fetched a person's visits of long ago.
        Older = "older",
        /// A whole ID number was shown. Told by the device, like all that follow.
        IdNumber = "id_number",
        /// A record was exported, not masked.
        Export = "export",
        /// A file outside of somebody's own caseload was opened.
        Opened = "opened",
        /// Something a device tells in a word that is none of its own.
        Unknown = "unknown",
    }
);

impl Act {
    /// Whether it is about case content, which an administrator does not see.
    pub fn is_reading(self) -> bool {
        self >= Act::FirstDownload
    }
    /// Whether devices tell of it; all else only the server puts down.
    pub fn is_told(self) -> bool {
        self >= Act::IdNumber
    }
}

codes!(
    /// Why somebody opens a file outside of her own caseload. Codes and no prose: prose would hold names.
    Reason {
        /// 代班或交接
        Cover = "cover",
        /// 上级交办
        Assigned = "assigned",
        /// 本人或家属求助
        Asked = "asked",
        /// 紧急情况
        Emergency = "emergency",
        /// 核对信息
        Check = "check",
        /// Not asked: she records a visit.
        Visit = "visit",
        /// Not asked: she supervises the whole county.
        Duty = "duty",
    }
);

impl Reason {
    /// Those that a person chooses from.
    pub const OFFERED: [Reason; 5] = [Reason::Cover, Reason::Assigned, Reason::Asked, Reason::Emergency, Reason::Check];
}

/// Days for which entries are kept at least (网络安全法, six months of logs).
pub const KEEP_DAYS: u32 = 180;

/// What a device put down, on its way to the server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Access {
    /// Its number on that device.
    #[serde(rename = "n")]
    pub n: u64,
    /// When, by the device's clock.
    #[serde(rename = "t")]
    pub at: Timestamp,
    /// What was done: `id_number`, `export`, `opened`; a newer device may have more.
    #[serde(rename = "w")]
    pub what: String,
    /// The record.
    #[serde(rename = "r")]
    pub record: RecordId,
    /// Why: `cover`, `assigned`, `asked`, `emergency`, `check`, `visit`, `duty`, or empty.
    #[serde(rename = "y", default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The device that put it down, when it is not the sender: what this one was called before it was enrolled anew.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
}

/// An entry as people are shown it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AuditLine {
    /// Its place in the log, from 1.
    pub n: u64,
    /// When the server put it down.
    pub at: Timestamp,
    /// When it happened by the device's clock.
    pub said: Option<Timestamp>,
    /// Who; none: the operator at the server, or a stranger.
    pub staff: Option<StaffId>,
    /// Her name today.
    #[serde(default)]
    pub name: String,
    /// Her role then, `operator` at the server, or empty for a stranger.
    pub role: String,
    /// By which device.
    pub device: Option<DeviceId>,
    /// What was done: `code_made`, `enrolled`, `opened`…; a newer server may have more.
    pub what: String,
    /// The member of staff concerned.
    pub whom: Option<StaffId>,
    /// Her name today.
    #[serde(default)]
    pub whom_name: String,
    /// The device concerned; of what a device told: the one that sent it, when that is another.
    pub other: Option<DeviceId>,
    /// Whose file.
    pub person: Option<RecordId>,
    /// Her name, where this device has the file.
    #[serde(default)]
    pub person_name: String,
    /// The area concerned.
    pub area: Option<AreaCode>,
    /// How many: records, rows, entries; 0 where it says nothing.
    pub number: u64,
    /// Why, or how: a code.
    pub reason: String,
}

/// A part of the log, newest first.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AuditPage {
    /// The entries.
    pub lines: Vec<AuditLine>,
    /// Whether there are older ones.
    pub more: bool,
}

codes!(
    /// Where a one-time code stands.
    CodeState {
        /// Waits for a second person.
        Pending = "pending",
        /// Good.
        Open = "open",
        /// A device joined by it.
        Used = "used",
        /// Too old.
        Expired = "expired",
        /// Taken back.
        Withdrawn = "withdrawn",
    }
);

/// A one-time code in the list. The code itself is kept nowhere.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CodeLine {
    /// For whom.
    pub staff: Staff,
    /// When it was made: with `staff`, its name.
    pub made: Timestamp,
    /// By whom; none: at the server.
    pub made_by: Option<StaffId>,
    /// Her name.
    #[serde(default)]
    pub made_by_name: String,
    /// Until when it is good.
    pub expires: Timestamp,
    /// Where it stands.
    pub state: CodeState,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_administrator_sees_acts_and_devices_tell_of_reading_only() {
        let reading: Vec<_> = Act::ALL.iter().filter(|a| a.is_reading()).map(|a| a.code()).collect();
        assert_eq!(reading, ["first_download", "packs", "older", "id_number", "export", "opened", "unknown"]);
        assert!(Act::ALL.iter().all(|a| a.is_reading() || !a.is_told()));
        assert!(!Reason::OFFERED.contains(&Reason::Duty) && !Reason::OFFERED.contains(&Reason::Visit));
    }
}
