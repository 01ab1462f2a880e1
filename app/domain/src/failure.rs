//! What went wrong, as one code and perhaps the field it concerns. Sentences for people are made from the code.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::codes::codes;

codes!(
    open
    /// Every way a command can fail. The text for people is the Fluent message `failure-<code>`.
    Code {
        /// A server cannot be reached. Only commands that need one fail so; sync reports a status instead.
        Offline = "offline",
        /// The address answers, but not as a Nuanfang server.
        NotOurServer = "not_our_server",
        /// The address is not one.
        BadAddress = "bad_address",
        /// Plain http reaches this machine only: everything else is asked by https.
        HttpsNeeded = "https_needed",
        /// The one-time code is unknown or mistyped.
        WrongCode = "wrong_code",
        /// The one-time code was used already.
        UsedCode = "used_code",
        /// The one-time code is too old.
        ExpiredCode = "expired_code",
        /// The one-time code is for a role that needs a second person's word, which is not there yet.
        CodePending = "code_pending",
        /// The file is outside of the caller's own caseload: she has to say why she opens it. `field` holds the person's record.
        ReasonNeeded = "reason_needed",
        /// This device is not (or no longer) allowed to sync; ask the administrator.
        DeviceRevoked = "device_revoked",
        /// The device was away for longer than the county lets a token live: it joins again with a new code, and keeps everything.
        TokenExpired = "token_expired",
        /// Something says that this device was stopped, without proof that its server does. Nothing here was touched.
        RevokedUnproven = "revoked_unproven",
        /// The device that is to be replaced belongs to another member of staff and was not stopped yet.
        OthersDevice = "others_device",
        /// The server asks for a newer app.
        AppTooOld = "app_too_old",
        /// Too many tries; wait. `field` may hold the seconds.
        SlowDown = "slow_down",
        /// The server has more to do than it can; the app tries again by itself. `field` may hold the seconds to wait.
        Busy = "busy",
        /// The server failed; try later.
        ServerTrouble = "server_trouble",
        /// What was sent is larger than the server takes.
        TooLarge = "too_large",
        /// The PIN is wrong.
        WrongPin = "wrong_pin",
        /// Too many wrong PINs: `field` holds the seconds to wait.
        PinWait = "pin_wait",
        /// A PIN has six digits.
        BadPin = "bad_pin",
        /// 111111, 123456: too easy.
        WeakPin = "weak_pin",
        /// This county wants a passphrase on devices whose system keeps no key for the app.
        PhraseNeeded = "phrase_needed",
        /// No device is enrolled in this home yet.
        NotEnrolled = "not_enrolled",
        /// This home is enrolled already.
        AlreadyEnrolled = "already_enrolled",
        /// The app is locked.
        Locked = "locked",
        /// The database was damaged; it was moved aside and is kept.
        DatabaseDamaged = "database_damaged",
        /// The database was written by a newer app.
        DatabaseNewer = "database_newer",
        /// No room left on this phone.
        DiskFull = "disk_full",
        /// Reading or writing this device's storage failed.
        Storage = "storage",
        /// There is no such record here.
        NotFound = "not_found",
        /// The role or area does not allow it.
        NotAllowed = "not_allowed",
        /// Only a supervisor may decide this (risk, guardianship, closing).
        NeedsSupervisor = "needs_supervisor",
        /// There is no such field; `field` names it.
        UnknownField = "unknown_field",
        /// The field's value is not acceptable; `field` names it.
        BadValue = "bad_value",
        /// A value is required; `field` names it.
        Required = "required",
        /// The resident ID number's check digit or date is wrong.
        BadIdNumber = "bad_id_number",
        /// The resident ID number and the birth date or sex disagree.
        IdNumberMismatch = "id_number_mismatch",
        /// The phone number is not one.
        BadPhone = "bad_phone",
        /// The date lies in the future or is not one.
        BadDate = "bad_date",
        /// A visit cannot be of a day to come.
        VisitAhead = "visit_ahead",
        /// The county takes no visit from so long ago; `field` holds the days it does.
        VisitTooOld = "visit_too_old",
        /// Somebody of this age is hardly in this category: a question before it is written; `field` names it.
        UnlikelyAge = "unlikely_age",
        /// The file is closed: a question before something is written about it.
        FileClosed = "file_closed",
        /// By this device's clock it is another day than it can be: a question before a visit gets that day.
        ClockDoubt = "clock_doubt",
        /// The moment of a visit or a review lies before 2000 or in the future: the clock it was read from is wrong.
        Clock = "clock",
        /// A person with this ID number is on file here already.
        AlreadyOnFile = "already_on_file",
        /// There is a file that may be this person's; `field` is its record. Opened all the same when the caller says so.
        MaybeSame = "maybe_same",
        /// This form or version is not known to this app; the record is kept and readable as it is.
        UnknownForm = "unknown_form",
        /// The form still has open or wrong answers.
        FormIncomplete = "form_incomplete",
        /// Two values of a field must be settled first.
        HasConflict = "has_conflict",
        /// The record changed since it was read; read it again.
        Changed = "changed",
        /// The file is not one that can be read (xlsx, csv, json).
        BadFile = "bad_file",
        /// This is no photo that can be read (JPEG, PNG, WebP), or too large a one.
        BadPhoto = "bad_photo",
        /// The photo has more points than any phone makes, or more than can be read of its kind.
        TooManyPoints = "too_many_points",
        /// The visit has as many photos as it may have.
        TooManyPhotos = "too_many_photos",
        /// The key that this system keeps for the app is gone, and without it the PIN opens nothing.
        KeystoreGone = "keystore_gone",
        /// Another tab of this browser works on this device's files.
        OtherTab = "other_tab",
        /// This browser lacks what the browser edition needs.
        BrowserUnfit = "browser_unfit",
        /// This browser does not let the site keep anything: a private window, blocked storage, no https.
        StorageDenied = "storage_denied",
        /// A copy of this device wrote under the same name before: the device writes it again under a new one.
        WriterTaken = "writer_taken",
        /// Bytes that are no well-formed change.
        BadChange = "bad_change",
        /// A bug: told, logged without personal data, nothing lost.
        Internal = "internal",
    }
);

/// A failure as it crosses from core to interface.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error, JsonSchema)]
#[error("{code}{}", field.as_deref().map(|f| format!(" ({f})")).unwrap_or_default())]
pub struct Failure {
    /// What happened.
    pub code: Code,
    /// The field or number it concerns. Never a name, an ID number or an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl Failure {
    /// A failure that concerns one field.
    pub fn of(code: Code, field: impl Into<String>) -> Self {
        Self { code, field: Some(field.into()) }
    }
}
impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self { code, field: None }
    }
}
