//! Text tables: by comma, tab or semicolon, in UTF-8, UTF-16 ("Unicode 文本") or GB 18030.
use super::{Cell, Limits, Sheet, bad, not_a_list};
use domain::{Code, Failure};
use std::borrow::Cow;

/// Whether the name is one of a text table.
pub fn is_csv(file_name: &str) -> bool {
    let name = file_name.to_ascii_lowercase();
    name.ends_with(".csv") || name.ends_with(".txt") || name.ends_with(".tsv")
}

/// Reads a text table, or tells what was saved under an office program's ending.
pub fn read(file_name: &str, bytes: &[u8]) -> Result<Vec<Sheet>, Failure> {
    let content = decode(bytes)?;
    let begin: String = content.trim_start().chars().take(200).collect::<String>().to_ascii_lowercase();
    let web_page = ["<html", "<!doctype", "<table", "<head", "<meta", "<style"].iter().any(|tag| begin.starts_with(tag));
    if web_page && !begin.starts_with("<html></html>") {
        return Err(not_a_list("web_page"));
    }
    if begin.starts_with("<?xml") {
        return Err(not_a_list(if begin.contains("html") { "web_page" } else { "xml" }));
    }
    if begin.starts_with("mime-version") {
        return Err(not_a_list("web_page"));
    }
    // Some programs save a table of tabs as .xls.
    let is_table = content.contains('\t') && content.contains('\n');
    if !is_csv(file_name) && !is_table {
        return Err(Code::BadFile.into());
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator(&content)).from_reader(content.as_bytes());
    let mut sheet = Sheet { name: file_name.rsplit(['/', '\\']).next().unwrap_or(file_name).into(), ..Sheet::default() };
    let mut limits = Limits::default();
    let mut record = csv::StringRecord::new();
    let mut lines = Lines { content: content.as_bytes(), read: 0, count: 0 };
    loop {
        let more = reader.read_record(&mut record).map_err(bad)?;
        if !more {
            return Ok(vec![sheet]);
        }
        let begin = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(usize::MAX));
        let row = lines.at(begin);
        for (column, field) in record.iter().enumerate() {
            let cell = match month(field) {
                Some(n) => Cell::Number(n),
                None => limits.text(unquoted(field))?,
            };
            limits.put(&mut sheet, row, u32::try_from(column).unwrap_or(u32::MAX), cell)?;
        }
    }
}

/// Counts lines as the office sees them; the reader of records takes the end of a line for the beginning of the next record.
struct Lines<'c> {
    content: &'c [u8],
    read: usize,
    count: u32,
}

impl Lines<'_> {
    /// The line of a record that begins here, from 0. Places come in order.
    fn at(&mut self, begin: usize) -> u32 {
        let ends = |at: usize| self.content.get(at).is_some_and(|b| matches!(b, b'\r' | b'\n'));
        let to = (begin..).find(|at| !ends(*at)).unwrap_or(begin);
        for at in self.read..to {
            let pair = self.content.get(at) == Some(&b'\r') && self.content.get(at + 1) == Some(&b'\n');
            self.count += u32::from(ends(at) && !pair);
        }
        self.read = self.read.max(to);
        self.count
    }
}

/// `="99010120150307002X"`, which keeps the office program from making it a number.
fn unquoted(field: &str) -> &str {
    field.strip_prefix("=\"").and_then(|f| f.strip_suffix('"')).unwrap_or(field)
}

/// 2015.1 as an office program writes 2015.10 into a text table: it was a number.
fn month(field: &str) -> Option<f64> {
    let (year, _) = field.trim().split_once('.').filter(|(year, month)| year.len() == 4 && *month == "1")?;
    year.bytes().all(|b| b.is_ascii_digit()).then(|| field.trim().parse().ok()).flatten()
}

/// What stands most often in the first lines that have any.
fn separator(content: &str) -> u8 {
    let lines: Vec<&str> = content.lines().take(15).collect();
    let count = |mark: char| lines.iter().map(|l| l.matches(mark).count()).sum::<usize>();
    [b',', b'\t', b';'].into_iter().rev().max_by_key(|mark| count(char::from(*mark))).unwrap_or(b',')
}

/// Text in UTF-8, in UTF-16 or, as older office programs write it, in GB 18030.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Failure> {
    let wide = match bytes {
        [0xff, 0xfe, rest @ ..] => Some((encoding_rs::UTF_16LE, rest)),
        [0xfe, 0xff, rest @ ..] => Some((encoding_rs::UTF_16BE, rest)),
        _ => None,
    };
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let content = match (wide, std::str::from_utf8(bytes)) {
        (Some((encoding, rest)), _) => encoding.decode_without_bom_handling_and_without_replacement(rest).ok_or(Code::BadFile)?,
        (None, Ok(utf8)) => Cow::Borrowed(utf8),
        (None, Err(_)) => encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes).ok_or(Code::BadFile)?,
    };
    if content.contains('\0') { Err(Code::BadFile.into()) } else { Ok(content) }
}
