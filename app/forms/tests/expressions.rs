//! Expressions with the results that ODK's own engine gave, and sheets with one mistake each.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use forms::sheet::instance::Around;
use forms::sheet::play::{Filling, Step};
use forms::sheet::rows::{Row, Workbook, read};
use serde_json::Value;

fn rows(of: &Value) -> Vec<Row> {
    let cells = |row: &Value| {
        row.as_object()
            .unwrap()
            .iter()
            .map(|(k, v)| (k.clone(), v.as_str().map_or_else(|| v.to_string(), str::to_owned)))
            .filter(|(_, v)| !v.is_empty())
            .collect()
    };
    of.as_array().into_iter().flatten().zip(2..).map(|(row, number)| Row { number, cells: cells(row) }).collect()
}

fn steps(of: &Value) -> Vec<Step> {
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let one = |step: &Value| match step {
        s if s["set"].is_string() => Step::Set(text(&s["set"]), text(&s["value"])),
        s if s["add"].is_string() => Step::Add(text(&s["add"])),
        s => Step::Remove(text(&s["remove"])),
    };
    of.as_array().into_iter().flatten().map(one).collect()
}

fn case(all: &Value, case: &Value) -> Value {
    let form = &all["forms"][case["form"].as_str().unwrap()];
    let mut survey = rows(&form["survey"]);
    let mut x = serde_json::Map::new();
    x.insert("name".into(), "x".into());
    x.insert("label".into(), "X".into());
    let text = |key: &str| case[key].as_str();
    for kind in ["integer", "decimal", "date", "text"] {
        if let Some(calculation) = text(kind) {
            x.insert("type".into(), kind.into());
            x.insert("calculation".into(), calculation.into());
        }
    }
    for (key, kind) in
        [("calculate", "calculate"), ("relevant", "text"), ("required", "text"), ("constraint", "text"), ("choice_filter", "select_one member")]
    {
        if let Some(expr) = text(key) {
            x.insert("type".into(), case["type"].as_str().unwrap_or(kind).into());
            x.insert(if key == "calculate" { "calculation" } else { key }.into(), expr.into());
        }
    }
    let mut new = rows(&Value::Array(vec![x.into()]));
    let place = match case["in"].as_str() {
        None => survey.len(),
        Some(path) => {
            // Before the end of that repeat.
            let name = path.rsplit('/').next().unwrap();
            let begin = survey.iter().position(|r| r.cells.get("name").is_some_and(|n| n == name)).unwrap();
            let mut depth = 0;
            (begin..survey.len())
                .find(|n| {
                    let kind = &survey[*n].cells["type"];
                    depth += i32::from(kind.starts_with("begin")) - i32::from(kind.starts_with("end"));
                    depth == 0
                })
                .unwrap()
        }
    };
    survey.insert(place, new.remove(0));
    survey.iter_mut().zip(2..).for_each(|(row, n)| row.number = n);
    let settings = form["settings"].as_object().map(|_| rows(&Value::Array(vec![form["settings"].clone()])).remove(0));
    let book = Workbook { survey, choices: rows(&form["choices"]), settings, ..Workbook::default() };
    let blank = match read(&book, "test").form() {
        Ok(blank) => blank,
        Err(wrong) => return serde_json::json!({ "refused": format!("{wrong:?}") }),
    };
    let now = chrono::DateTime::parse_from_rfc3339("2026-03-04T10:20:30.000+08:00").unwrap();
    let mut filling = Filling::begin(&blank, Around { now, seed: [7; 32], ..Around::default() }).unwrap();
    for step in steps(&all["steps"][case["steps"].as_str().unwrap()]).into_iter().chain(steps(&case["then"])) {
        filling.step(&step).unwrap();
    }
    let shown = filling.shown().unwrap();
    let xs: Vec<_> = shown.iter().filter(|node| node.path.rsplit('/').next() == Some("x")).collect();
    let wanted = case["result"].as_object().unwrap();
    let mut got = serde_json::Map::new();
    for key in wanted.keys() {
        let value: Value = match key.as_str() {
            "value" => xs.first().map_or(Value::Null, |x| x.value.clone().into()),
            "values" => xs.iter().map(|x| Value::from(x.value.clone())).collect(),
            "asked" => (!xs.is_empty()).into(),
            "required" => xs.first().is_some_and(|x| x.required).into(),
            "violated" => xs.first().is_some_and(|x| x.violated).into(),
            "options" => xs.first().and_then(|x| x.options.clone()).map_or(Value::Null, Into::into),
            _ => Value::Null,
        };
        got.insert(key.clone(), value);
    }
    got.into()
}

