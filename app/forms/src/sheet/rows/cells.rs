//! What cells of the questions say: expressions, words that name questions, what a question begins with.
use super::*;

impl Reader {
    pub(super) fn expressions(&mut self, book: &Workbook) {
        self.blank.index();
        book.choices.iter().for_each(|row| self.references(CHOICES, row));
        for row in &book.survey {
            let Some(n) = self.item_of.get(&row.number).copied() else { continue };
            let relevant = self.expr(row, "relevant");
            let own = row.cells.get("type").and_then(|of| own_constraint(&plain_type(of)));
            let constraint = self.expr(row, "constraint").or_else(|| own.and_then(|own| parse(own).ok()));
            let calculation = self.expr(row, "calculation");
            let (required, readonly) = (self.yes_or(row, "required"), self.yes_or(row, "read_only"));
            let alarm = self.expr(row, "nuanfang::alarm").map(|when| (when, words(row, "nuanfang::alarm_message")));
            let answers = self.answers(row, n);
            let filter = self.filter(row, n, answers);
            let count = self.expr(row, "repeat_count");
            let seed = self.seed(row, n);
            let default = self.beginning(row);
            let triggers = self.triggers(row);
            self.references(SURVEY, row);
            let Some(item) = self.blank.items.get_mut(n) else { continue };
            item.relevant = relevant;
            item.constraint = constraint;
            // What is triggered and says nothing to work out is emptied.
            item.calculation = calculation.or_else(|| (!triggers.is_empty()).then(|| Expr::Text(String::new())));
            item.required = required;
            item.readonly = readonly;
            item.alarm = alarm;
            item.default = default;
            item.triggers = triggers;
            if let Some(choices) = &mut item.choices {
                choices.answers = answers;
                choices.filter = filter;
                choices.seed = seed;
            }
            // What is worked out and says nothing is shown nowhere.
            if matches!(item.kind, Kind::Ask(_)) && item.calculation.is_some() && item.label.is_empty() && item.hint.is_empty() {
                item.readonly = parse("true()").ok();
            }
            if let Kind::Repeat(of) = &mut item.kind {
                *of = count;
            }
        }
    }

    pub(super) fn expr(&mut self, row: &Row, column: &'static str) -> Option<Expr> {
        let text = row.cells.get(column).map(|text| collapsed(text)).filter(|text| !text.trim().is_empty())?;
        match column {
            "relevant" | "constraint" | "calculation" if is_yes(&text) => parse("true()").ok(),
            "relevant" | "constraint" | "calculation" if is_no(&text) => parse("false()").ok(),
            _ => self.parsed(row, column, &text),
        }
    }

    pub(super) fn parsed(&mut self, row: &Row, column: &'static str, text: &str) -> Option<Expr> {
        match parse(text) {
            Err(SyntaxError::Reference) if self.names_spoilt(text) => None,
            Err(e) => {
                self.say(SURVEY, row.number, Some(column), e.to_string());
                None
            }
            Ok(expr) => {
                let unknown: Vec<String> =
                    expr.names().into_iter().filter(|name| self.blank.named(of_now(name)).is_none()).map(str::to_owned).collect();
                if expr.names().into_iter().any(|name| of_now(name) != name) {
                    let note = "last-saved 在这里是空的，请用“沿用上次” / last-saved is empty here: use nuanfang::carry";
                    self.notes.push(format!("第 {} 行：{note}", row.number));
                }
                for name in &unknown {
                    self.unknown(SURVEY, row.number, column, of_now(name));
                }
                if let Some(pattern) = unreadable(&expr) {
                    self.say(
                        SURVEY,
                        row.number,
                        Some(column),
                        format!("regex 的 {pattern:?} 用不了；不支持往回看和引用前面的部分 / regex cannot use {pattern:?}"),
                    );
                }
                unknown.is_empty().then_some(expr)
            }
        }
    }

    /// `yes`, `no`, or an expression.
    pub(super) fn yes_or(&mut self, row: &Row, column: &'static str) -> Option<Expr> {
        let text = row.cells.get(column)?.trim().to_owned();
        match () {
            () if text.is_empty() || is_no(&text) => None,
            () if is_yes(&text) => parse("true()").ok(),
            () if ["√", "✓", "✔", "☑"].contains(&text.as_str()) => {
                self.say(SURVEY, row.number, Some(column), "要就写“是”，不要就空着 / yes, or nothing");
                None
            }
            () => self.parsed(row, column, &collapsed(&text)),
        }
    }

    pub(super) fn beginning(&mut self, row: &Row) -> Option<Expr> {
        let text = row.cells.get("default")?;
        let of = row.cells.get("type").map(|of| plain_type(of)).unwrap_or_default();
        let hyphens = matches!(of.as_str(), "date" | "datetime" | "date time" | "geopoint" | "geotrace" | "geoshape");
        let dynamic = is_worked_out(text, hyphens);
        if dynamic { self.parsed(row, "default", &collapsed(text)) } else { Some(Expr::Text(collapsed(text))) }
    }

