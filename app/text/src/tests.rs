use chrono::{DateTime, NaiveDate};

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn every_message_formats_in_both_languages() {
    for lang in Lang::ALL {
        let text = Text::new(lang);
        for (id, names) in MESSAGES {
            for number in [0_i64, 1, 2, 7, 12] {
                let mut args = FluentArgs::new();
                for (name, is_number) in *names {
                    if *is_number {
                        args.set(*name, number);
                    } else {
                        args.set(*name, "李主任");
                    }
                }
                let line = text.try_format(id, Some(&args)).unwrap_or_else(|| panic!("{id} in {lang} does not format"));
                assert!(!line.trim().is_empty(), "{id} in {lang} is empty");
                assert!(!line.contains(['\u{2068}', '\u{2069}']), "{id} has isolating marks");
            }
        }
    }
}

#[test]
fn chinese_sentences_use_full_width_punctuation() {
    let text = Text::new(Lang::ZhCn);
    for (id, names) in MESSAGES.iter().filter(|(_, names)| names.is_empty()) {
        let line = text.try_format(id, None).unwrap();
        let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        let mut before = ' ';
        for c in line.chars() {
            assert!(!(chinese(before) && [',', ';', '?', '!'].contains(&c)), "{id} {names:?}: {line}");
            before = c;
        }
    }
}

#[test]
fn codes_are_found_by_prefix_and_unknown_ones_are_shown_as_they_are() {
    let text = Text::new(Lang::ZhCn);
    assert_eq!(text.code("role", "child_director").as_deref(), Some("儿童主任"));
    assert_eq!(text.code("role", "astronaut"), None);
    assert_eq!(text.code_or_raw("role", "astronaut"), "astronaut");
}

#[test]
fn a_message_that_needs_arguments_is_never_shown_without_them() {
    assert_eq!(Text::new(Lang::ZhCn).code("due", "overdue"), None);
}

#[test]
fn english_counts_agree_in_number() {
    let text = Text::new(Lang::En);
    assert_eq!(text.due_overdue(1), "1 day overdue");
    assert_eq!(text.due_overdue(3), "3 days overdue");
}

#[test]
fn dates_are_said_the_way_people_say_them() {
    let text = Text::new(Lang::ZhCn);
    let today = day("2026-11-21");
    assert_eq!(text.date_and_weekday(today), "11月21日 星期六");
    assert_eq!(text.date_near(day("2026-11-20"), today), "昨天");
    assert_eq!(text.date_near(day("2026-11-04"), today), "11月4日");
    assert_eq!(text.date_near(day("2025-12-31"), today), "2025年12月31日");
    assert_eq!(Text::new(Lang::En).date_and_weekday(today), "Saturday, 21 November");
}

#[test]
fn moments_of_today_are_a_clock_time() {
    let text = Text::new(Lang::ZhCn);
    let at = |s: &str| DateTime::parse_from_rfc3339(s).unwrap();
    let now = at("2026-11-21T18:00:00+08:00");
    assert_eq!(text.moment(at("2026-11-21T16:40:00+08:00"), now), "16:40");
    assert_eq!(text.moment(at("2026-11-20T09:05:00+08:00"), now), "昨天 09:05");
    assert_eq!(text.moment(at("2026-11-20T00:00:00+08:00"), now), "昨天", "known to the day only");
}

#[test]
fn languages_are_read_from_what_systems_give() {
    assert_eq!("zh-CN".parse(), Ok(Lang::ZhCn));
    assert_eq!("zh_CN.UTF-8".parse(), Ok(Lang::ZhCn));
    assert_eq!("en".parse(), Ok(Lang::En));
    assert_eq!("fr".parse::<Lang>(), Err(UnknownLang));
}