#[test]
fn expressions_give_what_odks_engine_gives() {
    let all: Value = serde_json::from_str(include_str!("expressions.json")).unwrap();
    let mut wrong = 0;
    for one in all["cases"].as_array().unwrap() {
        let got = case(&all, one);
        let fits = match one["result"].get("refused") {
            Some(_) => got.get("refused").is_some(),
            None => got == one["result"],
        };
        if !fits {
            wrong += 1;
            eprintln!("{one}\n    => {got}");
        }
    }
    assert_eq!(wrong, 0);
}

#[test]
fn mistakes_are_refused_and_placed() {
    let all: Value = serde_json::from_str(include_str!("mistakes.json")).unwrap();
    let mut wrong = 0;
    for one in all["mistakes"].as_array().unwrap() {
        let settings = one["settings"].as_object().map(|_| rows(&Value::Array(vec![one["settings"].clone()])).remove(0));
        // One of them is that the sheet has another name.
        let survey = if one["mistake"] == "no survey sheet" { Vec::new() } else { rows(&one["survey"]) };
        let book = Workbook { survey, choices: rows(&one["choices"]), settings, ..Workbook::default() };
        let found = read(&book, "test").mistakes;
        let at = |row: &Value| row.as_u64();
        let fits = found.iter().any(|m| {
            (one["sheet"].as_str().is_none_or(|s| s == m.sheet))
                && (at(&one["row"]).is_none_or(|r| r == u64::from(m.row)) || at(&one["reference"]["row"]) == Some(u64::from(m.row)))
        });
        if !fits {
            wrong += 1;
            eprintln!("{} wanted {} {}: {found:?}", one["mistake"], one["sheet"], one["row"]);
        }
    }
    assert_eq!(wrong, 0);
}

/// A form by its rows, `type name key=value`.
fn form(survey: Vec<Vec<(&str, String)>>) -> Workbook {
    let row = |cells: Vec<(&str, String)>| cells.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
    Workbook { survey: survey.into_iter().zip(2..).map(|(cells, number)| Row { number, cells: row(cells) }).collect(), ..Workbook::default() }
}

fn played(book: &Workbook) -> Result<Vec<forms::sheet::play::Shown>, String> {
    let blank = read(book, "test").form().map_err(|wrong| format!("{:?}", wrong.first()))?;
    let now = chrono::DateTime::parse_from_rfc3339("2026-03-04T10:20:30.000+08:00").unwrap();
    let filling = Filling::begin(&blank, Around { now, seed: [7; 32], ..Around::default() }).map_err(|e| e.to_string())?;
    filling.shown().map_err(|e| e.to_string())
}

fn calculating(expr: &str) -> Result<Vec<forms::sheet::play::Shown>, String> {
    played(&form(vec![vec![("type", "calculate".into()), ("name", "x".into()), ("calculation", expr.into())]]))
}

fn value(expr: &str) -> Result<String, String> {
    Ok(calculating(expr)?.remove(0).value)
}

#[test]
fn what_is_long_is_worked_out_and_what_is_too_tall_is_refused() {
    assert_eq!(value(&["1"; 150].join("+")).unwrap(), "150");
    assert_eq!(value(&["0 = 1"; 1500].join(" or ")).unwrap(), "false");
    assert_eq!(value(&format!("{}1{}", "abs(".repeat(50), ")".repeat(50))).unwrap(), "1");
    for tall in
        [["1"; 3000].join("+"), ["1"; 3000].join(" = "), format!("{}1{}", "(".repeat(3000), ")".repeat(3000)), format!("x{}", "[1".repeat(1000))]
    {
        assert!(value(&tall).is_err(), "{}", &tall[..10]);
    }
    assert_eq!(value(&format!("{}1", "-".repeat(8000))).unwrap(), "1");
}

