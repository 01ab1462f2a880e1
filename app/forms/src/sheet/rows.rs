//! A workbook's rows, made into a form. What is wrong is said by sheet, row and column, all of it at once.
mod advice;
mod amiss;
mod cells;
mod lists;
mod matter;

use super::model::{Answer, Blank, Choice, Choices, Item, Kind, Meta, Words};
use super::order;
use super::parameters::{self, Parameters};
use super::pattern::Pattern;
use domain::form::{DONE, KIND, LEVEL, MET, NEXT_DATE, NOTE, REFUSED_WHY, SCORE, TITLE};
use domain::matter::MatterType;
use expressions::{Expr, Function, SyntaxError, begins_name, is_in_name, parse};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A row: its number as the office program counts, its cells by their heads.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Row {
    /// From 1; the heads are the first.
    pub number: u32,
    /// Cells that hold something, by the head as it is known here.
    pub cells: BTreeMap<String, String>,
}

/// A workbook, as far as a form needs it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Workbook {
    /// Questions.
    pub survey: Vec<Row>,
    /// Choices.
    pub choices: Vec<Row>,
    /// Name, title, version.
    pub settings: Option<Row>,
    /// Sheets that the form speaks of as files beside it, by name: `villages` of `villages.csv`.
    pub tables: BTreeMap<String, Vec<Row>>,
    /// What makes it a type of matter, where it is one.
    pub matter: Option<Row>,
    /// The stages of such.
    pub stages: Vec<Row>,
}

/// Something that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// On which sheet.
    pub sheet: Cow<'static, str>,
    /// In which row.
    pub row: u32,
    /// In which column, where it is one.
    pub column: Option<&'static str>,
    /// What.
    pub reason: String,
}

/// Most rows of a form, and most choices of all its lists.
const MOST_ITEMS: usize = 10_000;
const MOST_CHOICES: usize = 100_000;
/// Deepest that groups lie in each other.
const DEEPEST: usize = 32;

/// What a question may mean to lists, due dates and the history of assessments.
pub(crate) const MEANINGS: [&str; 9] = [KIND, MET, REFUSED_WHY, NOTE, DONE, NEXT_DATE, SCORE, LEVEL, TITLE];

const SURVEY: &str = "survey";
const CHOICES: &str = "choices";

/// What became of a workbook.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Checked {
    /// The form, as far as it could be read; only without a mistake can it be filled in.
    pub blank: Blank,
    /// The type of matter whose form it is, where it is one.
    pub matter: Option<MatterType>,
    /// Everything that is wrong.
    pub mistakes: Vec<Mistake>,
    /// What is taken in part only.
    pub notes: Vec<String>,
}

impl Checked {
    /// The form, when nothing is wrong.
    ///
    /// # Errors
    /// Everything that is.
    pub fn form(self) -> Result<Blank, Vec<Mistake>> {
        if self.mistakes.is_empty() { Ok(self.blank) } else { Err(self.mistakes) }
    }
    /// How many rows a person answers, those of a repeat once.
    pub fn questions(&self) -> usize {
        let nothing = Expr::Text(String::new());
        let is_asked = |item: &&Item| matches!(item.kind, Kind::Ask(_)) && item.calculation.as_ref().is_none_or(|gives| *gives == nothing);
        let asked = self.blank.items.iter().filter(is_asked);
        asked.map(|item| item.row).collect::<BTreeSet<_>>().len()
    }
}

