//! What the interface may ask of the core, and what it gets. The same serde messages travel over Tauri's `invoke`
//! and over a worker's `postMessage`; the headless client uses them too.
use crate::area::Area;
use crate::due::{Due, DueState};
use crate::fields::Path;
use crate::form::{Answers, Problem};
use crate::person::FileStatus;
use crate::roles::Role;
use crate::rows::Phone;
use crate::staff::Staff;
use crate::visit::{Decision, VisitState};
use crate::{AreaCode, Category, DeviceId, Failure, Hash, Programme, RecordId, Risk, Sex, StaffId, Timestamp, Value};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One request. Its reply's type is given by [`Call`].
pub trait Call: Serialize + DeserializeOwned + Into<Request> + Clone + PartialEq + 'static {
    /// What a good answer holds.
    type Reply: Serialize + DeserializeOwned + Clone + PartialEq + 'static;
}

macro_rules! calls {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident : $ty:ty),* $(,)? } -> $reply:ty;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
            #[allow(missing_docs)] // the call's own words say what a plain field is
            pub struct $name { $($(#[$fdoc])* pub $field: $ty),* }
            impl Call for $name { type Reply = $reply; }
            impl From<$name> for Request { fn from(c: $name) -> Request { Request::$name(c) } }
        )+
        /// Every request there is, as it crosses to the core: `{"call": "Today", "with": {…}}`.
        #[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
        #[serde(tag = "call", content = "with")]
        #[allow(missing_docs)]
        pub enum Request { $($name($name)),+ }
    };
}

