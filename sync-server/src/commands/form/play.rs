//! `form play`: what is asked after each step, in lines of JSON or in words.
use super::{Done, read, words as told};
use crate::commands::{open_existing, printable};
use crate::{Data, out};
use anyhow::{Context, anyhow};
use chrono::{DateTime, FixedOffset};
use forms::sheet::instance::Around;
use forms::sheet::model::{Blank, Item, Kind, Words};
use forms::sheet::play::{Filling, Shown, Step};
use forms::sheet::rows::read as check_rows;
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;
use sync_server::env::{Env, SystemEnv};
use sync_server::office::forms::workbook;
use text::{Lang, Text};

/// `form play`
pub(super) fn play(form: &Path, steps: Option<&Path>, now: Option<DateTime<FixedOffset>>, json: bool, data: &Data) -> Done {
    let checked = match form.to_str().filter(|_| !form.is_file()) {
        Some(name) => open_existing(data)?.read(|db| workbook(db, name)).map(|book| check_rows(&book, ""))?,
        None => read(form)?.map_err(|why| anyhow!(Text::new(Lang::ZhCn).failure(&why)))?.1,
    };
    let blank = checked.form().map_err(|wrong| anyhow!(wrong.iter().map(told).collect::<Vec<_>>().join("\n")))?;
    let steps = steps.map(steps_of).transpose()?.unwrap_or_default();
    let now = now.unwrap_or_else(|| SystemEnv.now().local());
    let mut filling = Filling::begin(&blank, Around { now, seed: SystemEnv.random32(), ..Around::default() })?;
    let mut teller = Teller { blank: &blank, json, before: Vec::new() };
    teller.tell(0, None, filling.shown()?);
    for (step, n) in steps.iter().zip(1_u64..) {
        filling.step(step)?;
        teller.tell(n, Some(step), filling.shown()?);
    }
    if !json {
        teller.sum_up();
    }
    Ok(ExitCode::SUCCESS)
}

fn steps_of(file: &Path) -> anyhow::Result<Vec<Step>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let given: Vec<Value> = serde_json::from_str(&text).context("步骤文件不是 JSON 列表 / the steps are no list in JSON")?;
    let step = |(n, given): (usize, &Value)| {
        step(given).ok_or_else(|| anyhow!("第 {} 步看不懂：只有 set、add、remove / step {} is none of set, add, remove", n + 1, n + 1))
    };
    given.iter().enumerate().map(step).collect()
}

fn step(given: &Value) -> Option<Step> {
    let text = |name: &str| given.get(name).and_then(Value::as_str).map(str::to_owned);
    match (text("set"), text("add"), text("remove")) {
        (Some(path), None, None) => Some(Step::Set(path, text("value").unwrap_or_default())),
        (None, Some(path), None) => Some(Step::Add(path)),
        (None, None, Some(path)) => Some(Step::Remove(path)),
        _ => None,
    }
}

fn node(shown: &Shown) -> Value {
    let Shown { path, required, readonly, value, options, violated } = shown;
    let mut node = json!({ "path": path, "required": required, "readonly": readonly, "value": value, "violated": violated });
    if let (Some(options), Some(node)) = (options, node.as_object_mut()) {
        node.insert("options".to_owned(), json!(options));
    }
    node
}

/// Prints how the form stands; in words only what is otherwise than before.
struct Teller<'b> {
    blank: &'b Blank,
    json: bool,
    before: Vec<Shown>,
}

