//! What workbooks of all sorts of offices say: heads, cells, rows. Every value here is one that ODK's own engine gave.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use forms::sheet::file::{from_json, to_json};
use forms::sheet::heads::{Sheet, workbook};
use forms::sheet::instance::Around;
use forms::sheet::play::{Filling, Shown, Step};
use forms::sheet::rows::{Checked, read};

/// Sheets with cells parted by `|`, the first row being the heads.
fn check(survey: &[&str], choices: &[&str], settings: &[&str]) -> Checked {
    let sheet = |name: &str, rows: &[&str]| {
        let cells = |row: &&str| row.split('|').map(str::to_owned).collect::<Vec<_>>();
        Sheet { name: name.to_owned(), rows: (1..).zip(rows.iter().map(cells)).collect() }
    };
    let (book, wrong) = workbook(&[sheet("survey", survey), sheet("choices", choices), sheet("settings", settings)]);
    let mut checked = read(&book, "form");
    checked.mistakes.splice(0..0, wrong);
    checked
}

/// The form after each step, a path and a value.
fn played(checked: Checked, steps: &[(&str, &str)]) -> Vec<Shown> {
    let blank = checked.form().unwrap();
    let now = chrono::DateTime::parse_from_rfc3339("2026-03-04T10:20:30.000+08:00").unwrap();
    let mut filling = Filling::begin(&blank, Around { now, seed: [7; 32], ..Around::default() }).unwrap();
    for (path, value) in steps {
        filling.step(&Step::Set((*path).to_owned(), (*value).to_owned())).unwrap();
    }
    filling.shown().unwrap()
}

fn value(shown: &[Shown], path: &str) -> String {
    shown.iter().find(|one| one.path == path).unwrap_or_else(|| panic!("{path} in {shown:?}")).value.clone()
}

fn options(shown: &[Shown], path: &str) -> String {
    shown.iter().find(|one| one.path == path).unwrap().options.clone().unwrap().join(" ")
}

/// What expressions give, of a text `t`, an integer `e` that is empty, several `m`, a line `g` and texts `rt` of a repeat.
fn gives(cases: &[(&str, &str)]) {
    let rows = ["type|name|label|calculation|default", "text|t|T", "integer|e|E", "select_multiple l|m|M", "geotrace|g|G||30 114;31 114;31 115"];
    let repeat = ["begin_repeat|r|R", "text|rt|RT", "end_repeat"];
    let asked: Vec<String> = cases.iter().enumerate().map(|(n, (expr, _))| format!("calculate|x{n}||{expr}")).collect();
    let survey: Vec<&str> = rows.into_iter().chain(repeat).chain(asked.iter().map(String::as_str)).collect();
    let shown = played(check(&survey, &["list_name|name|label", "l|a|A", "l|b|B"], &[]), &[("/t", "1e3")]);
    for (n, (expr, wanted)) in cases.iter().enumerate() {
        assert_eq!(value(&shown, &format!("/x{n}")), *wanted, "{expr}");
    }
}

#[test]
fn texts_are_numbers_as_the_engine_reads_them() {
    gives(&[
        ("${t} + 1", "1001"),
        ("number('+5')", "5"),
        ("number('0x10')", "16"),
        ("number('5-')", ""),
        ("substr('abcdefgh', ${t})", "bcdefgh"),
        ("substr('abcdefgh', ${e})", ""),
        ("substr('abcdefgh', 0, '.5')", ""),
        ("selected-at('a b c', '1x')", "b"),
        ("selected-at('a b c', '.5')", ""),
        ("substring('abcdef', 2, -1)", "a"),
        ("substring('abcdef', 0 div 0)", ""),
        ("round(0.1, ${e})", ""),
        ("round(1234.5, -2)", "1200"),
    ]);
}

#[test]
fn sums_lists_and_places_are_those_of_the_engine() {
    gives(&[
        ("sum(../nothing)", ""),
        ("max(../nothing)", ""),
        ("count(../nothing)", "0"),
        ("selected(${m}, '')", "true"),
        ("selected('a b', '')", "false"),
        ("checklist(1, 1, ${rt})", "false"),
        ("checklist(0, -2, true())", "false"),
        ("checklist(1, -1, true(), true())", "true"),
        ("checklist(1, '', true(), true())", "true"),
        ("weighted-checklist(2, 3, true(), 5, true(), -3)", "false"),
        ("weighted-checklist(1, 5, true(), 2, false(), 'x')", "true"),
        ("area(${g})", "5338537085.69"),
        ("area('')", "0"),
        ("format-date('2026-03-04', '%%Y %Q%')", "%2026 %Q%"),
    ]);
}

