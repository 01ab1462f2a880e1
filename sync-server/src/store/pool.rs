//! Connections to PostgreSQL, each with the statements it has prepared.
use crate::store::db::{Db, DbError, DbResult, PgTx, Statements};
use anyhow::Context;
use postgres::config::{Host, SslMode};
use postgres::fallible_iterator::FallibleIterator;
use postgres::{Client, Config, IsolationLevel, NoTls};
use std::cell::RefCell;
use std::net::IpAddr;
use std::time::Duration;
use tokio::time::Instant;
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long a request waits for a free connection.
const WAIT: Duration = Duration::from_secs(20);
/// How long a database that does not answer is waited for.
const SILENT: Duration = Duration::from_secs(30);
/// What each connection says first: a machine that vanished without a word keeps its locks for a minute, not for hours; and nobody
/// waits for a lock longer than a caller waits for a reply.
const FIRST: &str = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; SET lock_timeout = '60s'";

/// Opens connections.
pub struct Manager(Config);

/// One connection.
pub struct Session {
    client: Client,
    statements: Statements,
}

/// Connects to the server that an address names: in clear text only on the same machine, or where the address says
/// `sslmode=disable`.
pub fn connect(config: &Config) -> DbResult<Client> {
    let mut config = config.clone();
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(SILENT);
    }
    config.keepalives_idle(SILENT).tcp_user_timeout(SILENT);
    let mut client = open_line(&config)?;
    client.batch_execute(FIRST)?;
    Ok(client)
}

fn open_line(config: &Config) -> DbResult<Client> {
    let here = |host: &Host| match host {
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    match config.get_ssl_mode() {
        SslMode::Disable => return Ok(config.connect(NoTls)?),
        SslMode::Prefer if config.get_hosts().iter().all(here) => return Ok(config.connect(NoTls)?),
        _ => {}
    }
    // Whoever was first chose the same.
    _ = rustls::crypto::ring::default_provider().install_default();
    let (tls, _) = MakeRustlsConnect::with_native_certs().map_err(|_| DbError::NoRoots)?;
    let mut config = config.clone();
    Ok(config.ssl_mode(SslMode::Require).connect(tls)?)
}

/// The address as settings name it; its password is never repeated.
pub fn address(url: &str) -> anyhow::Result<Config> {
    url.parse()
        .map_err(|_| anyhow::anyhow!("数据库地址应为 postgres://用户:密码@主机/库名 / a database is named as postgres://user:password@host/name"))
}

/// A pool of so many connections for requests, and one for whoever asks whether the database answers; the first is opened at once.
pub fn open(url: &str, connections: u32) -> anyhow::Result<r2d2::Pool<Manager>> {
    let config = address(url)?;
    connect(&config).context("连不上数据库 / cannot reach the database")?;
    Ok(r2d2::Pool::builder().max_size(connections.max(1) + 1).min_idle(Some(0)).connection_timeout(WAIT).build(Manager(config))?)
}

impl r2d2::ManageConnection for Manager {
    type Connection = Session;
    type Error = DbError;
    fn connect(&self) -> DbResult<Session> {
        Ok(Session { client: connect(&self.0)?, statements: Statements::new() })
    }
    fn is_valid(&self, session: &mut Session) -> DbResult<()> {
        Ok(session.client.check_connection()?)
    }
    fn has_broken(&self, session: &mut Session) -> bool {
        session.client.is_closed()
    }
}

/// The channel of hints among servers on one database.
const CHANNEL: &str = "nuanfang";

/// Tells the other servers that something was committed.
pub fn notify(pool: &r2d2::Pool<Manager>) -> DbResult<()> {
    Ok(pool.get()?.client.batch_execute(&format!("NOTIFY {CHANNEL}"))?)
}

/// Calls `heard` for each hint until the connection is lost.
pub fn listen(url: &str, mut heard: impl FnMut()) -> DbResult<()> {
    let config: Config = url.parse()?;
    let mut client = connect(&config)?;
    client.batch_execute(&format!("LISTEN {CHANNEL}"))?;
    let mut hints = client.notifications();
    let mut hints = hints.blocking_iter();
    while hints.next()?.is_some() {
        heard();
    }
    Ok(())
}

/// Runs one transaction; it is rolled back when `f` fails or panics. One that `reads` sees the database as it was at its first
/// statement, and is in nobody's way. Nothing is begun in it once it is due, and what runs then is ended.
pub fn transaction<T>(
    pool: &r2d2::Pool<Manager>,
    reads: bool,
    due: Option<Instant>,
    f: impl FnOnce(&Db<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let mut session = pool.get().map_err(DbError::from)?;
    let Session { client, statements } = &mut *session;
    let begin = client.build_transaction();
    let begin = if reads { begin.isolation_level(IsolationLevel::RepeatableRead).read_only(true) } else { begin };
    let db = Db::Postgres(RefCell::new(PgTx { tx: begin.start().map_err(DbError::from)?, statements, reads, due }));
    if let Some(due) = due {
        let left = due.saturating_duration_since(Instant::now()).as_millis().max(1);
        db.batch(&format!("SET LOCAL statement_timeout = {left}"))?;
    }
    let value = f(&db)?;
    if let Db::Postgres(work) = db {
        work.into_inner().tx.commit().map_err(DbError::from)?;
    }
    Ok(value)
}
