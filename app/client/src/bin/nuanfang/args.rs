//! The command line.
use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};
use domain::audit::Reason;
use domain::{AreaCode, Category, Hash, RecordId, Risk};
use std::path::PathBuf;
use text::Lang;

/// Headless client of Nuanfang (暖访): one device's data in one folder.
#[derive(Parser, Debug)]
#[command(
    name = "nuanfang",
    version,
    after_help = "The PIN is read from --pin-fd or NUANFANG_PIN, or asked for. Exit: 0 done, 1 refused with the reason on stderr, 2 usage."
)]
pub struct Arguments {
    /// The device's folder; made where it is missing.
    #[arg(long, env = "NUANFANG_HOME", value_name = "DIR")]
    pub home: PathBuf,
    /// Print JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of what is printed: zh-CN or en.
    #[arg(long, global = true, default_value = "zh-CN", value_parser = |s: &str| s.parse::<Lang>().map_err(|e| e.to_string()))]
    pub lang: Lang,
    /// Read the PIN from this file descriptor: unlike the environment, other programs of the user do not see it.
    #[arg(long, global = true, value_name = "N")]
    pub pin_fd: Option<u32>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Join a server with a one-time code and set the PIN; then sync.
    Enrol {
        /// The server's address.
        #[arg(long, value_name = "URL")]
        server: String,
        /// The one-time code from the administrator.
        #[arg(long)]
        code: String,
        /// What the administrator sees of this device.
        #[arg(long, default_value = "nuanfang")]
        label: String,
    },
    /// The PIN is forgotten: join anew in place of what this device was, and set a new PIN. What it had is put aside.
    StartOver {
        /// A new one-time code from the administrator.
        #[arg(long)]
        code: String,
        /// What the administrator sees of this device.
        #[arg(long, default_value = "nuanfang")]
        label: String,
    },
    /// List what former devices left here and had not uploaded; or bring one back by the PIN it had (NUANFANG_OLD_PIN, or asked for).
    Left {
        /// Which, as listed.
        name: Option<String>,
    },
    /// Bring both sides up to date.
    Sync,
    /// Stay in step with the server until stopped: sync now, and whenever it has something new.
    Follow,
    /// Where this device stands. Asks for no PIN; with NUANFANG_PIN it says more.
    Status,
    /// List files.
    Persons(Persons),
    /// Show one file, or one visit.
    Show {
        /// The record.
        id: RecordId,
        /// Why a file outside of your own caseload is opened: cover, assigned, asked, emergency or check.
        #[arg(long, value_parser = reason)]
        reason: Option<Reason>,
    },
    /// Write fields of a file: `contact.phone=13800000000`, `household.new.name=…`; an empty value empties the field. Or correct a visit:
    /// `note=…`, `at=2026-11-27` for its day.
    Edit {
        /// The file or the visit.
        id: RecordId,
        /// What would be asked is meant so: another person of the same name, an unlikely age.
        #[arg(long)]
        yes: bool,
        /// Fields.
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// Files.
    Person {
        /// What to do.
        #[command(subcommand)]
        command: Person,
    },
    /// Visits.
    Visit {
        /// What to do.
        #[command(subcommand)]
        command: Visit,
    },
    /// Show what a form asks: each question by its id, with its options.
    Form {
        /// For example `child-visit@s2`; `child-visit` is its newest version.
        name: String,
    },
    /// List visits, newest first.
    Visits {
        /// Only of this person.
        #[arg(long, value_name = "ID")]
        person: Option<RecordId>,
        /// At most so many.
        #[arg(long, default_value_t = 1000)]
        limit: usize,
    },
    /// What is done about a person or a village beside visits: referrals, reports, whatever the county has as types.
    Matter {
        /// What to do.
        #[command(subcommand)]
        command: crate::matters::Act,
    },
    /// List matters, those with a day first.
    Matters(crate::matters::Which),
    /// Fetch the visits of a person from before the time that this device holds.
    Older {
        /// The person.
        id: RecordId,
    },
    /// Files that may be of one person.
    Duplicates,
    /// Say that two files are of two persons.
    Two {
        /// One.
        one: RecordId,
        /// The other.
        other: RecordId,
    },
    /// Fields with more than one value.
    Conflicts,
    /// Choose one of a field's values.
    Resolve {
        /// The record.
        id: RecordId,
        /// The field, as `conflicts` names it.
        field: String,
        /// Which, counted from 0 as `conflicts` lists them.
        #[arg(long, value_name = "N")]
        take: usize,
    },
    /// Visits that wait for review, or a decision on one.
    Review(Review),
    /// Changes by others that the server did not take, or a supervisor's decision on one.
    Refused {
        /// The change to decide on, as listed.
        #[arg(requires = "decision")]
        hash: Option<Hash>,
        /// Let it in as it is.
        #[arg(long, group = "decision", requires = "hash")]
        accept: bool,
        /// Lay it aside for good.
        #[arg(long, group = "decision", requires = "hash")]
        dismiss: bool,
    },
    /// Make this device known again to a server that was restored from an older backup.
    Rejoin {
        /// A new one-time code for the same person.
        #[arg(long)]
        code: String,
    },
    /// Take what another Automerge changed in an exported document as edits of yours.
    Import {
        /// The document.
        #[arg(long, value_name = "FILE")]
        automerge: PathBuf,
    },
    /// Write a record's Automerge document to a file.
    Export {
        /// The record.
        id: RecordId,
        /// Where to.
        #[arg(long, value_name = "FILE")]
        automerge: PathBuf,
    },
}

/// Which files to list.
#[derive(Args, Debug)]
pub struct Persons {
    /// Name, part of it, pinyin, initials, ID number, telephone, address.
    #[arg(long, value_name = "Q", default_value = "")]
    pub search: String,
    /// Only those due or overdue.
    #[arg(long)]
    pub due: bool,
    /// Only this category, for example `left_behind_child`.
    #[arg(long)]
    pub category: Option<Category>,
    /// Only this risk: high, medium or low.
    #[arg(long)]
    pub risk: Option<Risk>,
    /// Only this area and what lies in it.
    #[arg(long)]
    pub area: Option<AreaCode>,
    /// Also closed files.
    #[arg(long)]
    pub closed: bool,
    /// At most so many; all when not given.
    #[arg(long)]
    pub limit: Option<usize>,
}

/// What to do with files.
#[derive(Subcommand, Debug)]
pub enum Person {
    /// Open a file.
    New {
        /// JSON: `{"area": "…", "identity": {"name": "…"}, "contact.phone": "…", "household": [{…}], "categories": ["…"]}`.
        #[arg(long, value_name = "FILE.json")]
        from: PathBuf,
        /// What would be asked is meant so.
        #[arg(long)]
        yes: bool,
    },
}

/// What to do with visits.
#[derive(Subcommand, Debug)]
pub enum Visit {
    /// Record a visit.
    New {
        /// Whom.
        #[arg(long, value_name = "ID")]
        person: RecordId,
        /// By which form, for example `child-visit@1`; `child-visit` is its newest version.
        #[arg(long)]
        form: String,
        /// The day of the visit, when it is not today: 2026-11-27.
        #[arg(long, value_name = "DAY")]
        at: Option<NaiveDate>,
        /// What would be asked is meant so: a closed file, the day that this device's clock tells.
        #[arg(long)]
        yes: bool,
        /// JSON: the answers by question, as docs/forms.md says.
        #[arg(long, value_name = "FILE.json")]
        from: PathBuf,
    },
    /// Photos of a visit: list them, or add, save or remove one.
    Photo(Photo),
}

/// What to do with the photos of a visit; lists them when nothing else is said.
#[derive(Args, Debug)]
pub struct Photo {
    /// The visit.
    #[arg(value_name = "VISIT")]
    pub visit: RecordId,
    /// List them; N counts from 0 in this order.
    #[arg(long, group = "act")]
    pub list: bool,
    /// Add one: JPEG, PNG or WebP. Its position and all else beside the picture are not kept.
    #[arg(long, value_name = "FILE", group = "act")]
    pub add: Option<PathBuf>,
    /// Which question of the form the added one answers: a photo or a signature.
    #[arg(long, value_name = "ID", requires = "add")]
    pub question: Option<String>,
    /// Save one to a file; fetches it where it is not here.
    #[arg(long, value_name = "N", group = "act", requires = "out")]
    pub get: Option<usize>,
    /// Where to.
    #[arg(long, value_name = "FILE", requires = "get")]
    pub out: Option<PathBuf>,
    /// Remove one.
    #[arg(long, value_name = "N", group = "act")]
    pub remove: Option<usize>,
}

/// A review.
#[derive(Args, Debug)]
pub struct Review {
    /// The visit to decide on.
    #[arg(required_unless_present = "list", conflicts_with = "list")]
    pub id: Option<RecordId>,
    /// List what waits.
    #[arg(long)]
    pub list: bool,
    /// Approve the version that is on this device.
    #[arg(long, conflicts_with_all = ["list", "return_"])]
    pub approve: bool,
    /// Return it for correction.
    #[arg(long = "return", requires = "comment", conflicts_with = "list")]
    pub return_: bool,
    /// What to correct, or a remark.
    #[arg(long, value_name = "T")]
    pub comment: Option<String>,
}

fn reason(word: &str) -> Result<Reason, String> {
    let offered = Reason::OFFERED;
    let words = || offered.map(Reason::code).join(", ");
    offered.into_iter().find(|reason| reason.code() == word).ok_or_else(|| format!("one of {}", words()))
}
