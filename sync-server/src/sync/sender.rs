//! Who pushes, as admission judges her.
use domain::roles::{Action, Caller, Kind, Section};
use domain::sync::Cursor;
use domain::{DeviceId, Timestamp};
use forms::Forms;

/// Who pushes, and when the server heard of it.
pub struct Sender {
    /// The caller, from the server's own tables.
    pub caller: Caller,
    /// Her device.
    pub device: DeviceId,
    /// How far the device had read when it sent this.
    pub cursor: Cursor,
    /// The server's clock.
    pub now: Timestamp,
    /// The forms by which visits are made.
    pub forms: Forms,
    /// Most changes of one record that are taken from the device in a day; the rest waits there.
    pub daily: u64,
    /// A supervisor who lets in what was refused: it is judged by what she may do, too, and by her areas.
    pub vouches: Option<Caller>,
}

impl Sender {
    /// Whose areas and programmes count.
    pub(super) fn judge(&self) -> &Caller {
        self.vouches.as_ref().unwrap_or(&self.caller)
    }
    /// Whether one of the two may.
    pub(super) fn may(&self, action: Action, kind: Kind, section: Section) -> bool {
        self.caller.role.may(action, kind, section) || self.judge().role.may(action, kind, section)
    }
}
