//! Areas from an office's xlsx, or from the public tree as csv.
use super::count;
use super::day::{self, When};
use super::table::{self, SheetRow};
use super::workbook::{self, Sheet};
use crate::office::registry::{self, AreaEntry};
use crate::store::db::Db;
use chrono::NaiveDate;
use domain::api::{ImportReport, RowError};
use domain::{AreaCode, Code, Failure};
use std::collections::HashMap;

/// Errors kept of one file; a wrong file has one a row.
const MAX_ERRORS: usize = 1000;

#[derive(Clone, Copy, PartialEq)]
enum Col {
    Code,
    Name,
    TownCode,
    TownName,
    CountyCode,
    CountyName,
    From,
    To,
}

fn meaning(header: &str, _: &[Option<Col>]) -> Option<Col> {
    Some(match header {
        "code"
        | "代码"
        | "编码"
        | "区划代码"
        | "区划编码"
        | "行政区划代码"
        | "行政区划编码"
        | "统计用区划代码"
        | "统计区划代码"
        | "村代码"
        | "村编码"
        | "村居代码"
        | "村居编码"
        | "社区代码"
        | "社区编码"
        | "村社区代码"
        | "村社区编码"
        | "村级代码"
        | "区域代码"
        | "区域编码"
        | "12位代码"
        | "12位区划代码" => Col::Code,
        "name" | "名称" | "区划名称" | "行政区划名称" | "村名" | "村名称" | "村居名称" | "村居" | "社区名称" | "村社区名称" | "村社区"
        | "村级名称" | "区域名称" | "单位名称" | "村" | "社区" | "村居委会" | "村居委会名称" | "村委会" => Col::Name,
        "乡镇代码" | "乡镇编码" | "镇代码" | "镇街代码" | "街道代码" | "乡镇街道代码" | "乡镇街道编码" | "乡级代码" => {
            Col::TownCode
        }
        "乡镇" | "乡镇名称" | "镇" | "镇街" | "街道" | "乡镇街道" | "乡镇街道名称" | "街道名称" | "镇名称" | "乡级名称" | "所属乡镇"
        | "所属乡镇街道" | "所属镇街" => Col::TownName,
        "县代码" | "区县代码" | "县区代码" | "县级代码" | "县市区代码" => Col::CountyCode,
        "县" | "区县" | "县区" | "县名称" | "区县名称" | "县区名称" | "县级名称" | "县市区" | "县市区名称" => {
            Col::CountyName
        }
        "启用日期" | "生效日期" | "设立日期" | "起始日期" | "有效期起" => Col::From,
        "停用日期" | "撤销日期" | "失效日期" | "废止日期" | "终止日期" | "有效期止" => Col::To,
        _ => return None,
    })
}

/// Whether it is a public tree of areas (`code,name[,…]`): too large to be opened as sheets.
pub fn is_tree(file_name: &str, bytes: &[u8]) -> bool {
    workbook::is_csv(file_name) && workbook::decode(bytes).is_ok_and(|content| tree_columns(&content).is_some())
}

/// Takes in areas; with `within`, only that area, what lies in it and what lies above. Call it inside a transaction.
pub fn areas(db: &Db<'_>, file_name: &str, bytes: &[u8], within: Option<&AreaCode>, today: NaiveDate) -> Result<ImportReport, Failure> {
    if is_tree(file_name, bytes) {
        return tree(db, file_name, bytes, within);
    }
    areas_of(db, &workbook::open(file_name, bytes)?, within, today)
}

/// Takes in areas from sheets that were opened.
pub fn areas_of(db: &Db<'_>, sheets: &[Sheet], within: Option<&AreaCode>, today: NaiveDate) -> Result<ImportReport, Failure> {
    let mut report = ImportReport::default();
    let mut read: Vec<&str> = Vec::new();
    let mut named: HashMap<AreaCode, String> = HashMap::new();
    for sheet in sheets.iter().filter(|s| !s.hidden) {
        let table = [Col::Code, Col::TownCode].into_iter().find_map(|essential| Some((essential, table::find(sheet, essential, &meaning)?)));
        let Some((essential, table)) = table else { continue };
        read.push(&sheet.name);
        table.tell_unread(essential, &mut report);
        for line in table.lines() {
            match entries(&line, today).and_then(|entries| one_name_each(&mut named, &line, entries)) {
                Ok(entries) => {
                    for entry in entries.iter().filter(|e| is_wanted(&e.code, within)) {
                        count(&mut report, registry::upsert_area(db, entry).map_err(super::trouble)?);
                    }
                }
                Err(error) if report.errors.len() < MAX_ERRORS => report.errors.push(error),
                Err(_) => {}
            }
        }
    }
    table::tell_sheets(sheets, &read, "“区划代码”和“名称”", &mut report);
    Ok(report)
}