#[test]
fn answers_are_kept_as_the_engine_keeps_them() {
    let kinds = ["integer", "decimal", "date", "time", "dateTime", "geopoint", "geotrace", "geoshape"];
    let cases = [
        ("integer", "1e3", "1000"),
        ("integer", "-5.7", "-5"),
        ("decimal", "+5", "5.0"),
        ("decimal", "0.0000001", "0.0000001"),
        ("decimal", "1e21", "1000000000000000000000.0"),
        ("date", "2026-03-04T10:00", "2026-03-04"),
        ("date", "2026-03-04T10:00:00Z", ""),
        ("time", "10:20", ""),
        ("time", "1:2:3", ""),
        ("time", "10:20:30.5", "10:20:30.5"),
        ("time", "10:20:30.000+0800", ""),
        ("dateTime", "2026-03-04", ""),
        ("dateTime", "2026-03-04T10:00:00Z", "2026-03-04T10:00:00Z"),
        ("dateTime", "2026-03-04T10:00:00", "2026-03-04T10:00:00"),
        ("geopoint", "30.5 114.3", "30.5 114.3"),
        ("geopoint", "30 114.3 10", "30.0 114.3 10.0"),
        ("geopoint", "1 2 3 4 5", "1.0 2.0 3.0 4.0"),
        ("geopoint", "0 0 5 5", ""),
        ("geotrace", "1 2;3 4", "1.0 2.0;3.0 4.0"),
        ("geotrace", "1 2;3 4;1 2", ""),
        ("geotrace", "1 2", ""),
        ("geoshape", "1 2;3 4 5;1 2", "1.0 2.0;3.0 4.0 5.0;1.0 2.0"),
        ("geoshape", "1 2;3 4;5 6", ""),
    ];
    let rows: Vec<String> = kinds.iter().map(|kind| format!("{kind}|{kind}|X")).collect();
    let survey: Vec<&str> = std::iter::once("type|name|label").chain(rows.iter().map(String::as_str)).collect();
    for (kind, said, kept) in cases {
        let path = format!("/{kind}");
        let shown = played(check(&survey, &[], &[]), &[(&path, said)]);
        assert_eq!(value(&shown, &path), kept, "{kind} {said}");
    }
}

#[test]
fn columns_of_the_writers_own_are_named_as_they_stand_and_an_empty_cell_is_none() {
    let survey = [
        "Type|NAME|Label|Choice Filter",
        "select_one l|s|S|Ward = '1'",
        "select_one l|t|T|ward = '2'",
        "select_one l|u|U|not(Ward)",
        "select_one l|v|V|Ward = ''",
    ];
    let choices = ["List Name|Name|Label|Ward|ward", "l|a|A|1|2", "l|b|B|2|", "l|c|C||"];
    let shown = played(check(&survey, &choices, &[]), &[]);
    assert_eq!(["/s", "/t", "/u", "/v"].map(|path| options(&shown, path)), ["a", "a", "c", ""]);
}

#[test]
fn quotes_and_spaces_that_office_programs_make_are_plain_ones() {
    let survey = [
        "type|name|label|calculation|default",
        "select_one\u{a0}l|s\u{a0}|It’s|",
        "calculate|c||if(${s}\u{a0}= “it's”, ‘yes’, 'no')|",
        "calculate|called||jr:choice-name(${s}, '${s}')|",
        "text|d|D||a   b ‘c’",
    ];
    let checked = check(&survey, &["list_name|name|label", "l|it’s|Don’t “know”"], &[]);
    assert_eq!(checked.blank.items[1].label.values().next().unwrap(), "It’s", "people read what was written");
    let shown = played(checked, &[("/s", "it's")]);
    assert_eq!(["/c", "/called", "/d"].map(|path| value(&shown, path)), ["yes", "Don't \"know\"", "a b 'c'"]);
}

#[test]
fn what_is_said_in_words_is_yes_or_no_and_what_is_disabled_is_not_there() {
    let survey = [
        "type|name|label|calculation|constraint|default|disabled",
        "calculate|a||TRUE",
        "calculate|b||no",
        "text|c|C||FALSE",
        "integer|d|D|||1+1",
        "text|e|E|||1-1",
        "time|f|F|||10:20:30.000+08:00",
        "text|g|G||||yes",
        "integer|h||7.9",
    ];
    let shown = played(check(&survey, &[], &[]), &[("/c", "x"), ("/h", "3")]);
    assert_eq!(["/a", "/b", "/d", "/e", "/f", "/h"].map(|path| value(&shown, path)), ["true", "false", "2", "1-1", "10:20:30.000+08:00", "7"]);
    let one = |path: &str| shown.iter().find(|one| one.path == path).unwrap();
    assert!(one("/c").violated && one("/h").readonly && shown.iter().all(|one| one.path != "/g"));
}

