//! Matters (事项): what is done about a person or a village, has a life of its own, and is no visit: a referral, a report, an assessment's
//! renewal. One kind of record; what a type of matter is, is data ([`MatterType`]): a workbook with a form, and its stages beside it.
//!
//! A matter is where its moves left it. A move names those that its mover knew as the last ones; so of two people who move one matter while
//! neither knows of the other both moves stay, and anybody works out the same from them ([`standing`]).
use crate::codes::codes;
use crate::due::{DueRules, Period};
use crate::form::Label;
use crate::roles::{Caller, Kind, Right, Role};
use crate::{Programme, StaffId, Timestamp};
use chrono::{Datelike, Days, Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What kinds of matter there may be: whose it is, who may do what, how long it may take.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct MatterType {
    /// Whose such a matter is.
    pub of: Whose,
    /// The programmes that have it; none named: all.
    pub programmes: Vec<Programme>,
    /// Whether supervisors alone see it.
    pub confidential: bool,
    /// Whether it goes to the server before anything else.
    pub urgent: bool,
    /// Who may begin one; nobody named: whoever works with files.
    pub opens: Vec<Who>,
    /// Its stages, the first one that in which it begins.
    pub stages: Vec<Stage>,
    /// When it is to be done anew after its end.
    pub again: Option<Again>,
    /// Which answers that call for action propose one: `form.question`, the form by its name without version.
    #[serde(default)]
    pub after: Vec<String>,
}

codes!(
    /// Whose a matter is.
    Whose {
        /// A person's, whose file it names.
        Person = "person",
        /// A village's.
        Area = "area",
        /// Either: somebody may be on file or not.
        Either = "either",
    }
);

#[allow(clippy::derivable_impls, reason = "lists of codes are made by one macro")]
impl Default for Whose {
    fn default() -> Self {
        Whose::Person
    }
}

/// A stage of a matter.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Stage {
    /// Its name, as moves say it.
    pub id: String,
    /// For people.
    pub label: Label,
    /// What the button says that moves it there; empty: the label.
    pub action: Label,
    /// Who moves it there; nobody named: whoever may change it.
    pub who: Vec<Who>,
    /// Whether somebody else must move it there than opened it.
    pub another: bool,
    /// From which stages; none named: from every one that is no end.
    pub from: Vec<String>,
    /// The part of the form that is filled in on the way there: the name of a group or a repeat at its top.
    pub fill: String,
    /// How long it may stay.
    pub term: Option<Span>,
    /// The question whose answer, a date, is the day until which it may stay; it goes before the term.
    pub until: String,
    /// Who hears when it stayed too long: the first when the day passes, the next ones each a term later.
    pub climbs: Vec<Who>,
    /// Whether the matter ends there.
    pub end: bool,
    /// Whether what is done anew is not, after this end: there is nobody any more whom it is about, or no need.
    pub last: bool,
}

/// Somebody named by a type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Who {
    /// Everybody of a role.
    Role(Role),
    /// Those who supervise: who decide between two values ([`Right::Decide`]).
    Supervisors,
    /// Whoever opened it.
    Opener,
    /// Whoever is to see to it.
    Charge,
}

impl Who {
    /// The word for it: a role's code, or its own.
    pub fn code(&self) -> &str {
        match self {
            Who::Role(role) => role.code(),
            Who::Supervisors => "supervisors",
            Who::Opener => "opener",
            Who::Charge => "charge",
        }
    }
    /// What a word says; none for one that nobody knows.
    pub fn read(word: &str) -> Option<Who> {
        let own = [Who::Supervisors, Who::Opener, Who::Charge].into_iter().find(|who| who.code() == word);
        own.or_else(|| Role::ALL.iter().find(|role| role.code() == word).map(|role| Who::Role(*role)))
    }
}

impl Serialize for Who {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}
impl<'de> Deserialize<'de> for Who {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Who, D::Error> {
        let word = String::deserialize(d)?;
        Who::read(&word).ok_or_else(|| serde::de::Error::custom("nobody is called so"))
    }
}

