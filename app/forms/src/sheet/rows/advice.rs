//! What is no mistake, and most likely not meant: a column that is not known, a word that lacks its quotes, a label where a name belongs, a
//! setting that nobody reads. It is told, and keeps no form back.
use super::*;
use crate::sheet::heads::{self, is_known};
use expressions::{Axis, Op, Path, Start};

/// What a form may be for.
const PROGRAMMES: [&str; 6] = ["child", "elder", "social", "儿童", "老人", "社工"];
const PURPOSES: [&str; 4] = ["visit", "assessment", "走访", "评估"];

/// Columns of ours that are set by a yes.
const BY_YES: [(&str, &str); 2] = [("nuanfang::carry", "沿用上次"), ("nuanfang::none", "以上都没有")];

/// Appearances of which something is lost, by their names or how those begin, and what.
const LOST: [(&[&str], &str, &str); 9] = [
    (&["image-map", "map"], "不能在图上选，列成名单选", "a list instead of what is chosen on a picture or a map"),
    (&["placement-map", "maps"], "没有地图，只记现在的位置", "no map: the present place is put down"),
    (&["search("], "不查 search() 里的文件，请用 select_one_from_file", "search() is not looked up: select_one_from_file is"),
    (&["ex:"], "不能打开别的软件，手工填", "no other app is opened: it is typed"),
    (&["printer:", "printer"], "不能打印", "nothing is printed"),
    (&["bearing"], "不能测方向，手工填", "no bearing is taken: it is typed"),
    (&["draw", "annotate"], "不能在图上画，拍照或选照片", "nothing is drawn: a photo is taken"),
    (&["url"], "网址只显示，点不开", "an address is shown and not opened"),
    (
        &["ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "persian", "buddhist"],
        "日期只用公历",
        "dates are those of the common calendar",
    ),
];

impl Reader {
    /// Tells all of it, each kind of it once a row.
    pub(super) fn advise(&mut self, book: &Workbook) {
        let (survey, settings) = ((SURVEY, "题目", &book.survey), book.settings.clone().into_iter().collect::<Vec<_>>());
        let matter = book.matter.clone().into_iter().collect::<Vec<_>>();
        for (sheet, chinese, rows) in [survey, ("settings", "设置", &settings), ("matter", "事项", &matter), ("stages", "环节", &book.stages)] {
            let heads: BTreeSet<&String> = rows.iter().flat_map(|row| row.cells.keys()).collect();
            for head in heads.into_iter().filter(|head| !is_known(head, sheet)) {
                let meant = meant_head(head, sheet).map(|meant| format!("，是不是“{meant}”？")).unwrap_or_default();
                self.notes.push(format!("“{chinese}”表的“{head}”一列不认识，没有用{meant} / the column {head:?} is not known and not used"));
            }
        }
        for row in book.survey.iter().chain(&book.choices) {
            for (head, chinese) in BY_YES {
                if row.cells.get(head).is_some_and(|cell| !is_yes(cell) && !is_no(cell)) {
                    self.notes.push(format!("第 {} 行：“{chinese}”要写“是”，别的不算 / row {}: {head} is set by yes alone", row.number, row.number));
                }
            }
        }
        self.advise_choices(book);
        for row in &book.survey {
            let Some(item) = self.item_of.get(&row.number).and_then(|n| self.blank.items.get(*n)) else { continue };
            let worked_out = |kind: &Kind| if matches!(kind, Kind::Calculate) { item.calculation.as_ref() } else { None };
            let asked = [("显示条件", item.relevant.as_ref()), ("必填", item.required.as_ref()), ("警示", item.alarm.as_ref().map(|(when, _)| when))];
            let told = [("填写要求", item.constraint.as_ref()), ("计算", worked_out(&item.kind))];
            let mut found = lost(row);
            for (chinese, expr) in asked.into_iter().chain(told) {
                let doubts = expr.into_iter().flat_map(|expr| if chinese == "必填" { no_yes(expr) } else { self.doubtful(expr, item) });
                found.extend(doubts.map(|why| format!("第 {} 行“{chinese}”{why}", row.number)));
                if ["显示条件", "填写要求"].contains(&chinese) && expr.is_some_and(is_fixed) {
                    found.push(format!("第 {0} 行“{chinese}”里没有题，怎么填都一样 / row {0}: the same whatever is answered", row.number));
                }
            }
            if item.alarm.as_ref().is_some_and(|(_, say)| say.is_empty()) {
                found.push(format!("第 {} 行有“警示”，没有“警示语” / row {} has an alarm that says nothing", row.number, row.number));
            }
            self.notes.extend(found);
        }
        self.advise_settings(book);
    }

    fn advise_choices(&mut self, book: &Workbook) {
        let unlisted = book.choices.iter().filter(|row| row.cells.contains_key("name") && !row.cells.contains_key("list_name"));
        let rows: Vec<String> = unlisted.map(|row| row.number.to_string()).collect();
        if !rows.is_empty() && !self.said_no_lists {
            self.notes.push(format!(
                "“选项”表第 {} 行没有写选项表，没有用；合并的单元格请拆开，每一行都写 / rows {} of the choices say no list and are not used",
                rows.join("、"),
                rows.join(", ")
            ));
        }
        if !book.choices.is_empty() && !book.choices.iter().any(|row| row.cells.keys().any(|head| head.starts_with("label"))) {
            self.notes.push("“选项”表没有“文字”（label）一列，选项只显示名称 / the choices have no labels: their names are shown".to_owned());
        }
    }

    fn advise_settings(&mut self, book: &Workbook) {
        let said = |head: &str| book.settings.as_ref().and_then(|row| row.cells.get(head)).map(String::as_str);
        match said("nuanfang::programme") {
            None if book.matter.is_some() => {}
            None => {
                self.notes
                    .push("“设置”表没有写“对象”：给儿童用；给老人写“老人”，给社工写“社工” / no programme is set: it is for children".to_owned());
            }
            Some(other) if !PROGRAMMES.contains(&other) => {
                self.notes.push(format!("“对象”没有“{other}”，当作儿童：写“儿童”“老人”或“社工” / no programme {other:?}: it is for children"));
            }
            Some(_) => {}
        }
        if let Some(other) = said("nuanfang::purpose").filter(|other| !PURPOSES.contains(other)) {
            self.notes.push(format!("“用途”没有“{other}”，当作走访：写“走访”或“评估” / no purpose {other:?}: it is for visits"));
        }
    }

    /// What an expression most likely does not mean.
    fn doubtful(&self, expr: &Expr, of: &Item) -> Vec<String> {
        let mut found = Vec::new();
        // In a filter a bare word is a column, or a question of the instance.
        self.outside_filters(expr, &mut |part| match part {
            Expr::Path(Path { start: Start::Here, filters, steps }) if filters.is_empty() => {
                if let [step] = steps.as_slice()
                    && let Axis::Child(name) = &step.axis
                {
                    found.push(if self.blank.by_name.contains_key(name) {
                        format!("里的 {name} 是一道题，要写 ${{{name}}} / {name} is a question: ${{{name}}}")
                    } else {
                        format!("里的 {name} 没有加引号，也不是 ${{题目的名称}}，得不到什么：要写 '{name}' / {name} has no quotes and is no question")
                    });
                }
            }
            Expr::Binary(Op::Equal | Op::Unequal, left, right) => {
                let pairs = [(left, right), (right, left)];
                found.extend(pairs.into_iter().filter_map(|(question, said)| self.no_choice(question, said, of)));
            }
            Expr::Call(Function::Selected, parts) => {
                if let [question, said] = parts.as_slice() {
                    found.extend(self.no_choice(question, said, of));
                }
            }
            _ => {}
        });
        found
    }

    fn outside_filters<'e>(&self, expr: &'e Expr, look: &mut dyn FnMut(&'e Expr)) {
        look(expr);
        match expr {
            Expr::Call(_, parts) | Expr::Logic(_, parts) => parts.iter().for_each(|part| self.outside_filters(part, look)),
            Expr::Binary(_, left, right) => [left, right].into_iter().for_each(|part| self.outside_filters(part, look)),
            Expr::Negate(of) => self.outside_filters(of, look),
            Expr::Number(_) | Expr::Text(_) | Expr::Path(_) => {}
        }
    }

    /// A text that a question of choices is held against, and that is none of them.
    fn no_choice(&self, question: &Expr, said: &Expr, of: &Item) -> Option<String> {
        let (Expr::Path(path), Expr::Text(said)) = (question, said) else { return None };
        let item = match &path.start {
            Start::Name(name) if path.steps.is_empty() => self.blank.items.get(self.blank.named(name)?)?,
            Start::Here if matches!(path.steps.as_slice(), [step] if step.axis == Axis::Own) => of,
            _ => return None,
        };
        let choices = item.choices.as_ref()?;
        let list = self.blank.lists.get(&choices.list).filter(|list| !list.is_empty())?;
        if said.is_empty() || list.iter().any(|choice| choice.name == *said) {
            return None;
        }
        let meant =
            list.iter().find(|choice| choice.label.values().any(|label| label == said)).map(|choice| format!("，要写它的名称 '{}'", choice.name));
        Some(format!("里的 '{said}' 不是 {} 的选项{} / {said:?} is none of its choices", item.name, meant.unwrap_or_default()))
    }
}

/// The head that one was most likely to be.
fn meant_head(head: &str, sheet: &str) -> Option<&'static str> {
    let table = heads::CHINESE.iter().find(|(of, _)| *of == sheet).map(|(_, table)| *table).unwrap_or_default();
    let words = || table.iter().flat_map(|(chinese, name)| [*chinese, *name]);
    amiss::near(head, words()).or_else(|| words().find(|word| head.contains(word)))
}

