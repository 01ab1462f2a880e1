//! What the columns of a roster mean: the person's own, and those of the people around her.
use super::relative::{Direction, Of, Who};

/// A column of a roster.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Col {
    Name,
    IdNumber,
    Sex,
    Birth,
    Ethnic,
    Village,
    VillageCode,
    Group,
    Town,
    Phone,
    Landline,
    Address,
    Category,
    Since,
    Reason,
    Risk,
    RiskReason,
    Carer,
    GuardianGrade,
    School,
    Health,
    Disability,
    DisabilityGrade,
    Certificate,
    Charge,
    /// Whether a person of the same name is the same: 同一人, 另一人.
    Same,
    /// Of somebody around the person.
    Kin(Who, Of),
}

/// What a header stands for. A telephone belongs to the name before it; so do birth and number where the person's own stood already.
pub fn meaning(header: &str, left: &[Option<Col>]) -> Option<Col> {
    if header == "关系" {
        return Some(Col::Kin(related(left), Of::Relation(Direction::ToPerson)));
    }
    if let Some(kin) = of_kin(header) {
        return Some(kin);
    }
    if let Some((who, direction)) = relation(header) {
        return Some(Col::Kin(who.unwrap_or_else(|| related(left)), Of::Relation(direction)));
    }
    let own = own(header).or_else(|| SUBJECTS.iter().find_map(|s| own(header.strip_prefix(s)?)));
    let Some(near) = nearest(left) else { return own.filter(|col| *col != Col::Phone || left.last() != Some(&Some(Col::Charge))) };
    let before = |col: Col| left.contains(&Some(col));
    match (own, place(header)) {
        (Some(Col::Phone | Col::Landline), _) if is_phone(header) => Some(Col::Kin(near, Of::Phone)),
        (Some(Col::Birth), _) if before(Col::Birth) => Some(Col::Kin(near, Of::Birth)),
        (Some(Col::IdNumber), _) if before(Col::IdNumber) => Some(Col::Kin(near, Of::IdNumber)),
        (Some(Col::Address), _) if before(Col::Address) => Some(Col::Kin(near, Of::Address)),
        (None, Some(of)) => Some(Col::Kin(near, of)),
        (own, _) => own,
    }
}

/// What a header stands for on a list of households that names nobody but their heads: those are the persons.
pub fn of_heads(header: &str, left: &[Option<Col>]) -> Option<Col> {
    Some(match meaning(header, left)? {
        Col::Kin(Who::Head, Of::Name) => Col::Name,
        Col::Kin(Who::Head, Of::IdNumber) => Col::IdNumber,
        Col::Kin(Who::Head, Of::Birth) => Col::Birth,
        Col::Kin(Who::Head, Of::Phone) => Col::Phone,
        Col::Kin(Who::Head, Of::Address) => Col::Address,
        other => other,
    })
}

/// Whose columns stand to the left without one of the person's own between.
fn nearest(left: &[Option<Col>]) -> Option<Who> {
    let own = |col: &&Option<Col>| !matches!(col, Some(Col::Kin(..)) | None);
    let run = left.iter().rev().take_while(|col| !own(col));
    run.filter_map(|col| if let Some(Col::Kin(who, _)) = col { Some(*who) } else { None }).next()
}

/// With whom a relation is that the head does not say: the carer named last.
fn related(left: &[Option<Col>]) -> Who {
    let carer = |col: &Option<Col>| match col {
        Some(Col::Kin(who @ (Who::Guardian | Who::Entrusted | Who::Head), Of::Name | Of::Both)) => Some(*who),
        _ => None,
    };
    left.iter().rev().find_map(carer).unwrap_or(Who::Guardian)
}

fn is_phone(header: &str) -> bool {
    matches!(header, "电话" | "手机" | "手机号" | "手机号码" | "联系电话" | "联系方式" | "电话号码" | "联系手机")
}

fn is_number(header: &str) -> bool {
    matches!(
        header,
        "身份证号"
            | "身份证号码"
            | "公民身份号码"
            | "公民身份证号码"
            | "居民身份证号"
            | "居民身份证号码"
            | "证件号"
            | "证件号码"
            | "身份证"
            | "身份证件号"
            | "身份证件号码"
            | "身份号码"
    )
}

fn place(header: &str) -> Option<Of> {
    let plain = ["当前", "目前", "现在", "外出"].iter().find_map(|word| header.strip_prefix(word)).unwrap_or(header);
    matches!(plain, "务工地点" | "务工地" | "打工地点" | "打工地" | "工作地点" | "工作地" | "去向" | "地点" | "务工地址" | "流入地")
        .then_some(Of::Place)
}

