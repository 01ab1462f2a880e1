//! What an operator relies on: limits, waiting, stopping, the log. Real processes and bytes by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use village::answers::routine_visit;
use village::device::Device;
use village::programs::program;
use village::raw::{ask, read, send};
use village::server::{Server, set_up};

/// The office's county, served with these settings.
fn county(settings: &str) -> (TempDir, Server) {
    county_in(TempDir::new().unwrap(), settings)
}

fn county_in(dir: TempDir, settings: &str) -> (TempDir, Server) {
    let data = dir.path().join("server");
    set_up(&data);
    let server = Server::configured(&data, settings);
    (dir, server)
}

/// A server without anything.
fn empty(settings: &str) -> (TempDir, Server) {
    let dir = TempDir::new().unwrap();
    let server = Server::configured(&dir.path().join("server"), settings);
    (dir, server)
}

#[test]
fn a_head_or_body_that_drips_is_given_up() {
    let (_dir, server) = empty("[limits]\nhead_seconds = 1\nidle_seconds = 600\nbody_seconds = 1\nbody_bytes_per_second = 1000000");
    assert_eq!(read(send(server.host(), "GET /health HTTP/1.1\r\nx: ")).status, 0);
    let answer = read(send(server.host(), "POST /v1/enrol HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nslowly"));
    assert_eq!((answer.status, failure(&answer.body)), (408, "offline".to_owned()), "{answer:?}");
    assert_eq!(ask(server.host(), "GET /health", "").status, 200);
}

/// A phone that went into a tunnel says nothing more, and its connection stays: it is given up, and what came is kept.
#[test]
fn an_upload_that_fell_silent_is_given_up_and_what_came_is_kept() {
    let (dir, server) = county("[limits]\nbody_seconds = 1\nbody_bytes_per_second = 1000000");
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let (child, camera, out) = (li.person("王小雨"), dir.path().join("camera.jpg"), dir.path().join("photo.jpg"));
    let from = li.file("visit.json", &routine_visit("child-visit@s2", "祖母腿伤。"));
    let made = li.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &from]);
    let visit = made["id"].as_str().unwrap();
    std::fs::write(&camera, village::picture::from_a_camera(1, 320, 240)).unwrap();
    li.ok(&["visit", "photo", visit, "--add", camera.to_str().unwrap()]);
    li.ok(&["sync"]);
    li.ok(&["visit", "photo", visit, "--get", "0", "--out", out.to_str().unwrap()]);
    let photo = std::fs::read(&out).unwrap();
    // The server lost the file, and takes it again.
    std::fs::remove_dir_all(server.data.join("blobs")).unwrap();
    let word = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
    let mine = format!("authorization: Bearer {}\r\ntus-resumable: 1.0.0\r\n", li.token());
    let about = format!("hash {},record {}", word(blake3::hash(&photo).to_hex().as_str()), word(visit));
    let begun = ask(server.host(), "POST /v1/photos", &format!("{mine}upload-length: {}\r\nupload-metadata: {about}\r\n", photo.len()));
    let place = format!("/v1/{}", begun.header("location").unwrap());
    let head = format!(
        "PATCH {place} HTTP/1.1\r\nhost: x\r\n{mine}upload-offset: 0\r\ncontent-type: application/offset+octet-stream\r\ncontent-length: {}\r\n\r\n",
        photo.len()
    );
    let mut line = send(server.host(), &head);
    line.write_all(&photo[..6]).unwrap();
    assert_eq!(read(line).header("upload-offset"), Some("6"));
    assert_eq!(ask(server.host(), &format!("HEAD {place}"), &mine).header("upload-offset"), Some("6"));
}

#[test]
fn a_connection_on_which_nothing_is_asked_is_closed_and_one_in_use_is_not() {
    let (_dir, server) = empty("[limits]\nhead_seconds = 1\nidle_seconds = 1");
    let answer = read(send(server.host(), "GET /health HTTP/1.1\r\nhost: x\r\n\r\n"));
    assert_eq!(answer.status, 200, "the end came after the reply, from the server");
    assert_eq!(answer.body, "{\"nuanfang\":1}");
}

