//! Days as people write them: 2015-3-7, 2015.10, 一九四五年八月六日, the office program's count of days.
use super::cell::{Reason, line};
use super::workbook::Cell;
use chrono::{Datelike, Days, NaiveDate};

/// What a cell says of a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// Nothing.
    Unknown,
    /// A month only.
    Month(i32, u32),
    /// January or October of a year: 2015.10 typed as a number is 2015.1 in the file.
    JanuaryOrOctober(i32),
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
        When::JanuaryOrOctober(year) => (year, year > today.year()),
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
        n if !whole && (1850.0..3000.0).contains(&n) && format!("{n}").ends_with(".1") => Some(When::JanuaryOrOctober(n as i32)),
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
    let date = in_digits(&date);
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

/// 一九四五年八月二十六日 in digits; anything else as it is.
fn in_digits(date: &str) -> String {
    const DIGITS: &str = "〇一二三四五六七八九";
    let digit = |c: char| match c {
        '零' | '○' | 'Ｏ' | 'O' => Some(0),
        c => DIGITS.chars().position(|d| d == c),
    };
    let Some((year, rest)) = date.split_once('年').filter(|(year, _)| year.chars().all(|c| digit(c).is_some())) else { return date.to_owned() };
    let year: String = year.chars().filter_map(digit).map(|d| d.to_string()).collect();
    let number = |word: &str| match word.split_once('十') {
        Some((tens, ones)) => {
            let (tens, ones) = (tens.chars().next().map_or(Some(1), digit), ones.chars().next().map_or(Some(0), digit));
            tens.zip(ones).map(|(tens, ones)| (tens * 10 + ones).to_string())
        }
        None => word.chars().next().and_then(digit).filter(|_| word.chars().count() == 1).map(|d| d.to_string()),
    };
    let parts: Vec<&str> = rest.split(['月', '日', '号']).filter(|p| !p.is_empty()).collect();
    let parts: Option<Vec<String>> = parts.into_iter().map(number).collect();
    parts.filter(|p| !p.is_empty()).map_or_else(|| date.to_owned(), |p| format!("{year}-{}", p.join("-")))
}

/// How a birth as written agrees with that of the ID number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Beside {
    /// It says the same, less exactly perhaps.
    Agrees,
    /// It says something else.
    Differs,
    /// A day of the farmers' calendar.
    Lunar,
    /// It cannot be read.
    Unclear,
}

/// Compares what is written with the birth in the ID number: a day, a month, a year, an age.
pub fn beside(cell: &Cell, epoch_shift: f64, birth: NaiveDate, today: NaiveDate) -> Beside {
    let same = |same: bool| if same { Beside::Agrees } else { Beside::Differs };
    match when(cell, epoch_shift, today) {
        Ok(When::Unknown) => return Beside::Agrees,
        Ok(When::Day(day)) => return same(day == birth),
        Ok(When::Month(year, month)) => return same((birth.year(), birth.month()) == (year, month)),
        Ok(When::JanuaryOrOctober(year)) => return same(birth.year() == year && matches!(birth.month(), 1 | 10)),
        Err(_) => {}
    }
    if let Cell::Number(n) = cell
        && (1.0..10_000.0).contains(n)
        && !(1850.0..3000.0).contains(n)
        && n.fract() == 0.0
    {
        // 81 is an age, 9350 a day of 1925.
        return if *n < 130.0 { age_is(*n as i32, birth, today) } else { same(serial(*n + epoch_shift) == Some(birth)) };
    }
    let Ok(written) = line(cell) else { return Beside::Unclear };
    if ["农历", "阴历", "旧历", "正月", "腊月", "冬月", "初"].iter().any(|word| written.contains(word)) {
        return Beside::Lunar;
    }
    let plain: String = written.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(age) = plain.strip_suffix("周岁").or_else(|| plain.strip_suffix('岁')).and_then(|n| n.parse().ok()) {
        return age_is(age, birth, today);
    }
    if let Ok(year) = in_digits(plain.trim_end_matches(['生', '年'])).parse::<i32>()
        && (1850..3000).contains(&year)
    {
        return same(year == birth.year());
    }
    let parts: Vec<i32> = plain.split(['-', '/', '.', '年', '月', '日']).filter(|p| !p.is_empty()).filter_map(|p| p.parse().ok()).collect();
    match parts.as_slice() {
        [y, m, d] if (0..100).contains(y) => same((birth.year() % 100, birth.month() as i32, birth.day() as i32) == (*y, *m, *d)),
        _ => Beside::Unclear,
    }
}

/// An age may be counted from either birthday of the year.
fn age_is(age: i32, birth: NaiveDate, today: NaiveDate) -> Beside {
    if (today.year() - birth.year() - age).abs() <= 1 { Beside::Agrees } else { Beside::Differs }
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
    fn the_birth_of_an_elder_is_held_against_the_number() {
        let birth = NaiveDate::from_ymd_opt(1945, 8, 6).unwrap();
        let held = |cell: Cell| beside(&cell, 0.0, birth, today());
        for agrees in ["1945", "1945年", "81岁", "80周岁", "45.8.6", "一九四五年八月六日", "1945年8月", "", "无"] {
            assert_eq!(held(text(agrees)), Beside::Agrees, "{agrees}");
        }
        for differs in ["1946", "60岁", "45.8.7", "一九四五年八月十六日", "2015-03-07"] {
            assert_eq!(held(text(differs)), Beside::Differs, "{differs}");
        }
        assert_eq!((held(text("农历八月初六")), held(text("不清楚呀"))), (Beside::Lunar, Beside::Unclear));
        assert_eq!(read(text("一九四五年八月二十六日")), Ok(When::Day(NaiveDate::from_ymd_opt(1945, 8, 26).unwrap())));
        assert_eq!(read(Cell::Number(2015.1)), Ok(When::JanuaryOrOctober(2015)));
        assert_eq!(beside(&Cell::Number(2015.1), 0.0, NaiveDate::from_ymd_opt(2015, 10, 11).unwrap(), today()), Beside::Agrees);
        assert_eq!(beside(&Cell::Number(2015.1), 0.0, NaiveDate::from_ymd_opt(2015, 3, 7).unwrap(), today()), Beside::Differs);
    }

    proptest::proptest! {
        #[test]
        fn nothing_written_makes_it_panic(raw in "\\PC{0,24}", n in proptest::num::f64::ANY) {
            let cell = Cell::Text(raw.into());
            let birth = NaiveDate::from_ymd_opt(1945, 8, 6).unwrap();
            let _ = (read(cell.clone()), read(Cell::Number(n)));
            let _ = (beside(&cell, 0.0, birth, today()), beside(&Cell::Number(n), 0.0, birth, today()));
        }
    }
}