/// Whom the head speaks of, where it says so, and which way round: 与儿童关系 is what the relative is to the person.
fn relation(header: &str) -> Option<(Option<Who>, Direction)> {
    let with = header.strip_prefix("与")?.strip_suffix("关系")?;
    let with = with.strip_suffix('的').unwrap_or(with);
    if SUBJECTS.contains(&with) || matches!(with, "其" | "被监护人" | "申请人" | "被照护人" | "被照料人" | "被抚养人" | "被赡养人")
    {
        return Some((None, Direction::ToPerson));
    }
    let who = Who::NAMES.iter().find(|(word, _)| *word == with).map(|(_, who)| *who)?;
    Some((Some(who), Direction::FromPerson))
}

fn of_kin(header: &str) -> Option<Col> {
    let (who, rest) = Who::NAMES.iter().find_map(|(word, who)| Some((*who, header.strip_prefix(word)?)))?;
    let rest = rest.strip_prefix('的').unwrap_or(rest);
    let of = match rest {
        "" | "姓名" | "名字" | "名称" => Of::Name,
        rest if is_phone(rest) => Of::Phone,
        rest if is_number(rest) => Of::IdNumber,
        "出生日期" | "出生年月" | "出生年月日" | "生日" => Of::Birth,
        "住址" | "地址" | "居住地" | "居住地址" | "居住地地址" | "现住址" | "现居住地" | "家庭住址" => Of::Address,
        "姓名及联系电话"
        | "姓名及电话"
        | "姓名电话"
        | "及电话"
        | "及联系电话"
        | "姓名联系电话"
        | "姓名和电话"
        | "姓名和联系电话"
        | "姓名及联系方式"
        | "姓名联系方式"
        | "及联系方式"
        | "姓名与联系电话"
        | "姓名与电话"
        | "姓名手机号"
        | "姓名及手机号"
        | "姓名及手机号码" => Of::Both,
        "关系" => Of::Relation(Direction::ToPerson),
        rest => match (relation(rest), place(rest)) {
            (Some((None, direction)), _) => Of::Relation(direction),
            (_, Some(of)) => of,
            _ => return None,
        },
    };
    Some(Col::Kin(who, of))
}

const SUBJECTS: &[&str] = &[
    "留守儿童",
    "困境儿童",
    "流动儿童",
    "儿童",
    "孩子",
    "未成年人",
    "老年人",
    "老人",
    "服务对象",
    "探访对象",
    "帮扶对象",
    "走访对象",
    "保障对象",
    "对象",
    "本人",
    "被探访人",
];

