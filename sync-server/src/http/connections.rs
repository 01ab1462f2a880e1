//! Connections: accepted, read and written with time limits for the head, the body, silence and writing, and let finish when the server stops.
mod strangers;

pub(crate) use strangers::Stranger;

use crate::app::App;
use crate::http::tls::Tls;
use crate::limits::Limits;
use crate::measures::{self, InFlight};
use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::future::pending;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use strangers::Strangers;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, sleep, timeout};
use tokio_rustls::TlsAcceptor;

/// The other end of a connection: the caller, or a proxy.
#[derive(Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Serves until `stop` ends, then for `drain_seconds` more while saying that it is not ready, then lets running requests finish
/// for at most `stop_seconds`.
pub(crate) async fn serve(listener: TcpListener, tls: Option<Tls>, router: Router, app: App, stop: impl Future<Output = ()>) {
    let tls = tls.map(Arc::new);
    let seconds = |s| Duration::from_secs(s);
    let connections = GracefulShutdown::new();
    let ending = async {
        stop.await;
        tracing::info!(at_work = app.guard.at_work(), "stopping");
        app.stopping.send_replace(true);
        sleep(seconds(app.settings.drain_seconds)).await;
    };
    tokio::select! {
        () = ending => {}
        () = accept(&listener, tls.as_ref(), router, &app, &connections) => {}
        () = async { if let Some(tls) = &tls { tls.watch().await } else { pending().await } } => {}
    }
    drop(listener);
    app.notifier.end();
    let finished = timeout(seconds(app.settings.stop_seconds), connections.shutdown()).await.is_ok();
    tracing::info!(finished, "stopped");
}

