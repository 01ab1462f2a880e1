//! The road to the server, which a test can cut: a TCP relay on a port of its own.
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A relay to a server. It works on a thread of its own until the test ends.
pub struct Link {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    road: Arc<Road>,
    stuck: mpsc::Receiver<()>,
}

struct Road {
    up: watch::Sender<bool>,
    /// Bytes that still pass towards the server.
    left: AtomicUsize,
    stuck: mpsc::Sender<()>,
    /// Bytes that may still come down.
    allowance: AtomicI64,
}

impl Link {
    /// Opens a relay to `host:port`; the road is open.
    pub fn to(server: &str) -> Link {
        let target: SocketAddr = server.parse().expect("host and port");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        listener.set_nonblocking(true).unwrap();
        let (stuck, heard) = mpsc::channel();
        let (left, allowance) = (AtomicUsize::new(usize::MAX), AtomicI64::new(i64::MAX));
        let road = Arc::new(Road { up: watch::Sender::new(true), left, stuck, allowance });
        let shared = road.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).unwrap();
                while let Ok((device, _)) = listener.accept().await {
                    tokio::spawn(relay(device, target, shared.clone()));
                }
            });
        });
        Link { address, road, stuck: heard }
    }

    /// Cuts the road: open connections break, new ones are closed at once.
    pub fn cut(&self) {
        self.road.up.send_replace(false);
    }
    /// Opens it again, for any number of bytes.
    pub fn mend(&self) {
        self.road.left.store(usize::MAX, Ordering::SeqCst);
        self.road.up.send_replace(true);
    }
    /// Lets so many bytes pass towards the server and then no more, without breaking: for [`Link::wait_until_stuck`].
    pub fn pass_only(&self, bytes: usize) {
        self.road.left.store(bytes, Ordering::SeqCst);
    }
    /// Waits until all that may pass has passed, and somebody wants more.
    pub fn wait_until_stuck(&self) {
        self.stuck.recv().unwrap();
    }
    /// Lets so many bytes more come down; then the road is cut, for this connection and every later one.
    pub fn allow(&self, bytes: i64) {
        self.road.allowance.store(bytes, Ordering::Relaxed);
    }
    /// How many bytes may still come down; below 0 when more wanted to.
    pub fn left(&self) -> i64 {
        self.road.allowance.load(Ordering::Relaxed)
    }
}

async fn relay(device: TcpStream, target: SocketAddr, road: Arc<Road>) {
    let mut seen = road.up.subscribe();
    if !*seen.borrow() {
        return;
    }
    let Ok(server) = TcpStream::connect(target).await else { return };
    let ((from_device, to_device), (from_server, to_server)) = (device.into_split(), server.into_split());
    tokio::select! {
        // A device that has said everything still listens.
        _ = async { tokio::join!(upwards(from_device, to_server, &road), downwards(from_server, to_device, &road)) } => {}
        _ = seen.wait_for(|up| !up) => {}
    }
}

async fn upwards(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, road: &Road) -> std::io::Result<()> {
    let mut bytes = vec![0; 16 << 10];
    loop {
        let n = from.read(&mut bytes).await?;
        if n == 0 {
            return to.shutdown().await;
        }
        let left = road.left.load(Ordering::SeqCst);
        let passing = n.min(left);
        to.write_all(&bytes[..passing]).await?;
        if left != usize::MAX {
            road.left.store(left - passing, Ordering::SeqCst);
        }
        if passing < n {
            _ = road.stuck.send(());
            return std::future::pending().await;
        }
    }
}

/// Hands on what comes down for as long as it is allowed; then both halves break.
async fn downwards(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, road: &Road) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let allowed = road.allowance.fetch_sub(read as i64, Ordering::Relaxed).clamp(0, read as i64) as usize;
        if to.write_all(&buffer[..allowed]).await.is_err() || allowed < read {
            break;
        }
    }
    _ = to.shutdown().await;
}
