//! Forms of the first kind: JSON that was written by hand, in sections of questions whose conditions look back. Read for ever; what they say
//! becomes a blank form like any other.
mod expr;
mod question;
mod wellformed;

use crate::form::{Form, Made, Purpose};
use crate::sheet::model::{Answer, Blank, Choice, Choices, Item, Kind, Words};
use crate::sheet::order;
use domain::Programme;
use domain::form::{Label, QuestionKind, SheetSection};
use expr::Expr;
use expressions::Function;
use question::{Alarm, Question, Required};
use serde::{Deserialize, Serialize};
pub use wellformed::FormError;

/// One version of a form. A change of questions or options is a new version; wording may be corrected in place.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OldForm {
    /// Its name without version, for example `child-visit`.
    id: String,
    /// Its version, from 1.
    version: u32,
    /// The programme whose persons it is about.
    programme: Programme,
    /// What it is for.
    #[serde(default)]
    purpose: Purpose,
    /// Its title.
    title: Label,
    /// Its parts, in order.
    sections: Vec<OldSection>,
}

/// Questions under one heading.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OldSection {
    /// Its name within the form.
    id: String,
    /// Its heading.
    title: Label,
    /// When its questions are asked at all; absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    show_if: Option<Expr>,
    /// Its questions, in order.
    questions: Vec<Question>,
}

/// Reads a form and checks that it is well-formed: ids unique, conditions about earlier questions and real options.
pub(crate) fn read(json: &str) -> Result<Form, FormError> {
    let old: OldForm = serde_json::from_str(json).map_err(|e| FormError::Json(e.to_string()))?;
    wellformed::check(&old)?;
    let mut blank = Blank { id: old.id.clone(), version: old.version.to_string(), title: old.title.zh.clone(), ..Blank::default() };
    blank.items.push(Item { name: "data".into(), ..Item::default() });
    for section in &old.sections {
        let group = add(
            &mut blank,
            0,
            Item {
                // A name that no condition can say: questions may be called like their section.
                name: format!(".{}", section.id),
                means: Some(section.id.clone()),
                label: words(&section.title),
                relevant: section.show_if.as_ref().map(Expr::expression),
                ..Item::default()
            },
        );
        for question in &section.questions {
            let choices = (!question.options.is_empty()).then(|| {
                blank.lists.insert(question.id.clone(), question.options.iter().map(choice).collect());
                Choices { list: question.id.clone(), ..Choices::default() }
            });
            add(&mut blank, group, item(question, choices));
        }
    }
    blank.index();
    // Conditions only look back: there is no circle.
    blank.order = order::ordered(&blank).unwrap_or_default();
    let section = |section: OldSection| SheetSection {
        id: section.id,
        title: section.title,
        questions: section.questions.into_iter().map(Question::sheet).collect(),
    };
    let (programme, purpose, title) = (old.programme, old.purpose, old.title);
    let sections = old.sections.into_iter().map(section).collect();
    Ok(Form::new(blank, Made { programme, purpose, title, sections, order: u64::from(old.version), language: String::new() }))
}

fn add(blank: &mut Blank, parent: usize, item: Item) -> usize {
    let made = blank.items.len();
    blank.items.push(Item { parent, ..item });
    if let Some(parent) = blank.items.get_mut(parent) {
        parent.children.push(made);
    }
    made
}

fn item(question: &Question, choices: Option<Choices>) -> Item {
    let answer = match question.kind {
        QuestionKind::Choice => Answer::SelectOne,
        QuestionKind::Choices => Answer::SelectMultiple,
        QuestionKind::YesNo => Answer::YesNo,
        QuestionKind::Number => Answer::Decimal,
        QuestionKind::Date => Answer::Date,
        // A form of the first kind has no others.
        _ => Answer::Text,
    };
    let required = match &question.required {
        Required::Always(always) => always.then(|| expressions::Expr::Call(Function::True, Vec::new())),
        Required::When(when) => Some(when.expression()),
    };
    Item {
        name: question.id.clone(),
        means: Some(question.id.clone()),
        kind: Kind::Ask(answer),
        label: words(&question.label),
        relevant: question.show_if.as_ref().map(Expr::expression),
        required,
        choices,
        carry: question.carry,
        alarm: question.alarm.as_ref().map(|Alarm { when, say }| (when.expression(), words(say))),
        ..Item::default()
    }
}

fn choice(option: &domain::form::Choice) -> Choice {
    Choice { name: option.id.clone(), label: words(&option.label), none: option.none, ..Choice::default() }
}

fn words(label: &Label) -> Words {
    [("zh".to_owned(), label.zh.clone()), ("en".to_owned(), label.en.clone())].into()
}