calls! {
    /// Where this device stands; answered in every phase.
    Status {} -> StatusReply;
    /// Joins a server with a one-time code and sets the PIN. Then syncs once.
    Enrol { /** `https://…`; a bare host is taken as https, a bare loopback as http. */ server: String,
            /** As printed by the administrator; spaces and case do not matter. */ code: String,
            /** Six digits; or a passphrase of ten characters and more, where the county wants one. */ pin: String,
            /** What the device is called in the administrator's list. */ label: String } -> StatusReply;
    /// Makes this device, with all its data, known again to a server that lost it (restored from a backup). Then syncs.
    Rejoin { /** A new one-time code for the same member of staff. */ code: String } -> StatusReply;
    /// Opens the database. Wrong PINs get slower.
    Unlock { pin: String } -> StatusReply;
    /// Closes the database.
    Lock {} -> StatusReply;
    /// The PIN is forgotten: puts key and data of this device aside, unread and kept, so that it can be enrolled anew. Only while locked.
    StartOver {} -> StatusReply;
    /// Wraps the key anew under another PIN.
    ChangePin { old: String, new: String } -> ();
    /// Brings both sides up to date now.
    Sync {} -> SyncReport;

    /// Who is due, and why.
    Today {} -> TodayReply;
    /// The list of files.
    Persons { query: PersonQuery } -> PersonList;
    /// One file.
    Person { id: RecordId } -> PersonFile;
    /// Writes the fields that changed, one change a section.
    EditPerson { id: RecordId, edits: Vec<Edit> } -> ();
    /// Opens a file. The area must be one of the caller's villages.
    NewPerson { area: AreaCode, edits: Vec<Edit> } -> RecordId;
    /// The whole ID number, shown on request and logged on the device.
    RevealIdNumber { id: RecordId } -> String;

    /// Fields with more than one value, in all files and visits.
    Conflicts {} -> Vec<Conflict>;
    /// Chooses one of the values; `take` counts from 0 in the order of [`Conflict::values`].
    Resolve { id: RecordId, /** `contact.address`; a visit's answer is `answers.note`. */ path: String, take: usize } -> ();

    /// Visits, newest first: of one person, or the newest of all.
    Visits { person: Option<RecordId>, limit: usize } -> Vec<VisitItem>;
    /// One visit with the one before it.
    Visit { id: RecordId } -> VisitDetail;
    /// Begins a visit, or goes on with the unfinished one of that person; with `correct` opens a visit again to correct it.
    StartVisit { person: RecordId, form: Option<String>, correct: Option<RecordId> } -> Draft;
    /// Unfinished visits on this device.
    Drafts {} -> Vec<DraftItem>;
    /// An unfinished visit as it was left.
    OpenDraft { draft: Uuid } -> Draft;
    /// Journals one answer at once. An empty value takes the answer away.
    Answer { draft: Uuid, question: String, value: Value } -> Draft;
    /// Takes over last visit's answers wherever nothing was answered yet.
    SameAsLast { draft: Uuid } -> Draft;
    /// Makes the visit record: saved on this phone.
    FinishVisit { draft: Uuid } -> RecordId;
    /// Corrects answers of a finished visit at once, as the headless client does; null takes one away.
    AmendVisit { visit: RecordId, answers: Answers } -> ();
    /// The photos of a visit, finished or not: `of` is its id or the draft's. A draft that corrects a visit shows the visit's.
    Photos { of: Uuid, /** Brings those from the server that are not here, as far as there is a network. */ fetch: bool,
             /** The one that is wanted whole. */ whole: Option<Uuid> } -> Vec<PhotoItem>;
    /// Adds a photo, made upright and small, with nothing kept but the picture; or takes one away.
    EditPhotos { of: Uuid, /** A JPEG, PNG or WebP file, base64. */ add: Option<String>, remove: Option<Uuid> } -> ();
    /// Throws the unfinished visit away; the worker confirmed it.
    DiscardDraft { draft: Uuid } -> ();
    /// A whole visit at once, as the headless client records it.
    NewVisit { person: RecordId, form: String, answers: Answers } -> RecordId;

    /// Visits that wait for a supervisor.
    ReviewQueue {} -> Vec<ReviewItem>;
    /// Decides on one exact version.
    Review { visit: RecordId, heads: Vec<Hash>, decision: Decision, comment: String, fields: BTreeMap<String, String> } -> RecordId;
    /// What happened to my work, and what asks for me.
    Inbox {} -> Vec<Message>;
    /// The supervisor's villages.
    AreaSummary {} -> Vec<AreaLine>;

    /// Areas of the caller with names: villages to choose from.
    Areas {} -> Vec<Area>;
    /// All areas around the caller, of every level: names for codes.
    AreaNames {} -> Vec<Area>;
    /// The document as Automerge bytes, base64.
    ExportRecord { id: RecordId } -> String;
    /// Takes what another Automerge changed in such a document as edits of the caller's own. Returns the record.
    ImportRecord { /** The document, base64. */ content: String } -> RecordId;

    /// Fetches the visits of a person from before the time that this device holds. Needs the network. How many there are.
    OlderVisits { person: RecordId } -> u64;
    /// Supervisor: changes by others that the server did not take, oldest first. Needs the network.
    Refusals {} -> Vec<RefusedItem>;
    /// Supervisor: lets such a change in as it is, or lays it aside for good. Needs the network.
    SettleRefusal { hash: Hash, accept: bool } -> ();
    /// Administrator: the county's staff. Needs the network, as do all calls of the administrator.
    AdminStaff {} -> Vec<Staff>;
    /// Administrator: a one-time code for a member of staff.
    AdminCode { staff: StaffId } -> OneTimeCode;
    /// Administrator: devices.
    AdminDevices {} -> Vec<DeviceLine>;
    /// Administrator: stops a device; it is wiped at its next contact.
    AdminRevoke { device: DeviceId } -> ();
    /// Administrator: takes in an office's list.
    AdminImport { what: ImportKind, file: String, /** The file, base64. */ content: String } -> ImportReport;
}

/// A reply as it crosses to the interface.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Response {
    /// The reply of the request's [`Call::Reply`], as JSON.
    pub value: serde_json::Value,
    /// Records that this request changed.
    #[serde(default)]
    pub changed: Vec<RecordId>,
}