/// Seeds, what is answered to `t`, and the order of nine choices that comes of it.
const SEEDS: [(&str, &str, &str); 7] = [
    ("42", "", "afcbiegdh"),
    ("-7", "", "afcehibgd"),
    ("7.9", "", "dbgfceiah"),
    ("123456789012", "", "hcbefadgi"),
    ("${t}", "", "cbiafdgeh"),
    ("${t}", "hello", "cbgedfahi"),
    ("${t}", "王", "igeahdfbc"),
];

#[test]
fn choices_stand_in_the_order_of_their_seed() {
    let choices = ["list_name|name|label", "l|a|A", "l|b|B", "l|c|C", "l|d|D", "l|e|E", "l|f|F", "l|g|G", "l|h|H", "l|i|I"];
    for (seed, said, wanted) in SEEDS {
        let row = format!("select_one l|s|S|randomize=true, seed={seed}");
        let shown = played(check(&["type|name|label|parameters", "text|t|T", &row], &choices, &[]), &[("/t", said)]);
        assert_eq!(options(&shown, "/s").replace(' ', ""), wanted, "{seed} {said}");
    }
    let unseeded = check(&["type|name|label|parameters", "select_one l|s|S|randomize=true"], &choices, &[]);
    assert!(unseeded.notes.iter().any(|note| note.contains("seed")), "{:?}", unseeded.notes);
}

#[test]
fn the_last_form_is_empty_here_and_words_are_in_the_forms_language() {
    let survey =
        ["type|name|label::en|label::fr|default|calculation", "select_one l|s|S|S|${last-saved#s}", "calculate|c||||jr:choice-name(${s}, '${s}')"];
    let checked = check(&survey, &["list_name|name|label::en|label::fr", "l|a|Apple|Pomme"], &["form_id|default_language", "x|fr"]);
    assert!(checked.notes.iter().any(|note| note.contains("last-saved")), "{:?}", checked.notes);
    let shown = played(checked, &[("/s", "a")]);
    assert_eq!(["/s", "/c"].map(|path| value(&shown, path)), ["a", "Pomme"]);
    let unsaid = check(&survey, &["list_name|name|label::fr|label::en", "l|a|Pomme|Apple"], &[]);
    assert_eq!(value(&played(unsaid, &[("/s", "a")]), "/c"), "Pomme", "the first of the choices'");
}

#[test]
fn what_is_triggered_and_works_nothing_out_is_emptied() {
    let checked = check(&["type|name|label|trigger", "text|q|Q", "text|x|X|${q}"], &[], &[]);
    assert_eq!(checked.questions(), 2);
    let shown = played(checked, &[("/q", "1"), ("/x", "2"), ("/q", "3")]);
    assert_eq!(["/q", "/x"].map(|path| value(&shown, path)), ["3", ""]);
}

#[test]
fn a_choice_that_a_default_or_calculation_gives_waits_until_it_is_offered() {
    let survey = [
        "type|name|label|choice_filter|default|calculation",
        "text|w|W",
        "select_one l|d|D|k = ${w}|if(${w} = 'x', 'b', 'a')|",
        "select_multiple l|m|M|k = ${w}|a b|",
        "select_one l|c|C|k = ${w}||'a'",
    ];
    let choices = ["list_name|name|label|k", "l|a|A|1", "l|b|B|2"];
    for (said, wanted) in [("", ["", "", ""]), ("1", ["a", "a", "a"]), ("2", ["", "b", ""])] {
        let shown = played(check(&survey, &choices, &[]), &[("/w", said)]);
        assert_eq!(["/d", "/m", "/c"].map(|path| value(&shown, path)), wanted, "{said}");
    }
}

#[test]
fn a_pattern_may_count_to_a_thousand() {
    let shown =
        played(check(&["type|name|label|constraint", "text|q|Q|regex(., '^[a-zA-Z0-9. _-éáíóãõúçâê]{1,1000}$')"], &[], &[]), &[("/q", "ção 1")]);
    assert!(!shown[0].violated);
}

