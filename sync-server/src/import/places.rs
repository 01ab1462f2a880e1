//! Finds the area an office means, by its code or by a name as people write it.
use super::cell::Reason;
use crate::db::{Db, DbError, DbResult};
use crate::registry;
use domain::AreaCode;
use domain::area::{Area, Level};
use std::cell::RefCell;
use std::collections::BTreeMap;

type Known = RefCell<BTreeMap<(String, String, bool), Result<AreaCode, Reason>>>;

/// Looks areas up in the registry, each name once.
pub struct Places<'c, 'd> {
    db: &'c Db<'d>,
    counties: Vec<AreaCode>,
    known: Known,
}

impl<'c, 'd> Places<'c, 'd> {
    /// Names that several areas share are taken to mean one in a county somebody works in.
    pub fn new(db: &'c Db<'d>) -> DbResult<Self> {
        Ok(Self { db, counties: registry::counties_at_work(db)?, known: RefCell::default() })
    }

    /// A village by its 12 digits or its name; `town` tells namesakes apart and may be empty.
    pub fn village(&self, written: &str, town: &str) -> Result<AreaCode, Reason> {
        self.find(written, town, &[Level::Village], true)
    }

    /// An area of any size by code or name: 清溪镇 is the town, though it has a 清溪社区; else the smallest that fits.
    pub fn any(&self, written: &str, town: &str) -> Result<AreaCode, Reason> {
        let said: &[Level] = match written.chars().next_back() {
            Some('镇' | '乡' | '道') => &[Level::Town],
            Some('县' | '区') if !written.ends_with("社区") => &[Level::County],
            Some('市') => &[Level::City, Level::County],
            Some('省') => &[Level::Province],
            _ => &[],
        };
        let all = [Level::Village, Level::Town, Level::County, Level::City, Level::Province];
        let levels: Vec<Level> = said.iter().copied().chain(all).collect();
        self.find(written, town, &levels, false)
    }

    fn find(&self, written: &str, town: &str, levels: &[Level], village: bool) -> Result<AreaCode, Reason> {
        let key = (written.to_owned(), town.to_owned(), village);
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let found = if written.bytes().all(|b| b.is_ascii_digit()) { self.by_code(written, village) } else { self.by_name(written, town, levels) };
        self.known.borrow_mut().insert(key, found.clone());
        found
    }

    fn by_code(&self, digits: &str, village: bool) -> Result<AreaCode, Reason> {
        let code: AreaCode = digits.parse().map_err(|_| "区划代码应为 12 位数字；请核对")?;
        if village && code.level() != Level::Village {
            return Err("这不是村（社区）的代码；请写 12 位的村（社区）代码".into());
        }
        match registry::area(self.db, &code).map_err(broken)? {
            Some(_) => Ok(code),
            None => Err("区划表里没有这个代码；请核对，或先导入区划".into()),
        }
    }

    fn by_name(&self, name: &str, town: &str, levels: &[Level]) -> Result<AreaCode, Reason> {
        for level in levels {
            let mut found = registry::areas_named(self.db, name, *level).map_err(broken)?;
            let mut town = town;
            if found.is_empty()
                && let Some((before, rest)) = split_town(name)
            {
                found = registry::areas_named(self.db, rest, *level).map_err(broken)?;
                town = before;
            }
            if !found.is_empty() {
                return self.the_one(found, town);
            }
        }
        Err("区划表里没有这个村（社区）；请核对名称，或写 12 位区划代码".into())
    }

    fn the_one(&self, mut found: Vec<Area>, town: &str) -> Result<AreaCode, Reason> {
        if !town.is_empty() {
            let wanted = registry::plain_name(town);
            let in_town = |a: &Area| {
                a.code.parent().and_then(|p| registry::area(self.db, &p).ok().flatten()).is_some_and(|t| registry::plain_name(&t.name) == wanted)
            };
            found.retain(in_town);
            if found.is_empty() {
                return Err("这个乡镇（街道）下没有这个村（社区）；请核对".into());
            }
        }
        let here: Vec<Area> = found.iter().filter(|a| self.counties.iter().any(|c| c.contains(&a.code))).cloned().collect();
        let found = if here.is_empty() { found } else { here };
        match found.as_slice() {
            [one] => Ok(one.code.clone()),
            several => Err(format!("有 {} 个地方叫这个名字；请加一列“乡镇”，或写 12 位区划代码", several.len())),
        }
    }
}

/// 安和县清溪镇桃源村 as 清溪镇 and 桃源村.
fn split_town(name: &str) -> Option<(&str, &str)> {
    let end = ["街道", "镇", "乡"].iter().filter_map(|kind| name.find(kind).map(|at| at + kind.len())).min()?;
    let (before, rest) = name.split_at_checked(end)?;
    let town = before.rsplit(['县', '市', '区', '省']).next().unwrap_or(before);
    let rest = rest.trim_start_matches(['-', '/', '·', ' ', '、', '—']);
    (!rest.is_empty() && town.chars().count() > 1).then_some((town, rest))
}

fn broken(_: DbError) -> Reason {
    "读区划表时出错；请稍后再试".into()
}
