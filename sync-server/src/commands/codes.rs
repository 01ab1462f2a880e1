//! `code`, `code list`, `code confirm`, `code withdraw`
use super::{Done, open_existing, print_json};
use crate::{Data, out};
use anyhow::anyhow;
use domain::audit::{Act, CodeState};
use domain::{StaffId, Timestamp};
use std::process::ExitCode;
use sync_server::audit::{self, Entry, Who};
use sync_server::env::{Env, SystemEnv};
use sync_server::office::registry;
use text::{Lang, Text};

#[derive(clap::Subcommand)]
pub(crate) enum Codes {
    /// Codes made in the last 90 days, and where they stand.
    List {
        #[command(flatten)]
        data: Data,
        #[arg(long)]
        json: bool,
    },
    /// Takes back every code of a member of staff that was not used yet.
    Withdraw {
        staff: String,
        #[command(flatten)]
        data: Data,
    },
    /// Confirms the codes that an administrator made for a supervising role in the app, where nobody else can.
    Confirm {
        staff: String,
        #[command(flatten)]
        data: Data,
    },
}

const LISTED: i64 = 90 * 24 * 3600 * 1000;

fn staff_id(text: &str) -> anyhow::Result<StaffId> {
    text.parse().map_err(anyhow::Error::msg)
}

/// `code STAFF`
pub(crate) fn make(staff: &str, data: &Data, json: bool) -> Done {
    let (id, now) = (staff_id(staff)?, SystemEnv.now());
    let code = open_existing(data)?.write_exclusive(|db| {
        let code = registry::new_code(db, &id, now, SystemEnv.random())?;
        audit::append(db, now, &Entry::new(Who::Operator, Act::CodeMade).to(&id))?;
        Ok(code)
    })?;
    if json {
        return print_json(&code);
    }
    out!("{}\n{} 的登记码，{} 前有效。", code.code, code.staff.name, code.expires.local().format("%Y-%m-%d %H:%M"));
    Ok(ExitCode::SUCCESS)
}

/// The others.
pub(crate) fn run(what: Codes) -> Done {
    match what {
        Codes::List { data, json } => list(&data, json),
        Codes::Withdraw { staff, data } => withdraw(&staff, &data),
        Codes::Confirm { staff, data } => confirm(&staff, &data),
    }
}

fn list(data: &Data, json: bool) -> Done {
    let now = SystemEnv.now();
    let lines = open_existing(data)?.read(|db| Ok(registry::list_codes(db, Timestamp(now.0 - LISTED), now)?))?;
    if json {
        return print_json(&lines);
    }
    let text = Text::new(Lang::ZhCn);
    for line in &lines {
        let by = line.made_by.as_ref().map_or_else(|| text.code_or_raw("role", "operator"), |id| format!("{}({id})", line.made_by_name));
        let state = text.code_or_raw("code-state", line.state.code());
        out!("{}  {}({})  {by}  {state}", line.made.local().format("%Y-%m-%d %H:%M"), line.staff.name, line.staff.id);
    }
    Ok(ExitCode::SUCCESS)
}

fn withdraw(staff: &str, data: &Data) -> Done {
    let (id, now) = (staff_id(staff)?, SystemEnv.now());
    let withdrawn = open_existing(data)?.write_exclusive(|db| {
        let withdrawn = registry::withdraw_codes(db, &id, None, now)?;
        if withdrawn > 0 {
            audit::append(db, now, &Entry::new(Who::Operator, Act::CodeWithdrawn).to(&id).number(withdrawn))?;
        }
        Ok(withdrawn)
    })?;
    if withdrawn == 0 {
        return Err(anyhow!("{id} 没有还能用的登记码 / has no code that is still good"));
    }
    out!("已作废 {withdrawn} 个登记码。");
    Ok(ExitCode::SUCCESS)
}

fn confirm(staff: &str, data: &Data) -> Done {
    let (id, now) = (staff_id(staff)?, SystemEnv.now());
    let confirmed = open_existing(data)?.write_exclusive(|db| {
        let lines = registry::list_codes(db, Timestamp(now.0 - LISTED), now)?;
        let waiting: Vec<_> = lines.into_iter().filter(|line| line.staff.id == id && line.state == CodeState::Pending).collect();
        for line in &waiting {
            registry::confirm_code(db, &id, line.made, None, now)?;
            audit::append(db, now, &Entry::new(Who::Operator, Act::CodeConfirmed).to(&id))?;
        }
        Ok(waiting.len())
    })?;
    if confirmed == 0 {
        return Err(anyhow!("{id} 没有等待确认的登记码 / has no code that waits to be confirmed"));
    }
    out!("已确认 {confirmed} 个登记码。");
    Ok(ExitCode::SUCCESS)
}
