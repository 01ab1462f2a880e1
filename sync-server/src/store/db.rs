//! The two databases behind one small face. A statement is written once, in the words both understand; `?1` in it is `$1` to
//! PostgreSQL, and types of columns have other names there. A `Db` is one transaction.
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, params_from_iter};
use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;
use std::str::FromStr;
use tokio::time::Instant;

/// What can go wrong below a transaction. Messages of a database may repeat values: only codes are ever logged.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// SQLite says no.
    #[error("sqlite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL says no.
    #[error("postgresql: {0}")]
    Postgres(#[from] postgres::Error),
    /// No connection to PostgreSQL is to be had.
    #[error("no connection to the database")]
    Pool(#[from] r2d2::Error),
    /// This machine has no list of certificate authorities, so no other can be trusted.
    #[error("no certificate authorities on this machine")]
    NoRoots,
    /// The time this work may take is over.
    #[error("the work took too long")]
    Overdue,
    /// A column holds something else than this program writes.
    #[error("column {0} has another form")]
    Column(usize),
}

/// What statements give.
pub type DbResult<T> = Result<T, DbError>;

impl DbError {
    /// Whether the same transaction, begun anew, may well succeed: another one was in its way.
    pub fn try_again(&self) -> bool {
        use postgres::error::SqlState;
        let code = if let DbError::Postgres(e) = self { e.code() } else { None };
        code.is_some_and(|c| [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED, SqlState::UNIQUE_VIOLATION].contains(c))
    }

    /// Whether it was ended because its time was over, or somebody else held a lock for too long. Nothing of it was kept.
    pub fn took_too_long(&self) -> bool {
        use postgres::error::SqlState;
        match self {
            DbError::Overdue => true,
            DbError::Sqlite(e) => e.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted),
            DbError::Postgres(e) => e.code().is_some_and(|c| [SqlState::LOCK_NOT_AVAILABLE, SqlState::QUERY_CANCELED].contains(c)),
            _ => false,
        }
    }

    /// For the log: which error, never which values.
    pub fn code(&self) -> String {
        match self {
            DbError::Sqlite(rusqlite::Error::SqliteFailure(code, _)) => format!("sqlite {}", code.extended_code),
            DbError::Sqlite(_) => "sqlite: a value of another form".to_owned(),
            DbError::Postgres(e) => format!("postgresql {}", e.code().map_or("connection", |c| c.code())),
            DbError::Pool(_) | DbError::Column(_) | DbError::NoRoots | DbError::Overdue => self.to_string(),
        }
    }
}

/// A value on its way in or out.
#[derive(Clone, PartialEq, Debug)]
pub enum Sql {
    /// NULL
    Null,
    /// Numbers, truth values.
    Int(i64),
    /// Text
    Text(String),
    /// Bytes
    Blob(Vec<u8>),
}

/// Arguments of a statement, in the order of `?1`, `?2`, …
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::store::db::Sql::from($value)),*] };
}
pub(crate) use args;

macro_rules! from {
    ($($from:ty => |$v:ident| $to:expr;)*) => { $(impl From<$from> for Sql { fn from($v: $from) -> Sql { $to } })* };
}
from! {
    i64 => |v| Sql::Int(v);
    u8 => |v| Sql::Int(v.into());
    bool => |v| Sql::Int(v.into());
    &str => |v| Sql::Text(v.to_owned());
    &String => |v| Sql::Text(v.clone());
    String => |v| Sql::Text(v);
    &[u8] => |v| Sql::Blob(v.to_vec());
    &Vec<u8> => |v| Sql::Blob(v.clone());
    Vec<u8> => |v| Sql::Blob(v);
}
impl<const N: usize> From<&[u8; N]> for Sql {
    fn from(v: &[u8; N]) -> Sql {
        Sql::Blob(v.to_vec())
    }
}
impl<const N: usize> From<[u8; N]> for Sql {
    fn from(v: [u8; N]) -> Sql {
        Sql::Blob(v.to_vec())
    }
}
impl<T: Into<Sql>> From<Option<T>> for Sql {
    fn from(v: Option<T>) -> Sql {
        v.map_or(Sql::Null, Into::into)
    }
}

/// One row of an answer.
pub struct SqlRow(Vec<Sql>);

