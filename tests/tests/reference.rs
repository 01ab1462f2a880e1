//! Forms as ODK's own engine runs them: public and invented ones, and ones made up at random, driven by seeded steps in that engine (in a real
//! browser) and in ours, and compared state by state. `NUANFANG_SEED` says from which seed on, `NUANFANG_SEEDS` how many.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use chrono::DateTime;
use forms::sheet::instance::Around;
use forms::sheet::model::Blank;
use forms::sheet::play::{Filling, Shown, Step};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use village::programs::asset;
use village::window::{DESK, Window};

const NOW: &str = "2026-03-04T10:20:30.000+08:00";

/// Chance that begins anew with each seed.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % sides.max(1)
    }
    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len())]
    }
    fn often(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }
}

/// The engine in a browser.
struct Reference {
    window: Window,
    engine: String,
}

impl Reference {
    async fn open(folder: &Path) -> Reference {
        // A page of a file is one to which a browser gives what the engine makes ids with.
        let page = folder.join("page.html");
        std::fs::write(&page, "<!doctype html><title>-</title>").unwrap();
        let window = Window::browser(&folder.join("profile"), &format!("file://{}", page.display()), DESK, "reference").await;
        window.devtools("Emulation.setTimezoneOverride", json!({"timezoneId": "Asia/Shanghai"})).await;
        let file = asset("../target/tools/@getodk/xforms-engine/dist/index.js");
        let engine = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}; xtask/setup.sh fetches it", file.display()));
        Reference { window, engine }
    }
    async fn play(&self, xml: &str, steps: &Value) -> Result<Vec<Vec<Value>>, String> {
        let script = include_str!("../reference/drive.js");
        let answer = self.window.run_async(script, vec![json!(self.engine), json!(xml), steps.clone(), json!(NOW)]).await;
        match answer["refused"].as_str() {
            Some(reason) => Err(reason.to_owned()),
            None => Ok(serde_json::from_value(answer["states"].clone()).unwrap()),
        }
    }
}

/// A workbook as the converter makes an XForm of it, or why it refuses.
fn converted(workbook: &Path, folder: &Path) -> Result<String, String> {
    let tool = asset("../target/tools/venv/bin/xls2xform");
    let out = folder.join("form.xml");
    _ = std::fs::remove_file(&out);
    let done = Command::new(&tool).arg("--skip_validate").arg(workbook).arg(&out).output();
    let done = done.unwrap_or_else(|e| panic!("{}: {e}; xtask/setup.sh installs it", tool.display()));
    std::fs::read_to_string(out).map_err(|_| String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned())
}

fn ours(workbook: &Path) -> Option<Blank> {
    let bytes = std::fs::read(workbook).unwrap();
    let found = sync_server::import::form::read(&bytes).ok()?;
    found.check(workbook.file_stem().unwrap().to_str().unwrap()).form().ok()
}

fn begun(blank: &Blank) -> Filling<'_> {
    let now = DateTime::parse_from_rfc3339(NOW).unwrap();
    Filling::begin(blank, Around { now, seed: [7; 32], ..Around::default() }).unwrap()
}

const VALUES: [&str; 22] = [
    "",
    "1",
    "2",
    "7",
    "-3",
    "5.7",
    "3.25",
    "abc",
    "yes",
    "no",
    "2026-03-04",
    "2010-06-15",
    "2026-02-28",
    "10:20:30.000+08:00",
    "2026-02-28T23:30:00.000+08:00",
    "30.5 114.3 10 5",
    "OK",
    "王家坪",
    "0",
    "100",
    "a b",
    "12:00",
];

fn step(filling: &Filling<'_>, dice: &mut Dice) -> Option<Step> {
    let shown = filling.shown().unwrap();
    let repeats: Vec<&str> = shown.iter().filter_map(|node| Some(node.path.rsplit_once('[')?.0)).collect();
    let nodes: Vec<&Shown> = shown.iter().filter(|node| !node.readonly).collect();
    if !repeats.is_empty() && dice.often(20) {
        let of = (*dice.one(&repeats)).to_owned();
        return Some(if dice.often(66) { Step::Add(of) } else { Step::Remove(format!("{of}[{}]", 1 + dice.roll(2))) });
    }
    if nodes.is_empty() {
        return None;
    }
    let node = dice.one(&nodes);
    let value = match &node.options {
        Some(options) if !options.is_empty() && dice.often(85) => {
            let many = *dice.one(&[1, 1, 1, 2, 3]);
            let mut left: Vec<&String> = options.iter().collect();
            let chosen = (0..many).filter_map(|_| if left.is_empty() { None } else { Some(left.remove(dice.roll(left.len())).as_str()) });
            chosen.collect::<Vec<_>>().join(" ")
        }
        _ => (*dice.one(&VALUES)).to_owned(),
    };
    Some(Step::Set(node.path.clone(), value))
}

