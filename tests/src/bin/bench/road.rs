//! The first download over a road as it is in a village: 300 ms there and back, 60 kB a second down.
use crate::figure;
use client::Core;
use client::device::env::SystemEnv;
use client::device::home::Home;
use client::server::http::Http;
use client::server::online;
use domain::api::{Enrol, Request, SyncReport};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use village::server::{Server, admin};

const ONE_WAY: Duration = Duration::from_millis(150);
const DOWN: f64 = 60_000.0;

/// Runs the benches.
pub fn run() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let data = dir.path().join("server");
    anyhow::ensure!(admin(&data, &["sample", "--seed", "1"]).status.success(), "the sample county");
    let server = Server::start(&data);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let address = runtime.block_on(slow(server.host().parse()?))?;
    // Packs are made once; then they are there.
    for (name, staff) in [("made", "S006"), ("director", "S001"), ("officer", "S006")] {
        let core = Mutex::new(Core::new(Box::new(SystemEnv), Box::new(Home::open(&dir.path().join(name), || {})?)));
        let http = Http::new(Box::new(|_| {}))?;
        let server_address = if name == "made" { server.address.clone() } else { address.clone() };
        let enrol = Enrol { server: server_address, code: server.code(staff), pin: "274951".into(), label: "bench".into() };
        let began = Instant::now();
        runtime.block_on(online::handle(&core, &http, Request::Enrol(enrol)))?;
        let usable = began.elapsed().as_secs_f64();
        let report: SyncReport = runtime.block_on(online::sync_now(&core, &http))?;
        let seconds = began.elapsed().as_secs_f64();
        match name {
            "director" => figure("first_list_road", usable, "s from the code to a list that can be used, PIN and 3 round trips included", 5.0),
            "officer" => {
                let persons = client::server::link::hold(&core).view()?.db.query_row("SELECT count(*) FROM persons", [], |r| r.get::<_, i64>(0))?;
                // The first pack came with the enrolment, and is not in the report.
                let bytes = report.down_bytes as f64;
                let least = bytes / DOWN;
                figure("first_download_bytes", bytes / persons as f64, "bytes a person with her visits", 2048.0);
                figure("first_download_road", (seconds - usable - 3.0 * 0.3) / least, "times what the line allows, beyond 3 round trips", 1.15);
            }
            _ => {}
        }
    }
    Ok(())
}

/// A relay with the delay and the rate of such a road.
async fn slow(target: SocketAddr) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((device, _)) = listener.accept().await {
            tokio::spawn(async move {
                // A connection costs a round trip before its first byte.
                tokio::time::sleep(2 * ONE_WAY).await;
                let Ok(server) = TcpStream::connect(target).await else { return };
                let (from_device, to_device) = device.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::join!(carry(from_device, to_server, f64::INFINITY), carry(from_server, to_device, DOWN));
            });
        }
    });
    Ok(address)
}

async fn carry(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, rate: f64) {
    let (send, mut on_the_way) = mpsc::channel::<(Instant, Vec<u8>)>(1024);
    let read = async move {
        let mut buffer = [0; 1400];
        while let Ok(read @ 1..) = from.read(&mut buffer).await {
            if send.send((Instant::now() + ONE_WAY, buffer[..read].to_vec())).await.is_err() {
                return;
            }
        }
    };
    let write = async move {
        let mut free = Instant::now();
        while let Some((arrives, bytes)) = on_the_way.recv().await {
            free = free.max(arrives) + Duration::from_secs_f64(bytes.len() as f64 / rate);
            tokio::time::sleep_until(free.into()).await;
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
        _ = to.shutdown().await;
    };
    tokio::join!(read, write);
}
