//! One person as a row has her.
use super::columns::Col;
use super::kin::{self, Ward};
use super::line::Words;
use super::relative::{Of, Who};
use crate::import::day::{self, Beside, When};
use crate::import::places::Places;
use crate::import::row::{RosterRow, Sign, entry_id, person_key};
use crate::import::table::{SheetRow, Table};
use crate::import::{cell, names, words};
use crate::office::registry::{self, StaffEntry};
use crate::store::db::Db;
use crate::sync::county;
use chrono::NaiveDate;
use domain::api::RowError;
use domain::fields::Path;
use domain::lists::List;
use domain::policy::Policy;
use domain::roles::Section;
use domain::{AreaCode, Category, IdNumber, Programme};

/// Before a birthday of eighteen the office is told so many days ahead.
const GROWN_UP_SOON: u64 = 60;

/// Reads the lines of a file.
pub struct Reader<'c, 'd> {
    places: Places<'c, 'd>,
    staff: Vec<StaffEntry>,
    policy: Policy,
    today: NaiveDate,
    /// Several numbers of the file lost their last digits: then one that ends so did too.
    pub several_lost: bool,
    /// No number of the file is surely whole.
    pub all_lost: bool,
    /// What the sheet and what stands above the table say.
    above: String,
    village_above: Option<AreaCode>,
}

impl<'c, 'd> Reader<'c, 'd> {
    /// For one file.
    pub fn new(db: &'c Db<'d>, today: NaiveDate) -> anyhow::Result<Self> {
        let places = Places::new(db, today)?;
        Ok(Self {
            places,
            staff: registry::all_staff(db)?,
            policy: county::policy(db)?,
            today,
            several_lost: false,
            all_lost: false,
            above: String::new(),
            village_above: None,
        })
    }
    /// Begins a table: what stands above it speaks of all its rows.
    pub fn begin(&mut self, table: &Table<'_, Col>, notes: &mut Vec<RowError>) {
        self.above = format!("{} {}", table.sheet.name, table.title);
        self.village_above = self.places.village_in(&table.sheet.name).or_else(|| self.places.village_in(&table.title));
        let Some(line) = table.lines().next() else { return };
        for col in Who::ALL.map(|who| Col::Kin(who, Of::IdNumber)).into_iter().filter(|col| table.has(*col)) {
            notes.push(line.wrong(line.header(col), "家人的身份证号没有存，只取了出生日期"));
        }
    }

    /// One person; none for a line that only separates groups, or whose errors say why.
    pub fn person(&self, w: &mut Words<'_, '_, '_>) -> Option<RosterRow> {
        let name = names::name(w.line.get(Col::Name)).unwrap_or_else(|r| {
            w.wrong(Col::Name, "姓名", r);
            String::new()
        });
        // Of a row that is nobody's that is all there is to say.
        if let Some(reason) = self.nobody(w.line, &name) {
            w.wrong(Col::Name, "姓名", reason);
            return None;
        }
        let id_number = self.id_number(w);
        if name.is_empty() && id_number.is_none() && w.errors.is_empty() && w.line.is_heading() {
            return None;
        }
        if name.is_empty() && w.errors.is_empty() {
            w.wrong(Col::Name, "姓名", "没有写姓名");
        }
        if domain::names::has_private(&name) {
            w.odd(Col::Name, "姓名", "姓名里有一个自造的字，别的机器上看不到；请按证件在设备上改");
        }
        let birth = self.birth(w, id_number.as_ref());
        let (area, group) = self.area(w);
        if !name.is_empty() {
            w.say(Col::Name, Path::new(Section::Identity, "name"), name.clone());
        }
        if let Some(number) = &id_number {
            w.say(Col::IdNumber, Path::new(Section::Identity, "id_number"), number.as_str());
        }
        if let Some(birth) = birth {
            w.say(Col::Birth, Path::new(Section::Identity, "birth"), birth.to_string());
        }
        sex(w, id_number.as_ref());
        // Entries get their ids from the person and what they say.
        let person = area.as_ref().map(|area| person_key(id_number.as_ref(), area, &name, birth)).unwrap_or_default();
        let programme = self.categories(w, &person, birth);
        let child = birth.map_or(programme == Some(Programme::Child), |b| words::age(b, self.today) < 18);
        self.other(w, area.as_ref(), &group);
        kin::household(w, &person, Ward { name: &name, child });
        let sign = self.sign(w);
        let (Some(area), Some(programme), true) = (area, programme, w.errors.is_empty()) else { return None };
        w.say(Col::Village, Path::new(Section::Area, "code"), area.as_str());
        let (edits, columns) = (std::mem::take(&mut w.edits), std::mem::take(&mut w.columns));
        let sheet = w.line.sheet_name();
        Some(RosterRow { sheet, row: w.line.number(), area, programme, id_number, name, birth, sign, edits, columns })
    }

