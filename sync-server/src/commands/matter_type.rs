//! `matter-type`: types of matter are workbooks as forms are, and go the same way.
use super::form::{KeptCommand, checked, publish, take_in, told};
use super::{Done, print_json, printable};
use crate::{Data, out};
use domain::AreaCode;
use forms::sheet::heads::MATTER;
use forms::sheet::rows::{Checked, Mistake};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What to do with types of matter.
#[derive(clap::Subcommand)]
pub(crate) enum MatterTypeCommand {
    /// Says whether a workbook is a type of matter, and what is wrong with it; exit 1 when it is none.
    Check {
        file: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// Takes a type in, of which nothing is wrong, and publishes it; or publishes one that was taken in. This version of it never changes again.
    Publish {
        /// A workbook, or a name: visit-home@2
        what: PathBuf,
        /// To be tried in this area first.
        #[arg(long)]
        area: Option<AreaCode>,
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: Data,
    },
    #[command(flatten)]
    Kept(KeptCommand),
}

/// `matter-type`
pub(crate) fn run(what: MatterTypeCommand) -> Done {
    match what {
        MatterTypeCommand::Check { file, json } => told(&file, &checked(&file)?.map(a_type), json),
        MatterTypeCommand::Publish { what, area, json, data } if what.is_file() => publish_file(&what, area.as_ref(), json, &data),
        MatterTypeCommand::Publish { what, area, json: _, data } => publish(&what.to_string_lossy(), area.as_ref(), &data),
        MatterTypeCommand::Kept(what) => what.run(true),
    }
}

/// A form without stages is no type.
fn a_type(mut checked: Checked) -> Checked {
    if checked.matter.is_none() && checked.mistakes.is_empty() {
        let reason = "没有“事项”（matter）这张表：这是表单，不是事项类型 / there is no sheet matter: this is a form".to_owned();
        checked.mistakes.push(Mistake { sheet: MATTER[0].into(), row: 1, column: None, reason });
    }
    checked
}

fn publish_file(file: &Path, area: Option<&AreaCode>, json: bool, data: &Data) -> Done {
    let found = checked(file)?.map(a_type);
    if !found.as_ref().is_ok_and(|checked| checked.mistakes.is_empty()) {
        return told(file, &found, json);
    }
    let (name, checked) = match take_in(file, data)? {
        Ok(taken) => taken,
        Err(wrong) => return told(file, &wrong, json),
    };
    if json {
        super::form::publish_quietly(&name, area, data)?;
        print_json(&json!({ "form": name, "title": checked.blank.title, "errors": [], "notes": checked.notes }))?;
        return Ok(ExitCode::SUCCESS);
    }
    checked.notes.iter().for_each(|note| out!("  提示：{}", printable(note)));
    publish(&name, area, data)
}
