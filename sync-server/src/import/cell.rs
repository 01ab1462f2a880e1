//! What people write into cells: text with stray spaces and full-width digits, numbers, ID numbers. Days: `day.rs`.
use super::workbook::Cell;
use domain::IdNumber;
use domain::idnumber::{IdNumberError, normalise_phone};

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
    "未填",
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
        Cell::Text(s) | Cell::Shown(_, s) => tidy(s),
        Cell::Digits(s) => s.to_string(),
        Cell::Number(n) => format!("{n}"),
        Cell::Day(_) => return Err("办公软件把它变成了日期（如 3-1 变成 3 月 1 日）；请把这一列设为“文本”格式后重新填写".into()),
        Cell::Lost => return Err("数字太长，后几位已经丢失；请把这一列设为“文本”格式后重新填写".into()),
        Cell::Fault => return Err("单元格是公式错误；请改为文字".into()),
        Cell::NoResult => return Err("公式的结果不在文件里；请用办公软件打开、保存后再导入，或改为文字".into()),
        Cell::Long => return Err("内容太长，一格最多约 1300 个字；请改短".into()),
    };
    Ok(if NOTHING.contains(&raw.as_str()) { String::new() } else { raw })
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

/// Parts of a cell that holds several: `孤儿、留守儿童`. A line break is read as a space, and a space separates only what is not
/// understood whole: see [`split`].
pub fn parts(line: &str) -> impl Iterator<Item = &str> {
    line.split(MARKS).map(str::trim).filter(|s| !s.is_empty())
}

const MARKS: [char; 9] = ['、', ',', '，', ';', '；', '/', '|', '\n', '+'];

/// Parts of a cell, each read by `read`; what is not understood whole is tried by its spaces: `孤儿 留守儿童`.
pub fn split<T>(line: &str, read: impl Fn(&str) -> Result<T, Reason>) -> Result<Vec<T>, Reason> {
    let mut found = Vec::new();
    for part in parts(line) {
        match (read(part), part.contains(' ')) {
            (Ok(value), _) => found.push(value),
            (Err(reason), false) => return Err(reason),
            (Err(_), true) => found.extend(part.split(' ').map(&read).collect::<Result<Vec<_>, _>>()?),
        }
    }
    Ok(found)
}

/// What was understood of a cell of telephone numbers.
#[derive(PartialEq, Debug, Default)]
pub struct Phones {
    /// The first number.
    pub number: Option<String>,
    /// What somebody should look at.
    pub note: Option<&'static str>,
}

/// The telephone number of a cell: the first of several, without what is in brackets, its leading 0 restored.
pub fn phones(cell: &Cell) -> Result<Phones, Reason> {
    let line = line(cell)?;
    if line.is_empty() || line.chars().all(|c| c == '0') {
        return Ok(Phones::default());
    }
    if let Some(number) = normalise_phone(&line) {
        return Ok(Phones { number: Some(number), note: None });
    }
    // A number of an area loses its 0 when it is kept as a number.
    if let Some(number) = normalise_phone(&format!("0{line}")) {
        return Ok(Phones { number: Some(number), note: Some("座机号前面的 0 丢了，已补上；请核对") });
    }
    let mut found: Vec<String> = Vec::new();
    for part in line.split(|c: char| MARKS.contains(&c) || c.is_whitespace() || "()（）[]:：或".contains(c)) {
        found.extend(normalise_phone(part).filter(|n| !found.contains(n)));
    }
    let several = found.len() > 1;
    match found.into_iter().next() {
        Some(number) if several => {
            Ok(Phones { number: Some(number), note: Some("有几个号码，只取了第一个；其余请在设备上填到家庭成员里") })
        }
        Some(number) => Ok(Phones { number: Some(number), note: Some("只取了号码；旁边的说明没有存") }),
        None => Err("电话号码不对，没有导入；请写一个 11 位手机号或带区号的座机".into()),
    }
}

