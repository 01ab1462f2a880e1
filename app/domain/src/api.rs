//! What the interface may ask of the core, and what it gets. The same serde messages travel over Tauri's `invoke`
//! and over a worker's `postMessage`; the headless client uses them too.
mod files;
mod matters;
mod office;
mod visits;

use crate::area::Area;
use crate::audit::{AuditPage, CodeLine, Reason};
use crate::form::{Answers, FormSheet, Screen};
use crate::lists::ListEntry;
use crate::staff::Staff;
use crate::visit::Decision;
use crate::{AreaCode, DeviceId, Failure, Hash, RecordId, StaffId, Timestamp, Value};
use chrono::NaiveDate;
pub use files::*;
pub use matters::*;
pub use office::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use uuid::Uuid;
pub use visits::*;

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
    /// The PIN is forgotten: with a new one-time code of the same server this device joins anew in place of what it was. What it had is put
    /// aside, and what was not uploaded comes back by itself where the server can open it. Only while locked; needs the network.
    StartOver { /** A new one-time code. */ code: String, /** The new PIN. */ pin: String, /** As of [`Enrol`]. */ label: String } -> StatusReply;
    /// Brings back what was not uploaded before this device was begun anew, by the PIN it had then.
    BringBack { /** One of [`StatusReply::left`]. */ name: String, /** The old one. */ pin: String } -> StatusReply;
    /// Wraps the key anew under another PIN.
    ChangePin { old: String, new: String } -> ();
    /// Brings both sides up to date now.
    Sync {} -> SyncReport;

    /// Who is due, and why.
    Today {} -> TodayReply;
    /// The list of files.
    Persons { query: PersonQuery } -> PersonList;
    /// A file as the list shows it: whose it is, before it is opened. Nothing is put down.
    PersonLine { id: RecordId } -> PersonItem;
    /// One file. `ReasonNeeded` when it is outside of the caller's own caseload and she has not said why today.
    Person { id: RecordId } -> PersonFile;
    /// Says why a file outside of one's own caseload is opened. It is put down; the file is then open for the day.
    OpenFile { id: RecordId, reason: Reason } -> ();
    /// Writes the fields that changed, one change a section.
    EditPerson { id: RecordId, edits: Vec<Edit> } -> ();
    /// Opens a file. The area must be one of the caller's villages. `MaybeSame`, with the record that may be the same person's, unless it is
    /// said to be another's.
    NewPerson { area: AreaCode, edits: Vec<Edit>, /** The caller knows that no file here is this person's. */ #[serde(default)] another: bool } -> RecordId;
    /// Open files here that may be of one person.
    Duplicates {} -> Vec<SamePair>;
    /// Says that two files are of two persons: nobody on this device is asked again.
    SayTwo { one: RecordId, other: RecordId } -> ();
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
    /// The words of a form by its name, `child-visit@1`, or of its newest version, `child-visit`.
    FormWords { name: String } -> FormSheet;
    /// Begins a visit, by this form or by the one that is the caller's own, or goes on with the unfinished one of that person and form; with
    /// `correct` opens a visit again to correct it.
    StartVisit { person: RecordId, form: Option<String>, correct: Option<RecordId> } -> Draft;
    /// What was filled in of a person by a form, any version of it, newest first: its name without version.
    FilledForms { person: RecordId, form: String } -> Vec<FilledForm>;
    /// Unfinished visits and matters on this device.
    Drafts {} -> Vec<DraftItem>;
    /// One as it was left.
    OpenDraft { draft: Uuid } -> Draft;
    /// Forms are shown in this language where they have it ([`Draft::languages`]); none: in the program's.
    SpeakForms { language: Option<String> } -> ();
    /// Journals one answer at once, and says what the form shows now. An empty value takes the answer away. The question `when` is the day of the visit ([`crate::form::WHEN`]).
    Answer { draft: Uuid, question: String, value: Value } -> Screen;
    /// Adds a photo, made as [`EditPhotos`] makes it, and answers a question with it; or a signature, which is one.
    AnswerPhoto { draft: Uuid, question: String, /** A JPEG, PNG or WebP file, base64. */ content: String } -> Screen;
    /// One instance more of a repeat, or one less: `id` is the repeat's ([`crate::form::ScreenRepeat`]), or the instance's ([`crate::form::ScreenSpan`]).
    Instance { draft: Uuid, id: String, add: bool } -> Screen;
    /// Takes over last visit's answers wherever nothing was answered yet.
    SameAsLast { draft: Uuid } -> Screen;
    /// Makes the visit, the matter or its step: saved on this phone. The record.
    FinishDraft { draft: Uuid, /** She was asked (`file_closed`, `clock_doubt`) and means it. */ #[serde(default)] sure: bool } -> RecordId;
    /// Corrects answers of a finished visit at once, as the headless client does; null takes one away, `when` says its day.
    AmendVisit { visit: RecordId, answers: Answers } -> ();
    /// The photos of a visit, finished or not: `of` is its id or the draft's. A draft that corrects a visit shows the visit's.
    Photos { of: Uuid, /** Brings those from the server that are not here, as far as there is a network. */ fetch: bool,
             /** The one that is wanted whole. */ whole: Option<Uuid> } -> Vec<PhotoItem>;
    /// Adds a photo, made upright and small, with nothing kept but the picture; or takes one away.
    EditPhotos { of: Uuid, /** A JPEG, PNG or WebP file, base64. */ add: Option<String>, remove: Option<Uuid> } -> ();
    /// Throws the unfinished one away; the worker confirmed it.
    DiscardDraft { draft: Uuid } -> ();
    /// A whole visit at once, as the headless client records it; the answers may say its day under `when`.
    NewVisit { person: RecordId, form: String, answers: Answers, /** As in [`FinishDraft`]. */ #[serde(default)] sure: bool } -> RecordId;

    /// The types of matter that may be begun here, with what the caller may.
    MatterTypes { /** Of whom. */ #[serde(default)] person: Option<RecordId> } -> Vec<MatterTypeItem>;
    /// Matters: what is due first, then the newest.
    Matters { query: MatterQuery } -> Vec<MatterItem>;
    /// One matter.
    Matter { id: RecordId } -> MatterDetail;
    /// Begins to fill in a matter, of a person or of a village, or goes on with the unfinished one.
    StartMatter { #[serde(rename = "type")] kind: String, person: Option<RecordId>, area: Option<AreaCode>, /** What is known already. */ #[serde(default)] answers: Answers,
                  /** What it comes from. */ #[serde(default)] source: Option<RecordId> } -> Draft;
    /// Begins to fill in what a stage of a matter asks on the way there; without a stage, what was said in it is changed.
    StartStep { id: RecordId, stage: Option<String> } -> Draft;
    /// Makes a matter at once, of a person or of a village, by the newest version of a type or by the one that is named.
    NewMatter { #[serde(rename = "type")] kind: String, person: Option<RecordId>, area: Option<AreaCode>, answers: Answers,
                /** Who is to see to it. */ #[serde(default)] charge: Option<StaffId>,
                /** What it comes from. */ #[serde(default)] links: Vec<LinkTo> } -> RecordId;
    /// Moves a matter to another stage, by its name or its words, with what is to be filled in on the way.
    MoveMatter { id: RecordId, stage: String, #[serde(default)] answers: Answers, #[serde(default)] note: String } -> ();
    /// Changes answers of a matter; null takes one away.
    EditMatter { id: RecordId, answers: Answers } -> ();
    /// Says something about a matter.
    SayOfMatter { id: RecordId, text: String } -> ();
    /// Gives a matter to somebody to see to, or to nobody.
    AssignMatter { id: RecordId, staff: Option<StaffId> } -> ();
    /// Names another record in a matter, or names it no more.
    LinkMatter { id: RecordId, add: Option<LinkTo>, remove: Option<Uuid> } -> ();

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
    /// Administrator, county officer: one-time codes of late, newest first.
    AdminCodes {} -> Vec<CodeLine>;
    /// Administrator, county officer: confirms a code that a colleague made for a supervising role.
    ConfirmCode { staff: StaffId, made: Timestamp } -> ();
    /// Administrator: takes a code back that was not used yet.
    WithdrawCode { staff: StaffId, made: Timestamp } -> ();
    /// Administrator (acts), county officer (all): the log, newest first.
    Audit { query: AuditQuery } -> AuditPage;
    /// A device that was enrolled for the caller is really hers: it is told of no more.
    KnowDevice { device: DeviceId } -> ();
    /// Administrator, county officer: the county's forms.
    AdminForms {} -> Vec<FormLine>;
    /// Administrator, county officer: what a workbook is as a form; without `dry_run` it is taken in where nothing is wrong.
    AdminFormImport { /** The file, base64. */ content: String, dry_run: bool } -> FormCheck;
    /// Administrator, county officer: publishes a form, in one area or everywhere; or offers it no more.
    AdminFormPublish { form: String, area: Option<AreaCode>, withdraw: bool } -> ();
    /// Administrator, county officer: the rows of a form, to try it.
    AdminFormRows { form: String } -> String;
    /// Administrator, county officer: a form as a workbook, base64.
    AdminFormBook { form: String, /** Sheets, heads and types in Chinese. */ #[serde(default)] chinese: bool } -> String;
    /// Forms that ship with the program and may be begun with: each by its name with version.
    ShippedForms {} -> Vec<FormItem>;
    /// Fills a form in to see how it is: its rows, the answers so far and what is done. Nothing is kept.
    TryForm { rows: String, answers: Option<Answers>, tried: Option<Tried> } -> Trial;
    /// Administrator: takes in an office's list.
    AdminImport { what: ImportKind, file: String, /** The file, base64. */ content: String,
                  /** Nothing is written; the report says what would be. */ #[serde(default)] dry_run: bool,
                  /** Changes of known staff were seen, and are wanted. */ #[serde(default)] yes: bool } -> ImportReport;
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
    /// Records that the server sends and this device cannot read: all else goes on.
    #[serde(default)]
    pub unreadable: Vec<UnreadableItem>,
    /// The server has something for this device that only a newer program can read: all else goes on.
    #[serde(default)]
    pub newer: bool,
    /// Fields with more than one value.
    pub conflicts: u64,
    /// Messages not yet seen: returned visits, refusals, conflicts.
    pub messages: u64,
    /// Visits that wait for this supervisor.
    pub to_review: u64,
    /// Files on this device.
    pub persons: u64,
    /// While the first download is not over, and nobody knows yet what there is: how many records are still to come, 0 when that is
    /// not known either.
    #[serde(default)]
    pub coming: Option<u64>,
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
    /// What lies here of former devices; only when open.
    #[serde(default)]
    pub left: Vec<Left>,
    /// Visits and matters of today and before, for who visits; only when open.
    #[serde(default)]
    pub due_now: u64,
    /// Whom to call when something must not wait, beside 110; only when open.
    #[serde(default)]
    pub numbers: Vec<crate::policy::Hotline>,
    /// What the county's own lists offer today; only when open.
    #[serde(default)]
    pub lists: Vec<ListEntry>,
}

/// What a device that was stopped or begun anew left here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Left {
    /// Names it to [`BringBack`].
    pub name: String,
    /// When it was put aside; none when that is not known.
    pub at: Option<Timestamp>,
    /// The PIN it had then opens it. If not, only the office can.
    pub by_pin: bool,
    /// That PIN is a passphrase.
    pub phrase: bool,
    /// Seconds until that PIN may be tried.
    pub wait: u32,
}

/// A record that the server sends and this device cannot read.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct UnreadableItem {
    /// The record: by this the operator finds it.
    pub record: RecordId,
    /// Whose it is, where that is known.
    pub person: Option<RecordId>,
    /// Her name; empty when it is not known.
    pub name: String,
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
    /// Records that the server sends and this device cannot read.
    #[serde(default)]
    pub unreadable: Vec<UnreadableItem>,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Where sync stands now.
    pub state: SyncState,
}
