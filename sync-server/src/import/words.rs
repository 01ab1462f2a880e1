//! Words of office lists and the codes they stand for.
use chrono::{Datelike, NaiveDate};
use domain::{Category, Programme};

/// A category as offices write it. `age` and `hint` (what stands above the table) tell 留守 children from 留守 elders.
pub fn category(written: &str, age: Option<u32>, hint: Option<Programme>) -> Option<Category> {
    use Category::*;
    let mut plain: String = written.chars().filter(|c| !c.is_whitespace() && !"()（）".contains(*c)).collect();
    for (long, short) in [("农村", ""), ("老年人", "老人"), ("未成年人", "儿童"), ("计划生育", "计生")] {
        plain = plain.replace(long, short);
    }
    let child = age.map(|a| a < 18).or_else(|| hint.map(|h| h == Programme::Child));
    Some(match plain.as_str() {
        "孤儿" | "社会散居孤儿" | "机构养育孤儿" | "集中养育孤儿" | "散居孤儿" => Orphan,
        "事实无人抚养" | "事实无人抚养儿童" | "事实孤儿" => DeFactoUnsupported,
        "自身困境" | "自身困境儿童" | "重病重残儿童" | "重残儿童" | "重病儿童" | "残疾儿童" | "重病或残疾儿童" => {
            OwnDifficulty
        }
        "家庭困境" | "家庭困境儿童" | "家庭贫困" | "家庭贫困儿童" | "低保家庭儿童" | "贫困家庭儿童" | "特困儿童" | "家庭生活困难儿童" => {
            FamilyDifficulty
        }
        "监护困境" | "监护困境儿童" | "监护缺失" | "监护不当" | "监护缺失儿童" | "监护不当儿童" | "家庭监护缺失或监护不当儿童" => {
            GuardianshipDifficulty
        }
        "安全困境" | "安全困境儿童" | "受侵害儿童" => SafetyDifficulty,
        "临时困境" | "临时困境儿童" => TemporaryDifficulty,
        "留守儿童" => LeftBehindChild,
        "流动儿童" => MigrantChild,
        "独居" | "独居老人" | "独居空巢" => LivingAlone,
        "空巢" | "空巢老人" => EmptyNest,
        "留守老人" => LeftBehindElder,
        "留守" => match child {
            Some(true) => LeftBehindChild,
            Some(false) => LeftBehindElder,
            None => return None,
        },
        "失能" | "失能老人" | "半失能" | "半失能老人" | "失能半失能老人" => DisabledElder,
        "重残" | "重残老人" | "重度残疾" | "重度残疾老人" => match child {
            Some(true) => OwnDifficulty,
            _ => SeverelyHandicapped,
        },
        "计生特殊家庭" | "计生特殊家庭老人" | "计生特殊困难家庭" | "失独" | "失独老人" | "失独家庭" => {
            SpecialFamilyPlanning
        }
        "社工个案" | "个案" | "社工服务对象" | "社工帮扶对象" => SocialCase,
        code => return code.parse().ok(),
    })
}

/// The one category that the words above a table name: 留守儿童花名册. None when there are several.
pub fn category_in(title: &str) -> Option<Category> {
    use Category::*;
    let names = [
        ("事实无人抚养", DeFactoUnsupported),
        ("孤儿", Orphan),
        ("留守儿童", LeftBehindChild),
        ("流动儿童", MigrantChild),
        ("独居", LivingAlone),
        ("空巢", EmptyNest),
        ("留守老", LeftBehindElder),
        ("失能", DisabledElder),
        ("特殊家庭", SpecialFamilyPlanning),
        ("社工个案", SocialCase),
    ];
    let mut found = names.iter().filter(|(word, _)| title.contains(word)).map(|(_, c)| *c);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The programme that the words above a table speak of.
pub fn programme_in(title: &str) -> Option<Programme> {
    let child = title.contains("儿童") || title.contains("未成年");
    let elder = ["老人", "老年", "养老"].iter().any(|w| title.contains(w));
    match (child, elder) {
        (true, false) => Some(Programme::Child),
        (false, true) => Some(Programme::Elder),
        _ => None,
    }
}

/// Risk: words or colours.
pub fn risk(written: &str) -> Option<&'static str> {
    Some(match written.trim_end_matches("风险").trim_end_matches('级') {
        "高" | "红" | "红色" | "high" | "重点" => "high",
        "中" | "中等" | "黄" | "黄色" | "橙" | "橙色" | "medium" | "较高" => "medium",
        "低" | "一般" | "绿" | "绿色" | "蓝" | "蓝色" | "low" | "较低" => "low",
        _ => return None,
    })
}

/// Sex by GB/T 2261.1.
pub fn sex(written: &str) -> Option<&'static str> {
    Some(match written.trim_end_matches('性') {
        "男" | "1" | "M" | "男孩" => "1",
        "女" | "2" | "F" | "女孩" => "2",
        "未知" | "0" => "0",
        "未说明" | "9" => "9",
        _ => return None,
    })
}

