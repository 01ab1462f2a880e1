//! What a workbook's sheets, columns and types of question are called: XLSForm's names, with those of older times, in whatever case; and the
//! Chinese ones of [`CHINESE`].
use super::rows::{Mistake, Row, Workbook};
use std::collections::{BTreeMap, HashSet};

/// A sheet as it was read: its name, and its rows of texts, the first of them the heads.
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Rows that hold something: the row's number in the office program, from 1, and its cells as texts.
    pub rows: Vec<(u32, Vec<String>)>,
}

/// Sheets of a form, by the names they have here.
pub const SHEETS: [&str; 3] = ["survey", "choices", "settings"];
/// The sheets that a type of matter has beside them; the second only where the first one is.
pub const MATTER: [&str; 2] = ["matter", "stages"];

/// What sheets, heads and types may be called in Chinese, and what they are called here. Of a head of several languages, `题目::English (en)`,
/// this is the part before the colons.
pub const CHINESE: [(&str, &[(&str, &str)]); 8] = [
    ("sheet", &[("题目", "survey"), ("选项", "choices"), ("设置", "settings"), ("事项", "matter"), ("环节", "stages")]),
    (
        "matter",
        &[
            ("所属", "of"),
            ("对象", "programmes"),
            ("保密", "confidential"),
            ("优先", "urgent"),
            ("谁登记", "opens"),
            ("再办", "again"),
            ("警示后", "after"),
        ],
    ),
    (
        "stages",
        &[
            ("名称", "name"),
            ("环节", "label"),
            ("按钮", "action"),
            ("谁办", "who"),
            ("换人", "another"),
            ("从哪里来", "from"),
            ("要填", "fill"),
            ("期限", "term"),
            ("期限题", "until"),
            ("逾期告诉", "climbs"),
            ("结束", "end"),
            ("不再办", "last"),
        ],
    ),
    (
        "word",
        &[
            ("人", "person"),
            ("村", "area"),
            ("都可以", "either"),
            ("儿童", "child"),
            ("老人", "elder"),
            ("社工类", "social"),
            ("儿童主任", "child_director"),
            ("儿童督导员", "child_supervisor"),
            ("养老专员", "elder_care_specialist"),
            ("社工", "social_worker"),
            ("主管", "reviewer"),
            ("区民政", "county_officer"),
            ("督导", "supervisors"),
            ("登记人", "opener"),
            ("负责人", "charge"),
        ],
    ),
    (
        "survey",
        &[
            ("题型", "type"),
            ("名称", "name"),
            ("题目", "label"),
            ("说明", "hint"),
            ("填写指南", "guidance_hint"),
            ("必填", "required"),
            ("必填提示", "required_message"),
            ("显示条件", "relevant"),
            ("填写要求", "constraint"),
            ("不符提示", "constraint_message"),
            ("计算", "calculation"),
            ("默认值", "default"),
            ("只读", "read_only"),
            ("选项条件", "choice_filter"),
            ("触发", "trigger"),
            ("重复次数", "repeat_count"),
            ("外观", "appearance"),
            ("参数", "parameters"),
            ("用作", "nuanfang::means"),
            ("沿用上次", "nuanfang::carry"),
            ("警示", "nuanfang::alarm"),
            ("警示语", "nuanfang::alarm_message"),
            ("简称", "nuanfang::short"),
        ],
    ),
    ("choices", &[("选项表", "list_name"), ("名称", "name"), ("文字", "label"), ("以上都没有", "nuanfang::none")]),
    (
        "settings",
        &[
            ("表名", "form_title"),
            ("编号", "form_id"),
            ("版本", "version"),
            ("默认语言", "default_language"),
            ("选项可重复", "allow_choice_duplicates"),
            ("对象", "nuanfang::programme"),
            ("用途", "nuanfang::purpose"),
        ],
    ),
    (
        "type",
        &[
            ("文字", "text"),
            ("整数", "integer"),
            ("小数", "decimal"),
            ("日期", "date"),
            ("时间", "time"),
            ("日期时间", "dateTime"),
            ("单选", "select_one"),
            ("多选", "select_multiple"),
            ("排序", "rank"),
            ("确认", "acknowledge"),
            ("数值条", "range"),
            ("位置", "geopoint"),
            ("轨迹", "geotrace"),
            ("范围", "geoshape"),
            ("照片", "image"),
            ("录音", "audio"),
            ("录像", "video"),
            ("文件", "file"),
            ("扫码", "barcode"),
            ("电话", "phone number"),
            ("提示", "note"),
            ("计算", "calculate"),
            ("隐藏", "hidden"),
            ("开始分组", "begin_group"),
            ("结束分组", "end_group"),
            ("开始重复", "begin_repeat"),
            ("结束重复", "end_repeat"),
            ("开始时刻", "start"),
            ("结束时刻", "end"),
            ("当天", "today"),
            ("填写人", "username"),
            ("设备", "deviceid"),
        ],
    ),
];

