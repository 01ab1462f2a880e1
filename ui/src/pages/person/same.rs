//! Other files that may be this person's: to be looked at, and to be told apart.

use domain::api::{SameFile, SayTwo};
use text::Text;
use yew::prelude::*;

use super::FileProps;
use crate::core::nav::{Page, use_nav};
use crate::core::query::use_command;
use crate::core::state::use_text;
use crate::kit::{Banner, Button, FailureBanner, Glyph, Look, use_toast};

/// A banner for each of them.
#[component]
pub fn Same(props: &FileProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    let toast = use_toast();
    let two = {
        let said = text.same_said();
        use_command::<SayTwo>(Callback::from(move |()| {
            if let Some(toast) = &toast {
                toast.done(said.clone());
            }
        }))
    };
    let id = props.file.item.id;
    let banners = props.file.same.iter().map(|other| {
        let (nav, other_id) = (nav.clone(), other.id);
        let open = Callback::from(move |()| nav.open(Page::Person(other_id)));
        let say = two.callback().reform(move |()| SayTwo { one: id, other: other_id });
        html! {
            <Banner key={other.id.to_string()} icon={Glyph::Compare} title={text.same_title()} note={format!("{}。{}", words(other, &text), text.same_note())} test="same">
                <div class="row wrap">
                    <Button text={text.same_open()} look={Look::Line} fit={true} test="same-open" onclick={open} />
                    <Button text={text.same_two()} look={Look::Line} fit={true} busy={two.busy} test="same-two" onclick={say} />
                </div>
            </Banner>
        }
    });
    html! {
        <>
            if let Some(failure) = two.failure.clone() { <FailureBanner {failure} /> }
            { for banners }
        </>
    }
}

/// Whose file: name, village, address, birth; when it was opened and how many visits it has, by which two alike are told apart.
pub fn words(file: &SameFile, text: &Text) -> String {
    let born = file.birth.map(|day| text.same_born(&text.date_with_year(day)));
    let opened = text.same_opened(&text.date_with_year(file.opened), i64::try_from(file.visits).unwrap_or(i64::MAX));
    let address = Some(file.address.clone()).filter(|address| !address.is_empty());
    let parts = [Some(file.name.clone()), Some(file.area_name.clone()), address, born, Some(opened)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(&text.inbox_list_join())
}
