//! The roster of persons: what each row says, and how it goes in.
use super::cell::{self, When, tidy};
use super::places::Places;
use super::plan::{self, Plan};
use super::table::{self, Line, Table};
use super::{trouble, words, workbook};
use crate::db::Db;
use chrono::NaiveDate;
use domain::api::{Edit, ImportReport, RowError};
use domain::fields::{self, Path};
use domain::roles::Section;
use domain::{AreaCode, Category, Code, Failure, IdNumber, Programme, RecordId, Value};
use records::FileData;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The files an import looks into and writes to. Who writes, when and under which actor is the implementor's.
pub trait Roster {
    /// The file of this person: by the ID number when the row has one (in any village), else by village, name and birth. A file
    /// with another ID number is another person.
    fn find(
        &self,
        id_number: Option<&IdNumber>,
        area: &AreaCode,
        name: &str,
        birth: Option<NaiveDate>,
    ) -> Result<Option<(RecordId, FileData)>, Failure>;
    /// Opens a file; the edits name the village too.
    fn create(&mut self, area: &AreaCode, programme: Programme, edits: &[Edit]) -> Result<RecordId, Failure>;
    /// Writes fields. An edit of `area.code` is a transfer.
    fn edit(&mut self, id: RecordId, edits: &[Edit]) -> Result<(), Failure>;
}

