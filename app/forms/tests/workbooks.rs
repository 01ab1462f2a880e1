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

/// The form after its steps, each a path and a value; `+/r` is one instance more, `-/r[1]` one less.
fn played(checked: Checked, steps: &[(&str, &str)]) -> Vec<Shown> {
    let blank = checked.form().unwrap();
    let now = chrono::DateTime::parse_from_rfc3339("2026-03-04T10:20:30.000+08:00").unwrap();
    let mut filling = Filling::begin(&blank, Around { now, seed: [7; 32], ..Around::default() }).unwrap();
    for (path, value) in steps {
        let step = match path.split_at(1) {
            ("+", repeat) => Step::Add(repeat.to_owned()),
            ("-", instance) => Step::Remove(instance.to_owned()),
            _ => Step::Set((*path).to_owned(), (*value).to_owned()),
        };
        filling.step(&step).unwrap();
        let shown = filling.shown().unwrap();
        filling.work_all_out().unwrap();
        assert_eq!(shown, filling.shown().unwrap(), "after {path} only what it changed was worked out");
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
        ("geopoint", "1 2;3 4", ""),
        ("geopoint", "1 2 x", ""),
        ("geotrace", "1 2 ; 3 4;", "1.0 2.0;3.0 4.0"),
        ("geotrace", "1 2;3 4;;", ""),
        ("geotrace", "1 2;;3 4", ""),
        ("geotrace", "1 2;1 2;3 4", "1.0 2.0;1.0 2.0;3.0 4.0"),
        ("geotrace", "1 2;1 2", ""),
        ("geotrace", "1 2 3 4 5;3 4 0 ", "1.0 2.0 3.0 4.0;3.0 4.0 0.0"),
        ("geotrace", "1 2 3 -4;+3 4e0", "1.0 2.0 3.0 -4.0;3.0 4.0"),
        ("geotrace", "1 2;3 4 x", ""),
        ("geotrace", "91 2;3 4", ""),
        ("geotrace", "1 181;3 4", ""),
        ("geotrace", "0 0;3 4", ""),
        ("geotrace", "1;3 4", ""),
        ("geotrace", "1,2;3,4", ""),
        ("geotrace", "1 2 0 5;3 4 0 5;1 2 9 9", ""),
        ("geoshape", "1 2;3 4;1 2;", "1.0 2.0;3.0 4.0;1.0 2.0"),
        ("geoshape", "1 2;1 2", ""),
        ("geoshape", "1 2;3 4;5 6;1 2 7 8", "1.0 2.0;3.0 4.0;5.0 6.0;1.0 2.0 7.0 8.0"),
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
fn a_line_is_measured_along_and_an_area_across() {
    let survey = ["type|name|label|calculation", "轨迹|t|T", "范围|s|S", "calculate|along||distance(${t})", "calculate|across||area(${s})"];
    let checked = check(&survey, &[], &["form_id|nuanfang::programme", "f|child"]);
    assert_eq!((checked.notes.clone(), checked.questions()), (vec![], 2));
    let shown = played(checked, &[("/t", "-1.50 2.0; +3 4;"), ("/s", "1 2 0 0; 3 4 0 0; 5 6 0 0; 1 2 0 0;")]);
    assert_eq!(["/t", "/along", "/across"].map(|path| value(&shown, path)), ["-1.5 2.0;3.0 4.0", "548150.74", "45272117.45"]);
}

#[test]
fn a_point_lies_in_an_area_or_beside_it_and_a_way_may_be_given_point_by_point() {
    let survey = [
        "type|name|label|calculation",
        "位置|p|P|",
        "位置|q|Q|",
        "范围|s|S|",
        "calculate|inside||geofence(${p}, ${s})",
        "calculate|beside||geofence(${q}, ${s})",
        "calculate|open||geofence(${p}, '0 0 0 0; 0 9 0 0; 9 9 0 0')",
        "calculate|way||distance(${p}, ${q})",
        "calculate|same||distance(concat(${p}, ';', ${q}))",
        "calculate|words||base64-decode('5L2g5aW9IQ==')",
        "calculate|none||base64-decode('!!')",
    ];
    let checked = check(&survey, &[], &["form_id|nuanfang::programme", "f|child"]);
    assert_eq!(checked.mistakes, []);
    let area = "1 1 0 0; 1 10 0 0; 10 10 0 0; 10 1 0 0; 1 1 0 0";
    let shown = played(checked, &[("/p", "3 4 0 0"), ("/q", "3 14 0 0"), ("/s", area)]);
    assert_eq!(["/inside", "/beside", "/open", "/words", "/none"].map(|path| value(&shown, path)), ["true", "false", "false", "你好!", ""]);
    assert!(value(&shown, "/way").parse::<f64>().is_ok_and(|metres| (1_111_000.0..1_113_500.0).contains(&metres)));
    assert_eq!(value(&shown, "/way"), value(&shown, "/same"));
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
}

#[test]
fn without_a_seed_choices_stand_in_an_order_of_chance_that_stays() {
    let choices = ["list_name|name|label|k", "l|a|A|1", "l|b|B|1", "l|c|C|1", "l|d|D|1", "l|e|E|1", "l|f|F|2", "l|g|G|2", "l|h|H|2"];
    let survey = [
        "type|name|label|parameters|choice_filter",
        "text|w|W",
        "select_one l|s|S|randomize=true",
        "select_multiple l|m|M|randomize=true|k = '1' or ${w} = 'x'",
        "begin_repeat|r|R",
        "rank l|k|K|randomize=true",
        "end_repeat",
    ];
    let checked = check(&survey, &choices, &["form_id|nuanfang::programme", "f|child"]);
    assert_eq!((checked.notes.clone(), checked.questions()), (vec![], 4));
    let orders = |steps: &[(&str, &str)]| {
        let shown = played(checked.clone(), &[&[("+/r", "")], steps].concat());
        assert!(shown.iter().all(|one| !one.path.contains(' ')), "{shown:?}");
        ["/s", "/m", "/r[1]/k", "/r[2]/k"].map(|path| options(&shown, path).replace(' ', ""))
    };
    let first = orders(&[]);
    let sorted = |order: &String| order.chars().collect::<std::collections::BTreeSet<_>>().into_iter().collect::<String>();
    assert_eq!(first.each_ref().map(sorted), ["abcdefgh", "abcde", "abcdefgh", "abcdefgh"]);
    assert!(first[0] != "abcdefgh" && first[0] != first[2] && first[2] != first[3], "{first:?}");
    assert_eq!(orders(&[("/s", "a"), ("/w", "y"), ("/m", "a d")]), first);
    // More of them, and fewer again.
    let more = orders(&[("/w", "x")]);
    assert_eq!((sorted(&more[1]), &more[0]), ("abcdefgh".to_owned(), &first[0]));
    assert_eq!(orders(&[("/w", "x"), ("/w", "")]), first);
}

#[test]
fn answers_in_a_repeat_are_choices_elsewhere() {
    let survey = [
        "type|name|label|choice_filter|relevant|default|calculation|parameters",
        "select_one ${q}|d|D|||an",
        "text|w|W",
        "begin_repeat|r|R||${w} = ''",
        "text|q|Q",
        "integer|age|A",
        "end_repeat",
        "select_one ${q}|s|S",
        "select_multiple ${q}|m|M",
        "rank ${q}|k|K",
        "select_one ${q}|f|F|./age > 10",
        "select_one ${q}|g|G|age > 10 and ${q} != ${w}",
        "select_one ${q}|t|T|true()",
        "select_one ${q}|x|X|||||randomize=true, seed=7",
        "calculate|n|||||jr:choice-name(${s}, '${s}')",
    ];
    let begun = [("/r[1]/q", "an"), ("/s", "an"), ("+/r", ""), ("/r[2]/q", "bo bo"), ("/r[2]/age", "12"), ("/m", "bo bo an"), ("/f", "bo bo")];
    let after = |more: &[(&str, &str)]| played(check(&survey, &[], &[]), &[&begun[..], more].concat());
    let answers = |shown: &[Shown]| ["/d", "/s", "/m", "/k", "/f", "/n"].map(|path| value(shown, path));
    let offered = |shown: &[Shown], path: &str| shown.iter().find(|one| one.path == path).unwrap().options.clone().unwrap().join(",");
    let shown = after(&[]);
    assert_eq!(answers(&shown), ["an", "an", "an", "", "bo bo", "an"], "one with a space is none of several");
    assert_eq!(["/s", "/f", "/g"].map(|path| offered(&shown, path)), ["an,bo bo", "bo bo", "bo bo"]);
    let shown = after(&[("+/r", ""), ("/r[3]/q", "an"), ("/r[2]/q", "ci"), ("/k", "an"), ("/k", "ci an an")]);
    assert_eq!(answers(&shown), ["an", "an", "an", "ci an", "", "an"]);
    assert_eq!(["/k", "/t"].map(|path| offered(&shown, path)), ["an,ci,an", "an,ci,an"]);
    // Taken away and written anew, it is there again.
    let shown = after(&[("/k", "bo bo an"), ("-/r[1]", "")]);
    assert_eq!(answers(&shown), ["", "", "", "", "bo bo", ""]);
    let shown = after(&[("-/r[1]", ""), ("+/r", ""), ("/r[2]/q", "an")]);
    assert_eq!((answers(&shown), offered(&shown, "/s").as_str()), (["an", "an", "an", "", "bo bo", "an"].map(str::to_owned), "bo bo,an"));
    // What is not asked is empty: no choice, unless a filter says so.
    let shown = after(&[("/w", "1")]);
    assert_eq!(answers(&shown), ["", "", "", "", "", ""]);
    assert_eq!(["/s", "/f", "/t"].map(|path| offered(&shown, path)), ["", "", ","]);
    assert_eq!(answers(&after(&[("/w", "1"), ("/w", "")])), ["an", "an", "an", "", "bo bo", "an"]);
    assert_eq!(offered(&after(&[("/r[2]/q", " lead "), ("/s", " lead ")]), "/s"), "an, lead ");
    let five = [("+/r", ""), ("+/r", ""), ("+/r", ""), ("/r[2]/q", "b"), ("/r[3]/q", "c"), ("/r[4]/q", "d"), ("/r[5]/q", "e")];
    assert_eq!(offered(&after(&five), "/x"), "d,b,an,e,c");
    assert_eq!(value(&after(&[("/r[2]/q", " lead "), ("/s", " lead ")]), "/s"), " lead ");
}

#[test]
fn answers_beside_it_are_choices_too() {
    let survey = [
        "type|name|label|choice_filter",
        "begin_repeat|o|O",
        "text|on|ON",
        "begin_repeat|r|R",
        "begin_group|h|H",
        "text|q|Q",
        "integer|age|A",
        "end_group",
        "select_one ${q}|father|F",
        "select_one ${q}|older|G|${age} > 10",
        "select_one ${q}|other|H|./q != current()/../h/q",
        "select_one ${on}|b|B",
        "end_repeat",
        "select_one ${q}|c|C",
        "end_repeat",
        "select_one ${q}|d|D",
        "decimal|n|N",
        "select_one ${n}|s|S",
    ];
    let steps = [
        ("/o[1]/on", "O1"),
        ("/o[1]/r[1]/h/q", "an"),
        ("/o[1]/r[1]/h/age", "12"),
        ("+/o[1]/r", ""),
        ("/o[1]/r[2]/h/q", "bo"),
        ("/o[1]/r[2]/h/age", "9"),
        ("/o[1]/r[2]/father", "an"),
        ("+/o", ""),
        ("/o[2]/on", "O2"),
        ("+/o[2]/r", ""),
        ("/o[2]/r[1]/h/q", "ci"),
        ("/n", "3"),
        ("/s", "3.0"),
    ];
    let shown = played(check(&survey, &[], &[]), &steps);
    let two = "/o[1]/r[2]";
    let offered = ["father", "older", "other", "b"].map(|name| options(&shown, &format!("{two}/{name}")));
    assert_eq!(offered, ["an bo", "an", "an", "O1 O2"]);
    // Of each outer instance its own: the engine leaves this out of what the converter writes. docs/forms.md.
    assert_eq!(["/o[1]/c", "/o[2]/c", "/d", "/s"].map(|path| options(&shown, path)), ["an bo", "ci", "an bo ci", "3.0"]);
    assert_eq!([format!("{two}/father"), "/s".into()].map(|path| value(&shown, &path)), ["an", "3.0"]);
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
    let refused: [(&[&str], u32, &str); 20] = [
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
        (&["select_one ${zz}|s|S", text], 2, "type"),
        (&["select_one ${q} or_other|s|S", text], 2, "type"),
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

/// What is told of a form of these rows, of which each test changes one thing: sheet, row, column, and the Chinese.
fn told(survey: &[&str], choices: &[&str]) -> Vec<(String, u32, Option<&'static str>, String)> {
    let chinese = |reason: &str| reason.split(" / ").next().unwrap().to_owned();
    let mistakes = check(survey, choices, &[]).mistakes;
    mistakes.into_iter().map(|m| (m.sheet.into_owned(), m.row, m.column, chinese(&m.reason))).collect()
}

const HEADS: &str = "题型|名称|题目|必填|显示条件|计算|触发|选项条件";
const NEAR: [&str; 9] = [
    HEADS,
    "开始分组|水|水",
    "单选 有没有|近水|有没有池塘？|是",
    "整数|远近|多少米？||${近水} = '有'",
    "文字|谁家|谁家的？||${近水} = '有'",
    "结束分组",
    "开始重复|伙伴|伙伴||${近水} = '有'",
    "整数|年龄|几岁？",
    "结束重复",
];
const CHOICES: [&str; 3] = ["选项表|名称|文字", "有没有|有|有", "有没有|没有|没有"];

#[test]
fn one_mistake_is_one_line_that_names_the_cause_and_what_was_meant() {
    let with = |row: usize, cells: &'static str| {
        let mut survey = NEAR.to_vec();
        survey[row - 1] = cells;
        (survey, CHOICES.to_vec())
    };
    let chosen = |row: usize, cells: &'static str| {
        let mut choices = CHOICES.to_vec();
        choices[row - 1] = cells;
        (NEAR.to_vec(), choices)
    };
    let without = |row: usize| {
        let mut survey = NEAR.to_vec();
        survey.remove(row - 1);
        (survey, CHOICES.to_vec())
    };
    let mut titled = NEAR.to_vec();
    titled.insert(0, "防溺水月查");
    assert_eq!(told(&NEAR, &CHOICES), []);
    let cases = [
        (with(3, "单选 有没由|近水|池塘？"), "survey", 3, "type", "“选项”表里没有“有没由”这个选项表，是不是“有没有”？"),
        (with(3, "单选有没有|近水|池塘？"), "survey", 3, "type", "没有“单选有没有”这种题型：“单选”和选项表的名字之间空一格，写成“单选 有没有”"),
        (with(3, "单选|近水|池塘？"), "survey", 3, "type", "“单选”后面空一格，写选项表的名字，如“单选 有没有”"),
        (with(4, "数字|远近|多少米？"), "survey", 4, "type", "没有“数字”这种题型，要写“整数”或“小数”"),
        (with(2, "开始组|水|水"), "survey", 2, "type", "没有“开始组”这种题型，要写“开始分组”"),
        (with(2, "开始分组 水||水"), "survey", 2, "type", "没有“begin_group 水”这种题型：“开始分组”后面不写别的，名称写在“名称”一列"),
        (with(3, "单选 有没有|近谁|池塘？"), "survey", 4, "relevant", "没有叫 近水 的题，是不是 近谁？（第 5、7 行也是）"),
        (with(3, "单选 有没有|近 水|池塘？"), "survey", 3, "name", "名称要以字（汉字、字母）或下划线开头，后面只用字、数字、-、_、.，不能有空格"),
        (with(4, "整数|近水|多少米？"), "survey", 4, "name", "第 3 行已经叫 近水，请改名"),
        (with(4, "整数|远近|"), "survey", 4, "label", "没有写“题目”"),
        (with(4, "整数|远近|米？||${近水 = '有'"), "survey", 4, "relevant", "“${”后面少了 }"),
        (with(4, "整数|远近|米？|√"), "survey", 4, "required", "要就写“是”，不要就空着"),
        (with(4, "整数|远近|米？||${近水} ＝ ‘有’"), "survey", 4, "relevant", "“＝”是全角等号，请改成半角的 ="),
        (with(4, "计算|远近||||count（${年龄}）"), "survey", 4, "calculation", "“（”是全角括号，请改成半角的 (；“）”是全角括号，请改成半角的 )"),
        (with(4, "计算|远近||||1|${近水}，${年龄}"), "survey", 4, "trigger", "“，”不能用，写成 ${甲}, ${乙} 这样，逗号是半角的"),
        (with(1, "类型|名称|题目"), "survey", 1, "type", "没有“题型”（type）这一列；现在有的是“名称”“类型”“题目”"),
        ((titled, CHOICES.to_vec()), "survey", 1, "type", "表头在第 2 行：请把它上面的行删掉"),
        (without(6), "survey", 2, "type", "从这一行开始，后面少一行“结束分组”"),
        (without(9), "survey", 7, "type", "从这一行开始，后面少一行“结束重复”"),
        (with(9, "结束分组"), "survey", 9, "type", "这里结束的是分组，可是第 7 行开始的重复还没有结束"),
        (with(7, "结束分组"), "survey", 7, "type", "前面没有还没结束的分组"),
        ((NEAR.to_vec(), vec![CHOICES[0]]), "survey", 3, "type", "没有“选项”（choices）这张工作表，或者里面没有选项"),
        (chosen(1, "名单|名称|文字"), "choices", 1, "list_name", "没有“选项表”（list_name）这一列；现在有的是“名单”“名称”“文字”"),
        (chosen(1, "选项表|名字|文字"), "choices", 1, "name", "没有“名称”（name）这一列；现在有的是“名字”“文字”“选项表”"),
        (chosen(3, "有没有|有|没有"), "choices", 3, "name", "选项表“有没有”里已经有 有"),
    ];
    for ((survey, choices), sheet, row, column, reason) in cases {
        let all = told(&survey, &choices);
        assert_eq!(all.first(), Some(&(sheet.to_owned(), row, Some(column), reason.to_owned())), "{all:?}");
        // The end of what never began is no group's, and is one more mistake there.
        assert!(all.len() == 1 || row == 7 && all.len() == 2, "{all:?}");
    }
}

#[test]
fn what_names_nothing_is_told_where_no_row_has_a_name_either() {
    let all = told(&["题型|题目", "提示|有 ${甲} 个", "提示|没有"], &[]);
    assert_eq!(all, [("survey".to_owned(), 2, Some("label"), "没有叫 甲 的题".to_owned())]);
}

#[test]
fn what_most_likely_is_not_meant_is_told_and_keeps_no_form_back() {
    let survey = [HEADS, "文字|甲|甲|Y", "文字|乙|乙||甲 = '有'", "文字|丙|丙||0-100"];
    let checked = check(&survey, &["选项表|名称|文本", "l|a|A"], &["表单编号|对象|用途", "x|小孩|家访"]);
    assert_eq!(checked.mistakes, []);
    for told in [
        "第 2 行“必填”写的是 Y，不起作用：要必填就写“是”",
        "第 3 行“显示条件”里的 甲 是一道题，要写 ${甲}",
        "第 4 行“显示条件”里没有题，怎么填都一样",
        "“选项”表没有“文字”（label）一列，选项只显示名称",
        "“设置”表的“表单编号”一列不认识，没有用，是不是“编号”？",
        "“对象”没有“小孩”，当作儿童：写“儿童”“老人”或“社工”",
        "“用途”没有“家访”，当作走访：写“走访”或“评估”",
    ] {
        assert!(checked.notes.iter().any(|note| note.starts_with(told)), "{told}: {:?}", checked.notes);
    }
}

#[test]
fn what_an_appearance_loses_is_told() {
    let lost = [
        ("select_one l", "image-map"),
        ("select_one l", "map"),
        ("select_one l", "minimal search('fruits', 'contains', 'a', ${t})"),
        ("geopoint", "placement-map"),
        ("geotrace", "maps"),
        ("integer", "ex:org.example.counter(n='1')"),
        ("text", "printer:org.example"),
        ("decimal", "bearing"),
        ("image", "annotate"),
        ("image", "draw"),
        ("text", "url"),
        ("date", "bikram-sambat month-year"),
    ];
    let notes = |kind: &str, appearance: &str| {
        let row = format!("{kind}|x|X|{appearance}");
        let checked =
            check(&["type|name|label|appearance", "text|t|T", &row], &["list_name|name|label", "l|a|A"], &["form_id|nuanfang::programme", "f|child"]);
        assert_eq!(checked.mistakes, []);
        checked.notes
    };
    for (kind, appearance) in lost {
        let told = notes(kind, appearance);
        assert!(matches!(told.as_slice(), [note] if note.starts_with("第 3 行“外观”")), "{appearance}: {told:?}");
    }
    let kept = [
        ("text", "multiline numbers masked thousands-sep"),
        ("decimal", "thousands-sep counter"),
        ("date", "no-calendar month-year year"),
        (
            "select_one l",
            "minimal quick quickcompact columns columns-2 columns-pack compact likert label list-nolabel list horizontal autocomplete search no-buttons",
        ),
        ("image", "signature new new-front selfie"),
        ("barcode", "front hidden-answer"),
        ("range", "picker rating vertical no-ticks"),
        ("note", "w1"),
    ];
    for (kind, appearance) in kept {
        assert_eq!(notes(kind, appearance), Vec::<String>::new(), "{appearance}");
    }
}
