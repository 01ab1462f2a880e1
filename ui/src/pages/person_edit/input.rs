//! One field of the file as a native input, by its definition in `domain::fields`.

use domain::fields::{FieldKind, MAX_LINE, MAX_PROSE, Path};
use domain::{Code, Value, lists};
use text::Text;
use yew::prelude::*;

use super::edits::Step;
use super::on_file::OnFile;
use super::pickers::{StaffPicker, VillagePicker};
use super::typed::Form;
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, ChoiceGroup, ChoiceOption, Control, Field, Look, SelectOption, ToggleChip};

/// Properties of [`FieldInput`].
#[derive(Properties, PartialEq)]
pub struct InputProps {
    /// Which field.
    pub path: Path,
    /// The form it belongs to.
    pub form: Form,
    /// Instead of all the field's choices.
    #[prop_or_default]
    pub choices: Option<Vec<&'static str>>,
}

/// The input that fits the field; `data-test` is its path.
#[component]
pub fn FieldInput(props: &InputProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let (path, form) = (&props.path, &props.form);
    let Some(field) = path.field() else { return Html::default() };
    let name = path.to_string();
    let label = text.field(&name).unwrap_or_else(|| name.clone());
    let typing = form.typing(path);
    let fault = form.fault(path, &text);
    let value = form.text_of(path);
    let hint = hint(path, &text);
    match field.kind {
        FieldKind::YesNo => html! { <YesNo path={path.clone()} form={form.clone()} /> },
        FieldKind::IdNumber => html! { <IdNumberInput path={path.clone()} form={form.clone()} /> },
        FieldKind::Area => html! { <VillagePicker path={path.clone()} form={form.clone()} /> },
        FieldKind::Staff => html! { <StaffPicker path={path.clone()} form={form.clone()} /> },
        FieldKind::Date => {
            html! { <Field {label} {name} control={Control::Date} {value} {fault} {hint} required={field.required} onchange={typing} /> }
        }
        FieldKind::Words => Html::default(),
        FieldKind::Choice(_) if status.lists.iter().any(|e| e.list.is_of(path)) => html! { <Grade path={path.clone()} form={form.clone()} /> },
        FieldKind::Choice(codes) => {
            let codes = props.choices.clone().unwrap_or_else(|| codes.to_vec());
            let option = |code: &str| SelectOption {
                value: code.to_owned().into(),
                label: text.option(&name, code).unwrap_or_else(|| code.to_owned()).into(),
            };
            let control = Control::Select(codes.into_iter().map(option).collect());
            html! { <Field {label} {name} {control} {value} {fault} {hint} required={field.required} onchange={typing} /> }
        }
        FieldKind::Line | FieldKind::Prose | FieldKind::Phone => {
            let (control, max) = match field.kind {
                FieldKind::Prose => (Control::Prose, MAX_PROSE),
                FieldKind::Phone => (Control::Phone, MAX_LINE),
                _ if path.key == "certificate" => (Control::Code, MAX_LINE),
                _ => (Control::Line, MAX_LINE),
            };
            let max = u32::try_from(max).ok();
            let offered: Vec<String> = status.lists.iter().filter(|e| e.list.is_of(path)).map(|e| e.name.clone()).collect();
            let field = html! { <Field {label} {name} {control} value={value.clone()} {fault} {hint} {max} required={field.required} oninput={typing.clone()} /> };
            if offered.is_empty() {
                return field;
            }
            let chips = offered.into_iter().map(|words| {
                let (typing, typed, said) = (typing.clone(), value.clone(), words.clone());
                let ontoggle = Callback::from(move |on: bool| typing.emit(beside(&typed, &said, on)));
                html! { <ToggleChip key={words.clone()} text={words.clone()} on={reasons(&value).any(|one| one == words)} test="offered" {ontoggle} /> }
            });
            html! { <div class="stack tight">{ field }<div class="row wrap">{ for chips }</div></div> }
        }
    }
}

/// The reasons in a text, one beside the other.
fn reasons(text: &str) -> impl Iterator<Item = &str> {
    text.split('；').map(str::trim).filter(|one| !one.is_empty())
}

/// The text with this reason beside what stands there, or without it. What somebody typed stays.
fn beside(text: &str, reason: &str, on: bool) -> String {
    let kept = reasons(text).filter(|one| *one != reason);
    kept.chain(on.then_some(reason)).collect::<Vec<_>>().join("；")
}

