use super::*;
use domain::Value;

/// A list as an office keeps it: merged title, note, header in the fourth row with columns in their own order, a merged village,
/// numbers as numbers, days in five styles, a blank row, a footer.
fn office_list() -> Vec<u8> {
    book(|sheet| {
        let plain = Format::new();
        sheet.merge_range(0, 0, 0, 8, "安和县困境儿童、老人花名册", &plain).unwrap();
        sheet.merge_range(1, 0, 1, 8, "填报单位：清溪镇民政办　　填报日期：2026年11月", &plain).unwrap();
        row(sheet, 3, &["序号", "公民身份号码", "家庭住址", "姓　名", "出生年月", "村（居）", "人员类别", "联系电话*", "风险等级", "纳入时间"]);
        let serial = Format::new().set_num_format("yyyy-mm-dd");
        sheet.merge_range(4, 5, 6, 5, "桃源村", &plain).unwrap();
        let people: [(&str, &str, &str, &str, &str); 5] = [
            (&number("20150307", "002"), "王小雨", "2015-3-7", "留守儿童、家庭困境", "高"),
            ("９９０１０１２０１６０２２９００２？", "赵　强", "2016/02/29", "事实无人抚养", "中风险"),
            (&number("19450806", "117"), "陈德福", "1945年8月6日", "独居老人", "低"),
            ("无", "刘梓涵", "20180506", "孤儿", "一般"),
            (&number("20140101", "013"), "周浩然", "", "留守儿童", "蓝色"),
        ];
        for (i, (id, name, birth, category, risk)) in people.iter().enumerate() {
            let at = 4 + u32::try_from(i).unwrap() + u32::from(i >= 3);
            sheet.write_number(at, 0, (i + 1) as f64).unwrap();
            let id = id.replace('？', &number("20160229", "002")[17..]);
            sheet.write_string(at, 1, id).unwrap();
            sheet.write_string(at, 2, "　３组 １２号 ").unwrap();
            sheet.write_string(at, 3, *name).unwrap();
            sheet.write_string(at, 4, *birth).unwrap();
            sheet.write_string(at, 6, *category).unwrap();
            sheet.write_string(at, 8, *risk).unwrap();
        }
        sheet.write_number(8, 5, 990_101_001_202.0).unwrap();
        sheet.write_string(9, 5, "清溪镇柳湾").unwrap();
        sheet.write_number(4, 7, 19_900_000_001.0).unwrap();
        sheet.write_string(5, 7, "１９９-0000-0002").unwrap();
        sheet.write_number_with_format(9, 4, 41640.0, &serial).unwrap();
        sheet.write_number(4, 9, 44197.0).unwrap();
        sheet.merge_range(11, 0, 11, 3, "合　计", &plain).unwrap();
        sheet.write_number(11, 4, 5).unwrap();
        row(sheet, 12, &["填表人：李秀梅", "", "", "审核人：王建平"]);
    })
}

#[test]
fn an_office_list_goes_in_and_the_same_again_changes_nothing() {
    let (conn, mut files) = (county(), Cabinet::default());
    let report = roster(&conn, &mut files, "名册.xlsx", &office_list(), today()).unwrap();
    assert_eq!(report.errors, vec![]);
    assert_eq!((report.added, report.updated, report.unchanged), (5, 0, 0));
    let yu = files.of("王小雨");
    assert_eq!(yu.text("identity.sex"), Some("2"));
    assert_eq!((yu.text("contact.phone"), yu.text("contact.address"), yu.text("risk.level")), (Some("19900000001"), Some("3组 12号"), Some("high")));
    assert_eq!((yu.categories.len(), yu.text("area.code")), (2, Some("990101001201")));
    assert!(yu.categories.iter().all(|e| e.fields["since"] == Value::from("2021-01-01")));
    assert_eq!(files.of("赵强").text("identity.birth"), Some("2016-02-29"));
    assert_eq!(files.of("陈德福").text("area.code"), Some("990101001201"), "merged villages reach down");
    assert_eq!((files.of("刘梓涵").text("identity.id_number"), files.of("刘梓涵").text("area.code")), (None, Some("990101001202")));
    assert_eq!((files.of("周浩然").text("identity.birth"), files.of("周浩然").text("area.code")), (Some("2014-01-01"), Some("990101001202")));
    let before: Vec<_> = files.files.iter().flat_map(Record::heads).collect();
    let again = roster(&conn, &mut files, "名册.xlsx", &office_list(), today()).unwrap();
    assert_eq!((again.added, again.updated, again.unchanged, again.errors), (0, 0, 5, vec![]));
    assert_eq!(files.files.iter().flat_map(Record::heads).collect::<Vec<_>>(), before);
}

