//! The roster of persons: what each row says, and how it goes in.
use super::files::FileStore;
use super::plan::{self, Plan, Said};
use super::row::RosterRow;
use super::table::{self, SheetRow, Table};
use super::workbook::{self, Sheet};
use super::{cell, trouble, words};
use crate::store::db::Db;
use chrono::NaiveDate;
use domain::api::ImportReport;
use domain::roles::Section;
use domain::{Code, Failure, Programme, RecordId};
use records::FileData;
use std::collections::BTreeMap;

mod columns;
mod kin;
mod line;
mod person;
mod relative;
mod who;

use columns::{Col, meaning, of_heads};
use line::Words;
use person::Reader;
use who::Who;

/// Most persons of one list: a county's roster has some 20,000.
const MAX_PERSONS: usize = 50_000;

/// Takes in a roster. Call it inside a transaction that also holds what `files` writes.
pub fn roster(db: &Db<'_>, files: &mut dyn FileStore, file_name: &str, bytes: &[u8], today: NaiveDate) -> Result<ImportReport, Failure> {
    roster_of(db, files, &workbook::open(file_name, bytes)?, today)
}

/// Takes in a roster that was opened.
pub fn roster_of(db: &Db<'_>, files: &mut dyn FileStore, sheets: &[Sheet], today: NaiveDate) -> Result<ImportReport, Failure> {
    let mut report = ImportReport::default();
    let rows = read_roster(db, sheets, today, &mut report)?;
    let said = Said::of(db).map_err(trouble)?;
    for row in &rows {
        match who::who(db, files, &said, row)? {
            Who::New => {
                let Plan { edits, remember, .. } = plan::plan(row, None, &BTreeMap::new(), today);
                let id = files.create(&row.area, row.programme, &edits)?;
                plan::remember(db, &id, remember.iter().map(|(p, v)| (p, v))).map_err(trouble)?;
                report.added += 1;
            }
            Who::Known(id, file) => known(db, files, row, id, &file, today, &mut report)?,
            Who::Ask(column, reason) => report.errors.push(row.told(column, reason)),
        }
    }
    Ok(report)
}

/// What a row says of a file that is there.
fn known(
    db: &Db<'_>,
    files: &mut dyn FileStore,
    row: &RosterRow,
    id: RecordId,
    file: &FileData,
    today: NaiveDate,
    report: &mut ImportReport,
) -> Result<(), Failure> {
    if file.text("status.state") == Some("closed") {
        let why = file.text("status.reason").map(|why| format!("（{why}）")).unwrap_or_default();
        let column = row.columns.first().map(|h| h.to_string()).unwrap_or_default();
        report.errors.push(row.told(column, format!("这个人的档案已销档{why}，没有更改；如仍要走访，请先在设备上恢复档案")));
        return Ok(());
    }
    let last = plan::imported(db, &id).map_err(trouble)?;
    let Plan { edits, remember, kept, ended } = plan::plan(row, Some(file), &last, today);
    if edits.is_empty() {
        report.unchanged += 1;
    } else {
        files.edit(id, &edits)?;
        report.updated += 1;
    }
    plan::remember(db, &id, remember.iter().map(|(p, v)| (p, v))).map_err(trouble)?;
    let kept = kept.into_iter().map(|column| row.told(column, "与工作人员在档案里写的不一样，已保留档案里的；请核对后在档案中更改"));
    report.errors.extend(kept);
    report.notes.extend(
        ended
            .into_iter()
            .map(|(column, until)| row.told(column, format!("档案里这一类别已于 {until} 退出，没有更改；又纳入的请写这天以后的“纳入时间”"))),
    );
    Ok(())
}

/// Reads a roster without writing anything: persons, each once; what was not understood goes into the report.
pub fn read_roster(db: &Db<'_>, sheets: &[Sheet], today: NaiveDate, report: &mut ImportReport) -> Result<Vec<RosterRow>, Failure> {
    let mut reader = Reader::new(db, today).map_err(|_| Failure::from(Code::ServerTrouble))?;
    let mut rows: Vec<RosterRow> = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut read: Vec<&str> = Vec::new();
    let tables: Vec<_> = sheets.iter().filter(|s| !s.hidden).filter_map(|sheet| table_on(sheet, report)).collect();
    let ends: Vec<bool> = tables.iter().flat_map(|t| t.lines().filter_map(|line| looks_lost(&line)).collect::<Vec<_>>()).collect();
    let lost = ends.iter().filter(|lost| **lost).count();
    // One number in a thousand truly ends so.
    reader.several_lost = lost > 1 && lost * 100 > ends.len();
    reader.all_lost = lost == ends.len();
    for table in &tables {
        read.push(&table.sheet.name);
        table.tell_unread(Col::Name, report);
        reader.begin(table, &mut report.notes);
        let mut owner: Option<usize> = None;
        for line in table.lines() {
            let mut words = Words::new(&line, today);
            if line.continues(Col::Name) {
                more_of(&line, &mut words, owner.and_then(|at| rows.get_mut(at)));
            } else {
                owner = reader.person(&mut words).and_then(|row| add(row, &line, &mut rows, &mut seen, &mut words));
            }
            report.errors.append(&mut words.errors);
            report.notes.append(&mut words.notes);
        }
        if rows.len() > MAX_PERSONS {
            return Err(Code::TooLarge.into());
        }
    }
    table::tell_sheets(sheets, &read, "“姓名”和“身份证号”“村”等列", report);
    Ok(rows)
}

