//! Forms that were written in a workbook, as a program has them: their words put in order for a page.
use crate::form::{Form, Made, Purpose};
use crate::sheet::file::{self, Unreadable};
use crate::sheet::model::{Answer, Blank, Item, Kind, Words};
use crate::sheet::rows::{Workbook, read, words};
use crate::values::option_key;
use domain::Programme;
use domain::form::{Choice, Dates, Label, Look, QuestionKind, SheetQuestion, SheetSection};
use domain::matter::{MatterType, Stage};
use expressions::parse;

/// Reads a form that is kept; a greater `order` is newer.
///
/// # Errors
/// Of a later format; and what is no form.
pub(crate) fn read_kept(json: &str, order: u64) -> Result<Form, Unreadable> {
    let book = file::workbook(json)?;
    let setting = |name: &str| book.settings.as_ref().and_then(|row| row.cells.get(name)).map(String::as_str).unwrap_or_default().to_owned();
    let (programme, purpose, language) = (setting("nuanfang::programme"), setting("nuanfang::purpose"), setting("default_language"));
    let mut checked = read(&book, "");
    let matter = checked.matter.take();
    let blank = checked.form().map_err(|_| Unreadable::Damaged)?;
    let programme = match programme.as_str() {
        "elder" | "老人" => Programme::Elder,
        "social" | "社工" => Programme::Social,
        _ => Programme::Child,
    };
    let purpose = match purpose.as_str() {
        _ if matter.is_some() => Purpose::Matter,
        "assessment" | "评估" => Purpose::Assessment,
        _ => Purpose::Visit,
    };
    let mut titles = book.settings.as_ref().map(|row| words(row, "form_title")).unwrap_or_default();
    titles.entry(String::new()).or_insert_with(|| blank.title.clone());
    let mut form = Form::new(blank, Made { programme, purpose, title: Label::default(), sections: Vec::new(), order, language });
    form.set_title(form.words(&titles));
    let sections = sections(&form);
    form.set_sections(sections);
    form.matter = matter.map(|matter| spoken(&form, &book, matter));
    Ok(form)
}

/// A type of matter with its words, and with the keys of the form in the place of names.
fn spoken(form: &Form, book: &Workbook, matter: MatterType) -> MatterType {
    let key = |n: Option<usize>| n.map(|n| form.key(n).to_owned()).unwrap_or_default();
    // A question in a part may be called like the part.
    let part = |name: &str| {
        let is_it = |n: &usize| form.blank.items.get(*n).is_some_and(|item| item.name == name && matches!(item.kind, Kind::Group | Kind::Repeat(_)));
        children(&form.blank, 0).into_iter().find(is_it)
    };
    let stages = matter.stages.into_iter().zip(&book.stages).map(|(stage, row)| Stage {
        id: option_key(&stage.id),
        from: stage.from.iter().map(|from| option_key(from)).collect(),
        label: form.words(&words(row, "label")),
        action: form.words(&words(row, "action")),
        fill: key(part(&stage.fill)),
        until: key(form.blank.named(&stage.until)),
        ..stage
    });
    MatterType { stages: stages.collect(), ..matter }
}

/// Each group or repeat at the top is a section, and so are the questions between them.
pub(crate) fn sections(form: &Form) -> Vec<SheetSection> {
    let mut found: Vec<(bool, SheetSection)> = Vec::new();
    for child in children(&form.blank, 0) {
        let Some(item) = form.blank.items.get(child) else { continue };
        if matches!(item.kind, Kind::Group | Kind::Repeat(_)) {
            let mut questions = Vec::new();
            below(form, child, &mut questions);
            found.push((false, SheetSection { id: form.key(child).to_owned(), title: form.words(&item.label), questions }));
        } else if let Some(question) = question(form, child, item) {
            match found.last_mut() {
                Some((true, section)) => section.questions.push(question),
                _ => {
                    let title = form.title().clone();
                    found.push((true, SheetSection { id: format!(".{}", question.id), title, questions: vec![question] }));
                }
            }
        }
    }
    found.into_iter().map(|(_, section)| section).collect()
}

fn children(blank: &Blank, of: usize) -> Vec<usize> {
    blank.items.get(of).map(|item| item.children.clone()).unwrap_or_default()
}