codes!(
    /// What terms are counted in.
    Unit {
        /// 小时
        Hour = "hour",
        /// 天
        Day = "day",
        /// 工作日
        WorkDay = "work_day",
        /// 个月
        Month = "month",
    }
);

/// So many hours, days, days of work or months.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Span {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

/// Longest term that a type may say, of any unit.
const LONGEST: u32 = 1200;

impl Span {
    /// What a cell says: `24小时`, `24h`, `3 天`, `5工作日`, `5wd`, `6个月`, `6m`.
    pub fn read(text: &str) -> Option<Span> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let digits = plain.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = plain.split_at_checked(digits)?;
        let unit = match unit.to_ascii_lowercase().as_str() {
            "小时" | "个小时" | "h" | "hour" | "hours" => Unit::Hour,
            "天" | "日" | "d" | "day" | "days" => Unit::Day,
            "工作日" | "个工作日" | "wd" | "workday" | "workdays" | "workingdays" => Unit::WorkDay,
            "个月" | "m" | "month" | "months" => Unit::Month,
            _ => return None,
        };
        let count = count.parse().ok().filter(|count| (1..=LONGEST).contains(count))?;
        Some(Span { count, unit })
    }

    /// When it is over that began at a moment: of hours the moment, of all others the end of the day.
    pub fn after(self, from: Timestamp, rules: &DueRules) -> Deadline {
        let day = from.day();
        let on = |day: Option<NaiveDate>| Deadline { day: day.unwrap_or(NaiveDate::MAX), at: None };
        match self.unit {
            Unit::Hour => {
                let at = Timestamp(from.0.saturating_add(i64::from(self.count) * 3_600_000));
                Deadline { day: at.day(), at: Some(at) }
            }
            Unit::Day => on(day.checked_add_days(Days::new(u64::from(self.count)))),
            Unit::WorkDay => on(Some(rules.holidays.after(day, self.count))),
            Unit::Month => on(day.checked_add_months(Months::new(self.count))),
        }
    }

    /// Itself so many times.
    fn times(self, n: u32) -> Span {
        Span { count: self.count.saturating_mul(n).min(LONGEST * 8), ..self }
    }
}

/// Until when something is to be done.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Deadline {
    /// The last day on which it is in time.
    pub day: NaiveDate,
    /// The moment, where hours are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

impl Deadline {
    /// Whether it is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.at.map_or(now.day() > self.day, |at| now > at)
    }
}

/// When something is done anew.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Again {
    /// So long after its end.
    After(Span),
    /// By the end of the next of these months of the year: March and September.
    Months(BTreeSet<u32>),
    /// In the next term of school.
    Term,
}

impl Again {
    /// What a cell says: `6个月`, `3月、9月`, `每学期`.
    pub fn read(text: &str) -> Option<Again> {
        let plain = text.trim();
        if ["每学期", "学期", "term", "每半年", "半年"].contains(&plain) {
            return Some(if plain.ends_with("半年") { Again::After(Span { count: 6, unit: Unit::Month }) } else { Again::Term });
        }
        let month = |text: &str| text.trim().strip_suffix('月')?.parse::<u32>().ok().filter(|month| (1..=12).contains(month));
        let parts: Vec<&str> = plain.split(['、', ',', '，', ' ']).filter(|part| !part.is_empty()).collect();
        let months: Option<BTreeSet<u32>> = parts.iter().map(|part| month(part)).collect();
        // One month alone is a month of the year, `6个月` a term.
        months.filter(|months| !months.is_empty()).map(Again::Months).or_else(|| Span::read(plain).map(Again::After))
    }

    /// The last day on which it is in time, after it ended on a day.
    pub fn due(&self, ended: Timestamp, rules: &DueRules) -> NaiveDate {
        let day = ended.day();
        match self {
            Again::After(span) => span.after(ended, rules).day,
            Again::Term => {
                let (_, next) = Period::Term.around(day, &rules.terms);
                Period::Term.around(next, &rules.terms).1.pred_opt().unwrap_or(next)
            }
            Again::Months(months) => {
                let later = (1..=12).filter_map(|n| day.with_day(1)?.checked_add_months(Months::new(n)));
                let first = later.into_iter().find(|first| months.contains(&first.month())).unwrap_or(day);
                first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(first)
            }
        }
    }
}

