//! Tokens that a county lets expire. A device proposes the next one in good time, and the old one is good until the next was used once: so a
//! lost reply shuts nobody out, and a stolen token is worth nothing after its owner's next renewal.
use crate::store::db::{Db, DbResult, SqlRow, args};
use crate::store::{RESTORED, meta, set_meta};
use domain::{DeviceId, Hash, Timestamp};

/// Days after which a token expires, 0 for never, in `meta`: what the policy says, where each request finds it without reading the policy.
const DAYS: &str = "token_days";
/// Since when so few, milliseconds, in `meta`: a stricter policy begins for everybody on its first day.
const SINCE: &str = "token_days_since";
const DAY: i64 = 24 * 3600 * 1000;

/// Columns that [`Token::read`] reads, of an enclosing select that has `made` and `proposed`.
pub(crate) fn columns() -> String {
    let kept = |key: &str| format!("COALESCE((SELECT value FROM meta WHERE key = '{key}'), '0')");
    format!("made, proposed, {}, {}, {}", kept(DAYS), kept(SINCE), kept(RESTORED))
}

/// A token's age and the county's rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// Whether it was proposed and is used for the first time.
    pub proposed: bool,
    made: i64,
    days: i64,
    since: i64,
    restored: i64,
}

/// What a token is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Everything.
    Good,
    /// Everything, and its device is asked for the next one.
    Aging,
    /// Nothing any more.
    Expired,
}

impl Token {
    /// Reads the columns of [`columns`] from this one on.
    pub(crate) fn read(r: &mut SqlRow, at: usize) -> DbResult<Token> {
        Ok(Token { made: r.int(at)?, proposed: r.flag(at + 1)?, days: r.parse(at + 2)?, since: r.parse(at + 3)?, restored: r.parse(at + 4)? })
    }

    /// What it is good for now. What was stricter since, and a backup that knows older tokens only, give everybody the whole time again; after a
    /// restore each device is asked for another one at once, for an old token, perhaps stolen, may have come back to life.
    pub fn standing(&self, now: Timestamp) -> Standing {
        let age = |from: i64| now.0.saturating_sub(from);
        let life = self.days.saturating_mul(DAY);
        match life {
            0 => Standing::Good,
            _ if age(self.made.max(self.since).max(self.restored)) > life => Standing::Expired,
            _ if age(self.made) >= life / 2 || self.made < self.restored => Standing::Aging,
            _ => Standing::Good,
        }
    }
}

/// The county's rule.
pub fn set_days(db: &Db<'_>, days: u32, now: Timestamp) -> anyhow::Result<()> {
    let before: u32 = meta(db, DAYS)?.and_then(|text| text.parse().ok()).unwrap_or(0);
    if days > 0 && (before == 0 || days < before) {
        set_meta(db, SINCE, &now.0.to_string())?;
    }
    set_meta(db, DAYS, &days.to_string())
}

/// A device proposes its next token. Whether it is remembered: one that is somebody's already is not.
pub fn propose(db: &Db<'_>, device: &DeviceId, next: &Hash, now: Timestamp) -> DbResult<bool> {
    let taken = "SELECT 1 FROM devices WHERE token_hash = ?1 UNION ALL SELECT 1 FROM next_tokens WHERE hash = ?1 AND device <> ?2";
    if db.one(taken, args![&next.0, device.bytes()], |_| Ok(()))?.is_some() {
        return Ok(false);
    }
    // The same again is as old as it was: else nobody's would ever expire.
    let sql = "INSERT INTO next_tokens (device, hash, asked) VALUES (?1, ?2, ?3)
               ON CONFLICT (device) DO UPDATE SET hash = ?2, asked = ?3 WHERE next_tokens.hash <> ?2";
    db.run(sql, args![device.bytes(), &next.0, now.0])?;
    Ok(true)
}

/// This is the device's token from now on, and no other.
pub fn begin(db: &Db<'_>, device: &DeviceId, token: &Hash, now: Timestamp) -> DbResult<()> {
    db.run("UPDATE devices SET token_hash = ?2, token_made = ?3 WHERE id = ?1", args![device.bytes(), &token.0, now.0])?;
    db.run("DELETE FROM next_tokens WHERE device = ?1", args![device.bytes()]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_time_is_shorter_than_the_policy_says() {
        let day = |n: i64| Timestamp(n * DAY);
        let token = Token { proposed: false, made: 0, days: 90, since: 0, restored: 0 };
        let at = |token: Token, n| token.standing(day(n));
        assert_eq!(
            (at(token, 44), at(token, 45), at(token, 90), at(token, 91)),
            (Standing::Good, Standing::Aging, Standing::Aging, Standing::Expired)
        );
        assert_eq!(at(Token { days: 0, ..token }, 9999), Standing::Good);
        // Stricter since day 400, or restored then: renewed at the next sync, refused only after the whole time.
        for later in [Token { since: 400 * DAY, ..token }, Token { restored: 400 * DAY, ..token }] {
            assert_eq!((at(later, 401), at(later, 490), at(later, 491)), (Standing::Aging, Standing::Aging, Standing::Expired));
        }
        assert_eq!(at(Token { made: 399 * DAY, restored: 400 * DAY, ..token }, 400), Standing::Aging, "a restore may have brought an old one back");
    }
}
