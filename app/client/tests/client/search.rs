use crate::village::*;
use domain::api::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

fn found(device: &mut Device, search: &str) -> Vec<String> {
    device.ask(Persons { query: PersonQuery { search: search.into(), limit: 500, ..Default::default() } }).rows.into_iter().map(|r| r.name).collect()
}

#[test]
fn the_best_fit_comes_first() {
    let mut li = Device::of(li());
    for name in ["王晓满", "陈小满", "陈小曼", "李陈", "小陈"] {
        li.new_file(name, &[]);
    }
    li.new_file("周平", &[("contact.address", "陈家巷")]);
    assert_eq!(found(&mut li, "陈小满"), ["陈小满", "陈小曼"], "then who sounds the same");
    assert_eq!(found(&mut li, "陈"), ["陈小曼", "陈小满", "李陈", "小陈", "周平"], "at the start, within, in the address");
    assert_eq!(found(&mut li, "xm"), ["陈小曼", "陈小满", "王晓满"]);
    assert_eq!(found(&mut li, ""), ["陈小曼", "陈小满", "李陈", "王晓满", "小陈", "周平"], "in the order of their sound");
    let page = li.ask(Persons { query: PersonQuery { limit: 2, offset: 2, ..Default::default() } });
    assert_eq!((page.total, page.rows.iter().map(|r| r.name.as_str()).collect::<Vec<_>>()), (6, vec!["李陈", "王晓满"]));
}

#[derive(Debug, Clone)]
struct Someone {
    name: String,
    birth: String,
    sequence: u32,
    phone: u64,
    address: String,
}

fn someone() -> impl Strategy<Value = Someone> {
    let name = "[赵钱孙李周吴郑王陈曾单吕][小秀建桂国春][满芳平华女英军]?";
    let address = "[东西南北][街巷村][一二三四五六七八九十]{1,2}号";
    (name, 1930..2020_u32, 1..13_u32, 1..29_u32, 1..999_u32, 0..100_000_000_u64, address).prop_map(|(name, y, m, d, sequence, phone, address)| {
        Someone { name, birth: format!("{y}{m:02}{d:02}"), sequence, phone: 13_000_000_000 + phone, address }
    })
}

fn id_number(s: &Someone) -> String {
    let first17 = format!("990101{}{:03}", s.birth, s.sequence);
    format!("{first17}{}", domain::idnumber::check_digit(&first17).unwrap())
}

/// Every way somebody may look for her: by name, part, full pinyin, initials, mixtures, numbers, address.
fn ways(s: &Someone) -> Vec<String> {
    use pinyin::ToPinyinMulti;
    let chars: Vec<char> = s.name.chars().collect();
    let readings: Vec<Vec<String>> =
        chars.iter().map(|c| c.to_pinyin_multi().unwrap().into_iter().map(|p| p.plain().replace('ü', "v")).collect()).collect();
    let first: Vec<&str> = readings.iter().map(|r| r[0].as_str()).collect();
    let initials: String = first.iter().map(|r| &r[..1]).collect();
    let number = id_number(s);
    let mut ways = vec![
        s.name.clone(),
        chars[1..].iter().collect(),
        first.concat(),
        first.join(" "),
        first.concat().to_uppercase(),
        initials.clone(),
        initials[1..].to_owned(),
        format!("{}{}", first[0], &initials[1..]),
        format!("{}{}", chars[0], &initials[1..]),
        first.concat()[..first.concat().len() - 1].to_owned(),
        number.clone(),
        number[6..14].to_owned(),
        number[14..].to_lowercase(),
        s.phone.to_string(),
        s.phone.to_string()[7..].to_owned(),
        s.address.clone(),
        s.address.chars().skip(1).collect(),
    ];
    ways.extend(readings[0].iter().map(|r| format!("{r}{}", &initials[1..])));
    ways
}

#[test]
fn everybody_is_found_by_each_of_her_keys() {
    let mut runner = TestRunner::new(Config { cases: 6, ..Config::default() });
    runner
        .run(&prop::collection::vec(someone(), 1..12), |people| {
            let mut li = Device::of(li());
            let mut on_file = Vec::new();
            for s in people {
                let more = [("identity.id_number", id_number(&s)), ("contact.phone", s.phone.to_string()), ("contact.address", s.address.clone())];
                let more: Vec<(&str, &str)> = more.iter().map(|(p, v)| (*p, v.as_str())).collect();
                // Two of the same number are refused; that is another test.
                if li.call(new_person(&s.name, &more)).is_ok() {
                    on_file.push(s);
                }
            }
            for s in &on_file {
                for way in ways(s) {
                    prop_assert!(found(&mut li, &way).contains(&s.name), "{way:?} does not find {s:?}");
                }
            }
            prop_assert!(found(&mut li, "qqqq").is_empty());
            Ok(())
        })
        .unwrap();
}
