//! The page itself: sections with their inputs, the guard against losing what was typed, and saving.

use std::rc::Rc;

use domain::api::{Edit, EditPerson, NewPerson, PersonFile, PersonLine};
use domain::fields::{FIELDS, Path};
use domain::gather::gathered;
use domain::person::unlikely_age;
use domain::roles::Section;
use domain::{AreaCode, Category, Code, Failure, RecordId, Value};
use text::Text;
use yew::prelude::*;

use super::categories::CategoryEntries;
use super::discard::Discard;
use super::edits::{Before, Edits, Step};
use super::household::HouseholdEntries;
use super::input::FieldInput;
use super::typed::Form;
use super::{check, jump, kept};
use crate::core::listen::use_unload_guard;
use crate::core::nav::{Page, use_back_layer, use_nav};
use crate::core::query::{use_command, use_query};
use crate::core::sort;
use crate::core::state::{use_status, use_text};
use crate::kit::{Banner, Button, FailureBanner, Foot, Glyph, Look, PageBody, Tone, TopBar, use_toast};
use crate::record::whose_file;

/// Properties of [`Editor`].
#[derive(Properties, PartialEq)]
pub struct EditorProps {
    /// The file; none for a new one.
    pub file: Option<Rc<PersonFile>>,
    /// Sections that the worker may write.
    pub sections: Vec<Section>,
}

/// The page.
#[component]
pub fn Editor(props: &EditorProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    let id = props.file.as_ref().map(|f| f.item.id);
    let work = use_reducer(|| kept::load(id));
    let restored = use_state(|| *work != Edits::default());
    let (asking, leaving) = (use_state(|| false), use_state(|| false));
    let before = use_memo(props.file.clone(), |file| Before::of(file.as_deref()));
    use_effect_with(work.clone(), move |work| kept::store(id, work));
    // The village of a new file may have been chosen for her: that alone is nothing to lose.
    let hers = |e: &Edit| id.is_some() || e.path.section != Section::Area;
    let dirty = !*leaving && work.edits(&before).iter().any(hers);
    use_back_layer(dirty, switch(&asking, true));
    use_unload_guard(dirty);
    {
        // After the guard's own effect above, so that leaving is not asked about.
        let nav = nav.clone();
        use_effect_with(*leaving, move |leaving| {
            if *leaving {
                nav.leave();
            }
        });
    }
    use_effect_with((), |()| {
        if let Some(section) = jump::take() {
            jump::to(section);
        }
    });
    use_effect_with(work.faults.clone(), |faults| {
        if !faults.is_empty() {
            jump::to_first_fault();
        }
    });
    let in_force = props.file.as_ref().map(|f| f.item.categories.clone()).unwrap_or_default();
    let saving = use_saving(id, in_force, &work, &before, leaving.setter());
    let clear = {
        let (work, restored) = (work.dispatcher(), restored.setter());
        Callback::from(move |()| {
            work.dispatch(Step::Clear);
            restored.set(false);
        })
    };
    let discard = {
        let (clear, leaving, asking) = (clear.clone(), leaving.setter(), asking.setter());
        Callback::from(move |()| {
            clear.emit(());
            asking.set(false);
            leaving.set(true);
        })
    };
    let form = Form { work: work.clone(), before, file: props.file.clone() };
    let title = props.file.as_ref().map_or_else(|| text.person_new(), |_| text.person_edit());
    html! {
        <div class="page" data-test="person-edit">
            <TopBar {title} note={note(props, &text)} back={true} />
            <Jumps sections={props.sections.clone()} />
            <PageBody narrow={true}>
                if *restored && dirty {
                    <Banner tone={Tone::Info} icon={Glyph::Edit} title={text.edit_restored()} note={text.edit_restored_note()} test="restored">
                        <Button text={text.person_discard_action()} look={Look::Line} fit={true} test="drop-restored" onclick={clear} />
                    </Banner>
                }
                { for props.sections.iter().map(|section| html! { <SectionForm key={section.code()} section={*section} form={form.clone()} /> }) }
            </PageBody>
            <Trouble faults={work.faults.len()} failure={saving.failure.filter(|f| still_wrong(f, &work))} busy={saving.busy} another={saving.another} />
            if let Some(sure) = saving.sure {
                <div class="edit-trouble">
                    <Banner tone={Tone::Warm} title={text.edit_age_title()} note={Some(AttrValue::from(text.edit_age_note()))} alert={true} test="asks-age">
                        <Button text={text.edit_age_sure()} look={Look::Line} fit={true} test="asks-sure" onclick={sure} />
                    </Banner>
                </div>
            }
            <Foot><Button text={text.action_save()} busy={saving.busy} test="save" onclick={saving.save} /></Foot>
            if *asking { <Discard onstay={switch(&asking, false)} ondiscard={discard} /> }
        </div>
    }
}

