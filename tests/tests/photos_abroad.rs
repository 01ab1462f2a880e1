//! Photos and programs of other people's making: the public tus-js-client uploads to our server and resumes there; our server
//! keeps its photos in an S3-compatible storage.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use data_encoding::BASE64;
use serde_json::json;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;
use village::answers::routine_visit;
use village::device::Device;
use village::picture::from_a_camera;
use village::plain::{ask, bearer, push_records};
use village::programs::{asset, program};
use village::s3::{KEYS, S3};
use village::server::{Server, set_up};
use village::window::{DESK, Window};

/// A visit of hers with a photo, and the photo's file.
fn visit_with_photo(dir: &Path, device: &Device, seed: u32) -> (String, Vec<u8>) {
    let camera = dir.join("IMG.jpg");
    std::fs::write(&camera, from_a_camera(seed, 1800, 1350)).unwrap();
    let from = device.file("visit.json", &routine_visit("child-visit@s2", "带照片的走访。"));
    let child = device.person("王小雨");
    let made = device.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &from]);
    let visit = made["id"].as_str().unwrap().to_owned();
    device.ok(&["visit", "photo", &visit, "--add", camera.to_str().unwrap()]);
    let photo = saved(device, &visit);
    (visit, photo)
}

fn saved(device: &Device, visit: &str) -> Vec<u8> {
    let out = device.home.with_extension("out.jpg");
    device.ok(&["visit", "photo", visit, "--get", "0", "--out", out.to_str().unwrap()]);
    std::fs::read(out).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_tus_client_uploads_and_resumes() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    set_up(&data);
    let server = Server::start(&data);
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let (visit, photo) = visit_with_photo(dir.path(), &li, 1);
    let token = bearer(&li);
    tokio::task::block_in_place(|| push_records(&li));

    let window = Window::browser(&dir.path().join("profile"), &format!("{}/health", server.address), DESK, "tus").await;
    let file = asset("../target/tools/tus-js-client/dist/tus.min.js");
    let source = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}; xtask/setup.sh fetches it", file.display()));
    window.run_with("(0, eval)(arguments[0])", vec![json!(source)]).await;
    assert_eq!(window.run("return typeof tus.Upload").await, "function");
    let hash = blake3::hash(&photo).to_hex().to_string();
    // One upload; with `stop` it is given up after its first piece. Answers with the address, the bytes sent, and what went wrong.
    let script = "const [content, hash, record, token, more, stop, done] = arguments;
        const file = new Blob([Uint8Array.from(atob(content), c => c.charCodeAt(0))]);
        let from = null, sent = 0;
        const upload = new tus.Upload(file, {
            endpoint: location.origin + '/v1/photos', headers: {Authorization: token}, metadata: {hash, record}, retryDelays: [0, 0], ...more,
            onProgress: (n) => { from = from === null ? n : Math.min(from, n); },
            onChunkComplete: (_, accepted) => { sent = accepted; if (stop) upload.abort().then(() => done([upload.url, sent, null])); },
            onSuccess: () => done([upload.url, sent, null, from]),
            onError: (e) => done([upload.url, sent, String(e)]),
        });
        upload.start();";
    let run = |photo: &[u8], hash: &str, more: serde_json::Value, stop: bool| {
        let args = vec![json!(BASE64.encode(photo)), json!(hash), json!(visit), json!(token), more, json!(stop)];
        let window = &window;
        async move { window.run_async(script, args).await }
    };
    let begun = run(&photo, &hash, json!({"chunkSize": 50_000}), true).await;
    assert_eq!((&begun[1], &begun[2]), (&json!(50_000), &json!(null)), "{begun}");
    let resumed = run(&photo, &hash, json!({"chunkSize": 70_000, "uploadUrl": begun[0]}), false).await;
    assert_eq!((&resumed[0], &resumed[1], &resumed[2]), (&begun[0], &json!(photo.len()), &json!(null)), "{resumed}");
    assert!(resumed[3].as_u64().unwrap() >= 50_000, "what was there was not sent again: {resumed}");
    let path = format!("/v1/photos/{hash}?record={visit}");
    assert!(ask(&server.address, "GET", &path, &[("authorization", &token)], b"").body == photo);
    // Known to the server: whichever way it is sent again, it is done.
    for more in [json!({}), json!({"uploadDataDuringCreation": true}), json!({"overridePatchMethod": true})] {
        let again = run(&photo, &hash, more.clone(), false).await;
        assert_eq!(again[2], json!(null), "{more}: {again}");
    }
    // All at once, and nothing that is not what it says to be.
    std::fs::remove_dir_all(data.join("blobs")).unwrap();
    let whole = run(&photo, &hash, json!({"uploadDataDuringCreation": true}), false).await;
    assert_eq!(whole[2], json!(null), "{whole}");
    assert_eq!(ask(&server.address, "GET", &path, &[("authorization", &token)], b"").status, 200);
    std::fs::remove_dir_all(data.join("blobs")).unwrap();
    let wrong = run(&from_a_camera(9, 90, 60), &hash, json!({}), false).await;
    assert!(wrong[2].as_str().unwrap().contains("bad_photo"), "{wrong}");
    let foreign = run(&photo, &"0".repeat(64), json!({}), false).await;
    assert!(foreign[2].as_str().unwrap().contains("not_found"), "{foreign}");
    window.close().await;
    // Her own device goes on where the server stands.
    assert_eq!(tokio::task::block_in_place(|| li.ok(&["sync"]))["photos"], 1);
}