/// What the core tells by itself, as Tauri event `core`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, Default)]
pub struct CoreEvent {
    /// Records that changed.
    pub changed: Vec<RecordId>,
    /// The new status, when it changed.
    pub status: Option<StatusReply>,
}

/// Where the app stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// No device enrolled: ask for server and code.
    #[default]
    Fresh,
    /// Enrolled, closed: ask for the PIN.
    Locked,
    /// At work.
    Open,
}

/// Where sync stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// Not tried yet since the app was opened.
    #[default]
    Idle,
    /// Under way; the number of documents still to come at the first download.
    Running {
        /// Documents still to come; 0 when not known.
        left: u64,
        /// Bytes still to come; 0 when not known.
        #[serde(default)]
        bytes: u64,
    },
    /// The last try brought both sides up to date.
    Done,
    /// No network; everything is kept and sent later.
    Offline,
    /// The server has much to do and asks to wait; everything is kept and sent later.
    Busy {
        /// When to try again.
        until: Timestamp,
    },
    /// The server said no.
    Failed(Failure),
}

/// Where this device stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, Default)]
pub struct StatusReply {
    /// Fresh, locked or open.
    pub phase: Phase,
    /// The county's name, once enrolled.
    pub county: String,
    /// Host of the server, once enrolled.
    pub server: String,
    /// Who uses this device; only when open.
    pub me: Option<Staff>,
    /// The day in China.
    pub today: NaiveDate,
    /// Changes saved here and not yet uploaded.
    pub pending: u64,
    /// Photos saved here and not yet uploaded …
    #[serde(default)]
    pub photos_pending: u64,
    /// … and their bytes.
    #[serde(default)]
    pub photo_bytes: u64,
    /// Records the server did not accept.
    pub refused: u64,
    /// Fields with more than one value.
    pub conflicts: u64,
    /// Messages not yet seen: returned visits, refusals, conflicts.
    pub messages: u64,
    /// Visits that wait for this supervisor.
    pub to_review: u64,
    /// Files on this device.
    pub persons: u64,
    /// Moment of the last complete sync.
    pub last_sync: Option<Timestamp>,
    /// Where sync stands.
    pub sync: SyncState,
    /// Seconds until the next PIN may be tried; 0 when at once.
    pub pin_wait: u32,
    /// Wrong PINs in a row.
    pub pin_tries: u32,
    /// The device is opened by a passphrase, not a six-digit PIN.
    #[serde(default)]
    pub phrase: bool,
    /// Device clock minus server clock, seconds, when more than ten minutes apart.
    pub clock_off: Option<i64>,
    /// A database that would not open was moved aside: its file name.
    pub moved_aside: Option<String>,
    /// Minutes without a touch after which to lock.
    pub lock_minutes: u32,
}

/// What one sync did, for the headless client and 我的.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, Default)]
pub struct SyncReport {
    /// HTTP requests.
    pub requests: u32,
    /// Bytes sent: request line, headers and body.
    pub up_bytes: u64,
    /// Bytes received: status line, headers and body.
    pub down_bytes: u64,
    /// Changes the server took.
    pub accepted: u64,
    /// Changes it will take when what they build on has come.
    pub held: u64,
    /// Changes it did not take.
    pub refused: u64,
    /// Documents and changes by others taken in.
    pub pulled: u64,
    /// Photos uploaded.
    #[serde(default)]
    pub photos: u64,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Where sync stands now.
    pub state: SyncState,
}

/// Which files to list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct PersonQuery {
    /// Name, part of it, pinyin, initials, ID number, telephone, address; empty for all.
    pub search: String,
    /// Only this category.
    pub category: Option<Category>,
    /// Only this risk.
    pub risk: Option<Risk>,
    /// Only this area and what lies in it.
    pub area: Option<AreaCode>,
    /// Only those due or overdue.
    pub due: bool,
    /// Also closed files.
    pub closed: bool,
    /// Skip so many.
    pub offset: usize,
    /// At most so many; 0 means 50.
    pub limit: usize,
}