/// What a word that names people, a programme or whose something is, is called here.
pub(super) fn word(word: &str) -> &str {
    in_chinese("word", word).unwrap_or(word)
}

fn in_chinese(what: &str, word: &str) -> Option<&'static str> {
    let (_, table) = CHINESE.iter().find(|(of, _)| *of == what)?;
    table.iter().find(|(chinese, _)| *chinese == word).map(|(_, name)| *name)
}

/// What a sheet, or a column of one, is called in Chinese; its own name where there is none.
pub fn chinese<'n>(what: &str, name: &'n str) -> &'n str {
    let table = CHINESE.iter().find(|(of, _)| *of == what).map(|(_, table)| *table).unwrap_or_default();
    table.iter().find(|(_, known)| *known == name).map_or(name, |(chinese, _)| *chinese)
}

/// What a column of a sheet is by its head, as far as it has one of the names here; nothing where the column is not read.
pub fn column(sheet: &Sheet, form_sheet: &'static str, at: usize) -> Option<Option<&'static str>> {
    let (_, heads) = heads_of(sheet)?;
    let head = known(&heads.get(at)?.replace(HARD_SPACE, " "), form_sheet);
    let table = CHINESE.iter().find(|(of, _)| *of == form_sheet).map(|(_, table)| *table).unwrap_or_default();
    let ours =
        table.iter().map(|(_, name)| *name).filter(|name| head.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')));
    let is_read = form_sheet == CHOICES || form_sheet == TABLE || is_known(&head, form_sheet);
    (!head.is_empty() && is_read).then(|| ours.max_by_key(|name| name.len()))
}

/// The row of a sheet that holds its heads.
pub fn heads_of(sheet: &Sheet) -> Option<&(u32, Vec<String>)> {
    sheet.rows.iter().find(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()))
}

/// Whether a cell says a head of a sheet by any of its names.
pub(super) fn is_head(sheet: &str, cell: &str, head: &str) -> bool {
    known(cell, sheet) == head
}

/// A head of a sheet in Chinese, `题目::English (en)`; as it is where that would be read as another.
pub fn chinese_head(sheet: &str, head: &str) -> String {
    let table = CHINESE.iter().find(|(of, _)| *of == sheet).map(|(_, table)| *table).unwrap_or_default();
    let fits = |(chinese, name): &(&str, &str)| {
        let rest = head.strip_prefix(name).filter(|rest| rest.is_empty() || rest.starts_with("::"))?;
        Some(format!("{chinese}{rest}"))
    };
    table.iter().filter_map(fits).find(|chinese| known(chinese, sheet) == head).unwrap_or_else(|| head.to_owned())
}

/// A type in Chinese, `单选 来源 或其他`; as it is where that would be read as another.
pub fn chinese_type(cell: &str) -> String {
    let (first, list) = if CHINESE.iter().any(|(of, table)| *of == "type" && table.iter().any(|(_, name)| *name == cell)) {
        (cell, "")
    } else {
        cell.split_once(' ').unwrap_or((cell, ""))
    };
    let list = list.strip_suffix(" or_other").map_or_else(|| list.to_owned(), |list| format!("{list} 或其他"));
    let made = format!("{} {list}", chinese("type", first)).trim_end().to_owned();
    if kind(&made) == cell { made } else { cell.to_owned() }
}

/// Which sheet of a form one of this name is.
pub fn sheet(name: &str) -> Option<&'static str> {
    let name = name.trim();
    SHEETS.into_iter().chain(MATTER).find(|sheet| sheet.eq_ignore_ascii_case(name)).or_else(|| in_chinese("sheet", name))
}