#[test]
fn photos_lie_in_an_s3_storage() {
    let s3 = S3::start();
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("server");
    set_up(&data);
    let config = dir.path().join("server.toml");
    let settings = |days: u32| format!("[photos]\nurl = \"s3://photos/county\"\nendpoint = \"{}\"\nkeep_days = {days}\n", s3.address);
    std::fs::write(&config, settings(30)).unwrap();
    let environment: Vec<(&str, &str)> = KEYS.into_iter().chain([("NUANFANG_CONFIG", config.to_str().unwrap())]).collect();
    let server = Server::start_with(&data, "127.0.0.1:0", &environment);
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let (visit, photo) = visit_with_photo(dir.path(), &li, 2);
    assert_eq!(li.ok(&["sync"])["photos"], 1);
    wang.ok(&["sync"]);
    assert!(saved(&wang, &visit) == photo);
    let hash = blake3::hash(&photo).to_hex().to_string();
    let place = format!("/photos/county/{}/{hash}.jpg", &hash[..2]);
    assert!(s3.ask("GET", &place, b"").body == photo);
    assert!(!data.join("blobs").exists());

    // Nobody's photo goes; what lies beside them stays.
    let collect = || {
        let mut command = Command::new(program("nuanfang-server"));
        let output = command.args(["photos", "collect", "--json", "--data"]).arg(&data).envs(environment.iter().copied()).output().unwrap();
        village::server::json(&output)
    };
    assert_eq!(s3.ask("PUT", "/photos/county/readme.txt", b"somebody else's").status, 200);
    li.ok(&["visit", "photo", &visit, "--remove", "0"]);
    li.ok(&["sync"]);
    assert_eq!(collect(), json!({"photos": 0, "uploads": 0, "kept": 1}), "it was stored just now");
    std::fs::write(&config, settings(0)).unwrap();
    let mut done = collect();
    // This storage counts whole seconds, and may count the one that has begun.
    while done["photos"] == 0 {
        done = collect();
    }
    assert_eq!(done, json!({"photos": 1, "uploads": 0, "kept": 0}));
    assert_eq!(s3.ask("GET", &place, b"").status, 404);
    assert_eq!(s3.ask("GET", "/photos/county/readme.txt", b"").status, 200);

    // Without its storage the server says so, and the device keeps the photo until it is back.
    let (second, photo) = visit_with_photo(dir.path(), &li, 3);
    drop(s3);
    li.refused(&["sync"]);
    assert_eq!(li.ok(&["status"])["photos_pending"], 1);
    assert_eq!(li.ok(&["status"])["pending"], 0, "records are not kept back");
    assert!(saved(&li, &second) == photo);
}
