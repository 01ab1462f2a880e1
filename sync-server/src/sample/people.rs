//! Made-up people: a child, an elder or a social worker's client with household, categories, risk.
use super::chance::Chance;
use super::county;
use chrono::{Datelike, Days, NaiveDate};
use domain::api::Edit;
use domain::fields::Path;
use domain::idnumber::check_digit;
use domain::roles::{Role, Section};
use domain::{AreaCode, Category, Programme, RecordId, Risk, StaffId, Value};

const SURNAMES: &[&str] = &[
    "李", "王", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢",
    "韩", "唐", "冯", "于", "董", "萧", "欧阳",
];
const BOYS: &[&str] = &[
    "子轩", "浩然", "宇航", "家豪", "俊杰", "文博", "志鹏", "天佑", "明哲", "晓东", "小龙", "嘉伟", "一鸣", "思远", "泽宇", "海洋", "勇", "磊",
    "强强", "瑞",
];
const GIRLS: &[&str] = &[
    "雨欣", "梓涵", "欣怡", "诗琪", "佳怡", "思雨", "小慧", "雅婷", "心怡", "晓玲", "静怡", "可欣", "梦瑶", "紫萱", "小燕", "美琪", "丹丹", "婷",
    "洁", "艺",
];
const OLD_MEN: &[&str] =
    &["德福", "长贵", "国民", "守义", "金山", "玉堂", "有才", "振华", "庆祥", "大成", "福生", "宝田", "永年", "春林", "顺", "树根"];
const OLD_WOMEN: &[&str] =
    &["桂英", "秀兰", "玉珍", "凤英", "素芬", "桂芳", "淑贞", "金花", "菊香", "翠莲", "春秀", "玉兰", "巧珍", "月娥", "香", "银花"];
const ADULTS: &[&str] = &["建国", "志强", "伟", "海军", "文斌", "小军", "丽", "艳", "红霞", "春梅", "永强", "军", "敏", "晓燕", "建华", "雪梅"];
const SCHOOLS: &[&str] = &["中心小学", "希望小学", "第二小学", "初级中学", "中心幼儿园"];

/// How the next visit should lie to today, for a county that looks alive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// Late by a few days.
    Late,
    /// Due within the week.
    Soon,
    /// In time.
    Later,
}

/// One person with everything about her file except its opening day.
#[derive(Clone, Debug)]
pub struct Person {
    /// Whose she is.
    pub programme: Programme,
    /// Her village.
    pub area: AreaCode,
    /// The worker in charge.
    pub worker: StaffId,
    /// Fields but those that depend on the days of visits.
    pub edits: Vec<Edit>,
    /// Categories.
    pub categories: Vec<Category>,
    /// Risk.
    pub risk: Risk,
    /// Age in years.
    pub age: u32,
    /// How her next visit should lie.
    pub wanted: Wanted,
}

/// So many people, spread evenly over the villages: of twenty six children, twelve elders, two clients.
pub fn people(chance: &mut Chance, count: usize, today: NaiveDate) -> Vec<Person> {
    const MIX: [Programme; 10] = {
        use Programme::*;
        [Child, Elder, Elder, Child, Elder, Elder, Social, Elder, Child, Elder]
    };
    let villages = county::villages();
    let workers = workers();
    let mut people = Vec::with_capacity(count);
    // Village by village so that each has the same mix, the named staff's first.
    for at in 0..count {
        let Some(area) = villages.get(at % villages.len().max(1)) else { break };
        let programme = MIX.get((at / villages.len().max(1)) % MIX.len()).copied().unwrap_or(Programme::Elder);
        let Some(worker) = worker(&workers, programme, area, chance) else { continue };
        people.push(person(chance, programme, area.clone(), worker, today));
    }
    spread(chance, &mut people);
    people
}

fn workers() -> Vec<(StaffId, Role, Vec<AreaCode>)> {
    county::staff().into_iter().map(|e| (e.staff.id, e.staff.role, e.staff.areas)).collect()
}

fn worker(workers: &[(StaffId, Role, Vec<AreaCode>)], programme: Programme, area: &AreaCode, chance: &mut Chance) -> Option<StaffId> {
    let role = match programme {
        Programme::Child => Role::ChildDirector,
        Programme::Elder => Role::ElderCareSpecialist,
        Programme::Social | Programme::Other(_) => Role::SocialWorker,
    };
    let fitting: Vec<_> = workers.iter().filter(|(_, r, areas)| *r == role && areas.iter().any(|a| a.contains(area))).collect();
    let at = chance.below(fitting.len());
    fitting.get(at).map(|(id, ..)| id.clone())
}

