//! Lists of choices: those of the sheet, those of tables beside it, those with another at their end.
use super::*;
use expressions::{Axis, Path, Start, Step};

impl Reader {
    pub(super) fn lists(&mut self, book: &Workbook) {
        let duplicates = book.settings.as_ref().and_then(|row| row.cells.get("allow_choice_duplicates")).is_some_and(|v| is_yes(v));
        let mut names: HashSet<(&String, &String)> = HashSet::new();
        for row in &book.choices {
            let Some(list) = row.cells.get("list_name") else { continue };
            let Some(name) = row.cells.get("name") else {
                self.nameless_choice(row, list);
                continue;
            };
            if name.contains(' ') {
                self.spaced.entry(list.clone()).or_default().push(row.number);
            }
            let is_new = names.insert((list, name));
            let known = self.blank.lists.entry(list.clone()).or_default();
            if !duplicates && !is_new {
                self.say(CHOICES, row.number, Some("name"), format!("选项表“{list}”里已经有 {name} / {name:?} stands twice in the list {list}"));
                continue;
            }
            let other = |(head, cell): (&String, &String)| {
                (!matches!(head.as_str(), "list_name" | "name") && !head.starts_with("label")).then(|| (head.clone(), cell.clone()))
            };
            let columns = row.cells.iter().filter_map(other).collect();
            let none = row.cells.get("nuanfang::none").is_some_and(|none| is_yes(none));
            known.push(Choice { name: name.clone(), label: words(row, "label"), none, columns });
        }
        for (name, rows) in book.tables.iter().filter(|(name, _)| !self.blank.lists.contains_key(*name)).collect::<Vec<_>>() {
            let other = |row: &Row| {
                row.cells
                    .iter()
                    .filter(|(head, _)| *head != "name" && !head.starts_with("label"))
                    .map(|(head, cell)| (head.clone(), cell.clone()))
                    .collect()
            };
            let choice = |row: &Row| Choice {
                name: row.cells.get("name").cloned().unwrap_or_default(),
                label: words(row, "label"),
                none: false,
                columns: other(row),
            };
            self.blank.lists.insert(name.clone(), rows.iter().map(choice).collect());
        }
    }

    /// A list that lies in a file beside the form: empty here.
    /// A list whose names or labels stand in other columns: `value=code label=title`.
    pub(super) fn by_columns(&mut self, list: String, parameters: &Parameters) -> String {
        let (value, label) = (parameters.get("value"), parameters.get("label"));
        if value.is_none() && label.is_none() {
            return list;
        }
        let of = |choice: &Choice, column: Option<&String>| column.and_then(|column| choice.columns.get(column)).cloned();
        let choices = self.blank.lists.get(&list).cloned().unwrap_or_default();
        let made = choices.into_iter().map(|choice| {
            let label = of(&choice, label).map_or_else(|| choice.label.clone(), |label| Words::from([(String::new(), label)]));
            Choice { name: of(&choice, value).unwrap_or_else(|| choice.name.clone()), label, ..choice }
        });
        let name = format!("{list} {} {}", value.map_or("name", String::as_str), label.map_or("label", String::as_str));
        let made = made.collect();
        self.blank.lists.insert(name.clone(), made);
        name
    }

    pub(super) fn listed_in_file(&mut self, answer: Answer, file: &str, parameters: &Parameters) -> Result<Said, String> {
        let known = ["csv", "xml", "geojson"];
        let stem = file.rsplit_once('.').filter(|(stem, ending)| !stem.is_empty() && known.contains(ending)).map(|(stem, _)| stem.to_owned());
        let list = stem.ok_or_else(|| format!("{file:?} 要以 .csv、.xml 或 .geojson 结尾 / {file:?} should end with .csv, .xml or .geojson"))?;
        if self.blank.lists.get(&list).is_some_and(|list| !list.is_empty()) {
            return Ok(Said::Select(answer, self.by_columns(list, parameters), false));
        }
        self.blank.lists.entry(list.clone()).or_default();
        self.notes.push(format!(
            "名单 {file} 不在表格里，这里是空的：加一张工作表，名字叫 {list} / the list {file} is not in the workbook and empty here: add a sheet called {list}"
        ));
        Ok(Said::Select(answer, list, false))
    }

    /// Several choices are written down with spaces between them.
    pub(super) fn without_spaces(&mut self, answer: &Answer, list: &str) {
        let wrong = if *answer == Answer::SelectOne { Vec::new() } else { self.spaced.remove(list).unwrap_or_default() };
        for row in wrong {
            self.say(CHOICES, row, Some("name"), "多选题的选项名里不能有空格 / the name of a choice of several has no spaces");
        }
    }