#[test]
fn what_is_too_large_is_refused_before_it_comes() {
    let (_dir, server) = empty("");
    let answer = read(send(server.host(), "POST /v1/enrol HTTP/1.1\r\nhost: x\r\ncontent-length: 104857600\r\n\r\n"));
    assert_eq!((answer.status, failure(&answer.body)), (413, "too_large".to_owned()), "{answer:?}");
    let many: String = (0..65).map(|n| format!("x-{n}: 1\r\n")).collect();
    assert_eq!(ask(server.host(), "GET /health", &many).status, 431);
    assert_eq!(ask(server.host(), "GET /health", &format!("x: {}\r\n", "1".repeat(20_000))).status, 431);
    // Who has no token is turned away before a byte of the body is waited for.
    let answer = read(send(server.host(), "POST /v1/sync HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\nconnection: close\r\n\r\n"));
    assert_eq!((answer.status, failure(&answer.body)), (401, "not_allowed".to_owned()));
}

#[test]
fn a_reply_that_nobody_takes_is_given_up() {
    let (_dir, server) = empty("metrics_listen = \"127.0.0.1:0\"\n[limits]\nwrite_seconds = 1");
    // Far more than the sockets between us hold.
    let greedy = send(server.host(), &"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(1000));
    let figures = || ask(server.metrics.as_deref().unwrap(), "GET /metrics", "").body;
    while !figures().contains("route=\"/openapi.json\"") || !figures().contains("nuanfang_connections 0\n") {
        std::thread::yield_now();
    }
    drop(greedy);
    assert_eq!(ask(server.host(), "GET /health", "").status, 200);
}

#[test]
fn who_finds_no_turn_is_told_when_to_come_again() {
    let (_dir, server) = empty("[limits]\nrequests = 0\nqueue_seconds = 0");
    let answer = ask(server.host(), "POST /v1/enrol", "content-length: 0\r\n");
    assert_eq!((answer.status, failure(&answer.body)), (503, "busy".to_owned()));
    assert!((10..30).contains(&answer.header("retry-after").unwrap().parse::<u32>().unwrap()));
    assert_eq!(ask(server.host(), "GET /ready", "").status, 200, "busy is not broken");
}

fn failure(body: &str) -> String {
    let reply: Value = serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {body}"));
    assert_eq!(reply["nuanfang"], 1, "{reply}");
    reply["failure"]["code"].as_str().unwrap().to_owned()
}

#[test]
fn a_device_that_asks_too_much_waits_calmly_and_loses_nothing() {
    let (dir, server) = county("");
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let child = li.person("王小雨");
    let (data, address) = (server.data.clone(), server.host().to_owned());
    drop(server);
    let server = Server::configured_at(&data, &address, "[limits]\ndevice_per_minute = 1");
    li.ok(&["sync"]);
    let from = li.file("visit.json", &routine_visit("child-visit@s2", "一切正常。"));
    li.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &from]);
    assert!(li.refused(&["sync"]).contains("busy"));
    let refused = || server.log().into_iter().filter(|l| l["fields"]["route"] == "/v1/sync" && l["fields"]["status"] == 429).count();
    let before = refused();
    // In one session the second try is not even sent: the server said how long to wait.
    let core = Mutex::new(li.core());
    let http = client::server::http::Http::new(Box::new(|_| {})).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sync = || runtime.block_on(client::server::online::sync_now(&core, &http)).unwrap();
    let (first, second) = (sync(), sync());
    assert!(matches!(first.state, domain::api::SyncState::Busy { .. }), "{first:?}");
    assert_eq!((first.requests, second.requests, &second.state), (1, 0, &first.state));
    assert_eq!(refused(), before + 1);
    // Another device of the village is not kept waiting.
    wang.ok(&["sync"]);
}

