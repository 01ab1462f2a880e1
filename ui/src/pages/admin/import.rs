//! Taking in the office's lists: areas, staff, the roster.

use std::collections::BTreeSet;

use data_encoding::BASE64;
use domain::api::{AdminImport, ImportKind, ImportReport};
use domain::gather::gathered;
use text::Text;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::errors::Errors;
use crate::core::query::use_command;
use crate::core::state::use_text;
use crate::kit::Unreachable;
use crate::kit::{Banner, Button, ChoiceGroup, ChoiceOption, Glyph, Icon, Skeleton, Tone};
use crate::record::when::count;

const KINDS: [(ImportKind, &str); 3] = [(ImportKind::Areas, "areas"), (ImportKind::Staff, "staff"), (ImportKind::Roster, "roster")];
/// Largest file, megabytes: the public list of all the nation's villages is 30.
const MOST_MEGABYTES: u32 = 40;

fn code(kind: ImportKind) -> &'static str {
    KINDS.iter().find(|(k, _)| *k == kind).map_or("areas", |(_, code)| code)
}

fn word(kind: ImportKind, text: &Text) -> String {
    match kind {
        ImportKind::Areas => text.admin_import_areas(),
        ImportKind::Staff => text.admin_import_staff(),
        ImportKind::Roster => text.admin_import_roster(),
    }
}

/// A file as chosen.
#[derive(Clone, PartialEq)]
struct Chosen {
    name: String,
    /// Base64.
    content: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Trouble {
    TooLarge,
    Unreadable,
}

async fn read(file: &web_sys::File) -> Result<Chosen, Trouble> {
    if file.size() > f64::from(MOST_MEGABYTES) * 1_000_000.0 {
        return Err(Trouble::TooLarge);
    }
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| Trouble::Unreadable)?;
    let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
    Ok(Chosen { name: file.name(), content: base64(&bytes) })
}

/// What, which file, what came of it.
#[component]
pub fn Import() -> Html {
    let text = use_text();
    let kind = use_state(|| ImportKind::Areas);
    let chosen = use_state(|| None::<Chosen>);
    let trouble = use_state(|| None::<Trouble>);
    let report = use_state(|| None::<(ImportKind, ImportReport)>);
    let done = {
        let (report, chosen, kind) = (report.setter(), chosen.setter(), *kind);
        Callback::from(move |got: ImportReport| {
            report.set(Some((kind, got)));
            chosen.set(None);
        })
    };
    let import = use_command::<AdminImport>(done);
    // What would come of it, asked for as soon as a file is chosen.
    let preview = use_state(|| None::<ImportReport>);
    let yes = use_state(|| false);
    let check = use_command::<AdminImport>({
        let preview = preview.setter();
        Callback::from(move |got: ImportReport| preview.set(Some(got)))
    });
    let try_out = {
        let (run, preview, yes) = (check.callback(), preview.setter(), yes.setter());
        Callback::from(move |(what, file): (ImportKind, Chosen)| {
            preview.set(None);
            yes.set(false);
            run.emit(AdminImport { what, file: file.name, content: file.content, dry_run: true, yes: false });
        })
    };
    let again = try_out.clone();
    let onfile = {
        let (chosen, trouble, report) = (chosen.setter(), trouble.setter(), report.setter());
        let (what, try_out) = (*kind, try_out.clone());
        Callback::from(move |event: Event| {
            let Some(input) = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()) else { return };
            let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
            let (chosen, trouble, try_out) = (chosen.clone(), trouble.clone(), try_out.clone());
            report.set(None);
            spawn_local(async move {
                let answer = read(&file).await;
                trouble.set(answer.as_ref().err().copied());
                if let Ok(file) = &answer {
                    try_out.emit((what, file.clone()));
                }
                chosen.set(answer.ok());
                // The same file can be chosen again once it was corrected.
                input.set_value("");
            });
        })
    };
    let onpick = {
        let (kind, report, chosen) = (kind.setter(), report.setter(), (*chosen).clone());
        Callback::from(move |(value, on): (AttrValue, bool)| {
            if let Some((to, _)) = KINDS.iter().find(|(_, code)| on && *code == value.as_str()) {
                kind.set(*to);
                report.set(None);
                if let Some(file) = chosen.clone() {
                    try_out.emit((*to, file));
                }
            }
        })
    };
    let go = {
        let (run, what, chosen, yes) = (import.callback(), *kind, (*chosen).clone(), *yes);
        Callback::from(move |()| {
            if let Some(Chosen { name, content }) = chosen.clone() {
                run.emit(AdminImport { what, file: name, content, dry_run: false, yes });
            }
        })
    };
    let retry = go.clone();
    let again = {
        let (what, chosen, try_out) = (*kind, (*chosen).clone(), again);
        Callback::from(move |()| {
            if let Some(file) = chosen.clone() {
                try_out.emit((what, file));
            }
        })
    };
    let answer = AttrValue::from(if *yes { "yes" } else { "no" });
    let onyes = {
        let yes = yes.setter();
        Callback::from(move |(value, on): (AttrValue, bool)| {
            if on {
                yes.set(value.as_str() == "yes")
            }
        })
    };
    let options = KINDS.map(|(kind, code)| ChoiceOption::new(code, word(kind, &text))).to_vec();
    html! {
        <div class="stack narrow">
            <section class="card stack few">
                <ChoiceGroup legend={text.admin_import_what()} name="import-what" {options} chosen={vec![code(*kind).into()]} disabled={import.busy} {onpick} />
                <p class="small muted">{ text.admin_import_order() }</p>
                { file_field(chosen.as_ref(), import.busy, onfile, &text) }
                if let Some(trouble) = *trouble { <Banner tone={Tone::Danger} alert={true} title={trouble_words(trouble, &text)} test="file-trouble" /> }
                if let Some(seen) = (*preview).as_ref().filter(|seen| seen.asked > 0 && chosen.is_some()) {
                    <ChoiceGroup legend={text.admin_import_yes(count(usize::try_from(seen.asked).unwrap_or_default()))} name="import-yes"
                        options={vec![ChoiceOption::new("yes", text.state_yes()), ChoiceOption::new("no", text.state_no())]}
                        chosen={vec![answer.clone()]} disabled={import.busy} onpick={onyes} />
                }
                <p class="small muted">{ text.admin_import_note() }{ " " }{ text.admin_import_again() }</p>
                <Button text={text.admin_import_go()} icon={Glyph::Upload} disabled={chosen.is_none()} busy={import.busy} test="import-go" onclick={go} />
            </section>
            if import.busy { <div role="status"><p class="muted center">{ text.admin_import_working() }</p><Skeleton count={2} lines={true} /></div> }
            if let Some(failure) = import.failure.clone() { <Unreachable {failure} {retry} /> }
            if check.busy { <p class="muted center" role="status">{ text.admin_import_checking() }</p> }
            if let Some(failure) = check.failure.clone().filter(|_| import.failure.is_none()) { <Unreachable {failure} retry={again} /> }
            if let (Some(seen), true) = (&*preview, chosen.is_some()) { { outlook(seen, &text) } }
            if let Some((what, report)) = &*report { { result(*what, report, &text) } }
        </div>
    }
}

