//! `form`
mod play;

use super::{Done, open, open_existing, print_json, printable, put_down};
use crate::{Data, out};
use ::forms::sheet::heads;
use ::forms::sheet::model::Blank;
use ::forms::sheet::rows::{Checked, Mistake, Workbook};
use anyhow::Context;
use chrono::{DateTime, FixedOffset};
use domain::api::Publication;
use domain::audit::Act;
use domain::{AreaCode, Failure};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use sync_server::audit::{Entry, Who};
use sync_server::env::{Env, SystemEnv};
use sync_server::import::form::{Heads, read as read_workbook, write as write_workbook};
use sync_server::office::forms::{self, Importer};
use text::{Lang, Text};

/// What to do with forms.
#[derive(clap::Subcommand)]
pub(crate) enum FormCommand {
    /// Says whether a workbook is a form that can be filled in, and what is wrong with it; exit 1 when it is none.
    Check {
        file: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// Fills a form in, step by step, and prints in words what each changes; or in JSON what is asked, a line for the start and one for each step.
    Play {
        /// A workbook, or the name of a form that was taken in: entry@3.
        form: PathBuf,
        /// A list of {"set": "/path", "value": "…"}, {"add": "/group/repeat"}, {"remove": "/group/repeat[2]"}; without one only the start is shown.
        #[arg(long)]
        steps: Option<PathBuf>,
        /// When it is played: 2026-03-04T10:20:30.000+08:00.
        #[arg(long)]
        now: Option<DateTime<FixedOffset>>,
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: Data,
    },
    /// Takes a form in, of which nothing is wrong; nobody fills it in before it is published.
    Import {
        file: PathBuf,
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: Data,
    },
    /// Publishes a form. This version of it never changes again.
    Publish {
        /// entry@3
        name: String,
        /// To be tried in this area first.
        #[arg(long)]
        area: Option<AreaCode>,
        #[command(flatten)]
        data: Data,
    },
    #[command(flatten)]
    Kept(KeptCommand),
}

/// What to do with what was taken in: forms, and types of matter.
#[derive(clap::Subcommand)]
pub(crate) enum KeptCommand {
    /// Offers it no more; what was filled in by it goes on as before.
    Withdraw {
        /// entry@3
        name: String,
        #[command(flatten)]
        data: Data,
    },
    /// Lists what was taken in, and where it is published.
    List {
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: Data,
    },
    /// Writes it as a workbook.
    Export {
        /// entry@3
        name: String,
        #[arg(long)]
        out: PathBuf,
        /// What sheets, heads and types are called: by XLSForm's names, or in Chinese.
        #[arg(long, value_enum, default_value_t)]
        heads: Heads,
        #[command(flatten)]
        data: Data,
    },
}

impl KeptCommand {
    /// Does it, with types of matter or with forms.
    pub(super) fn run(self, matters: bool) -> Done {
        match self {
            KeptCommand::Withdraw { name, data } => withdraw(&name, &data),
            KeptCommand::List { json, data } => list(matters, json, &data),
            KeptCommand::Export { name, out, heads, data } => export(&name, &out, heads, &data),
        }
    }
}

/// `form`
pub(crate) fn run(what: FormCommand) -> Done {
    match what {
        FormCommand::Check { file, json } => check(&file, json),
        FormCommand::Play { form, steps, now, json, data } => play::play(&form, steps.as_deref(), now, json, &data),
        FormCommand::Import { file, json, data } => import(&file, json, &data),
        FormCommand::Publish { name, area, data } => publish(&name, area.as_ref(), &data),
        FormCommand::Kept(what) => what.run(false),
    }
}

/// The name of a form that does not say its own.
fn stem(file: &Path) -> &str {
    file.file_stem().and_then(|name| name.to_str()).unwrap_or_default()
}

/// Reads a workbook and checks it; or says why it cannot be read.
fn read(file: &Path) -> anyhow::Result<Result<(Workbook, Checked), Failure>> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(read_workbook(&bytes).map(|found| {
        let checked = found.check(stem(file));
        (found.book, checked)
    }))
}