#[test]
fn an_address_has_its_own_measure_and_only_our_proxy_may_name_it() {
    let settings = "[limits]\naddress_per_minute = 1\nenrol_per_minute = 1";
    let (_dir, server) = empty(settings);
    assert_eq!(ask(server.host(), "GET /v1/admin/staff", "").status, 401);
    let answer = ask(server.host(), "GET /v1/admin/staff", "x-forwarded-for: 192.0.2.7\r\n");
    assert_eq!((answer.status, failure(&answer.body)), (429, "slow_down".to_owned()));
    assert!(answer.header("retry-after").unwrap().parse::<u32>().unwrap() <= 61, "{answer:?}");
    assert_eq!(ask(server.host(), "GET /ready", "").status, 200, "whoever watches the server is always answered");

    let (_dir, behind) = empty("trusted_proxies = [\"127.0.0.0/8\"]\n[limits]\nenrol_per_minute = 3");
    let from = |n: u32| ask(behind.host(), "POST /v1/enrol", &format!("content-length: 0\r\nx-forwarded-for: 192.0.2.{n}\r\n")).status;
    assert_eq!([from(1), from(1), from(1), from(1)], [422, 422, 422, 429]);
    assert_eq!(from(2), 422);
}

#[test]
fn a_server_told_to_stop_says_so_then_finishes_what_was_begun_and_ends_well() {
    let (_dir, mut server) = empty("");
    let mut begun = send(server.host(), "POST /v1/enrol HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n");
    let mut go_on = [0; 25];
    begun.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n", "the request is under way");
    server.signal("TERM");
    while TcpStream::connect(server.host()).is_ok() {
        std::thread::yield_now();
    }
    begun.write_all(b"body").unwrap();
    assert_eq!(failure(&read(begun).body), "bad_change");
    assert_eq!(server.ended().code(), Some(0));

    // With time to drain, whoever asks is told that it is not ready; a second signal ends the waiting.
    let (_dir, mut server) = empty("drain_seconds = 600");
    server.signal("INT");
    while ask(server.host(), "GET /ready", "").status != 503 {
        std::thread::yield_now();
    }
    assert_eq!(ask(server.host(), "GET /health", "").status, 200);
    server.signal("TERM");
    assert_eq!(server.ended().code(), Some(0));
}

#[test]
fn devices_that_wait_for_news_do_not_keep_a_server_from_stopping() {
    let (dir, mut server) = county("stop_seconds = 600");
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let mut waiting = send(server.host(), &format!("GET /v1/wake HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n", li.token()));
    let mut began = [0; 12];
    waiting.read_exact(&mut began).unwrap();
    assert_eq!(&began, b"HTTP/1.1 200");
    server.signal("TERM");
    assert_eq!(server.ended().code(), Some(0));
}

/// Every text in a JSON value that could be somebody's: names, numbers, words.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(s) if !s.is_ascii() || (!s.contains('-') && s.bytes().filter(u8::is_ascii_digit).count() >= 7) => found.push(s.clone()),
        Value::Array(list) => list.iter().for_each(|v| texts(v, found)),
        Value::Object(map) => map.values().for_each(|v| texts(v, found)),
        _ => {}
    }
}