/// One person as the office's list has it.
#[derive(Clone, PartialEq, Debug)]
pub struct RosterRow {
    /// Sheet name.
    pub sheet: String,
    /// Row as the office program counts, from 1.
    pub row: u32,
    /// The village.
    pub area: AreaCode,
    /// The programme of a new file: that of the first category.
    pub programme: Programme,
    /// The ID number, where there is one.
    pub id_number: Option<IdNumber>,
    /// The name.
    pub name: String,
    /// The day of birth, as written or from the ID number.
    pub birth: Option<NaiveDate>,
    /// Everything the row says, checked; nothing empty. Ids of new entries come from what they say, so that the same file
    /// names the same entries.
    pub edits: Vec<Edit>,
    /// The header of the column that each value stands in.
    pub columns: BTreeMap<Path, String>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Col {
    Name,
    IdNumber,
    Sex,
    Birth,
    Ethnic,
    Village,
    VillageCode,
    Town,
    Phone,
    Address,
    Category,
    Since,
    Reason,
    Risk,
    RiskReason,
    Guardian,
    GuardianPhone,
    Relation,
    Father,
    Mother,
    FatherPhone,
    MotherPhone,
    Carer,
    GuardianGrade,
    School,
    Health,
    Disability,
    DisabilityGrade,
    Certificate,
    Charge,
}

fn meaning(header: &str) -> Option<Col> {
    let phone = |h: &str| matches!(h, "电话" | "手机" | "手机号" | "手机号码" | "联系电话" | "联系方式" | "电话号码");
    for (who, name, number) in [("父亲", Col::Father, Col::FatherPhone), ("母亲", Col::Mother, Col::MotherPhone)] {
        match header.strip_prefix(who) {
            Some("" | "姓名") => return Some(name),
            Some(rest) if phone(rest) => return Some(number),
            _ => {}
        }
    }
    let guardian = [
        "现监护人",
        "实际监护人",
        "法定监护人",
        "监护人",
        "委托照护人",
        "照护人",
        "照料人",
        "抚养人",
        "赡养人",
        "紧急联系人",
        "家属",
        "家长",
        "联系人",
    ];
    if let Some(rest) = guardian.iter().find_map(|g| header.strip_prefix(g)) {
        return match rest {
            "" | "姓名" => Some(Col::Guardian),
            rest if phone(rest) => Some(Col::GuardianPhone),
            "关系" | "与儿童关系" | "与孩子关系" | "与老人关系" | "与本人关系" | "与其关系" | "与被监护人关系" | "与对象关系" => {
                Some(Col::Relation)
            }
            _ => None,
        };
    }
    let subjects = [
        "留守儿童",
        "困境儿童",
        "流动儿童",
        "儿童",
        "孩子",
        "未成年人",
        "老年人",
        "老人",
        "服务对象",
        "探访对象",
        "帮扶对象",
        "走访对象",
        "保障对象",
        "对象",
        "本人",
        "被探访人",
    ];
    own(header).or_else(|| subjects.iter().find_map(|s| own(header.strip_prefix(s)?)))
}

fn own(header: &str) -> Option<Col> {
    Some(match header {
        "姓名" | "名字" | "名称" => Col::Name,
        "身份证号"
        | "身份证号码"
        | "公民身份号码"
        | "公民身份证号码"
        | "居民身份证号"
        | "居民身份证号码"
        | "证件号"
        | "证件号码"
        | "身份证"
        | "身份证件号"
        | "身份证件号码"
        | "身份号码" => Col::IdNumber,
        "性别" => Col::Sex,
        "出生日期" | "出生年月" | "出生年月日" | "出生时间" | "生日" => Col::Birth,
        "民族" => Col::Ethnic,
        "村" | "社区" | "村居" | "村社区" | "村居社区" | "村名" | "村名称" | "村社区名称" | "社区名称" | "所属村" | "所属社区" | "所属村居"
        | "所属村社区" | "所在村" | "所在社区" | "所在村居" | "所在村社区" | "村居委会" | "村委会" | "居住村" | "户籍村" | "现居住村社区"
        | "行政村" => Col::Village,
        "村编码"
        | "村代码"
        | "村居代码"
        | "村居编码"
        | "社区编码"
        | "社区代码"
        | "村社区代码"
        | "村社区编码"
        | "区划代码"
        | "区划编码"
        | "行政区划代码"
        | "统计用区划代码"
        | "所属村编码"
        | "所属村代码" => Col::VillageCode,
        "乡镇" | "镇" | "街道" | "镇街" | "乡镇街道" | "所属乡镇" | "所在乡镇" | "所属镇街" | "所在镇街" | "所属乡镇街道" | "所属街道"
        | "所在街道" | "乡镇名称" => Col::Town,
        "电话" | "手机" | "手机号" | "手机号码" | "联系电话" | "联系方式" | "电话号码" | "本人电话" => Col::Phone,
        "地址" | "家庭住址" | "家庭地址" | "详细地址" | "住址" | "现住址" | "居住地址" | "现居住地址" | "现居住地" | "居住地" | "通讯地址"
        | "家庭详细地址" => Col::Address,
        "类别" | "人员类别" | "困境类型" | "困境类别" | "人员类型" | "类型" | "特殊类型" | "特殊类别" | "分类" | "儿童类别" | "老人类别" => {
            Col::Category
        }
        "纳入日期" | "纳入时间" | "认定日期" | "认定时间" | "建档日期" | "建档时间" | "列入日期" | "纳入保障时间" => {
            Col::Since
        }
        "纳入原因" | "困境原因" | "认定原因" | "致困原因" => Col::Reason,
        "风险等级" | "风险" | "风险级别" | "风险程度" | "关爱等级" | "走访等级" => Col::Risk,
        "风险原因" | "风险说明" | "风险情况" => Col::RiskReason,
        "与儿童关系" | "与孩子关系" | "与老人关系" | "与本人关系" | "关系" | "与监护人关系" | "与被监护人关系" => {
            Col::Relation
        }
        "实际照料人" | "实际照护人" | "实际抚养人" | "主要照料人" => Col::Carer,
        "监护情况" | "监护状况" | "监护评估" | "监护等级" | "监护评估等级" => Col::GuardianGrade,
        "就读学校" | "学校" | "就读学校及年级" | "学校年级" | "就学情况" | "就读情况" | "就读学校班级" => Col::School,
        "健康状况" | "身体状况" | "健康情况" | "身体情况" | "患病情况" => Col::Health,
        "残疾类别" | "残疾类型" | "残疾情况" | "残疾种类" | "残疾类别等级" | "残疾类别及等级" | "残疾类别和等级" | "残疾" => {
            Col::Disability
        }
        "残疾等级" | "残疾级别" | "残疾程度" => Col::DisabilityGrade,
        "残疾证号" | "残疾证号码" | "残疾人证号" | "残疾证" => Col::Certificate,
        "责任人" | "儿童主任" | "探访员" | "责任儿童主任" | "包保责任人" | "帮扶责任人" | "走访责任人" | "探访责任人" | "联系干部" | "养老专员"
        | "责任社工" => Col::Charge,
        _ => return None,
    })
}

/// Takes in a roster. Call it inside a transaction that also holds what `files` writes.
pub fn roster(db: &Db<'_>, files: &mut dyn Roster, file_name: &str, bytes: &[u8], today: NaiveDate) -> Result<ImportReport, Failure> {
    let (rows, errors) = read_roster(db, file_name, bytes, today)?;
    let mut report = ImportReport { errors, ..ImportReport::default() };
    for row in &rows {
        let found = files.find(row.id_number.as_ref(), &row.area, &row.name, row.birth)?;
        let Some((id, file)) = found else {
            let id = files.create(&row.area, row.programme, &row.edits)?;
            plan::remember(db, &id, row.edits.iter().map(|e| (&e.path, &e.value))).map_err(trouble)?;
            report.added += 1;
            continue;
        };
        let last = plan::imported(db, &id).map_err(trouble)?;
        let Plan { edits, remember, kept } = plan::plan(row, Some(&file), &last);
        if edits.is_empty() {
            report.unchanged += 1;
        } else {
            files.edit(id, &edits)?;
            report.updated += 1;
        }
        plan::remember(db, &id, remember.iter().map(|(p, v)| (p, v))).map_err(trouble)?;
        report.errors.extend(kept.into_iter().map(|column| RowError {
            sheet: row.sheet.clone(),
            row: row.row,
            column,
            reason: "与工作人员在档案里写的不一样，已保留档案里的；请核对后在档案中更改".into(),
        }));
    }
    Ok(report)
}

/// Reads a roster without writing anything: persons, each once, and what was not understood.
pub fn read_roster(db: &Db<'_>, file_name: &str, bytes: &[u8], today: NaiveDate) -> Result<(Vec<RosterRow>, Vec<RowError>), Failure> {
    let sheets = workbook::open(file_name, bytes)?;
    let reader = Reader { places: Places::new(db).map_err(trouble)?, staff: crate::registry::all_staff(db).map_err(trouble)?, today };
    let mut rows = Vec::new();
    let mut errors = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = false;
    for sheet in &sheets {
        let Some(table) = table::find(sheet, Col::Name, &meaning) else { continue };
        found = true;
        for line in table.lines() {
            let mut words = Words { line: &line, edits: Vec::new(), columns: BTreeMap::new(), errors: Vec::new() };
            match reader.person(&table, &mut words) {
                Ok(Some(row)) => {
                    if let Err(error) = add(row, &line, &mut rows, &mut seen) {
                        errors.push(error);
                    }
                }
                Ok(None) => {}
                Err(wrong) => errors.extend(wrong),
            }
        }
    }
    errors.extend(table::no_table(&sheets, found, "“姓名”和“身份证号”“村”等列"));
    Ok((rows, errors))
}

/// Twice on one sheet is a mistake; on two sheets (孤儿 on one, 留守儿童 on the other) both are said of one person, and where they
/// differ the first counts.
fn add(row: RosterRow, line: &Line<'_, '_, Col>, rows: &mut Vec<RosterRow>, seen: &mut BTreeMap<String, usize>) -> Result<(), RowError> {
    let key = key(&row);
    let Some(first) = seen.get(&key).and_then(|at| rows.get_mut(*at)) else {
        seen.insert(key, rows.len());
        rows.push(row);
        return Ok(());
    };
    if first.sheet == row.sheet {
        let (column, what) = if row.id_number.is_some() { (Col::IdNumber, "身份证号") } else { (Col::Name, "村、姓名和出生日期") };
        return Err(line.wrong(line.header(column), format!("与第 {} 行重复（{what}相同），只导入了前一行", first.row)));
    }
    if first.name != row.name {
        return Err(line.wrong(line.header(Col::Name), format!("身份证号与工作表“{}”第 {} 行相同，姓名却不同；请核对", first.sheet, first.row)));
    }
    first.columns.extend(row.columns);
    for edit in row.edits {
        if first.edits.iter().all(|e| e.path != edit.path) {
            first.edits.push(edit);
        }
    }
    Ok(())
}

fn key(row: &RosterRow) -> String {
    match &row.id_number {
        Some(number) => number.as_str().to_owned(),
        None => format!("{}|{}|{}", row.area, row.name, row.birth.map(|b| b.to_string()).unwrap_or_default()),
    }
}

/// Reads one line, collecting what it says and what is wrong.
struct Words<'l, 't, 's> {
    line: &'l Line<'t, 's, Col>,
    edits: Vec<Edit>,
    columns: BTreeMap<Path, String>,
    errors: Vec<RowError>,
}

