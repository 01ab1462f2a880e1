//! The county's staff list from an office's file.
use super::cell::{self, Reason};
use super::places::Places;
use super::table::{self, SheetRow};
use super::workbook::{self, Sheet};
use super::{count, names};
use crate::office::registry::{self, StaffEntry};
use crate::store::db::Db;
use domain::api::{ImportReport, RowError};
use domain::roles::Role;
use domain::staff::Staff;
use domain::{AreaCode, Failure, StaffId, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;

#[derive(Clone, Copy, PartialEq)]
enum Col {
    Id,
    Name,
    Role,
    Phone,
    Areas,
    AreaCodes,
    Town,
    State,
}

fn meaning(header: &str, _: &[Option<Col>]) -> Option<Col> {
    Some(match header {
        "工号" | "编号" | "人员编号" | "员工编号" | "工作人员编号" | "账号" | "帐号" | "用户名" | "登录名" | "id" | "ID" => {
            Col::Id
        }
        "姓名" | "名字" | "人员姓名" | "工作人员姓名" | "工作人员" | "儿童主任姓名" | "用户姓名" => Col::Name,
        "角色" | "岗位" | "职务" | "身份" | "人员类别" | "类别" | "人员类型" | "岗位名称" | "职位" | "用户角色" => {
            Col::Role
        }
        "电话" | "手机" | "手机号" | "手机号码" | "联系电话" | "联系方式" | "电话号码" => Col::Phone,
        "负责区域" | "负责村" | "负责村居" | "负责村社区" | "负责片区" | "片区" | "区域" | "所属区域" | "管辖区域" | "服务区域" | "工作区域"
        | "责任区域" | "村" | "社区" | "村社区" | "村居" | "所属村" | "所属村居" | "所属村社区" | "所在村" | "所在村居" | "所在村社区"
        | "负责地区" | "辖区" => Col::Areas,
        "区划代码" | "区划编码" | "行政区划代码" | "村代码" | "村编码" | "区域代码" | "负责区域代码" | "区域编码" | "村社区代码" => {
            Col::AreaCodes
        }
        "乡镇" | "镇" | "街道" | "乡镇街道" | "镇街" | "所属乡镇" | "所在乡镇" | "所属乡镇街道" | "所属镇街" => {
            Col::Town
        }
        "状态" | "在岗情况" | "是否在岗" | "在职状态" | "在岗状态" => Col::State,
        _ => return None,
    })
}

/// What offices call the roles.
pub fn role(written: &str) -> Option<Role> {
    let plain: String = written.chars().take_while(|c| !matches!(c, '(' | '（')).filter(|c| !c.is_whitespace()).collect();
    Some(match plain.as_str() {
        "儿童主任" | "村儿童主任" | "社区儿童主任" | "村居儿童主任" => Role::ChildDirector,
        "儿童督导员" | "儿童督导" | "督导员" | "督导" | "乡镇儿童督导员" | "镇儿童督导员" | "未保站督导员" => {
            Role::ChildSupervisor
        }
        "养老专员" | "探访员" | "养老探访员" | "养老服务专员" | "养老顾问" | "助老员" => Role::ElderCareSpecialist,
        "社工" | "社会工作者" | "驻站社工" | "社工站社工" | "专职社工" => Role::SocialWorker,
        "主管" | "审核员" | "审核人" | "业务主管" => Role::Reviewer,
        "区民政" | "县民政" | "市民政" | "民政局" | "区民政局" | "县民政局" | "民政干部" | "民政专干" | "县民政干部" | "区民政干部" => {
            Role::CountyOfficer
        }
        "管理员" | "系统管理员" => Role::Administrator,
        "志愿者" | "义工" => Role::Volunteer,
        code => return code.parse().ok(),
    })
}

/// Takes in the staff list; see [`staff_of`]. Call it inside a transaction.
pub fn staff(db: &Db<'_>, file_name: &str, bytes: &[u8], yes: bool, now: Timestamp) -> Result<ImportReport, Failure> {
    staff_of(db, &workbook::open(file_name, bytes)?, yes, now)
}

/// Takes in the staff list. What it does not say stays as it was: who has left stays away until a list says 在职. A member of staff with
/// several rows under one id works in the areas of all of them. Another name, role or area of somebody known is listed, and changed only with
/// `yes`. Call it inside a transaction.
pub fn staff_of(db: &Db<'_>, sheets: &[Sheet], yes: bool, now: Timestamp) -> Result<ImportReport, Failure> {
    let places = Places::new(db, now.day()).map_err(super::trouble)?;
    let known = registry::all_staff(db).map_err(super::trouble)?;
    let mut report = ImportReport::default();
    let mut rows: Vec<StaffRow> = Vec::new();
    let mut read_sheets: Vec<&str> = Vec::new();
    for sheet in sheets.iter().filter(|s| !s.hidden) {
        let Some(table) = table::find(sheet, Col::Name, &meaning) else { continue };
        read_sheets.push(&sheet.name);
        table.tell_unread(Col::Name, &mut report);
        for line in table.lines().filter(|line| !line.is_heading()) {
            match read(&line, &places, &mut report.notes) {
                Ok(row) => rows.push(row),
                Err(errors) => report.errors.extend(errors),
            }
        }
    }
    let settled = settle(rows, &known, &mut report);
    tell_missing(&known, &settled, &mut report);
    for (row, id) in settled {
        take_in(db, row, id, &known, yes, now, &mut report)?;
    }
    table::tell_sheets(sheets, &read_sheets, "“姓名”“岗位”和“负责区域”", &mut report);
    Ok(report)
}

/// One row of the list; what it does not say is none.
struct StaffRow {
    sheet: Arc<str>,
    row: u32,
    id: Option<StaffId>,
    name: String,
    role: Role,
    phone: Option<String>,
    active: Option<bool>,
    areas: Vec<AreaCode>,
    headers: Headers,
}

/// The words above the columns.
#[derive(Clone)]
struct Headers {
    id: Arc<str>,
    name: Arc<str>,
    role: Arc<str>,
    areas: Arc<str>,
}

impl StaffRow {
    fn told(&self, column: &str, reason: impl Into<String>) -> RowError {
        RowError { sheet: self.sheet.to_string(), row: self.row, column: column.to_owned(), reason: reason.into() }
    }
}

fn read(line: &SheetRow<'_, '_, Col>, places: &Places<'_, '_>, notes: &mut Vec<RowError>) -> Result<StaffRow, Vec<RowError>> {
    let mut errors = Vec::new();
    let told = |col: Col, fallback: &str, reason: Reason| {
        let header = line.header(col);
        line.wrong(if header.is_empty() { fallback } else { &header }, reason)
    };
    let id = line.text(Col::Id).and_then(|s| match s.as_str() {
        "" => Ok(None),
        s => s.parse::<StaffId>().map(Some).map_err(|_| "编号只能用字母、数字、“-”和“_”".into()),
    });
    let name = names::name(line.get(Col::Name)).and_then(|s| match names::nobody(&s) {
        _ if s.is_empty() => Err("没有写姓名".into()),
        Some(reason) => Err(reason.to_owned()),
        None => Ok(s),
    });
    let role = line.text(Col::Role).and_then(|s| if s.is_empty() { Err("没有写岗位".into()) } else { one_role(&s) });
    let phone = match cell::phones(line.get(Col::Phone)) {
        Ok(phones) => {
            notes.extend(phones.note.map(|note| told(Col::Phone, "电话", note.into())));
            phones.number
        }
        Err(reason) => {
            notes.push(told(Col::Phone, "电话", reason));
            None
        }
    };
    let areas = areas(line, places);
    for area in areas.iter().flatten() {
        notes.extend(places.abolished(area).map(|day| told(Col::Areas, "负责区域", format!("其中有代码已于 {day} 停用；请核对"))));
    }
    let state = line.text(Col::State).unwrap_or_default();
    let mut keep = |e: RowError| errors.push(e);
    let id = id.map_err(|r| keep(told(Col::Id, "编号", r)));
    let name = name.map_err(|r| keep(told(Col::Name, "姓名", r)));
    let role = role.map_err(|r| keep(told(Col::Role, "岗位", r)));
    let areas = areas.map_err(|r| keep(told(Col::Areas, "负责区域", r)));
    let active = active(&state).map_err(|r| keep(told(Col::State, "状态", r)));
    let headers = Headers {
        id: column(line, Col::Id, "编号"),
        name: column(line, Col::Name, "姓名"),
        role: column(line, Col::Role, "岗位"),
        areas: column(line, Col::Areas, "负责区域"),
    };
    match (id, name, role, areas, active) {
        (Ok(id), Ok(name), Ok(role), Ok(areas), Ok(active)) => {
            Ok(StaffRow { sheet: line.sheet_name(), row: line.number(), id, name, role, phone, active, areas, headers })
        }
        _ => Err(errors),
    }
}

fn column(line: &SheetRow<'_, '_, Col>, col: Col, fallback: &str) -> Arc<str> {
    let header = line.header(col);
    if header.is_empty() { fallback.into() } else { header }
}

/// One post. Two in a cell are two jobs of work: each sees other files, and has its own number.
fn one_role(written: &str) -> Result<Role, Reason> {
    if let Some(role) = role(written) {
        return Ok(role);
    }
    let posts = written.split(['兼', '、', ',', '，', '/', '+', ';', '；', ' ', '和', '及']).filter(|s| !s.trim().is_empty());
    let known: BTreeSet<Role> = posts.filter_map(|post| role(post.trim())).collect();
    Err(if known.len() > 1 {
        "一个编号只能有一个岗位；请分成两行，各写一个编号".into()
    } else {
        "岗位不认识；请写儿童主任、儿童督导员、养老专员、社工、主管、区民政、管理员或志愿者".into()
    })
}

/// Whether she works here, by the words offices use; none where nothing is said. An error for a word that is not known: guessing wrong
/// would leave somebody who has gone her access.
fn active(state: &str) -> Result<Option<bool>, Reason> {
    let plain = state.strip_prefix("已").unwrap_or(state);
    let begins = |words: &[&str]| words.iter().any(|word| plain.starts_with(word));
    if plain.is_empty() {
        return Ok(None);
    }
    if begins(&["在", "正常", "是", "试用", "返聘", "兼"]) {
        return Ok(Some(true));
    }
    let gone = begins(&["离", "退", "停", "否", "不", "辞", "调", "解", "免", "借调", "去世", "注销", "撤"]);
    if gone { Ok(Some(false)) } else { Err("状态不认识；请写在职或离职".into()) }
}

fn areas(line: &SheetRow<'_, '_, Col>, places: &Places<'_, '_>) -> Result<Vec<AreaCode>, Reason> {
    let town = line.text(Col::Town)?;
    let written = [line.text(Col::AreaCodes)?, line.text(Col::Areas)?].into_iter().find(|s| !s.is_empty()).unwrap_or_default();
    let town_for = |name: &str| if name == town { "" } else { town.as_str() };
    let of = if written.is_empty() { town.as_str() } else { written.as_str() };
    if of.is_empty() {
        return Err("没有写负责区域".into());
    }
    let mut found = cell::split(of, |name| places.any(name, town_for(name)))?;
    found.sort();
    found.dedup();
    // 清溪镇 桃源村 would give her the whole town.
    let within = |a: &AreaCode| found.iter().any(|b| a != b && b.contains(a));
    if found.iter().any(within) {
        return Err("既写了乡镇，又写了其中的村；只负责村的，乡镇请写到“乡镇”一列".into());
    }
    Ok(found)
}

/// Brings the rows of each member of staff together and finds out who she is. Nobody is joined by name: who has neither an id nor the
/// telephone of somebody known, and shares a name, is asked about.
fn settle(rows: Vec<StaffRow>, known: &[StaffEntry], report: &mut ImportReport) -> Vec<(StaffRow, StaffId)> {
    let alone = |at: usize, row: &StaffRow| {
        let mut others = rows.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other);
        !others.any(|other| other.name == row.name && !(other.phone.is_some() && other.phone == row.phone))
    };
    let alone: Vec<bool> = rows.iter().enumerate().map(|(at, row)| alone(at, row)).collect();
    let mut settled: Vec<(StaffRow, StaffId)> = Vec::new();
    let mut next = first_free(known, &rows);
    for (row, alone) in rows.into_iter().zip(alone) {
        let id = match &row.id {
            Some(id) => id.clone(),
            None => match nameless(&row, known, &settled, alone) {
                Ok(Some(id)) => id,
                Ok(None) => {
                    let id = format!("S{next:03}").parse();
                    next = next.saturating_add(1);
                    let Ok(id) = id else { continue };
                    id
                }
                Err(reason) => {
                    report.errors.push(row.told(&row.headers.name, reason));
                    continue;
                }
            },
        };
        match settled.iter_mut().find(|(_, before)| *before == id) {
            Some((first, _)) if first.name != row.name => report.errors.push(row.told(&row.headers.id, "这个编号前面已经给了另一个人；请核对")),
            Some((first, _)) if first.role != row.role => {
                report.errors.push(row.told(&row.headers.id, "同一个人前面写的是另一个岗位；一个编号只能有一个岗位"));
            }
            Some((first, _)) => {
                first.areas.extend(row.areas);
                first.phone = first.phone.take().or(row.phone);
                first.active = first.active.or(row.active);
            }
            None => settled.push((row, id)),
        }
    }
    settled
}

