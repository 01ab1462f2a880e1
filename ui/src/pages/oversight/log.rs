//! The log: who did what and who looked where, by day and member of staff, a hundred entries at a time.

use chrono::NaiveDate;
use domain::StaffId;
use domain::api::{Audit, AuditQuery};
use domain::audit::{Act, AuditLine, AuditPage};
use domain::roles::Right;
use text::Text;
use yew::prelude::*;

use crate::core::query::use_command;
use crate::core::state::{use_status, use_text};
use crate::kit::Unreachable;
use crate::kit::{Button, Control, Empty, FailureBanner, Field, Glyph, Look, Skeleton};
use crate::record::when::{count, moment};

/// What is typed; a part that cannot be read is told at its field.
#[derive(Clone, PartialEq, Default)]
struct Typed {
    since: String,
    until: String,
    staff: String,
}

impl Typed {
    fn query(&self) -> Option<AuditQuery> {
        let staff = self.staff.trim();
        let staff = if staff.is_empty() { None } else { Some(staff.parse::<StaffId>().ok()?) };
        Some(AuditQuery { since: day(&self.since)?, until: day(&self.until)?, staff, person: None, before: None })
    }
}

/// The day that was typed, if one was; none for what is no day.
fn day(typed: &str) -> Option<Option<NaiveDate>> {
    if typed.is_empty() { Some(None) } else { typed.parse().ok().map(Some) }
}

/// The filter and the entries.
#[component]
pub fn Log() -> Html {
    let (text, status) = (use_text(), use_status());
    let typed = use_state(Typed::default);
    let lines = use_state(|| None::<(AuditQuery, Vec<AuditLine>, bool)>);
    let wanted = use_mut_ref(AuditQuery::default);
    let got = {
        let (lines, wanted) = (lines.clone(), wanted.clone());
        Callback::from(move |page: AuditPage| {
            let query = wanted.borrow().clone();
            let mut all = match &*lines {
                Some((_, before, _)) if query.before.is_some() => before.clone(),
                _ => Vec::new(),
            };
            all.extend(page.lines);
            lines.set(Some((query, all, page.more)));
        })
    };
    let read = use_command::<Audit>(got);
    let ask = {
        let (run, wanted) = (read.callback(), wanted.clone());
        Callback::from(move |query: AuditQuery| {
            *wanted.borrow_mut() = query.clone();
            run.emit(Audit { query });
        })
    };
    {
        let ask = ask.clone();
        use_effect_with((), move |()| ask.emit(AuditQuery::default()));
    }
    let query = typed.query();
    let find = {
        let (ask, query) = (ask.clone(), query.clone());
        Callback::from(move |()| {
            if let Some(query) = query.clone() {
                ask.emit(query);
            }
        })
    };
    let write = |put: fn(&mut Typed, String)| {
        let typed = typed.clone();
        Callback::from(move |value: String| {
            let mut next = (*typed).clone();
            put(&mut next, value);
            typed.set(next);
        })
    };
    let again = {
        let (ask, wanted) = (ask.clone(), wanted.clone());
        Callback::from(move |()| ask.emit(wanted.borrow().clone()))
    };
    let all_of_it = status.me.as_ref().is_some_and(|me| me.role.has(Right::AuditReading));
    let wrong_day = |typed: &str| day(typed).is_none().then(|| AttrValue::from(text.form_problem_bad_date()));
    let fault =
        (!typed.staff.trim().is_empty() && typed.staff.trim().parse::<StaffId>().is_err()).then(|| AttrValue::from(text.audit_log_staff_wrong()));
    html! {
        <div class="stack">
            <p class="muted">{ if all_of_it { text.audit_log_all_note() } else { text.audit_log_acts_note() } }</p>
            <div class="card stack log-filter">
                <Field label={text.audit_log_since()} name="log-since" control={Control::Date} value={typed.since.clone()} fault={wrong_day(&typed.since)} onchange={write(|t, v| t.since = v)} />
                <Field label={text.audit_log_until()} name="log-until" control={Control::Date} value={typed.until.clone()} fault={wrong_day(&typed.until)} onchange={write(|t, v| t.until = v)} />
                <Field label={text.audit_log_staff()} name="log-staff" control={Control::Code} value={typed.staff.clone()} {fault} oninput={write(|t, v| t.staff = v)} />
                <Button text={text.audit_log_find()} look={Look::Soft} icon={Glyph::Search} busy={read.busy} disabled={query.is_none()} test="log-find" onclick={find} />
            </div>
            { match (&*lines, &read.failure) {
                (None, Some(failure)) => html! { <Unreachable failure={failure.clone()} retry={again} /> },
                (None, None) => html! { <Skeleton count={4} /> },
                (Some((query, all, more)), failure) => html! {
                    <>
                        if let Some(failure) = failure.clone() { <FailureBanner {failure} retry={again} /> }
                        if all.is_empty() { <Empty icon={Glyph::Eye} title={text.audit_log_empty()} note={text.audit_log_empty_note()} /> }
                        else { <ul class="card lines" data-test="log">{ for shown(all).iter().map(|shown| row(shown, &text)) }</ul> }
                        if *more {
                            <Button text={text.action_more()} look={Look::Line} busy={read.busy} test="log-more"
                                onclick={older(&ask, query, all.last().map(|line| line.n))} />
                        }
                    </>
                },
            } }
        </div>
    }
}

