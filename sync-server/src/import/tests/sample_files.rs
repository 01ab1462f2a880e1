//! The three files of `assets/sample`: lists as offices have them, of a county and people that do not exist.
use super::*;
use crate::sample::county;

const AREAS: &[u8] = include_bytes!("../../../../assets/sample/areas.xlsx");
const STAFF: &[u8] = include_bytes!("../../../../assets/sample/staff.xlsx");
const ROSTER: &[u8] = include_bytes!("../../../../assets/sample/roster.xlsx");

#[test]
fn the_sample_files_go_in_whole_and_the_same_again_changes_nothing() {
    let conn = crate::store::db::in_memory();
    let mut files = Cabinet::default();
    for added in [true, false] {
        let reports = [
            areas(&conn, "areas.xlsx", AREAS, None, today()).unwrap(),
            staff(&conn, "staff.xlsx", STAFF, false, NOW).unwrap(),
            roster(&conn, &mut files, "roster.xlsx", ROSTER, today()).unwrap(),
        ];
        for (report, count) in reports.iter().zip([28, 32, 48]) {
            assert_eq!((&report.errors, &report.notes), (&vec![], &vec![]), "a list with nothing wrong raises no word");
            assert_eq!(report.added, if added { count } else { 0 });
            assert_eq!(report.updated, 0);
        }
    }
    let names: Vec<String> = registry::all_staff(&conn).unwrap().into_iter().map(|e| e.staff.name).collect();
    assert!(["李秀梅", "王建平", "孙丽华"].iter().all(|n| names.contains(&(*n).to_owned())));
}

/// Writes the files anew: `cargo test -p sync-server write_the_sample_files -- --ignored`.
#[test]
#[ignore = "writes assets/sample"]
fn write_the_sample_files() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/sample");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in [("areas.xlsx", areas_file()), ("staff.xlsx", staff_file()), ("roster.xlsx", roster_file())] {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

fn title(sheet: &mut Worksheet, text: &str, columns: u16) {
    let format = Format::new().set_bold().set_font_size(16).set_align(rust_xlsxwriter::FormatAlign::Center);
    sheet.merge_range(0, 0, 0, columns - 1, text, &format).unwrap();
}

fn areas_file() -> Vec<u8> {
    book(|sheet| {
        sheet.set_name("区划").unwrap();
        title(sheet, "安和县行政区划一览表", 5);
        row(sheet, 2, &["序号", "乡镇（街道）", "乡镇代码", "村（社区）名称", "统计用区划代码", "县名称", "县代码"]);
        let mut at = 3;
        for (town, villages) in county::TOWNS.iter().zip(&county::VILLAGES) {
            let last = at + 7;
            sheet.merge_range(at, 1, last, 1, town.1, &Format::new()).unwrap();
            sheet.merge_range(at, 2, last, 2, &format!("{}000", town.0), &Format::new()).unwrap();
            for (digits, name) in villages {
                sheet.write_number(at, 0, f64::from(at - 2)).unwrap();
                sheet.write_string(at, 3, *name).unwrap();
                let code = format!("{}{digits}", town.0);
                // Some as numbers, as it happens.
                if at % 3 == 0 {
                    sheet.write_number(at, 4, code.parse::<f64>().unwrap()).unwrap();
                } else {
                    sheet.write_string(at, 4, code).unwrap();
                }
                row_end(sheet, at);
                at += 1;
            }
        }
        row(sheet, at + 1, &["制表：何静", "", "", "审核：郑国强"]);
    })
}

fn row_end(sheet: &mut Worksheet, at: u32) {
    sheet.write_string(at, 5, county::COUNTY.1).unwrap();
    sheet.write_string(at, 6, format!("{}000000", county::COUNTY.0)).unwrap();
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::ChildDirector => "儿童主任",
        Role::ChildSupervisor => "儿童督导员",
        Role::ElderCareSpecialist => "养老专员",
        Role::SocialWorker => "社工",
        Role::Reviewer => "主管",
        Role::CountyOfficer => "县民政",
        Role::Administrator => "管理员",
        Role::Volunteer => "志愿者",
        Role::Other(_) => unreachable!("the sample county has no such post"),
    }
}

