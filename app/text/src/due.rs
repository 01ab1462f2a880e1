//! When and why a visit is due, in words.

use chrono::NaiveDate;
use domain::Risk;
use domain::due::{Due, DueState, DueWhy, Period};

use crate::Text;

impl Text {
    /// `每周一次`: a visit interval.
    pub fn every(&self, days: u32) -> String {
        match days {
            1 => self.due_every_day(),
            7 => self.due_every_week(),
            14 => self.due_every_two_weeks(),
            28..=31 => self.due_every_month(),
            89..=92 => self.due_every_quarter(),
            180..=184 => self.due_every_half_year(),
            365 | 366 => self.due_every_year(),
            days => self.due_every_days(i64::from(days)),
        }
    }

    /// How often by the rule of a due day: `每两周一次`, `每月 2 次`.
    fn how_often(&self, due: &Due) -> String {
        let times = i64::from(due.times.unwrap_or(1));
        match (due.per, times) {
            (None, _) => self.every(due.every_days),
            (Some(Period::Month), 1) => self.due_every_month(),
            (Some(Period::Quarter), 1) => self.due_every_quarter(),
            (Some(Period::Term), 1) => self.due_term(),
            (Some(Period::Year), 1) => self.due_every_year(),
            (Some(Period::Month), times) => self.due_times_month(times),
            (Some(Period::Quarter), times) => self.due_times_quarter(times),
            (Some(Period::Term), times) => self.due_times_term(times),
            (Some(Period::Year), times) => self.due_times_year(times),
        }
    }

    /// Why: `高风险每周一次`, `建档后首次走访`, `上次约好的日子`.
    pub fn due_why(&self, due: &Due) -> String {
        match (due.why, due.risk) {
            (DueWhy::FirstVisit, _) => self.due_why_first_visit(),
            (DueWhy::RiskChange, _) => self.due_why_risk_change(),
            (DueWhy::Agreed, _) => self.due_why_agreed(),
            (DueWhy::Rule, Some(risk @ (Risk::High | Risk::Medium))) => self.due_with_risk(&self.risk(risk), &self.how_often(due)),
            (DueWhy::Rule, _) => self.how_often(due),
        }
    }

    /// `已过期 3 天`, `今天到期`, `还有 2 天`, `12月21日 到期`.
    pub fn due_state(&self, state: DueState, date: NaiveDate, today: NaiveDate) -> String {
        match state {
            DueState::Overdue(days) => self.due_overdue(i64::from(days)),
            DueState::Today => self.due_today(),
            DueState::Soon(days) => self.due_in(i64::from(days)),
            DueState::Later(_) => self.due_on(&self.date(date, today)),
        }
    }
}