#[test]
fn the_log_has_a_line_a_request_and_nobody_in_it() {
    let (dir, server) = county("");
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let wang = Device::enrolled(dir.path(), "wang", &server, &server.address, "S002");
    let liu = Device::enrolled(dir.path(), "liu", &server, &server.address, "S007");
    let child = li.person("王小雨");
    let from = li.file("visit.json", &routine_visit("child-visit@s2", "祖母腿伤，已联系村医。"));
    li.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &from]);
    li.ok(&["edit", &child, "contact.phone=13800000001"]);
    for device in [&li, &wang, &liu] {
        device.ok(&["sync"]);
    }
    let token = liu.token();
    let mine = format!("authorization: Bearer {token}\r\n");
    let code = ask(server.host(), "POST /v1/admin/staff/S001/code", &mine);
    assert_eq!(code.status, 200);
    let nobody = ask(server.host(), "POST /v1/admin/staff/S999/code", &mine);
    ask(server.host(), "GET /v1/admin/staff?name=%E7%8E%8B%E5%B0%8F%E9%9B%A8&wang=WangXiaoyu", &mine);
    ask(server.host(), "GET /WangXiaoyu", "");
    let sent = "{\"sheet\":\"王小雨\"}";
    let list = format!(
        "POST /v1/admin/import/roster?file=WangXiaoyu.csv HTTP/1.1\r\nhost: x\r\n{mine}content-length: {}\r\nconnection: close\r\n\r\n{sent}",
        sent.len()
    );
    read(send(server.host(), &list));

    let mut private = vec![token, "WangXiaoyu".into(), "%E7%8E".into(), "S001".into(), "S007".into(), "nuanfang.db".into()];
    private.push(serde_json::from_str::<Value>(&code.body).unwrap()["code"].as_str().unwrap().to_owned());
    texts(&json!([wang.list(&["persons"]), wang.list(&["visits"])]), &mut private);
    for person in wang.list(&["persons"]) {
        let id = person["id"].as_str().unwrap();
        texts(&wang.ok(&["show", id]), &mut private);
        private.push(id.to_owned());
    }
    assert!(private.len() > 100);
    let log = std::fs::read_to_string(server.data.join("log")).unwrap();
    for text in &private {
        assert!(!log.contains(text.as_str()), "the log has {text:?}");
    }
    assert!(log.is_ascii(), "{log}");

    let lines = server.log();
    let device = wang.core().secret().unwrap().device.to_string();
    let synced = lines.iter().rfind(|l| l["fields"]["route"] == "/v1/sync" && device.ends_with(l["fields"]["device"].as_str().unwrap())).unwrap();
    let fields = &synced["fields"];
    assert_eq!((&fields["method"], &fields["status"]), (&json!("POST"), &json!(200)));
    assert!(fields["bytes_in"].as_u64().unwrap() > 0 && fields["bytes_out"].as_u64().unwrap() > 0 && fields["milliseconds"].is_u64(), "{fields}");
    let routes: Vec<_> = lines.iter().filter_map(|l| l["fields"]["route"].as_str()).collect();
    for route in ["/v1/enrol", "/v1/admin/staff/{id}/code", "/v1/admin/staff", "/v1/admin/import/{what}", "file"] {
        assert!(routes.contains(&route), "{route} is not among {routes:?}");
    }
    // A reply that failed has the number that all lines of its request have.
    let id = nobody.header("x-request-id").unwrap();
    assert!(lines.iter().any(|l| l["span"]["id"] == id && l["fields"]["route"] == "/v1/admin/staff/{id}/code" && l["fields"]["status"] == 404));
    assert_eq!(code.header("x-request-id"), None, "every byte of a success counts");
}

/// A certificate authority of our own, as `<name>.pem`, and a certificate of it for this machine in `server.pem` and `server.key`.
fn certify(dir: &Path, name: &str) -> rcgen::CertifiedIssuer<'static, rcgen::KeyPair> {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    let authority = rcgen::CertifiedIssuer::self_signed(params, rcgen::KeyPair::generate().unwrap()).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    std::fs::write(dir.join(name).with_extension("pem"), authority.pem()).unwrap();
    std::fs::write(dir.join("server.pem"), certificate.pem()).unwrap();
    std::fs::write(dir.join("server.key"), key.serialize_pem()).unwrap();
    authority
}

fn tls_settings(dir: &Path, key: &str) -> String {
    format!("[tls]\ncertificate = {:?}\nkey = {:?}", dir.join("server.pem"), dir.join(key))
}

/// A TLS connection that stays open.
fn speak_tls(host: &str, authority: &rcgen::CertifiedIssuer<'_, rcgen::KeyPair>) -> impl Read + Write {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let config = rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = rustls::ClientConnection::new(Arc::new(config), "127.0.0.1".try_into().unwrap()).unwrap();
    rustls::StreamOwned::new(client, TcpStream::connect(host).unwrap())
}

fn healthy(stream: &mut (impl Read + Write)) -> bool {
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut said = Vec::new();
    while !said.ends_with(b"{\"nuanfang\":1}") {
        let mut byte = [0];
        if stream.read(&mut byte).unwrap_or_default() == 0 {
            return false;
        }
        said.extend(byte);
    }
    true
}