/// A move of a matter to a stage.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Move {
    /// Its name in the record.
    pub id: Uuid,
    /// To which stage.
    pub stage: String,
    /// When, by the mover's clock.
    pub at: Timestamp,
    /// Who.
    pub by: StaffId,
    /// The moves that were the last ones when it was made.
    pub after: BTreeSet<Uuid>,
    /// Whether the matter ends there.
    pub end: bool,
    /// What the mover said; may be empty.
    pub note: String,
}

/// Where a matter stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing<'m> {
    /// The move that it stands by; none: it is where it began.
    pub by: Option<&'m Move>,
    /// Moves made beside it that say otherwise, while one of them or itself is an end: somebody has to decide.
    pub against: Vec<&'m Move>,
}

impl Standing<'_> {
    /// The stage's name; empty: the first.
    pub fn stage(&self) -> &str {
        self.by.map_or("", |by| by.stage.as_str())
    }
    /// Whether it ended, and nobody says otherwise.
    pub fn is_over(&self) -> bool {
        self.by.is_some_and(|by| by.end) && self.against.is_empty()
    }
}

/// How often it was moved to a stage.
pub fn moves_to(moves: &[Move], stage: &str) -> usize {
    moves.iter().filter(|step| step.stage == stage).count()
}

/// The moves after which nobody moved it.
pub fn last_moves(moves: &[Move]) -> Vec<&Move> {
    let passed: BTreeSet<Uuid> = moves.iter().flat_map(|step| &step.after).copied().collect();
    moves.iter().filter(|step| !passed.contains(&step.id)).collect()
}

/// Where its moves left a matter. Of several last ones it stands by an end, then by the newest, on every device the same.
pub fn standing(moves: &[Move]) -> Standing<'_> {
    let mut last = last_moves(moves);
    last.sort_by_key(|step| (step.end, step.at, step.id));
    let by = last.pop();
    let ends = by.is_some_and(|by| by.end);
    last.retain(|other| ends && by.is_some_and(|by| by.stage != other.stage));
    Standing { by, against: last }
}

/// Somebody in the eyes of one matter.
#[derive(Clone, Copy, Debug)]
pub struct Party {
    /// As what.
    pub role: Role,
    /// Whether she opened it.
    pub opened: bool,
    /// Whether she is to see to it.
    pub in_charge: bool,
}

impl Party {
    /// Whether she is one of these.
    pub fn is(&self, who: &Who) -> bool {
        match who {
            Who::Role(role) => self.role == *role,
            Who::Supervisors => self.role.has(Right::Decide),
            Who::Opener => self.opened,
            Who::Charge => self.in_charge,
        }
    }
}