impl Words<'_, '_, '_> {
    fn wrong(&mut self, col: Col, fallback: &str, reason: impl Into<String>) {
        let header = self.line.header(col);
        self.errors.push(self.line.wrong(if header.is_empty() { fallback.to_owned() } else { header }, reason));
    }
    fn text(&mut self, col: Col, fallback: &str) -> String {
        match self.line.text(col) {
            Ok(text) => text,
            Err(reason) => {
                self.wrong(col, fallback, reason);
                String::new()
            }
        }
    }
    /// Notes a value in its stored form.
    fn say(&mut self, col: Col, path: Path, value: impl Into<Value>) {
        match fields::check(&path, &value.into()) {
            Ok(value) if value.is_empty() => {}
            Ok(value) => {
                self.columns.insert(path.clone(), self.line.header(col));
                self.edits.push(Edit { path, value });
            }
            Err(failure) => {
                let reason = match failure.code {
                    Code::BadPhone => "电话号码不对；请写一个 11 位手机号或带区号的座机",
                    Code::Required => "不能为空",
                    _ => "内容太长或不合要求；请改短",
                };
                self.wrong(col, "", reason);
            }
        }
    }
    fn say_text(&mut self, col: Col, section: Section, key: &str) {
        let text = self.text(col, "");
        self.say(col, Path::new(section, key), text);
    }
    /// Notes a value that must be one of some words.
    fn say_code(&mut self, col: Col, section: Section, key: &str, code: impl Fn(&str) -> Option<&'static str>, wanted: &str) {
        let text = self.text(col, "");
        if text.is_empty() {
            return;
        }
        match code(&text) {
            Some(code) => self.say(col, Path::new(section, key), code),
            None => self.wrong(col, "", format!("写法不认识；请写{wanted}")),
        }
    }
    fn when(&mut self, col: Col, today: NaiveDate) -> When {
        let shift = self.line.epoch_shift();
        cell::when(self.line.get(col), shift, today).unwrap_or_else(|reason| {
            self.wrong(col, "", reason);
            When::Unknown
        })
    }
}