/// The id of somebody without one in the list; none for somebody new.
fn nameless(row: &StaffRow, known: &[StaffEntry], settled: &[(StaffRow, StaffId)], alone: bool) -> Result<Option<StaffId>, Reason> {
    let same = |name: &str, phone: &str| name == row.name && row.phone.as_deref() == Some(phone);
    if let Some((_, id)) = settled.iter().find(|(other, _)| same(&other.name, other.phone.as_deref().unwrap_or_default())) {
        return Ok(Some(id.clone()));
    }
    if !alone {
        return Err("名单里有几个同名的人，没有编号分不清，都没有导入；是同一个人的请写同一个编号，不是的各写一个编号".into());
    }
    let namesakes: Vec<&StaffEntry> = known.iter().filter(|e| e.staff.name == row.name).collect();
    let by_phone = namesakes.iter().find(|e| !e.phone.is_empty() && same(&e.staff.name, &e.phone));
    let as_before = |e: &&&StaffEntry| {
        let mut areas = row.areas.clone();
        areas.sort();
        e.staff.role == row.role && e.staff.areas == areas && (row.phone.is_none() || e.phone.is_empty())
    };
    match (by_phone, namesakes.iter().find(as_before), namesakes.first()) {
        (Some(e), ..) | (None, Some(e), _) => Ok(Some(e.staff.id.clone())),
        (None, None, None) => Ok(None),
        (None, None, Some(e)) => Err(format!("已有同名的 {}，没有导入；是同一个人的请写这个编号，不是的请另写一个编号", e.staff.id)),
    }
}