/// Finds the sheets of a form, and what is wrong with their heads.
pub fn workbook(sheets: &[Sheet]) -> (Workbook, Vec<Mistake>) {
    let mut wrong = Vec::new();
    let is_type = sheets.iter().any(|one| sheet(&one.name) == Some(MATTER[0]));
    // What is called so in a form that is no type of matter is a table like any other.
    let sheet = |name: &str| sheet(name).filter(|name| is_type || !MATTER.contains(name));
    let mut named = |name: &'static str| {
        let found = sheets.iter().find(|one| sheet(&one.name) == Some(name));
        // One that is alone needs no name.
        let alone = if let [one] = sheets { Some(one).filter(|one| name == SHEETS[0] && sheet(&one.name).is_none()) } else { None };
        found.or(alone).map(|sheet| rows(sheet, name, &mut wrong)).unwrap_or_default()
    };
    let (survey, choices, mut settings) = (named("survey"), named("choices"), named("settings").into_iter().next());
    let (matter, stages) = (named(MATTER[0]).into_iter().next(), named(MATTER[1]));
    // A sheet with heads alone makes a type, too: everything in it may be left to what holds otherwise.
    let matter = matter.or_else(|| is_type.then(|| Row { number: 2, ..Row::default() }));
    // The first language is the form's own, where it does not say another.
    let first = ["choices", "survey"].into_iter().find_map(|name| first_language(sheets.iter().find(|one| sheet(&one.name) == Some(name))?, name));
    if let Some(language) = first {
        let row = settings.get_or_insert_with(|| Row { number: 2, ..Row::default() });
        row.cells.entry("default_language".to_owned()).or_insert(language);
    }
    let beside = sheets.iter().filter(|one| sheet(&one.name).is_none() && sheets.len() > 1).map(|one| (stem(&one.name), one));
    let spoken_of = beside.filter(|(name, _)| speaks_of(&survey, name)).collect::<Vec<_>>();
    let tables = spoken_of.into_iter().map(|(name, one)| (name.to_owned(), rows(one, TABLE, &mut wrong))).collect();
    (Workbook { survey, choices, settings, tables, matter, stages }, wrong)
}

const CHOICES: &str = SHEETS[1];
/// A sheet that the form speaks of as a file beside it.
pub const TABLE: &str = "table";