/// Makes a form of a workbook; `name` is that of a form which does not say its own.
pub fn read(book: &Workbook, name: &str) -> Checked {
    let mut reader = Reader::default();
    let setting = |key: &str| book.settings.as_ref().and_then(|row| row.cells.get(key)).cloned();
    reader.blank.id = setting("form_id").unwrap_or_else(|| name.to_owned());
    reader.blank.title = setting("form_title").unwrap_or_else(|| reader.blank.id.clone());
    reader.blank.version = setting("version").unwrap_or_default();
    reader.blank.language = setting("default_language").unwrap_or_default();
    reader.blank.flat = setting("flat").is_some_and(|flat| is_yes(&flat));
    for (sheet, rows, most) in [(SURVEY, &book.survey, MOST_ITEMS), (CHOICES, &book.choices, MOST_CHOICES)] {
        if let Some(row) = rows.get(most) {
            reader.say(sheet, row.number, None, format!("行太多，最多 {most} 行 / too many rows: {most} at most"));
            return reader.checked();
        }
    }
    if book.survey.is_empty() {
        reader.say(SURVEY, 1, None, "没有“题目”（survey）这张工作表，或者里面没有题 / there is no sheet survey, or nothing on it");
    }
    reader.without_columns(book);
    reader.without_lists(book);
    reader.lists(book);
    reader.items(book);
    reader.expressions(book);
    reader.matter(book);
    reader.advise(book);
    if reader.wrong.is_empty() {
        match order::ordered(&reader.blank) {
            Ok(order) => reader.blank.order = order,
            Err(circle) => {
                let items: Vec<&Item> = circle.0.iter().filter_map(|n| reader.blank.items.get(*n)).collect();
                let names = items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>().join(", ");
                let row = items.iter().map(|item| item.row).min().unwrap_or_default();
                reader.say(SURVEY, row, None, format!("这些题互相等待，算不出来：{names} / these wait for each other: {names}"));
            }
        }
    }
    reader.checked()
}

#[derive(Default)]
struct Reader {
    blank: Blank,
    /// What questions mean.
    meant: HashSet<String>,
    /// Rows of choices whose names have spaces, by list.
    spaced: HashMap<String, Vec<u32>>,
    /// Names in use, by what they lie in, each with its row.
    names: HashMap<(usize, String), u32>,
    /// Those that are wrong, or stand twice, as was said of their own rows.
    spoilt: HashSet<String>,
    /// Columns that no question has: the row of the heads, and what is said of it until that was said.
    no_column: BTreeMap<&'static str, (u32, Option<String>)>,
    /// Why no list of all is there, which is said of the first question that needs one.
    no_lists: Option<(&'static str, u32, &'static str, String)>,
    said_no_lists: bool,
    /// What is wrong in several rows.
    told: BTreeMap<String, amiss::Told>,
    /// Those of repeats.
    repeats: HashSet<String>,
    /// The item of each row of the survey.
    item_of: BTreeMap<u32, usize>,
    matter: Option<MatterType>,
    wrong: Vec<Mistake>,
    notes: Vec<String>,
}

/// What a cell of the column `type` says.
enum Said {
    Begin(bool),
    End(bool),
    Item(Kind),
    Select(Answer, String, bool),
}

impl Reader {
    fn say(&mut self, sheet: &'static str, row: u32, column: Option<&'static str>, reason: impl Into<String>) {
        self.wrong.push(Mistake { sheet: sheet.into(), row, column, reason: reason.into() });
    }

    fn checked(mut self) -> Checked {
        self.say_where_else();
        Checked { blank: self.blank, matter: self.matter, mistakes: self.wrong, notes: self.notes }
    }

    fn items(&mut self, book: &Workbook) {
        self.blank.items.push(Item { name: "data".into(), ..Item::default() });
        let mut open: Vec<amiss::Open> = Vec::new();
        for row in &book.survey {
            if row.cells.get("disabled").is_some_and(|disabled| is_yes(disabled)) {
                continue;
            }
            let Some(of) = row.cells.get("type") else {
                if row.cells.keys().any(|head| head == "name" || head.starts_with("label")) {
                    self.lacks_column(row.number, "type");
                }
                continue;
            };
            let parameters = self.parameters(row);
            let said = match self.said(of, row.number, &parameters) {
                Ok(said) => said,
                Err(reason) => {
                    self.say(SURVEY, row.number, Some("type"), reason);
                    let parent = open.last().map_or(0, |(n, _)| *n);
                    match amiss::edge(of) {
                        Some(true) => open.push((self.stand_in(row, parent), None)),
                        Some(false) => _ = open.pop(),
                        None => _ = self.stand_in(row, parent),
                    }
                    continue;
                }
            };
            match said {
                Said::End(repeat) => self.end(row.number, &mut open, Some(repeat)),
                Said::Begin(repeat) => {
                    if repeat {
                        self.repeat_name(row);
                    }
                    let kind = if repeat { Kind::Repeat(None) } else { Kind::Group };
                    let parent = open.last().map_or(0, |(n, _)| *n);
                    let made = self.item(row, kind, None, parent);
                    if open.len() >= DEEPEST {
                        self.say(SURVEY, row.number, Some("type"), "分组套得太深 / groups lie too deep in each other");
                        return;
                    }
                    open.push((made, Some(repeat)));
                }
                Said::Item(kind) => _ = self.item(row, kind, None, open.last().map_or(0, |(n, _)| *n)),
                Said::Select(answer, list, other) => {
                    let parent = open.last().map_or(0, |(n, _)| *n);
                    self.without_spaces(&answer, &list);
                    let list = if other { self.with_other(&list) } else { list };
                    self.item(row, Kind::Ask(answer), Some(Choices { list, ..Choices::default() }), parent);
                    if other {
                        self.other(row, parent);
                    }
                }
            }
        }
        self.unended(open);
    }