    /// A list with `other` at its end.
    pub(super) fn with_other(&mut self, list: &str) -> String {
        let name = format!("{list} or other");
        let mut choices = self.blank.lists.get(list).cloned().unwrap_or_default();
        if !choices.iter().any(|choice| choice.name == "other") {
            choices.push(Choice { name: "other".into(), label: [(String::new(), "Other".to_owned())].into(), ..Choice::default() });
        }
        self.blank.lists.insert(name.clone(), choices);
        name
    }

    /// The question what the other is.
    pub(super) fn other(&mut self, row: &Row, parent: usize) {
        let name = row.cells.get("name").cloned().unwrap_or_default();
        if row.cells.contains_key("choice_filter") {
            self.say(SURVEY, row.number, Some("choice_filter"), "有“或其他”就不能有选项条件 / or_other goes with no choice_filter");
        }
        self.take_name(row.number, parent, &format!("{name}_other"));
        let made = self.blank.items.len();
        let relevant = parse(&format!("selected(../{name}, 'other')")).ok();
        let label = [(String::new(), "Specify other.".to_owned())].into();
        self.blank.items.push(Item {
            name: format!("{name}_other"),
            row: row.number,
            parent,
            kind: Kind::Ask(Answer::Text),
            label,
            relevant,
            ..Item::default()
        });
        if let Some(parent) = self.blank.items.get_mut(parent) {
            parent.children.push(made);
        }
    }

    /// The question whose answers a select offers instead of a list.
    pub(super) fn answers(&mut self, row: &Row, n: usize) -> Option<usize> {
        let name = answers_of(&self.blank.items.get(n)?.choices.as_ref()?.list)?.to_owned();
        let is_answered = |of: &usize| matches!(self.blank.items.get(*of).map(|item| &item.kind), Some(Kind::Ask(_) | Kind::Calculate));
        let found = self.blank.named(&name).filter(is_answered);
        if found.is_none() {
            let reason =
                format!("没有叫 {name} 的题，或不止一个，选项无从取得 / no question is called {name}, or more than one: there are no choices");
            self.say(SURVEY, row.number, Some("type"), reason);
        }
        found
    }

    /// Which choices a question offers. Of answers, `${name}` is what lies beside each, where it does.
    pub(super) fn filter(&mut self, row: &Row, n: usize, answers: Option<usize>) -> Option<Expr> {
        let Some(inside) = answers.and_then(|of| self.blank.items.get(of)).map(|of| of.parent) else { return self.expr(row, "choice_filter") };
        let (mut text, around) = (row.cells.get("choice_filter")?.clone(), self.blank.above(n));
        for (below, item) in self.blank.items.iter().enumerate() {
            let way: Vec<usize> = self.blank.above(below).into_iter().skip_while(|above| *above != inside).collect();
            // What lies beside the question itself is its own.
            if let Some((_, way)) = way.split_first().filter(|(_, way)| !way.iter().any(|step| around.contains(step))) {
                let way = way.iter().filter_map(|n| self.blank.items.get(*n)).chain([item]);
                let way: String = way.map(|item| format!("/{}", item.name)).collect();
                text = text.replace(&format!("${{{}}}", item.name), &format!(".{way}"));
            }
        }
        self.parsed(row, "choice_filter", &text)
    }

    /// The seed of the order in which choices are offered; where the form says none, a number of chance beside the question.
    pub(super) fn seed(&mut self, row: &Row, n: usize) -> Option<Expr> {
        let parameters = parameters::read(row.cells.get("parameters")?).ok()?;
        match parameters::random(&parameters) {
            (true, Some(seed)) => self.parsed(row, "parameters", seed),
            (true, None) => self.chance(n),
            (false, _) => None,
        }
    }

    fn chance(&mut self, of: usize) -> Option<Expr> {
        let made = self.blank.items.len();
        let Item { name, row, parent, .. } = self.blank.items.get(of)?;
        // A name that no row can have.
        let (name, row, parent) = (format!("{name} order"), *row, *parent);
        self.blank.items.get_mut(parent)?.children.push(made);
        let step = |axis: Axis| Step { axis, filters: Vec::new() };
        let steps = vec![step(Axis::Parent), step(Axis::Child(name.clone()))];
        self.blank.items.push(Item { name, row, parent, kind: Kind::Meta(Meta::Chance), ..Item::default() });
        Some(Expr::Path(Path { steps, ..Path::of(Start::Here) }))
    }
}
