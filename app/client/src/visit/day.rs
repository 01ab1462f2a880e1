//! The day of a visit: which it may be, and whether this device knows what day it is.
use crate::Result;
use crate::store::{View, meta};
use chrono::{Days, NaiveDate};
use domain::{Code, Failure, Timestamp, Value};

const DAY: i64 = 24 * 3600 * 1000;
/// So long a device may be without the server before its clock alone is no longer believed, milliseconds.
const ALONE: i64 = 90 * DAY;

/// The server's clock and this device's, at the last reply.
fn heard(view: &View<'_>) -> Result<Option<(Timestamp, Timestamp)>> {
    meta::get(view.db, meta::HEARD)
}

/// Whether by what the server last said it can hardly be the day that this device's clock tells.
pub fn is_doubted(view: &View<'_>) -> Result<bool> {
    let Some((server, device)) = heard(view)? else { return Ok(false) };
    let now = view.now;
    // As long as nobody set the clock since, it is off by what it was off then.
    if (0..=ALONE).contains(&now.since(device)) {
        return Ok(Timestamp(now.0 - device.since(server)).day() != now.day());
    }
    Ok(now.day() < server.day() || now.since(server) > ALONE)
}

/// The earliest and the latest day of a visit that was entered on a day. A clock that stands behind, or was ahead, does not keep the
/// true day out.
pub fn bounds(view: &View<'_>, entered: NaiveDate) -> Result<(NaiveDate, NaiveDate)> {
    let today = view.today();
    let server = heard(view)?.map_or(today, |(server, _)| server.day());
    let believed = if is_doubted(view)? { server.min(today) } else { today };
    let back = Days::new(view.book.policy().visit_days_back.into());
    Ok((entered.min(believed).checked_sub_days(back).unwrap_or(entered), today.max(server)))
}

/// A day that a visit may have.
///
/// # Errors
/// `VisitAhead`, `VisitTooOld`.
pub fn check(view: &View<'_>, day: NaiveDate, entered: NaiveDate) -> Result<()> {
    let (earliest, latest) = bounds(view, entered)?;
    if day > latest {
        return Err(Code::VisitAhead.into());
    }
    if day < earliest {
        return Err(Failure::of(Code::VisitTooOld, view.book.policy().visit_days_back.to_string()).into());
    }
    Ok(())
}

/// The day that an answer to [`domain::form::WHEN`] says; none when it is taken away.
///
/// # Errors
/// `BadDate`.
pub fn said(value: Option<&Value>) -> Result<Option<NaiveDate>> {
    let Some(value) = value.filter(|v| !v.is_empty()) else { return Ok(None) };
    let day = value.text().and_then(|text| text.trim().parse().ok());
    day.map(Some).ok_or_else(|| Failure::of(Code::BadDate, domain::form::WHEN).into())
}