#[test]
fn every_failure_role_category_and_state_has_its_words() {
    for lang in Lang::ALL {
        let text = Text::new(lang);
        let mut codes: Vec<(&str, &str)> = Vec::new();
        codes.extend(domain::Code::ALL.iter().map(|c| ("failure", c.code())));
        codes.extend(domain::Role::ALL.iter().map(|c| ("role", c.code())));
        codes.extend(domain::Category::ALL.iter().map(|c| ("category", c.code())));
        codes.extend(domain::Risk::ALL.iter().map(|c| ("risk", c.code())));
        codes.extend(domain::Sex::ALL.iter().map(|c| ("sex", c.code())));
        codes.extend(domain::visit::VisitState::ALL.iter().map(|c| ("visit-state", c.code())));
        codes.extend(domain::person::FileStatus::ALL.iter().map(|c| ("status", c.code())));
        codes.extend(domain::roles::Section::ALL.iter().map(|c| ("section", c.code())));
        for (prefix, code) in codes {
            assert!(text.code(prefix, code).is_some(), "{lang}: {prefix}-{code} has no words");
        }
    }
}

#[test]
fn every_field_and_every_choice_of_a_file_has_its_words() {
    use domain::fields::{FIELDS, FieldKind};
    for lang in Lang::ALL {
        let text = Text::new(lang);
        for field in FIELDS {
            let path = format!("{}.{}", field.section, field.key);
            assert!(text.code("field", &path).is_some(), "{lang}: field {path} has no words");
            if let FieldKind::Choice(codes) = field.kind {
                for code in codes {
                    assert!(text.option(&path, code).is_some(), "{lang}: {path} = {code} has no words");
                }
            }
        }
    }
}

#[test]
fn a_failure_names_the_field_and_never_what_was_typed() {
    let text = Text::new(Lang::ZhCn);
    let failure = domain::Failure::of(domain::Code::BadPhone, "contact.phone");
    assert_eq!(text.failure(&failure), "电话：电话号码不对，请核对。");
    let entry = domain::Failure::of(domain::Code::Required, "household.0192f0c1-2b3c-7def-8123-456789abcdef.name");
    assert_eq!(text.failure(&entry), "姓名：这一项必须填写。");
    assert_eq!(text.failure(&domain::Failure::of(domain::Code::PinWait, "30")), "错的次数多了，请等 30 秒再试。");
    assert_eq!(text.failure(&domain::Failure::of(domain::Code::PinWait, "300")), "错的次数多了，请等 5 分钟再试。");
}

#[test]
fn a_due_visit_says_why() {
    use domain::due::{Due, DueState, DueWhy};
    let text = Text::new(Lang::ZhCn);
    let due = Due { date: day("2026-11-18"), why: DueWhy::Rule, every_days: 7, per: None, times: None, risk: None, rule: String::new() };
    assert_eq!(text.due_why(&Due { risk: Some(domain::Risk::High), ..due.clone() }), "高风险每周一次");
    assert_eq!(text.due_why(&due), "每周一次");
    assert_eq!(text.due_why(&Due { per: Some(domain::due::Period::Month), ..due.clone() }), "每月一次");
    assert_eq!(text.due_why(&Due { per: Some(domain::due::Period::Term), times: Some(2), ..due.clone() }), "每学期 2 次");
    assert_eq!(text.due_state(DueState::Overdue(3), due.date, day("2026-11-21")), "已过期 3 天");
    assert_eq!(text.due_state(DueState::Later(40), day("2026-12-31"), day("2026-11-21")), "12月31日 到期");
}

#[test]
fn by_what_two_files_may_be_of_one_person_is_said_as_it_is() {
    let text = Text::new(Lang::ZhCn);
    let day = |d| chrono::NaiveDate::from_ymd_opt(2017, 5, d);
    let file = |birth| domain::api::SameFile {
        id: "0192f0c1-2b3c-7def-8123-456789abcdef".parse().unwrap(),
        name: "王小雨".to_owned(),
        area_name: "桃源村".to_owned(),
        birth,
        opened: day(1).unwrap(),
        address: String::new(),
        visits: 0,
    };
    let said = |one, other, number| text.same_by(&domain::api::SamePair { file: file(one), other: file(other), number, at: domain::Timestamp(0) });
    assert_eq!(said(day(12), day(12), true), "证件号相同");
    assert_eq!(said(day(12), day(12), false), "姓名、出生日期相同");
    assert_eq!(said(day(12), None, false), "姓名相同");
    assert_eq!(said(None, None, false), "姓名相同");
}