/// In each village and programme one in twenty is late, but at least one of a dozen, and one in eight is due within the week.
fn spread(chance: &mut Chance, people: &mut [Person]) {
    for area in county::villages() {
        for programme in Programme::ALL {
            let mut group: Vec<&mut Person> = people.iter_mut().filter(|p| p.area == area && p.programme == *programme).collect();
            chance.shuffle(&mut group);
            // High risk is visited every week, so she is due this week or late.
            group.sort_by_key(|p| p.risk != Risk::High);
            let high = group.iter().filter(|p| p.risk == Risk::High).count();
            let late = (group.len() + 10) / 20 + usize::from((12..20).contains(&group.len()) || chance.percent(30) && group.len() > 20);
            let soon = ((group.len() + 4) / 8).max(high.saturating_sub(1));
            for (at, person) in group.iter_mut().rev().enumerate() {
                person.wanted = match at {
                    at if at < late => Wanted::Late,
                    at if at < late + soon.saturating_sub(high) || person.risk == Risk::High => Wanted::Soon,
                    _ => Wanted::Later,
                };
            }
        }
    }
}

/// Collects the fields of one person.
struct File<'c> {
    chance: &'c mut Chance,
    edits: Vec<Edit>,
    surname: &'static str,
    sex: &'static str,
}

impl File<'_> {
    fn say(&mut self, section: Section, key: &str, value: impl Into<Value>) {
        self.edits.push(Edit { path: Path::new(section, key), value: value.into() });
    }
    fn entry(&mut self, section: Section, fields: &[(&str, Value)]) {
        let id = RecordId::new(1_700_000_000_000, self.chance.bytes()).0;
        let edit = |(key, value): &(&str, Value)| Edit { path: Path::of_entry(section, id, key), value: value.clone() };
        self.edits.extend(fields.iter().map(edit));
    }
    fn phone(&mut self) -> String {
        format!("1990000{:04}", self.chance.below(10_000))
    }
    fn relative(&mut self, name: String, relation: &str, guardian: bool, phone: bool) {
        let mut fields = vec![("name", Value::from(name)), ("relation", Value::from(relation))];
        if guardian {
            fields.push(("guardian", Value::Bool(true)));
        }
        if phone {
            let phone = self.phone();
            fields.push(("phone", phone.into()));
        }
        self.entry(Section::Household, &fields);
    }
    fn name(&mut self, surname: &str, given: &[&str]) -> String {
        format!("{surname}{}", self.chance.pick(given))
    }
}

fn person(chance: &mut Chance, programme: Programme, area: AreaCode, worker: StaffId, today: NaiveDate) -> Person {
    let age = match programme {
        Programme::Child => chance.between(2, 15),
        Programme::Elder => chance.between(62, 93),
        Programme::Social | Programme::Other(_) => chance.between(20, 58),
    };
    let birth = today.checked_sub_days(Days::new(u64::try_from(age * 365 + age / 4 + chance.between(1, 360)).unwrap_or(0))).unwrap_or(today);
    let surname = chance.pick(SURNAMES);
    let sex = if chance.percent(if programme == Programme::Elder { 58 } else { 48 }) { "2" } else { "1" };
    let mut file = File { chance, edits: Vec::new(), surname, sex };
    identity(&mut file, programme, birth);
    let (categories, risk) = match programme {
        Programme::Child => child(&mut file, birth, today),
        Programme::Elder => elder(&mut file),
        Programme::Social | Programme::Other(_) => client(&mut file),
    };
    for category in &categories {
        let since = today.checked_sub_days(Days::new(u64::try_from(file.chance.between(280, 1500)).unwrap_or(0))).unwrap_or(today);
        file.entry(Section::Categories, &[("code", category.code().into()), ("since", since.to_string().into())]);
    }
    file.say(Section::Risk, "level", risk.code());
    if risk != Risk::Low {
        let why = risk_reason(&mut file, programme);
        file.say(Section::Risk, "reason", why);
    }
    file.say(Section::Consent, "basis", "statutory_duty");
    file.say(Section::Charge, "staff", worker.as_str());
    file.say(Section::Area, "code", area.as_str());
    let age = u32::try_from(age).unwrap_or(0);
    let edits = file.edits;
    Person { programme, area, worker, edits, categories, risk, age, wanted: Wanted::Later }
}