impl SqlRow {
    /// A number.
    pub fn int(&self, at: usize) -> DbResult<i64> {
        if let Some(Sql::Int(n)) = self.0.get(at) { Ok(*n) } else { Err(DbError::Column(at)) }
    }
    /// A number that counts something.
    pub fn count(&self, at: usize) -> DbResult<u64> {
        u64::try_from(self.int(at)?).map_err(|_| DbError::Column(at))
    }
    /// A truth value.
    pub fn flag(&self, at: usize) -> DbResult<bool> {
        Ok(self.int(at)? != 0)
    }
    /// A text, which is taken out of the row.
    pub fn text(&mut self, at: usize) -> DbResult<String> {
        if let Some(Sql::Text(s)) = self.0.get_mut(at) { Ok(std::mem::take(s)) } else { Err(DbError::Column(at)) }
    }
    /// Bytes, which are taken out of the row.
    pub fn blob(&mut self, at: usize) -> DbResult<Vec<u8>> {
        if let Some(Sql::Blob(b)) = self.0.get_mut(at) { Ok(std::mem::take(b)) } else { Err(DbError::Column(at)) }
    }
    /// Bytes of a fixed number.
    pub fn bytes<const N: usize>(&mut self, at: usize) -> DbResult<[u8; N]> {
        self.blob(at)?.try_into().map_err(|_| DbError::Column(at))
    }
    /// All of it as it is, taken out of the row.
    pub fn take<const N: usize>(&mut self) -> DbResult<[Sql; N]> {
        std::mem::take(&mut self.0).try_into().map_err(|_| DbError::Column(N))
    }
    /// A text of a type that reads itself; a wrong one means that other hands changed the database.
    pub fn parse<T: FromStr>(&mut self, at: usize) -> DbResult<T> {
        self.text(at)?.parse().map_err(|_| DbError::Column(at))
    }
}

/// One transaction.
pub enum Db<'a> {
    /// Of the file.
    Sqlite(&'a Connection),
    /// Of a connection to a PostgreSQL server.
    Postgres(RefCell<PgTx<'a>>),
}

/// A PostgreSQL transaction with the statements its connection has prepared.
pub struct PgTx<'a> {
    pub(crate) tx: postgres::Transaction<'a>,
    pub(crate) statements: &'a mut Statements,
    pub(crate) reads: bool,
    pub(crate) due: Option<Instant>,
}

/// Prepared statements by their text.
pub type Statements = HashMap<String, postgres::Statement>;

/// Rows fetched at a time, so that who has enough need not be sent the rest.
const FETCH: i32 = 64;

impl PgTx<'_> {
    fn prepared(&mut self, sql: &str) -> DbResult<postgres::Statement> {
        if self.due.is_some_and(|due| Instant::now() >= due) {
            return Err(DbError::Overdue);
        }
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        let statement = self.tx.prepare(&sql.replace('?', "$"))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl Db<'_> {
    /// Runs a statement; gives the number of rows it wrote.
    pub fn run(&self, sql: &str, args: &[Sql]) -> DbResult<u64> {
        match self {
            Db::Sqlite(conn) => Ok(conn.prepare_cached(sql)?.execute(params_from_iter(args))? as u64),
            Db::Postgres(work) => {
                let work = &mut *work.borrow_mut();
                let statement = work.prepared(sql)?;
                Ok(work.tx.execute(&statement, &borrowed(args))?)
            }
        }
    }

    /// Runs several statements, separated by semicolons, in the words of this database.
    pub fn batch(&self, sql: &str) -> DbResult<()> {
        match self {
            Db::Sqlite(conn) => Ok(conn.execute_batch(sql)?),
            Db::Postgres(work) => Ok(work.borrow_mut().tx.batch_execute(sql)?),
        }
    }

    /// Reads rows until there are no more or `f` says false; PostgreSQL sends some at a time. `f` must not use the database itself.
    pub fn each(&self, sql: &str, args: &[Sql], mut f: impl FnMut(&mut SqlRow) -> DbResult<bool>) -> DbResult<()> {
        let Db::Postgres(work) = self else { return self.all(sql, args, f) };
        let work = &mut *work.borrow_mut();
        let statement = work.prepared(sql)?;
        let portal = work.tx.bind(&statement, &borrowed(args))?;
        loop {
            let rows = work.tx.query_portal(&portal, FETCH)?;
            for row in &rows {
                if !f(&mut postgres_line(row)?)? {
                    return Ok(());
                }
            }
            if rows.len() < FETCH as usize {
                return Ok(());
            }
        }
    }

    /// The same in one round trip.
    fn all(&self, sql: &str, args: &[Sql], mut f: impl FnMut(&mut SqlRow) -> DbResult<bool>) -> DbResult<()> {
        match self {
            Db::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql)?;
                let columns = statement.column_count();
                let mut rows = statement.query(params_from_iter(args))?;
                while let Some(row) = rows.next()? {
                    if !f(&mut sqlite_line(row, columns)?)? {
                        break;
                    }
                }
            }
            Db::Postgres(work) => {
                let work = &mut *work.borrow_mut();
                let statement = work.prepared(sql)?;
                for row in work.tx.query(&statement, &borrowed(args))? {
                    if !f(&mut postgres_line(&row)?)? {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// Every row.
    pub fn rows<T>(&self, sql: &str, args: &[Sql], mut f: impl FnMut(&mut SqlRow) -> DbResult<T>) -> DbResult<Vec<T>> {
        let mut all = Vec::new();
        self.all(sql, args, |line| {
            all.push(f(line)?);
            Ok(true)
        })?;
        Ok(all)
    }

    /// The first row, if there is one. For statements that find few.
    pub fn one<T>(&self, sql: &str, args: &[Sql], mut f: impl FnMut(&mut SqlRow) -> DbResult<T>) -> DbResult<Option<T>> {
        let mut found = None;
        self.all(sql, args, |line| {
            found = Some(f(line)?);
            Ok(false)
        })?;
        Ok(found)
    }

    /// The one number of a statement such as `SELECT count(*)`.
    pub fn number(&self, sql: &str, args: &[Sql]) -> DbResult<i64> {
        self.one(sql, args, |line| line.int(0))?.ok_or(DbError::Column(0))
    }

    /// What a SELECT ends in when the transaction is going to write what it read. SQLite has one writer as it is.
    pub fn for_update(&self) -> &'static str {
        if self.locks() { " FOR UPDATE" } else { "" }
    }

    /// What a SELECT ends in when what it read must stay so until the transaction ends.
    pub fn for_share(&self) -> &'static str {
        if self.locks() { " FOR SHARE" } else { "" }
    }

    fn locks(&self) -> bool {
        matches!(self, Db::Postgres(work) if !work.borrow().reads)
    }
}

fn borrowed(args: &[Sql]) -> Vec<&(dyn postgres::types::ToSql + Sync)> {
    args.iter().map(|a| a as &(dyn postgres::types::ToSql + Sync)).collect()
}

fn sqlite_line(row: &rusqlite::Row<'_>, columns: usize) -> DbResult<SqlRow> {
    let value = |at| {
        Ok(match row.get_ref(at)? {
            ValueRef::Null => Sql::Null,
            ValueRef::Integer(n) => Sql::Int(n),
            ValueRef::Text(t) => Sql::Text(String::from_utf8(t.to_vec()).map_err(|_| DbError::Column(at))?),
            ValueRef::Blob(b) => Sql::Blob(b.to_vec()),
            ValueRef::Real(_) => return Err(DbError::Column(at)),
        })
    };
    (0..columns).map(value).collect::<DbResult<_>>().map(SqlRow)
}

fn postgres_line(row: &postgres::Row) -> DbResult<SqlRow> {
    (0..row.len()).map(|at| Ok(row.try_get(at)?)).collect::<DbResult<_>>().map(SqlRow)
}

impl rusqlite::ToSql for Sql {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Sql::Null => ValueRef::Null,
            Sql::Int(n) => ValueRef::Integer(*n),
            Sql::Text(t) => ValueRef::Text(t.as_bytes()),
            Sql::Blob(b) => ValueRef::Blob(b),
        }))
    }
}

