//! Whom to call: one number is a link, several are asked about first, since the child's number is often the grandmother's.

use domain::api::{Person, PersonItem};
use domain::rows::Phone;
use text::Text;
use yew::prelude::*;

use crate::core::query::use_query;
use crate::core::state::use_text;
use crate::kit::{Glyph, Icon, Sheet, Skeleton};
use crate::record::whose;

/// Properties of [`Numbers`].
#[derive(Properties, PartialEq)]
pub struct NumbersProps {
    /// The person.
    pub person: PersonItem,
    /// Every number.
    pub phones: Vec<Phone>,
}

/// The button in the bar of a file.
#[component]
pub fn Numbers(props: &NumbersProps) -> Html {
    let text = use_text();
    let open = use_state(|| false);
    let set = |to: bool| {
        let open = open.setter();
        Callback::from(move |()| open.set(to))
    };
    let ask = set(true);
    match props.phones.as_slice() {
        [] => Html::default(),
        [phone] => html! {
            <a class="btn soft fit call-btn" href={format!("tel:{}", phone.number)} aria-label={format!("{} {}", text.action_call(), whose(phone, &text))} data-test="call">
                <Icon glyph={Glyph::Phone} /><span class="clip">{ short(phone, &text) }</span>
            </a>
        },
        _ => html! {
            <>
                <button type="button" class="btn soft fit call-btn" aria-label={text.action_call()} data-test="call" onclick={move |_| ask.emit(())}>
                    <Icon glyph={Glyph::Phone} /><span class="clip">{ text.action_call() }</span>
                </button>
                if *open {
                    <Sheet title={text.person_call_whom()} test="numbers" onclose={set(false)}><NumberList phones={props.phones.clone()} /></Sheet>
                }
            </>
        },
    }
}

/// Properties of [`CallSheet`].
#[derive(Properties, PartialEq)]
pub struct CallSheetProps {
    /// Whom the worker wants to reach.
    pub person: PersonItem,
    /// Closes it.
    pub onclose: Callback<()>,
}

/// The numbers of a person in a list. The first one is known at once, the others come from the file.
#[component]
pub fn CallSheet(props: &CallSheetProps) -> Html {
    let text = use_text();
    let file = use_query(Person { id: props.person.id });
    let phones = match (&file.data, &props.person.phone) {
        (Some(file), _) => file.phones.clone(),
        (None, Some(first)) => vec![first.clone()],
        (None, None) => Vec::new(),
    };
    let title = format!("{} · {}", text.person_call_whom(), props.person.name);
    html! {
        <Sheet {title} test="numbers" onclose={props.onclose.clone()}>
            <NumberList {phones} />
            if file.loading && file.data.is_none() { <Skeleton count={1} lines={true} /> }
        </Sheet>
    }
}

#[derive(Properties, PartialEq)]
struct ListProps {
    phones: Vec<Phone>,
}

/// The name beside the icon: 周桂芳; else the relation, or 打电话 for the person's own number.
fn short(phone: &Phone, text: &Text) -> String {
    match (phone.name.as_str(), whose(phone, text)) {
        ("", relation) if relation.is_empty() => text.action_call(),
        ("", relation) => relation,
        (name, _) => name.to_owned(),
    }
}

/// `祖母 周桂芳`, or 本人.
pub fn whose_number(phone: &Phone, text: &Text) -> String {
    let name = whose(phone, text);
    if name.is_empty() { text.person_own_phone() } else { name }
}

#[component]
fn NumberList(props: &ListProps) -> Html {
    let text = use_text();
    let rows = props.phones.iter().map(|phone| {
        html! {
            <a class="number-row" href={format!("tel:{}", phone.number)} data-test="number">
                <span class="grow"><b>{ whose_number(phone, &text) }</b><br /><span class="number muted">{ grouped(&phone.number) }</span></span>
                <span class="btn soft icon"><Icon glyph={Glyph::Phone} /></span>
            </a>
        }
    });
    html! { <div class="lines">{ for rows }</div> }
}

/// `138 0000 0000`: easier to read aloud. Other numbers stay as they are.
pub fn grouped(number: &str) -> String {
    match (number.get(..3), number.get(3..7), number.get(7..)) {
        (Some(a), Some(b), Some(c)) if number.len() == 11 && number.starts_with('1') => format!("{a} {b} {c}"),
        _ => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mobile_number_is_read_in_groups_and_others_as_written() {
        assert_eq!(grouped("13800000000"), "138 0000 0000");
        assert_eq!(grouped("0714-5300000"), "0714-5300000");
        assert_eq!(grouped("一二三四五六七八九十一"), "一二三四五六七八九十一");
    }
}