fn older(ask: &Callback<AuditQuery>, query: &AuditQuery, before: Option<u64>) -> Callback<()> {
    let (ask, query) = (ask.clone(), AuditQuery { before, ..query.clone() });
    Callback::from(move |()| ask.emit(query.clone()))
}

/// Names and ids as people know them: 王建平（S002）.
fn person(name: &str, id: Option<&StaffId>) -> Option<String> {
    let id = id?;
    Some(if name.is_empty() { id.to_string() } else { format!("{name}（{id}）") })
}

/// A line as it is shown: fetching the files of many villages is a line for each in the log, and one here.
struct Shown<'a> {
    line: &'a AuditLine,
    villages: usize,
    number: u64,
}

fn shown(lines: &[AuditLine]) -> Vec<Shown<'_>> {
    let mut all: Vec<Shown<'_>> = Vec::new();
    for line in lines {
        let same = |last: &&mut Shown<'_>| {
            let of = |l: &AuditLine| (l.what == Act::Packs.code(), l.staff.clone(), l.device);
            line.what == Act::Packs.code() && of(last.line) == of(line) && last.line.at.since(line.at).abs() < HOUR
        };
        match all.last_mut().filter(same) {
            Some(last) => {
                last.villages += 1;
                last.number = last.number.saturating_add(line.number);
            }
            None => all.push(Shown { line, villages: 1, number: line.number }),
        }
    }
    all
}

/// Milliseconds.
const HOUR: i64 = 3_600_000;

fn row(Shown { line, villages, number }: &Shown<'_>, text: &Text) -> Html {
    let who = person(&line.name, line.staff.as_ref());
    let who = who.unwrap_or_else(|| text.code_or_raw("role", if line.role.is_empty() { "stranger" } else { &line.role }));
    let file = line.person.map(|_| match line.person_name.as_str() {
        "" => text.audit_log_file_away(),
        name => text.audit_log_file(name),
    });
    let reason = line.reason.split(' ').filter(|word| !word.is_empty());
    let reason = reason.map(|word| text.code("audit-reason", word).or_else(|| text.code("role", word)).unwrap_or_else(|| word.to_owned()));
    let reason = reason.collect::<Vec<_>>().join(" ");
    let said = line.said.filter(|said| line.at.since(*said).abs() > 600_000).map(|said| text.audit_log_device_time(&moment(text, said)));
    let about = [person(&line.whom_name, line.whom.as_ref()).filter(|whom| *whom != who), file, Some(reason)];
    let villages = (*villages > 1).then(|| text.area_villages(count(*villages)));
    let number = (*number > 0).then(|| text.audit_log_number(count(*number)));
    let about = about.into_iter().chain([villages, number, said]).flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    html! {
        <li class="stack tight" key={line.n.to_string()} data-test="log-row" data-act={line.what.clone()}>
            <div class="row wrap"><b class="grow">{ text.code_or_raw("act", &line.what) }</b><small class="nowrap">{ moment(text, line.at) }</small></div>
            <div>{ who }</div>
            if !about.is_empty() { <small class="block">{ about }</small> }
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_download_is_one_line_and_another_devices_is_another() {
        let line = |n: u64, what: &str, at: i64, device: u8, number: u64| -> AuditLine {
            let device = domain::DeviceId::new(1, [device; 10]);
            serde_json::from_value(serde_json::json!({
                "n": n, "at": at, "said": null, "staff": "S006", "role": "county_officer", "device": device, "what": what, "whom": null,
                "other": null, "person": null, "area": null, "number": number, "reason": "",
            }))
            .unwrap()
        };
        let lines = [
            line(9, "packs", 9 * HOUR, 1, 3),
            line(8, "packs", 9 * HOUR - 5, 1, 4),
            line(7, "packs", 9 * HOUR - 6, 2, 5),
            line(6, "began", 9 * HOUR - 7, 2, 6),
            line(5, "packs", 9 * HOUR - 8, 2, 7),
            line(4, "packs", 2 * HOUR, 2, 8),
        ];
        let shown: Vec<(u64, usize, u64)> = shown(&lines).iter().map(|s| (s.line.n, s.villages, s.number)).collect();
        assert_eq!(shown, [(9, 2, 7), (7, 1, 5), (6, 1, 6), (5, 1, 7), (4, 1, 8)]);
    }
}