struct Reader<'c, 'd> {
    places: Places<'c, 'd>,
    staff: Vec<crate::registry::StaffEntry>,
    today: NaiveDate,
}

impl Reader<'_, '_> {
    /// One person; none for a line that only separates groups.
    fn person(&self, table: &Table<'_, Col>, w: &mut Words<'_, '_, '_>) -> Result<Option<RosterRow>, Vec<RowError>> {
        let name = cell::name(w.line.get(Col::Name)).unwrap_or_else(|r| {
            w.wrong(Col::Name, "姓名", r);
            String::new()
        });
        let id_number = cell::id_number(w.line.get(Col::IdNumber)).unwrap_or_else(|r| {
            w.wrong(Col::IdNumber, "身份证号", r);
            None
        });
        if name.is_empty() && id_number.is_none() && w.errors.is_empty() && w.line.is_heading() {
            return Ok(None);
        }
        if name.is_empty() && w.errors.is_empty() {
            w.wrong(Col::Name, "姓名", "没有写姓名");
        }
        let birth = self.birth(w, id_number.as_ref());
        let area = self.area(w);
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
        let person = match (&id_number, &area) {
            (Some(number), _) => number.as_str().to_owned(),
            (None, Some(area)) => format!("{area}|{name}|{}", birth.map(|b| b.to_string()).unwrap_or_default()),
            _ => String::new(),
        };
        let programme = self.categories(table, w, &person, birth);
        household(w, &person);
        self.other(w, area.as_ref());
        match (area, programme) {
            (Some(area), Some(programme)) if w.errors.is_empty() => {
                w.say(Col::Village, Path::new(Section::Area, "code"), area.as_str());
                let (edits, columns) = (std::mem::take(&mut w.edits), std::mem::take(&mut w.columns));
                Ok(Some(RosterRow { sheet: table.sheet.name.clone(), row: w.line.number(), area, programme, id_number, name, birth, edits, columns }))
            }
            _ => Err(std::mem::take(&mut w.errors)),
        }
    }

    /// The birth as written must agree with the ID number; a month alone is only good beside one: a day is not made up.
    fn birth(&self, w: &mut Words<'_, '_, '_>, number: Option<&IdNumber>) -> Option<NaiveDate> {
        use chrono::Datelike;
        let written = w.when(Col::Birth, self.today);
        let of_number = number.map(IdNumber::birth);
        if of_number.is_some_and(|b| b > self.today) {
            w.wrong(Col::IdNumber, "身份证号", "身份证号里的出生日期在今天之后；请按证件核对");
        }
        let agrees = match (written, of_number) {
            (When::Day(day), Some(b)) => day == b,
            (When::Month(year, month), Some(b)) => (b.year(), b.month()) == (year, month),
            (When::Month(..), None) => {
                w.wrong(Col::Birth, "", "只有年月；没有身份证号时请写到日，如 2015-03-07");
                return None;
            }
            (When::Day(day), None) => return Some(day),
            (When::Unknown, _) => return of_number,
        };
        if !agrees {
            w.wrong(Col::Birth, "", "出生日期与身份证号里的不一致；请按证件核对");
        }
        of_number
    }