    /// Why a row is nobody's.
    fn nobody(&self, line: &SheetRow<'_, '_, Col>, name: &str) -> Option<&'static str> {
        if line.is_ditto(Col::Name) || line.is_ditto(Col::IdNumber) {
            return Some("姓名和身份证号不能写“同上”；请写全");
        }
        let first = line.first();
        let example = ["示例", "样例", "例"].iter().any(|word| first == *word || first.starts_with("示例"));
        names::nobody(if example { "示例" } else { name })
    }

    fn id_number(&self, w: &mut Words<'_, '_, '_>) -> Option<IdNumber> {
        let number = w.id_number(Col::IdNumber).unwrap_or_else(|reason| {
            w.wrong(Col::IdNumber, "身份证号", reason);
            None
        })?;
        let typed = !matches!(w.line.get(Col::IdNumber), crate::import::workbook::Cell::Digits(_));
        if typed && cell::ends_in_zeros(number.as_str()) {
            if self.several_lost {
                w.wrong(Col::IdNumber, "身份证号", "身份证号后三位像是丢了（办公软件把长数字变成了 000）；请把这一列设为“文本”格式，按证件重新填写");
                return None;
            }
            if self.all_lost {
                w.odd(Col::IdNumber, "身份证号", "身份证号以 000 结尾，请按证件核对是不是丢了后三位");
            }
        }
        Some(number)
    }

    /// The number says the birth; what is written beside it is held against it. Without one a day must be written: none is made up.
    fn birth(&self, w: &mut Words<'_, '_, '_>, number: Option<&IdNumber>) -> Option<NaiveDate> {
        let (cell, shift) = (w.line.get(Col::Birth), w.line.epoch_shift());
        if let Some(birth) = number.map(IdNumber::birth) {
            if birth > self.today {
                w.wrong(Col::IdNumber, "身份证号", "身份证号里的出生日期在今天之后；请按证件核对");
            }
            match day::beside(cell, shift, birth, self.today) {
                Beside::Agrees => {}
                Beside::Differs if !sex_agrees(w, number) => {
                    w.wrong(Col::Birth, "", "出生日期和性别都与身份证号里的不一致，可能是别人的号码；请按证件核对")
                }
                Beside::Differs => w.odd(Col::Birth, "", "出生日期与身份证号里的不一致，按身份证号导入；请按证件核对"),
                Beside::Lunar => w.odd(Col::Birth, "", "农历生日没有核对，按身份证号导入"),
                Beside::Unclear => w.odd(Col::Birth, "", "出生日期看不懂，按身份证号导入"),
            }
            return Some(birth);
        }
        let no_day = "没有身份证号时，出生日期请写到日，如 2015-03-07；农历请换算成公历，年份请写四位";
        match day::when(cell, shift, self.today) {
            Ok(When::Day(day)) => return Some(day),
            Ok(When::Unknown) => {}
            Ok(When::Month(..)) => w.wrong(Col::Birth, "", "只有年月；没有身份证号时请写到日，如 2015-03-07"),
            Ok(When::JanuaryOrOctober(_)) => w.wrong(Col::Birth, "", "办公软件把 10 月和 1 月写成一样的数字；请写到日，如 2015-10-07"),
            Err(reason) if reason.contains("看不懂") => w.wrong(Col::Birth, "", no_day),
            Err(reason) => w.wrong(Col::Birth, "", reason),
        }
        None
    }

    /// The village: its code, its name, or what the sheet is called; and the group that stands behind the name.
    fn area(&self, w: &mut Words<'_, '_, '_>) -> (Option<AreaCode>, String) {
        let (code, village, town) = (w.needed(Col::VillageCode, "村"), w.needed(Col::Village, "村"), w.needed(Col::Town, "乡镇"));
        let group = w.text(Col::Group);
        let group = if !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()) { group + "组" } else { group };
        let (col, written) = if code.is_empty() { (Col::Village, village) } else { (Col::VillageCode, code) };
        if written.is_empty() {
            if self.village_above.is_none() && w.errors.is_empty() {
                w.wrong(col, "村", "没有写村（社区）");
            }
            return (self.village_above.clone(), group);
        }
        let digits: String = written.chars().filter(|c| !c.is_whitespace()).collect();
        let written = if digits.bytes().all(|b| b.is_ascii_digit()) { digits } else { written };
        let (place, group) = match (self.places.village(&written, &town), words::village_and_group(&written)) {
            (Err(_), Some((village, behind))) => (self.places.village(village, &town), if group.is_empty() { behind.to_owned() } else { group }),
            (place, _) => (place, group),
        };
        match place {
            Ok(area) => {
                if let Some(day) = self.places.abolished(&area) {
                    w.odd(col, "村", format!("这个村（社区）的代码已于 {day} 停用；请核对现在属于哪个村"));
                }
                (Some(area), group)
            }
            Err(reason) => {
                w.wrong(col, "村", reason);
                (None, group)
            }
        }
    }

    fn categories(&self, w: &mut Words<'_, '_, '_>, person: &str, birth: Option<NaiveDate>) -> Option<Programme> {
        let age = birth.map(|b| words::age(b, self.today));
        let written = w.needed(Col::Category, "类别");
        let since = match w.side_day(Col::Since) {
            When::Day(day) => Some(day),
            When::Month(year, month) => NaiveDate::from_ymd_opt(year, month, 1),
            When::JanuaryOrOctober(_) => {
                w.odd(Col::Since, "", "办公软件把 10 月和 1 月写成一样的数字，这个日期没有导入；请写到日，如 2020-10-01");
                None
            }
            When::Unknown => None,
        };
        let reason = w.text(Col::Reason);
        let hint = words::programme_in(&self.above);
        let mut found =
            cell::split(&written, |part| words::category(part, age, hint).ok_or_else(|| UNKNOWN_CATEGORY.to_owned())).unwrap_or_else(|r| {
                w.wrong(Col::Category, "类别", r);
                Vec::new()
            });
        if written.is_empty() {
            found.extend(words::category_in(&self.above));
        }
        if found.is_empty() && w.errors.is_empty() {
            w.wrong(Col::Category, "类别", "没有写类别");
        }
        self.fits_age(w, &found, birth);
        for category in &found {
            let entry = entry_id(&[person, "category", category.code()]);
            let path = |key| Path::of_entry(Section::Categories, entry, key);
            w.say_once(Col::Category, path("code"), category.code());
            if let Some(since) = since {
                w.say_once(Col::Since, path("since"), since.to_string());
            }
            w.say_once(Col::Reason, path("reason"), reason.clone());
        }
        found.first().and_then(|c| c.programme())
    }

    /// A category that a person of her age cannot be in is asked about; who grows up soon is told in time.
    fn fits_age(&self, w: &mut Words<'_, '_, '_>, found: &[Category], birth: Option<NaiveDate>) {
        let Some(birth) = birth else { return };
        let age = words::age(birth, self.today);
        for category in found {
            match words::at_age(*category, age) {
                words::AtAge::Fits => {}
                words::AtAge::Perhaps => w.odd(Col::Category, "类别", "已满 18 岁；仍在校就读等可继续保障的请核对，否则请在设备上填退出日期"),
                words::AtAge::No => {
                    w.wrong(Col::Category, "类别", "这个年龄不会是这一类别，没有导入；请核对类别和出生日期，已成年的请在设备上填退出日期")
                }
            }
        }
        let child = found.iter().any(|c| c.programme() == Some(Programme::Child));
        let soon = self.today.checked_add_days(chrono::Days::new(GROWN_UP_SOON)).is_some_and(|day| words::age(birth, day) >= 18);
        if child && age < 18 && soon {
            w.odd(Col::Category, "类别", format!("不到 {GROWN_UP_SOON} 天就满 18 岁；请提前办理退出或转接"));
        }
    }

    fn other(&self, w: &mut Words<'_, '_, '_>, area: Option<&AreaCode>, group: &str) {
        w.say_text(Col::Ethnic, Section::Identity, "ethnic");
        let phone = w.phone(Col::Phone);
        let landline = w.phone(Col::Landline);
        let (col, phone) = match (phone, landline) {
            (Some(phone), None) => (Col::Phone, Some(phone)),
            (Some(phone), Some(_)) => {
                w.odd(Col::Landline, "", "已有手机号，座机没有存；请在设备上填到家庭成员里");
                (Col::Phone, Some(phone))
            }
            (None, landline) => (Col::Landline, landline),
        };
        w.say(col, Path::new(Section::Contact, "phone"), phone.unwrap_or_default());
        let address = w.text(Col::Address);
        let address = if group.is_empty() || address.contains(group) { address } else { format!("{group} {address}") };
        let col = if w.has(Col::Address) { Col::Address } else { Col::Village };
        w.say(col, Path::new(Section::Contact, "address"), address.trim());
        w.say_text(Col::Carer, Section::Guardianship, "carer");
        let other = "这是监护情况的另一种分法，与正常、不足、失当、缺失对不上，没有存；请走访后在设备上评估，或先把这种分法设进县里的名单";
        self.grade(w, Col::GuardianGrade, List::Guardianship, words::guardianship, other);
        self.grade(w, Col::Risk, List::Risk, words::risk, "写法不认识，没有导入；请写高、中、低，或县里名单上的说法");
        w.say_text(Col::RiskReason, Section::Risk, "reason");
        w.say_text(Col::Health, Section::Situation, "health");
        w.say_text(Col::School, Section::Situation, "schooling");
        w.say_text(Col::Certificate, Section::Situation, "certificate");
        disability(w);
        self.charge(w, area);
    }

    /// A grade in the county's words, or in those that everybody knows.
    fn grade(&self, w: &mut Words<'_, '_, '_>, col: Col, list: List, known: fn(&str) -> Option<&'static str>, unknown: &str) {
        let written = w.text(col);
        let (grade, words) = list.paths();
        match (self.policy.entry(list, &written, self.today), known(&written)) {
            _ if written.is_empty() => {}
            (Some(entry), _) => {
                w.say(col, grade, entry.counts_as.as_str());
                w.say(col, words, entry.written());
            }
            (None, Some(code)) => w.say(col, grade, code),
            (None, None) => w.odd(col, "", unknown),
        }
    }

    fn charge(&self, w: &mut Words<'_, '_, '_>, area: Option<&AreaCode>) {
        let charge = w.text(Col::Charge);
        if charge.is_empty() {
            return;
        }
        let name = names::of(&charge);
        let covers = |e: &StaffEntry| area.is_none_or(|a| e.staff.areas.iter().any(|s| s.contains(a)));
        let named: Vec<_> = self.staff.iter().filter(|e| e.staff.id.as_str() == charge || e.staff.name == name).collect();
        let active: Vec<_> = named.iter().filter(|e| e.active).collect();
        let here: Vec<_> = active.iter().filter(|e| covers(e)).collect();
        match (here.as_slice(), active.len(), named.len()) {
            ([one], ..) => w.say(Col::Charge, Path::new(Section::Charge, "staff"), one.staff.id.as_str()),
            ([], 0, 0) => w.odd(Col::Charge, "", "工作人员名单里没有这个人，责任人没有导入；请先导入工作人员，或留空"),
            ([], 0, _) => w.odd(Col::Charge, "", "这个人已离职，责任人没有导入；请写现在的责任人"),
            ([], ..) => w.odd(Col::Charge, "", "这个人不负责这个村（社区），责任人没有导入；请核对工作人员名单"),
            _ => w.odd(Col::Charge, "", "有几个同名的工作人员，责任人没有导入；请写编号"),
        }
    }

    fn sign(&self, w: &mut Words<'_, '_, '_>) -> Option<Sign> {
        let written = w.text(Col::Same);
        match written.as_str() {
            "" => None,
            "同一人" | "同一个人" | "是" | "同" => Some(Sign::Same),
            "另一人" | "不同人" | "不是同一人" | "否" | "不同" | "另" | "新" => Some(Sign::Other),
            _ => {
                w.odd(Col::Same, "", "请写“同一人”或“另一人”");
                None
            }
        }
    }
}

