//! Choosing a village and a worker in charge.

use domain::api::Areas;
use domain::fields::Path;
use domain::{Failure, Value};
use yew::prelude::*;

use super::edits::Step;
use super::typed::Form;
use crate::core::query::use_query;
use crate::core::state::{use_status, use_text};
use crate::kit::{Banner, Control, FailureBanner, Field, SelectOption, Tone};

/// Properties of the pickers.
#[derive(Properties, PartialEq)]
pub struct PickerProps {
    /// Which field.
    pub path: Path,
    /// The form it belongs to.
    pub form: Form,
}

/// The villages of the worker; where there is only one, it is chosen for her.
#[component]
pub fn VillagePicker(props: &PickerProps) -> Html {
    let text = use_text();
    let areas = use_query(Areas {});
    let (path, form) = (&props.path, &props.form);
    let only = areas.data.as_ref().and_then(|all| match all.as_slice() {
        [one] => Some(one.code.to_string()),
        _ => None,
    });
    {
        let (work, path, blank) = (form.work.dispatcher(), path.clone(), form.value(path).is_empty());
        use_effect_with((only, blank), move |(only, blank)| {
            if let (Some(code), true) = (only, *blank) {
                work.dispatch(Step::Type(path, Value::from(code.as_str())));
            }
        });
    }
    if let (None, Some(failure)) = (&areas.data, &areas.failure) {
        return html! { <FailureBanner failure={Failure::clone(failure)} retry={areas.reload.clone()} /> };
    }
    if areas.data.as_ref().is_some_and(|all| all.is_empty()) {
        return html! { <Banner tone={Tone::Warm} title={text.edit_no_areas()} test="no-areas" /> };
    }
    let option = |code: &str, name: &str| SelectOption { value: code.to_owned().into(), label: name.to_owned().into() };
    let mut options: Vec<SelectOption> = areas.data.iter().flat_map(|all| all.iter()).map(|a| option(a.code.as_str(), &a.name)).collect();
    let value = form.text_of(path);
    // A village that was abolished, or is not the caller's, is still where the file is.
    if let Some(file) = form.file.as_ref().filter(|f| !options.iter().any(|o| o.value == f.item.area.as_str())) {
        options.push(option(file.item.area.as_str(), &file.item.area_name));
    }
    html! {
        <Field label={text.person_area()} name={path.to_string()} control={Control::Select(options)} {value} required={true}
            fault={form.fault(path, &text)} onchange={form.typing(path)} />
    }
}

/// The worker in charge: as it is, or oneself.
#[component]
pub fn StaffPicker(props: &PickerProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let (path, form) = (&props.path, &props.form);
    let known = form.file.iter().flat_map(|f| f.staff.iter()).map(|(id, name)| (id.clone(), name.clone()));
    let me = status.me.iter().map(|me| (me.id.to_string(), me.name.clone()));
    let mut options: Vec<SelectOption> = Vec::new();
    for (id, name) in known.chain(me) {
        if !options.iter().any(|o| o.value == id) {
            options.push(SelectOption { value: id.into(), label: name.into() });
        }
    }
    html! {
        <Field label={text.person_charge()} name={path.to_string()} control={Control::Select(options)} value={form.text_of(path)}
            fault={form.fault(path, &text)} onchange={form.typing(path)} />
    }
}