    pub(super) fn triggers(&mut self, row: &Row) -> Vec<usize> {
        let Some(text) = row.cells.get("trigger") else { return Vec::new() };
        let mut found = Vec::new();
        if let Some(sign) = text.chars().find(|c| matches!(c, '，' | '、' | '；' | '｛' | '｝' | '￥')) {
            let reason = format!("“{sign}”不能用，写成 ${{甲}}, ${{乙}} 这样，逗号是半角的 / written as ${{a}}, ${{b}}");
            self.say(SURVEY, row.number, Some("trigger"), reason);
            return found;
        }
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let name = part.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or(part);
            match self.blank.named(name) {
                Some(item) if self.blank.items.get(item).is_some_and(|item| matches!(item.kind, Kind::Ask(_) | Kind::Note)) => found.push(item),
                Some(_) => {
                    let reason = format!("{name} 不是填写的题，不能触发 / {name} is not answered by a person and triggers nothing");
                    self.say(SURVEY, row.number, Some("trigger"), reason);
                }
                None => self.unknown(SURVEY, row.number, "trigger", name),
            }
        }
        found
    }

    /// What texts for people name must be there.
    pub(super) fn references(&mut self, sheet: &'static str, row: &Row) {
        const TEXTS: [&str; 11] = [
            "label",
            "hint",
            "guidance_hint",
            "constraint_message",
            "required_message",
            "appearance",
            "image",
            "audio",
            "video",
            "big-image",
            "media",
        ];
        for (head, text) in &row.cells {
            let Some(column) = TEXTS.into_iter().find(|of| head.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with("::")))
            else {
                continue;
            };
            for part in text.split("${").skip(1) {
                match part.split_once('}') {
                    Some((name, _)) if self.blank.named(of_now(name)).is_some() => {}
                    Some((name, _)) => self.unknown(sheet, row.number, column, of_now(name)),
                    None => self.say(sheet, row.number, Some(column), "“${”没有写完 / a ${ does not end"),
                }
            }
        }
    }
}

/// What an answer of this type must fulfil where the form says nothing.
fn own_constraint(plain: &str) -> Option<&'static str> {
    match plain {
        "phone number" => Some("regex(., '^\\d*$')"),
        "percentage" => Some("0 <= . and . <= 100"),
        "number of days in last month" => Some("0 <= . and . <= 31"),
        "number of days in last six months" => Some("0 <= . and . <= 183"),
        "number of days in last year" => Some("0 <= . and . <= 365"),
        _ => None,
    }
}

/// Whether a default is an expression rather than a text: by what stands outside of quotes, dates, times and numbers. In some types a hyphen is
/// taken as one of a text.
pub(super) fn is_worked_out(text: &str, hyphens: bool) -> bool {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let quoted = rest.strip_prefix(['\'', '"']).and_then(|inside| Some(inside.find(c)? + 2));
        let name = rest.find(|c| !is_in_name(c) && c != ':').unwrap_or(rest.len());
        // Of days and times signs are a part.
        let said = |c: char| matches!(c, '0'..='9' | '.') || (is_time(rest) && matches!(c, ':' | '-' | '+' | 'T' | 'Z'));
        let skip = match c {
            '\'' | '"' => quoted.unwrap_or(1),
            '0'..='9' => rest.find(|c| !said(c)).unwrap_or(rest.len()),
            '-' if rest.get(1..).is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit() || c == '.')) => 1,
            '-' if hyphens => return false,
            '*' | '+' | '-' | '|' => return true,
            '$' if rest.starts_with("${") => return true,
            ' ' if rest.starts_with(" mod") || rest.starts_with(" div ") => return true,
            c if begins_name(c) => {
                if rest.get(name..).is_some_and(|after| after.starts_with(['(', '['])) {
                    return true;
                }
                name
            }
            c => c.len_utf8(),
        };
        rest = rest.get(skip..).unwrap_or_default();
    }
    false
}

/// Whether a text begins as a day or a time of day does.
fn is_time(text: &str) -> bool {
    let begins = |pattern: &str| {
        text.len() >= pattern.len() && text.bytes().zip(pattern.bytes()).all(|(b, p)| if p == b'0' { b.is_ascii_digit() } else { b == p })
    };
    begins("0000-00-00") || begins("00:00")
}

/// A pattern that cannot be used.
fn unreadable(expr: &Expr) -> Option<String> {
    let mut found = None;
    expr.each(&mut |part| {
        if let Expr::Call(Function::Regex, arguments) = part
            && let Some(Expr::Text(pattern)) = arguments.get(1)
            && Pattern::new(pattern).is_none()
        {
            found = Some(pattern.clone());
        }
    });
    found
}

/// Runs of spaces are one.
fn collapsed(text: &str) -> String {
    let mut last = ' ';
    text.chars()
        .filter(|c| {
            let keep = *c != ' ' || last != ' ';
            last = *c;
            keep
        })
        .collect()
}

/// The question that `${last-saved#name}` names, of the last time: an answer that is empty here.
fn of_now(name: &str) -> &str {
    name.strip_prefix("last-saved#").unwrap_or(name)
}
