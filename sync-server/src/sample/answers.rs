//! What was answered at a visit, by the shipped forms: mostly as last time, now and then something new.
use super::chance::Chance;
use super::notes;
use super::people::Person;
use chrono::NaiveDate;
use domain::form::{self, Answers};
use domain::{Category, Programme, Risk, Value};
use forms::Form;

type Weights = &'static [(&'static str, u64)];

/// Collects the answers of one visit.
struct Sheet<'c> {
    chance: &'c mut Chance,
    answers: Answers,
}

impl Sheet<'_> {
    fn set(&mut self, question: &str, value: impl Into<Value>) {
        self.answers.insert(question.to_owned(), value.into());
    }
    fn many(&mut self, question: &str, options: &[&str]) {
        self.answers.insert(question.to_owned(), Value::Many(options.iter().map(|o| (*o).to_owned()).collect()));
    }
    fn is(&self, question: &str, option: &str) -> bool {
        self.answers.get(question).and_then(Value::text) == Some(option)
    }
    fn has(&self, question: &str, option: &str) -> bool {
        matches!(self.answers.get(question), Some(Value::Many(m)) if m.contains(option))
    }
    /// What was carried over stays, except one time in eight.
    fn stays(&mut self, question: &str) -> bool {
        self.answers.contains_key(question) && !self.chance.percent(12)
    }
    fn one(&mut self, question: &str, weights: Weights) {
        if !self.stays(question) {
            let option = self.chance.weighted(weights);
            self.set(question, option);
        }
    }
    /// None of these so many times in a hundred, else one or two.
    fn some(&mut self, question: &str, none: u64, weights: Weights) {
        if self.stays(question) {
            return;
        }
        if self.chance.percent(none) {
            return self.many(question, &["none"]);
        }
        self.few(question, weights);
    }
    fn few(&mut self, question: &str, weights: Weights) {
        let first = self.chance.weighted(weights);
        let second = if self.chance.percent(35) { self.chance.weighted(weights) } else { first };
        self.many(question, &[first, second]);
    }
}

/// When a visit is, and what came of it.
pub struct Occasion {
    /// Its day.
    pub day: NaiveDate,
    /// Whether she was met.
    pub met: bool,
    /// The day agreed for the next one.
    pub next: Option<NaiveDate>,
}

/// The answers of one visit. `last` are those of the visit before.
pub fn answers(chance: &mut Chance, form: &Form, person: &Person, last: &Answers, occasion: &Occasion) -> Answers {
    let Occasion { day, met, next } = *occasion;
    let mut sheet = Sheet { answers: form.carry_over(last, day), chance };
    kind(&mut sheet, person);
    if met {
        sheet.set(form::MET, form::MET_YES);
        match person.programme {
            Programme::Child => child(&mut sheet, person),
            Programme::Elder => elder(&mut sheet, person),
            Programme::Social | Programme::Other(_) => client(&mut sheet, last.is_empty()),
        }
    } else if sheet.chance.percent(20) {
        sheet.set(form::MET, "refused");
        let why = sheet.chance.pick(&["说家里正忙，改天再来", "老人说一切都好，不用看", "不愿意外人进门"]);
        sheet.set(form::REFUSED_WHY, why);
    } else {
        sheet.set(form::MET, "nobody");
    }
    if sheet.chance.percent(85) {
        let note = notes::note(sheet.chance, person.programme, &sheet.answers);
        sheet.set(form::NOTE, note);
    }
    if let Some(next) = next {
        sheet.set(form::NEXT_DATE, next.to_string());
    }
    form.filled(&sheet.answers, day).prune()
}

fn kind(s: &mut Sheet<'_>, person: &Person) {
    let kind = s.chance.weighted(match (person.programme, person.age) {
        (Programme::Child, 6..) => &[("home", 58), ("phone", 22), ("school", 14), ("extra", 6)],
        (Programme::Child, _) => &[("home", 70), ("phone", 24), ("extra", 6)],
        (Programme::Elder, _) => &[("home", 62), ("phone", 34), ("video", 4)],
        (Programme::Social | Programme::Other(_), _) => &[("home", 56), ("phone", 20), ("station", 24)],
    });
    s.set(form::KIND, kind);
}