fn note(props: &EditorProps, text: &Text) -> String {
    props.file.as_ref().map_or_else(|| text.edit_new_note(), |file| file.item.name.clone())
}

/// A failure is over as soon as she types at its field.
fn still_wrong(failure: &Failure, work: &Edits) -> bool {
    let path = failure.field.as_deref().and_then(|f| f.parse::<Path>().ok());
    path.is_none_or(|path| work.faults.contains_key(&path))
}

struct Saving {
    busy: bool,
    failure: Option<Failure>,
    save: Callback<()>,
    /// Saves a new file though another may be the same person's.
    another: Callback<()>,
    /// She was asked about age and category: saves all the same.
    sure: Option<Callback<()>>,
}

/// Checks, writes, and says so; a failure of the core is put at its field.
#[hook]
fn use_saving(
    id: Option<RecordId>,
    in_force: Vec<Category>,
    work: &UseReducerHandle<Edits>,
    before: &Rc<Before>,
    leaving: UseStateSetter<bool>,
) -> Saving {
    let (text, nav, toast, status) = (use_text(), use_nav(), use_toast(), use_status());
    let say = move |words: String| {
        if let Some(toast) = &toast {
            toast.done(words);
        }
    };
    let edited = {
        let (work, leaving, say, words) = (work.dispatcher(), leaving.clone(), say.clone(), text.edit_saved());
        use_command::<EditPerson>(Callback::from(move |()| {
            work.dispatch(Step::Clear);
            say(words.clone());
            leaving.set(true);
        }))
    };
    let made = {
        let (work, say, words) = (work.dispatcher(), say.clone(), text.edit_created());
        use_command::<NewPerson>(Callback::from(move |person: RecordId| {
            work.dispatch(Step::Clear);
            kept::store(None, &Edits::default());
            say(words.clone());
            nav.replace(Page::Person(person));
        }))
    };
    let failure = edited.failure.clone().or_else(|| made.failure.clone());
    {
        let work = work.dispatcher();
        use_effect_with(failure.clone(), move |failure| {
            if let Some(failure) = failure
                && let Some(path) = failure.field.as_deref().and_then(|f| f.parse::<Path>().ok())
            {
                work.dispatch(Step::Faults(gathered([(path, failure.clone())])));
            }
        });
    }
    let busy = edited.busy || made.busy;
    let (edit, make) = (edited.callback(), made.callback());
    let (work, before, nothing) = (work.clone(), before.clone(), text.person_nothing_changed());
    let asking = use_state(|| false);
    {
        // Asked about what stood there then; what she types since is looked at anew.
        let asking = asking.setter();
        use_effect_with(work.clone(), move |_| asking.set(false));
    }
    let set_asking = asking.setter();
    let try_save = move |sure: bool, another: bool| {
        let faults = check::faults(&work, &before, id.is_none(), status.today);
        if !faults.is_empty() {
            work.dispatch(Step::Faults(faults));
            return;
        }
        let mut edits = work.edits(&before);
        let birth = before.value(&Path::new(Section::Identity, "birth"));
        if !sure && unlikely_age(&edits, birth.text(), &in_force, status.today).is_some() {
            set_asking.set(true);
            return;
        }
        let village = Path::new(Section::Area, "code");
        match id {
            Some(_) if edits.is_empty() => {
                say(nothing.clone());
                leaving.set(true);
            }
            Some(id) => edit.emit(EditPerson { id, edits }),
            None => {
                // The check above found a village.
                if let Some(area) = work.typed(&village).and_then(Value::text).and_then(|code| code.parse::<AreaCode>().ok()) {
                    edits.retain(|e| e.path != village);
                    make.emit(NewPerson { area, edits, another });
                }
            }
        }
    };
    let sure = asking.then(|| {
        let try_save = try_save.clone();
        Callback::from(move |()| try_save(true, false))
    });
    let another = {
        let try_save = try_save.clone();
        Callback::from(move |()| try_save(true, true))
    };
    Saving { busy, failure, save: Callback::from(move |()| try_save(false, false)), another, sure }
}

