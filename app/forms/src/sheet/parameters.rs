//! What a row says in its column `parameters`: `start=1 end=10`.
use super::model::Answer;
use std::collections::BTreeMap;

/// Values by their keys, in small letters.
pub type Parameters = BTreeMap<String, String>;

/// Reads them: a key and a value each with `=` between, parted by spaces, commas or semicolons.
///
/// # Errors
/// What they are not.
pub fn read(text: &str) -> Result<Parameters, String> {
    let spaced = text.replace('=', " = ");
    let words: Vec<&str> = spaced.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|word| !word.is_empty()).collect();
    let pair = |words: &[&str]| match words {
        [key, "=", value] if *key != "=" && *value != "=" => Ok((key.to_ascii_lowercase(), (*value).to_owned())),
        _ => Err("“参数”要写成 start=1 end=10 这样，等号和空格都是半角的 / parameters are written as start=1 end=10".to_owned()),
    };
    words.chunks(3).map(pair).collect()
}

/// The keys that a type knows; none of one of which nothing is asked.
fn known(plain: &str) -> Option<&'static [&'static str]> {
    Some(match plain {
        "text" => &["rows"],
        "range" => &["start", "end", "step", "placeholder", "tick_interval", "tick_labelset"],
        "image" | "photo" => &["app", "max-pixels"],
        "datetime" | "date time" => &["call"],
        "audio" | "background-audio" => &["quality"],
        "geopoint" => &["allow-mock-accuracy", "capture-accuracy", "reference-geometry", "warning-accuracy"],
        "geotrace" | "geoshape" => &["allow-mock-accuracy", "incremental", "reference-geometry"],
        of if of.contains(" from file") => &["label", "value", "randomize", "seed"],
        of if of.starts_with("select") || of.starts_with("rank") => &["randomize", "seed"],
        _ => return None,
    })
}

/// What a question says that calls the county's own numbers.
const COUNTY: &str = "county";

fn is_number(call: &str) -> bool {
    (3..=20).contains(&call.len()) && call.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

/// What is wrong with those of a type.
pub fn wrong(plain: &str, parameters: &Parameters) -> Option<String> {
    let unknown = known(plain).and_then(|known| parameters.keys().find(|key| !known.contains(&key.as_str())));
    if let Some(key) = unknown {
        return Some(format!("{plain} 没有 {key:?} 这个参数 / {plain} knows no parameter {key:?}"));
    }
    if let Some(call) = parameters.get("call").filter(|call| *call != COUNTY && !is_number(call)) {
        return Some(format!("call 要写电话号码，或者写 {COUNTY}（县里的电话），不能写 {call:?} / call is a number to call, or {COUNTY}"));
    }
    let number = |key: &str| parameters.get(key).map(|text| expressions::read_number(text));
    let numbers = ["start", "end", "step", "placeholder", "tick_interval", "max-pixels", "capture-accuracy", "warning-accuracy"];
    if let Some(key) = numbers.into_iter().find(|key| number(key).is_some_and(f64::is_nan)) {
        return Some(format!("{key} 要是数字 / {key} is a number"));
    }
    let Answer::Range(from, to, step) = range(parameters) else { return None };
    if plain == "range" && (step == 0.0 || step > (to - from).abs()) {
        return Some("step 不能是 0，也不能大于 start 到 end 的距离 / step is neither 0 nor more than from start to end".to_owned());
    }
    let (random, seed) = (parameters.get("randomize").map(String::as_str), parameters.get("seed"));
    let is_random = random.is_none_or(|random| ["true", "false"].contains(&random.to_ascii_lowercase().as_str()));
    let is_seed = seed.is_none_or(|seed| random.is_some() && (seed.starts_with("${") || !expressions::read_number(seed).is_nan()));
    let reason =
        "randomize 要是 true 或 false；有了它，seed 才能是数字或者一道题 / randomize is true or false, with it a seed is a number or a question";
    (!is_random || !is_seed).then(|| reason.to_owned())
}

/// Whether choices are offered in an order of chance, and the seed of that.
pub fn random(parameters: &Parameters) -> (bool, Option<&str>) {
    (parameters.get("randomize").is_some_and(|random| random.eq_ignore_ascii_case("true")), parameters.get("seed").map(String::as_str))
}

/// From, to and step of a range.
pub fn range(parameters: &Parameters) -> Answer {
    let number = |key: &str, otherwise: f64| parameters.get(key).map_or(otherwise, |text| expressions::read_number(text));
    Answer::Range(number("start", 1.0), number("end", 10.0), number("step", 1.0))
}
