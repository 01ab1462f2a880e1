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
    let book = Workbook { survey, choices: rows(&form["choices"]), settings };
    let blank = match read(&book, "test") {
        Ok(blank) => blank,
        Err(wrong) => return serde_json::json!({ "refused": format!("{wrong:?}") }),
    };
    let now = chrono::DateTime::parse_from_rfc3339("2026-03-04T10:20:30.000+08:00").unwrap();
    let mut filling = Filling::begin(&blank, Around { now, language: String::new() }).unwrap();
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
        let book = Workbook { survey, choices: rows(&one["choices"]), settings };
        let found = read(&book, "test").err().unwrap_or_default();
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