    fn area(&self, w: &mut Words<'_, '_, '_>) -> Option<AreaCode> {
        let (code, village, town) = (w.text(Col::VillageCode, "村"), w.text(Col::Village, "村"), w.text(Col::Town, "乡镇"));
        let (col, written) = if code.is_empty() { (Col::Village, village) } else { (Col::VillageCode, code) };
        if written.is_empty() {
            if w.errors.is_empty() {
                w.wrong(col, "村", "没有写村（社区）");
            }
            return None;
        }
        let digits: String = written.chars().filter(|c| !c.is_whitespace()).collect();
        let written = if digits.bytes().all(|b| b.is_ascii_digit()) { digits } else { written };
        self.places.village(&written, &town).map_err(|reason| w.wrong(col, "村", reason)).ok()
    }

    fn categories(&self, table: &Table<'_, Col>, w: &mut Words<'_, '_, '_>, person: &str, birth: Option<NaiveDate>) -> Option<Programme> {
        let above = format!("{} {}", table.sheet.name, table.title);
        let age = birth.map(|b| words::age(b, self.today));
        let written = w.text(Col::Category, "类别");
        let since = match w.when(Col::Since, self.today) {
            When::Day(day) => Some(day),
            When::Month(year, month) => NaiveDate::from_ymd_opt(year, month, 1),
            When::Unknown => None,
        };
        let reason = w.text(Col::Reason, "");
        let mut found: Vec<Category> = Vec::new();
        for part in cell::parts(&written) {
            match words::category(part, age, words::programme_in(&above)) {
                Some(category) => found.push(category),
                None => w.wrong(Col::Category, "类别", "类别不认识；请写孤儿、事实无人抚养、自身困境、家庭困境、监护困境、安全困境、临时困境、留守儿童、流动儿童、独居、空巢、留守老人、失能、重度残疾、计生特殊家庭或社工个案"),
            }
        }
        if written.is_empty() {
            found.extend(words::category_in(&above));
        }
        if found.is_empty() && w.errors.is_empty() {
            w.wrong(Col::Category, "类别", "没有写类别");
        }
        for category in &found {
            let entry = entry_id(&[person, "category", category.code()]);
            let path = |key| Path::of_entry(Section::Categories, entry, key);
            w.say(Col::Category, path("code"), category.code());
            if let Some(since) = since {
                w.say(Col::Since, path("since"), since.to_string());
            }
            w.say(Col::Reason, path("reason"), reason.clone());
        }
        found.first().map(|c| c.programme())
    }

    fn other(&self, w: &mut Words<'_, '_, '_>, area: Option<&AreaCode>) {
        w.say_text(Col::Ethnic, Section::Identity, "ethnic");
        w.say_text(Col::Phone, Section::Contact, "phone");
        w.say_text(Col::Address, Section::Contact, "address");
        w.say_text(Col::Carer, Section::Guardianship, "carer");
        w.say_code(Col::GuardianGrade, Section::Guardianship, "grade", words::guardianship, "正常、不足、失当或缺失");
        w.say_code(Col::Risk, Section::Risk, "level", words::risk, "高、中或低");
        w.say_text(Col::RiskReason, Section::Risk, "reason");
        w.say_text(Col::Health, Section::Situation, "health");
        w.say_text(Col::School, Section::Situation, "schooling");
        w.say_text(Col::Certificate, Section::Situation, "certificate");
        disability(w);
        let charge = w.text(Col::Charge, "");
        if charge.is_empty() {
            return;
        }
        let covers = |e: &crate::registry::StaffEntry| area.is_none_or(|a| e.staff.areas.iter().any(|s| s.contains(a)));
        let named: Vec<_> = self.staff.iter().filter(|e| e.active && (e.staff.id.as_str() == charge || e.staff.name == charge)).collect();
        let here: Vec<_> = named.iter().filter(|e| covers(e)).collect();
        match (here.as_slice(), named.len()) {
            ([one], _) => w.say(Col::Charge, Path::new(Section::Charge, "staff"), one.staff.id.as_str()),
            ([], 0) => w.wrong(Col::Charge, "", "工作人员名单里没有这个人；请先导入工作人员，或留空"),
            ([], _) => w.wrong(Col::Charge, "", "这个人不负责这个村（社区）；请核对工作人员名单"),
            _ => w.wrong(Col::Charge, "", "有几个同名的工作人员；请写编号"),
        }
    }
}

