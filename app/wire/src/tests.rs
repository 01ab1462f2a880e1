use super::*;
use domain::sync::SyncReply;
use domain::{Hash, RecordId, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn plain_of(value: &impl Serialize) -> Vec<u8> {
    rmp_serde::to_vec_named(value).unwrap()
}

#[test]
fn every_value_is_counted_whatever_its_kind() {
    let long = "长".repeat(30_000);
    let value = json!({"a": [1, -1, 200, -200, 70_000, 5_000_000_000_u64, 1.5, true, null], "b": {"c": long, "d": "x".repeat(40)}});
    let plain = plain_of(&value);
    assert!(has_at_most(18, &plain) && !has_at_most(17, &plain));
    assert_eq!(next_item(&mut plain.as_slice()).unwrap(), plain);
    for cut in [0, 1, plain.len() / 2, plain.len() - 1] {
        assert!(next_item(&mut &plain[..cut]).is_err(), "{cut}");
    }
}

#[test]
fn millions_of_names_in_a_few_bytes_are_told_before_they_are_decoded() {
    let many: BTreeMap<String, u8> = (0..300_000).map(|n| (format!("{n:012}"), 0)).collect();
    assert!(!has_at_most(50_000, &plain_of(&many)));
    let nested = [vec![0xdd, 0, 0, 0xc0, 0], vec![0x91; 100_000]].concat();
    assert!(!has_at_most(50_000, &nested), "a list says how long it is");
    assert!(has_at_most(50_000, &[0xdd, 0, 0, 1]), "cut short: whoever decodes it says so");
    let packed = zstd::bulk::compress(&vec![0u8; 100_000], 3).unwrap();
    assert_eq!((unpack(&packed, 99_999), unpack(&packed, 100_000).map(|all| all.len())), (Err(Unreadable::TooLarge), Ok(100_000)));
    assert_eq!(unpack(b"no zstd", 1000), Err(Unreadable::Broken));
}

/// A reply as a program of next year makes it: what ours says, with `more` put in.
fn reply(more: impl Fn(&mut Value)) -> Vec<u8> {
    let leave = FeedItem::Leave { person: RecordId::new(0, [1; 10]) };
    let reply = SyncReply { feed: vec![leave.clone(), leave], ..SyncReply::new(7, Timestamp(5)) };
    // By way of JSON, which has no bytes: nothing in it needs them but ids, and those are put back.
    let mut value = serde_json::to_value(&reply).unwrap();
    value["feed"] = json!([]);
    more(&mut value);
    plain_of(&value)
}

#[test]
fn of_what_a_newer_program_says_the_rest_is_read_and_what_is_left_is_counted() {
    let known = plain_of(&FeedItem::Own(Hash([9; 32])));
    let strange = plain_of(&json!({"merge": {"of": [1, {"deep": "x"}], "into": null}}));
    let list = [vec![0x93], strange.clone(), known.clone(), strange].concat();
    let read = read_known::<Vec<FeedItem>>(&list, RECORDS).unwrap();
    assert_eq!((read.body, read.newer), (vec![FeedItem::Own(Hash([9; 32]))], 2));
    assert_eq!(read_known::<Vec<FeedItem>>(&[vec![0x91], known].concat(), RECORDS).unwrap().newer, 0);

    let newer = reply(|value| {
        value["feed"] = json!([{"merge": 1}, {"leave": {"file": "x"}}]);
        value["weather"] = json!({"sun": [1, 2, 3]});
    });
    let read = read_known::<SyncReply>(&newer, REPLY).unwrap();
    assert_eq!((read.body, read.newer), (SyncReply::new(7, Timestamp(5)), 2));
    // However deep a field lies that has no name, or none that is a word: it is copied, not followed.
    for nameless in [&[0x81, 0xa0][..], &[0x81, 0xc0], &[0x81, 0xa0, 0x81, 0x01]] {
        let deep = [nameless.repeat(2_000_000), vec![0xc0]].concat();
        assert_eq!(read_known::<SyncReply>(&deep, REPLY), Err(Unreadable::Broken));
        assert_eq!(read_known::<Vec<FeedItem>>(&deep, RECORDS), Err(Unreadable::Broken));
    }
    // Whatever is not an item of such a list is as strange as ever.
    assert_eq!(read_known::<SyncReply>(&reply(|value| value["t"] = json!("now")), REPLY), Err(Unreadable::Broken));
    assert_eq!(read_known::<SyncReply>(&newer[..newer.len() - 1], REPLY), Err(Unreadable::Broken));
}
