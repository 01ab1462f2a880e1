use super::*;
use std::io::{Cursor, Read, Write};

fn fails(name: &str, bytes: &[u8]) -> domain::Code {
    let (conn, mut files) = (county(), Cabinet::default());
    let failure = roster(&conn, &mut files, name, bytes, today()).unwrap_err();
    assert!(files.files.is_empty());
    failure.code
}

fn zipped(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Changes one part of an xlsx.
fn rewritten(bytes: &[u8], part: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let name = file.name().unwrap().to_string();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        if name == part {
            content = change(String::from_utf8(content).unwrap()).into_bytes();
        }
        parts.push((name, content));
    }
    let parts: Vec<(&str, Vec<u8>)> = parts.iter().map(|(n, c)| (n.as_str(), c.clone())).collect();
    zipped(&parts)
}

#[test]
fn what_is_no_office_file_is_refused_and_never_panics() {
    let good = book(|sheet| row(sheet, 0, &["姓名", "村"]));
    for bytes in
        [&b""[..], b"PK", b"PK\x03\x04 not a zip", b"\xd0\xcf\x11\xe0 not a workbook", b"<html></html>", &good[..good.len() / 2], b"\0\0\0\0"]
    {
        assert_eq!(fails("名册.xlsx", bytes), domain::Code::BadFile);
    }
    assert_eq!(fails("名册.csv", b"a,b\0,c"), domain::Code::BadFile);
    assert_eq!(fails("名册.xlsx", &zipped(&[("word/document.xml", b"<w/>".to_vec())])), domain::Code::BadFile);
}

#[test]
fn a_small_file_that_unpacks_to_a_huge_one_is_refused() {
    let bomb = zipped(&[("xl/workbook.xml", vec![b' '; 1 << 10]), ("xl/worksheets/sheet1.xml", vec![b' '; 8 << 20])]);
    assert!(bomb.len() < 100_000);
    assert_eq!(super::super::workbook::check_unpacked(&bomb, 4 << 20).unwrap_err().code, domain::Code::TooLarge);
    assert_eq!(fails("名册.xlsx", &bomb), domain::Code::BadFile, "within the limit, but no workbook");
}

#[test]
fn cells_far_apart_take_no_room_in_between() {
    let (conn, mut files) = (county(), Cabinet::default());
    let bytes = book(|sheet| {
        row(sheet, 0, &["姓名", "村", "类别"]);
        row(sheet, 1, &["王小雨", "桃源村", "孤儿"]);
        sheet.write_string(1_048_575, 16_383, "x").unwrap();
        sheet.merge_range(2, 5, 3, 6, "x", &Format::new()).unwrap();
    });
    let bytes = rewritten(&bytes, "xl/worksheets/sheet1.xml", |xml| {
        assert!(xml.contains("F3:G4"));
        xml.replace("F3:G4", "F3:MAA1048000")
    });
    assert_eq!(roster(&conn, &mut files, "a.xlsx", &bytes, today()).unwrap().added, 1);
}

#[test]
fn a_number_of_18_digits_counts_only_when_all_its_digits_are_there() {
    let (conn, mut files) = (county(), Cabinet::default());
    let id = (1..).map(|n| number("20150307", &format!("{n:03}"))).find(|id| !id.ends_with(['X', '0'])).unwrap();
    let rounded: f64 = id.parse().unwrap();
    let bytes = book(|sheet| {
        row(sheet, 0, &["姓名", "身份证号", "村", "类别"]);
        row(sheet, 1, &["王小雨", "", "桃源村", "孤儿"]);
        row(sheet, 2, &["赵强", "", "桃源村", "孤儿"]);
        sheet.write_number(1, 1, rounded).unwrap();
        sheet.write_number(2, 1, rounded).unwrap();
    });
    // The first row's number is whole in the file, as some programs write it; the second's was rounded.
    let bytes = rewritten(&bytes, "xl/worksheets/sheet1.xml", |xml| xml.replacen(&format!("<v>{rounded}</v>"), &format!("<v>{id}</v>"), 1));
    let report = roster(&conn, &mut files, "a.xlsx", &bytes, today()).unwrap();
    assert_eq!((report.added, places(&report)), (1, vec![(3, "身份证号")]));
    assert_eq!(files.of("王小雨").text("identity.id_number"), Some(id.as_str()));
}

