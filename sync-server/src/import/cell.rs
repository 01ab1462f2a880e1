//! What people write into cells: text with stray spaces and full-width digits, days in many styles, numbers, ID numbers.
use super::workbook::Cell;
use chrono::{Datelike, Days, NaiveDate};
use domain::IdNumber;
use domain::idnumber::IdNumberError;

/// A cell that was not understood: what is wrong and what to do, without the content.
pub type Reason = String;

/// Words for "nothing" in office lists.
const NOTHING: &[&str] = &[
    "无",
    "暂无",
    "没有",
    "未办",
    "未办理",
    "未知",
    "不详",
    "不明",
    "/",
    "\\",
    "-",
    "--",
    "—",
    "——",
    "－",
    "无证",
    "无身份证",
    "N/A",
    "#N/A",
    "NULL",
];

/// The text of a cell in one form: no invisible characters, full-width letters and digits made narrow, runs of spaces (the
/// ideographic one too) made one. Whole numbers have no fraction. Words for "nothing" give an empty text.
pub fn line(cell: &Cell) -> Result<String, Reason> {
    let raw = match cell {
        Cell::Empty => return Ok(String::new()),
        Cell::Text(s) => tidy(s),
        Cell::Digits(s) => s.clone(),
        Cell::Number(n) => format!("{n}"),
        Cell::Day(d) => d.to_string(),
        Cell::Lost => return Err("数字太长，后几位已经丢失；请把这一列设为“文本”格式后重新填写".into()),
        Cell::Fault => return Err("单元格是公式错误；请改为文字".into()),
    };
    Ok(if NOTHING.contains(&raw.as_str()) { String::new() } else { raw })
}

/// A person's name: 李　梅 is 李梅, but Latin words keep their space.
pub fn name(cell: &Cell) -> Result<String, Reason> {
    let line = line(cell)?;
    let latin = line.chars().any(|c| c.is_ascii_alphabetic());
    Ok(if latin { line } else { line.split(' ').collect() })
}