#[test]
fn hostile_values_and_patterns_end() {
    // The ends of the calendar, and beyond.
    for days in ["95026601", "95026600.9", "-96465292", "99999999999", "1 div 0", "0 div 0", "1157407.4", "-1157407.4"] {
        for f in ["date", "date-time", "decimal-date-time"] {
            value(&format!("{f}({days})")).unwrap();
            value(&format!("format-date({f}({days}), '%Y-%m-%d %H')")).unwrap();
        }
    }
    let long = "'".to_owned() + &"a".repeat(7000) + "'";
    assert!(value(&format!("translate({long}, {long}, 'b')")).is_err(), "forty million steps");
    assert_eq!(value("regex('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', '^(a+)+$')").unwrap(), "false");
    assert!(value("regex('a', 'a{1000}{1000}{1000}')").is_err(), "too large a pattern");
    assert_eq!(value("pulldata('t', 'a', 'b', 'c')").unwrap(), "", "there is no such table");
    assert_ne!(value("uuid()").unwrap(), value("concat(substr(uuid(), 0, 0), uuid())").unwrap(), "each is another");
}

fn row(of: &str, name: &str, more: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let own = [("type", of.to_owned()), ("name", name.to_owned()), ("label", "Q".to_owned())];
    own.into_iter().chain(more.iter().map(|(k, v)| (*k, (*v).to_owned()))).collect()
}

#[test]
fn large_forms_are_begun_and_circles_are_refused() {
    assert_eq!(played(&form((0..5000).map(|n| row("text", &format!("q{n}"), &[])).collect())).unwrap().len(), 5000);
    assert!(played(&form((0..10_001).map(|n| row("text", &format!("q{n}"), &[])).collect())).is_err());
    let mut book = form(vec![row("select_multiple l", "x", &[])]);
    let choice = |n: u32| [("list_name".to_owned(), "l".to_owned()), ("name".into(), format!("c{n}")), ("label".into(), "C".into())].into();
    book.choices = (0..50_000).map(|n| Row { number: n + 2, cells: choice(n) }).collect();
    assert_eq!(played(&book).unwrap()[0].options.as_ref().unwrap().len(), 50_000);
    let circle = form(vec![row("calculate", "a", &[("calculation", "${b} + 1")]), row("calculate", "b", &[("calculation", "${a} + 1")])]);
    assert!(played(&circle).unwrap_err().contains("a, b"));
    let deep = (0..40).map(|n| row("begin group", &format!("g{n}"), &[])).chain((0..40).map(|_| row("end group", "", &[]))).collect();
    assert!(played(&form(deep)).is_err());
}

#[test]
fn steps_that_lead_nowhere_change_nothing() {
    let rows =
        vec![row("integer", "n", &[]), row("begin repeat", "r", &[("repeat_count", "${n}")]), row("text", "q", &[]), row("end repeat", "", &[])];
    let blank = read(&form(rows), "test").form().unwrap();
    let now = chrono::DateTime::parse_from_rfc3339("2026-03-04T10:20:30.000+08:00").unwrap();
    let mut filling = Filling::begin(&blank, Around { now, seed: [7; 32], ..Around::default() }).unwrap();
    let before = filling.shown().unwrap();
    for path in ["", "/", "n", "/n[0]", "/n[2]", "/r", "/r[1]", "/r[99999999999999999999]/q", "//n/q", "/n]["] {
        for step in [Step::Add(path.into()), Step::Remove(path.into()), Step::Set(path.into(), String::new())] {
            filling.step(&step).unwrap();
            assert_eq!(filling.shown().unwrap(), before, "{step:?}");
        }
    }
    filling.step(&Step::Set("/n".into(), "2000000000".into())).unwrap();
    assert_eq!(filling.shown().unwrap().len(), 1001, "no more than a thousand of one repeat");
}
