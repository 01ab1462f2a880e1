//! Who a row of a list is: somebody on file, somebody new, or somebody to be asked about.
use crate::import::files::FileStore;
use crate::import::plan::{self, Said};
use crate::import::row::{RosterRow, Sign};
use crate::import::trouble;
use crate::store::db::Db;
use domain::fields::Path;
use domain::roles::Section;
use domain::{Failure, IdNumber, RecordId, Value, names};
use records::FileData;
use text::{Lang, Text};

/// Most digits in which two numbers of one person differ: a slip of the pen, or two letters swapped.
const SLIP: usize = 2;

/// Who it is.
pub enum Who {
    /// Nobody on file.
    New,
    /// This one.
    Known(RecordId, Box<FileData>),
    /// Not to be said from the list: the column, and what to do.
    Ask(String, String),
}

#[derive(Clone, Copy, PartialEq)]
enum Likeness {
    Same,
    Unclear,
    Other,
}

/// By the number in any village; else by the name in the village, where births and numbers do not say otherwise; else as the lists said
/// before of a file that a worker has moved or renamed since.
pub fn who(db: &Db<'_>, files: &dyn FileStore, said: &Said, row: &RosterRow) -> Result<Who, Failure> {
    let column = |key: &str| row.header(&Path::new(Section::Identity, key));
    if let Some(number) = &row.id_number
        && let Some((id, file)) = files.by_number(number)?
    {
        let same_name = names::one_form(file.text("identity.name").unwrap_or_default()) == row.name;
        let said_so = || plan::imported(db, &id).map(|last| last.get("identity.name") == Some(&row.name.as_str().into())).map_err(trouble);
        if same_name || row.sign == Some(Sign::Same) || said_so()? {
            return Ok(Who::Known(id, Box::new(file)));
        }
        let reason = "这个身份证号的档案是另一个名字，没有导入；请按证件核对。确是同一人的，加一列“核对”写“同一人”";
        return Ok(Who::Ask(column("name"), reason.into()));
    }
    let mut found = files.namesakes(&row.area, &row.name)?;
    for id in said.files(row.area.as_str(), &row.name) {
        if !found.iter().any(|(known, _)| known == id)
            && let Some(file) = files.file(*id)?
            && as_said(row, &plan::imported(db, id).map_err(trouble)?)
        {
            found.push((*id, file));
        }
    }
    let mut like = Vec::new();
    for (id, file) in found {
        let likeness = if as_said(row, &plan::imported(db, &id).map_err(trouble)?) { Likeness::Same } else { likeness(row, &file) };
        like.push((likeness, id, file));
    }
    let mut same: Vec<_> = like.iter().filter(|(l, ..)| *l == Likeness::Same).collect();
    if same.is_empty() && row.sign == Some(Sign::Same) {
        same = like.iter().filter(|(l, ..)| *l == Likeness::Unclear).collect();
    }
    let unclear = like.iter().find(|(l, ..)| *l == Likeness::Unclear);
    match (same.as_slice(), unclear) {
        ([(_, id, file)], _) => Ok(Who::Known(*id, Box::new(file.clone()))),
        ([], None) => Ok(Who::New),
        ([], Some(_)) if row.sign == Some(Sign::Other) => Ok(Who::New),
        ([], Some((_, _, file))) => Ok(Who::Ask(
            column("name"),
            format!("同村同名，可能就是{}的那份档案，没有导入；请核对后补全身份证号或出生日期，或加一列“核对”写“同一人”或“另一人”", known_as(file)),
        )),
        _ => Ok(Who::Ask(column("name"), "这个村有几份同名的档案，分不清是哪一份，没有导入；请写身份证号".into())),
    }
}

/// Whether the lists said just this of the file before.
fn as_said(row: &RosterRow, last: &std::collections::BTreeMap<String, Value>) -> bool {
    let said = |key: &str, now: Option<String>| last.get(key).and_then(Value::text) == now.as_deref();
    said("identity.name", Some(row.name.clone()))
        && said("area.code", Some(row.area.as_str().to_owned()))
        && said("identity.birth", row.birth.map(|b| b.to_string()))
        && said("identity.id_number", row.id_number.as_ref().map(|n| n.as_str().to_owned()))
}

fn likeness(row: &RosterRow, file: &FileData) -> Likeness {
    let number = file.text("identity.id_number").and_then(|n| n.parse::<IdNumber>().ok());
    let birth = file.text("identity.birth").map(str::to_owned).or(number.as_ref().map(|n| n.birth().to_string()));
    if let (Some(here), Some(there)) = (&row.id_number, &number) {
        return if slips(here, there) <= SLIP { Likeness::Unclear } else { Likeness::Other };
    }
    match (row.birth.map(|b| b.to_string()), birth) {
        (Some(here), Some(there)) if here == there => Likeness::Same,
        (Some(here), Some(there)) => {
            let near = here.bytes().zip(there.bytes()).filter(|(a, b)| a != b).count() <= SLIP;
            if near { Likeness::Unclear } else { Likeness::Other }
        }
        (None, None) if row.id_number.is_none() && number.is_none() => Likeness::Same,
        _ => Likeness::Unclear,
    }
}

/// Digits in which two numbers differ, but for the last, which follows from the others.
fn slips(a: &IdNumber, b: &IdNumber) -> usize {
    a.as_str().bytes().zip(b.as_str().bytes()).take(17).filter(|(a, b)| a != b).count()
}

/// What tells a file from others of its name, without what only the file knows.
fn known_as(file: &FileData) -> String {
    let number = file.text("identity.id_number").map(|n| format!("身份证尾号 {}", n.get(14..).unwrap_or_default()));
    let day = |b: &str| b.parse().map_or_else(|_| b.to_owned(), |b| Text::new(Lang::ZhCn).date_with_year(b));
    let birth = file.text("identity.birth").map(|b| format!("{} 出生", day(b)));
    number.or(birth).unwrap_or_else(|| "没有身份证号和出生日期".into())
}
