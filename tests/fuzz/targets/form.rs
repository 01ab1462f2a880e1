//! A form as it is kept, or an expression: whatever is read is filled in, with whatever answers. All of it ends, and nothing panics.
#![no_main]
use forms::sheet::instance::Around;
use forms::{Change, Form};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (form, answers) = text.split_once('\u{1}').unwrap_or((text, "{}"));
    // By itself, too: most of what a fuzzer writes is no form around it.
    let json = if form.starts_with('{') {
        form.to_owned()
    } else {
        let cell = serde_json::to_string(form).unwrap_or_default();
        format!(
            r#"{{"format":1,"settings":{{}},"survey":[{{"type":"begin_repeat","name":"r","label":"R"}},{{"type":"integer","name":"n","label":"N","constraint":{cell}}},
            {{"type":"end_repeat"}},{{"type":"calculate","name":"c","calculation":{cell}}},{{"type":"text","name":"t","label":"T","relevant":{cell}}}]}}"#
        )
    };
    let Ok(form) = Form::from_kept(&json, 1) else { return };
    let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 4).unwrap_or_default();
    let Ok(begun) = form.begun(Around::default()) else { return };
    let answers = serde_json::from_str(answers).unwrap_or(begun);
    let filled = form.filled(&answers, day);
    let (ids, value) = (filled.visible().into_iter().map(str::to_owned).collect::<Vec<_>>(), domain::Value::Int(3));
    _ = (filled.check(), filled.prune(), filled.alarms());
    for id in ids.iter().take(3) {
        _ = form.filled(&answers, day).after(&Change::Answer(id, &value), [7; 32]);
    }
});
