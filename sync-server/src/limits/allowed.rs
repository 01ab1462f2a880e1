//! What is allowed, and what is said to whoever is to come again.
use domain::{Code, Failure};
use serde::Deserialize;
use std::num::NonZeroU32;

/// The section `[limits]` of the settings. What is allowed in a minute may come at once; it grows again evenly.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Requests of one device in a minute. A first download asks some forty times at once.
    pub device_per_minute: NonZeroU32,
    /// Requests from one address in a minute. A whole county may stand behind one.
    pub address_per_minute: NonZeroU32,
    /// Tries to enrol from one address in a minute.
    pub enrol_per_minute: NonZeroU32,
    /// Bodies of one device that are on their way or worked on at once.
    pub device_requests: usize,
    /// Changes of one record that are taken from a device in a day; the rest waits there. People write some ten.
    pub record_changes_per_day: NonZeroU32,
    /// Seconds of the database's time for one device in a minute. One request may go beyond; those after it wait until it is made up for.
    pub device_work_seconds: u64,
    /// Connections held at once; further ones wait in the system's queue.
    pub connections: usize,
    /// Connections from one address that have shown no token yet: forty browsers that open the page at once have six each. For a
    /// further one the longest idle is closed.
    pub address_connections: usize,
    /// Requests worked on at once, after their bodies have come; as many as connections to PostgreSQL. Further ones wait in line, first
    /// come, first served: more at once would only be in each other's way.
    pub requests: usize,
    /// Seconds a request waits for its turn before it is told to come again.
    pub queue_seconds: u64,
    /// Seconds one request of a device may cost the database; then it ends, and what it wrote is undone.
    pub work_seconds: u64,
    /// Largest head of a request, bytes; at least 8192.
    pub head_bytes: usize,
    /// Most header lines of a request.
    pub headers: usize,
    /// Seconds a TLS handshake, a connection's first byte, or a head from its first byte may take.
    pub head_seconds: u64,
    /// Seconds a connection is kept while nothing is asked.
    pub idle_seconds: u64,
    /// Seconds a body may fall behind `body_bytes_per_second`, and so also be silent.
    pub body_seconds: u64,
    /// The slowest line that is waited for.
    pub body_bytes_per_second: NonZeroU32,
    /// Bytes of all bodies together that are in memory.
    pub bodies_bytes: usize,
    /// Seconds without the caller taking a byte of the reply.
    pub write_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        let some = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Limits {
            device_per_minute: some(240),
            address_per_minute: some(12_000),
            enrol_per_minute: some(120),
            device_requests: 4,
            record_changes_per_day: some(1000),
            device_work_seconds: 20,
            connections: 10_000,
            address_connections: 256,
            requests: 8,
            queue_seconds: 15,
            work_seconds: 60,
            head_bytes: 16_384,
            headers: 64,
            head_seconds: 15,
            idle_seconds: 75,
            body_seconds: 20,
            body_bytes_per_second: some(500),
            bodies_bytes: 64 << 20,
            write_seconds: 30,
        }
    }
}

/// To come again in so many seconds.
pub(super) fn later(code: Code, seconds: u64) -> Failure {
    Failure::of(code, seconds.to_string())
}