/// The table on a sheet; where it names only the households' heads, they are taken as the persons, which is told. Not where another column
/// may be of the persons, and not on a list of children.
fn table_on<'s>(sheet: &'s Sheet, report: &mut ImportReport) -> Option<Table<'s, Col>> {
    table::find(sheet, Col::Name, &meaning).or_else(|| {
        let table = table::find(sheet, Col::Name, &of_heads)?;
        let others = ["姓名", "名字", "儿童", "学生", "孩子", "子女", "成员"];
        let of_others = |header: &str| others.iter().any(|word| header.contains(word));
        let above = format!("{} {}", sheet.name, table.title);
        if table.unknown().any(of_others) || of_others(&above) || words::programme_in(&above) == Some(Programme::Child) {
            return None;
        }
        let line = table.lines().next()?;
        report.notes.push(line.wrong(line.header(Col::Name), "表里没有“姓名”一列，把户主作为本人导入；请核对"));
        Some(table)
    })
}

/// Whether the ID number may have lost its last digits; none where there is no number.
fn looks_lost(line: &SheetRow<'_, '_, Col>) -> Option<bool> {
    let cell = line.get(Col::IdNumber);
    match cell::id_number(cell) {
        Ok(number) => number.map(|n| cell::ends_in_zeros(n.as_str()) && !matches!(cell, workbook::Cell::Digits(_))),
        Err(reason) => Some(reason.contains('丢')),
    }
}

/// Twice on one sheet is a mistake; on two sheets (孤儿 on one, 留守儿童 on the other) both are said of one person, and where they
/// differ the first counts. Where the person stands among the rows.
fn add(
    row: RosterRow,
    line: &SheetRow<'_, '_, Col>,
    rows: &mut Vec<RosterRow>,
    seen: &mut BTreeMap<String, usize>,
    words: &mut Words<'_, '_, '_>,
) -> Option<usize> {
    let key = row.key();
    let at = seen.get(&key).copied();
    let Some(first) = at.and_then(|at| rows.get_mut(at)) else {
        seen.insert(key, rows.len());
        rows.push(row);
        return Some(rows.len() - 1);
    };
    if first.sheet == row.sheet {
        let (column, what) = if row.id_number.is_some() { (Col::IdNumber, "身份证号") } else { (Col::Name, "村、姓名和出生日期") };
        let reason = format!("与第 {} 行重复（{what}相同），只导入了前一行", first.row);
        words.errors.push(line.wrong(line.header(column), reason));
        return None;
    }
    if first.name != row.name {
        let reason = format!("身份证号与工作表“{}”第 {} 行相同，姓名却不同；请核对", first.sheet, first.row);
        words.errors.push(line.wrong(line.header(Col::Name), reason));
        return None;
    }
    for (edit, column) in row.edits.into_iter().zip(row.columns) {
        match first.edits.iter().find(|e| e.path == edit.path) {
            None => {
                first.edits.push(edit);
                first.columns.push(column);
            }
            Some(said) if said.value != edit.value => {
                let reason = format!("与工作表“{}”第 {} 行写的不一样，用了那一行的；请核对", first.sheet, first.row);
                words.notes.push(line.wrong(column, reason));
            }
            Some(_) => {}
        }
    }
    at
}

/// A second row of one person, whose name reaches down: another guardian. The rest is said once.
fn more_of(line: &SheetRow<'_, '_, Col>, words: &mut Words<'_, '_, '_>, owner: Option<&mut RosterRow>) {
    let Some(owner) = owner else { return };
    for col in line.said().filter(|col| !matches!(col, Col::Kin(..))) {
        words.odd(col, "", "合并行的第二行里，这一列没有读；一个人只写一次");
    }
    kin::household(words, &owner.key(), kin::Ward { name: &owner.name, child: owner.programme == Programme::Child });
    for (edit, column) in std::mem::take(&mut words.edits).into_iter().zip(std::mem::take(&mut words.columns)) {
        match owner.edits.iter().find(|e| e.path == edit.path) {
            None => {
                owner.edits.push(edit);
                owner.columns.push(column);
            }
            Some(said) if said.value != edit.value && edit.path.section == Section::Contact => {
                words.notes.push(line.wrong(column, "合并行的第二行里写的与第一行不一样，没有存；请核对"));
            }
            Some(_) => {}
        }
    }
}