    fn said(&mut self, of: &str, row: u32, parameters: &Parameters) -> Result<Said, String> {
        let mut words: Vec<&str> = of.split_whitespace().collect();
        // In all the ways it is written: `or_other`, `or other`, `or specify other`.
        let endings: [&[&str]; 3] = [&["or_other"], &["or", "other"], &["or", "specify", "other"]];
        let ends = |ending: &&&[&str]| {
            words.len() > ending.len() + 1 && words.iter().rev().zip(ending.iter().rev()).all(|(word, end)| word.eq_ignore_ascii_case(end))
        };
        let ending = endings.iter().find(ends).map_or(0, |ending| ending.len());
        let other = ending > 0;
        words.truncate(words.len() - ending);
        let plain = plain_type(of);
        let list = || words.last().map(|w| (*w).to_owned()).unwrap_or_default();
        if plain.starts_with("select one external") {
            return Err(
                "select_one_external 用不了，请改成 select_one 加选项条件 / select_one_external cannot be used: select_one with a choice_filter can"
                    .into(),
            );
        }
        for (begins, answer) in [("select one from file", Answer::SelectOne), ("select multiple from file", Answer::SelectMultiple)] {
            if plain.starts_with(begins) {
                return self.listed_in_file(answer, &list(), parameters);
            }
        }
        for (begins, answer) in [
            ("select one", Answer::SelectOne),
            ("select1", Answer::SelectOne),
            ("select multiple", Answer::SelectMultiple),
            ("select all that apply from", Answer::SelectMultiple),
            ("select all that apply", Answer::SelectMultiple),
            ("rank", Answer::Rank),
        ] {
            if plain == begins || plain.starts_with(&format!("{begins} ")) {
                let list = list();
                if answers_of(&list).is_some() && other {
                    return Err("选项取自一道题时不能加“或其他” / or_other goes with a list of choices".to_owned());
                }
                if answers_of(&list).is_none() && !self.blank.lists.contains_key(&list) {
                    self.no_list(row, of, &list);
                }
                return Ok(Said::Select(answer, list, other));
            }
        }
        let kind = match plain.as_str() {
            "begin group" => return Ok(Said::Begin(false)),
            "begin repeat" | "begin lgroup" | "begin looped group" => return Ok(Said::Begin(true)),
            "end group" => return Ok(Said::End(false)),
            "end repeat" | "end lgroup" | "end looped group" => return Ok(Said::End(true)),
            "text" | "string" | "phone number" => Kind::Ask(Answer::Text),
            "integer" | "int" | "percentage" => Kind::Ask(Answer::Integer),
            days if days.starts_with("number of days in last ") => Kind::Ask(Answer::Integer),
            "decimal" => Kind::Ask(Answer::Decimal),
            "date" => Kind::Ask(Answer::Date),
            "time" => Kind::Ask(Answer::Time),
            "datetime" | "date time" => Kind::Ask(Answer::DateTime),
            "acknowledge" | "trigger" => Kind::Ask(Answer::Acknowledge),
            "geopoint" | "gps" | "location" => Kind::Ask(Answer::GeoPoint),
            "geotrace" => Kind::Ask(Answer::GeoTrace),
            "geoshape" => Kind::Ask(Answer::GeoShape),
            "barcode" => Kind::Ask(Answer::Text),
            "image" | "photo" | "picture" => Kind::Ask(Answer::Image),
            "audio" | "video" | "file" => Kind::Ask(Answer::File),
            "range" => Kind::Ask(parameters::range(parameters)),
            "note" => Kind::Note,
            "calculate" | "hidden" => Kind::Calculate,
            "start" | "start time" => Kind::Meta(Meta::Start),
            "end" | "end time" => Kind::Meta(Meta::End),
            "today" => Kind::Meta(Meta::Today),
            "username" | "uri:username" => Kind::Meta(Meta::User),
            "deviceid" | "device id" | "imei" | "uri:deviceid" => Kind::Meta(Meta::Device),
            "phonenumber"
            | "email"
            | "audit"
            | "simserial"
            | "sim id"
            | "subscriberid"
            | "subscriber id"
            | "start-geopoint"
            | "background-audio"
            | "background-geopoint"
            | "csv-external"
            | "xml-external"
            | "uri:phonenumber"
            | "uri:email"
            | "uri:simserial"
            | "uri:subscriberid" => {
                self.notes.push(format!("第 {row} 行：{of} 不记录 / {of} is not put down"));
                Kind::Meta(Meta::Nothing)
            }
            _ => return Err(self.no_type(of)),
        };
        if kind == Kind::Ask(Answer::File) {
            self.notes.push(format!("第 {row} 行：{of} 在手机上还不能填，必填也不拦 / {of} cannot be answered on a phone yet, nor is it demanded"));
        }
        Ok(Said::Item(kind))
    }

