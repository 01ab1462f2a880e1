//! A change chunk as its parts, so that any of them can say what Automerge would never write.
//! Format: <https://automerge.org/automerge-binary-format-spec/>
use sha2::{Digest, Sha256};

/// What stands before a chunk.
pub const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// The kind of a change's chunk.
pub const CHANGE: u8 = 1;

/// The parts of a change.
#[derive(Clone, Debug)]
pub struct Raw {
    /// Names of the changes it builds on.
    pub deps: Vec<Vec<u8>>,
    /// Who writes.
    pub actor: Vec<u8>,
    /// Its number.
    pub seq: u64,
    /// The number of its first operation.
    pub start_op: u64,
    /// Seconds, as its bytes stand there.
    pub time: Vec<u8>,
    /// A message.
    pub message: Vec<u8>,
    /// Other actors it names.
    pub others: Vec<Vec<u8>>,
    /// Specification and content.
    pub columns: Vec<(u64, Vec<u8>)>,
    /// What follows.
    pub extra: Vec<u8>,
}

/// LEB128.
pub fn leb(mut n: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (n & 0x7f) as u8;
        n >>= 7;
        bytes.push(if n == 0 { low } else { low | 0x80 });
        if n == 0 {
            return bytes;
        }
    }
}

/// Signed LEB128.
pub fn signed(mut n: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (n & 0x7f) as u8;
        n >>= 7;
        let done = (n == 0 && low & 0x40 == 0) || (n == -1 && low & 0x40 != 0);
        bytes.push(if done { low } else { low | 0x80 });
        if done {
            return bytes;
        }
    }
}

/// A run of one value in a column.
pub fn run(times: i64, value: &[u8]) -> Vec<u8> {
    [signed(times), value.to_vec()].concat()
}

/// A chunk of this kind with a right checksum.
pub fn chunk(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update([kind]);
    hash.update(leb(body.len() as u64));
    hash.update(body);
    [&MAGIC[..], &hash.finalize()[..4], &[kind], &leb(body.len() as u64), body].concat()
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(n);
        self.0 = rest;
        taken
    }
    fn number_bytes(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(|b| b & 0x80 == 0).expect("a number ends") + 1;
        self.take(end)
    }
    fn number(&mut self) -> u64 {
        self.number_bytes().iter().rev().fold(0, |n, b| n << 7 | u64::from(b & 0x7f))
    }
    fn prefixed(&mut self) -> Vec<u8> {
        let n = self.number();
        self.take(n as usize).to_vec()
    }
}

impl Raw {
    /// Takes an honest change apart.
    pub fn of(bytes: &[u8]) -> Raw {
        let mut r = Reader(&bytes[9..]);
        r.number();
        let deps = (0..r.number()).map(|_| r.take(32).to_vec()).collect();
        let (actor, seq, start_op) = (r.prefixed(), r.number(), r.number());
        let (time, message) = (r.number_bytes().to_vec(), r.prefixed());
        let others = (0..r.number()).map(|_| r.prefixed()).collect();
        let table: Vec<(u64, u64)> = (0..r.number()).map(|_| (r.number(), r.number())).collect();
        let columns = table.into_iter().map(|(s, n)| (s, r.take(n as usize).to_vec())).collect();
        Raw { deps, actor, seq, start_op, time, message, others, columns, extra: r.0.to_vec() }
    }

    /// Everything before the table of columns.
    fn head(&self) -> Vec<u8> {
        let mut body = leb(self.deps.len() as u64);
        self.deps.iter().for_each(|d| body.extend(d));
        let prefixed = |body: &mut Vec<u8>, bytes: &[u8]| {
            body.extend(leb(bytes.len() as u64));
            body.extend(bytes);
        };
        prefixed(&mut body, &self.actor);
        body.extend(leb(self.seq));
        body.extend(leb(self.start_op));
        body.extend(&self.time);
        prefixed(&mut body, &self.message);
        body.extend(leb(self.others.len() as u64));
        self.others.iter().for_each(|a| prefixed(&mut body, a));
        body
    }

    /// The chunk, checksum right.
    pub fn bytes(&self) -> Vec<u8> {
        let mut body = self.head();
        body.extend(leb(self.columns.len() as u64));
        for (specification, content) in &self.columns {
            body.extend(leb(*specification));
            body.extend(leb(content.len() as u64));
        }
        self.columns.iter().for_each(|(_, content)| body.extend(content));
        body.extend(&self.extra);
        chunk(CHANGE, &body)
    }

    /// The chunk with a table of columns that says anything.
    pub fn with_table(&self, table: &[u8]) -> Vec<u8> {
        chunk(CHANGE, &[&self.head(), table].concat())
    }

    /// Puts another content in a column, or a column there.
    pub fn column(mut self, specification: u64, content: Vec<u8>) -> Raw {
        self.columns.retain(|(s, _)| *s != specification);
        let at = self.columns.partition_point(|(s, _)| *s < specification);
        self.columns.insert(at, (specification, content));
        self
    }
}