/// A single word that stands where a yes does.
fn no_yes(expr: &Expr) -> Vec<String> {
    match expr {
        Expr::Path(Path { start: Start::Here, filters, steps }) if filters.is_empty() => match steps.as_slice() {
            [step] => match &step.axis {
                Axis::Child(name) => vec![format!("写的是 {name}，不起作用：要必填就写“是” / {name} is no yes")],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Whether an expression is the same whatever is answered: numbers and texts alone.
fn is_fixed(expr: &Expr) -> bool {
    match expr {
        Expr::Number(_) | Expr::Text(_) => true,
        Expr::Binary(_, left, right) => is_fixed(left) && is_fixed(right),
        Expr::Negate(of) => is_fixed(of),
        Expr::Logic(_, parts) => parts.iter().all(is_fixed),
        Expr::Call(..) | Expr::Path(_) => false,
    }
}

/// What an appearance asks for that is not had here.
fn lost(row: &Row) -> Vec<String> {
    let words: Vec<&str> = row.cells.get("appearance").map(|words| words.split_whitespace().collect()).unwrap_or_default();
    let is = |word: &str, name: &str| word == name || name.ends_with([':', '(']) && word.starts_with(name);
    let found = LOST.iter().filter(|(names, ..)| names.iter().any(|name| words.iter().any(|word| is(word, name))));
    found.map(|(_, zh, en)| format!("第 {} 行“外观”：{zh} / row {}: {en}", row.number, row.number)).collect()
}