const UNKNOWN_CATEGORY: &str = "类别不认识；请写孤儿、事实无人抚养、自身困境、家庭困境、监护困境、安全困境、临时困境、留守儿童、流动儿童、独居、空巢、留守老人、失能、重度残疾、计生特殊家庭或社工个案";

fn sex_agrees(w: &Words<'_, '_, '_>, number: Option<&IdNumber>) -> bool {
    let written = w.line.text(Col::Sex).unwrap_or_default();
    match (words::sex(&written), number.map(|n| n.sex().code())) {
        (Some(sex @ ("1" | "2")), Some(other)) => sex == other,
        _ => true,
    }
}

fn sex(w: &mut Words<'_, '_, '_>, number: Option<&IdNumber>) {
    let written = w.text(Col::Sex);
    let of_number = number.map(|n| n.sex().code());
    let known = words::sex(&written);
    if known.is_none() && !written.is_empty() {
        w.odd(Col::Sex, "性别", "性别请写男或女");
    }
    if !sex_agrees(w, number) {
        // Of somebody whose birth differs too.
        let wrong = !w.errors.is_empty();
        let reason = "性别与身份证号里的不一致；请按证件核对";
        if wrong { w.wrong(Col::Sex, "性别", reason) } else { w.odd(Col::Sex, "性别", reason) }
    }
    if let Some(sex) = of_number.or(known) {
        w.say(Col::Sex, Path::new(Section::Identity, "sex"), sex);
    }
}

fn disability(w: &mut Words<'_, '_, '_>) {
    let (kind_text, grade_text) = (w.text(Col::Disability), w.text(Col::DisabilityGrade));
    if words::no_disability(&kind_text) && (grade_text.is_empty() || words::no_disability(&grade_text)) {
        return;
    }
    let (kind, grade) = words::disability(&kind_text);
    let grade = words::disability(&grade_text).1.or(grade);
    if !kind_text.is_empty() && kind.is_none() && !words::no_disability(&kind_text) {
        w.odd(Col::Disability, "", "残疾类别没有导入；请写视力、听力、言语、肢体、智力、精神或多重");
    }
    if !grade_text.is_empty() && grade.is_none() && !words::no_disability(&grade_text) {
        w.odd(Col::DisabilityGrade, "", "残疾等级没有导入；请写一级到四级");
    }
    if let Some(kind) = kind {
        w.say(Col::Disability, Path::new(Section::Situation, "disability"), kind);
    }
    if let Some(grade) = grade {
        w.say(Col::DisabilityGrade, Path::new(Section::Situation, "disability_grade"), grade);
    }
}
