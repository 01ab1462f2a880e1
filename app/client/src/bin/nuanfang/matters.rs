//! `matter` and `matters`: what is done beside visits.
use crate::commands::Printer;
use crate::device::Device;
use crate::show::Show;
use crate::{from_file, out};
use clap::{Args, Subcommand};
use domain::api::*;
use domain::form::{Answers, Label};
use domain::{AreaCode, Failure, RecordId, StaffId};
use serde_json::json;
use std::path::PathBuf;

/// Which matters to list.
#[derive(Args, Debug)]
pub struct Which {
    /// Only of this type: referral.
    #[arg(long = "type", value_name = "T")]
    pub kind: Option<String>,
    /// Only of this person.
    #[arg(long, value_name = "ID")]
    pub person: Option<RecordId>,
    /// Only those that did not end.
    #[arg(long)]
    pub open: bool,
    /// Only those whose day is near or over.
    #[arg(long)]
    pub due: bool,
    /// Only those that you opened or are to see to.
    #[arg(long)]
    pub mine: bool,
    /// At most so many.
    #[arg(long, default_value_t = 10_000)]
    pub limit: usize,
}

/// What to do with matters.
#[derive(Subcommand, Debug)]
pub enum Act {
    /// The types that there are, with their stages.
    Types,
    /// Begin one.
    New {
        /// Of which type: referral, or a version of it, referral@1.
        #[arg(long = "type", value_name = "T")]
        kind: String,
        /// Whom it is about …
        #[arg(long, value_name = "ID", required_unless_present = "area", conflicts_with = "area")]
        person: Option<RecordId>,
        /// … or in which village.
        #[arg(long, value_name = "CODE")]
        area: Option<AreaCode>,
        /// Who is to see to it.
        #[arg(long, value_name = "STAFF")]
        charge: Option<StaffId>,
        /// A visit or another matter that it comes from.
        #[arg(long, value_name = "ID")]
        source: Vec<RecordId>,
        /// JSON: the answers by question.
        #[arg(long, value_name = "FILE.json")]
        from: PathBuf,
    },
    /// Show one.
    Show {
        /// The matter.
        id: RecordId,
    },
    /// Move one to another stage.
    Move {
        /// The matter.
        id: RecordId,
        /// Where to, as `matter types` names it.
        stage: String,
        /// JSON: what is filled in on the way, by question.
        #[arg(long, value_name = "FILE.json")]
        from: Option<PathBuf>,
        /// A remark.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Change answers: `result=…`; an empty value takes one away.
    Edit {
        /// The matter.
        id: RecordId,
        /// Answers.
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// Say something about one.
    Say {
        /// The matter.
        id: RecordId,
        /// What.
        text: String,
    },
    /// Give one to somebody to see to; to nobody where nobody is named.
    Assign {
        /// The matter.
        id: RecordId,
        /// To whom.
        staff: Option<StaffId>,
    },
    /// Name another record in one.
    Link {
        /// The matter.
        id: RecordId,
        /// The other record.
        to: RecordId,
        /// As what: from, follows, part_of, person.
        #[arg(long = "as", default_value = "follows")]
        as_what: String,
    },
}

/// `matter`
pub fn act(device: &Device, printer: &Printer, act: Act) -> Result<(), Failure> {
    let id = match act {
        Act::Types => return printer.print(&device.call(MatterTypes { person: None })?, |show, types| show.matter_types(types)),
        Act::Show { id } => return printer.print(&device.call(Matter { id })?, |show, matter| show.matter(matter)),
        Act::New { kind, person, area, charge, source, from } => {
            let answers = from_file::answers(from_file::json(&from)?)?;
            let links = source.into_iter().map(|to| LinkTo { to, as_what: "from".into() }).collect();
            device.call(NewMatter { kind, person, area, answers, charge, links })?
        }
        Act::Move { id, stage, from, note } => {
            let answers = from.map_or_else(|| Ok(Answers::new()), |from| from_file::answers(from_file::json(&from)?))?;
            device.call(MoveMatter { id, stage, answers, note })?;
            id
        }
        Act::Edit { id, fields } => {
            let form = device.call(Matter { id })?.item.form;
            let form = device.call(FormWords { name: form })?;
            device.call(EditMatter { id, answers: from_file::corrections(&form, &fields)? })?;
            id
        }
        Act::Say { id, text } => {
            device.call(SayOfMatter { id, text })?;
            id
        }
        Act::Assign { id, staff } => {
            device.call(AssignMatter { id, staff })?;
            id
        }
        Act::Link { id, to, as_what } => {
            device.call(LinkMatter { id, add: Some(LinkTo { to, as_what }), remove: None })?;
            id
        }
    };
    printer.id(id)
}

/// `matters`
pub fn list(device: &Device, printer: &Printer, which: Which) -> Result<(), Failure> {
    let Which { kind, person, open, due, mine, limit } = which;
    let matters = device.call(Matters { query: MatterQuery { kind, person, open, due, mine, limit } })?;
    if !printer.json {
        printer.show.matters(&matters);
        return Ok(());
    }
    let narrow = |m: &MatterItem| {
        let due = m.due.map(|due| due.day);
        json!({ "id": m.id, "type": m.kind, "person": m.person, "area": m.area, "stage": m.stage, "due": due, "overdue": m.overdue, "line": m.line })
    };
    printer.print(&matters.iter().map(narrow).collect::<Vec<_>>(), |_, _| {})
}

impl Show {
    fn label<'l>(&self, label: &'l Label) -> &'l str {
        label.get(self.text.lang().code())
    }

    /// The types that there are.
    pub fn matter_types(&self, types: &[MatterTypeItem]) {
        for kind in types {
            let stages: Vec<String> = kind.stages.iter().map(|stage| format!("{}（{}）", self.label(&stage.label), stage.id)).collect();
            out!("{}  {}  {}", kind.id, self.label(&kind.title), stages.join(" → "));
        }
    }

    /// A list of matters.
    pub fn matters(&self, matters: &[MatterItem]) {
        for m in matters {
            let due = m.due.map(|due| due.at.map_or_else(|| self.text.date_with_year(due.day), |at| self.moment(at))).unwrap_or_default();
            let mark = if m.overdue { "!" } else { " " };
            let charge = m.charge.as_ref().map(|charge| format!("  → {charge}")).unwrap_or_default();
            let mark = if m.disputed { "?" } else { mark };
            out!("{}  {mark} {}  {}  {}  {due}  {}{charge}", m.id, self.label(&m.title), m.name, self.label(&m.stage_label), m.line);
        }
    }

    /// One matter.
    pub fn matter(&self, m: &MatterDetail) {
        self.matters(std::slice::from_ref(&m.item));
        for line in &m.lines {
            out!("  {}  {}", self.label(&line.label), self.label(&line.shown));
        }
        for item in &m.story {
            let what = item.stage.as_ref().map(|stage| self.label(stage)).unwrap_or_default();
            let mark = if item.against { "!" } else { " " };
            out!("{mark} {}  {}  {what}  {}", self.moment(item.at), item.by, item.text);
        }
        for link in &m.links {
            out!("  {}  {}  {}", link.as_what, link.to, link.name.zh);
        }
        for stage in &m.next {
            out!("  → {}  {}", stage.id, self.label(&stage.action));
        }
    }
}
