//! The written part of a file: identity, contact, categories, risk, situation, plan, consent, charge.

use chrono::NaiveDate;
use domain::api::{Entry, PersonFile};
use domain::fields::{FIELDS, FieldKind, Path};
use domain::{Value, lists};
use text::Text;
use yew::prelude::*;

use super::FileProps;
use super::id_number::IdNumber;
use crate::core::nav::{Page, use_nav};
use crate::core::sort;
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, Card, Chip, Look, Tone};
use crate::pages::person_edit::jump;

/// Which part of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Who and where: above the household.
    Identity,
    /// The plan: above the visits.
    Plan,
    /// Below the visits.
    Rest,
}

/// Properties of [`Facts`].
#[derive(Properties, PartialEq)]
pub struct FactsProps {
    /// The file.
    pub file: PersonFile,
    /// Which part.
    pub part: Part,
}

/// Sections as cards of lines; empty fields are left out.
#[component]
pub fn Facts(props: &FactsProps) -> Html {
    let text = use_text();
    let file = &props.file;
    match props.part {
        Part::Identity => html! {
            <section data-test="section:identity">
                <Heading title={text.person_identity()} section="identity" file={file.clone()} />
                <Card class="lines">
                    <IdNumber id={file.item.id} masked={said(file, "identity.id_number")} />
                    <Lines file={file.clone()} rows={IDENTITY} quiet={true} />
                </Card>
            </section>
        },
        Part::Plan => html! { <Section file={file.clone()} title={text.person_plan()} section="plan" rows={PLAN} /> },
        Part::Rest => html! {
            <>
                <Categories file={file.clone()} />
                <Section file={file.clone()} title={text.person_risk()} section="risk" rows={RISK} />
                <Section file={file.clone()} title={section_name("situation", &text)} section="situation" rows={SITUATION} />
                <Section file={file.clone()} title={text.person_consent()} section="consent" rows={CONSENT} />
                <Section file={file.clone()} title={text.person_charge()} section="charge" rows={CHARGE} />
            </>
        },
    }
}