fn sex(w: &mut Words<'_, '_, '_>, number: Option<&IdNumber>) {
    let written = w.text(Col::Sex, "性别");
    let of_number = number.map(|n| n.sex().code());
    match (words::sex(&written), of_number) {
        (None, _) if !written.is_empty() => w.wrong(Col::Sex, "性别", "性别请写男或女"),
        (Some(sex @ ("1" | "2")), Some(other)) if sex != other => w.wrong(Col::Sex, "性别", "性别与身份证号里的不一致；请按证件核对"),
        (sex, of_number) => {
            if let Some(sex) = of_number.or(sex) {
                w.say(Col::Sex, Path::new(Section::Identity, "sex"), sex)
            }
        }
    }
}

/// Guardian, father and mother; one person named twice becomes one entry.
fn household(w: &mut Words<'_, '_, '_>, person: &str) {
    let named = |w: &mut Words<'_, '_, '_>, col| {
        cell::name(w.line.get(col)).unwrap_or_else(|r| {
            w.wrong(col, "", r);
            String::new()
        })
    };
    let guardian = named(w, Col::Guardian);
    let written = w.text(Col::Relation, "");
    let (relation, note) = match words::relation(&written) {
        Some(code) => (code, ""),
        None if written.is_empty() => ("", ""),
        // Words not known are kept as they are.
        None => ("other", written.as_str()),
    };
    let phone = w.text(Col::GuardianPhone, "");
    if guardian.is_empty() && !phone.is_empty() {
        w.wrong(Col::GuardianPhone, "", "有监护人电话，没有监护人姓名");
    }
    if !guardian.is_empty() {
        let entry = entry_id(&[person, "household", &guardian]);
        let path = |key| Path::of_entry(Section::Household, entry, key);
        w.say(Col::Guardian, path("name"), guardian.clone());
        w.say(Col::Guardian, path("guardian"), true);
        w.say(Col::GuardianPhone, path("phone"), phone);
        w.say(Col::Relation, path("relation"), relation);
        w.say(Col::Relation, path("note"), note);
    }
    for (col, phone_col, relation) in [(Col::Father, Col::FatherPhone, "father"), (Col::Mother, Col::MotherPhone, "mother")] {
        let name = named(w, col);
        if name.is_empty() {
            continue;
        }
        let entry = entry_id(&[person, "household", &name]);
        let path = |key| Path::of_entry(Section::Household, entry, key);
        let phone = w.text(phone_col, "");
        for (col, key, value) in [(col, "name", name.as_str()), (col, "relation", relation), (phone_col, "phone", phone.as_str())] {
            if w.edits.iter().all(|e| e.path != path(key)) {
                w.say(col, path(key), value);
            }
        }
    }
}

fn disability(w: &mut Words<'_, '_, '_>) {
    let (kind_text, grade_text) = (w.text(Col::Disability, ""), w.text(Col::DisabilityGrade, ""));
    let (kind, grade) = words::disability(&kind_text);
    let grade = words::disability(&grade_text).1.or(grade);
    if !kind_text.is_empty() && kind.is_none() {
        w.wrong(Col::Disability, "", "残疾类别请写视力、听力、言语、肢体、智力、精神或多重");
    }
    if !grade_text.is_empty() && grade.is_none() {
        w.wrong(Col::DisabilityGrade, "", "残疾等级请写一级到四级");
    }
    if let Some(kind) = kind {
        w.say(Col::Disability, Path::new(Section::Situation, "disability"), kind);
    }
    if let Some(grade) = grade {
        w.say(Col::DisabilityGrade, Path::new(Section::Situation, "disability_grade"), grade);
    }
}

/// An id made of what the entry says (UUIDv8), so that the same file makes the same entry.
fn entry_id(of: &[&str]) -> Uuid {
    let mut hash = Sha256::new();
    for part in of {
        hash.update(tidy(part).as_bytes());
        hash.update([0]);
    }
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