    fn item(&mut self, row: &Row, kind: Kind, choices: Option<Choices>, parent: usize) -> usize {
        let cell = |head: &str| row.cells.get(head).cloned().unwrap_or_default();
        let name = cell("name");
        let made = self.blank.items.len();
        if name.is_empty() {
            if !matches!(kind, Kind::Note | Kind::Meta(_)) {
                self.lacks_column(row.number, "name");
            }
        } else if !is_name(&name) {
            let reason = "名称要以字（汉字、字母）或下划线开头，后面只用字、数字、-、_、.，不能有空格 / a name begins with a letter and goes on with letters, digits, -, _ or .";
            self.say(SURVEY, row.number, Some("name"), reason);
            self.spoilt.insert(name.clone());
        }
        if !name.is_empty() {
            self.take_name(row.number, parent, &name);
        }
        let begins = row.cells.get("default").is_some_and(|default| cells::is_worked_out(default, false));
        if matches!(kind, Kind::Calculate) && cell("type").trim() != "hidden" && !row.cells.contains_key("calculation") && !begins {
            self.say(SURVEY, row.number, Some("calculation"), "没有写怎么算，写在“计算”一列 / there is no calculation");
        }
        let label = words(row, "label");
        let said = |head: &String| ["hint", "media", "image", "audio", "video", "big-image"].iter().any(|h| head.starts_with(h));
        if matches!(kind, Kind::Ask(_) | Kind::Note) && label.is_empty() && !row.cells.contains_key("calculation") && !row.cells.keys().any(said) {
            self.lacks_column(row.number, "label");
        }
        let item = Item {
            name,
            row: row.number,
            parent,
            kind,
            label,
            hint: words(row, "hint"),
            guide: words(row, "guidance_hint"),
            constraint_message: words(row, "constraint_message"),
            required_message: words(row, "required_message"),
            choices,
            appearance: cell("appearance"),
            means: row.cells.get("nuanfang::means").cloned(),
            carry: row.cells.get("nuanfang::carry").is_some_and(|carry| is_yes(carry)),
            short: words(row, "nuanfang::short"),
            call: row.cells.get("parameters").and_then(|text| parameters::read(text).ok()?.remove("call")),
            ..Item::default()
        };
        if let Some(means) = item.means.as_ref().filter(|means| !MEANINGS.contains(&means.as_str()) || !self.meant.insert((*means).clone())) {
            let known = MEANINGS.join("、");
            let reason = if MEANINGS.contains(&means.as_str()) {
                format!("“用作”的 {means} 已经有一道题用了，只能用一次 / another question means {means}")
            } else {
                format!("“用作”没有“{means}”这一种，只有 {known} / no question means {means:?}")
            };
            self.say(SURVEY, row.number, Some("nuanfang::means"), reason);
        }
        let is_number = matches!(item.kind, Kind::Ask(Answer::Integer | Answer::Decimal)) && row.cells.contains_key("calculation");
        let fits = match item.means.as_deref() {
            Some(SCORE) => is_number,
            Some(LEVEL) => item.kind == Kind::Ask(Answer::SelectOne),
            _ => true,
        };
        if !fits {
            let reason = "score 要是算出来的整数或小数，level 要是单选 / score is an integer or decimal with a calculation, level a select_one";
            self.say(SURVEY, row.number, Some("nuanfang::means"), reason);
        }
        self.blank.items.push(item);
        if let Some(parent) = self.blank.items.get_mut(parent) {
            parent.children.push(made);
        }
        self.item_of.insert(row.number, made);
        made
    }