fn switch(state: &UseStateHandle<bool>, to: bool) -> Callback<()> {
    let state = state.setter();
    Callback::from(move |()| state.set(to))
}

#[derive(Properties, PartialEq)]
struct TroubleProps {
    faults: usize,
    failure: Option<Failure>,
    busy: bool,
    another: Callback<()>,
}

/// Above the button: why it was not saved.
#[component]
fn Trouble(props: &TroubleProps) -> Html {
    let text = use_text();
    let faults = i64::try_from(props.faults).unwrap_or(i64::MAX);
    let onclick = Callback::from(|()| jump::to_first_fault());
    let alike = props.failure.as_ref().filter(|failure| failure.code == Code::MaybeSame);
    if let Some(other) = alike.and_then(|failure| failure.field.as_deref()?.parse::<RecordId>().ok()) {
        return html! { <MaybeSame {other} busy={props.busy} another={props.another.clone()} /> };
    }
    match (&props.failure, faults) {
        (Some(failure), _) => html! { <div class="edit-trouble"><FailureBanner failure={failure.clone()} /></div> },
        (None, 0) => Html::default(),
        (None, faults) => html! {
            <div class="edit-trouble">
                <Banner tone={Tone::Danger} title={text.edit_faults(faults)} alert={true} test="faults">
                    <Button text={text.edit_go_to_fault()} look={Look::Line} fit={true} {onclick} />
                </Banner>
            </div>
        },
    }
}

#[derive(Properties, PartialEq)]
struct MaybeSameProps {
    other: RecordId,
    busy: bool,
    another: Callback<()>,
}

/// A file that is much like the one that is opened: whose, and what to do.
#[component]
fn MaybeSame(props: &MaybeSameProps) -> Html {
    let (text, nav, other) = (use_text(), use_nav(), props.other);
    let who = use_query(PersonLine { id: other }).data.map(|person| whose_file(&person, &text)).unwrap_or_default();
    let open = Callback::from(move |()| nav.open(Page::Person(other)));
    html! {
        <div class="edit-trouble">
            <Banner icon={Glyph::Compare} title={text.same_ask_title()} note={text.same_ask_note(&who)} alert={true} test="maybe-same">
                <div class="row wrap">
                    <Button text={text.same_open()} look={Look::Line} fit={true} test="same-open" onclick={open} />
                    <Button text={text.same_another()} look={Look::Line} fit={true} busy={props.busy} test="same-another" onclick={props.another.clone()} />
                </div>
            </Banner>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct JumpsProps {
    sections: Vec<Section>,
}

/// Chips that go to a section: the page is long.
#[component]
fn Jumps(props: &JumpsProps) -> Html {
    let text = use_text();
    let chips = props.sections.iter().map(|section| {
        let code = section.code();
        html! {
            <button type="button" class="chip" key={code} data-test={format!("jump:{code}")} onclick={move |_| jump::to(code)}>
                { text.code_or_raw("section", code) }
            </button>
        }
    });
    html! { <nav class="jumps" aria-label={text.edit_jump()}>{ for chips }</nav> }
}

#[derive(Properties, PartialEq)]
struct SectionProps {
    section: Section,
    form: Form,
}

/// The fields of a section. The ID number comes early: it fills in what stands below it.
fn keys(section: Section) -> Vec<&'static str> {
    let mut keys: Vec<&'static str> = FIELDS.iter().filter(|f| f.section == section).map(|f| f.key).collect();
    sort::by_key(&mut keys, |key| match *key {
        "name" => 0,
        "id_number" => 1,
        _ => 2,
    });
    keys
}

/// One section: its fields, or its entries.
#[component]
fn SectionForm(props: &SectionProps) -> Html {
    let text = use_text();
    let (section, form) = (props.section, &props.form);
    let body = match section {
        Section::Household => html! { <HouseholdEntries form={form.clone()} /> },
        Section::Categories => html! { <CategoryEntries form={form.clone()} /> },
        _ => html! {
            { for keys(section).into_iter().map(|key| html! { <FieldInput {key} path={Path::new(section, key)} form={form.clone()} /> }) }
        },
    };
    // With one field of the same name the heading would say everything twice.
    let single = matches!(section, Section::Area | Section::Plan | Section::Charge);
    html! {
        <section class="edit-section" data-section={section.code()} data-test={format!("edit-section:{section}")}>
            if !single { <div class="section"><h2>{ text.code_or_raw("section", section.code()) }</h2></div> }
            <div class="stack">{ body }</div>
        </section>
    }
}
