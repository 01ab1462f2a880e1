//! What makes a form a type of matter: the sheet of one row that says whose such a matter is and who may begin it, and its stages, a row each.
use super::*;
use crate::sheet::heads::{MATTER, chinese, word};
use domain::Programme;
use domain::matter::{Again, MatterType, Span, Stage, Who, Whose};

/// Most stages of a type.
const MOST_STAGES: usize = 40;

impl Reader {
    pub(super) fn matter(&mut self, book: &Workbook) {
        let Some(row) = &book.matter else { return };
        let at = Cells { sheet: MATTER[0], row };
        let of = match self.read_word(&at, "of", |text| word(text).parse().ok()) {
            Some(of) => of,
            None => Whose::Person,
        };
        let mut matter = MatterType {
            of,
            programmes: self.read_words(&at, "programmes", |text| word(text).parse::<Programme>().ok().filter(Programme::is_known)),
            confidential: self.read_yes(&at, "confidential"),
            urgent: self.read_yes(&at, "urgent"),
            opens: self.read_words(&at, "opens", |text| Who::read(word(text))),
            stages: Vec::new(),
            again: self.read_word(&at, "again", Again::read),
            after: self.read_words(&at, "after", |text| {
                text.split_once('.').filter(|(form, question)| is_name(form) && is_name(question)).map(|_| text.to_owned())
            }),
        };
        if book.stages.len() > MOST_STAGES {
            self.say(MATTER[1], 1, None, format!("环节太多，最多 {MOST_STAGES} 个 / too many stages: {MOST_STAGES} at most"));
            return;
        }
        for row in &book.stages {
            let stage = self.stage(&Cells { sheet: MATTER[1], row });
            if matter.stages.iter().any(|known| known.id == stage.id) {
                self.say(MATTER[1], row.number, Some("name"), format!("有两个环节都叫 {:?} / two stages are called {:?}", stage.id, stage.id));
            }
            matter.stages.push(stage);
        }
        self.lead_on(book, &matter);
        self.matter = Some(matter);
    }

    fn stage(&mut self, at: &Cells<'_>) -> Stage {
        let id = at.text("name").to_owned();
        if id.is_empty() || id.contains([' ', '、', ',', '，', ';', '；']) {
            self.say(at.sheet, at.row.number, Some("name"), "环节要有名称，里面没有空格和顿号、逗号 / a stage has a name without spaces and commas");
        }
        if words(at.row, "label").is_empty() {
            self.say(at.sheet, at.row.number, Some("label"), "没有写给人看的文字 / there are no words for people");
        }
        let (fill, until) = (at.text("fill").to_owned(), at.text("until").to_owned());
        let top = self.blank.items.first().map(|root| root.children.as_slice()).unwrap_or_default();
        let is_part =
            |n: &&usize| self.blank.items.get(**n).is_some_and(|item| item.name == fill && matches!(item.kind, Kind::Group | Kind::Repeat(_)));
        if !fill.is_empty() && !top.iter().any(|n| is_part(&n)) {
            let reason = format!("“题目”里最外层没有叫 {fill:?} 的组 / there is no group {fill:?} at the top of the survey");
            self.say(at.sheet, at.row.number, Some("fill"), reason);
        }
        let dated = |n: usize| {
            let once = self.blank.repeats_above(n).is_empty();
            once && self.blank.items.get(n).is_some_and(|item| item.kind == Kind::Ask(Answer::Date))
        };
        if !until.is_empty() && !self.blank.named(&until).is_some_and(dated) {
            let reason = format!("没有叫 {until:?} 的日期题，或者它在重复组里 / there is no question of a date called {until:?} outside of repeats");
            self.say(at.sheet, at.row.number, Some("until"), reason);
        }
        let (end, last) = (self.read_yes(at, "end"), self.read_yes(at, "last"));
        if last && !end {
            self.say(at.sheet, at.row.number, Some("last"), "写了“不再办”的环节要是结束 / what is last is an end");
        }
        Stage {
            id,
            who: self.read_words(at, "who", |text| Who::read(word(text))),
            another: self.read_yes(at, "another"),
            from: parts(at.text("from")).map(str::to_owned).collect(),
            fill,
            term: self.read_word(at, "term", Span::read),
            until,
            climbs: self.read_words(at, "climbs", |text| Who::read(word(text))),
            end,
            last,
            ..Stage::default()
        }
    }