impl Teller<'_> {
    fn tell(&mut self, n: u64, step: Option<&Step>, now: Vec<Shown>) {
        if self.json {
            out!("{}", json!({ "step": n, "nodes": now.iter().map(node).collect::<Vec<_>>() }));
            return;
        }
        match step {
            None => out!("开始"),
            Some(Step::Set(path, value)) if value.is_empty() => out!("第 {n} 步：清空 {}", printable(path)),
            Some(Step::Set(path, value)) => out!("第 {n} 步：{} 填“{}”", printable(path), printable(value)),
            Some(Step::Add(path)) => out!("第 {n} 步：{} 加一遍", printable(path)),
            Some(Step::Remove(path)) => out!("第 {n} 步：删去 {}", printable(path)),
        }
        let lines = |all: &[Shown]| all.iter().map(|one| self.line(one, all)).collect::<Vec<_>>();
        let (before, after) = (lines(&self.before), lines(&now));
        after.iter().filter(|line| !before.contains(line)).for_each(|line| out!("  {}", printable(line)));
        for gone in self.before.iter().filter(|one| !now.iter().any(|other| other.path == one.path)) {
            out!("  不再问：{}", printable(&gone.path));
        }
        if let Some(why) = step.and_then(|step| self.in_vain(step, &now)) {
            out!("  {why}");
        }
        self.before = now;
    }

    /// Why a step does less than it says.
    fn in_vain(&self, step: &Step, now: &[Shown]) -> Option<String> {
        let Step::Set(path, value) = step else {
            return (*now == self.before).then(|| "没有作用：没有这一组，或者它有几遍是定死的".to_owned());
        };
        let Some(one) = now.iter().find(|one| one.path == *path) else {
            return Some("没有作用：没有这道题，或者现在不问".to_owned());
        };
        let unknown = value.split_whitespace().find(|name| one.options.as_ref().is_some_and(|options| !options.iter().any(|known| known == name)));
        match unknown {
            _ if one.readonly => Some("没有作用：这道题不能填".to_owned()),
            Some(name) => Some(format!("没有“{name}”这个选项")),
            None => (one.value.is_empty() && !value.is_empty()).then(|| "当作没填：不合题型".to_owned()),
        }
    }

    fn sum_up(&self) {
        let missing = self.before.iter().filter(|one| one.required && !one.readonly && one.value.is_empty()).count();
        let wrong = self.before.iter().filter(|one| one.violated).count();
        match (missing, wrong) {
            (0, 0) => out!("都填好了。"),
            _ => out!("必填的还有 {missing} 道没填，不合要求的有 {wrong} 道。"),
        }
    }

    fn line(&self, one: &Shown, all: &[Shown]) -> String {
        let Some(item) = self.item(&one.path) else { return one.path.clone() };
        let label = self.label(item, &one.path, all);
        if item.kind == Kind::Note {
            return format!("{}  提示：{label}", one.path);
        }
        let must = match () {
            () if one.readonly => "（算出来的）",
            () if one.required => "（必填）",
            () => "",
        };
        let value = if one.value.is_empty() { "没填".to_owned() } else { self.value(item, &one.value) };
        let offered = one.options.as_ref().filter(|_| one.value.is_empty() && !one.readonly).map(|options| {
            let each = options.iter().map(|name| match self.value(item, name) {
                words if words == *name => words,
                words => format!("{words}（{name}）"),
            });
            format!("，可选 {}", each.collect::<Vec<_>>().join("、"))
        });
        let said = words(&item.constraint_message, &self.blank.language);
        let wrong = match one.violated {
            true if said.is_empty() => "，不合填写要求".to_owned(),
            true => format!("，不合要求：{said}"),
            false => String::new(),
        };
        format!("{}  {label}{must}：{value}{}{wrong}", one.path, offered.unwrap_or_default())
    }

    /// The words of a question, with the answers that they speak of.
    fn label(&self, item: &Item, path: &str, all: &[Shown]) -> String {
        let label = words(&item.label, &self.blank.language);
        let mut parts = label.split("${");
        let mut told = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let Some((name, rest)) = part.split_once('}') else { continue };
            let common = |one: &&Shown| one.path.bytes().zip(path.bytes()).take_while(|(a, b)| a == b).count();
            let meant = all.iter().filter(|one| one.path.rsplit('/').next() == Some(name)).max_by_key(common);
            let value = meant.map(|one| self.item(&one.path).map_or_else(|| one.value.clone(), |item| self.value(item, &one.value)));
            told.push_str(&value.unwrap_or_default());
            told.push_str(rest);
        }
        if told.is_empty() { item.name.clone() } else { told }
    }

    /// An answer in words: of choices their labels.
    fn value(&self, item: &Item, value: &str) -> String {
        let list = item.choices.as_ref().and_then(|choices| self.blank.lists.get(&choices.list));
        let Some(list) = list else { return value.to_owned() };
        let label = |name: &str| {
            let label = list.iter().find(|choice| choice.name == name).map(|choice| words(&choice.label, &self.blank.language));
            label.filter(|label| !label.is_empty())
        };
        let each = || value.split_whitespace().map(|name| label(name).unwrap_or_else(|| name.to_owned()));
        label(value).unwrap_or_else(|| each().collect::<Vec<_>>().join("、"))
    }

    /// The row of a path, in which repeats have numbers and a flat form leaves its groups out.
    fn item(&self, path: &str) -> Option<&Item> {
        let items = &self.blank.items;
        if self.blank.flat {
            return items.get(self.blank.named(path.rsplit('/').next()?)?);
        }
        let mut at = items.first()?;
        for part in path.split('/').skip(1) {
            let name = part.split('[').next()?;
            at = at.children.iter().filter_map(|n| items.get(*n)).find(|item| item.name == name)?;
        }
        Some(at)
    }
}

/// Words in Chinese, else in the form's own language, else in any.
fn words(words: &Words, language: &str) -> String {
    let chinese = words.iter().find(|(name, _)| name.contains("zh") || name.contains("中文")).map(|(_, words)| words);
    chinese.or_else(|| words.get(language)).or_else(|| words.get("")).or_else(|| words.values().next()).cloned().unwrap_or_default()
}
