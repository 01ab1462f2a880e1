//! Who can log in to the sample county, and how: one person of every role, working in the same place where possible.
use anyhow::Result;
use std::path::{Path, PathBuf};

use crate::programs::APP;
use crate::project::RUN;
use crate::server::{self, Staff};

/// Roles with their Chinese names, in the order in which one tries them.
const ROLES: [(&str, &str); 8] = [
    ("child_director", "儿童主任"),
    ("child_supervisor", "儿童督导员"),
    ("elder_care_specialist", "养老专员"),
    ("social_worker", "社工"),
    ("reviewer", "主管"),
    ("county_officer", "区民政"),
    ("administrator", "管理员"),
    ("volunteer", "志愿者"),
];

/// The role whose app is opened first.
pub(crate) const FIRST: &str = "child_director";

/// Where a role's device keeps its data.
pub(crate) fn home(role: &str) -> PathBuf {
    let place = std::env::current_dir().unwrap_or_default();
    place.join(RUN).join("devices").join(role)
}

/// Says how to log in as each role, with a fresh one-time code.
///
/// # Errors
/// When the server gives no staff or codes.
pub(crate) fn explain(address: &str) -> Result<()> {
    let staff = server::staff()?;
    let codes = one_of_each(&staff).into_iter().map(|(chinese, person)| Ok((chinese, person, server::code(person)?))).collect::<Result<Vec<_>>>()?;
    println!();
    println!("服务器地址 / server address: {address}");
    println!("用浏览器打开下面的地址，或用应用；填登记码（应用还要填服务器地址），再自己定一个六位 PIN。");
    println!(
        "Open the address in a browser, or the app; enter the one-time code (in the app also the server's address), then choose a six-digit PIN."
    );
    for (chinese, person, code) in codes {
        println!();
        println!("  {chinese} {} ({}, {})", person.name, person.role, person.areas.join(" "));
        println!("    登记码 / code       {code}");
        println!("    浏览器 / browser    {}", own_address(address, &person.role));
        println!("    应用 / app          NUANFANG_HOME={} {APP}", shown(&home(&person.role)).display());
    }
    println!();
    Ok(())
}

/// The server under a name of the role's own: to a browser each is a device of its own, and `*.localhost` is this machine.
fn own_address(address: &str, role: &str) -> String {
    let port = address.rsplit(':').next().unwrap_or_default();
    format!("http://{}.localhost:{port}/", role.replace('_', "-"))
}

/// One person of each role there is; the others as near as possible to the first, so that they see the same files.
fn one_of_each(staff: &[Staff]) -> Vec<(&'static str, &Staff)> {
    let centre = staff.iter().find(|person| person.role == FIRST);
    let near = |person: &Staff| centre.map_or(0, |centre| nearness(person, centre));
    ROLES
        .iter()
        .filter_map(|(role, chinese)| {
            let of_role = staff.iter().filter(|person| person.role == *role);
            // The first of equals: `max_by_key` would take the last.
            let nearest = of_role.rev().max_by_key(|person| near(person))?;
            Some((*chinese, nearest))
        })
        .collect()
}

/// How many digits of their area codes two people share at most.
fn nearness(one: &Staff, other: &Staff) -> usize {
    let pairs = one.areas.iter().flat_map(|a| other.areas.iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count()).max().unwrap_or(0)
}

/// A path as short as it can be typed here.
fn shown(path: &Path) -> &Path {
    std::env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, role: &str, area: &str) -> Staff {
        Staff { id: id.into(), name: id.into(), role: role.into(), areas: vec![area.into()] }
    }

    #[test]
    fn the_supervisor_is_the_one_of_the_directors_town() {
        let staff = [
            person("王督导", "child_supervisor", "990101002"),
            person("李主任", "child_director", "990101001201"),
            person("赵主任", "child_director", "990101001202"),
            person("陈督导", "child_supervisor", "990101001"),
        ];
        let chosen: Vec<&str> = one_of_each(&staff).iter().map(|(_, person)| person.id.as_str()).collect();
        assert_eq!(chosen, ["李主任", "陈督导"]);
    }
}