/// One page of the list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, Default)]
pub struct PersonList {
    /// How many match in all.
    pub total: usize,
    /// This page.
    pub rows: Vec<PersonItem>,
}

/// A person in a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PersonItem {
    /// The record.
    pub id: RecordId,
    /// Name.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Age in whole years, where the birth date is known.
    pub age: Option<u32>,
    /// Village code.
    pub area: AreaCode,
    /// Village name.
    pub area_name: String,
    /// Address in the village.
    pub address: String,
    /// Categories in force.
    pub categories: Vec<Category>,
    /// Risk.
    pub risk: Option<Risk>,
    /// When the next visit is due and why.
    pub due: Option<Due>,
    /// How urgent, today.
    pub due_state: Option<DueState>,
    /// Day, kind and first words of the last visit.
    pub last: Option<LastVisit>,
    /// The number to call first.
    pub phone: Option<Phone>,
    /// Fields with more than one value.
    pub conflicts: u32,
    /// Whether something of the file waits to be uploaded.
    pub pending: bool,
    /// An unfinished visit.
    pub draft: Option<Uuid>,
    /// Open or closed.
    pub status: FileStatus,
}

/// The last visit in a word.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LastVisit {
    /// Day.
    pub day: NaiveDate,
    /// Home, phone, school…
    pub kind: String,
    /// First words of the note.
    pub note: String,
}

/// The first screen.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, Default)]
pub struct TodayReply {
    /// The day in China.
    pub day: NaiveDate,
    /// The places the caller works in.
    pub places: Vec<String>,
    /// Past their day, the longest first.
    pub overdue: Vec<PersonItem>,
    /// Due today and in the next days.
    pub soon: Vec<PersonItem>,
    /// Unfinished visits.
    pub drafts: Vec<DraftItem>,
    /// Visits recorded today.
    pub visited_today: u32,
    /// When nothing is due: the next one.
    pub next: Option<PersonItem>,
}

/// A value to write.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Edit {
    /// Where.
    pub path: Path,
    /// What; null empties the field.
    pub value: Value,
}

/// One file as shown.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PersonFile {
    /// The list's view of it.
    pub item: PersonItem,
    /// Fields outside lists by `section.key`; the ID number is masked.
    pub fields: BTreeMap<String, Value>,
    /// Household members and guardians.
    pub household: Vec<Entry>,
    /// Categories, in force and past.
    pub categories: Vec<Entry>,
    /// Every number to call.
    pub phones: Vec<Phone>,
    /// Fields with more than one value.
    pub conflicts: Vec<Conflict>,
    /// The newest visits.
    pub visits: Vec<VisitItem>,
    /// How many visits there are.
    pub visit_count: usize,
    /// Sections the caller may amend, by code.
    pub may_amend: Vec<String>,
    /// Whether the caller may record a visit here, and with which form.
    pub visit_form: Option<String>,
    /// Names of staff that appear in the file.
    pub staff: BTreeMap<String, String>,
    /// Whether there may be older visits on the server.
    #[serde(default)]
    pub older: bool,
}

/// One entry of a list section.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Its key.
    pub id: Uuid,
    /// Its fields.
    pub fields: BTreeMap<String, Value>,
}

/// A field with more than one value.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Conflict {
    /// The record.
    pub record: RecordId,
    /// Whose file.
    pub person: RecordId,
    /// Her name.
    pub name: String,
    /// `contact.address`, `answers.mood`.
    pub path: String,
    /// The values, in an order that is the same on every device; the ID number is masked.
    pub values: Vec<Version>,
    /// Whether the caller may decide.
    pub may_settle: bool,
}

/// One of several values.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Version {
    /// What.
    pub value: Value,
    /// For people: an option's label, a masked number.
    pub shown: String,
    /// Who wrote it: name, else id.
    pub by: String,
    /// On which device: four characters of its id.
    pub device: String,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// Whether it was written on this device.
    pub mine: bool,
}

