//! The county's forms: taken in from a workbook, tried, published, offered no more, written out again.

use data_encoding::BASE64;
use domain::api::{
    AdminFormBook, AdminFormImport, AdminFormPublish, AdminFormRows, AdminForms, AreaNames, FormCheck, FormItem, FormLine, Publication, ShippedForms,
};
use domain::area::AreaCode;
use text::Text;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::trial::TrialSheet;
use crate::core::query::{use_command, use_query};
use crate::core::state::{use_status, use_text};
use crate::kit::{
    Banner, Button, Chip, Control, Empty, FailureBanner, Field, Glyph, Icon, Look, SelectOption, Sheet, Skeleton, Tone, Unreachable, use_toast,
    waiting,
};
use crate::pages::admin::errors::Errors;
use crate::record::when::count;

/// A form that is tried: its rows and its title.
type Tried = (String, String);

/// The list, and the way to take one in.
#[component]
pub fn Forms() -> Html {
    let (text, toast) = (use_text(), use_toast());
    let forms = use_query(AdminForms {});
    let tried = use_state(|| None::<Tried>);
    let ontry = {
        let tried = tried.setter();
        Callback::from(move |what: Tried| tried.set(Some(what)))
    };
    let ontaken = {
        let (reload, toast, words) = (forms.reload.clone(), toast.clone(), text.forms_taken());
        Callback::from(move |()| {
            reload.emit(());
            if let Some(toast) = &toast {
                toast.done(words.clone());
            }
        })
    };
    let close = {
        let tried = tried.setter();
        Callback::from(move |()| tried.set(None))
    };
    let list = match &forms.data {
        None => waiting(&forms),
        Some(all) if all.is_empty() => html! { <Empty icon={Glyph::Files} title={text.forms_empty()} note={text.forms_empty_note()} /> },
        Some(all) => html! {
            <ul class="card lines people" data-test="forms">
                { for all.iter().rev().map(|line| html! { <Line key={line.form.clone()} line={line.clone()} reload={forms.reload.clone()} ontry={ontry.clone()} /> }) }
            </ul>
        },
    };
    html! {
        <div class="stack narrow">
            <TakeIn {ontaken} ontry={ontry.clone()} />
            <div class="section"><h2>{ text.forms_list() }</h2></div>
            if let Some(failure) = forms.failure.clone().filter(|_| forms.data.is_some()) { <FailureBanner {failure} retry={forms.reload.clone()} /> }
            { list }
            <Shipped {ontry} />
            if let Some((rows, title)) = (*tried).clone() { <TrialSheet {rows} {title} onclose={close} /> }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct TakeInProps {
    ontaken: Callback<()>,
    ontry: Callback<Tried>,
}

/// A workbook is chosen and looked at; then it may be tried and taken in.
#[component]
fn TakeIn(props: &TakeInProps) -> Html {
    let text = use_text();
    let (content, seen) = (use_state(String::new), use_state(|| None::<FormCheck>));
    let check = use_command::<AdminFormImport>({
        let seen = seen.setter();
        Callback::from(move |found| seen.set(Some(found)))
    });
    let import = use_command::<AdminFormImport>({
        let (seen, ontaken) = (seen.setter(), props.ontaken.clone());
        Callback::from(move |found: FormCheck| {
            let taken = found.errors.is_empty();
            seen.set((!taken).then_some(found));
            if taken {
                ontaken.emit(());
            }
        })
    });
    let onchange = {
        let (content, seen, run) = (content.setter(), seen.setter(), check.callback());
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
            let (content, seen, run) = (content.clone(), seen.clone(), run.clone());
            seen.set(None);
            spawn_local(async move {
                let bytes = JsFuture::from(file.array_buffer()).await.map(|buffer| js_sys::Uint8Array::new(&buffer).to_vec());
                let read = BASE64.encode(&bytes.unwrap_or_default());
                input.set_value("");
                content.set(read.clone());
                run.emit(AdminFormImport { content: read, dry_run: true });
            });
        })
    };
    let go = {
        let (run, content) = (import.callback(), (*content).clone());
        Callback::from(move |()| run.emit(AdminFormImport { content: content.clone(), dry_run: false }))
    };
    let again = {
        let (run, content) = (check.callback(), (*content).clone());
        Callback::from(move |()| run.emit(AdminFormImport { content: content.clone(), dry_run: true }))
    };
    let found = (*seen).as_ref().map(|found| {
        let fine = found.errors.is_empty();
        let title =
            if fine { text.forms_fine(&found.title, count(found.questions)) } else { text.forms_wrong(&found.title, count(found.errors.len())) };
        let (tone, icon) = if fine { (Tone::Ok, Glyph::Check) } else { (Tone::Warm, Glyph::Alert) };
        let notes = found.notes.join("\n");
        let (ontry, what) = (props.ontry.clone(), (found.rows.clone(), found.title.clone()));
        let ontry = Callback::from(move |()| ontry.emit(what.clone()));
        html! {
            <>
                <Banner {tone} {icon} {title} note={Some(AttrValue::from(found.form.clone()))} test="form-seen" />
                if !notes.is_empty() { <p class="small muted notes" data-test="form-notes">{ notes }</p> }
                if fine {
                    <div class="row wrap">
                        <Button text={text.forms_try()} icon={Glyph::Eye} look={Look::Line} fit={true} test="form-try" onclick={ontry} />
                        <Button text={text.forms_take_in()} icon={Glyph::Upload} busy={import.busy} test="form-take-in" onclick={go.clone()} />
                    </div>
                } else {
                    <Errors rows={found.errors.clone()} title={text.forms_errors()} note={text.forms_errors_note()} />
                }
            </>
        }
    });
    html! {
        <section class="card stack few">
            <p class="muted">{ text.forms_note() }</p>
            <div class="file-pick"><label class="btn soft">
                <Icon glyph={Glyph::Files} />{ text.forms_choose() }
                <input type="file" accept=".xlsx,.xlsm,.xls" data-test="form-file" disabled={check.busy || import.busy} {onchange} />
            </label></div>
            if check.busy { <Skeleton count={1} lines={true} /> }
            if let Some(failure) = check.failure.clone() { <Unreachable {failure} retry={again} /> }
            if let Some(failure) = import.failure.clone().filter(|_| check.failure.is_none()) { <Unreachable {failure} retry={go} /> }
            { for found }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct LineProps {
    line: FormLine,
    reload: Callback<()>,
    ontry: Callback<Tried>,
}

fn state(publications: &[Publication], text: &Text) -> (Tone, String) {
    let used: Vec<&Publication> = publications.iter().filter(|p| p.withdrawn.is_none()).collect();
    match used.as_slice() {
        [] if publications.is_empty() => (Tone::Quiet, text.forms_not_published()),
        [] => (Tone::Quiet, text.forms_withdrawn()),
        used if used.iter().any(|p| p.area.is_none()) => (Tone::Ok, text.forms_everywhere()),
        used => (Tone::Warm, text.forms_in_areas(count(used.len()))),
    }
}

/// One form with what may be done with it.
#[component]
fn Line(props: &LineProps) -> Html {
    let (text, status, toast) = (use_text(), use_status(), use_toast());
    let publishing = use_state(|| false);
    let line = &props.line;
    let done = {
        let (reload, publishing, toast, words) = (props.reload.clone(), publishing.setter(), toast.clone(), text.forms_done());
        Callback::from(move |()| {
            publishing.set(false);
            reload.emit(());
            if let Some(toast) = &toast {
                toast.done(words.clone());
            }
        })
    };
    let publish = use_command::<AdminFormPublish>(done);
    let withdraw = {
        let (run, form) = (publish.callback(), line.form.clone());
        Callback::from(move |()| run.emit(AdminFormPublish { form: form.clone(), area: None, withdraw: true }))
    };
    let onpublish = {
        let (run, form) = (publish.callback(), line.form.clone());
        Callback::from(move |area| run.emit(AdminFormPublish { form: form.clone(), area, withdraw: false }))
    };
    let toggle = |to: bool| {
        let publishing = publishing.setter();
        Callback::from(move |()| publishing.set(to))
    };
    let (tone, words) = state(&line.published, &text);
    let used = line.published.iter().any(|p| p.withdrawn.is_none());
    html! {
        <li class="stack few" data-test="form-line">
            <div class="row wrap"><b class="grow">{ &line.title }</b><Chip text={words} {tone} /></div>
            <small class="muted">{ format!("{} · {}", line.form, text.date(line.imported.day(), status.today)) }</small>
            <div class="row wrap">
                <Button text={text.forms_publish()} look={Look::Soft} fit={true} test="form-publish" onclick={toggle(true)} />
                if used { <Button text={text.forms_withdraw()} look={Look::Plain} fit={true} test="form-withdraw" busy={publish.busy} onclick={withdraw} /> }
                <Reach form={line.form.clone()} title={line.title.clone()} ontry={props.ontry.clone()} />
            </div>
            if let Some(failure) = publish.failure.clone() { <FailureBanner {failure} /> }
            if *publishing { <PublishSheet title={line.title.clone()} busy={publish.busy} {onpublish} onclose={toggle(false)} /> }
        </li>
    }
}

#[derive(Properties, PartialEq)]
struct ReachProps {
    form: String,
    title: String,
    ontry: Callback<Tried>,
}

/// A form is tried, or written out as a workbook.
#[component]
fn Reach(props: &ReachProps) -> Html {
    let text = use_text();
    let book = use_state(|| None::<String>);
    let rows = use_command::<AdminFormRows>({
        let (ontry, title) = (props.ontry.clone(), props.title.clone());
        Callback::from(move |rows: String| ontry.emit((rows, title.clone())))
    });
    let write = use_command::<AdminFormBook>({
        let book = book.setter();
        Callback::from(move |content| book.set(Some(content)))
    });
    let (ask, form) = (rows.callback(), props.form.clone());
    let ontry = Callback::from(move |()| ask.emit(AdminFormRows { form: form.clone() }));
    let onwrite = |chinese: bool| {
        let (ask, form) = (write.callback(), props.form.clone());
        Callback::from(move |()| ask.emit(AdminFormBook { form: form.clone(), chinese }))
    };
    let href = (*book).as_ref().map(|book| format!("data:application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;base64,{book}"));
    html! {
        <>
            <Button text={text.forms_try()} icon={Glyph::Eye} look={Look::Line} fit={true} busy={rows.busy} test={format!("try-{}", props.form)} onclick={ontry} />
            if let Some(href) = href {
                <a class="btn soft fit" {href} download={format!("{}.xlsx", props.form)} data-test="form-save"><Icon glyph={Glyph::Files} />{ text.forms_save() }</a>
            } else {
                <Button text={text.forms_export()} look={Look::Plain} fit={true} busy={write.busy} test={format!("export-{}", props.form)} onclick={onwrite(false)} />
                <Button text={text.forms_export_chinese()} look={Look::Plain} fit={true} busy={write.busy} test={format!("export-zh-{}", props.form)} onclick={onwrite(true)} />
            }
            if let Some(failure) = rows.failure.clone().or(write.failure.clone()) { <FailureBanner {failure} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ShippedProps {
    ontry: Callback<Tried>,
}

/// What ships with the program, to begin one's own with.
#[component]
fn Shipped(props: &ShippedProps) -> Html {
    let text = use_text();
    let shipped = use_query(ShippedForms {});
    let lang = text.lang().code();
    let line = |form: &FormItem| {
        let title = form.title.get(lang).to_owned();
        html! {
            <li key={form.id.clone()} class="stack few">
                <b>{ title.clone() }</b><small class="muted">{ &form.id }</small>
                <div class="row wrap"><Reach form={form.id.clone()} {title} ontry={props.ontry.clone()} /></div>
            </li>
        }
    };
    html! {
        if let Some(all) = shipped.data.clone() {
            <>
                <div class="section"><h2>{ text.forms_shipped() }</h2></div>
                <p class="muted">{ text.forms_shipped_note() }</p>
                <ul class="card lines people" data-test="shipped-forms">{ for all.iter().map(line) }</ul>
            </>
        }
    }
}

#[derive(Properties, PartialEq)]
struct PublishProps {
    title: String,
    busy: bool,
    onpublish: Callback<Option<AreaCode>>,
    onclose: Callback<()>,
}

/// Where it is published: everywhere, or in one place to try it.
#[component]
fn PublishSheet(props: &PublishProps) -> Html {
    let text = use_text();
    let areas = use_query(AreaNames {});
    let place = use_state(String::new);
    let options: Vec<SelectOption> = areas
        .data
        .iter()
        .flat_map(|areas| areas.iter())
        .map(|area| SelectOption { value: area.code.to_string().into(), label: area.name.clone().into() })
        .collect();
    let oninput = {
        let place = place.setter();
        Callback::from(move |code: String| place.set(code))
    };
    let go = |area: Option<AreaCode>| {
        let onpublish = props.onpublish.clone();
        Callback::from(move |()| onpublish.emit(area.clone()))
    };
    let area = place.parse::<AreaCode>().ok();
    html! {
        <Sheet title={text.forms_publish_title(&props.title)} test="publish-sheet" onclose={props.onclose.clone()}>
            <div class="stack">
                <p>{ text.forms_publish_note() }</p>
                if !options.is_empty() {
                    <Field label={text.forms_place()} name="form-area" control={Control::Select(options)} value={(*place).clone()} {oninput} />
                }
            </div>
            <div class="sheet-foot">
                if area.is_some() {
                    <Button text={text.forms_publish_there()} busy={props.busy} test="publish-there" onclick={go(area)} />
                } else {
                    <Button text={text.forms_publish_everywhere()} busy={props.busy} test="publish-everywhere" onclick={go(None)} />
                }
            </div>
        </Sheet>
    }
}
