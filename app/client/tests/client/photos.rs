//! Photos on the device: made small, kept with the draft, part of the visit, taken away. No server here.
use crate::village::*;
use data_encoding::BASE64;
use domain::Code;
use domain::api::*;
use domain::form::Answers;
use domain::photo::{MOST, is_bare_jpeg};

/// A picture of one colour, as a PNG file in base64.
pub fn picture(colour: u8) -> String {
    let mut file = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(320, 240, image::Rgb([colour, 120, 90])).write_to(&mut file, image::ImageFormat::Png).unwrap();
    BASE64.encode(file.get_ref())
}

fn finished(device: &mut Device, draft: &Draft) -> domain::RecordId {
    for (question, value) in [("kind", "home"), ("met", "refused"), ("refused_why", "busy"), ("note", "改天再来。")] {
        device.ask(Answer { draft: draft.id, question: question.into(), value: value.into() });
    }
    device.ask(FinishDraft { draft: draft.id, sure: false })
}

#[test]
fn photos_of_an_unfinished_visit_become_part_of_the_visit() {
    let mut device = Device::of(li());
    let person = device.new_file("陈小满", &[]);
    let draft = device.ask(StartVisit { person, form: None, correct: None });
    for colour in [10, 200, 10] {
        device.ask(EditPhotos { of: draft.id, add: Some(picture(colour)), remove: None });
    }
    let there = device.ask(Photos { of: draft.id, fetch: false, whole: None });
    assert_eq!(there.len(), 2, "the same photo twice is one");
    assert!(there.iter().all(|p| !p.jpeg.is_empty() && !p.uploaded && (p.width, p.height) == (320, 240)));
    let mut device = device.killed();
    device.core.unlock(PIN).unwrap();
    assert_eq!(device.ask(Photos { of: draft.id, fetch: false, whole: None }), there);
    assert_eq!(device.ask(Status {}).photos_pending, 0, "nothing waits for a network before the visit is finished");
    device.ask(EditPhotos { of: draft.id, add: None, remove: Some(there[0].id) });
    let visit = finished(&mut device, &draft);
    let kept = device.ask(Photos { of: visit.0, fetch: false, whole: None });
    assert_eq!(kept, there[1..]);
    let status = device.ask(Status {});
    assert_eq!((status.photos_pending, status.photo_bytes), (1, u64::from(kept[0].size)));
    assert_eq!(device.refuses(Photos { of: draft.id, fetch: false, whole: None }), Code::NotFound);

    // On the finished visit, and in a draft that corrects it, they are the same.
    device.ask(EditPhotos { of: visit.0, add: Some(picture(90)), remove: None });
    let correction = device.ask(StartVisit { person, form: None, correct: Some(visit) });
    let all = device.ask(Photos { of: correction.id, fetch: false, whole: None });
    assert_eq!((all.len(), &all), (2, &device.ask(Photos { of: visit.0, fetch: false, whole: None })));
    device.ask(EditPhotos { of: correction.id, add: None, remove: Some(all[0].id) });
    device.ask(DiscardDraft { draft: correction.id });
    assert_eq!(device.ask(Photos { of: visit.0, fetch: false, whole: None }), all[1..]);
    assert_eq!(device.ask(Status {}).photos_pending, 1, "what was taken away is not uploaded");
}

#[test]
fn a_visit_that_is_thrown_away_leaves_no_photo_behind() {
    let mut device = Device::of(li());
    let person = device.new_file("陈小满", &[]);
    let draft = device.ask(StartVisit { person, form: None, correct: None });
    device.ask(EditPhotos { of: draft.id, add: Some(picture(1)), remove: None });
    device.ask(DiscardDraft { draft: draft.id });
    assert_eq!(device.ask(Status {}).photos_pending, 0);
    let left: i64 = device.core.view().unwrap().db.query_row("SELECT count(*) FROM blobs", [], |r| r.get(0)).unwrap();
    assert_eq!(left, 0);
}

#[test]
fn nine_photos_and_no_more_and_nothing_else_than_photos() {
    let mut device = Device::of(li());
    let person = device.new_file("陈小满", &[]);
    let answers: Answers =
        [("kind", "home"), ("met", "refused"), ("refused_why", "busy"), ("note", "改天再来。")].map(|(q, v)| (q.to_owned(), v.into())).into();
    let visit = device.ask(NewVisit { person, form: "child-visit@s2".into(), answers, sure: false });
    assert_eq!(device.refuses(EditPhotos { of: visit.0, add: Some(BASE64.encode(b"%PDF-1.7")), remove: None }), Code::BadPhoto);
    assert_eq!(device.refuses(EditPhotos { of: visit.0, add: Some("no base64".into()), remove: None }), Code::BadPhoto);
    for n in 0..MOST {
        device.ask(EditPhotos { of: visit.0, add: Some(picture(u8::try_from(n * 20).unwrap())), remove: None });
    }
    assert_eq!(device.refuses(EditPhotos { of: visit.0, add: Some(picture(255)), remove: None }), Code::TooManyPhotos);
    assert_eq!(device.ask(Photos { of: visit.0, fetch: false, whole: None }).len(), MOST);
    let bytes: Vec<u8> = device.core.view().unwrap().db.query_row("SELECT bytes FROM blobs LIMIT 1", [], |r| r.get(0)).unwrap();
    assert!(is_bare_jpeg(&bytes));
}

#[test]
fn a_signature_answers_its_question_and_is_a_photo_of_the_visit() {
    let mut device = Device::of(sun());
    let edits = [("identity.name", "老周"), ("categories.0192f0c1-2b3c-7def-8123-456789abcdef.code", "living_alone")];
    let edits = edits.map(|(path, value)| edit(path, value)).into();
    let person = device.ask(NewPerson { area: COPPER.parse().unwrap(), edits, another: true });
    let draft = device.ask(StartVisit { person, form: Some("gbt-42195".into()), correct: None }).id;
    let sign = |content: String| AnswerPhoto { draft, question: "sign_assessor".into(), content };
    assert_eq!(device.refuses(sign(BASE64.encode(b"no picture"))), Code::BadPhoto);
    let screen = device.ask(sign(picture(10)));
    let photos = device.ask(Photos { of: draft, fetch: false, whole: None });
    assert_eq!(screen.worked_out["sign_assessor"].text(), Some(photos[0].name.as_str()));
    assert_eq!(device.ask(OpenDraft { draft }).answers["sign_assessor"].text(), Some(photos[0].name.as_str()));
    assert_eq!(device.refuses(AnswerPhoto { draft, question: "nothing".into(), content: picture(20) }), Code::UnknownField);
    assert_eq!(device.ask(Photos { of: draft, fetch: false, whole: None }).len(), 1, "what answers nothing is not kept");
    device.ask(EditPhotos { of: draft, add: None, remove: Some(photos[0].id) });
    assert!(!device.ask(OpenDraft { draft }).answers.contains_key("sign_assessor"), "it is open again");
}