type Converted<T> = Result<T, Box<dyn Error + Sync + Send>>;

impl postgres::types::ToSql for Sql {
    fn to_sql(&self, ty: &postgres::types::Type, out: &mut bytes::BytesMut) -> Converted<postgres::types::IsNull> {
        match self {
            Sql::Null => Ok(postgres::types::IsNull::Yes),
            Sql::Int(n) if *ty == postgres::types::Type::INT4 => i32::try_from(*n)?.to_sql(ty, out),
            Sql::Int(n) => n.to_sql(ty, out),
            Sql::Text(t) => t.to_sql(ty, out),
            Sql::Blob(b) => b.to_sql(ty, out),
        }
    }
    fn accepts(_: &postgres::types::Type) -> bool {
        true
    }
    postgres::types::to_sql_checked!();
}

impl<'a> postgres::types::FromSql<'a> for Sql {
    fn from_sql(ty: &postgres::types::Type, raw: &'a [u8]) -> Converted<Sql> {
        use postgres::types::Type;
        Ok(match *ty {
            Type::INT8 => Sql::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Sql::Int(i32::from_sql(ty, raw)?.into()),
            Type::BOOL => Sql::Int(bool::from_sql(ty, raw)?.into()),
            Type::BYTEA => Sql::Blob(Vec::from_sql(ty, raw)?),
            _ => Sql::Text(String::from_sql(ty, raw)?),
        })
    }
    fn from_sql_null(_: &postgres::types::Type) -> Converted<Sql> {
        Ok(Sql::Null)
    }
    fn accepts(ty: &postgres::types::Type) -> bool {
        use postgres::types::Type;
        [Type::INT8, Type::INT4, Type::BOOL, Type::BYTEA, Type::TEXT, Type::VARCHAR].contains(ty)
    }
}

#[cfg(test)]
pub(crate) fn in_memory() -> Db<'static> {
    let db = Db::Sqlite(Box::leak(Box::new(Connection::open_in_memory().unwrap())));
    crate::store::schema::migrate(&db, 0, 1).unwrap();
    db
}