fn json_of(step: &Step) -> Value {
    match step {
        Step::Set(path, value) => json!({"set": path, "value": value}),
        Step::Add(path) => json!({"add": path}),
        Step::Remove(path) => json!({"remove": path}),
    }
}

fn state(filling: &Filling<'_>) -> Vec<Value> {
    let one = |node: Shown| {
        let Shown { path, required, readonly, value, options, violated } = node;
        let mut one = json!({"path": path, "required": required, "readonly": readonly, "value": value, "violated": violated});
        if let Some(options) = options {
            one["options"] = json!(options);
        }
        one
    };
    filling.shown().unwrap().into_iter().map(one).collect()
}

/// Plays steps of chance in both; says where they differ first.
async fn compare(reference: &Reference, blank: &Blank, xml: &str, dice: &mut Dice, many: usize) -> Result<usize, String> {
    let mut filling = begun(blank);
    let (mut states, mut steps) = (vec![state(&filling)], Vec::new());
    for _ in 0..many {
        let Some(next) = step(&filling, dice) else { break };
        filling.step(&next).unwrap();
        let now = state(&filling);
        filling.work_all_out().unwrap();
        assert_eq!(now, state(&filling), "after {next:?} only what it changed was worked out");
        states.push(now);
        steps.push(json_of(&next));
    }
    let theirs = reference.play(xml, &json!(steps)).await?;
    let by_path =
        |state: &[Value]| -> BTreeMap<String, Value> { state.iter().map(|node| (node["path"].as_str().unwrap().to_owned(), node.clone())).collect() };
    // Nodes that a converter makes up, and what a device puts down by itself, are never listed here.
    let unlisted: Vec<String> = by_path(&theirs[0]).into_keys().filter(|path| !by_path(&states[0]).contains_key(path)).collect();
    let made_up = |path: &str| path.starts_with("/meta") || ["generated_", "reserved_"].iter().any(|p| path.contains(p)) || path.ends_with("_count");
    for (n, (ours, theirs)) in states.iter().zip(&theirs).enumerate() {
        let (ours, theirs) = (by_path(ours), by_path(theirs));
        let at = || if n > 0 { steps[n - 1].to_string() } else { "at the start".to_owned() };
        let differ = ours.iter().filter(|(path, node)| theirs.get(*path) != Some(*node));
        let told: Vec<String> = differ.map(|(path, node)| format!("ours {node}, theirs {:?}", theirs.get(path).map(ToString::to_string))).collect();
        if !told.is_empty() {
            return Err(format!("step {n}, {}: {}", at(), told.join("; ")));
        }
        if let Some(path) = theirs.keys().find(|path| !ours.contains_key(*path) && !made_up(path) && !unlisted.contains(path)) {
            return Err(format!("step {n}, {}: only theirs asks {path}", at()));
        }
    }
    Ok(states.len())
}