    /// What is wrong with stages taken together: one begins, one ends, each is reached.
    fn lead_on(&mut self, book: &Workbook, matter: &MatterType) {
        let sheet = MATTER[1];
        let first = book.stages.first().map_or(1, |row| row.number);
        if !matter.stages.iter().any(|stage| stage.end) {
            self.say(sheet, first, Some("end"), "没有一个环节是结束 / no stage is an end");
        }
        if matter.stages.first().is_some_and(|stage| stage.end) {
            self.say(sheet, first, Some("end"), "第一个环节是开始，不能是结束 / the first stage is the beginning, no end");
            return;
        }
        // One mistake is told once: where a name is none, what it does not reach is not told as well.
        let mut is_wrong = false;
        let ids: Vec<&str> = matter.stages.iter().map(|stage| stage.id.as_str()).collect();
        for (row, stage) in book.stages.iter().zip(&matter.stages) {
            for from in stage.from.iter().filter(|from| !ids.contains(&from.as_str())) {
                let reason = format!("没有叫 {from:?} 的环节，有 {} / there is no stage {from:?}", ids.join("、"));
                self.say(sheet, row.number, Some("from"), reason);
                is_wrong = true;
            }
            if let Some(end) = stage.from.iter().find(|from| matter.stages.iter().any(|stage| stage.id == **from && stage.end)) {
                let reason = format!("{end:?} 是结束，结束了的不再往下走 / {end:?} is an end: nothing goes on from there");
                self.say(sheet, row.number, Some("from"), reason);
                is_wrong = true;
            }
            self.stands(row, stage, matter);
        }
        if is_wrong {
            return;
        }
        let mut reached = BTreeSet::new();
        let mut open: Vec<&str> = matter.stages.first().map(|stage| stage.id.as_str()).into_iter().collect();
        while let Some(id) = open.pop() {
            if reached.insert(id) {
                open.extend(matter.next(id).map(|stage| stage.id.as_str()));
            }
        }
        for (row, _) in book.stages.iter().zip(&matter.stages).filter(|(_, stage)| !reached.contains(stage.id.as_str())) {
            self.say(sheet, row.number, Some("from"), "没有环节走得到它 / no stage leads to it");
        }
    }

    /// What a stage says that can mean nothing where it stands.
    fn stands(&mut self, row: &Row, stage: &Stage, matter: &MatterType) {
        let sheet = MATTER[1];
        let first = matter.stages.first().is_some_and(|first| first.id == stage.id);
        let mut tell = |column, reason: &str| self.say(sheet, row.number, Some(column), reason);
        if first && (!stage.who.is_empty() || stage.another) {
            let column = if stage.another { "another" } else { "who" };
            tell(column, "第一个环节是登记时就在的，谁登记写在“事项”表里 / who begins one is said in the other sheet");
        }
        if first && !stage.fill.is_empty() {
            tell("fill", "第一个环节要填的，就是没有写在别的环节里的各组 / the first stage fills in whatever no other one does");
        }
        if stage.end && (stage.term.is_some() || !stage.until.is_empty() || !stage.climbs.is_empty()) {
            let said = [("term", stage.term.is_some()), ("until", !stage.until.is_empty()), ("climbs", true)];
            let column = said.into_iter().find(|(_, said)| *said).map_or("term", |(column, _)| column);
            tell(
                column,
                "结束的环节没有期限，多久以后再办写在“事项”表的“再办” / an end has no term; when it is done anew is said in the other sheet",
            );
        }
        // One that cannot be read was told.
        let has_term = row.cells.get("term").is_some_and(|term| !term.trim().is_empty());
        if !stage.end && !has_term && stage.until.is_empty() && !stage.climbs.is_empty() {
            tell("climbs", "没有写期限，就不会逾期 / without a term it is never late");
        }
    }

    fn read_yes(&mut self, at: &Cells<'_>, column: &'static str) -> bool {
        let text = at.text(column);
        if !text.is_empty() && !is_yes(text) && !is_no(text) {
            self.say(at.sheet, at.row.number, Some(column), "要写“是”，或者空着 / it says yes, or nothing");
        }
        is_yes(text)
    }

    fn read_word<T>(&mut self, at: &Cells<'_>, column: &'static str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = at.text(column);
        let found = read(text);
        if !text.is_empty() && found.is_none() {
            self.not_read(at, column, text);
        }
        found
    }

    fn read_words<T>(&mut self, at: &Cells<'_>, column: &'static str, read: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let mut found = Vec::new();
        for text in parts(at.text(column)) {
            match read(text) {
                Some(one) => found.push(one),
                None => self.not_read(at, column, text),
            }
        }
        found
    }

    fn not_read(&mut self, at: &Cells<'_>, column: &'static str, text: &str) {
        let head = chinese(at.sheet, column);
        let known = match column {
            "of" => "人、村、都可以",
            "programmes" => "儿童、老人、社工类",
            "opens" | "who" | "climbs" => "儿童主任、儿童督导员、养老专员、社工、主管、区民政、督导、登记人、负责人",
            "term" => "24小时、3天、5工作日、6个月",
            "again" => "6个月、12个月、每学期、3月、9月",
            _ => "child-visit.signs 这样的“表.题”",
        };
        let reason = format!("“{head}”里的 {text:?} 看不懂，可以写：{known} / {text:?} means nothing in this column");
        self.say(at.sheet, at.row.number, Some(column), reason);
    }
}

/// A row of one of the two sheets.
struct Cells<'r> {
    sheet: &'static str,
    row: &'r Row,
}

impl Cells<'_> {
    fn text(&self, column: &str) -> &str {
        self.row.cells.get(column).map(|cell| cell.trim()).unwrap_or_default()
    }
}

fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(['、', ',', '，', ' ', ';', '；']).filter(|part| !part.is_empty())
}
