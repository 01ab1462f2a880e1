//! What is written where a name should be.
use super::cell::{self, Reason};
use super::workbook::Cell;
use domain::names;
use unicode_normalization::UnicodeNormalization;

/// A person's name in one form: 李　梅 is 李梅, but Latin words keep their space.
pub fn name(cell: &Cell) -> Result<String, Reason> {
    Ok(of(&cell::line(cell)?))
}

/// See [`name`].
pub fn of(line: &str) -> String {
    let latin = line.chars().any(|c| c.is_ascii_alphabetic());
    let joined: String = if latin { line.to_owned() } else { line.split(' ').collect() };
    names::one_form(&joined.chars().map(unified).collect::<String>())
}

/// Characters that have a second code for the sake of older tables (契 as U+F909, ⽟ as a radical), by their own.
fn unified(c: char) -> char {
    match c {
        '\u{2e80}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}' => c.nfkc().next().unwrap_or(c),
        _ => c,
    }
}

/// Why a name is nobody's, or not to be read: 示例, 王小雨（已故）, 李四*, 龚?
pub fn nobody(name: &str) -> Option<&'static str> {
    const GONE: &[&str] = &["已故", "死亡", "去世", "亡故", "病故", "逝世", "殁"];
    const LEFT: &[&str] = &["迁出", "已迁", "搬走", "销户", "注销", "已退出", "退出", "外迁", "调出"];
    const EXAMPLE: &[&str] = &["示例", "样例", "例子", "填写说明", "填表说明", "测试"];
    let noted = |words: &[&str]| words.iter().any(|word| name.ends_with(word) || within_brackets(name).any(|part| part.contains(word)));
    if noted(GONE) {
        return Some("姓名里注明已故，没有导入；人确实去世的，请在设备上给她的档案销档，否则去掉这几个字");
    }
    if noted(LEFT) {
        return Some("姓名里注明迁出或退出，没有导入；请在设备上办理转出或销档，仍要导入的去掉这几个字");
    }
    if EXAMPLE.iter().any(|word| name == *word || within_brackets(name).any(|part| part.contains(word))) || name == "例" {
        return Some("这一行像是填写示例，没有导入；是真人的请去掉“示例”");
    }
    if name.contains(['?', '？', '\u{fffd}', '□', '■', '¿']) {
        return Some("姓名里有一个字丢了（显示为问号或方框），没有导入；请另存为 xlsx，或按证件补上这个字");
    }
    if name.contains(['*', '＊', '※', '★', '☆', '△', '▲', '×', '#']) {
        return Some("姓名里有一个记号，没有导入；名字被遮住的请写全，记号请移到备注里");
    }
    if name.contains(['(', '（', '[', '【']) {
        return Some("姓名里有括号里的说明，没有导入；请核对这个人，把说明移到备注里");
    }
    None
}

fn within_brackets(name: &str) -> impl Iterator<Item = &str> {
    name.split(['(', '（', '[', '【']).skip(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_with_a_second_code_has_one() {
        for (at, byte) in (0x50..=0x7eu8).chain(0x80..=0xa0).enumerate() {
            let old = char::from_u32(0xe815 + u32::try_from(at).unwrap()).unwrap();
            let bytes = [0xfe, byte];
            let (now, _, wrong) = encoding_rs::GB18030.decode(&bytes);
            assert!(!wrong);
            assert_eq!(names::one_form(&old.to_string()), names::one_form(&now), "U+{:X}", u32::from(old));
        }
        assert_eq!((of("⽟⽟"), of("\u{f909}")), ("玉玉".to_owned(), "契".to_owned()));
    }

    #[test]
    fn a_name_is_told_from_what_is_none() {
        for none in ["示例", "王小雨（已故）", "赵强(迁出)", "李四*", "龚?", "王某□", "王小雨已故", "张三（示例）"] {
            assert!(nobody(none).is_some(), "{none}");
        }
        for somebody in ["王小雨", "阿依古丽·买买提", "Anna Li", "张例", "陈测", "古丽"] {
            assert!(nobody(somebody).is_none(), "{somebody}");
        }
    }
}