/// Text without the noise; see [`line`].
pub fn tidy(s: &str) -> String {
    let visible = s.chars().filter(|c| !is_invisible(*c)).map(narrow);
    let mut out = String::with_capacity(s.len());
    for c in visible {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn narrow(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '／' | '－' | '．' | '＋' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Parts of a cell that holds several: `孤儿、留守儿童`.
pub fn parts(line: &str) -> impl Iterator<Item = &str> {
    line.split(['、', ',', '，', ';', '；', '/', '|', '\n', '+']).map(str::trim).filter(|s| !s.is_empty())
}

/// What a cell says of a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// Nothing.
    Unknown,
    /// A month only.
    Month(i32, u32),
    /// A day.
    Day(NaiveDate),
}

/// A day as 2015-3-7, 2015/03/07, 2015.3.7, 2015年3月7日, 20150307 or the office program's count of days.
/// `today` is the last day that makes sense.
pub fn when(cell: &Cell, epoch_shift: f64, today: NaiveDate) -> Result<When, Reason> {
    let unclear = || "日期看不懂；请写成 2015-03-07 的样子".to_owned();
    let found = match cell {
        Cell::Day(day) => When::Day(*day),
        Cell::Number(n) => from_number(*n, epoch_shift).ok_or_else(unclear)?,
        _ => {
            let line = line(cell)?;
            if line.is_empty() { When::Unknown } else { from_text(&line).ok_or_else(unclear)? }
        }
    };
    let (year, late) = match found {
        When::Unknown => return Ok(found),
        When::Month(year, month) => (year, NaiveDate::from_ymd_opt(year, month, 1).is_none_or(|d| d > today)),
        When::Day(day) => (day.year(), day > today),
    };
    if late {
        return Err("日期在今天之后；请核对".into());
    }
    if year < 1850 {
        return Err("日期太早；请核对年份".into());
    }
    Ok(found)
}

fn from_number(n: f64, epoch_shift: f64) -> Option<When> {
    let whole = n.fract() == 0.0;
    match n {
        // 201503 and 2015.03 are months, 2015 a year; 10,000 days counted from 1900 are May 1927, and nobody is on file
        // whose birth is counted in fewer, while a bare year would be read as one.
        n if whole && n >= 10_000_000.0 => from_text(&format!("{n}")),
        n if whole && (185_001.0..=299_912.0).contains(&n) => from_text(&format!("{n}")),
        n if !whole && (1850.0..3000.0).contains(&n) => from_text(&format!("{n}")),
        n if (10_000.0..100_000.0).contains(&n) => serial(n + epoch_shift).map(When::Day),
        _ => None,
    }
}

/// Days since 1899-12-30, which is what counting from 1900 with its invented leap day comes to after February 1900.
fn serial(days: f64) -> Option<NaiveDate> {
    let start = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    start.checked_add_days(Days::new(days as u64))
}

fn from_text(line: &str) -> Option<When> {
    // A time of day behind the date says nothing here.
    let date = line.split_once(['T', 't']).map_or(line, |(d, _)| d);
    let date = match date.rsplit_once(' ') {
        Some((d, time)) if time.contains(':') => d,
        _ => date,
    };
    let date: String = date.chars().filter(|c| !c.is_whitespace()).collect();
    if date.bytes().all(|b| b.is_ascii_digit()) {
        return from_digits(&date);
    }
    let date = date.trim_end_matches(['日', '号', '.', '生']);
    let parts: Vec<&str> = date.split(['-', '/', '.', '年', '月', '。', '—', '–']).filter(|p| !p.is_empty()).collect();
    match parts.as_slice() {
        [y, m, d] if y.len() == 4 => day(y, m, d),
        [y, m] if y.len() == 4 => Some(When::Month(y.parse().ok()?, m.parse().ok().filter(|m| (1..=12).contains(m))?)),
        _ => None,
    }
}

fn from_digits(digits: &str) -> Option<When> {
    match digits.len() {
        8 => day(digits.get(..4)?, digits.get(4..6)?, digits.get(6..)?),
        6 => Some(When::Month(digits.get(..4)?.parse().ok()?, digits.get(4..)?.parse().ok().filter(|m| (1..=12).contains(m))?)),
        5 => serial(digits.parse().ok()?).map(When::Day),
        _ => None,
    }
}

fn day(y: &str, m: &str, d: &str) -> Option<When> {
    if m.len() > 2 || d.len() > 2 {
        return None;
    }
    NaiveDate::from_ymd_opt(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?).map(When::Day)
}

/// A resident ID number; none where the office wrote that there is none.
pub fn id_number(cell: &Cell) -> Result<Option<IdNumber>, Reason> {
    if *cell == Cell::Lost {
        return Err("身份证号被存成了数字，最后几位已经丢失；请把这一列设为“文本”格式，按证件重新填写".into());
    }
    let line = line(cell)?;
    if line.is_empty() {
        return Ok(None);
    }
    // An apostrophe keeps the office program from making it a number.
    let number = IdNumber::parse(line.trim_start_matches(['\'', '‘', '’', '`']));
    number.map(Some).map_err(|e| {
        match e {
            IdNumberError::Length => "身份证号应为 18 位（旧号 15 位）；请按证件核对",
            IdNumberError::Digits => "身份证号里有不该有的字符；请按证件核对",
            IdNumberError::BirthDate => "身份证号里的出生日期不存在；请按证件核对",
            IdNumberError::CheckDigit => "身份证号的校验码不对，多半有一位写错；请按证件核对",
        }
        .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
    }
    fn read(cell: Cell) -> Result<When, Reason> {
        when(&cell, 0.0, today())
    }
    fn text(s: &str) -> Cell {
        Cell::Text(s.into())
    }

    #[test]
    fn a_day_is_read_in_every_style_offices_use() {
        let wanted = Ok(When::Day(NaiveDate::from_ymd_opt(2015, 3, 7).unwrap()));
        for style in [
            "2015-3-7",
            "2015-03-07",
            "2015/03/07",
            "2015/3/7",
            "2015年3月7日",
            "2015年03月07日",
            "２０１５年３月７日",
            "20150307",
            "2015.3.7",
            "2015.03.07",
            " 2015 年 3 月 7 日 ",
            "2015-03-07 00:00:00",
            "2015-03-07T00:00:00",
            "42070",
            "2015年3月7日生",
            "２０１５／３／７",
        ] {
            assert_eq!(read(text(style)), wanted, "{style}");
        }
        assert_eq!(read(Cell::Number(42070.0)), wanted);
        assert_eq!(read(Cell::Number(20_150_307.0)), wanted);
        assert_eq!(read(Cell::Day(NaiveDate::from_ymd_opt(2015, 3, 7).unwrap())), wanted);
        assert_eq!(when(&Cell::Number(42070.0 - 1462.0), 1462.0, today()), wanted);
    }

    #[test]
    fn a_month_is_a_month_and_nothing_is_guessed() {
        for style in ["2015年3月", "2015.03", "2015-3", "201503", "2015/03"] {
            assert_eq!(read(text(style)), Ok(When::Month(2015, 3)), "{style}");
        }
        assert_eq!(read(Cell::Number(201_503.0)), Ok(When::Month(2015, 3)));
        assert_eq!(read(Cell::Number(2015.03)), Ok(When::Month(2015, 3)));
        for bad in ["2015", "2015-2-30", "03/07/2015", "15-3-7", "三月", "2015-13", "2027-01-01", "1001-01-01", "2015-3-7-1"] {
            assert!(read(text(bad)).is_err(), "{bad}");
        }
        assert!(read(Cell::Number(2015.0)).is_err() && read(Cell::Number(-3.5)).is_err());
        for none in ["无", "/", "——", "  "] {
            assert_eq!(read(text(none)), Ok(When::Unknown), "{none}");
        }
    }

    #[test]
    fn text_loses_its_noise() {
        assert_eq!(tidy("\u{3000}桃源村　　３组\u{200b} １２ 号\n"), "桃源村 3组 12 号");
        assert_eq!(name(&text("李　 梅")).unwrap(), "李梅");
        assert_eq!(name(&text("古丽·阿依")).unwrap(), "古丽·阿依");
        assert_eq!(name(&text("Anna  Li")).unwrap(), "Anna Li");
        assert_eq!(line(&Cell::Number(13_800_000_001.0)).unwrap(), "13800000001");
        assert!(line(&Cell::Fault).is_err());
        assert_eq!(parts("孤儿、留守儿童/ 其他").collect::<Vec<_>>(), ["孤儿", "留守儿童", "其他"]);
    }

    proptest::proptest! {
        #[test]
        fn nothing_written_makes_it_panic(raw in "\\PC{0,24}", n in proptest::num::f64::ANY) {
            let cell = Cell::Text(raw);
            let _ = (read(cell.clone()), id_number(&cell), name(&cell), read(Cell::Number(n)));
        }
    }
}