/// Takes connections for ever.
async fn accept(listener: &TcpListener, tls: Option<&Arc<Tls>>, router: Router, app: &App, connections: &GracefulShutdown) {
    let service = TowerToHyperService::new(router);
    let limits = &app.settings.limits;
    let room = Arc::new(Semaphore::new(limits.connections));
    let strangers = Strangers::new(limits.address_connections);
    while let Ok(place) = room.clone().acquire_owned().await {
        match listener.accept().await {
            Ok((stream, from)) => {
                let talk = Arc::new(Talk::default());
                let ours = app.settings.trusted_proxies.iter().any(|proxy| proxy.has(from.ip()));
                let stranger = if ours { None } else { strangers.enter(from.ip(), &talk) };
                if stranger.is_none() && !ours {
                    measures::turned_away("connections");
                    continue;
                }
                let (service, limits, watcher) = (service.clone(), limits.clone(), connections.watcher());
                let one = Connection { from, place, stranger, talk, service, limits, watcher, counted: InFlight::connection() };
                tokio::spawn(one.greet(stream, tls.cloned()));
            }
            // No file handles left, say: those in use become free. A caller who went away in between is no trouble.
            Err(e) if e.kind() == io::ErrorKind::ConnectionAborted || e.kind() == io::ErrorKind::ConnectionReset => {}
            Err(e) => {
                tracing::error!(kind = ?e.kind(), "no connection can be taken");
                sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

struct Connection {
    from: SocketAddr,
    place: OwnedSemaphorePermit,
    /// None from a proxy of ours.
    stranger: Option<Stranger>,
    talk: Arc<Talk>,
    service: TowerToHyperService<Router>,
    limits: Limits,
    watcher: Watcher,
    counted: InFlight,
}

impl Connection {
    /// Who speaks no TLS where it is spoken, or takes too long to begin, is not heard.
    async fn greet(self, stream: TcpStream, tls: Option<Arc<Tls>>) {
        // Replies are short, and written whole.
        _ = stream.set_nodelay(true);
        let Some(tls) = tls else { return self.talk(stream).await };
        let greeting = timeout(Duration::from_secs(self.limits.head_seconds), TlsAcceptor::from(tls.config()).accept(stream));
        let greeted = tokio::select! { greeted = greeting => greeted, () = self.talk.closed.notified() => return };
        if let Ok(Ok(stream)) = greeted {
            self.talk(stream).await;
        }
    }

    async fn talk(self, stream: impl AsyncRead + AsyncWrite + Unpin + 'static) {
        let Connection { from, place: _place, stranger, talk, service, limits, watcher, counted: _counted } = self;
        let stream = TimeoutStream::new(stream, talk.clone(), &limits);
        let of_requests = talk.clone();
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            of_requests.heads.fetch_add(1, Ordering::Relaxed);
            request.extensions_mut().insert(Peer(from.ip()));
            if let Some(stranger) = &stranger {
                request.extensions_mut().insert(stranger.clone());
            }
            let (answer, talk) = (service.call(request), of_requests.clone());
            async move {
                let answer = answer.await;
                talk.answered.fetch_add(1, Ordering::Relaxed);
                answer
            }
        });
        let connection = http1::Builder::new()
            // Answers are kept by nobody, or by their name for a year; who wants the time is told inside.
            .auto_date_header(false)
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(limits.idle_seconds.max(limits.head_seconds)))
            .max_buf_size(limits.head_bytes.max(8192))
            .max_headers(limits.headers)
            .serve_connection(TokioIo::new(stream), service);
        // A broken connection is the caller's to notice.
        tokio::select! { _ = watcher.watch(connection) => {} () = talk.closed.notified() => {} }
    }
}

/// Where a connection's talk stands.
#[derive(Default)]
struct Talk {
    /// Heads that came whole.
    heads: AtomicU64,
    /// Requests answered.
    answered: AtomicU64,
    /// Whether bytes of a reply wait to be taken.
    writing: AtomicBool,
    /// Its place is needed.
    closed: Notify,
}

impl Talk {
    /// Whether nothing is asked or answered now.
    fn is_idle(&self) -> bool {
        self.heads.load(Ordering::Relaxed) == self.answered.load(Ordering::Relaxed) && !self.writing.load(Ordering::Relaxed)
    }
}

/// A stream that gives up on a connection that says nothing, on a head that began and does not end, and on a reply that nobody takes. (hyper's own timer for heads also
/// runs while a connection is idle, so it can only be the longer of the two. Bodies are waited for in [`crate::limits`].)
struct TimeoutStream<S> {
    stream: S,
    talk: Arc<Talk>,
    heads_seen: u64,
    head: Duration,
    reading: Option<Pin<Box<Sleep>>>,
    write: Duration,
    writing: Option<Pin<Box<Sleep>>>,
}

impl<S> TimeoutStream<S> {
    fn new(stream: S, talk: Arc<Talk>, limits: &Limits) -> TimeoutStream<S> {
        let (head, write) = (Duration::from_secs(limits.head_seconds), Duration::from_secs(limits.write_seconds));
        TimeoutStream { stream, talk, heads_seen: 0, head, reading: Some(Box::pin(sleep(head))), write, writing: None }
    }

    /// Ready with an error once the caller has taken nothing for too long.
    fn wait_for_writing<T>(&mut self, cx: &mut Context<'_>, done: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        self.talk.writing.store(done.is_pending(), Ordering::Relaxed);
        if done.is_ready() {
            self.writing = None;
            return done;
        }
        ready!(self.writing.get_or_insert_with(|| Box::pin(sleep(self.write))).as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TimeoutStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        let heads = self.talk.heads.load(Ordering::Relaxed);
        if self.heads_seen != heads {
            self.heads_seen = heads;
            self.reading = None;
        }
        if heads != self.talk.answered.load(Ordering::Relaxed) {
            return read;
        }
        if buf.filled().len() > before && self.reading.is_none() {
            self.reading = Some(Box::pin(sleep(self.head)));
        }
        let over = read.is_pending() && self.reading.as_mut().is_some_and(|timer| timer.as_mut().poll(cx).is_ready());
        if over { Poll::Ready(Err(io::ErrorKind::TimedOut.into())) } else { read }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimeoutStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.wait_for_writing(cx, done)
    }
    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.wait_for_writing(cx, done)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.stream).poll_flush(cx);
        self.wait_for_writing(cx, done)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.wait_for_writing(cx, done)
    }
}
