//! The few parts every page is made of, whatever it is about. Pages use these and plain text; a new look is made here, not in a page.

mod banner;
mod button;
mod card;
mod chip;
mod choice;
#[cfg(test)]
mod contrast;
mod date_input;
mod field;
mod icon;
mod meter;
mod page;
mod pinpad;
mod plot;
mod search_box;
mod sheet;
mod states;
mod toast;

pub use banner::Banner;
pub use button::{Button, Look};
pub use card::{Card, Edge};
pub use chip::{Chip, ToggleChip, Tone};
pub use choice::{ChoiceGroup, ChoiceOption};
pub use field::{Control, Field, SelectOption};
pub use icon::{Glyph, Icon};
pub use meter::Meter;
pub use page::{Foot, PageBody, TopBar};
pub use pinpad::PinEntry;
pub use plot::{Plot, Point};
pub use search_box::SearchBox;
pub use sheet::Sheet;
pub use states::{Coming, Empty, ErrorState, FailureBanner, Skeleton, Unreachable, empty_when_known, newer, show, waiting};
pub use toast::{ToastProvider, use_toast};
