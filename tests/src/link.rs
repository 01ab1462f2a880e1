//! The road to the server, which a test can cut: a TCP relay on a port of its own.
use std::net::SocketAddr;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A relay to a server. It works on a thread of its own until the test ends.
pub struct Link {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    up: watch::Sender<bool>,
}

impl Link {
    /// Opens a relay to `host:port`; the road is open.
    pub fn to(server: &str) -> Link {
        let target: SocketAddr = server.parse().expect("host and port");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        listener.set_nonblocking(true).unwrap();
        let (up, seen) = watch::channel(true);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).unwrap();
                while let Ok((device, _)) = listener.accept().await {
                    tokio::spawn(relay(device, target, seen.clone()));
                }
            });
        });
        Link { address, up }
    }

    /// Cuts the road: open connections break, new ones are closed at once.
    pub fn cut(&self) {
        self.up.send_replace(false);
    }
    /// Opens it again.
    pub fn mend(&self) {
        self.up.send_replace(true);
    }
}

async fn relay(mut device: TcpStream, target: SocketAddr, mut seen: watch::Receiver<bool>) {
    if !*seen.borrow() {
        return;
    }
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    tokio::select! {
        _ = copy_bidirectional(&mut device, &mut server) => {}
        _ = seen.wait_for(|up| !up) => {}
    }
}