/// What a member of the household is to the person on file. None for words that are not known.
pub fn relation(written: &str) -> Option<&'static str> {
    Some(match written {
        "父" | "父亲" | "爸爸" | "父子" | "父女" | "继父" | "养父" => "father",
        "母" | "母亲" | "妈妈" | "母子" | "母女" | "继母" | "养母" => "mother",
        "爷爷" | "奶奶" | "外公" | "外婆" | "姥姥" | "姥爷" | "祖父" | "祖母" | "外祖父" | "外祖母" | "祖孙" | "祖父母" | "外祖父母" | "爷孙"
        | "婆孙" | "隔代" => "grandparent",
        "配偶" | "夫妻" | "丈夫" | "妻子" | "老伴" | "夫" | "妻" => "spouse",
        "儿子" | "子" | "长子" | "次子" | "三子" | "养子" => "son",
        "女儿" | "女" | "长女" | "次女" | "三女" | "养女" => "daughter",
        "哥哥" | "姐姐" | "弟弟" | "妹妹" | "兄" | "弟" | "姐" | "妹" | "兄弟" | "姐妹" | "兄妹" | "姐弟" | "兄弟姐妹" => {
            "sibling"
        }
        "孙子" | "孙女" | "外孙" | "外孙女" => "grandchild",
        "伯父" | "伯母" | "叔叔" | "叔父" | "婶婶" | "姑姑" | "姑父" | "姑妈" | "舅舅" | "舅妈" | "姨妈" | "姨父" | "小姨" | "大伯" | "侄子"
        | "侄女" | "外甥" | "外甥女" | "儿媳" | "女婿" | "亲戚" | "亲属" | "其他亲属" | "叔侄" | "伯侄" => "relative",
        "邻居" | "邻里" => "neighbour",
        "其他" => "other",
        _ => return None,
    })
}

/// Kind and grade of a disability, each where it is written: 肢体二级, 智力残疾, 3级.
pub fn disability(written: &str) -> (Option<&'static str>, Option<&'static str>) {
    let kinds = [
        ("多重", "multiple"),
        ("视力", "sight"),
        ("听力", "hearing"),
        ("言语", "speech"),
        ("语言", "speech"),
        ("肢体", "limbs"),
        ("智力", "intellect"),
        ("精神", "mental"),
    ];
    let kind = kinds.iter().find(|(word, _)| written.contains(word)).map(|(_, code)| *code);
    let grades = [
        ("一", "1"),
        ("二", "2"),
        ("三", "3"),
        ("四", "4"),
        ("1", "1"),
        ("2", "2"),
        ("3", "3"),
        ("4", "4"),
        ("Ⅰ", "1"),
        ("Ⅱ", "2"),
        ("Ⅲ", "3"),
        ("Ⅳ", "4"),
    ];
    let grade = grades.iter().find(|(word, _)| written.contains(&format!("{word}级")) || written == *word).map(|(_, code)| *code);
    (kind, grade)
}

/// Guardianship grades; of the ministry's own scale and of its form of 2016 those that mean one of them. 一般 and 差 do not.
pub fn guardianship(written: &str) -> Option<&'static str> {
    Some(match written.trim_start_matches("监护").trim_start_matches("情况") {
        "正常" | "良好" | "较好" | "好" => "normal",
        "不足" | "能力不足" | "受委托监护人监护能力不足" => "insufficient",
        "失当" | "不当" => "improper",
        "缺失" | "无人监护" => "absent",
        _ => return None,
    })
}

/// Words that say there is no disability.
pub fn no_disability(written: &str) -> bool {
    matches!(written, "" | "否" | "无残疾" | "非残疾" | "健全" | "正常" | "健康" | "没有残疾" | "未残疾" | "不是" | "0")
}

/// 桃源村3组, 清溪镇桃源村第三村民小组: the village and the group behind it.
pub fn village_and_group(written: &str) -> Option<(&str, &str)> {
    let end = ["村委会", "居委会", "社区", "村"].iter().filter_map(|end| written.rfind(end).map(|at| at + end.len())).max()?;
    let at = match written.rfind("村民小组") {
        // The 村 of 村民小组 is not the village's.
        Some(group) => written.get(..group)?.rfind(['村', '区']).map(|at| at + '村'.len_utf8())?,
        None => end,
    };
    let (village, group) = written.split_at_checked(at)?;
    let group = group.trim();
    let number = group.trim_start_matches('第').trim_end_matches("村民小组").trim_end_matches("小组").trim_end_matches(['组', '社', '队', '屯']);
    let number = number.trim();
    let counted = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    (counted && number != group).then_some((village, group))
}

/// Whether somebody of an age can be in a category.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AtAge {
    /// Yes.
    Fits,
    /// Orphans and those nobody supports may stay while they study.
    Perhaps,
    /// No.
    No,
}

/// See [`AtAge`]. Elders are 60 and older by law; who is much younger than that and in one of their categories is a slip.
pub fn at_age(category: Category, age: u32) -> AtAge {
    match (category.programme(), category) {
        (Some(Programme::Child), _) if age < 18 => AtAge::Fits,
        (Some(Programme::Child), Category::Orphan | Category::DeFactoUnsupported) if age <= 25 => AtAge::Perhaps,
        (Some(Programme::Child), _) => AtAge::No,
        (Some(Programme::Elder), _) if age < 45 => AtAge::No,
        _ => AtAge::Fits,
    }
}

/// Whole years on a day.
pub fn age(birth: NaiveDate, today: NaiveDate) -> u32 {
    if today.year() < birth.year() { 0 } else { domain::time::age(birth, today) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_behind_the_village_is_told_from_it() {
        for (written, wanted) in [
            ("桃源村3组", Some(("桃源村", "3组"))),
            ("清溪镇桃源村三组", Some(("清溪镇桃源村", "三组"))),
            ("桃源村第三村民小组", Some(("桃源村", "第三村民小组"))),
            ("城东社区 2 组", Some(("城东社区", "2 组"))),
            ("城东社区2组", Some(("城东社区", "2组"))),
            ("桃源村", None),
            ("桃源村委会", None),
        ] {
            assert_eq!(village_and_group(written), wanted, "{written}");
        }
    }
}