fn first_free(known: &[StaffEntry], rows: &[StaffRow]) -> u32 {
    let ids = known.iter().map(|e| &e.staff.id).chain(rows.iter().filter_map(|r| r.id.as_ref()));
    let last = ids.filter_map(|id| id.as_str().strip_prefix('S')?.parse::<u32>().ok()).max();
    last.unwrap_or(0).saturating_add(1)
}

/// Writes one member of staff, or says what would change about somebody known.
fn take_in(
    db: &Db<'_>,
    row: StaffRow,
    id: StaffId,
    known: &[StaffEntry],
    yes: bool,
    now: Timestamp,
    report: &mut ImportReport,
) -> Result<(), Failure> {
    let mut areas = row.areas.clone();
    areas.sort();
    areas.dedup();
    let staff = Staff { id, name: row.name.clone(), role: row.role, areas };
    let Some(before) = known.iter().find(|e| e.staff.id == staff.id) else {
        let entry = StaffEntry { staff, phone: row.phone.clone().unwrap_or_default(), active: row.active.unwrap_or(true) };
        count(report, registry::upsert_staff(db, &entry, now).map_err(super::trouble)?);
        return Ok(());
    };
    let mut changes = Vec::new();
    if before.staff.name != staff.name {
        changes.push((&row.headers.name, format!("编号 {} 原来是另一个人", staff.id)));
    }
    if before.staff.role != staff.role {
        let word = |role: Role| text::Text::new(text::Lang::ZhCn).role(role);
        changes.push((&row.headers.role, format!("{} 的岗位由{}改为{}", staff.id, word(before.staff.role), word(staff.role))));
    }
    if before.staff.areas != staff.areas {
        let list = |areas: &[AreaCode]| areas.iter().map(AreaCode::as_str).collect::<Vec<_>>().join("、");
        changes.push((&row.headers.areas, format!("{} 的负责区域由 {} 改为 {}", staff.id, list(&before.staff.areas), list(&staff.areas))));
    }
    for (column, change) in &changes {
        if yes {
            report.notes.push(row.told(column, format!("{change}：已更改")));
        } else {
            report.errors.push(row.told(column, format!("{change}：没有更改；请核对，对的在上面点“是”（命令行加 --yes）")));
        }
    }
    report.asked += if yes { 0 } else { changes.len() as u64 };
    if !yes && before.staff.name != staff.name {
        return Ok(());
    }
    let staff = if yes { staff } else { before.staff.clone() };
    let active = row.active.unwrap_or(before.active);
    if !before.active && row.active.is_none() {
        report.notes.push(row.told(&row.headers.name, format!("{} 已离职，仍按离职；回来的请在“状态”里写“在职”", staff.id)));
    }
    let entry = StaffEntry { staff, phone: row.phone.clone().unwrap_or_else(|| before.phone.clone()), active };
    count(report, registry::upsert_staff(db, &entry, now).map_err(super::trouble)?);
    Ok(())
}

