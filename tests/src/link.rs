//! The road to the server, which a test can cut: a TCP relay on a port of its own.
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A relay to a server. It works on a thread of its own until the test ends.
pub struct Link {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    up: watch::Sender<bool>,
    /// Bytes that may still come down.
    allowance: Arc<AtomicI64>,
}

impl Link {
    /// Opens a relay to `host:port`; the road is open.
    pub fn to(server: &str) -> Link {
        let target: SocketAddr = server.parse().expect("host and port");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        listener.set_nonblocking(true).unwrap();
        let (up, seen) = watch::channel(true);
        let allowance = Arc::new(AtomicI64::new(i64::MAX));
        let allowed = allowance.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).unwrap();
                while let Ok((device, _)) = listener.accept().await {
                    tokio::spawn(relay(device, target, seen.clone(), allowed.clone()));
                }
            });
        });
        Link { address, up, allowance }
    }

    /// Cuts the road: open connections break, new ones are closed at once.
    pub fn cut(&self) {
        self.up.send_replace(false);
    }
    /// Lets so many bytes more come down; then the road is cut, for this connection and every later one.
    pub fn allow(&self, bytes: i64) {
        self.allowance.store(bytes, Ordering::Relaxed);
    }
    /// How many bytes may still come down; below 0 when more wanted to.
    pub fn left(&self) -> i64 {
        self.allowance.load(Ordering::Relaxed)
    }
    /// Opens it again.
    pub fn mend(&self) {
        self.up.send_replace(true);
    }
}

async fn relay(mut device: TcpStream, target: SocketAddr, mut seen: watch::Receiver<bool>, allowance: Arc<AtomicI64>) {
    if !*seen.borrow() {
        return;
    }
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    let ((mut from_device, mut to_device), (mut from_server, mut to_server)) = (device.split(), server.split());
    tokio::select! {
        _ = copy(&mut from_device, &mut to_server) => {}
        () = down(&mut from_server, &mut to_device, &allowance) => {}
        _ = seen.wait_for(|up| !up) => {}
    }
}

/// Hands on what comes down for as long as it is allowed.
async fn down(from: &mut ReadHalf<'_>, to: &mut WriteHalf<'_>, allowance: &AtomicI64) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let allowed = allowance.fetch_sub(read as i64, Ordering::Relaxed).clamp(0, read as i64) as usize;
        if to.write_all(&buffer[..allowed]).await.is_err() || allowed < read {
            return;
        }
    }
}
