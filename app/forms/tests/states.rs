//! Forms played step by step, state by state as ODK's own engine said them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use calamine::{Data, Reader, open_workbook_auto};
use forms::sheet::heads::{Sheet, workbook};
use forms::sheet::instance::Around;
use forms::sheet::play::{Filling, Shown, Step};
use forms::sheet::rows::read;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(s) => s.clone(),
        Data::Int(n) => n.to_string(),
        Data::Float(n) => expressions::number_text(*n),
        Data::Bool(yes) => yes.to_string().to_uppercase(),
        Data::DateTime(at) => {
            let (y, m, d, h, min, sec, _) = at.to_ymd_hms_milli();
            let serial = at.as_f64();
            if (1.0..60.0).contains(&serial) {
                // Excel believes in a 29 February 1900: which day is meant nobody knows.
                expressions::number_text(serial)
            } else if serial < 1.0 {
                format!("{h:02}:{min:02}:{sec:02}")
            } else if (h, min, sec) == (0, 0, 0) {
                format!("{y:04}-{m:02}-{d:02}")
            } else {
                format!("{y:04}-{m:02}-{d:02}T{h:02}:{min:02}:{sec:02}")
            }
        }
        Data::DateTimeIso(s) | Data::DurationIso(s) => s.clone(),
    }
}

fn sheets(path: &Path) -> Vec<Sheet> {
    let mut book = open_workbook_auto(path).unwrap();
    let all = book.worksheets();
    all.into_iter()
        .map(|(name, range)| Sheet {
            name,

            rows: (range.start().map_or(1, |(row, _)| row + 1)..).zip(range.rows()).map(|(n, row)| (n, row.iter().map(text).collect())).collect(),
        })
        .collect()
}

fn step(step: &Value) -> Step {
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    match step {
        s if s["set"].is_string() => Step::Set(text(&s["set"]), text(&s["value"])),
        s if s["add"].is_string() => Step::Add(text(&s["add"])),
        s => Step::Remove(text(&s["remove"])),
    }
}

fn json(shown: &Shown) -> Value {
    let mut one = serde_json::json!({ "path": shown.path, "required": shown.required, "readonly": shown.readonly, "value": shown.value, "violated": shown.violated });
    if let Some(options) = &shown.options {
        one["options"] = options.clone().into();
    }
    one
}

#[test]
fn recorded_states_are_ours() {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/states");
    let (mut wrong, mut all) = (0, 0);
    let mut names: Vec<_> =
        std::fs::read_dir(&here).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).filter(|n| n.ends_with(".steps.json")).collect();
    names.sort();
    for name in names {
        let form = name.strip_suffix(".steps.json").unwrap().rsplit_once('.').unwrap().0;
        let places = [here.join(form), here.join("public").join(form)];
        let path = places.iter().find(|p| p.is_file()).unwrap();
        all += 1;
        let blank = match read(&workbook(&sheets(path)).0, form.rsplit_once('.').unwrap().0).form() {
            Ok(blank) => blank,
            Err(e) => {
                wrong += 1;
                eprintln!("{name}: refused {e:?}");
                continue;
            }
        };
        let steps: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(here.join(&name)).unwrap()).unwrap();
        let states = std::fs::read_to_string(here.join(name.replace("steps.json", "states.jsonl"))).unwrap();
        let now = chrono::DateTime::parse_from_rfc3339("2026-03-04T10:20:30.000+08:00").unwrap();
        let mut filling = Filling::begin(&blank, Around { now, seed: [7; 32], ..Around::default() }).unwrap();
        for (n, line) in states.lines().enumerate() {
            if n > 0 {
                filling.step(&step(&steps[n - 1])).unwrap();
            }
            let wanted: Value = serde_json::from_str(line).unwrap();
            let got: Vec<Value> = filling.shown().unwrap().iter().map(json).collect();
            filling.work_all_out().unwrap();
            assert_eq!(got, filling.shown().unwrap().iter().map(json).collect::<Vec<_>>(), "{name} step {n}: only what changed was worked out");
            let wanted = wanted["nodes"].as_array().unwrap();
            if got != *wanted {
                wrong += 1;
                let different: Vec<String> = wanted
                    .iter()
                    .filter(|w| !got.contains(w))
                    .take(3)
                    .map(|w| format!("wanted {w}\n      got {:?}", got.iter().find(|g| g["path"] == w["path"]).map(ToString::to_string)))
                    .collect();
                let more: Vec<String> =
                    got.iter().filter(|g| !wanted.iter().any(|w| w["path"] == g["path"])).take(3).map(ToString::to_string).collect();
                eprintln!(
                    "{name} step {n} {}:\n   {}\n   more: {more:?}",
                    if n > 0 { steps[n - 1].to_string() } else { String::new() },
                    different.join("\n   ")
                );
                break;
            }
        }
    }
    assert_eq!((wrong, all), (0, 30));
}

