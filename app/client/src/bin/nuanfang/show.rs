//! Replies for people to read.
use crate::out;
use chrono::NaiveDate;
use domain::api::*;
use domain::fields::{FieldKind, Path};
use domain::form::{FormSheet, Label, QuestionKind};
use domain::{Timestamp, Value};
use text::{Lang, Text};

/// Prints in one language, seen from one day.
pub struct Show {
    /// The sentences.
    pub text: Text,
    /// The moment.
    pub now: Timestamp,
}

impl Show {
    fn today(&self) -> NaiveDate {
        self.now.day()
    }
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        self.text.moment(at.local(), self.now.local())
    }
    fn english(&self) -> bool {
        self.text.lang() == Lang::En
    }

    /// Where the device stands.
    pub fn status(&self, s: &StatusReply) {
        let t = &self.text;
        let state = match s.phase {
            Phase::Fresh => t.failure(&domain::Code::NotEnrolled.into()),
            Phase::Locked if s.pin_wait > 0 => t.failure(&domain::Failure::of(domain::Code::PinWait, s.pin_wait.to_string())),
            Phase::Locked => t.failure(&domain::Code::Locked.into()),
            Phase::Open => String::new(),
        };
        if !s.county.is_empty() {
            out!("{}  {}", s.county, s.server);
        }
        if !state.is_empty() {
            out!("{state}");
        }
        if let Some(aside) = &s.moved_aside {
            out!("{}  {aside}", t.failure(&domain::Code::DatabaseDamaged.into()));
        }
        let Some(me) = &s.me else { return };
        out!("{}  {}", me.name, t.role(me.role));
        out!("{}", t.files_count(count(s.persons)));
        out!("{}", if s.pending == 0 { t.sync_all_uploaded() } else { t.sync_pending(count(s.pending)) });
        if s.photos_pending > 0 {
            out!("{}  ({} kB)", t.photo_pending(count(s.photos_pending)), s.photo_bytes / 1000);
        }
        if s.refused > 0 {
            out!("{}", t.sync_refused(count(s.refused)));
        }
        self.unreadable(&s.unreadable);
        if s.newer {
            out!("{}", t.newer_title());
        }
        if s.conflicts > 0 {
            out!("{}", t.sync_conflicts(count(s.conflicts)));
        }
        out!("{}", s.last_sync.map_or_else(|| t.sync_never(), |at| t.sync_last(&self.moment(at))));
    }

    /// What former devices left.
    pub fn left(&self, left: &[Left]) {
        for one in left {
            let how = if one.by_pin { self.text.left_by_pin() } else { self.text.left_sealed() };
            out!("{}  {}  {how}", one.name, one.at.map(|at| self.moment(at)).unwrap_or_default());
        }
    }

    /// What a sync did.
    pub fn sync(&self, r: &SyncReport) {
        let t = &self.text;
        match &r.state {
            SyncState::Failed(_) | SyncState::Offline | SyncState::Busy { .. } => {}
            _ => out!("{}", t.sync_done()),
        }
        out!("↑ {} B  ↓ {} B  ({})", r.up_bytes, r.down_bytes, r.requests);
        if r.refused > 0 {
            out!("{}", t.sync_refused(count(r.refused)));
        }
        self.unreadable(&r.unreadable);
    }

    fn unreadable(&self, items: &[UnreadableItem]) {
        if !items.is_empty() {
            let names: Vec<String> =
                items.iter().map(|item| format!("{} {}", item.name, self.text.me_unreadable_unnamed(&item.record.to_string()))).collect();
            out!("{}", self.text.me_unreadable(count(items.len() as u64), names.join("、").trim()));
        }
    }

    /// A list of files.
    pub fn persons(&self, rows: &[PersonItem]) {
        for p in rows {
            out!("{}  {}", p.id, self.person_line(p));
        }
        out!("{}", self.text.files_count(i64::try_from(rows.len()).unwrap_or(i64::MAX)));
    }

    fn person_line(&self, p: &PersonItem) -> String {
        let t = &self.text;
        let categories: Vec<String> = p.categories.iter().map(|c| t.category(*c)).collect();
        let due = match (&p.due, p.due_state) {
            (Some(due), Some(state)) => t.due_state(state, due.date, self.today()),
            _ => t.due_none(),
        };
        let age = p.age.map(|a| t.age_years(a.into())).unwrap_or_default();
        let risk = p.risk.map(|r| t.risk(r)).unwrap_or_default();
        let parts = [p.name.clone(), t.sex(p.sex), age, p.area_name.clone(), categories.join("、"), risk, due];
        parts.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("  ")
    }

    /// One file.
    pub fn file(&self, f: &PersonFile) {
        out!("{}", self.person_line(&f.item));
        for (path, value) in &f.fields {
            out!("  {}: {}", self.field(path), self.value(path, value));
        }
        for (section, entries) in [("household", &f.household), ("categories", &f.categories)] {
            for entry in entries {
                let field = |key: &String| format!("{section}.{}.{key}", entry.id);
                let line: Vec<String> = entry.fields.iter().map(|(k, v)| format!("{} {}", self.field(&field(k)), self.value(&field(k), v))).collect();
                out!("  {section}.{}: {}", entry.id, line.join("  "));
            }
        }
        self.conflicts(&f.conflicts);
        self.visits(&f.visits);
    }

    fn field(&self, path: &str) -> String {
        self.text.field(path).unwrap_or_else(|| path.to_owned())
    }

    fn value(&self, path: &str, value: &Value) -> String {
        let choice = path.parse::<Path>().ok().and_then(|p| p.field()).is_some_and(|f| matches!(f.kind, FieldKind::Choice(_)));
        match value {
            Value::Null => String::new(),
            Value::Bool(yes) => {
                if *yes {
                    self.text.state_yes()
                } else {
                    self.text.state_no()
                }
            }
            Value::Text(code) if choice => self.text.option(path, code).unwrap_or_else(|| code.clone()),
            Value::Text(text) => text.clone(),
            Value::Int(n) => n.to_string(),
            Value::Real(n) => n.to_string(),
            Value::Many(ids) => ids.iter().map(String::as_str).collect::<Vec<_>>().join("、"),
        }
    }

    /// A list of visits.
    pub fn visits(&self, rows: &[VisitItem]) {
        for v in rows {
            let state = self.text.code_or_raw("visit-state", v.state.code());
            let form = match &v.title {
                Some(title) => format!("{} {}", title.get(self.text.lang().code()), v.form),
                None => v.form.clone(),
            };
            out!("{}  {}  {}  {form}  {}  {}  {}  {state}", v.id, self.moment(v.at), v.name, v.kind_label, v.by, v.note);
        }
    }

    /// What a form asks: each question by its id, with its words and its options.
    pub fn form(&self, form: &FormSheet) {
        let words = |label: &Label| label.get(self.text.lang().code()).to_owned();
        out!("{}  {}", form.name, words(&form.title));
        for question in form.sections.iter().flat_map(|section| &section.questions).filter(|question| question.kind != QuestionKind::Note) {
            let options: Vec<String> = question.options.iter().map(|option| format!("{}={}", option.id, words(&option.label))).collect();
            out!("{}  {}  {}", question.id, words(&question.label), options.join("  "));
        }
    }

    /// Photos of a visit.
    pub fn photos(&self, photos: &[PhotoItem]) {
        for (n, p) in photos.iter().enumerate() {
            let state = if p.uploaded { self.text.photo_uploaded() } else { self.text.photo_saved() };
            out!("{n}  {} × {}  {} kB  {state}", p.width, p.height, p.size / 1000);
        }
        out!("{}", self.text.photo_count(count(photos.len() as u64)));
    }

    /// One visit beside the one before.
    pub fn visit(&self, v: &VisitDetail) {
        self.visits(std::slice::from_ref(&v.item));
        for l in &v.lines {
            let (label, now, last) = if self.english() { (&l.label_en, &l.now_en, &l.last_en) } else { (&l.label, &l.now, &l.last) };
            let (mark, before) =
                if l.differs && !last.is_empty() { ("*", format!("  ({})", self.text.visit_last_answer(last))) } else { (" ", String::new()) };
            out!("{mark} {label}  {now}{before}");
        }
        for r in &v.reviews {
            out!("{}  {}  {}  {}", self.moment(r.at), r.by, self.text.code_or_raw("visit-state", r.decision.code()), r.comment);
        }
        self.conflicts(&v.conflicts);
    }

    /// Fields with several values.
    pub fn conflicts(&self, rows: &[Conflict]) {
        for c in rows {
            out!("{}  {}  {}", c.record, c.name, c.path);
            for (n, v) in c.values.iter().enumerate() {
                out!("  {n}: {}  ({} · {} · {})", v.shown, v.by, v.device, self.moment(v.at));
            }
        }
    }

    /// Files that may be of one person.
    pub fn duplicates(&self, pairs: &[SamePair]) {
        if pairs.is_empty() {
            out!("{}", self.text.same_none());
        }
        for pair in pairs {
            out!("{}", self.text.same_by(pair));
            for file in [&pair.file, &pair.other] {
                let born = file.birth.map(|day| self.text.same_born(&self.text.date_with_year(day))).unwrap_or_default();
                out!("  {}  {}  {}  {}", file.id, file.name, file.area_name, born);
            }
        }
    }

    /// Changes that were not taken.
    pub fn refusals(&self, rows: &[RefusedItem]) {
        for r in rows {
            out!("{}  {}  {}  {}  {}", r.hash, self.moment(r.at), r.by, r.person, self.text.failure(&r.reason));
            for (field, value) in &r.shown {
                out!("  {field}: {value}");
            }
        }
    }

    /// What waits for review.
    pub fn queue(&self, rows: &[ReviewItem]) {
        for r in rows {
            let changes = if r.changes == 0 { self.text.review_line_no_changes() } else { self.text.review_line_changes(r.changes.into()) };
            out!("{}  {}  {}  {}  {changes}{}", r.visit.id, self.moment(r.visit.at), r.visit.name, r.visit.by, if r.alarm { "  !" } else { "" });
        }
        out!("{}", self.text.review_count(i64::try_from(rows.len()).unwrap_or(i64::MAX)));
    }
}

fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
