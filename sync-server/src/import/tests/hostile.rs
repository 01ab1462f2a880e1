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
            staff(&conn, "a.xlsx", &bytes, NOW).unwrap().errors.len() == 1
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
