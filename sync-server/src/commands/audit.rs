//! `audit`
use super::{Done, open_existing, print_json};
use crate::{Data, out};
use chrono::NaiveDate;
use domain::api::AuditQuery;
use domain::audit::AuditLine;
use domain::{DeviceId, RecordId, StaffId};
use serde_json::json;
use std::process::ExitCode;
use sync_server::audit::{self, Broken, Filter, Whole};
use text::{Lang, Text};

/// What to show of the log.
#[derive(clap::Args)]
pub(crate) struct Audit {
    /// From this day on: 2026-11-29.
    #[arg(long, value_name = "DAY")]
    since: Option<NaiveDate>,
    /// Up to this day.
    #[arg(long, value_name = "DAY")]
    until: Option<NaiveDate>,
    /// Only of this member of staff, or about her.
    #[arg(long, value_name = "STAFF")]
    staff: Option<String>,
    /// Only of this person's file.
    #[arg(long, value_name = "ID")]
    person: Option<RecordId>,
    /// Checks that nothing was changed or taken out; exit 1 names the first entry that is not as it was written.
    #[arg(long, conflicts_with_all = ["since", "until", "staff", "person"])]
    verify: bool,
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: Data,
}

/// `audit`
pub(crate) fn audit(asked: Audit) -> Done {
    let store = open_existing(&asked.data)?;
    if asked.verify {
        return verify(store.read(|db| Ok(audit::verify(db)?))?, asked.json);
    }
    let staff = asked.staff.map(|id| id.parse::<StaffId>().map_err(anyhow::Error::msg)).transpose()?;
    let mut query = AuditQuery { since: asked.since, until: asked.until, staff, person: asked.person, before: None };
    let mut lines = Vec::new();
    loop {
        let filter = Filter { query: query.clone(), most: PART, ..Filter::default() };
        let part = store.read(|db| Ok(audit::list(db, &filter)?))?;
        let last = part.last().map(|line| line.n);
        let full = part.len() == PART;
        lines.extend(part);
        if !full {
            break;
        }
        query.before = last;
    }
    // As it happened.
    lines.reverse();
    if asked.json {
        return print_json(&lines);
    }
    let text = Text::new(Lang::ZhCn);
    for line in &lines {
        out!("{}", words(line, &text));
    }
    Ok(ExitCode::SUCCESS)
}

/// Entries read at a time.
const PART: usize = 5000;

fn verify(found: Result<Whole, Broken>, json: bool) -> Done {
    match &found {
        Ok(Whole { oldest, newest, hash }) if json => out!("{}", json!({ "intact": true, "oldest": oldest, "newest": newest, "hash": hash })),
        Err(Broken { n }) if json => out!("{}", json!({ "intact": false, "bad": n })),
        Ok(Whole { oldest, newest, .. }) if newest < oldest => out!("审计记录是空的。"),
        Ok(Whole { oldest, newest, hash }) => {
            out!("审计记录完整：第 {oldest} 至 {newest} 条。\n第 {newest} 条的校验值：{hash}\n请把它抄在别处，以后可以核对。");
        }
        Err(Broken { n }) => out!("审计记录不完整：从第 {n} 条起被改动过或缺失。"),
    }
    Ok(if found.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// One line: number, moment, who, what, about whom, in which file, how many, why. Whatever came from outside is a code or an id.
fn words(line: &AuditLine, text: &Text) -> String {
    let person = |name: &str, id: &Option<StaffId>| id.as_ref().map(|id| format!("{name}({id})"));
    // As in the log's own lines.
    let device = |id: &DeviceId| format!("设备…{}", id.to_string().get(28..).unwrap_or_default());
    let who = person(&line.name, &line.staff).unwrap_or_else(|| text.code_or_raw("role", if line.role.is_empty() { "stranger" } else { &line.role }));
    let said =
        line.said.filter(|said| line.at.since(*said).abs() > 60_000).map(|said| format!("（设备时间 {}）", said.local().format("%Y-%m-%d %H:%M")));
    let reason =
        line.reason.split(' ').map(|word| text.code("audit-reason", word).or_else(|| text.code("role", word)).unwrap_or_else(|| word.to_owned()));
    let parts = [
        Some(line.n.to_string()),
        Some(format!("{}{}", line.at.local().format("%Y-%m-%d %H:%M:%S"), said.unwrap_or_default())),
        Some(who),
        Some(text.code_or_raw("act", &line.what)),
        person(&line.whom_name, &line.whom),
        line.person.map(|id| id.to_string()),
        line.other.as_ref().map(device),
        line.area.as_ref().map(ToString::to_string),
        (line.number > 0).then(|| line.number.to_string()),
        Some(reason.collect::<Vec<_>>().join(" ")).filter(|r| !r.is_empty()),
    ];
    // A name is the office's own and may hold anything; a terminal must not obey it.
    parts.into_iter().flatten().collect::<Vec<_>>().join("  ").chars().filter(|c| !c.is_control()).collect()
}
