//! The county's staff list from an office's file.
use super::cell::{self, Reason};
use super::places::Places;
use super::table::{self, Line};
use super::{count, workbook};
use crate::db::Db;
use crate::registry::{self, StaffEntry};
use domain::api::{ImportReport, RowError};
use domain::idnumber::normalise_phone;
use domain::roles::Role;
use domain::staff::Staff;
use domain::{AreaCode, Failure, StaffId, Timestamp};

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

fn meaning(header: &str) -> Option<Col> {
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

/// Takes in the staff list. A member of staff with several rows works in the areas of all of them. Call it inside a transaction.
pub fn staff(db: &Db<'_>, file_name: &str, bytes: &[u8], now: Timestamp) -> Result<ImportReport, Failure> {
    let sheets = workbook::open(file_name, bytes)?;
    let places = Places::new(db).map_err(super::trouble)?;
    let known = registry::all_staff(db).map_err(super::trouble)?;
    let mut report = ImportReport::default();
    let mut entries: Vec<StaffEntry> = Vec::new();
    let mut found = false;
    for sheet in &sheets {
        let Some(table) = table::find(sheet, Col::Name, &meaning) else { continue };
        found = true;
        for line in table.lines() {
            if line.is_heading() {
                continue;
            }
            match read(&line, &places) {
                Ok(row) => take(row, &known, &mut entries).unwrap_or_else(|reason| report.errors.push(line.wrong(line.header(Col::Id), reason))),
                Err(errors) => report.errors.extend(errors),
            }
        }
    }
    for entry in &entries {
        count(&mut report, registry::upsert_staff(db, entry, now).map_err(super::trouble)?);
    }
    report.errors.extend(table::no_table(&sheets, found, "“姓名”“岗位”和“负责区域”"));
    Ok(report)
}

struct StaffRow {
    id: Option<StaffId>,
    name: String,
    role: Role,
    phone: String,
    active: bool,
    areas: Vec<AreaCode>,
}

fn read(line: &Line<'_, '_, Col>, places: &Places<'_, '_>) -> Result<StaffRow, Vec<RowError>> {
    let mut errors = Vec::new();
    let mut note = |col: Col, fallback: &str, reason: Reason| {
        let header = line.header(col);
        errors.push(line.wrong(if header.is_empty() { fallback.to_owned() } else { header }, reason));
    };
    let id = line.text(Col::Id).and_then(|s| match s.as_str() {
        "" => Ok(None),
        s => s.parse::<StaffId>().map(Some).map_err(|_| "编号只能用字母、数字、“-”和“_”".into()),
    });
    let name = cell::name(line.get(Col::Name)).and_then(|s| if s.is_empty() { Err("没有写姓名".into()) } else { Ok(s) });
    let role = line.text(Col::Role).and_then(|s| match s.as_str() {
        "" => Err("没有写岗位".into()),
        s => role(s).ok_or_else(|| "岗位不认识；请写儿童主任、儿童督导员、养老专员、社工、主管、区民政、管理员或志愿者".into()),
    });
    let phone = line.text(Col::Phone).and_then(|s| match s.as_str() {
        "" => Ok(String::new()),
        s => normalise_phone(s).ok_or_else(|| "电话号码不对；请写 11 位手机号或带区号的座机".into()),
    });
    let areas = areas(line, places);
    let state = line.text(Col::State).unwrap_or_default();
    let id = id.map_err(|r| note(Col::Id, "编号", r));
    let name = name.map_err(|r| note(Col::Name, "姓名", r));
    let role = role.map_err(|r| note(Col::Role, "岗位", r));
    let phone = phone.map_err(|r| note(Col::Phone, "电话", r));
    let areas = areas.map_err(|r| note(Col::Areas, "负责区域", r));
    let active = active(&state).ok_or("状态不认识；请写在职或离职".into()).map_err(|r| note(Col::State, "状态", r));
    match (id, name, role, phone, areas, active) {
        (Ok(id), Ok(name), Ok(role), Ok(phone), Ok(areas), Ok(active)) => Ok(StaffRow { id, name, role, phone, active, areas }),
        _ => Err(errors),
    }
}

/// Whether she works here, by the words offices use. None for a word that is not known: guessing wrong would leave somebody who has
/// gone her access.
fn active(state: &str) -> Option<bool> {
    let plain = state.strip_prefix("已").unwrap_or(state);
    let begins = |words: &[&str]| words.iter().any(|word| plain.starts_with(word));
    if plain.is_empty() || begins(&["在", "正常", "是", "试用", "返聘", "兼"]) {
        return Some(true);
    }
    begins(&["离", "退", "停", "否", "不", "辞", "调", "解", "免", "借调", "去世", "注销", "撤"]).then_some(false)
}

fn areas(line: &Line<'_, '_, Col>, places: &Places<'_, '_>) -> Result<Vec<AreaCode>, Reason> {
    let town = line.text(Col::Town)?;
    let written = [line.text(Col::AreaCodes)?, line.text(Col::Areas)?].into_iter().find(|s| !s.is_empty()).unwrap_or_default();
    let of_town = if written.is_empty() { vec![town.clone()] } else { Vec::new() };
    let names: Vec<String> = cell::parts(&written).map(str::to_owned).chain(of_town).filter(|s| !s.is_empty()).collect();
    if names.is_empty() {
        return Err("没有写负责区域".into());
    }
    let town_for = |name: &str| if name == town { "" } else { town.as_str() };
    names.iter().map(|name| places.any(name, town_for(name))).collect()
}

/// Adds a row to what the file said before. Without an id the member of staff is found by name and telephone, or gets a new id.
fn take(row: StaffRow, known: &[StaffEntry], entries: &mut Vec<StaffEntry>) -> Result<(), Reason> {
    let same = |e: &&StaffEntry| e.staff.name == row.name && (e.phone == row.phone || row.phone.is_empty()) && e.staff.role == row.role;
    let id = match &row.id {
        Some(id) => id.clone(),
        None => match entries.iter().find(same).or_else(|| known.iter().find(same)) {
            Some(entry) => entry.staff.id.clone(),
            None => free_id(known, entries)?,
        },
    };
    match entries.iter_mut().find(|e| e.staff.id == id) {
        Some(entry) if entry.staff.name != row.name => Err("这个编号前面已经给了另一个人；请核对".into()),
        Some(entry) if entry.staff.role != row.role => Err("同一个人前面写的是另一个岗位；一个编号只能有一个岗位".into()),
        Some(entry) => {
            entry.staff.areas.extend(row.areas);
            if entry.phone.is_empty() {
                entry.phone = row.phone;
            }
            Ok(())
        }
        None => {
            let staff = Staff { id, name: row.name, role: row.role, areas: row.areas };
            entries.push(StaffEntry { staff, phone: row.phone, active: row.active });
            Ok(())
        }
    }
}

fn free_id(known: &[StaffEntry], entries: &[StaffEntry]) -> Result<StaffId, Reason> {
    let number = |e: &StaffEntry| e.staff.id.as_str().strip_prefix('S').and_then(|n| n.parse::<u32>().ok());
    let last = known.iter().chain(entries).filter_map(number).max().unwrap_or(0);
    format!("S{:03}", last.saturating_add(1)).parse().map_err(|_| "编号用完了".to_owned())
}