/// A resident ID number; none where the office wrote that there is none.
pub fn id_number(cell: &Cell) -> Result<Option<IdNumber>, Reason> {
    if *cell == Cell::Lost {
        return Err(LOST.into());
    }
    let line = line(cell)?;
    // An apostrophe keeps the office program from making it a number.
    let written = line.trim_start_matches(['\'', '‘', '’', '`']).trim_start_matches("=\"").trim_end_matches('"');
    if written.is_empty() || has_none(written) {
        return Ok(None);
    }
    if let Some((_, exponent)) = written.split_once(['E', 'e'])
        && exponent.trim_start_matches('+').parse::<u8>().is_ok()
    {
        return Err(LOST.into());
    }
    let number = IdNumber::parse(written);
    number.map(Some).map_err(|e| {
        match e {
            _ if ends_in_zeros(written) => "身份证号后三位像是丢了（办公软件把长数字变成了 000）；请把这一列设为“文本”格式，按证件重新填写",
            IdNumberError::Length => "身份证号应为 18 位（旧号 15 位）；请按证件核对",
            IdNumberError::Digits => "身份证号里有不该有的字符；请按证件核对",
            IdNumberError::BirthDate => "身份证号里的出生日期不存在；请按证件核对",
            IdNumberError::CheckDigit => "身份证号的校验码不对，多半有一位写错；请按证件核对",
        }
        .to_owned()
    })
}

const LOST: &str = "身份证号被存成了数字，最后几位已经丢失；请把这一列设为“文本”格式，按证件重新填写";

/// Whether the last three digits may be those that an office program lost. One number in a thousand truly ends so.
pub fn ends_in_zeros(number: &str) -> bool {
    number.len() == 18 && number.ends_with("000")
}

/// 未上户, 无户口, 正在办理: that there is no number.
fn has_none(written: &str) -> bool {
    let begins = ["未", "无", "没", "暂", "待", "不", "正在", "办理", "丢失", "遗失", "黑户"].iter().any(|word| written.starts_with(word));
    begins && !written.chars().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(s: &str) -> Cell {
        Cell::Text(s.into())
    }

    #[test]
    fn text_loses_its_noise() {
        assert_eq!(tidy("\u{3000}桃源村　　３组\u{200b} １２ 号\n"), "桃源村 3组 12 号");
        assert_eq!(line(&Cell::Number(13_800_000_001.0)).unwrap(), "13800000001");
        assert!(line(&Cell::Fault).is_err());
        assert_eq!(parts("孤儿、留守儿童/ 其他").collect::<Vec<_>>(), ["孤儿", "留守儿童", "其他"]);
    }

    #[test]
    fn a_telephone_number_is_found_among_what_stands_around_it() {
        let read = |cell| phones(&cell).map(|p| (p.number.unwrap_or_default(), p.note.is_some()));
        for (written, number, noted) in [
            ("13800000001", "13800000001", false),
            ("13800000001/13800000002", "13800000001", true),
            ("13800000001\n13800000002", "13800000001", true),
            ("13800000001（母）", "13800000001", true),
            ("母13800000001", "", true),
            ("0", "", false),
            ("无", "", false),
        ] {
            match read(text(written)) {
                Ok(got) => assert_eq!(got, (number.to_owned(), noted), "{written}"),
                Err(_) => assert_eq!(number, "", "{written}"),
            }
        }
        assert_eq!(read(Cell::Number(9_318_123_456.0)), Ok(("09318123456".to_owned(), true)));
        assert!(read(text("12345")).is_err());
    }

    #[test]
    fn that_there_is_no_number_is_no_mistake_and_lost_digits_are() {
        for none in ["未上户", "无", "正在办理", "没有户口", "", "——"] {
            assert_eq!(id_number(&text(none)), Ok(None), "{none}");
        }
        assert!(id_number(&text("=\"99010120150307002X\"")).unwrap().is_some());
        for lost in ["9.90101E+17", "9.9E+17"] {
            assert!(id_number(&text(lost)).unwrap_err().contains("丢失"), "{lost}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_written_makes_it_panic(raw in "\\PC{0,24}") {
            let cell = Cell::Text(raw.as_str().into());
            let _ = (line(&cell), id_number(&cell), phones(&cell), super::super::names::name(&cell), super::super::names::nobody(&raw));
        }
    }
}