/// A visit in a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct VisitItem {
    /// The record.
    pub id: RecordId,
    /// Whom.
    pub person: RecordId,
    /// Her name.
    pub name: String,
    /// `child-visit@1`.
    pub form: String,
    /// Home, phone, school… (option id) …
    pub kind: String,
    /// … and its label.
    pub kind_label: String,
    /// When.
    pub at: Timestamp,
    /// Who: name.
    pub by: String,
    /// First words.
    pub note: String,
    /// Saved, uploaded, approved, returned, changed, refused.
    pub state: VisitState,
}

/// One visit as read by its author or a supervisor.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct VisitDetail {
    /// The list's view of it.
    pub item: VisitItem,
    /// The person.
    pub person: PersonItem,
    /// The exact version.
    pub heads: Vec<Hash>,
    /// Each question with this visit's and the last one's answer, in words.
    pub lines: Vec<AnswerLine>,
    /// Day of the visit before.
    pub last_day: Option<NaiveDate>,
    /// Whether the form's version is known here.
    pub form_known: bool,
    /// Reviews, newest first.
    pub reviews: Vec<ReviewNote>,
    /// Answers with more than one value.
    pub conflicts: Vec<Conflict>,
    /// Whether the caller may correct it.
    pub may_correct: bool,
    /// Whether the caller may review it.
    pub may_review: bool,
    /// Why the server did not accept it.
    pub refusal: Option<Failure>,
}

/// A photo of a visit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PhotoItem {
    /// Its key in the visit.
    pub id: Uuid,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Bytes.
    pub size: u32,
    /// Its thumbnail, or the whole photo where that is wanted, JPEG in base64; empty when it is not on this device.
    pub jpeg: String,
    /// Whether the server has it.
    pub uploaded: bool,
}

/// A question with two answers beside each other.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AnswerLine {
    /// The question's id.
    pub question: String,
    /// Its wording, zh-CN.
    pub label: String,
    /// Its wording, en.
    pub label_en: String,
    /// This visit, zh-CN; empty when not asked.
    pub now: String,
    /// This visit, en.
    pub now_en: String,
    /// The visit before.
    pub last: String,
    /// The visit before, en.
    pub last_en: String,
    /// Whether they differ.
    pub differs: bool,
    /// Whether the answer is one a supervisor must see.
    pub alarm: bool,
}

/// A review as read.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ReviewNote {
    /// Approved or returned.
    pub decision: Decision,
    /// What was said.
    pub comment: String,
    /// By question id.
    pub fields: BTreeMap<String, String>,
    /// Who: name.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Whether it was about the version shown.
    pub current: bool,
}

/// An unfinished visit.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// Its id.
    pub id: Uuid,
    /// The person.
    pub person: PersonItem,
    /// `child-visit@1`.
    pub form: String,
    /// What was answered.
    pub answers: Answers,
    /// Last visit's answers that may be taken over.
    pub last: Answers,
    /// Day of the last visit.
    pub last_day: Option<NaiveDate>,
    /// What is still open or wrong.
    pub problems: Vec<Problem>,
    /// The visit being corrected.
    pub corrects: Option<RecordId>,
    /// The supervisor's comment on it.
    pub comment: Option<ReviewNote>,
    /// When it was begun.
    pub started: Timestamp,
}

/// An unfinished visit in a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DraftItem {
    /// Its id.
    pub id: Uuid,
    /// Whom.
    pub person: RecordId,
    /// Her name.
    pub name: String,
    /// When it was begun.
    pub started: Timestamp,
    /// Answers given.
    pub answered: u32,
    /// The visit that is corrected; none when a new one is made.
    pub corrects: Option<RecordId>,
}

/// A visit that waits for review.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ReviewItem {
    /// The visit.
    pub visit: VisitItem,
    /// The person.
    pub person: PersonItem,
    /// How many answers differ from the last visit.
    pub changes: u32,
    /// Whether an answer asks for attention.
    pub alarm: bool,
    /// The exact version, for approving without opening.
    pub heads: Vec<Hash>,
}