/// `villages` of `villages.csv`.
pub fn stem(name: &str) -> &str {
    let name = name.trim();
    [".csv", ".xml", ".geojson"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

/// Whether the questions speak of a file of this name: in a type, as `villages.csv`, or in an expression, in quotes.
fn speaks_of(survey: &[Row], name: &str) -> bool {
    let spoken = [format!("{name}.csv"), format!("{name}.xml"), format!("{name}.geojson"), format!("'{name}'"), format!("\"{name}\"")];
    survey.iter().flat_map(|row| row.cells.values()).any(|cell| spoken.iter().any(|spoken| cell.contains(spoken.as_str())))
}

/// The language of the first labels of a sheet; none where they say none.
fn first_language(sheet: &Sheet, name: &'static str) -> Option<String> {
    let (_, heads) = heads_of(sheet)?;
    let label = heads.iter().map(|head| known(head, name)).find(|head| head.starts_with("label"))?;
    label.strip_prefix("label::").map(str::to_owned)
}

fn rows(sheet: &Sheet, name: &'static str, wrong: &mut Vec<Mistake>) -> Vec<Row> {
    let mut rows = sheet.rows.iter();
    let Some((at, heads)) = rows.find(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty())) else { return Vec::new() };
    let heads: Vec<String> = heads.iter().map(|head| known(&head.replace(HARD_SPACE, " "), name)).collect();
    let mut seen = HashSet::new();
    for head in heads.iter().filter(|head| !head.is_empty()).filter(|head| !seen.insert(head.as_str())) {
        let reason = format!("表头“{}”（{head}）有两列，请删掉一列 / the heading {head:?} stands twice", chinese(name, head));
        wrong.push(Mistake { sheet: name.into(), row: *at, column: None, reason });
    }
    let cell = |head: &str, text: &str| {
        let text = text.replace(HARD_SPACE, " ");
        match text.trim() {
            text if name == "survey" && head == "type" => kind(text),
            text if is_read(head) => text.to_owned(),
            text => plain_quotes(text),
        }
    };
    let cells = |row: &[String]| -> BTreeMap<String, String> {
        let filled = heads.iter().zip(row).filter(|(head, text)| !head.is_empty() && !text.trim().is_empty());
        filled.map(|(head, text)| (head.clone(), cell(head, text))).collect()
    };
    rows.map(|(number, row)| Row { number: *number, cells: cells(row) }).filter(|row| !row.cells.is_empty()).collect()
}

/// A space that office programs put where a line may not break.
const HARD_SPACE: char = '\u{a0}';

/// Columns that other programs read, or that people keep for themselves by common usage.
const OTHERS: [&str; 20] = [
    "media",
    "image",
    "big-image",
    "audio",
    "video",
    "bind",
    "body",
    "control",
    "instance",
    "jr",
    "note",
    "notes",
    "comment",
    "comments",
    "disabled",
    "save_to",
    "entity",
    "hxl",
    "autoplay",
    "intent",
];
/// What the settings of other programs are called.
const SETTINGS: [&str; 16] = [
    "name",
    "public_key",
    "submission_url",
    "auto_send",
    "auto_delete",
    "instance_name",
    "style",
    "sms_keyword",
    "sms_separator",
    "prefix",
    "delimiter",
    "attribute",
    "namespaces",
    "clean_text_values",
    "instance_xmlns",
    "flat",
];

/// Whether a column of a sheet means something.
pub(super) fn is_known(head: &str, sheet: &str) -> bool {
    let table = CHINESE.iter().find(|(of, _)| *of == sheet).map(|(_, table)| *table).unwrap_or_default();
    let plain = if head.starts_with("nuanfang::") {
        head.splitn(3, "::").take(2).collect::<Vec<_>>().join("::")
    } else {
        head.split([':']).next().unwrap_or(head).trim().to_owned()
    };
    table.iter().any(|(_, name)| *name == plain) || OTHERS.contains(&plain.as_str()) || (sheet == "settings" && SETTINGS.contains(&plain.as_str()))
}

/// Whether a column is read by people alone: what it says stays as it was written.
fn is_read(head: &str) -> bool {
    ["label", "hint", "guidance_hint", "constraint_message", "required_message", "form_title", "nuanfang::alarm_message", "nuanfang::short"]
        .iter()
        .any(|read| head.strip_prefix(read).is_some_and(|rest| rest.is_empty() || rest.starts_with("::")))
}

/// A text with the quotes that expressions know for those that office programs make of them.
pub(crate) fn plain_quotes(text: &str) -> String {
    text.replace(['‘', '’'], "'").replace(['“', '”'], "\"")
}

/// A type by the name it has here.
fn kind(cell: &str) -> String {
    let (first, rest) = cell.split_once(char::is_whitespace).unwrap_or((cell, ""));
    match in_chinese("type", first) {
        Some(name) => format!("{name} {}", rest.trim().replace("或其他", "or_other")).trim().to_owned(),
        None => cell.to_owned(),
    }
}

/// Whether a head is one that means something here, in whatever case it is written.
fn is_ours(head: &str) -> bool {
    const OTHERS: [&str; 10] = ["disabled", "image", "audio", "video", "big-image", "media", "nuanfang", "flat", "programme", "purpose"];
    OTHERS.contains(&head) || CHINESE.iter().any(|(_, table)| table.iter().any(|(_, name)| *name == head))
}

/// A head by the name it has here; languages stay as they are written.
fn known(head: &str, sheet: &str) -> String {
    let head = head.trim();
    let (name, language) = match head.split_once("::").or_else(|| head.split_once(':')) {
        Some((name, language)) if !matches!(name.trim().to_ascii_lowercase().as_str(), "bind" | "body" | "control" | "jr" | "instance") => {
            (name.trim(), Some(language.trim()))
        }
        _ => (head, None),
    };
    let lower = name.to_ascii_lowercase();
    let plain = lower.split([' ', '_']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
    let name = match plain.as_str() {
        "list" | "list_name" => "list_name",
        "value" if sheet != "settings" => "name",
        "caption" => "label",
        "relevance" | "relevant" | "bind::relevant" | "bind:relevant" => "relevant",
        "calculate" | "calculation" | "bind::calculate" | "bind:calculate" => "calculation",
        "bind::constraint" | "bind:constraint" => "constraint",
        "constraint_message" | "constraint_msg" | "constraining_message" | "bind::jr:constraintmsg" | "bind:jr:constraintmsg" => "constraint_message",
        "required_message" | "requiredmsg" | "bind::jr:requiredmsg" | "bind:jr:requiredmsg" => "required_message",
        "bind::required" | "bind:required" => "required",
        "read_only" | "readonly" | "bind::readonly" | "bind:readonly" => "read_only",
        "jr:count" | "count" | "repeat_count" | "control::jr:count" | "control:jr:count" | "body:jr:count" => "repeat_count",
        "body:appearance" | "body::appearance" | "control::appearance" | "control:appearance" => "appearance",
        "title" | "set_form_title" => "form_title",
        "id_string" | "set_form_id" => "form_id",
        "command" if sheet == "survey" => "type",
        "tag" if sheet == "survey" => "name",
        other => match in_chinese(if sheet == TABLE { "choices" } else { sheet }, other) {
            Some(name) => name,
            None if is_ours(other) => other,
            // A column of the writer's own: conditions name it as it stands.
            None => name,
        },
    };
    language.map_or_else(|| name.to_owned(), |language| format!("{name}::{language}"))
}