fn own(header: &str) -> Option<Col> {
    Some(match header {
        "姓名" | "名字" | "名称" => Col::Name,
        header if is_number(header) => Col::IdNumber,
        header if is_phone(header) => Col::Phone,
        "性别" => Col::Sex,
        "出生日期" | "出生年月" | "出生年月日" | "出生时间" | "生日" => Col::Birth,
        "民族" => Col::Ethnic,
        "村" | "社区" | "村居" | "村社区" | "村居社区" | "村名" | "村名称" | "村社区名称" | "社区名称" | "所属村" | "所属社区" | "所属村居"
        | "所属村社区" | "所在村" | "所在社区" | "所在村居" | "所在村社区" | "村居委会" | "村委会" | "居住村" | "户籍村" | "现居住村社区"
        | "行政村" | "村居街委会" => Col::Village,
        "村编码"
        | "村代码"
        | "村居代码"
        | "村居编码"
        | "社区编码"
        | "社区代码"
        | "村社区代码"
        | "村社区编码"
        | "区划代码"
        | "区划编码"
        | "行政区划代码"
        | "统计用区划代码"
        | "所属村编码"
        | "所属村代码" => Col::VillageCode,
        "组" | "村民小组" | "村组" | "小组" | "组别" | "所在组" | "所属组" | "社" => Col::Group,
        "乡镇" | "镇" | "街道" | "镇街" | "乡镇街道" | "所属乡镇" | "所在乡镇" | "所属镇街" | "所在镇街" | "所属乡镇街道" | "所属街道"
        | "所在街道" | "乡镇名称" | "镇街道" => Col::Town,
        "本人电话" => Col::Phone,
        "住宅电话" | "固定电话" | "座机" | "座机号" | "座机号码" | "家庭电话" => Col::Landline,
        "地址" | "家庭住址" | "家庭地址" | "详细地址" | "住址" | "现住址" | "居住地址" | "现居住地址" | "现居住地" | "居住地" | "通讯地址"
        | "家庭详细地址" | "实际居住地" | "居住地地址" => Col::Address,
        "类别" | "人员类别" | "困境类型" | "困境类别" | "人员类型" | "类型" | "特殊类型" | "特殊类别" | "分类" | "儿童类别" | "老人类别"
        | "困境儿童分类" => Col::Category,
        "纳入日期" | "纳入时间" | "认定日期" | "认定时间" | "建档日期" | "建档时间" | "列入日期" | "纳入保障时间" => {
            Col::Since
        }
        "纳入原因" | "困境原因" | "认定原因" | "致困原因" => Col::Reason,
        "风险等级" | "风险" | "风险级别" | "风险程度" | "关爱等级" | "走访等级" => Col::Risk,
        "风险原因" | "风险说明" | "风险情况" => Col::RiskReason,
        "实际照料人" | "实际照护人" | "实际抚养人" | "主要照料人" => Col::Carer,
        "监护情况" | "监护状况" | "监护评估" | "监护等级" | "监护评估等级" | "监护情况评估" | "监护类型" | "监护状态" | "监护评估结果"
        | "实际监护情况" => Col::GuardianGrade,
        "就读学校" | "学校" | "就读学校及年级" | "学校年级" | "就学情况" | "就读情况" | "就读学校班级" | "学校班级" => {
            Col::School
        }
        "健康状况" | "身体状况" | "健康情况" | "身体情况" | "患病情况" => Col::Health,
        "残疾类别" | "残疾类型" | "残疾情况" | "残疾种类" | "残疾类别等级" | "残疾类别及等级" | "残疾类别和等级" | "残疾" | "是否残疾" => {
            Col::Disability
        }
        "残疾等级" | "残疾级别" | "残疾程度" => Col::DisabilityGrade,
        "残疾证号" | "残疾证号码" | "残疾人证号" | "残疾证" => Col::Certificate,
        "责任人" | "儿童主任" | "探访员" | "责任儿童主任" | "包保责任人" | "帮扶责任人" | "走访责任人" | "探访责任人" | "联系干部" | "养老专员"
        | "责任社工" | "负责社工" => Col::Charge,
        "核对" | "核对结果" | "是否同一人" | "重名核对" => Col::Same,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(headers: &[&str]) -> Vec<Option<Col>> {
        let mut left = Vec::new();
        for header in headers {
            let col = meaning(header, &left);
            left.push(col);
        }
        left
    }

    #[test]
    fn the_ministrys_form_of_2016_is_read_as_it_is_meant() {
        use Of::*;
        let own = row(&["姓名", "性别", "民族", "出生日期", "公民身份证号码", "户籍所在地", "现居住地", "身体情况", "残疾类别及等级"]);
        assert!(own.iter().enumerate().all(|(at, col)| col.is_some() == (at != 5)), "{own:?}");
        let family = row(&[
            "出生日期",
            "公民身份证号码",
            "现居住地",
            "祖父姓名",
            "出生日期",
            "外祖母姓名",
            "出生日期",
            "父亲姓名",
            "出生日期",
            "当前务工地点",
            "联系电话",
            "母亲姓名",
            "联系电话",
            "父亲公民身份证号码",
            "委托监护人姓名",
            "受委托监护人电话",
            "公民身份证号码",
            "与被监护人关系",
            "居住地地址",
            "监护情况",
        ]);
        let kin = |who, of| Some(Col::Kin(who, of));
        assert_eq!(
            family[3..],
            [
                kin(Who::Grandfather, Name),
                kin(Who::Grandfather, Birth),
                kin(Who::MothersMother, Name),
                kin(Who::MothersMother, Birth),
                kin(Who::Father, Name),
                kin(Who::Father, Birth),
                kin(Who::Father, Place),
                kin(Who::Father, Phone),
                kin(Who::Mother, Name),
                kin(Who::Mother, Phone),
                kin(Who::Father, IdNumber),
                kin(Who::Entrusted, Name),
                kin(Who::Entrusted, Phone),
                kin(Who::Entrusted, IdNumber),
                kin(Who::Entrusted, Relation(Direction::ToPerson)),
                kin(Who::Entrusted, Address),
                Some(Col::GuardianGrade),
            ]
        );
    }

    #[test]
    fn a_telephone_belongs_to_the_name_before_it() {
        assert_eq!(row(&["姓名", "联系电话"])[1], Some(Col::Phone));
        assert_eq!(row(&["姓名", "监护人", "与儿童关系", "联系电话"])[3], Some(Col::Kin(Who::Guardian, Of::Phone)));
        assert_eq!(row(&["姓名", "监护人", "村", "联系电话"])[3], Some(Col::Phone));
        assert_eq!(row(&["姓名", "责任人", "联系电话"])[2], None, "the worker's own is in the staff list");
        assert_eq!(row(&["姓名", "紧急联系人", "紧急联系人电话"])[2], Some(Col::Kin(Who::Guardian, Of::Phone)));
        assert_eq!(row(&["姓名", "监护人姓名及联系电话"])[1], Some(Col::Kin(Who::Guardian, Of::Both)));
    }
}