/// Who works in the list's counties and is not in the list: a person who has left keeps her access until a list says so.
fn tell_missing(known: &[StaffEntry], settled: &[(StaffRow, StaffId)], report: &mut ImportReport) {
    let Some((first, _)) = settled.first() else { return };
    let counties: BTreeSet<AreaCode> = settled.iter().flat_map(|(row, _)| row.areas.iter().filter_map(AreaCode::county)).collect();
    let here = |e: &&StaffEntry| e.staff.areas.iter().any(|a| counties.iter().any(|c| c.contains(a)));
    let listed = |e: &&StaffEntry| settled.iter().any(|(_, id)| *id == e.staff.id);
    let missing: Vec<&str> = known.iter().filter(|e| e.active).filter(here).filter(|e| !listed(e)).map(|e| e.staff.id.as_str()).collect();
    if !missing.is_empty() {
        let some = missing.iter().take(20).copied().collect::<Vec<_>>().join("、");
        let rest = if missing.len() > 20 { "等" } else { "" };
        let reason = format!("系统里还有 {} 名在职人员不在这张名单里：{some}{rest}；没有更改，离职的请在名单里写“离职”", missing.len());
        report.notes.push(RowError { sheet: first.sheet.to_string(), row: 1, column: String::new(), reason });
    }
}