#[test]
fn a_list_without_a_header_says_what_is_missing() {
    let (conn, mut files) = (county(), Cabinet::default());
    for bytes in [book(|sheet| row(sheet, 0, &["王小雨", "桃源村"])), book(|_| {})] {
        let report = roster(&conn, &mut files, "a.xlsx", &bytes, today()).unwrap();
        assert_eq!((report.added, report.errors.len()), (0, 1));
        assert!(
            staff(&conn, "a.xlsx", &bytes, false, NOW).unwrap().errors.len() == 1
                && areas(&conn, "a.xlsx", &bytes, None, today()).unwrap().errors.len() == 1
        );
    }
}

#[test]
fn a_cell_with_a_formulas_error_is_reported() {
    let (conn, mut files) = (county(), Cabinet::default());
    let bytes = book(|sheet| {
        row(sheet, 0, &["姓名", "村", "类别", "地址"]);
        row(sheet, 1, &["王小雨", "桃源村", "孤儿"]);
        sheet.write_formula(1, 3, Formula::new("=VLOOKUP(A1,B:B,1,0)").set_result("#N/A")).unwrap();
    });
    let report = roster(&conn, &mut files, "a.xlsx", &bytes, today()).unwrap();
    // The result is stored as text or as an error, as the program likes; #N/A as text means nothing.
    assert_eq!(report.added + report.errors.len() as u64, 1);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(40))]
    #[test]
    fn a_damaged_file_never_panics(at in 0usize..4000, byte: u8) {
        let (conn, mut files) = (county(), Cabinet::default());
        let mut bytes = book(|sheet| { row(sheet, 0, &["姓名", "村", "类别"]); row(sheet, 1, &["王小雨", "桃源村", "孤儿"]); });
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = roster(&conn, &mut files, "a.xlsx", &bytes, today());
    }
}

/// An old workbook (BIFF 8) of these sheets: name, state, records.
fn old_workbook(shared: &[&str], before: &[Vec<u8>], sheets: &[(&str, u8, Vec<Vec<u8>>)]) -> Vec<u8> {
    let begin = |kind: u16| record(0x0809, &[&0x0600u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat());
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let sheet = |records: &Vec<Vec<u8>>| [begin(0x10), records.concat(), record(0x000a, &[])].concat();
    let bound = |(name, state, _): &(&str, u8, Vec<Vec<u8>>), at: u32| {
        record(0x0085, &[&at.to_le_bytes()[..], &[*state, 0, u8::try_from(name.encode_utf16().count()).unwrap(), 1], &wide(name)].concat())
    };
    let mut strings = [u32::try_from(shared.len()).unwrap().to_le_bytes(); 2].concat();
    for text in shared {
        strings.extend(u16::try_from(text.encode_utf16().count()).unwrap().to_le_bytes());
        strings.push(1);
        strings.extend(wide(text));
    }
    let head = |places: &[u32]| {
        let bounds = sheets.iter().zip(places).map(|(s, at)| bound(s, *at)).collect::<Vec<_>>().concat();
        [begin(5), before.concat(), bounds, record(0x00fc, &strings), record(0x000a, &[])].concat()
    };
    let mut at = u32::try_from(head(&vec![0; sheets.len()]).len()).unwrap();
    let bodies: Vec<Vec<u8>> = sheets.iter().map(|(.., records)| sheet(records)).collect();
    let mut places = Vec::new();
    for body in &bodies {
        places.push(at);
        at += u32::try_from(body.len()).unwrap();
    }
    let stream = [head(&places), bodies.concat()].concat();
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/Workbook").unwrap().write_all(&stream).unwrap();
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
}
fn shared_at(row: u16, column: u16, nth: u32) -> Vec<u8> {
    record(0x00fd, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 2], &nth.to_le_bytes()].concat())
}
fn number_at(row: u16, column: u16, style: u16, n: f64) -> Vec<u8> {
    record(0x0203, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &style.to_le_bytes(), &n.to_le_bytes()].concat())
}

