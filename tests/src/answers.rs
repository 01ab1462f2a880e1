//! Answers as a worker gives them.
use forms::{Form, Forms};
use serde_json::Value;
use std::sync::Arc;

/// A form that ships.
pub fn form(name: &str) -> Arc<Form> {
    Forms::shipped().find(name).expect("a shipped form").clone()
}

/// A complete visit: the form says itself what is still missing.
pub fn routine_visit(form: &str, note: &str) -> Value {
    let form = self::form(form);
    let mut answers = domain::form::Answers::new();
    answers.insert("kind".into(), "home".into());
    answers.insert("met".into(), "met".into());
    answers.insert("note".into(), note.into());
    loop {
        let open = form.filled(&answers, "2026-11-22".parse().unwrap()).check();
        let Some(problem) = open.first() else { return serde_json::to_value(answers).unwrap() };
        let question = form.question(&problem.question).unwrap();
        let first = question.options.iter().find(|o| o.none).or(question.options.first()).map(|o| o.id.clone());
        let value = match (question.kind, first) {
            (domain::form::QuestionKind::Choice, Some(id)) => domain::Value::Text(id),
            (domain::form::QuestionKind::Choices, Some(id)) => domain::Value::Many([id].into()),
            (domain::form::QuestionKind::YesNo, _) => domain::Value::Bool(true),
            (domain::form::QuestionKind::Number, _) => domain::Value::Int(1),
            _ => "正常".into(),
        };
        assert!(answers.insert(problem.question.clone(), value).is_none(), "{problem:?}");
    }
}