#[test]
fn bad_rows_are_reported_with_row_and_column_and_good_ones_go_in() {
    let (conn, mut files) = (county(), Cabinet::default());
    let good = number("20150307", "002");
    let other = number("20150308", "002");
    let wrong_check = format!("{}{}", &good[..17], if good.ends_with('1') { '2' } else { '1' });
    let bytes = book(|sheet| {
        row(sheet, 0, &["姓名", "身份证号", "性别", "出生日期", "村", "类别", "电话", "责任人"]);
        let lines: Vec<[&str; 8]> = vec![
            ["王小雨", &good, "女", "", "桃源村", "留守儿童", "", "李秀梅"],
            ["坏一", &wrong_check, "", "", "桃源村", "孤儿", "", ""],
            ["坏二", "", "", "2015-02-30", "桃源村", "孤儿", "", ""],
            ["坏三", "", "", "2015年3月", "桃源村", "孤儿", "", ""],
            ["坏四", "", "", "", "没有这个村", "孤儿", "", ""],
            ["坏五", "", "", "", "柳湾村", "孤儿", "", ""],
            ["坏六", "", "", "", "桃源村", "困难", "", ""],
            ["坏七", "", "", "", "桃源村", "孤儿", "12345", ""],
            ["坏八", &good, "男", "2015-03-08", "桃源村", "孤儿", "", ""],
            ["", &other, "", "", "桃源村", "孤儿", "", ""],
            ["王小雨", &good, "女", "", "桃源村", "留守儿童", "", ""],
            ["坏九", "", "", "", "桃源村", "孤儿", "", "张三丰"],
            ["好二", "", "男", "2015-05-05", "桃源村", "孤儿", "19900000001", ""],
        ];
        for (at, line) in lines.iter().enumerate() {
            row(sheet, u32::try_from(at).unwrap() + 1, line);
        }
        sheet.write_string(15, 0, "坏十").unwrap();
        sheet.write_number(15, 1, 990_101_201_503_070_000.0).unwrap();
        sheet.write_string(15, 4, "桃源村").unwrap();
        sheet.write_string(15, 5, "孤儿").unwrap();
    });
    let report = roster(&conn, &mut files, "名册.xlsx", &bytes, today()).unwrap();
    assert_eq!((report.added, report.updated, report.unchanged), (4, 0, 0));
    assert_eq!(
        places(&report),
        [
            (3, "身份证号"),
            (4, "出生日期"),
            (5, "出生日期"),
            (6, "村"),
            (7, "村"),
            (8, "类别"),
            (10, "出生日期"),
            (10, "性别"),
            (11, "姓名"),
            (12, "身份证号"),
            (16, "身份证号"),
        ]
    );
    // A side field costs the field.
    assert_eq!(report.notes.iter().map(|e| (e.row, e.column.as_str())).collect::<Vec<_>>(), [(9, "电话"), (13, "责任人")]);
    assert!(report.errors.iter().chain(&report.notes).all(|e| e.sheet == "名册" && !e.reason.is_empty()));
    assert!(report.errors.last().unwrap().reason.contains("文本"));
    let text = serde_json::to_string(&report).unwrap();
    assert!(!text.contains("20150307") && !text.contains("坏"), "reasons do not repeat the cells");
    assert_eq!(files.of("王小雨").text("charge.staff"), Some("S001"));
}

#[test]
fn what_a_worker_wrote_since_stays_and_news_of_the_office_go_in() {
    let (conn, mut files) = (county(), Cabinet::default());
    let id = number("20150307", "002");
    let list = |phone: &str, address: &str, school: &str, categories: &str| {
        book(|sheet| {
            row(sheet, 0, &["姓名", "身份证号", "村", "类别", "手机", "地址", "就读学校", "监护人", "监护人电话", "与儿童关系"]);
            row(sheet, 1, &["王小雨", &id, "桃源村", categories, phone, address, school, "张桂兰", "19900000009", "奶奶"]);
        })
    };
    roster(&conn, &mut files, "a.xlsx", &list("19900000001", "3组", "", "留守儿童"), today()).unwrap();
    files.write("王小雨", "contact.phone", "19900000005");
    // The office still says what it said: nothing happens.
    let same = roster(&conn, &mut files, "a.xlsx", &list("19900000001", "3组", "", "留守儿童"), today()).unwrap();
    assert_eq!((same.unchanged, same.errors.len()), (1, 0));
    assert_eq!(files.of("王小雨").text("contact.phone"), Some("19900000005"));
    // It says something new where the worker wrote too, and elsewhere.
    let news = roster(&conn, &mut files, "b.xlsx", &list("19900000007", "5组", "中心小学", "留守儿童、孤儿"), today()).unwrap();
    assert_eq!((news.updated, places(&news)), (1, vec![(2, "手机")]));
    let file = files.of("王小雨");
    assert_eq!(
        (file.text("contact.phone"), file.text("contact.address"), file.text("situation.schooling")),
        (Some("19900000005"), Some("5组"), Some("中心小学"))
    );
    assert_eq!((file.categories.len(), file.household.len()), (2, 1));
    let again = roster(&conn, &mut files, "b.xlsx", &list("19900000007", "5组", "中心小学", "留守儿童、孤儿"), today()).unwrap();
    assert_eq!((again.unchanged, again.errors.len()), (1, 0));
    // A cell left empty takes nothing away.
    let less = roster(&conn, &mut files, "c.xlsx", &list("", "", "", "留守儿童"), today()).unwrap();
    assert_eq!((less.unchanged, files.of("王小雨").text("contact.address")), (1, Some("5组")));
}