/// What a message is about.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A visit of mine came back.
    Returned {
        /// The visit.
        visit: RecordId,
        /// What the supervisor said.
        comment: String,
        /// Who: name.
        by: String,
    },
    /// A visit I had approved was changed afterwards.
    ChangedAfterApproval {
        /// The visit.
        visit: RecordId,
    },
    /// A field of a file, or an answer of a visit, has more than one value.
    Conflict {
        /// The record: the file, or the visit.
        record: RecordId,
        /// Which.
        path: String,
    },
    /// Work of mine that the server did not accept. It is kept.
    Refused {
        /// Why.
        reason: Failure,
        /// The record.
        record: RecordId,
        /// What it was, in fields: `contact.phone`.
        fields: Vec<String>,
    },
}

/// A message.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Message {
    /// What about.
    pub about: About,
    /// Whose file.
    pub person: RecordId,
    /// Her name.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

/// A change that the server did not take, for a supervisor to decide on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RefusedItem {
    /// The change.
    pub hash: Hash,
    /// The record it is for.
    pub record: RecordId,
    /// Whose file; the record's own id where that is all there is.
    pub person: RecordId,
    /// Her name, where this device has the file.
    #[serde(default)]
    pub name: String,
    /// Who wrote it: name.
    pub by: String,
    /// When the server heard of it.
    pub at: Timestamp,
    /// Why it was not taken.
    pub reason: Failure,
    /// What it writes into a file.
    pub edits: Vec<Edit>,
    /// What it writes into a visit, by question.
    pub answers: Answers,
    /// The form of the visit it makes.
    pub form: Option<String>,
    /// The values in words, by field (`contact.phone`, `answers.note`); this device finds them.
    #[serde(default)]
    pub shown: BTreeMap<String, String>,
    /// Whether it can be let in as it is.
    pub fits: bool,
}

/// A village in the supervisor's overview.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AreaLine {
    /// The village.
    pub area: Area,
    /// Its town's name.
    pub town: String,
    /// Open files.
    pub files: u32,
    /// Of those, at high risk.
    pub high: u32,
    /// Visits overdue.
    pub overdue: u32,
    /// Persons visited this month …
    pub visited: u32,
    /// … of those to be visited (月探访率).
    pub targets: u32,
    /// Workers in charge: names.
    pub workers: Vec<String>,
}

/// A code that enrols one device.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OneTimeCode {
    /// As to be typed: `K7QF-M2XD`.
    pub code: String,
    /// Whom it enrols.
    pub staff: Staff,
    /// Until when.
    pub expires: Timestamp,
}

/// A device in the administrator's list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DeviceLine {
    /// Its id.
    pub id: DeviceId,
    /// Whose.
    pub staff: Staff,
    /// What it calls itself.
    pub label: String,
    /// When it joined.
    pub enrolled: Timestamp,
    /// Last contact.
    pub seen: Option<Timestamp>,
    /// When it was stopped.
    pub revoked: Option<Timestamp>,
}

/// What an office's list holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// Areas.
    Areas,
    /// Staff.
    Staff,
    /// Persons.
    Roster,
}

/// What came of an import.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, Default)]
pub struct ImportReport {
    /// New.
    pub added: u64,
    /// Changed.
    pub updated: u64,
    /// As before.
    pub unchanged: u64,
    /// Rows that were not taken.
    pub errors: Vec<RowError>,
}

/// A cell that was not understood.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RowError {
    /// Sheet name.
    pub sheet: String,
    /// Row as the office program counts, from 1.
    pub row: u32,
    /// The column's header, or its letter.
    pub column: String,
    /// What is wrong and what to do, without the cell's content.
    pub reason: String,
}

/// Programme a new file of this role belongs to.
pub fn own_programme(role: Role) -> Option<Programme> {
    match role.programmes() {
        [one] => Some(*one),
        _ => None,
    }
}