#[test]
fn devices_join_and_sync_over_the_servers_own_tls_and_a_new_certificate_breaks_no_connection() {
    let dir = TempDir::new().unwrap();
    let first = certify(dir.path(), "first");
    let settings = tls_settings(dir.path(), "server.key");
    let (dir, server) = county_in(dir, &settings);
    assert!(server.address.starts_with("https://127.0.0.1:"), "{}", server.address);
    let device = |name: &str, authority: &str| Device { authority: Some(dir.path().join(authority)), ..Device::new(dir.path(), name) };
    let li = device("li", "first.pem");
    li.ok(&["enrol", "--server", &server.address, "--code", &server.code("S001")]);
    assert_eq!(li.ok(&["sync"])["accepted"], 0);
    assert_eq!(read(send(server.host(), "GET /health HTTP/1.1\r\nhost: x\r\n\r\n")).status, 0, "plain HTTP is not heard");

    let mut open = speak_tls(server.host(), &first);
    assert!(healthy(&mut open));
    certify(dir.path(), "second");
    server.signal("HUP");
    while !server.log().iter().any(|line| line["fields"]["message"] == "new certificate") {
        std::thread::yield_now();
    }
    assert!(healthy(&mut open));
    assert!(li.refused(&["sync"]).contains("offline"), "her system does not know the new authority");
    device("wang", "second.pem").ok(&["enrol", "--server", &server.address, "--code", &server.code("S002")]);
}

#[test]
fn a_key_that_does_not_fit_is_told_before_anything_is_served() {
    let dir = TempDir::new().unwrap();
    certify(dir.path(), "first");
    let old = std::fs::read(dir.path().join("server.key")).unwrap();
    std::fs::write(dir.path().join("other.key"), old).unwrap();
    certify(dir.path(), "second");
    std::fs::copy(dir.path().join("server.pem"), dir.path().join("no.key")).unwrap();
    for (key, reason) in [("other.key", "do not belong together"), ("no.key", "holds no usable private key"), ("gone.key", "cannot read")] {
        let config = dir.path().join("server.toml");
        std::fs::write(&config, tls_settings(dir.path(), key)).unwrap();
        let data = dir.path().join("data");
        let output = Command::new(program("nuanfang-server")).args(["serve", "--config"]).arg(config).arg("--data").arg(&data).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1));
        assert!(said.contains(reason) && said.contains(key), "{said}");
        assert!(!data.exists());
    }
}

#[test]
fn prometheus_reads_what_happened_and_to_nobody_in_particular() {
    let (dir, server) = county("metrics_listen = \"127.0.0.1:0\"");
    let li = Device::enrolled(dir.path(), "li", &server, &server.address, "S001");
    let child = li.person("王小雨");
    let from = li.file("visit.json", &routine_visit("child-visit@s2", "一切正常。"));
    li.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &from]);
    let accepted = li.ok(&["sync"])["accepted"].as_u64().unwrap();
    ask(server.host(), "GET /v1/admin/staff", "");
    ask(server.host(), "NONSENSE /WangXiaoyu", "");
    assert_eq!(ask(server.host(), "GET /metrics", "").status, 404, "not at the devices' address");

    let figures = ask(server.metrics.as_deref().unwrap(), "GET /metrics", "").body;
    let value = |name: &str| -> f64 {
        let line = figures.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name} in {figures}"));
        line.trim().parse().unwrap()
    };
    assert_eq!(value("nuanfang_changes_total{outcome=\"accepted\",reason=\"\"}"), accepted as f64);
    assert_eq!(value("nuanfang_requests_total{route=\"/v1/enrol\",method=\"POST\",status=\"200\"}"), 1.0);
    assert_eq!(value("nuanfang_requests_total{route=\"/v1/admin/staff\",method=\"GET\",status=\"401\"}"), 1.0);
    assert_eq!(value("nuanfang_requests_total{route=\"file\",method=\"other\",status=\"405\"}"), 1.0);
    // The first download comes in packs; that her own change was taken is told once, by its receipt.
    assert_eq!(value("nuanfang_feed_items_total"), 0.0);
    assert!(value("nuanfang_bytes_total{way=\"up\"}") > 100.0 && value("nuanfang_bytes_total{way=\"down\"}") > 1000.0);
    assert!(value("nuanfang_request_seconds_count{route=\"/v1/sync\"}") >= 2.0 && value("nuanfang_database_seconds_count") > 4.0);
    assert_eq!((value("nuanfang_devices_this_hour"), value("nuanfang_requests_waiting")), (1.0, 0.0));
    assert!(figures.contains("nuanfang_build_info{version=\""));
    assert!(figures.is_ascii() && !figures.contains("WangXiaoyu") && !figures.contains("S001"), "{figures}");
}