#[test]
fn a_file_opened_by_a_worker_is_filled_up_and_never_overwritten() {
    let (conn, mut files) = (county(), Cabinet::default());
    let entry = uuid::Uuid::from_u128(7);
    let edits: Vec<Edit> =
        [("identity.name", "王小雨"), ("identity.birth", "2015-03-07"), ("area.code", "990101001201"), ("contact.address", "老地址")]
            .into_iter()
            .map(|(path, value)| Edit { path: path.parse().unwrap(), value: value.into() })
            .chain([Edit { path: format!("categories.{entry}.code").parse().unwrap(), value: "left_behind_child".into() }])
            .collect();
    files.create(&code("990101001201"), Programme::Child, &edits).unwrap();
    let bytes = book(|sheet| {
        row(sheet, 0, &["姓名", "身份证号", "村", "类别", "地址"]);
        row(sheet, 1, &["王小雨", &number("20150307", "002"), "桃源村", "留守儿童", "新地址"]);
    });
    let report = roster(&conn, &mut files, "a.xlsx", &bytes, today()).unwrap();
    assert_eq!((report.added, report.updated, places(&report)), (0, 1, vec![(2, "地址")]));
    let file = files.of("王小雨");
    assert_eq!((file.text("contact.address"), file.categories.len()), (Some("老地址"), 1));
    assert!(file.text("identity.id_number").is_some());
}

#[test]
fn a_header_of_two_rows_names_the_guardians_columns() {
    for (group, relation) in [("监护人", "关系"), ("监护人情况", "与儿童关系"), ("现监护人基本信息", "与其关系")] {
        the_guardian_is_read_below(group, relation);
    }
}

fn the_guardian_is_read_below(group: &str, relation: &str) {
    let (conn, mut files) = (county(), Cabinet::default());
    let bytes = book(|sheet| {
        let plain = Format::new();
        for (column, text) in [(0, "儿童姓名"), (1, "所属村"), (2, "困境类型"), (3, "出生日期")] {
            sheet.merge_range(1, column, 2, column, text, &plain).unwrap();
        }
        sheet.merge_range(0, 0, 0, 6, "留守儿童名单", &plain).unwrap();
        sheet.merge_range(1, 4, 1, 6, group, &plain).unwrap();
        for (column, text) in [(4, "姓名"), (5, relation), (6, "联系电话")] {
            sheet.write_string(2, column, text).unwrap();
        }
        row(sheet, 3, &["王小雨", "桃源村委会", "", "2015.3.7", "张桂兰", "外婆", "199 0000 0009"]);
    });
    let report = roster(&conn, &mut files, "a.xlsx", &bytes, today()).unwrap();
    assert_eq!((report.added, report.errors), (1, vec![]));
    let file = files.of("王小雨");
    assert_eq!(file.text("contact.phone"), None, "{group}: her telephone is not the child's");
    let guardian = &file.household[0].fields;
    assert_eq!((&guardian["name"], &guardian["relation"], &guardian["phone"]), (&"张桂兰".into(), &"grandparent".into(), &"19900000009".into()));
    assert_eq!(file.categories[0].fields["code"], "left_behind_child".into(), "the title tells the category");
}

#[test]
fn a_person_on_two_sheets_is_one_person_in_both_categories() {
    let (conn, mut files) = (county(), Cabinet::default());
    let id = number("20150307", "002");
    let mut book = Workbook::new();
    for (name, category) in [("孤儿", "孤儿"), ("留守儿童", "留守儿童")] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        row(sheet, 0, &["姓名", "身份证号码", "社区", "类型"]);
        row(sheet, 1, &["王小雨", &id, "990101001201", category]);
    }
    book.add_worksheet().set_name("说明").unwrap().write_string(0, 0, "此表由镇民政办填写").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let report = roster(&conn, &mut files, "a.xlsx", &bytes, today()).unwrap();
    assert_eq!((report.added, report.errors), (1, vec![]));
    assert_eq!(files.of("王小雨").categories.len(), 2);
    let again = roster(&conn, &mut files, "a.xlsx", &bytes, today()).unwrap();
    assert_eq!((again.unchanged, again.updated), (1, 0));
}

#[test]
fn a_csv_in_the_offices_old_encoding_is_read_too() {
    let (conn, mut files) = (county(), Cabinet::default());
    let (bytes, ..) = encoding_rs::GB18030.encode("姓名,村,类别,出生日期\r\n王小雨,桃源村,留守儿童,2015/3/7\r\n,,,\r\n");
    let report = roster(&conn, &mut files, "名册.csv", &bytes, today()).unwrap();
    assert_eq!((report.added, report.errors), (1, vec![]));
}
