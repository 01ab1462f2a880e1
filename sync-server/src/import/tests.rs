use super::*;
use crate::office::registry::{self, AreaEntry, StaffEntry};
use crate::store::db::Db;
use chrono::NaiveDate;
use domain::api::Edit;
use domain::idnumber::check_digit;
use domain::roles::Role;
use domain::staff::Staff;
use domain::{AreaCode, IdNumber, Programme, RecordId, Timestamp};
use records::{Actor, FileData, Record, Writer};
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

mod hostile;
mod offices;
mod rosters;
mod sample_files;
mod trees;

const NOW: Timestamp = Timestamp(1_795_226_400_000);

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}
fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}
fn code(text: &str) -> AreaCode {
    text.parse().unwrap()
}

/// A valid number of the unassigned county 990101.
fn number(birth: &str, sequence: &str) -> String {
    let first17 = format!("990101{birth}{sequence}");
    format!("{first17}{}", check_digit(&first17).unwrap())
}

/// The registry with three villages, a namesake in another county, and 李主任.
fn county() -> Db<'static> {
    let conn = crate::store::db::in_memory();
    for (at, name) in [
        ("990101", "安和县"),
        ("990101001", "清溪镇"),
        ("990101001201", "桃源村村民委员会"),
        ("990101001202", "柳湾村"),
        ("990101002", "石桥镇"),
        ("990101002201", "河口村"),
        ("990101002202", "柳湾村"),
        ("990202001201", "桃源村"),
    ] {
        registry::upsert_area(&conn, &AreaEntry { code: code(at), name: name.into(), valid_from: String::new(), valid_to: String::new() }).unwrap();
    }
    let li = Staff { id: "S001".parse().unwrap(), name: "李秀梅".into(), role: Role::ChildDirector, areas: vec![code("990101001201")] };
    registry::upsert_staff(&conn, &StaffEntry { staff: li, phone: String::new(), active: true }, NOW).unwrap();
    conn
}

/// Files in memory.
#[derive(Default)]
struct Cabinet {
    files: Vec<Record>,
}

impl Cabinet {
    fn writer(&self) -> Writer {
        let made = u8::try_from(self.files.len()).unwrap();
        let device = domain::DeviceId::new(0, [1; 10]);
        Writer { staff: "office".parse().unwrap(), device, at: Timestamp(1_790_000_000_000), actor: Actor([made; 8]) }
    }
    fn of(&self, name: &str) -> FileData {
        self.files.iter().map(Record::file).find(|f| f.text("identity.name") == Some(name)).unwrap()
    }
    fn write(&mut self, name: &str, path: &str, value: impl Into<domain::Value>) {
        let writer = Writer { actor: Actor([99; 8]), ..self.writer() };
        let record = self.files.iter_mut().find(|r| r.file().text("identity.name") == Some(name)).unwrap();
        record.edit(&[Edit { path: path.parse().unwrap(), value: value.into() }], &writer).unwrap();
    }
}

impl FileStore for Cabinet {
    fn by_number(&self, number: &IdNumber) -> Result<Option<(RecordId, FileData)>, Failure> {
        let fits = |f: &FileData| f.text("identity.id_number") == Some(number.as_str());
        Ok(self.files.iter().map(|r| (r.id(), r.file())).find(|(_, f)| fits(f)))
    }
    fn namesakes(&self, area: &AreaCode, name: &str) -> Result<Vec<(RecordId, FileData)>, Failure> {
        let same = |f: &FileData| domain::names::one_form(f.text("identity.name").unwrap_or_default()) == name;
        let fits = |f: &FileData| f.text("area.code") == Some(area.as_str()) && same(f);
        Ok(self.files.iter().map(|r| (r.id(), r.file())).filter(|(_, f)| fits(f)).collect())
    }
    fn file(&self, id: RecordId) -> Result<Option<FileData>, Failure> {
        Ok(self.files.iter().find(|r| r.id() == id).map(Record::file))
    }
    fn create(&mut self, _area: &AreaCode, programme: Programme, edits: &[Edit]) -> Result<RecordId, Failure> {
        let id = RecordId::new(1_790_000_000_000, [u8::try_from(self.files.len()).unwrap(); 10]);
        self.files.push(Record::new_person(id, programme, today(), edits, &self.writer())?.0);
        Ok(id)
    }
    fn edit(&mut self, id: RecordId, edits: &[Edit]) -> Result<(), Failure> {
        let writer = self.writer();
        let record = self.files.iter_mut().find(|r| r.id() == id).unwrap();
        record.edit(edits, &writer)?;
        Ok(())
    }
}

fn book(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet().set_name("名册").unwrap());
    book.save_to_buffer().unwrap()
}

fn row(sheet: &mut Worksheet, at: u32, cells: &[&str]) {
    for (column, text) in cells.iter().enumerate() {
        sheet.write_string(at, u16::try_from(column).unwrap(), *text).unwrap();
    }
}

fn places(report: &ImportReport) -> Vec<(u32, &str)> {
    report.errors.iter().map(|e| (e.row, e.column.as_str())).collect()
}
