//! What workers write down, in their own words.
use super::chance::Chance;
use domain::form::Answers;
use domain::{Programme, Value};

type Lines = &'static [&'static str];

const CHILD: Lines = &[
    "在门口就听见孩子读课文。",
    "作业写得工整，老师给了小红花。",
    "奶奶说夜里咳嗽，已经去村卫生室拿了药。",
    "屋里收拾得干净，灶上热着饭。",
    "爸爸昨晚打过视频电话，说国庆回来。",
    "孩子比上次胖了一点。",
    "跟奶奶说了接送的事，雨天不要让孩子一个人走河边。",
    "书桌上的台灯坏了，记下来找村里换。",
    "数学有点跟不上，想请学校老师课后辅导。",
    "孩子说在学校交了新朋友。",
    "提醒家里把农药锁起来。",
    "校服小了，村里有捐赠的可以给一套。",
    "爷爷腰疼，重活做不动了。",
    "讲了防溺水，孩子能背下六不准。",
    "低保这个月到账了。",
    "手机用得多，和家里商量每天不超过半小时。",
    "孩子画了一张画送给我。",
    "下学期要住校，被褥还没准备。",
];
const ELDER: Lines = &[
    "老人精神好，在院子里择菜。",
    "量了血压，150/90，嘱咐按时吃药。",
    "儿子上周回来过，带了米和油。",
    "电热毯旧了，提醒不要整夜开。",
    "门口台阶滑，商量装一个扶手。",
    "邻居每天过来看一眼。",
    "说晚上睡不着，想找人说说话。",
    "冰箱里剩菜多，劝老人吃新鲜的。",
    "教会了用手机上的大字模式。",
    "高龄津贴已到账。",
    "提醒不要相信卖保健品的电话。",
    "煤炉换了新烟管，通风好。",
    "药盒按早中晚分好了。",
    "女儿在县城，周末来洗衣服。",
    "村医下周来量血糖。",
    "柴火堆得离灶太近，一起搬开了。",
];
const SOCIAL: Lines = &[
    "和本人谈了近况，愿意去村里的公益岗位试试。",
    "残疾证材料还差一张照片。",
    "家里矛盾缓和了些。",
    "陪着去镇上交了低保申请。",
    "吃药规律，睡眠比上个月好。",
    "孩子的学费有着落了。",
    "约好下次一起去医院复查。",
    "情绪起伏大，多听她说。",
    "邻里互助小组本周上门一次。",
    "讲了医疗救助怎么报。",
    "住房漏雨，已报村委会。",
    "本人说不想再麻烦别人，慢慢劝。",
];
const AWAY: Lines = &["敲门没人应，邻居说去赶集了。", "打了两次电话没人接，晚上再打。", "院门锁着，留了纸条。", "家里没人，明天再来。"];

/// A note that agrees with what was answered: one to four sentences.
pub fn note(chance: &mut Chance, programme: Programme, answers: &Answers) -> String {
    let text = |q: &str| answers.get(q).and_then(Value::text).unwrap_or_default();
    if text("met") != "met" {
        return chance.pick(AWAY).to_owned();
    }
    let general = match programme {
        Programme::Child => CHILD,
        Programme::Elder => ELDER,
        Programme::Social | Programme::Other(_) => SOCIAL,
    };
    let mut said: Vec<&str> = Vec::new();
    said.extend(match (programme, text("mood")) {
        (Programme::Child, "low") => Some("说着说着哭了，想妈妈。"),
        (Programme::Child, "quiet") => Some("问一句答一句，不太看人。"),
        (Programme::Child, "angry") => Some("为一点小事就发脾气，奶奶拿他没办法。"),
        (Programme::Elder, "lonely") => Some("拉着手说了很久，舍不得让走。"),
        (Programme::Elder, "low") => Some("老人叹气多，饭量也小了。"),
        (Programme::Elder, "confused") => Some("同一件事问了三遍，记性差了。"),
        _ => None,
    });
    said.extend(match text("falls") {
        "once" => Some("上周在院里滑了一跤。"),
        "more" => Some("这个月跌了两次，叮嘱走路扶墙。"),
        _ => None,
    });
    if text("kind") == "phone" {
        said.push("电话里问的。");
    }
    for _ in 0..chance.between(1, 3) {
        let line = chance.pick(general);
        if !said.contains(&line) {
            said.push(line);
        }
    }
    said.concat()
}