#[test]
fn forms_that_odks_converter_refuses_are_refused() {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/states/public");
    for form in ["calculate_without_calculation.xls", "group_name_test.xls", "not_closed_group_test.xls"] {
        assert!(!read(&workbook(&sheets(&here.join(form))).0, form).mistakes.is_empty(), "{form}");
    }
}

/// A form that is put away after each step and taken up again by what the answers say goes on as one that is kept in hand.
#[test]
fn what_was_put_away_goes_on_as_it_was() {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/states");
    let day: chrono::NaiveDate = "2026-03-04".parse().unwrap();
    let now = chrono::DateTime::parse_from_rfc3339("2026-03-04T12:00:00.000+08:00").unwrap();
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(&here).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(stem) = name.strip_suffix(".steps.json") else { continue };
        let file = stem.rsplit_once('.').unwrap().0;
        let path = [here.join(file), here.join("public").join(file)].into_iter().find(|p| p.is_file()).unwrap();
        let (mut book, _) = workbook(&sheets(&path));
        let settings = book.settings.get_or_insert_default();
        settings.cells.entry("form_id".into()).or_insert_with(|| "f".into());
        let form = forms::Form::from_kept(&forms::sheet::file::to_json(&book).unwrap(), 1).unwrap();
        let blank = read(&book, "f").form().unwrap();
        let mut kept = Filling::begin(&blank, Around { now, ..Around::default() }).unwrap();
        let mut answers = form.begun(Around { now, ..Around::default() }).unwrap();
        let steps: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(here.join(&name)).unwrap()).unwrap();
        for (n, one) in steps.iter().enumerate() {
            let before = kept.shown().unwrap();
            let step = step(one);
            kept.step(&step).unwrap();
            let filled = form.filled(&answers, day);
            let (path, value) = match &step {
                Step::Set(path, value) => (path.as_str(), value.as_str()),
                Step::Add(path) | Step::Remove(path) => (path.as_str(), ""),
            };
            let Some(id) = filled.id_at(path) else { continue };
            let taken = kept.shown().unwrap() != before;
            let value = form.value(&id, value);
            let change = match &step {
                _ if !taken => continue,
                Step::Set(..) => forms::Change::Answer(&id, &value),
                Step::Add(_) => forms::Change::Add(&id),
                Step::Remove(_) => forms::Change::Remove(&id),
            };
            answers = filled.after(&change, [u8::try_from(n % 250).unwrap(); 32]).unwrap();
            // A draft keeps what a lower count leaves out; ODK forgets it.
            let filled = form.filled(&answers, day);
            answers.retain(|id, _| filled.stands(id));
            let (ours, wanted) = (form.filled(&answers, day).shown().unwrap(), kept.shown().unwrap());
            if ours != wanted {
                let first = wanted.iter().zip(&ours).find(|(a, b)| a != b);
                wrong.push(format!("{name} step {n} {one}: {first:?} of {} and {}", wanted.len(), ours.len()));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
