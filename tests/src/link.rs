//! The road to the server, which a test can cut: a TCP relay on a port of its own.
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A relay to a server.
pub struct Link {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    up: watch::Sender<bool>,
    _runtime: Arc<tokio::runtime::Runtime>,
}

impl Link {
    /// Opens a relay to `host:port`; the road is open.
    pub fn to(server: &str) -> Link {
        let target: SocketAddr = server.parse().expect("host and port");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (up, seen) = watch::channel(true);
        runtime.spawn(async move {
            while let Ok((device, _)) = listener.accept().await {
                tokio::spawn(relay(device, target, seen.clone()));
            }
        });
        Link { address, up, _runtime: Arc::new(runtime) }
    }

    /// Cuts the road: open connections break, new ones are closed at once.
    pub fn cut(&self) { self.up.send_replace(false); }
    /// Opens it again.
    pub fn mend(&self) { self.up.send_replace(true); }
}

async fn relay(mut device: TcpStream, target: SocketAddr, mut seen: watch::Receiver<bool>) {
    if !*seen.borrow() { return; }
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    tokio::select! {
        _ = copy_bidirectional(&mut device, &mut server) => {}
        _ = seen.wait_for(|up| !up) => {}
    }
}