impl MatterType {
    /// The kind of record that one of these is, of a person or of a village; none where the type does not have such.
    pub fn kind(&self, of_person: bool) -> Option<Kind> {
        let fits = match self.of {
            Whose::Person => of_person,
            Whose::Area => !of_person,
            Whose::Either => true,
        };
        let kind = match (self.confidential, of_person) {
            (false, true) => Kind::Matter,
            (false, false) => Kind::AreaMatter,
            (true, true) => Kind::Confidential,
            (true, false) => Kind::AreaConfidential,
        };
        fits.then_some(kind)
    }
    /// A stage by its name; the first of the empty one.
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        if id.is_empty() { self.stages.first() } else { self.stages.iter().find(|stage| stage.id == id) }
    }
    /// Whether somebody may begin one.
    pub fn may_open(&self, caller: &Caller) -> bool {
        let party = Party { role: caller.role, opened: true, in_charge: false };
        self.opens.is_empty() || self.opens.iter().any(|who| party.is(who))
    }
    /// The stages to which a matter goes from one.
    pub fn next<'t>(&'t self, from: &'t str) -> impl Iterator<Item = &'t Stage> {
        let here = self.stage(from);
        let leads = move |to: &&Stage| {
            let Some(here) = here else { return false };
            let other = here.id != to.id && self.stages.first().is_some_and(|first| first.id != to.id);
            // What names itself is done again and again: a visit after a report.
            if to.from.is_empty() { !here.end && other } else { to.from.contains(&here.id) }
        };
        self.stages.iter().filter(leads)
    }
    /// Whether somebody may move a matter to a stage.
    pub fn may_move(&self, to: &Stage, party: Party) -> bool {
        (to.who.is_empty() || to.who.iter().any(|who| party.is(who))) && !(to.another && party.opened)
    }
    /// Whether somebody may move a matter to a stage from where its last moves left it: one leads there, or, where they said different things,
    /// one of them says so. Against an end decides who may bring it there, or supervises.
    pub fn may_go(&self, to: &Stage, moves: &[Move], party: Party) -> bool {
        let last = last_moves(moves);
        let here: Vec<&str> = if moves.is_empty() { vec![""] } else { last.iter().map(|step| step.stage.as_str()).collect() };
        let may = |stage: &str| party.role.has(Right::Decide) || self.stage(stage).is_some_and(|stage| self.may_move(stage, party));
        let disputed = here.len() > 1;
        let against = disputed && last.iter().any(|step| step.end && step.stage != to.id && !may(&step.stage));
        let leads = here.iter().any(|from| self.next(from).any(|stage| stage.id == to.id)) || disputed && here.contains(&to.id.as_str());
        leads && !against && self.may_move(to, party)
    }
    /// Whether somebody may change an answer in a part of the form: what is filled in on the way to stages by who may bring it to one of them, and
    /// what ended by those who supervise.
    pub fn may_answer(&self, part: &str, moves: &[Move], party: Party) -> bool {
        if party.role.has(Right::Decide) {
            return true;
        }
        let mut ways = self.stages.iter().filter(|stage| stage.fill == part).peekable();
        let free = part.is_empty() || ways.peek().is_none();
        !standing(moves).is_over() && (free || ways.any(|stage| self.may_move(stage, party)))
    }
    /// Until when a matter may stay in a stage that it came to at a moment; `answered` is what its date was said to be.
    pub fn deadline(&self, stage: &str, since: Timestamp, answered: Option<NaiveDate>, rules: &DueRules) -> Option<Deadline> {
        let stage = self.stage(stage).filter(|stage| !stage.end)?;
        match answered.filter(|_| !stage.until.is_empty()) {
            Some(day) => Some(Deadline { day, at: None }),
            None => Some(stage.term?.after(since, rules)),
        }
    }
    /// The day by which a matter that ended in a stage at a moment is to be done anew; none where it is not.
    pub fn anew(&self, stage: &str, ended: Timestamp, rules: &DueRules) -> Option<NaiveDate> {
        let again = self.again.as_ref().filter(|_| !self.stage(stage).is_some_and(|stage| stage.last))?;
        Some(again.due(ended, rules))
    }
    /// Who has heard by now that a matter stayed too long in a stage: the first named when its day passed, each next one a term later, a week
    /// where the stage has none.
    pub fn heard<'t>(&'t self, stage: &str, deadline: Deadline, now: Timestamp, rules: &DueRules) -> &'t [Who] {
        let Some(stage) = self.stage(stage).filter(|_| deadline.is_over(now)) else { return &[] };
        let span = stage.term.unwrap_or(Span { count: 7, unit: Unit::Day });
        let end = deadline.at.unwrap_or_else(|| Timestamp::of_day(deadline.day));
        let later = (1u32..).zip(stage.climbs.iter().skip(1)).take_while(|(n, _)| span.times(*n).after(end, rules).is_over(now)).count();
        stage.climbs.get(..=later).unwrap_or(&stage.climbs)
    }
}

#[cfg(test)]
mod tests;