#[test]
fn an_old_workbook_is_read_with_what_is_hidden_and_as_it_is_shown() {
    let conn = county();
    let words = ["编号", "姓名", "岗位", "负责区域", "周一", "周二", "儿童主任", "桃源村"];
    let format = [&164u16.to_le_bytes()[..], &6u16.to_le_bytes(), &[0], b"\"S\"000"].concat();
    let style = |code: u16| record(0x00e0, &[&[0; 2][..], &code.to_le_bytes(), &[0; 16]].concat());
    let hidden_row = record(0x0208, &[&2u16.to_le_bytes()[..], &[0; 10], &[0x20, 0, 0, 0]].concat());
    let cells: Vec<Vec<u8>> = (0..4).map(|c| shared_at(0, c, c.into())).chain([hidden_row, number_at(1, 0, 1, 31.0)]).collect();
    let row = |at: u16, name: u32| vec![shared_at(at, 1, name), shared_at(at, 2, 6), shared_at(at, 3, 7)];
    let visible = [cells, row(1, 4), row(2, 5)].concat();
    let bytes = old_workbook(&words, &[record(0x041e, &format), style(0), style(164)], &[("人员", 0, visible), ("旧", 1, vec![shared_at(0, 0, 1)])]);
    let report = staff(&conn, "a.xls", &bytes, false, NOW).unwrap();
    assert_eq!((report.added, report.errors), (1, vec![]));
    assert_eq!(registry::staff(&conn, &"S031".parse().unwrap()).unwrap().unwrap().name, "周一");
    let said: Vec<(&str, u32)> = report.notes.iter().map(|e| (e.sheet.as_str(), e.row)).collect();
    assert!(said.contains(&("人员", 3)) && said.contains(&("旧", 1)), "{said:?}");
}

#[test]
fn an_old_workbook_whose_cells_lie_far_apart_is_refused_before_it_is_read() {
    let far = || vec![number_at(0, 0, 0, 1.0), number_at(u16::MAX, 255, 0, 1.0)];
    let bytes = old_workbook(&[], &[], &["a", "b", "c", "d", "e", "f"].map(|name| (name, 0, far())));
    assert!(bytes.len() < 40_000);
    assert_eq!(fails("名册.xls", &bytes), domain::Code::TooLarge);
    // What a sheet says of itself makes no room either, and does the list no harm.
    let said = record(0x0200, &[&0u32.to_le_bytes()[..], &65_536u32.to_le_bytes(), &0u16.to_le_bytes(), &256u16.to_le_bytes(), &[0; 2]].concat());
    let texts = ["姓名", "村", "类别", "王小雨", "桃源村", "孤儿"];
    let cells = (0..6).map(|at| shared_at(at / 3, at % 3, at.into()));
    let (conn, mut files) = (county(), Cabinet::default());
    let bytes = old_workbook(&texts, &[], &[("a", 0, [said].into_iter().chain(cells).collect())]);
    assert_eq!(roster(&conn, &mut files, "名册.xls", &bytes, today()).unwrap().added, 1);
}

#[test]
fn an_old_workbook_whose_cells_share_a_long_text_is_refused() {
    let long = "很".repeat(10_000);
    let cells = (0..3000).map(|row| shared_at(row, 0, 0)).collect();
    // The table of shared texts goes on in further records; here it is short enough for one.
    let long = &long[..long.len().min(12_000)];
    assert_eq!(fails("名册.xls", &old_workbook(&[long], &[], &[("a", 0, cells)])), domain::Code::TooLarge);
    // A label that says it is longer than it is.
    let label = |row: u16| record(0x0204, &[&row.to_le_bytes()[..], &[0; 4], &u16::MAX.to_le_bytes(), &[0]].concat());
    assert_eq!(fails("名册.xls", &old_workbook(&[], &[], &[("a", 0, (0..600).map(label).collect())])), domain::Code::TooLarge);
}

#[test]
fn a_long_text_that_many_cells_share_is_kept_once_and_costs_the_field_only() {
    let (conn, mut files) = (county(), Cabinet::default());
    let bytes = book(|sheet| {
        row(sheet, 0, &["姓名", "村", "类别", "地址"]);
        row(sheet, 1, &["王小雨", "桃源村", "孤儿", "很长的地址"]);
        (2..3000).for_each(|at| _ = sheet.write_string(at, 3, "很长的地址").unwrap());
    });
    let long = "x".repeat(1 << 20);
    let bytes = rewritten(&bytes, "xl/sharedStrings.xml", |xml| xml.replace("很长的地址", &long));
    let report = roster(&conn, &mut files, "a.xlsx", &bytes, today()).unwrap();
    assert_eq!((report.added, files.of("王小雨").text("contact.address")), (1, None));
    assert!(report.notes.iter().any(|e| e.row == 2 && e.column == "地址" && e.reason.contains("太长")));
}