fn trouble_words(trouble: Trouble, text: &Text) -> String {
    match trouble {
        Trouble::TooLarge => text.admin_import_too_large(i64::from(MOST_MEGABYTES)),
        Trouble::Unreadable => text.admin_import_unreadable(),
    }
}

/// In pieces of whole groups of three: at once, the library takes no more than 8 MiB where an address has 32 bits.
fn base64(bytes: &[u8]) -> String {
    bytes.chunks(3 << 20).map(|piece| BASE64.encode(piece)).collect()
}

/// A native file input under a large button: the label is the button.
fn file_field(chosen: Option<&Chosen>, busy: bool, onchange: Callback<Event>, text: &Text) -> Html {
    let words = if chosen.is_some() { text.admin_import_other() } else { text.admin_import_choose() };
    html! {
        <div class="file-pick">
            <label class="btn soft">
                <Icon glyph={Glyph::Files} />{ words }
                <input type="file" accept=".xlsx,.xls,.csv" data-test="import-file" disabled={busy} {onchange} />
            </label>
            if let Some(file) = chosen { <p class="row" data-test="file-name"><Icon glyph={Glyph::Check} /><b>{ &file.name }</b></p> }
        </div>
    }
}

fn result(what: ImportKind, report: &ImportReport, text: &Text) -> Html {
    let errors = rows_of(report);
    let what = word(what, text);
    let (tone, icon, title) = match errors {
        0 => (Tone::Ok, Glyph::Check, text.admin_import_done(&what)),
        n => (Tone::Warm, Glyph::Alert, text.admin_import_some(&what, count(n))),
    };
    html! {
        <section class="stack" data-test="import-result">
            <Banner {tone} {icon} {title} alert={true} />
            { figures(report, errors, text) }
            { said(report, errors, text) }
        </section>
    }
}

/// What would come of it.
fn outlook(report: &ImportReport, text: &Text) -> Html {
    let errors = rows_of(report);
    let words = !report.errors.is_empty() || !report.notes.is_empty();
    html! {
        <section class="stack" data-test="import-preview">
            <Banner tone={if words { Tone::Warm } else { Tone::Ok }} icon={if words { Glyph::Alert } else { Glyph::Check }} title={text.admin_import_preview()} />
            <p class="muted">{ text.admin_import_preview_note() }</p>
            { figures(report, errors, text) }
            { said(report, errors, text) }
        </section>
    }
}

/// Rows that are not taken, not what is wrong in them.
fn rows_of(report: &ImportReport) -> usize {
    gathered::<_, BTreeSet<_>>(report.errors.iter().map(|e| (&e.sheet, e.row))).len()
}

fn figures(report: &ImportReport, errors: usize, text: &Text) -> Html {
    let figures = [
        (text.admin_added(), report.added, "added"),
        (text.admin_updated(), report.updated, "updated"),
        (text.admin_unchanged(), report.unchanged, "unchanged"),
        (text.admin_not_taken(), u64::try_from(errors).unwrap_or_default(), "not-taken"),
    ];
    html! {
        <dl class="figures card">
            { for figures.into_iter().map(|(name, n, test)| html! {
                <div><dt>{ name }</dt><dd class="number" data-test={test}>{ n }</dd></div>
            }) }
        </dl>
    }
}

/// What is said of single rows, and the office's own list with all of it in a column.
fn said(report: &ImportReport, errors: usize, text: &Text) -> Html {
    let list = format!("data:application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;base64,{}", report.remarks);
    html! {
        <>
            if !report.remarks.is_empty() {
                <a class="btn soft fit" href={list} download="导入核对.xlsx" data-test="import-save"><Icon glyph={Glyph::Files} />{ text.admin_import_save() }</a>
            }
            if errors > 0 {
                <Errors rows={report.errors.clone()} title={text.admin_import_errors(count(errors))} note={text.admin_import_errors_note()} />
            }
            if !report.notes.is_empty() {
                <Errors rows={report.notes.clone()} title={text.admin_import_notes(count(report.notes.len()))} note={text.admin_import_notes_note()} test="import-notes" />
            }
        </>
    }
}