/// One code with two names in one list would rename an area at each row, and again at each import.
fn one_name_each(named: &mut HashMap<AreaCode, String>, line: &SheetRow<'_, '_, Col>, entries: Vec<AreaEntry>) -> Result<Vec<AreaEntry>, RowError> {
    for entry in &entries {
        match named.get(&entry.code) {
            Some(name) if *name != entry.name => return Err(line.wrong(line.header(Col::Code), "同一个代码在前面的行里是另一个名称；请核对")),
            _ => _ = named.insert(entry.code.clone(), entry.name.clone()),
        }
    }
    Ok(entries)
}

/// One row may name a county, a town and a village, each with its code; those of higher levels repeat from row to row.
fn entries(line: &SheetRow<'_, '_, Col>, today: NaiveDate) -> Result<Vec<AreaEntry>, RowError> {
    let day = |col: Col| match day::when(line.get(col), 0.0, today.checked_add_days(chrono::Days::new(3660)).unwrap_or(today)) {
        Ok(When::Day(day)) => Ok(day.to_string()),
        Ok(When::Unknown) => Ok(String::new()),
        Ok(When::Month(..) | When::JanuaryOrOctober(_)) => Err(line.wrong(line.header(col), "日期要写到日；请写成 2026-01-01 的样子")),
        Err(reason) => Err(line.wrong(line.header(col), reason)),
    };
    let (valid_from, valid_to) = (day(Col::From)?, day(Col::To)?);
    let mut found = Vec::new();
    for (code, name) in [(Col::CountyCode, Col::CountyName), (Col::TownCode, Col::TownName), (Col::Code, Col::Name)] {
        let read = |col: Col| line.text(col).map_err(|reason| line.wrong(line.header(col), reason));
        let (digits, name_text) = (read(code)?, read(name)?);
        let smallest = code == Col::Code;
        if digits.is_empty() && (!smallest || name_text.is_empty()) {
            continue;
        }
        let digits: String = digits.chars().filter(|c| !c.is_whitespace()).collect();
        let code = digits.parse().map_err(|_| line.wrong(line.header(code), "区划代码应为 2、4、6、9 或 12 位数字；请核对"))?;
        if name_text.is_empty() {
            return Err(line.wrong(line.header(name), "没有写名称"));
        }
        let kept = |day: &String| if smallest { day.clone() } else { String::new() };
        found.push(AreaEntry { code, name: name_text, valid_from: kept(&valid_from), valid_to: kept(&valid_to) });
    }
    Ok(found)
}

/// Where a tree has its codes and names; none for another table.
fn tree_columns(content: &str) -> Option<(usize, usize)> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(content.as_bytes());
    let headers = reader.headers().ok()?;
    let at = |col: Col| headers.iter().position(|h| meaning(h.trim(), &[]) == Some(col));
    let other = at(Col::TownCode).or(at(Col::From)).or(at(Col::To));
    at(Col::Code).zip(at(Col::Name)).filter(|_| other.is_none())
}

/// `code,name[,…]` row by row, as the public tree has it: 600,000 villages without a copy of the file.
fn tree(db: &Db<'_>, file_name: &str, bytes: &[u8], within: Option<&AreaCode>) -> Result<ImportReport, Failure> {
    let content = workbook::decode(bytes)?;
    let (code_at, name_at) = tree_columns(&content).ok_or(Code::BadFile)?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(content.as_bytes());
    let mut report = ImportReport::default();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|_| Code::BadFile)? {
        let digits = record.get(code_at).unwrap_or_default().trim();
        let name = record.get(name_at).unwrap_or_default().trim();
        if digits.is_empty() && name.is_empty() {
            continue;
        }
        match (digits.parse::<AreaCode>(), name) {
            (Ok(code), name) if !name.is_empty() => {
                if !is_wanted(&code, within) {
                    continue;
                }
                let entry = AreaEntry { code, name: name.to_owned(), valid_from: String::new(), valid_to: String::new() };
                count(&mut report, registry::upsert_area(db, &entry).map_err(super::trouble)?);
            }
            (code, _) if report.errors.len() < MAX_ERRORS => {
                let (column, reason) = if code.is_err() {
                    ("code", "区划代码应为 2、4、6、9 或 12 位数字；请核对")
                } else {
                    ("name", "没有写名称")
                };
                let row = record.position().map_or(0, |p| u32::try_from(p.line()).unwrap_or(u32::MAX));
                report.errors.push(RowError { sheet: file_name.to_owned(), row, column: column.into(), reason: reason.into() });
            }
            _ => {}
        }
    }
    Ok(report)
}

fn is_wanted(code: &AreaCode, within: Option<&AreaCode>) -> bool {
    within.is_none_or(|w| w.contains(code) || code.contains(w))
}