fn child(s: &mut Sheet<'_>, person: &Person) {
    use Category::*;
    let is = |c: Category| person.categories.contains(&c);
    let with_old = is(LeftBehindChild) || is(DeFactoUnsupported) || is(Orphan) || is(GuardianshipDifficulty);
    let alone = s.chance.weighted(&[("yes", 58), ("no", 42)]);
    s.set("alone", alone);
    s.one("care_by", if with_old { &[("grandparents", 88), ("relatives", 12)] } else { &[("parents", 95), ("relatives", 5)] });
    let strained: Weights = &[("lacking", 62), ("improper", 18), ("good", 20)];
    s.one("care", if person.risk == Risk::High || is(GuardianshipDifficulty) { strained } else { &[("good", 82), ("lacking", 18)] });
    let present = match () {
        () if s.is("kind", "school") => "teacher",
        () if s.is("kind", "phone") && s.chance.percent(50) => "nobody",
        () if s.is("care_by", "parents") => "mother",
        () if s.is("care_by", "relatives") => "relatives",
        () => "grandparents",
    };
    s.many("present", &[present]);
    s.one(
        "school",
        match person.age {
            ..6 => &[("not_yet", 100)],
            _ => &[("regular", 94), ("absences", 6)],
        },
    );
    s.one(
        "health",
        if is(OwnDifficulty) { &[("disability", 60), ("serious", 30), ("minor", 10)] } else { &[("good", 80), ("minor", 16), ("thin", 4)] },
    );
    s.one("mood", &[("steady", 76), ("quiet", 15), ("low", 5), ("angry", 4)]);
    if s.is("kind", "home") || s.is("kind", "extra") {
        s.some("home", 74, &[("house", 20), ("electricity", 24), ("fire", 16), ("water", 22), ("poison", 12), ("dirty", 6)]);
    }
    s.some("risks", 82, &[("water_play", 26), ("strangers", 18), ("fights", 14), ("smokes", 8), ("works", 6), ("family", 12), ("hazard", 16)]);
    s.many("signs", &["none"]);
    s.some(
        "problems",
        46,
        &[("money", 20), ("medical", 12), ("study", 30), ("carer", 16), ("parents", 6), ("bullying", 3), ("phone", 18), ("papers", 4)],
    );
    if !s.has("problems", "none") {
        s.few("done", &[("talk", 34), ("safety", 22), ("policy", 14), ("apply", 8), ("goods", 6), ("parents", 10), ("school", 8), ("reported", 3)]);
        s.some("needs", 40, &[("aid", 26), ("medical", 14), ("study", 30), ("counselling", 12), ("goods", 16), ("repair", 4)]);
    }
}

fn elder(s: &mut Sheet<'_>, person: &Person) {
    use Category::*;
    let helpless = person.categories.contains(&DisabledElder) || person.categories.contains(&SeverelyHandicapped);
    s.one(
        "health",
        if helpless {
            &[("chronic", 60), ("bedridden", 24), ("unwell", 8), ("good", 8)]
        } else {
            &[("chronic", 48), ("good", 44), ("unwell", 6), ("untreated", 2)]
        },
    );
    s.one("self_care", if helpless { &[("most", 48), ("some", 30), ("all", 22)] } else { &[("alone", 86), ("some", 14)] });
    s.one("mood", &[("good", 64), ("lonely", 22), ("low", 7), ("confused", 7)]);
    s.one(
        "response",
        if helpless { &[("slow", 40), ("deaf", 24), ("unclear", 16), ("clear", 20)] } else { &[("clear", 72), ("slow", 12), ("deaf", 16)] },
    );
    let falls = s.chance.weighted(&[("none", 955), ("once", 38), ("more", 7)]);
    s.set("falls", falls);
    if falls != "none" {
        let hurt = s.chance.weighted(&[("no", 60), ("light", 40)]);
        s.set("fall_hurt", hurt);
    }
    s.one("economy", &[("enough", 66), ("tight", 28), ("short", 6)]);
    s.one(
        "family",
        if person.categories.contains(&LivingAlone) {
            &[("often", 60), ("seldom", 36), ("nobody", 4)]
        } else {
            &[("together", 42), ("often", 46), ("seldom", 12)]
        },
    );
    s.one("hygiene", &[("good", 58), ("fair", 34), ("home", 6), ("person", 2)]);
    s.some("benefits", 8, &[("old_age", 50), ("dibao", 20), ("nursing", 12), ("disability", 10), ("service", 8)]);
    let reached = s.chance.weighted(&[("yes", 70), ("no", 22), ("tried", 8)]);
    s.set("kin_reached", reached);
    s.one("visit_wish", &[("home", 80), ("phone", 16), ("less", 4)]);
    s.some("home", 66, &[("house", 14), ("water", 8), ("electricity", 24), ("gas", 6), ("heating", 10), ("floor", 30), ("clutter", 14)]);
    s.some(
        "needs",
        50,
        &[("meals", 22), ("cleaning", 14), ("bathing", 6), ("medical", 22), ("aids", 14), ("company", 20), ("aid", 8), ("assessment", 4)],
    );
    s.one("willing", &[("yes", 62), ("thinking", 24), ("no", 14)]);
    s.few("done", &[("talk", 36), ("health", 26), ("safety", 20), ("policy", 10), ("family", 6), ("chores", 6), ("goods", 4)]);
}

fn client(s: &mut Sheet<'_>, first: bool) {
    let state = if first { "first" } else { s.chance.weighted(&[("better", 34), ("same", 58), ("worse", 8)]) };
    s.set("state", state);
    s.some(
        "problems",
        8,
        &[("money", 30), ("medical", 20), ("disability", 14), ("job", 16), ("housing", 6), ("family", 12), ("mind", 14), ("papers", 6)],
    );
    s.one("mood", &[("steady", 66), ("low", 20), ("tense", 14)]);
    s.few("done", &[("care", 36), ("policy", 22), ("resources", 14), ("counselling", 24), ("emergency_aid", 2)]);
    if s.has("done", "resources") {
        let what = s.chance.pick(&["县慈善会助困项目 500 元", "村里公益岗位", "爱心企业送的冬衣两件", "县医院义诊号"]);
        s.set("resources", what);
    }
    s.some("needs", 30, &[("aid", 30), ("medical", 22), ("job", 16), ("care", 10), ("counselling", 20), ("legal", 4)]);
}
