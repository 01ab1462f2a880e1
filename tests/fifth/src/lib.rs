//! A device and a server, in one process, for a kind of record that no program of ours knows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use client::server::http::unpack;
use client::server::packs::PackDownload;
use client::server::sync::{prepare, take_in};
use domain::api::SyncReport;
use domain::{RecordId, Row};
use records::Record;
use rusqlite::OptionalExtension;
use std::collections::BTreeSet;
use sync_server::app::App;
use sync_server::sync::{exchange, packs};
use tempfile::TempDir;
use village::sim::{Chance, Device};

/// Somebody's device.
pub struct Desk<'a> {
    server: &'a App,
    device: Device,
    _home: TempDir,
}

impl<'a> Desk<'a> {
    /// A new one, in step with the server.
    pub fn of(staff: &str, server: &'a App) -> Desk<'a> {
        let home = TempDir::new().unwrap();
        let random = staff.bytes().fold(7, |n, b| n * 31 + u64::from(b));
        let device = Device::enrolled(staff, home.path().join("home"), Chance::seeded(random), server, random);
        let mut desk = Desk { server, device, _home: home };
        desk.sync();
        desk
    }

    /// Brings both sides up to date.
    pub fn sync(&mut self) {
        for _ in 0..50 {
            self.fetch();
            let prepared = prepare(self.device.core()).unwrap();
            let auth = exchange::auth(self.server, self.device.token()).unwrap_or_else(|e| panic!("{e:?}"));
            let body = client::server::http::pack(&prepared.request).unwrap();
            let reply = exchange::sync(self.server, auth, &body).unwrap_or_else(|e| panic!("{e:?}"));
            let core = self.device.core();
            let taken = take_in(core, &prepared, unpack(&reply).unwrap());
            if !core.settle(taken).unwrap().more && PackDownload::read(core).unwrap().packs.is_empty() {
                return;
            }
        }
        panic!("it never comes to rest");
    }

    fn fetch(&mut self) {
        let mut arriving = PackDownload::read(self.device.core()).unwrap();
        let wishes = arriving.wishes();
        let caller = exchange::auth(self.server, self.device.token()).unwrap_or_else(|e| panic!("{e:?}")).caller;
        let core = self.device.core();
        for wish in &wishes {
            let part = self.server.store.read(|db| {
                assert!(packs::size(db, &caller, wish)?.is_some(), "a pack that she may not have");
                packs::part(db, wish)
            });
            let taken = arriving.take(core, &part.unwrap(), &mut SyncReport::default());
            core.settle(taken).unwrap();
        }
        let kept = arriving.persist(core);
        core.settle(kept).unwrap();
    }

    /// A record as it is here, with its row.
    pub fn record(&mut self, id: RecordId) -> Option<(Record, Row)> {
        let view = self.device.core().view().unwrap();
        let read = "SELECT document FROM records WHERE id = ?1";
        let document: Option<Vec<u8>> = view.db.query_row(read, [id.bytes()], |r| r.get(0)).optional().unwrap();
        let row = client::store::index::row(view.db, id).unwrap();
        document.map(|bytes| (Record::load(&bytes).unwrap(), row.unwrap()))
    }

    /// What lists are made of: its line, whether something is to be done, and its facts.
    pub fn line(&mut self, id: RecordId) -> (String, bool, BTreeSet<(String, String)>) {
        let view = self.device.core().view().unwrap();
        let line =
            view.db.query_row("SELECT state, open FROM items WHERE id = ?1 AND kind = 'made_up'", [id.bytes()], |r| Ok((r.get(0)?, r.get(1)?)));
        let (state, open) = line.unwrap();
        (state, open, client::store::index::facts(view.db, id).unwrap())
    }

    /// How many of the kind are here.
    pub fn count(&mut self) -> u32 {
        self.ask("SELECT count(*) FROM records WHERE kind = 'made_up'")
    }

    /// A number that the device's database says.
    pub fn ask(&mut self, sql: &str) -> u32 {
        self.device.core().view().unwrap().db.query_row(sql, [], |r| r.get(0)).unwrap()
    }
}