fn seeds(many: u64) -> std::ops::Range<u64> {
    let said = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
    let from = said("NUANFANG_SEED").unwrap_or(1);
    from..from + said("NUANFANG_SEEDS").unwrap_or(many)
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_run_as_odks_engine_runs_them() {
    let dir = TempDir::new().unwrap();
    let reference = Reference::open(dir.path()).await;
    let folder = asset("../app/forms/tests/states");
    let books = [folder.clone(), folder.join("public")].into_iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut books: Vec<PathBuf> =
        books.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e.to_string_lossy().starts_with("xls"))).collect();
    books.sort();
    let (mut states, mut wrong) = (0, Vec::new());
    for book in &books {
        let name = book.file_name().unwrap().to_string_lossy().into_owned();
        let (Some(blank), Ok(xml)) = (ours(book), converted(book, dir.path())) else {
            assert!(ours(book).is_none(), "the converter refuses {name}");
            continue;
        };
        // The engine takes no field-list in its old way.
        for seed in seeds(if name == "warnings.xls" { 0 } else { 2 }) {
            let mut dice = Dice::new(seed + name.bytes().map(u64::from).sum::<u64>() * 1000);
            match compare(&reference, &blank, &xml, &mut dice, 25).await {
                Ok(many) => states += many,
                Err(how) => wrong.push(format!("{name}, seed {seed}: {how}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{states} states of {} forms", books.len());
    assert!(states > 500 || std::env::var_os("NUANFANG_SEEDS").is_some());
    reference.window.close().await;
}

const KINDS: [&str; 18] = [
    "integer",
    "integer",
    "integer",
    "decimal",
    "decimal",
    "text",
    "text",
    "date",
    "select_one l",
    "select_one l",
    "select_multiple l",
    "calculate",
    "calculate",
    "calculate",
    "time",
    "acknowledge",
    "range",
    "rank l",
];

/// A form of chance: what is worked out looks at what stands lower in rank, wherever its row is.
fn made_up(dice: &mut Dice) -> Vec<BTreeMap<&'static str, String>> {
    let many = 4 + dice.roll(8);
    let mut rows: Vec<BTreeMap<&'static str, String>> = Vec::new();
    let names: Vec<String> = (0..many).map(|n| format!("q{n}")).collect();
    for (rank, name) in names.iter().enumerate() {
        let kind = *dice.one(&KINDS);
        let mut row: BTreeMap<&'static str, String> = [("type", kind.to_owned()), ("name", name.clone()), ("label", name.to_uppercase())].into();
        let lower = &names[..rank];
        if kind == "calculate" {
            let worked_out = value(dice, lower, 3);
            row.insert("calculation", if dice.often(10) { "once(position(..))".to_owned() } else { worked_out });
        } else if !kind.starts_with("rank") && dice.often(15) {
            row.insert("calculation", value(dice, lower, 2));
        }
        // Whatever is worked out when a form is begun neither triggers nor is a default there: docs/forms.md.
        let is_asked = |name: &&String| rows.iter().any(|row| row["name"] == **name && !row.contains_key("calculation"));
        let asked: Vec<String> = lower.iter().filter(is_asked).cloned().collect();
        if row.contains_key("calculation") && !asked.is_empty() && dice.often(12) {
            row.insert("trigger", format!("${{{}}}", dice.one(&asked)));
        }
        if !row.contains_key("calculation") && dice.often(15) {
            let chosen = kind.contains(" l");
            row.insert(
                "default",
                if chosen {
                    "b".to_owned()
                } else if dice.often(50) {
                    (*dice.one(&["1", "a", "2026-03-01", "x"])).to_owned()
                } else {
                    value(dice, &asked, 1)
                },
            );
        }
        for (column, often) in [("relevant", 30), ("required", 20), ("constraint", 20), ("read_only", 5)] {
            if dice.often(often) {
                let own = column == "constraint" && dice.often(60);
                row.insert(
                    column,
                    if own { format!(". {} {}", dice.one(&["<", ">", "=", "!="]), value(dice, lower, 1)) } else { truth(dice, lower, 2) },
                );
            }
        }
        if kind.starts_with("select") && !row.contains_key("default") && dice.often(40) {
            row.insert("choice_filter", format!("k = {} or {}", dice.one(&["'1'", "'2'"]), truth(dice, lower, 1)));
        }
        rows.push(row);
    }
    // The order of the rows is another than that of the ranks; some of them lie in a group or a repeat.
    for n in (1..rows.len()).rev() {
        let other = dice.roll(n + 1);
        rows.swap(n, other);
    }
    let mut counts = Vec::new();
    let of = |kind: &str, name: &str| -> BTreeMap<&'static str, String> {
        [("type", kind.to_owned()), ("name", name.to_owned()), ("label", "G".to_owned())].into()
    };
    for (kind, name, often) in [("repeat", "r", 60), ("repeat", "s", 25), ("group", "g", 40)] {
        if dice.often(often) {
            let from = dice.roll(rows.len());
            let to = from + 1 + dice.roll(rows.len() - from);
            // They lie in each other and do not cross.
            let depth = rows[from..to].iter().scan(0, |depth, row| {
                *depth += i32::from(row["type"].starts_with("begin")) - i32::from(row["type"].starts_with("end"));
                Some(*depth)
            });
            let depth: Vec<i32> = depth.collect();
            if depth.iter().any(|depth| *depth < 0) || depth.last() != Some(&0) {
                continue;
            }
            let mut begin = of(&format!("begin {kind}"), name);
            if kind == "repeat" && dice.often(25) {
                // What its count looks at lies in no repeat.
                let outside = format!("c{name}");
                let count: BTreeMap<&'static str, String> =
                    [("type", "integer".to_owned()), ("name", outside.clone()), ("label", "N".to_owned())].into();
                begin.insert("repeat_count", format!("${{{outside}}}"));
                counts.push(count);
            }
            if kind == "group" && dice.often(50) {
                begin.insert("relevant", "today() > '2020-01-01'".to_owned());
            }
            rows.insert(to, BTreeMap::from([("type", format!("end {kind}"))]));
            rows.insert(from, begin);
        }
    }
    if rows.iter().any(|row| row["type"] == "begin repeat") {
        // What the other engine makes of a trigger across repeats depends on what was done before: docs/forms.md.
        rows.iter_mut().for_each(|row| _ = row.remove("trigger"));
    }
    // Answers as choices, seen from outside of their repeats.
    if dice.often(60) {
        let kind = *dice.one(&["select_one", "select_one", "rank"]);
        let mut row = of(&format!("{kind} ${{{}}}", dice.one(&names)), "chosen");
        if dice.often(40) {
            row.insert("choice_filter", (*dice.one(&["position() < 3", "./q1 > 1", "q2 != ''", "${q0} = 1", "${q1} != ${q0}"])).to_owned());
        }
        rows.push(row);
    }
    counts.into_iter().chain(rows).collect()
}

fn value(dice: &mut Dice, names: &[String], depth: usize) -> String {
    if depth == 0 || dice.often(20) {
        return match (names.is_empty(), dice.roll(4)) {
            (false, 0..=2) => format!("${{{}}}", dice.one(names)),
            _ => (*dice.one(&["1", "2.5", "0", "'x'", "''", "'7'", "-3"])).to_owned(),
        };
    }
    let inner = |dice: &mut Dice| value(dice, names, depth - 1);
    match dice.roll(20) {
        0 => format!("({} + {})", inner(dice), inner(dice)),
        1 => format!("({} - {})", inner(dice), inner(dice)),
        2 => format!("{} * {}", inner(dice), inner(dice)),
        3 => format!("concat({}, {})", inner(dice), inner(dice)),
        4 => format!("if({}, {}, {})", truth(dice, names, depth - 1), inner(dice), inner(dice)),
        5 => format!("coalesce({}, {})", inner(dice), inner(dice)),
        6 => format!("string-length({})", inner(dice)),
        7 => format!("round({}, 1)", inner(dice)),
        8 => format!("int({})", inner(dice)),
        9 if !names.is_empty() => format!("{}(${{{}}})", dice.one(&["count", "sum", "count-selected", "max", "min"]), dice.one(names)),
        11 if !names.is_empty() => format!("join(', ', ${{{}}})", dice.one(names)),
        12 if !names.is_empty() => format!("count-non-empty(${{{}}})", dice.one(names)),
        14 => format!("format-date({}, '%Y-%m')", inner(dice)),
        16 => "position(..)".to_owned(),
        17 => format!("{} mod 3", inner(dice)),
        18 => format!("{} div 2", inner(dice)),
        10 if !names.is_empty() => format!("selected-at(${{{}}}, 0)", dice.one(names)),
        _ => format!("substr({}, 0, 2)", inner(dice)),
    }
}

fn truth(dice: &mut Dice, names: &[String], depth: usize) -> String {
    if depth > 1 && dice.often(40) {
        let (a, b) = (truth(dice, names, depth - 1), truth(dice, names, depth - 1));
        return match dice.roll(3) {
            0 => format!("({a} and {b})"),
            1 => format!("({a} or {b})"),
            _ => format!("not({a})"),
        };
    }
    if !names.is_empty() && dice.often(25) {
        return format!("selected(${{{}}}, '{}')", dice.one(names), dice.one(&["a", "b", "c"]));
    }
    let (a, b) = (value(dice, names, 1), value(dice, names, 1));
    format!("{a} {} {b}", dice.one(&["=", "!=", "<", "<=", ">", ">="]))
}

fn write(rows: &[BTreeMap<&'static str, String>], to: &Path) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("survey").unwrap();
    let heads = [
        "type",
        "name",
        "label",
        "calculation",
        "relevant",
        "required",
        "constraint",
        "read_only",
        "choice_filter",
        "default",
        "trigger",
        "repeat_count",
    ];
    sheet.write_row(0, 0, heads).unwrap();
    for (n, row) in (1..).zip(rows) {
        for (column, head) in (0..).zip(heads) {
            row.get(head).map(|cell| sheet.write(n, column, cell).unwrap());
        }
    }
    let sheet = book.add_worksheet().set_name("choices").unwrap();
    sheet.write_row_matrix(0, 0, [["list_name", "name", "label", "k"], ["l", "a", "A", "1"], ["l", "b", "B", "1"], ["l", "c", "C", "2"]]).unwrap();
    book.save(to).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_chance_run_as_odks_engine_runs_them() {
    let dir = TempDir::new().unwrap();
    let reference = Reference::open(dir.path()).await;
    let (mut states, mut wrong) = (0, Vec::new());
    for seed in seeds(15) {
        let mut dice = Dice::new(seed);
        let rows = made_up(&mut dice);
        let book = dir.path().join(format!("form{seed}.xlsx"));
        write(&rows, &book);
        let xml = converted(&book, dir.path()).unwrap_or_else(|why| panic!("the converter refuses seed {seed}: {why}\n{rows:?}"));
        let blank = ours(&book).unwrap_or_else(|| panic!("we refuse seed {seed}: {rows:?}"));
        match compare(&reference, &blank, &xml, &mut dice, 20).await {
            Ok(many) => states += many,
            // Some forms of chance make it run in circles.
            Err(how) if how.contains("at runUpdates") => {}
            Err(how) => wrong.push(format!("seed {seed}: {how}\n{rows:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{states} states");
    reference.window.close().await;
}