/// A grade in the county's words. What is on file stays to be seen and kept, whether or not it is still offered.
#[component]
fn Grade(props: &OneProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let (path, form) = (&props.path, &props.form);
    let (name, beside) = (path.to_string(), Path { key: lists::WORDS.to_owned(), ..path.clone() });
    let offered = || status.lists.iter().filter(|e| e.list.is_of(path)).map(|e| e.name.clone());
    let (code, written) = (form.before.value(path).text().unwrap_or_default().to_owned(), form.before.value(&beside));
    let said = lists::words(&code, Some(&written)).map(str::to_owned);
    let still = |said: &String| status.lists.iter().any(|e| e.list.is_of(path) && e.name == *said && e.counts_as == code);
    let kept = said.clone().filter(still).unwrap_or_else(|| code.clone());
    let mut options: Vec<(String, String)> = offered().map(|name| (name.clone(), name)).collect();
    if !kept.is_empty() && options.iter().all(|(option, _)| *option != kept) {
        options.push((kept.clone(), said.or_else(|| text.option(&name, &code)).unwrap_or(code)));
    }
    let value = form.work.typed(path).map_or(kept, |typed| typed.text().unwrap_or_default().to_owned());
    let control = Control::Select(options.into_iter().map(|(value, label)| SelectOption { value: value.into(), label: label.into() }).collect());
    let label = text.field(&name).unwrap_or_else(|| name.clone());
    html! { <Field {label} name={name.clone()} {control} {value} fault={form.fault(path, &text)} onchange={form.typing(path)} /> }
}

fn hint(path: &Path, text: &Text) -> Option<AttrValue> {
    let risk_reason = path.section == domain::roles::Section::Risk && path.key == "reason";
    risk_reason.then(|| text.edit_reason_hint().into())
}

#[derive(Properties, PartialEq)]
struct OneProps {
    path: Path,
    form: Form,
}

/// Yes or no as one row to touch.
#[component]
fn YesNo(props: &OneProps) -> Html {
    let text = use_text();
    let (path, form) = (&props.path, &props.form);
    let name = path.to_string();
    let label = text.field(&name).unwrap_or_else(|| name.clone());
    let on = form.value(path) == Value::Bool(true);
    let onpick = {
        let (work, path) = (form.work.dispatcher(), path.clone());
        Callback::from(move |(_, on): (AttrValue, bool)| work.dispatch(Step::Type(path.clone(), Value::Bool(on))))
    };
    let chosen: Vec<AttrValue> = if on { vec!["yes".into()] } else { Vec::new() };
    html! {
        <ChoiceGroup legend={label.clone()} quiet={true} {name} options={vec![ChoiceOption::new("yes", label)]} {chosen} many={true}
            fault={form.fault(path, &text)} {onpick} />
    }
}

/// The ID number: what is on file is masked and stays as it is unless a new one is typed.
#[component]
fn IdNumberInput(props: &OneProps) -> Html {
    let text = use_text();
    let (path, form) = (&props.path, &props.form);
    let name = path.to_string();
    let label = text.field(&name).unwrap_or_else(|| name.clone());
    let on_file = form.before.value(path).text().filter(|t| !t.is_empty()).map(str::to_owned);
    let typed = form.work.typed(path);
    let removed = typed == Some(&Value::Null);
    let hint = match &on_file {
        _ if removed => text.edit_id_removed(),
        Some(masked) => text.edit_id_keep(masked),
        None => text.edit_id_hint(),
    };
    let step = |step: fn(Path) -> Step| {
        let (work, path) = (form.work.dispatcher(), path.clone());
        Callback::from(move |()| work.dispatch(step(path.clone())))
    };
    let oninput = {
        let (work, path) = (form.work.dispatcher(), path.clone());
        Callback::from(move |words: String| {
            let blank = words.trim().is_empty();
            work.dispatch(if blank { Step::Forget(path.clone()) } else { Step::Type(path.clone(), words.into()) });
        })
    };
    let value = typed.and_then(Value::text).unwrap_or_default().to_owned();
    let known = form.work.faults.get(path).is_some_and(|f| f.code == Code::AlreadyOnFile);
    html! {
        <div class="stack tight">
            <Field {label} {name} control={Control::Code} value={value.clone()} {hint} fault={form.fault(path, &text)} {oninput} />
            if known && !value.is_empty() { <OnFile number={value.clone()} /> }
            if on_file.is_some() && value.is_empty() {
                if removed {
                    <Button text={text.edit_undo()} look={Look::Plain} fit={true} test="id-number-undo" onclick={step(Step::Forget)} />
                } else {
                    <Button text={text.edit_id_remove()} look={Look::Plain} fit={true} test="id-number-remove" onclick={step(|path| Step::Type(path, Value::Null))} />
                }
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_that_is_offered_goes_beside_what_was_typed() {
        assert_eq!(beside("", "父母失联", true), "父母失联");
        assert_eq!(beside("奶奶住院", "父母失联", true), "奶奶住院；父母失联");
        assert_eq!(beside("奶奶住院；父母失联", "父母失联", false), "奶奶住院");
        assert_eq!(beside("父母失联", "父母失联", false), "");
    }
}
