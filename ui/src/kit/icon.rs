//! Icons: 24 × 24, drawn with the colour of the text around them. Always beside a word, or with a label of their own.

use yew::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // the names say what is drawn
pub enum Glyph {
    Today,
    Files,
    Inbox,
    Me,
    Phone,
    Alert,
    Cloud,
    CloudOff,
    PhoneOk,
    Search,
    Back,
    Forward,
    Down,
    Chart,
    Check,
    Cross,
    Plus,
    Edit,
    Lock,
    Clock,
    Delete,
    Sync,
    Return,
    Compare,
    Filter,
    Settings,
    Upload,
    People,
    Area,
    Eye,
    Copy,
    Heart,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Glyph::Today => "M6.5 5h11a3 3 0 0 1 3 3v9a3 3 0 0 1-3 3h-11a3 3 0 0 1-3-3V8a3 3 0 0 1 3-3zM8 3v4M16 3v4M3.5 10h17M9 15l2 2 4-4",
            Glyph::Files => "M4 6.5A2.5 2.5 0 0 1 6.5 4H10l2 2.5h5.5A2.5 2.5 0 0 1 20 9v8.5a2.5 2.5 0 0 1-2.5 2.5h-11A2.5 2.5 0 0 1 4 17.5z",
            Glyph::Inbox => {
                "M4 13l2.5-7.5A2 2 0 0 1 8.4 4h7.2a2 2 0 0 1 1.9 1.5L20 13v5a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM4 13h4.5l1.5 2.5h4l1.5-2.5H20"
            }
            Glyph::Me => "M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM4.5 20c1-4 4-6 7.5-6s6.5 2 7.5 6",
            Glyph::Phone => "M6 3.5h3L10.5 8l-2 1.5a11 11 0 0 0 6 6l1.5-2 4.5 1.5v3a2 2 0 0 1-2.2 2A17 17 0 0 1 4 5.7 2 2 0 0 1 6 3.5z",
            Glyph::Alert => "M12 4l9 16H3zM12 10v4.5M12 17.5v.1",
            Glyph::Cloud => "M7 18.5a4.5 4.5 0 0 1-.5-9A6 6 0 0 1 18 8.5a5 5 0 0 1-.5 10zM9.5 13.5l2 2L15 12",
            Glyph::CloudOff => "M7 18.5a4.5 4.5 0 0 1-.5-9 6 6 0 0 1 1-2M10 5.1a6 6 0 0 1 8 3.4 5 5 0 0 1 2.6 8M17 18.5H7M4 3.5l16 17",
            Glyph::PhoneOk => {
                "M9.5 2.5h5A2.5 2.5 0 0 1 17 5v14a2.5 2.5 0 0 1-2.5 2.5h-5A2.5 2.5 0 0 1 7 19V5a2.5 2.5 0 0 1 2.5-2.5zM10 12l1.5 1.5 3-3"
            }
            Glyph::Search => "M17.5 11a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0zM16 16l4.5 4.5",
            Glyph::Back => "M14.5 5.5L8 12l6.5 6.5",
            Glyph::Forward => "M9.5 5.5L16 12l-6.5 6.5",
            Glyph::Down => "M6 9.5l6 6 6-6",
            Glyph::Chart => "M4 20h16M7 16v-5M12 16V6M17 16V8",
            Glyph::Check => "M5 12.5l4.5 4.5L19 7.5",
            Glyph::Cross => "M6 6l12 12M18 6L6 18",
            Glyph::Plus => "M12 5v14M5 12h14",
            Glyph::Edit => "M4 20l1-4.5L16.5 4a2 2 0 0 1 2.8 0l.7.7a2 2 0 0 1 0 2.8L8.5 19zM14.5 6l3.5 3.5",
            Glyph::Lock => {
                "M7.5 10.5h9a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-2.5 2.5h-9A2.5 2.5 0 0 1 5 18v-5a2.5 2.5 0 0 1 2.5-2.5zM8 10.5V8a4 4 0 0 1 8 0v2.5"
            }
            Glyph::Clock => "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0zM12 7v5l3.5 2",
            Glyph::Delete => "M9 5h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H9l-6-7zM11 9.5l5 5M16 9.5l-5 5",
            Glyph::Sync => "M19.5 12a7.5 7.5 0 0 1-13.4 4.6M4.5 12a7.5 7.5 0 0 1 13.4-4.6M18.5 3.5v4h-4M5.5 20.5v-4h4",
            Glyph::Return => "M9 6L4.5 10.5 9 15M4.5 10.5H15a4.5 4.5 0 0 1 0 9h-3",
            Glyph::Compare => "M4.5 5h6v14h-6zM13.5 5h6v14h-6z",
            Glyph::Filter => "M4 6h16M7 12h10M10 18h4",
            Glyph::Settings => "M4 7h9M17 7h3M4 17h3M11 17h9M17 7a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM11 17a2 2 0 1 1-4 0 2 2 0 0 1 4 0z",
            Glyph::Upload => "M12 15V4.5M7.5 8.5L12 4l4.5 4.5M4.5 15v3a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-3",
            Glyph::People => {
                "M12.5 8a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0zM2.5 19.5c.7-3.5 3.2-5.5 6.5-5.5s5.8 2 6.5 5.5M15.5 4.8a3.5 3.5 0 0 1 0 6.4M18 14.5c2 .8 3.2 2.5 3.6 5"
            }
            Glyph::Area => "M12 21s7-6.2 7-11.5a7 7 0 0 0-14 0C5 14.8 12 21 12 21zM14.5 9.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
            Glyph::Eye => "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM15 12a3 3 0 1 1-6 0 3 3 0 0 1 6 0z",
            Glyph::Copy => {
                "M9 8.5h9a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5H9A1.5 1.5 0 0 1 7.5 19v-9A1.5 1.5 0 0 1 9 8.5zM5 15.5H4.5A1.5 1.5 0 0 1 3 14V5a1.5 1.5 0 0 1 1.5-1.5H14A1.5 1.5 0 0 1 15.5 5v.5"
            }
            Glyph::Heart => "M3.5 11.5L12 4l8.5 7.5M6 9.5V20h12V9.5M12 17.2l-2.3-2.2a1.7 1.7 0 0 1 2.3-2.5 1.7 1.7 0 0 1 2.3 2.5z",
        }
    }
}

/// Properties of [`Icon`].
#[derive(Properties, PartialEq)]
pub struct IconProps {
    /// What it shows.
    pub glyph: Glyph,
    /// Turns, for something under way.
    #[prop_or_default]
    pub spin: bool,
}

/// An icon. Hidden from screen readers: the word beside it says the same.
#[component]
pub fn Icon(props: &IconProps) -> Html {
    html! {
        <svg viewBox="0 0 24 24" aria-hidden="true" class={classes!(props.spin.then_some("spin"))}>
            <path d={props.glyph.path()} />
        </svg>
    }
}
