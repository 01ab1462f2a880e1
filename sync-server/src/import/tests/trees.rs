use super::*;

#[test]
fn areas_come_from_a_sheet_with_towns_and_villages_in_one_row() {
    let conn = crate::store::db::in_memory();
    let bytes = book(|sheet| {
        sheet.merge_range(0, 0, 0, 4, "安和县行政区划一览表（2026年）", &Format::new()).unwrap();
        row(sheet, 1, &["序号", "乡镇（街道）", "乡镇代码", "村（社区）名称", "统计用区划代码", "停用日期"]);
        row(sheet, 2, &["1", "清溪镇", "990101001000", "桃源村", "990101001201"]);
        row(sheet, 3, &["2", "清溪镇", "990101001000", "柳湾村", "", ""]);
        row(sheet, 4, &["3", "清溪镇", "990101001", "大坝村", "99010100120"]);
        row(sheet, 5, &["4", "清溪镇", "990101001", "旧村", "990101001299", "2020年1月1日"]);
        sheet.write_number(3, 4, 990_101_001_202.0).unwrap();
        sheet.write_string(7, 0, "制表：何静").unwrap();
    });
    let report = areas(&conn, "区划.xlsx", &bytes, None, today()).unwrap();
    assert_eq!((report.added, places(&report)), (4, vec![(5, "统计用区划代码")]));
    assert_eq!(registry::area(&conn, &code("990101001")).unwrap().unwrap().name, "清溪镇");
    let again = areas(&conn, "区划.xlsx", &bytes, None, today()).unwrap();
    assert_eq!((again.added, again.updated), (0, 0));
}

#[test]
fn the_public_tree_goes_in_by_county() {
    let conn = crate::store::db::in_memory();
    let csv = "code,name,streetCode,provinceCode,cityCode,areaCode\n990101001201,\"桃源村委会\",990101001,99,9901,990101\n990102001201,\"外村\",990102001,99,9901,990102\nx,\"坏\",1,1,1,1\n";
    let report = areas(&conn, "villages.csv", csv.as_bytes(), Some(&code("990101")), today()).unwrap();
    assert_eq!((report.added, places(&report)), (1, vec![(4, "code")]));
    let above = areas(&conn, "provinces.csv", "code,name\n99,\"示例省\"\n98,\"别的省\"\n".as_bytes(), Some(&code("990101")), today()).unwrap();
    assert_eq!(above.added, 1);
    let all = areas(&conn, "villages.csv", csv.as_bytes(), None, today()).unwrap();
    assert_eq!((all.added, all.unchanged), (1, 1));
}

#[test]
fn staff_come_with_roles_and_areas_by_name_or_code() {
    let conn = county();
    let bytes = book(|sheet| {
        row(sheet, 0, &["基层儿童工作人员名单"]);
        row(sheet, 1, &["工号", "姓名", "岗位", "联系电话", "乡镇", "负责村（社区）"]);
        row(sheet, 2, &["S010", "张　燕", "儿童主任（兼）", "19900000010", "清溪镇", "柳湾村、桃源村"]);
        row(sheet, 3, &["S011", "王建平", "儿童督导员", "", "清溪镇", ""]);
        row(sheet, 4, &["S012", "孙丽华", "养老专员", "", "", "990101001201"]);
        row(sheet, 5, &["S012", "孙丽华", "养老专员", "", "", "990101001202"]);
        row(sheet, 6, &["S013", "何静", "区民政", "", "", "安和县"]);
        row(sheet, 7, &["S014", "坏一", "村长", "", "", "桃源村"]);
        row(sheet, 8, &["S010", "坏二", "社工", "", "清溪镇", ""]);
        row(sheet, 9, &["", "周敏", "社工", "", "石桥镇", ""]);
        row(sheet, 10, &["S015", "刘洋", "管理员", "", "", "安和县"]);
    });
    let report = staff(&conn, "人员.xlsx", &bytes, false, NOW).unwrap();
    assert_eq!((report.added, places(&report)), (6, vec![(8, "岗位"), (9, "工号")]));
    let areas_of = |id: &str| registry::staff(&conn, &id.parse().unwrap()).unwrap().unwrap().areas.into_iter().map(String::from).collect::<Vec<_>>();
    assert_eq!(areas_of("S010"), ["990101001201", "990101001202"]);
    assert_eq!(areas_of("S011"), ["990101001"]);
    assert_eq!(areas_of("S012").len(), 2);
    assert_eq!(areas_of("S013"), ["990101"]);
    let again = staff(&conn, "人员.xlsx", &bytes, false, NOW).unwrap();
    assert_eq!((again.added, again.updated, again.unchanged), (0, 0, 6));
}
