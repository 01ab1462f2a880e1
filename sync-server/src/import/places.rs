//! Finds the area an office means, by its code or by a name as people write it.
use super::cell::Reason;
use crate::office::registry;
use crate::store::db::{Db, DbError, DbResult};
use chrono::NaiveDate;
use domain::AreaCode;
use domain::area::{Area, Level};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

type Known = RefCell<BTreeMap<(String, String, bool), Result<AreaCode, Reason>>>;

/// Looks areas up in the registry, each name once.
pub struct Places<'c, 'd> {
    db: &'c Db<'d>,
    counties: Vec<AreaCode>,
    known: Known,
    today: String,
    abolished: RefCell<BTreeMap<AreaCode, Option<String>>>,
}

impl<'c, 'd> Places<'c, 'd> {
    /// Names that several areas share are taken to mean one in a county somebody works in.
    pub fn new(db: &'c Db<'d>, today: NaiveDate) -> DbResult<Self> {
        let counties = registry::counties_at_work(db)?;
        Ok(Self { db, counties, known: RefCell::default(), today: today.to_string(), abolished: RefCell::default() })
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
            let (mut said, mut town) = (name, town);
            if found.is_empty()
                && let Some((before, rest)) = split_town(name)
            {
                found = registry::areas_named(self.db, rest, *level).map_err(broken)?;
                (said, town) = (rest, before);
            }
            if !found.is_empty() {
                return self.the_one(found, said, town);
            }
        }
        Err("区划表里没有这个村（社区）；请核对名称，或写 12 位区划代码".into())
    }

    /// Of areas whose names agree but for the kind (城东村, 城东社区) the one with the very name, in the town said, in force, in a
    /// county somebody works in.
    fn the_one(&self, mut found: Vec<Area>, name: &str, town: &str) -> Result<AreaCode, Reason> {
        prefer(&mut found, |a| with_kind(&a.name) == with_kind(name));
        if !town.is_empty() {
            let of = |a: &Area| a.code.parent().and_then(|p| registry::area(self.db, &p).ok().flatten());
            found.retain(|a| of(a).is_some_and(|t| registry::plain_name(&t.name) == registry::plain_name(town)));
            if found.is_empty() {
                return Err("这个乡镇（街道）下没有这个村（社区）；请核对".into());
            }
            prefer(&mut found, |a| of(a).is_some_and(|t| with_kind(&t.name) == with_kind(town)));
        }
        prefer(&mut found, |a| self.counties.iter().any(|c| c.contains(&a.code)));
        if found.len() > 1 {
            prefer(&mut found, |a| self.abolished(&a.code).is_none());
        }
        match found.as_slice() {
            [one] => Ok(one.code.clone()),
            several => Err(format!("有 {} 个地方叫这个名字；请加一列“乡镇”，或写 12 位区划代码", several.len())),
        }
    }

    /// The day from which an area's code is no longer in force, when that day has come.
    pub fn abolished(&self, code: &AreaCode) -> Option<String> {
        let mut known = self.abolished.borrow_mut();
        let day = known.entry(code.clone()).or_insert_with(|| registry::abolished(self.db, code).ok().flatten());
        day.clone().filter(|day| *day <= self.today)
    }

    /// The village that words such as 清溪镇桃源村留守儿童花名册 speak of: the name of a sheet, or what stands above its table.
    pub fn village_in(&self, words: &str) -> Option<AreaCode> {
        let found: BTreeSet<AreaCode> = words
            .split([' ', ':', '：', '(', '（', ')', '）', '-', '—', '《', '》', '、', '，'])
            .filter_map(|part| {
                let cuts = ["村", "社区", "居委会"].iter().flat_map(|end| part.match_indices(end).map(|(at, end)| at + end.len()));
                let names = cuts.filter_map(|at| part.get(..at));
                std::iter::once(part).filter(|part| !part.is_empty()).chain(names).find_map(|name| self.village(name, "").ok())
            })
            .collect();
        // Of several villages none is meant.
        let mut found = found.into_iter();
        found.next().filter(|_| found.next().is_none())
    }
}

fn prefer(found: &mut Vec<Area>, best: impl Fn(&Area) -> bool) {
    if found.iter().any(&best) {
        found.retain(best);
    }
}

/// The name with its kind and without the board's: 桃源村村民委员会 and 桃源村委会 are 桃源村.
fn with_kind(name: &str) -> String {
    let plain: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    let cut = |end: &str| plain.strip_suffix(end).filter(|rest| !rest.is_empty()).map(str::to_owned);
    let boards = ["村民委员会", "居民委员会", "居委会", "办事处", "人民政府"];
    if let Some(rest) = cut("村委会") {
        return if rest.ends_with('村') { rest } else { rest + "村" };
    }
    boards.iter().find_map(|board| cut(board)).unwrap_or(plain)
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