fn staff_file() -> Vec<u8> {
    let names: std::collections::BTreeMap<String, String> = county::areas().into_iter().map(|a| (String::from(a.code), a.name)).collect();
    book(|sheet| {
        sheet.set_name("工作人员").unwrap();
        title(sheet, "安和县走访工作人员名单", 5);
        sheet.merge_range(1, 0, 1, 4, "填报单位：安和县民政局　　填报日期：2026年11月", &Format::new()).unwrap();
        row(sheet, 2, &["编号", "姓　名", "岗位", "负责区域", "联系电话"]);
        for (i, entry) in county::staff().into_iter().take(32).enumerate() {
            let at = u32::try_from(i).unwrap() + 3;
            let areas: Vec<String> = entry.staff.areas.iter().map(|a| if i % 4 == 3 { a.to_string() } else { names[a.as_str()].clone() }).collect();
            row(sheet, at, &[entry.staff.id.as_str(), &entry.staff.name, role_word(entry.staff.role), &areas.join("、"), &entry.phone]);
        }
        row(sheet, 37, &["填表人：刘洋"]);
    })
}

fn roster_file() -> Vec<u8> {
    let mut book = Workbook::new();
    children(book.add_worksheet().set_name("儿童").unwrap());
    elders(book.add_worksheet().set_name("老人").unwrap());
    book.add_worksheet().set_name("填表说明").unwrap().write_string(0, 0, "出生日期请写到日；没有身份证的写“无”。").unwrap();
    book.save_to_buffer().unwrap()
}

fn children(sheet: &mut Worksheet) {
    title(sheet, "安和县清溪镇儿童花名册", 11);
    sheet.merge_range(1, 0, 1, 10, "填报单位：清溪镇民政办　　填报日期：2026年11月", &Format::new()).unwrap();
    row(
        sheet,
        2,
        &[
            "序号",
            "村（社区）",
            "儿童姓名",
            "性别",
            "公民身份号码",
            "出生年月",
            "困境类型",
            "监护人",
            "与儿童关系",
            "监护人电话",
            "家庭住址",
            "风险等级",
        ],
    );
    let given = ["小雨", "浩然", "思雨", "家豪", "欣怡", "天佑", "诗琪", "俊杰"];
    let surnames = ["王", "李", "赵", "陈", "刘", "周"];
    let kinds = ["留守儿童", "农村留守儿童、家庭困境", "事实无人抚养儿童", "留守儿童", "自身困境", "留守儿童/监护困境", "流动儿童", "留守儿童"];
    let villages = ["桃源村", "柳湾村", "清溪镇枫树坪村"];
    let mut at = 3;
    for (v, village) in villages.iter().enumerate() {
        let first = at;
        for i in 0..8usize {
            let (year, month, dom) =
                (2011 + i32::try_from(i).unwrap(), u32::try_from(v * 3 + i % 3 + 1).unwrap(), u32::try_from(i * 3 + v + 1).unwrap());
            let birth = day(year, month, dom);
            let girl = i % 2 == 0;
            let id = number(&birth.format("%Y%m%d").to_string(), &format!("{:03}", 100 + v * 20 + i * 2 + usize::from(!girl)));
            let id = match i {
                3 => "无".to_owned(),
                5 => format!("{} {}", &id[..6], &id[6..]),
                _ => id,
            };
            let name = format!("{}{}", surnames[(v * 2 + i) % 6], given[i]);
            let grandmother = format!("{}桂{}", surnames[(v + i) % 6], ["英", "兰", "芳", "香"][i % 4]);
            let phone = format!("1990002{:04}", v * 100 + i);
            let wide = if i == 6 { phone.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect() } else { phone };
            row(
                sheet,
                at,
                &[
                    "",
                    "",
                    &name,
                    if girl { "女" } else { "男" },
                    &id,
                    "",
                    kinds[i],
                    &grandmother,
                    ["奶奶", "外婆", "爷爷", "奶奶"][i % 4],
                    &wide,
                    &format!("{}组 {}号", v + 1, i * 3 + 2),
                    ["低", "中", "一般", "低风险", "中", "高", "低", "一般"][i],
                ],
            );
            sheet.write_number(at, 0, f64::from(at - 2)).unwrap();
            write_day(sheet, at, 5, birth, i);
            at += 1;
        }
        sheet.merge_range(first, 1, at - 1, 1, village, &Format::new()).unwrap();
        at += 1;
    }
    sheet.merge_range(at, 0, at, 1, "合　计", &Format::new()).unwrap();
    sheet.write_number(at, 2, 24).unwrap();
    row(sheet, at + 1, &["填表人：李秀梅", "", "审核人：王建平"]);
}