#[test]
fn too_much_text_or_too_many_texts_are_refused() {
    let line = format!("{},{}\n", "甲".repeat(1300), "乙".repeat(1300));
    assert_eq!(fails("名册.csv", line.repeat(4500).as_bytes()), domain::Code::TooLarge);
    for (part, content) in [
        ("xl/sharedStrings.xml", b"<si/>".repeat(4_100_000)),
        ("xl/styles.xml", b"<xf/>".repeat(210_000)),
        ("xl/worksheets/sheet1.xml", vec![b'x'; 17 << 20]),
    ] {
        let flood = zipped(&[("xl/workbook.xml", b"<workbook/>".to_vec()), (part, content)]);
        assert_eq!(fails("名册.xlsx", &flood), domain::Code::TooLarge, "{part}");
    }
}

#[test]
fn a_cell_of_a_form_whose_formula_has_no_result_is_told_by_its_place_and_read_as_nothing_nowhere() {
    let mut file = Workbook::new();
    let survey = file.add_worksheet().set_name("题目").unwrap();
    survey.write_row(0, 0, ["题型", "名称", "题目", "计算", "我的备注"]).unwrap();
    survey.write_row(1, 0, ["select_one_from_file villages.csv", "v", "村"]).unwrap();
    survey.write_row(2, 0, ["计算", "a"]).unwrap().write(2, 3, Formula::new("=1+1")).unwrap();
    survey.write_row(3, 0, ["文字", "b"]).unwrap().write(3, 2, Formula::new("=\"空\"")).unwrap();
    survey.write(3, 4, Formula::new("=1+2")).unwrap();
    let villages = file.add_worksheet().set_name("villages").unwrap();
    villages.write_row(0, 0, ["name", "label"]).unwrap().write(1, 0, Formula::new("=2+2")).unwrap();
    let saved = file.save_to_buffer().unwrap();
    let wrong = |bytes: &[u8]| -> Vec<(String, u32, Option<&'static str>)> {
        let found = crate::import::form::read(bytes).unwrap().check("form");
        found.mistakes.into_iter().filter(|m| m.reason.contains("没有算出来的结果")).map(|m| (m.sheet.into_owned(), m.row, m.column)).collect()
    };
    let both = |change: fn(String) -> String| rewritten(&rewritten(&saved, "xl/worksheets/sheet1.xml", change), "xl/worksheets/sheet2.xml", change);
    let worked_out = both(|xml| xml.replace("\"><f>", "\" t=\"str\"><f>").replace("</f><v>0</v>", "</f><v></v>"));
    assert_eq!(wrong(&worked_out), [], "an empty text is what an office program worked out");
    // As openpyxl writes it.
    let bytes = both(|xml| xml.replace("</f><v>0</v>", "</f><v />"));
    let told = [("survey", 3, Some("calculation")), ("survey", 4, Some("label")), ("villages", 2, None)];
    assert_eq!(wrong(&bytes), told.map(|(sheet, row, column)| (sheet.to_owned(), row, column)));
    let all = crate::import::form::read(&bytes).unwrap().check("form").mistakes;
    assert_eq!(all.len(), 3, "nothing else follows from them, and a column that nobody reads may hold what it likes: {all:?}");
}

#[test]
fn forms_written_with_chinese_heads_are_read_as_the_same_forms() {
    use crate::import::form::{Heads, read, write};
    let forms = forms::Forms::shipped();
    let mut tried = 0;
    for json in forms.all().filter_map(|form| forms::Forms::rows_of(&form.name())) {
        let book = forms::sheet::file::workbook(json).unwrap();
        for heads in [Heads::Xlsform, Heads::Zh] {
            assert_eq!(read(&write(&book, heads).unwrap()).unwrap().book, book);
        }
        let bytes = write(&book, Heads::Zh).unwrap();
        let sheets = crate::import::workbook::open_form(&bytes).unwrap();
        let words: Vec<&str> = sheets.iter().map(|sheet| &*sheet.name).collect();
        let of_matter: &[&str] = if book.matter.is_some() { &["事项", "环节"] } else { &[] };
        assert_eq!(words, [&["题目", "选项", "设置"], of_matter].concat());
        let english = |cell: &&super::workbook::Cell| matches!(cell, super::workbook::Cell::Text(text) if text.is_ascii());
        assert_eq!(sheets[0].row(0).map(|(_, cell)| cell).filter(english).count(), 0, "every head of what ships is in Chinese");
        tried += 1;
    }
    assert_eq!(tried, 32);
    let odd = ["select_one l or_other", "phone number", "begin_group", "int", "select_multiple_from_file a.csv", "rank l", "add text prompt"];
    let chinese = odd.map(forms::sheet::heads::chinese_type);
    assert_eq!(chinese, ["单选 l 或其他", "电话", "开始分组", "int", "select_multiple_from_file a.csv", "排序 l", "add text prompt"]);
}