#[test]
fn what_odks_converter_refuses_is_refused_by_row_and_column() {
    let choices = ["list_name|name|label|k", "l|a|A|1"];
    let text = "text|q|Q";
    let refused: [(&[&str], u32, &str); 19] = [
        (&["begin_group|meta|M", text, "end_group"], 2, "name"),
        (&["begin_repeat|data|D", text, "end_repeat"], 2, "name"),
        (&["begin_group|g|G", "begin_repeat|r|R", text, "end_repeat", "end_group", "begin_repeat|r|R", text, "end_repeat"], 7, "name"),
        (&[text, "|x|X"], 3, "type"),
        (&[text, "note|n|K ${ q }"], 3, "label"),
        (&[text, "note|n|K ${q"], 3, "label"),
        (&[text, "text|n|N||${zz}"], 3, "appearance"),
        (&[text, "note|n|"], 3, "label"),
        (&["calculate|c|||||x"], 2, "calculation"),
        (&["select_one l or_other|s|S|||||k = '1'"], 2, "choice_filter"),
        (&["select_one l or_other|s|S", "text|s_other|X"], 3, "name"),
        (&["select_one l|s|S|seed=4"], 2, "parameters"),
        (&["select_one l|s|S|randomize=perhaps"], 2, "parameters"),
        (&["text|x|X|rows"], 2, "parameters"),
        (&["text|x|X|lines=3"], 2, "parameters"),
        (&["range|x|X|start=a end=5"], 2, "parameters"),
        (&["range|x|X|start=0 end=5 step=0"], 2, "parameters"),
        (&["range|x|X|start=0 end=5 step=6"], 2, "parameters"),
        (&["select_one ${q}|s|S", text], 2, "type"),
    ];
    for (rows, row, column) in refused {
        let survey: Vec<&str> =
            std::iter::once("type|name|label|parameters|appearance|calculation|default|choice_filter").chain(rows.iter().copied()).collect();
        let wrong = check(&survey, &choices, &[]).mistakes;
        assert!(wrong.iter().any(|wrong| wrong.row == row && wrong.column == Some(column)), "{rows:?}: {wrong:?}");
    }
    assert!(check(&["name|label", "x|X"], &[], &[]).mistakes.iter().any(|wrong| wrong.column == Some("type")));
    assert!(
        check(&["type|name|label", "select_one l|s|S"], &["list_name|name|label", "l|a|A ${zz}"], &[]).mistakes.iter().any(|w| w.sheet == "choices")
    );
    let taken = ["type|name|label|parameters", "range|x|X|Start = 0; End=10, step=2", "text|y·z|Y|rows=3", "select all that apply l|s|S"];
    assert_eq!(check(&taken, &choices, &[]).mistakes, []);
}

#[test]
fn a_sheet_that_the_form_speaks_of_is_a_file_beside_it() {
    let sheet = |name: &str, rows: &[&[&str]]| Sheet {
        name: name.to_owned(),
        rows: (1..).zip(rows).map(|(n, row)| (n, row.iter().map(|cell| (*cell).to_owned()).collect())).collect(),
    };
    let sheets = [
        sheet(
            "题目",
            &[
                &["题型", "名称", "题目", "选项条件", "计算", "参数"],
                &["select_one_from_file villages.csv", "village", "哪个村", "town = 'a'"],
                &["select_one_from_file villages.csv", "coded", "编号", "", "", "value=code label=full"],
                &["calculate", "head", "", "", "pulldata('villages', 'head', 'name', ${village})"],
            ],
        ),
        sheet(
            "villages",
            &[
                &["名称", "文字", "town", "head", "code", "full"],
                &["v1", "桃源", "a", "李", "01", "桃源村"],
                &["v2", "柳河", "b", "王", "02", "柳河村"],
            ],
        ),
        sheet("别的", &[&["随便", "写的"], &["1", "2"]]),
    ];
    let (book, wrong) = workbook(&sheets);
    assert_eq!((wrong, book.tables.keys().map(String::as_str).collect::<Vec<_>>()), (vec![], vec!["villages"]));
    let json = to_json(&book).unwrap();
    assert!(json.starts_with(r#"{"format":2"#), "programs of before say that they cannot read it");
    let blank = from_json(&json).unwrap();
    let mut filling = Filling::begin(&blank, Around::default()).unwrap();
    let options = |filling: &Filling<'_>, path: &str| filling.shown().unwrap().into_iter().find(|s| s.path == path).unwrap();
    assert_eq!(options(&filling, "/village").options.unwrap(), ["v1"]);
    assert_eq!(options(&filling, "/coded").options.unwrap(), ["01", "02"]);
    filling.step(&Step::Set("/village".into(), "v1".into())).unwrap();
    assert_eq!(options(&filling, "/head").value, "李");
}