/// `form check`
pub(super) fn check(file: &Path, json: bool) -> Done {
    told(file, &checked(file)?, json)
}

/// What a workbook is as a form, with what keeps it from being taken in as a note.
pub(super) fn checked(file: &Path) -> anyhow::Result<Result<Checked, Failure>> {
    let found = read(file)?.map(|(book, mut checked)| {
        // It can be filled in as it is, and is not yet one to be taken in.
        let refused = if checked.mistakes.is_empty() { forms::refusal(&book, &checked.blank.id) } else { None };
        checked.notes.extend(refused.map(|refused| format!("这样导入不了：{}", words(&refused))));
        checked
    });
    Ok(found)
}

/// Says what a form is and what is wrong with it.
pub(super) fn told(file: &Path, checked: &Result<Checked, Failure>, json: bool) -> Done {
    let (blank, notes, questions) = match checked {
        Ok(checked) => (checked.blank.clone(), checked.notes.as_slice(), checked.questions()),
        Err(_) => (Blank { id: stem(file).into(), title: stem(file).into(), ..Blank::default() }, &[][..], 0),
    };
    let error = |m: &Mistake| json!({ "sheet": m.sheet, "row": m.row, "column": m.column, "reason": m.reason });
    let errors: Vec<Value> = match checked {
        Ok(checked) => checked.mistakes.iter().map(error).collect(),
        Err(why) => vec![json!({ "sheet": null, "row": null, "column": null, "reason": Text::new(Lang::ZhCn).failure(why) })],
    };
    let name = format!("{}@{}", blank.id, blank.version);
    if json {
        let mut said = json!({ "form": name, "title": blank.title, "questions": questions, "errors": errors, "notes": notes });
        let matter = checked.as_ref().ok().and_then(|checked| checked.matter.as_ref());
        if let Some((matter, said)) = matter.zip(said.as_object_mut()) {
            said.insert("stages".into(), matter.stages.iter().map(|stage| stage.id.as_str()).collect());
        }
        print_json(&said)?;
    } else {
        out!("{}（{}），{questions} 题", printable(&blank.title), printable(&name));
        match checked {
            Ok(checked) => checked.mistakes.iter().for_each(|mistake| out!("  {}", words(mistake))),
            Err(why) => out!("  {}", Text::new(Lang::ZhCn).failure(why)),
        }
        notes.iter().for_each(|note| out!("  提示：{}", printable(note)));
        match errors.len() {
            0 => out!("可以用。"),
            n => out!("有 {n} 处要改，改好以前不能用。"),
        }
    }
    Ok(if errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Takes a workbook in of which nothing is wrong. Gives its name; or says what is wrong.
pub(super) fn take_in(file: &Path, data: &Data) -> anyhow::Result<Result<(String, Checked), Result<Checked, Failure>>> {
    let (book, checked) = match read(file)? {
        Ok((book, checked)) if checked.mistakes.is_empty() => (book, checked),
        other => return Ok(Err(other.map(|(_, checked)| checked))),
    };
    let blank = &checked.blank;
    let name = open(data)?.write_exclusive(|db| {
        let name = forms::import(db, &book, (&blank.id, &blank.title), &Importer { staff: "", any: true }, SystemEnv.now())?;
        put_down(db, Entry::new(Who::Operator, Act::FormImported).because(&name))?;
        Ok(name)
    })?;
    Ok(Ok((name, checked)))
}

/// `form import`
fn import(file: &Path, json: bool, data: &Data) -> Done {
    let (name, checked) = match take_in(file, data)? {
        Ok(taken) => taken,
        Err(wrong) => return told(file, &wrong, json),
    };
    let Checked { blank, notes, .. } = &checked;
    if json {
        print_json(&json!({ "form": name, "title": blank.title, "questions": checked.questions(), "errors": [], "notes": notes }))?;
    } else {
        out!("已导入 {}（{}）。发布：nuanfang-server form publish {}", printable(&blank.title), printable(&name), printable(&name));
        notes.iter().for_each(|note| out!("  提示：{}", printable(note)));
    }
    Ok(ExitCode::SUCCESS)
}

/// `form publish`
pub(super) fn publish(name: &str, area: Option<&AreaCode>, data: &Data) -> Done {
    publish_quietly(name, area, data)?;
    match area {
        None => out!("{} 已发布。各设备下次同步后就能用。", printable(name)),
        Some(area) => out!("{} 已在 {area} 试用。全部发布：nuanfang-server form publish {}", printable(name), printable(name)),
    }
    Ok(ExitCode::SUCCESS)
}

/// The same, saying nothing.
pub(super) fn publish_quietly(name: &str, area: Option<&AreaCode>, data: &Data) -> anyhow::Result<()> {
    open_existing(data)?.write_exclusive(|db| {
        forms::publish(db, name, area, "", SystemEnv.now())?;
        let entry = Entry::new(Who::Operator, Act::FormPublished).because(name);
        put_down(db, area.map_or(entry.clone(), |area| entry.at(area)))
    })
}

/// `form withdraw`
fn withdraw(name: &str, data: &Data) -> Done {
    let store = open_existing(data)?;
    store.write_exclusive(|db| {
        forms::withdraw(db, name, None, SystemEnv.now())?;
        put_down(db, Entry::new(Who::Operator, Act::FormWithdrawn).because(name))
    })?;
    out!("{} 不再使用。已经填过的照常可以查看。", printable(name));
    Ok(ExitCode::SUCCESS)
}

/// `form list`, and the same of types of matter.
fn list(matters: bool, json: bool, data: &Data) -> Done {
    let mut lines = open_existing(data)?.read(|db| Ok(forms::list(db)?))?;
    lines.retain(|line| line.matter == matters);
    if json {
        print_json(&serde_json::to_value(&lines)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if lines.is_empty() {
        out!("还没有导入过{}。软件带的，可以导出一份改：", if matters { "事项类型" } else { "表单" });
        let ships = |form: &&std::sync::Arc<::forms::Form>| ::forms::Forms::rows_of(&form.name()).is_some() && form.matter.is_some() == matters;
        for form in ::forms::Forms::shipped().all().filter(ships) {
            out!("{}\t{}", form.name(), form.title().zh);
        }
    }
    for line in &lines {
        let place = |p: &Publication| p.area.as_ref().map_or_else(|| "全部".to_owned(), ToString::to_string);
        let state = |p: &Publication| if p.withdrawn.is_some() { "停用" } else { "在用" };
        let published: Vec<String> = line.published.iter().map(|p| format!("{}{}", place(p), state(p))).collect();
        let published = if published.is_empty() { "未发布".to_owned() } else { published.join("，") };
        out!("{}\t{}\t{}\t{published}", printable(&line.form), printable(&line.title), line.imported.day());
    }
    Ok(ExitCode::SUCCESS)
}

/// `form export`
fn export(name: &str, out: &Path, heads: Heads, data: &Data) -> Done {
    let book = open_existing(data)?.read(|db| forms::workbook(db, name))?;
    std::fs::write(out, write_workbook(&book, heads)?).with_context(|| format!("cannot write {}", out.display()))?;
    out!("已写入 {}", out.display());
    Ok(ExitCode::SUCCESS)
}

fn words(mistake: &Mistake) -> String {
    let both = |what: &str, name: &str| {
        let chinese = heads::chinese(what, name);
        if chinese == name { name.to_owned() } else { format!("“{chinese}”（{name}）") }
    };
    let column = mistake.column.map(|column| format!("，{}", both(&mistake.sheet, column))).unwrap_or_default();
    format!("{}第 {} 行{column}：{}", both("sheet", &mistake.sheet), mistake.row, printable(&mistake.reason))
}