fn below(form: &Form, of: usize, questions: &mut Vec<SheetQuestion>) {
    for child in children(&form.blank, of) {
        let Some(item) = form.blank.items.get(child) else { continue };
        match item.kind {
            Kind::Group | Kind::Repeat(_) => below(form, child, questions),
            _ => questions.extend(question(form, child, item)),
        }
    }
}

fn question(form: &Form, n: usize, item: &Item) -> Option<SheetQuestion> {
    let (mut bounds, mut step) = ((None, None), None);
    let kind = match &item.kind {
        Kind::Note => QuestionKind::Note,
        _ if item.is_heading() => QuestionKind::Note,
        Kind::Ask(answer) => match answer {
            Answer::Text if item.looks("multiline") => QuestionKind::Prose,
            Answer::Text => QuestionKind::Text,
            Answer::YesNo => QuestionKind::YesNo,
            Answer::Integer | Answer::Decimal => QuestionKind::Number,
            Answer::Range(from, to, by) => {
                bounds = (Some(from.min(*to)), Some(from.max(*to)));
                step = Some(by.abs());
                QuestionKind::Number
            }
            Answer::Date => QuestionKind::Date,
            Answer::Time => QuestionKind::Time,
            Answer::DateTime => QuestionKind::Moment,
            Answer::SelectOne => QuestionKind::Choice,
            Answer::SelectMultiple => QuestionKind::Choices,
            Answer::Rank => QuestionKind::Rank,
            Answer::Acknowledge => QuestionKind::Acknowledge,
            Answer::GeoPoint => QuestionKind::Point,
            Answer::Image if item.looks("signature") => QuestionKind::Signature,
            Answer::Image => QuestionKind::Photo,
            Answer::GeoTrace => QuestionKind::Trace,
            Answer::GeoShape => QuestionKind::Area,
            Answer::File => QuestionKind::File,
        },
        Kind::Group | Kind::Repeat(_) | Kind::Calculate | Kind::Meta(_) => return None,
    };
    let list = item.choices.as_ref().and_then(|choices| form.blank.lists.get(&choices.list));
    let option = |choice: &crate::sheet::model::Choice| Choice { id: option_key(&choice.name), label: form.words(&choice.label), none: choice.none };
    let some = |words: &Words| (!words.is_empty()).then(|| form.words(words));
    Some(SheetQuestion {
        id: form.key(n).to_owned(),
        kind,
        look: look(item),
        label: form.words(&item.label),
        short: some(&item.short),
        hint: some(&item.hint),
        guide: some(&item.guide),
        options: list.into_iter().flatten().map(option).collect(),
        min: bounds.0,
        max: bounds.1,
        step,
        dates: dates(item),
        alarm: item.alarm.as_ref().map(|(_, say)| form.words(say)),
        call: item.call.clone(),
    })
}

/// What an appearance asks for that is drawn otherwise; of what has no other way the plain one is as good, or [`Checked::notes`] say what is lost.
///
/// [`Checked::notes`]: crate::sheet::rows::Checked::notes
fn look(item: &Item) -> Option<Look> {
    let Kind::Ask(answer) = &item.kind else { return None };
    let known: &[(&str, Look)] = match answer {
        Answer::Text => &[("masked", Look::Masked), ("numbers", Look::Digits)],
        Answer::Integer | Answer::Decimal => &[("thousands-sep", Look::Thousands)],
        Answer::Date => &[("month-year", Look::Month), ("year", Look::Year)],
        Answer::Image => &[("new-front", Look::Selfie), ("selfie", Look::Selfie), ("new", Look::Camera)],
        _ => &[],
    };
    known.iter().find(|(name, _)| item.looks(name)).map(|(_, look)| *look)
}

/// What is asked of a date, where it is just this: the page helps with it, and a visit that is corrected is not held to it again.
fn dates(item: &Item) -> Option<Dates> {
    let is = |text: &str| item.kind == Kind::Ask(Answer::Date) && item.constraint.is_some() && item.constraint == parse(text).ok();
    if is(". >= today()") { Some(Dates::NotPast) } else { is(". <= today()").then_some(Dates::NotFuture) }
}