fn identity(file: &mut File<'_>, programme: Programme, birth: NaiveDate) {
    let given = match (programme, file.sex) {
        (Programme::Child, "1") => BOYS,
        (Programme::Child, _) => GIRLS,
        (Programme::Elder, "1") => OLD_MEN,
        (Programme::Elder, _) => OLD_WOMEN,
        (Programme::Social | Programme::Other(_), _) => ADULTS,
    };
    let name = file.name(file.surname, given);
    file.say(Section::Identity, "name", name);
    file.say(Section::Identity, "sex", file.sex);
    file.say(Section::Identity, "birth", birth.to_string());
    // A few children have no number yet.
    if programme != Programme::Child || !file.chance.percent(3) {
        let sequence = file.chance.below(500) * 2 + usize::from(file.sex == "1");
        let first17 = format!("{}{}{:03}", county::COUNTY.0, birth.format("%Y%m%d"), sequence.min(999));
        if let Some(check) = check_digit(&first17) {
            file.say(Section::Identity, "id_number", format!("{first17}{check}"));
        }
    }
    let ethnic = file.chance.weighted(&[("汉族", 92), ("土家族", 4), ("苗族", 3), ("回族", 1)]);
    file.say(Section::Identity, "ethnic", ethnic);
    let address = format!("{}组{}号", file.chance.between(1, 9), file.chance.between(1, 60));
    file.say(Section::Contact, "address", address);
}

fn child(file: &mut File<'_>, birth: NaiveDate, today: NaiveDate) -> (Vec<Category>, Risk) {
    use Category::*;
    let kind = file.chance.weighted(&[("left", 46), ("poor", 16), ("own", 10), ("facto", 10), ("orphan", 4), ("guard", 8), ("migrant", 6)]);
    let (mut categories, away) = match kind {
        "left" => (vec![LeftBehindChild], true),
        "poor" => (vec![FamilyDifficulty], false),
        "own" => (vec![OwnDifficulty], false),
        "facto" => (vec![DeFactoUnsupported], true),
        "orphan" => (vec![Orphan], true),
        "guard" => (vec![GuardianshipDifficulty], true),
        _ => (vec![MigrantChild], false),
    };
    if kind == "guard" && file.chance.percent(40) {
        categories.push(LeftBehindChild);
    }
    let surname = file.surname;
    if away {
        let (given, carer) = if file.chance.percent(65) { (OLD_WOMEN, "奶奶") } else { (OLD_MEN, "爷爷") };
        let other = file.chance.pick(SURNAMES);
        let name = file.name(if carer == "爷爷" { surname } else { other }, given);
        file.relative(name, "grandparent", true, true);
        file.say(Section::Guardianship, "carer", carer);
    }
    if kind != "orphan" {
        let phone = file.chance.percent(75);
        let father = file.name(surname, ADULTS);
        file.relative(father, "father", !away, phone);
        let (surname, phone) = (file.chance.pick(SURNAMES), file.chance.percent(60));
        let mother = file.name(surname, ADULTS);
        file.relative(mother, "mother", false, phone);
    }
    let grade = match kind {
        "guard" => "improper",
        "facto" | "orphan" => "insufficient",
        _ if file.chance.percent(15) => "insufficient",
        _ => "normal",
    };
    file.say(Section::Guardianship, "grade", grade);
    if away && kind == "left" {
        let where_to = file.chance.pick(&[
            "父母在广东打工，过年回来",
            "父亲在浙江打工，母亲在县城上班",
            "父母都在外地打工，每周视频",
            "父母在外省工地做工，半年回来一次",
        ]);
        file.say(Section::Guardianship, "parents", where_to);
    }
    let years = today.year() - birth.year();
    let school = match years {
        ..3 => String::new(),
        3..6 => "中心幼儿园".to_owned(),
        6..13 => format!("{}{}年级", file.chance.pick(SCHOOLS.get(..3).unwrap_or(SCHOOLS)), (years - 5).clamp(1, 6)),
        _ => format!("初级中学{}年级", (years - 5).clamp(7, 9)),
    };
    if !school.is_empty() {
        file.say(Section::Situation, "schooling", school);
    }
    if kind == "own" {
        disability(file);
    }
    let risk = match kind {
        "guard" => file.chance.weighted(&[("high", 30), ("medium", 60), ("low", 10)]),
        "facto" | "orphan" | "own" => file.chance.weighted(&[("high", 4), ("medium", 40), ("low", 56)]),
        _ => file.chance.weighted(&[("high", 1), ("medium", 12), ("low", 87)]),
    };
    (categories, risk.parse().unwrap_or(Risk::Low))
}