/// Fields that stand on one line; short ones share it.
type Rows = &'static [&'static [&'static str]];

const IDENTITY: Rows = &[&["contact.address"], &["contact.phone"], &["identity.sex", "identity.birth"], &["identity.ethnic", "area.code"]];
const RISK: Rows = &[&["risk.level", "risk.since"], &["risk.reason"]];
const SITUATION: Rows =
    &[&["situation.schooling"], &["situation.health"], &["situation.disability", "situation.disability_grade"], &["situation.certificate"]];
const PLAN: Rows = &[&["plan.text"]];
const CONSENT: Rows = &[&["consent.basis"], &["consent.by", "consent.on"]];
const CHARGE: Rows = &[&["charge.staff"]];

fn section_name(section: &str, text: &Text) -> String {
    text.code_or_raw("section", section)
}

fn said(file: &PersonFile, path: &str) -> Option<String> {
    file.fields.get(path).and_then(Value::text).filter(|t| !t.trim().is_empty()).map(str::to_owned)
}

/// Properties of [`Heading`].
#[derive(Properties, PartialEq)]
pub struct HeadingProps {
    /// The section's name.
    pub title: AttrValue,
    /// Its code.
    pub section: &'static str,
    /// The file.
    pub file: PersonFile,
}

/// The name of a section, and the way to change it for those who may.
#[component]
pub fn Heading(props: &HeadingProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    let (section, id) = (props.section, props.file.item.id);
    let may = props.file.may_amend.iter().any(|s| s == section);
    let edit = Callback::from(move |()| {
        jump::ask_for(section);
        nav.open(Page::PersonEdit(id));
    });
    let label = format!("{} {}", text.action_edit(), props.title);
    html! {
        <div class="section with-action">
            <h2>{ &props.title }</h2>
            if may { <Button text={text.action_edit()} look={Look::Plain} fit={true} {label} test={format!("edit:{section}")} onclick={edit} /> }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct SectionProps {
    title: AttrValue,
    section: &'static str,
    file: PersonFile,
    rows: Rows,
}

#[component]
fn Section(props: &SectionProps) -> Html {
    html! {
        <section data-test={format!("section:{}", props.section)}>
            <Heading title={props.title.clone()} section={props.section} file={props.file.clone()} />
            <Card class="lines"><Lines file={props.file.clone()} rows={props.rows} /></Card>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct LinesProps {
    file: PersonFile,
    rows: Rows,
    /// Says nothing when there is nothing: other lines stand beside.
    #[prop_or_default]
    quiet: bool,
}

#[component]
fn Lines(props: &LinesProps) -> Html {
    let text = use_text();
    let row = |paths: &&[&str]| {
        let cells: Vec<Html> = paths.iter().filter_map(|path| line(&props.file, path, &text)).collect();
        (!cells.is_empty()).then(|| html! { <div class="pair">{ for cells }</div> })
    };
    let lines: Vec<Html> = props.rows.iter().filter_map(row).collect();
    if lines.is_empty() && !props.quiet {
        return html! { <div class="muted">{ text.state_unknown() }</div> };
    }
    html! { <>{ for lines }</> }
}

/// One field with its label; none when it is empty.
pub fn line(file: &PersonFile, path: &str, text: &Text) -> Option<Html> {
    let shown = words(file, path, text)?;
    let label = text.field(path).unwrap_or_else(|| path.to_owned());
    Some(html! { <div data-test={path.to_owned()}><small>{ label }</small><br /><span class="prose">{ shown }</span></div> })
}

/// A field's value as people read it.
fn words(file: &PersonFile, path: &str, text: &Text) -> Option<String> {
    if path == "area.code" {
        return Some(file.item.area_name.clone()).filter(|name| !name.is_empty());
    }
    let value = said(file, path)?;
    let parsed: Path = path.parse().ok()?;
    let kind = FIELDS.iter().find(|f| f.section == parsed.section && f.key == parsed.key).map(|f| f.kind);
    let shown = match kind {
        Some(FieldKind::Choice(_)) => {
            let beside = Path { key: lists::WORDS.to_owned(), ..parsed };
            lists::words(&value, file.fields.get(&beside.to_string())).map(str::to_owned).or_else(|| text.option(path, &value))
        }
        Some(FieldKind::Date) => value.parse::<NaiveDate>().ok().map(|day| text.date_with_year(day)),
        Some(FieldKind::Staff) => file.staff.get(&value).cloned(),
        Some(FieldKind::Phone) => Some(super::numbers::grouped(&value)),
        _ => None,
    };
    Some(shown.unwrap_or(value))
}

/// Categories, in force and past, with dates and reasons.
#[component]
fn Categories(props: &FileProps) -> Html {
    let text = use_text();
    let file = &props.file;
    let mut entries: Vec<&Entry> = file.categories.iter().collect();
    sort::by_key(&mut entries, |e| (entry(e, "until").is_some(), entry(e, "since")));
    html! {
        <section data-test="section:categories">
            <Heading title={text.person_categories()} section="categories" file={file.clone()} />
            <Card class="lines">
                if entries.is_empty() { <div class="muted">{ text.state_unknown() }</div> }
                { for entries.into_iter().map(|e| html! { <CategoryLine key={e.id.to_string()} entry={e.clone()} /> }) }
            </Card>
        </section>
    }
}

fn entry(entry: &Entry, key: &str) -> Option<String> {
    entry.fields.get(key).and_then(Value::text).filter(|t| !t.is_empty()).map(str::to_owned)
}

#[derive(Properties, PartialEq)]
struct CategoryProps {
    entry: Entry,
}

#[component]
fn CategoryLine(props: &CategoryProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let code = entry(&props.entry, "code").unwrap_or_default();
    let until = entry(&props.entry, "until").and_then(|d| d.parse::<NaiveDate>().ok());
    let in_force = until.is_none_or(|d| d > status.today);
    let say = |day: NaiveDate| text.date_with_year(day);
    let since = entry(&props.entry, "since").and_then(|d| d.parse::<NaiveDate>().ok());
    let span = match (since, until) {
        (Some(from), Some(until)) => text.person_category_span(&say(from), &say(until)),
        (Some(from), None) => text.person_category_since(&say(from)),
        (None, Some(until)) => text.person_category_until(&say(until)),
        (None, None) => String::new(),
    };
    let reasons = [("person-category-reason-in", "reason"), ("person-category-reason-out", "reason_out")].into_iter().filter_map(|(label, key)| {
        let reason = entry(&props.entry, key)?;
        let label = if label.ends_with("in") { text.person_category_reason_in() } else { text.person_category_reason_out() };
        Some(html! { <small class="block">{ text.person_labelled(&label, &reason) }</small> })
    });
    html! {
        <div data-test="category">
            <span class="row wrap">
                <Chip text={text.option("categories.code", &code).unwrap_or_default()} tone={if in_force { Tone::Brand } else { Tone::Quiet }} />
                if !in_force { <Chip text={text.person_past()} /> }
                <small class="number">{ span }</small>
            </span>
            { for reasons }
        </div>
    }
}