    /// A name that nothing else has where it stands.
    fn take_name(&mut self, row: u32, parent: usize, name: &str) {
        if name == "meta" {
            self.say(SURVEY, row, Some("name"), "meta 是留给表单自己的名称 / meta is a name that the form keeps for itself");
        }
        let before = *self.names.entry((parent, name.to_owned())).or_insert(row);
        if before != row {
            self.spoilt.insert(name.to_owned());
            self.say(SURVEY, row, Some("name"), format!("第 {before} 行已经叫 {name}，请改名 / row {before} is called {name} as well"));
        }
    }

    /// The names of repeats differ wherever they stand.
    fn repeat_name(&mut self, row: &Row) {
        let name = row.cells.get("name").cloned().unwrap_or_default();
        if name == "data" || !self.repeats.insert(name.clone()) {
            self.say(SURVEY, row.number, Some("name"), format!("不能有两个重复组叫 {name} / no two repeats are called {name:?}"));
        }
    }

    fn parameters(&mut self, row: &Row) -> Parameters {
        let plain = row.cells.get("type").map(|of| plain_type(of)).unwrap_or_default();
        let read = parameters::read(row.cells.get("parameters").map(String::as_str).unwrap_or_default());
        let wrong = read.as_ref().map_or_else(|reason| Some(reason.clone()), |parameters| parameters::wrong(&plain, parameters));
        if let Some(reason) = wrong {
            self.say(SURVEY, row.number, Some("parameters"), reason);
        }
        read.unwrap_or_default()
    }
}

/// The question whose answers are choices, where a list is called `${question}`.
fn answers_of(list: &str) -> Option<&str> {
    list.strip_prefix("${")?.strip_suffix('}')
}

/// A type as this program writes it: in small letters, with spaces, without the words around it that old forms have.
fn plain_type(of: &str) -> String {
    let lower = of.trim().replace('_', " ").to_ascii_lowercase();
    let words = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    let asked = words.strip_prefix("add ").and_then(|rest| Some((rest, rest.find(" prompt")?)));
    match asked {
        Some((rest, end)) => format!("{}{}", &rest.get(..end).unwrap_or_default(), rest.get(end + " prompt".len()..).unwrap_or_default()),
        None => words.strip_prefix("q ").or(words.strip_prefix("get ")).unwrap_or(&words).to_owned(),
    }
}

fn is_yes(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "yes" | "true" | "true()" | "是")
}

fn is_no(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "no" | "false" | "false()" | "否")
}

fn is_name(name: &str) -> bool {
    name.chars().next().is_some_and(begins_name) && name.chars().all(is_in_name)
}

/// Words of a column, by language: `label`, `label::English (en)`.
pub(crate) fn words(row: &Row, column: &str) -> Words {
    let of = |(head, cell): (&String, &String)| match head.strip_prefix(column)? {
        "" => Some((String::new(), cell.clone())),
        language => Some((language.strip_prefix("::").or_else(|| language.strip_prefix(':'))?.trim().to_owned(), cell.clone())),
    };
    row.cells.iter().filter_map(of).collect()
}
