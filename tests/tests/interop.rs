//! The public JavaScript Automerge, in a real browser, opens what `nuanfang export --automerge` wrote and edits it; the edit
//! comes back in by `nuanfang import --automerge`, and reaches everyone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;
use village::answers::routine_visit;
use village::device::Device;
use village::programs::asset;
use village::server::{Server, admin};
use village::window::{DESK, Window};

/// A browser with the public library in it.
async fn javascript(folder: &Path) -> Window {
    let window = Window::browser(&folder.join("profile"), "about:blank", DESK, "interop").await;
    let file = asset("../target/tools/@automerge/automerge/dist/iife/iife.js");
    let source = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}; xtask/setup.sh fetches it", file.display()));
    window.run(&format!("{source}; window.Automerge = window.Automerge || globalThis.Automerge;")).await;
    assert_eq!(window.run("return typeof Automerge.load").await, "function");
    window
}

/// Loads a document, does something with it in JavaScript, and gives what it says and what it is then.
async fn edited(window: &Window, document: &Path, edit: &str) -> (Value, Vec<u8>) {
    let script = format!(
        "const bytes = Uint8Array.from(atob(arguments[0]), c => c.charCodeAt(0));
        const doc = Automerge.load(bytes);
        const after = Automerge.change(Automerge.clone(doc), d => {{ {edit} }});
        const saved = Automerge.save(after);
        let text = ''; for (const byte of saved) text += String.fromCharCode(byte);
        return [JSON.parse(JSON.stringify(doc)), btoa(text)];"
    );
    let answer = window.run_with(&script, vec![json!(BASE64.encode(&std::fs::read(document).unwrap()))]).await;
    (answer[0].clone(), BASE64.decode(answer[1].as_str().unwrap().as_bytes()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_goes_to_javascript_and_back() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    for what in ["areas", "staff", "roster"] {
        assert!(admin(&data, &["import", what, asset(&format!("sample/{what}.xlsx")).to_str().unwrap()]).status.success());
    }
    let server = Server::start(&data);
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let child = li.person("王小雨");
    let window = javascript(dir.path()).await;
    let exported = dir.path().join("record.automerge");
    let back = dir.path().join("edited.automerge");
    let (out, back_name) = (exported.to_str().unwrap().to_owned(), back.to_str().unwrap().to_owned());

    // A file: JavaScript reads every field and writes two; meanwhile she writes a third.
    li.ok(&["edit", &child, "plan.text=每周去一次"]);
    li.ok(&["export", &child, "--automerge", &out]);
    let edit = "d.contact.address = '1组18号'; d.situation.health = '近视，已配镜 👓';";
    let (said, bytes) = edited(&window, &exported, edit).await;
    assert_eq!((&said["identity"]["name"], &said["plan"]["text"]), (&json!("王小雨"), &json!("每周去一次")), "{said}");
    std::fs::write(&back, bytes).unwrap();
    li.ok(&["edit", &child, "contact.phone=13800000001"]);
    li.ok(&["import", "--automerge", &back_name]);
    let file = li.ok(&["show", &child]);
    for (field, value) in
        [("contact.address", "1组18号"), ("situation.health", "近视，已配镜 👓"), ("contact.phone", "13800000001"), ("plan.text", "每周去一次")]
    {
        assert_eq!(file["fields"][field], value, "{file}");
    }
    let before = li.ok(&["status"])["pending"].clone();
    li.ok(&["import", "--automerge", &back_name]);
    assert_eq!(li.ok(&["status"])["pending"], before, "the same once more changes nothing");
    assert_eq!(li.ok(&["sync"])["refused"], 0, "they are edits of hers, which the server takes");
    wang.ok(&["sync"]);
    assert_eq!(wang.ok(&["show", &child])["fields"]["situation.health"], "近视，已配镜 👓");

    // A visit: the note was corrected there.
    let from = li.file("visit.json", &routine_visit("child-visit@s2", "祖母腿伤。"));
    let visit = li.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &from])["id"].as_str().unwrap().to_owned();
    li.ok(&["export", &visit, "--automerge", &out]);
    let (_, bytes) = edited(&window, &exported, "d.answers.note = '祖母腿伤，村医来过。';").await;
    std::fs::write(&back, bytes).unwrap();
    li.ok(&["import", "--automerge", &back_name]);
    assert!(li.ok(&["show", &visit]).to_string().contains("村医来过"));
    assert_eq!(li.ok(&["sync"])["refused"], 0);

    // What is none of hers, or no document, is refused in words, and nothing is changed.
    std::fs::write(&back, b"not a document").unwrap();
    assert!(li.refused(&["import", "--automerge", &back_name]).contains("bad_file"));
    li.ok(&["export", &child, "--automerge", &out]);
    let (_, bytes) = edited(&window, &exported, "d.risk.level = 'purple';").await;
    std::fs::write(&back, bytes).unwrap();
    assert!(li.refused(&["import", "--automerge", &back_name]).contains("bad_value"));
    let (_, bytes) = edited(&window, &exported, "d.status.state = 'closed';").await;
    std::fs::write(&back, bytes).unwrap();
    let said = li.refused(&["import", "--automerge", &back_name]);
    assert!(said.contains("needs_supervisor"), "closing a file is not a director's: {said}");
    window.close().await;
}
