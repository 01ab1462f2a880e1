//! Areas and staff of the sample county.
use crate::office::registry::{AreaEntry, StaffEntry};
use domain::AreaCode;
use domain::roles::Role;
use domain::staff::Staff;

/// Code and name of the county. No province has the code 99.
pub const COUNTY: (&str, &str) = ("990101", "安和县");
/// Code and name of each town.
pub const TOWNS: [(&str, &str); 3] = [("990101001", "清溪镇"), ("990101002", "石桥镇"), ("990101003", "云岭乡")];
/// Last three digits and name of each village, a town each.
pub const VILLAGES: [[(&str, &str); 8]; 3] = [
    [
        ("201", "桃源村"),
        ("202", "柳湾村"),
        ("203", "枫树坪村"),
        ("204", "黄泥塘村"),
        ("205", "大坝村"),
        ("206", "青石岭村"),
        ("207", "竹园村"),
        ("001", "清溪社区"),
    ],
    [
        ("201", "石桥村"),
        ("202", "河口村"),
        ("203", "杨家岗村"),
        ("204", "上庄村"),
        ("205", "下庄村"),
        ("206", "莲塘村"),
        ("207", "梅子沟村"),
        ("001", "桥头社区"),
    ],
    [
        ("201", "云岭村"),
        ("202", "白马村"),
        ("203", "松林村"),
        ("204", "高坪村"),
        ("205", "龙潭村"),
        ("206", "茶山村"),
        ("207", "鹿角村"),
        ("001", "岭下社区"),
    ],
];

/// The first of each role; tests and the first screen of a trial know them by name.
const NAMED: [(&str, Role); 8] = [
    ("李秀梅", Role::ChildDirector),
    ("王建平", Role::ChildSupervisor),
    ("孙丽华", Role::ElderCareSpecialist),
    ("周敏", Role::SocialWorker),
    ("郑国强", Role::Reviewer),
    ("何静", Role::CountyOfficer),
    ("刘洋", Role::Administrator),
    ("陈晨", Role::Volunteer),
];
/// Everybody else, in the order of their ids.
const OTHERS: [&str; 52] = [
    "张桂兰",
    "陈玉芳",
    "刘春燕",
    "杨素珍",
    "黄金凤",
    "赵彩霞",
    "吴巧云",
    "徐凤英",
    "马小红",
    "朱丽君",
    "胡翠平",
    "郭海燕",
    "林月娥",
    "罗晓琴",
    "梁秋菊",
    "宋美玲",
    "谢红梅",
    "韩冬梅",
    "唐桂花",
    "冯玉珍",
    "于淑芬",
    "董爱华",
    "萧玉兰",
    "程志勇",
    "曹卫东",
    "袁文杰",
    "邓小兵",
    "许建军",
    "傅永红",
    "沈国栋",
    "曾庆华",
    "彭桂芝",
    "吕秀珍",
    "苏志强",
    "卢海涛",
    "蒋丽娟",
    "蔡美华",
    "贾春梅",
    "丁晓东",
    "魏玉洁",
    "薛文静",
    "叶子涵",
    "阎雪松",
    "余思远",
    "潘丽萍",
    "杜宏伟",
    "戴晓梅",
    "夏志明",
    "钟雨晴",
    "汪海波",
    "田甜",
    "任飞",
];

fn area(digits: &str) -> Option<AreaCode> {
    digits.parse().ok()
}

/// Villages by code, town by town.
pub fn villages() -> Vec<AreaCode> {
    let of_town = |(town, villages): (&(&str, &str), &[(&str, &str); 8])| villages.map(|(digits, _)| area(&format!("{}{digits}", town.0)));
    TOWNS.iter().zip(&VILLAGES).flat_map(of_town).flatten().collect()
}

/// Province to village.
pub fn areas() -> Vec<AreaEntry> {
    let above = [("99", "示例省"), ("9901", "安平市"), COUNTY].into_iter().chain(TOWNS).map(|(code, name)| (code.to_owned(), name));
    let villages = TOWNS.iter().zip(&VILLAGES).flat_map(|(town, list)| list.iter().map(move |(digits, name)| (format!("{}{digits}", town.0), *name)));
    above
        .chain(villages)
        .filter_map(|(code, name)| Some(AreaEntry { code: area(&code)?, name: name.to_owned(), valid_from: String::new(), valid_to: String::new() }))
        .collect()
}

/// Sixty members of staff, S001 to S060: 24 child directors (one a village), 4 supervisors, 12 elder care specialists (two
/// villages each), 6 social workers, 3 reviewers, 3 county officers, 2 administrators, 6 volunteers.
pub fn staff() -> Vec<StaffEntry> {
    let villages = villages();
    let towns: Vec<AreaCode> = TOWNS.iter().filter_map(|t| area(t.0)).collect();
    let county: Vec<AreaCode> = area(COUNTY.0).into_iter().collect();
    let mut posts: Vec<(Role, Vec<AreaCode>)> = Vec::new();
    let one = |list: &[AreaCode], at: usize| list.get(at % list.len().max(1)).cloned().into_iter().collect::<Vec<_>>();
    posts.extend((0..24).map(|i| (Role::ChildDirector, one(&villages, i))));
    posts.extend((0..4).map(|i| (Role::ChildSupervisor, one(&towns, i))));
    posts.extend(villages.chunks(2).map(|pair| (Role::ElderCareSpecialist, pair.to_vec())));
    posts.extend((0..6).map(|i| (Role::SocialWorker, one(&towns, i))));
    posts.extend((0..3).map(|_| (Role::Reviewer, county.clone())));
    posts.extend((0..3).map(|_| (Role::CountyOfficer, county.clone())));
    posts.extend((0..2).map(|_| (Role::Administrator, county.clone())));
    posts.extend((0..6).map(|i| (Role::Volunteer, one(&villages, i * 4))));
    let mut list = Vec::new();
    for (name, role) in NAMED {
        if let Some(at) = posts.iter().position(|p| p.0 == role) {
            list.push((name, posts.remove(at)));
        }
    }
    list.extend(OTHERS.into_iter().zip(posts));
    let entry = |(at, (name, (role, areas))): (usize, (&str, (Role, Vec<AreaCode>)))| {
        let staff = Staff { id: format!("S{:03}", at + 1).parse().ok()?, name: name.to_owned(), role, areas };
        Some(StaffEntry { staff, phone: format!("1990001{:04}", at + 1), active: true })
    };
    list.into_iter().enumerate().filter_map(entry).collect()
}