/// A day in one of the styles offices use.
fn write_day(sheet: &mut Worksheet, at: u32, column: u16, day: NaiveDate, style: usize) {
    let text = match style % 6 {
        0 => day.format("%Y-%-m-%-d").to_string(),
        1 => day.format("%Y/%m/%d").to_string(),
        2 => day.format("%Y年%-m月%-d日").to_string(),
        3 => day.format("%Y%m%d").to_string(),
        4 => day.format("%Y.%-m.%-d").to_string(),
        _ => {
            let serial = day.signed_duration_since(super::day(1899, 12, 30)).num_days();
            sheet.write_number_with_format(at, column, serial as f64, &Format::new().set_num_format("yyyy/m/d")).unwrap();
            return;
        }
    };
    sheet.write_string(at, column, text).unwrap();
}

fn elders(sheet: &mut Worksheet) {
    row(
        sheet,
        0,
        &["姓名", "身份证号", "类别", "村编码", "手机号码", "详细地址", "健康状况", "紧急联系人", "紧急联系人电话", "与老人关系", "纳入日期"],
    );
    let names = ["陈德福", "李桂英", "王长贵", "周秀兰", "赵守义", "刘玉珍", "吴国民", "孙凤英"];
    let kinds = ["独居老人", "空巢老人", "失能老人", "留守老年人", "独居", "重度残疾老人", "空巢", "计生特殊家庭"];
    for i in 0..24usize {
        let at = u32::try_from(i + i / 8 + 1).unwrap();
        let birth = day(1938 + i32::try_from(i % 20).unwrap(), u32::try_from(i % 12 + 1).unwrap(), u32::try_from(i + 1).unwrap());
        let id = number(&birth.format("%Y%m%d").to_string(), &format!("{:03}", 300 + i * 2 + usize::from(i % 2 == 0)));
        let name = if i < 8 { names[i].to_owned() } else { format!("{}{}", ["杨", "黄", "徐", "胡"][i % 4], &names[i % 8][3..]) };
        let family = i % 8 == 7;
        row(
            sheet,
            at,
            &[
                &name,
                &id,
                kinds[i % 8],
                "",
                if i % 3 == 0 { "无" } else { "" },
                &format!("　{}组{}号", i % 6 + 1, i + 3),
                ["高血压", "身体尚可", "腿脚不便"][i % 3],
                if family { "" } else { "张建国" },
                if family { "" } else { "199 0003 0001" },
                if family { "" } else { ["儿子", "女儿"][i % 2] },
                "",
            ],
        );
        sheet.write_number(at, 3, 990_101_001_201.0 + (i / 8) as f64).unwrap();
        if i % 3 != 0 {
            sheet.write_number(at, 4, 19_900_030_000.0 + i as f64).unwrap();
        }
        write_day(sheet, at, 10, day(2024, 3, u32::try_from(i + 1).unwrap()), i);
    }
}