fn elder(file: &mut File<'_>) -> (Vec<Category>, Risk) {
    use Category::*;
    let kind = file.chance.weighted(&[("alone", 32), ("nest", 30), ("left", 16), ("disabled", 13), ("handicapped", 6), ("family", 3)]);
    let mut categories = vec![match kind {
        "alone" => LivingAlone,
        "nest" => EmptyNest,
        "left" => LeftBehindElder,
        "disabled" => DisabledElder,
        "handicapped" => SeverelyHandicapped,
        _ => SpecialFamilyPlanning,
    }];
    if kind == "disabled" && file.chance.percent(25) {
        categories.push(LivingAlone);
    }
    if file.chance.percent(62) {
        let phone = file.phone();
        file.say(Section::Contact, "phone", phone);
    }
    let surname = file.surname;
    if kind != "family" {
        let (relation, surname) = if file.chance.percent(70) { ("son", surname) } else { ("daughter", surname) };
        let name = file.name(surname, ADULTS);
        file.relative(name, relation, false, true);
    }
    if kind == "nest" || kind == "left" {
        let (surname, given) = if file.sex == "1" { (file.chance.pick(SURNAMES), OLD_WOMEN) } else { (file.chance.pick(SURNAMES), OLD_MEN) };
        let name = file.name(surname, given);
        file.relative(name, "spouse", false, false);
    }
    let health = file.chance.pick(&[
        "高血压，每天吃药",
        "身体还硬朗",
        "腿脚不好，走路要拐杖",
        "糖尿病多年",
        "眼睛看不清，耳朵也背",
        "冠心病，去年住过院",
        "关节疼，阴雨天厉害",
    ]);
    file.say(Section::Situation, "health", health);
    if kind == "handicapped" {
        disability(file);
    }
    let risk = match kind {
        "disabled" | "handicapped" => file.chance.weighted(&[("high", 3), ("medium", 52), ("low", 45)]),
        "alone" => file.chance.weighted(&[("high", 1), ("medium", 25), ("low", 74)]),
        _ => file.chance.weighted(&[("medium", 10), ("low", 90)]),
    };
    (categories, risk.parse().unwrap_or(Risk::Low))
}

fn client(file: &mut File<'_>) -> (Vec<Category>, Risk) {
    let phone = file.phone();
    file.say(Section::Contact, "phone", phone);
    let surname = file.surname;
    let name = file.name(surname, ADULTS);
    let relation = file.chance.pick(&["spouse", "father", "mother", "sibling"]);
    file.relative(name, relation, false, true);
    let health = file.chance.pick(&["肢体残疾，不能干重活", "患病在家休养", "身体一般", "情绪障碍，服药中", "无重大疾病"]);
    file.say(Section::Situation, "health", health);
    let plan = file.chance.pick(&[
        "申请低保，联系公益岗位。",
        "陪同就医，落实医疗救助。",
        "每月上门一次，做情绪支持；联系村里帮忙。",
        "帮助办理残疾证，申请两项补贴。",
    ]);
    file.say(Section::Plan, "text", plan);
    let risk = file.chance.weighted(&[("medium", 35), ("low", 65)]);
    (vec![Category::SocialCase], risk.parse().unwrap_or(Risk::Low))
}

fn disability(file: &mut File<'_>) {
    let kind = file.chance.pick(&["limbs", "intellect", "hearing", "sight", "mental"]);
    file.say(Section::Situation, "disability", kind);
    let grade = file.chance.pick(&["1", "2", "2", "3"]);
    file.say(Section::Situation, "disability_grade", grade);
}

fn risk_reason(file: &mut File<'_>, programme: Programme) -> &'static str {
    file.chance.pick(match programme {
        Programme::Child => &["奶奶年纪大，照看吃力", "父母长期联系不上", "监护人喝酒，有过打骂", "孩子情绪低落，不爱说话", "家里只有老人，上学路远"],
        Programme::Elder => &["一个人住，去年跌倒过", "生活要人帮，子女不在身边", "有慢性病，吃药不规律", "用煤炉取暖，要提醒通风"],
        Programme::Social | Programme::Other(_) => &["病后没有收入", "情绪不稳，家里矛盾多", "独自带孩子，没有工作"],
    })
}
