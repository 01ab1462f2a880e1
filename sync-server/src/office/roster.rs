//! Office rosters into files: the import reads and plans, this writes the records as the office's own hand.
use crate::env::Env;
use crate::import::{self, FileStore, Sheet};
use crate::store::db::{Db, args};
use crate::store::{self, Accepted, Before, RecordState};
use domain::api::{Edit, ImportReport};
use domain::roles::Section;
use domain::{AreaCode, Code, DeviceId, Failure, IdNumber, Programme, RecordId, StaffId, names};
use records::{Actor, Change, FileData, Record, Writer};
use std::cell::RefCell;
use std::collections::HashMap;

/// The author of what an office list brought.
pub const OFFICE: &str = "office-list";
/// The device of what was made on the server itself.
const SERVER: DeviceId = DeviceId(uuid::Uuid::nil());

/// Takes in a roster: new persons get a file, known ones what the list newly says.
pub fn take_in(db: &Db<'_>, env: &dyn Env, file_name: &str, bytes: &[u8]) -> anyhow::Result<ImportReport> {
    take_in_sheets(db, env, &import::open(file_name, bytes)?)
}

/// Takes in a roster that was opened.
pub fn take_in_sheets(db: &Db<'_>, env: &dyn Env, sheets: &[Sheet]) -> anyhow::Result<ImportReport> {
    let mut files = Files { db, env, names: RefCell::default() };
    Ok(import::roster_of(db, &mut files, sheets, env.now().day())?)
}

struct Files<'a, 'd> {
    db: &'a Db<'d>,
    env: &'a dyn Env,
    /// Who lives in a village, by the name in one form; looked up once a village.
    names: RefCell<HashMap<AreaCode, Names>>,
}

type Names = Vec<(String, RecordId)>;

impl Files<'_, '_> {
    fn writer(&self) -> anyhow::Result<Writer> {
        let [a, b, c, d, e, f, g, h, ..] = self.env.random();
        let staff: StaffId = OFFICE.parse().map_err(anyhow::Error::msg)?;
        Ok(Writer { staff, device: SERVER, at: self.env.now(), actor: Actor([a, b, c, d, e, f, g, h]) })
    }

    fn keep(&self, record: &Record, area: &AreaCode, before: Option<Before<'_>>, change: &Change) -> anyhow::Result<()> {
        let change = Accepted { hash: change.hash, bytes: &change.bytes, device: *SERVER.bytes(), staff: OFFICE, received: self.env.now() };
        store::commit(self.db, &RecordState::of(record.clone())?, area, before, &change)
    }

    fn make(&self, area: &AreaCode, programme: Programme, edits: &[Edit]) -> anyhow::Result<RecordId> {
        let [a, b, c, d, e, f, g, h, i, j, ..] = self.env.random();
        let id = RecordId::new(self.env.now().0, [a, b, c, d, e, f, g, h, i, j]);
        let (record, change) = Record::new_person(id, programme, self.env.now().day(), edits, &self.writer()?)?;
        self.keep(&record, area, None, &change)?;
        Ok(id)
    }

    fn amend(&self, id: RecordId, edits: &[Edit]) -> anyhow::Result<()> {
        let mut stored = store::load(self.db, &id)?.ok_or_else(|| Failure::from(Code::NotFound))?;
        let before = (stored.area.clone(), stored.programmes.clone());
        let writer = self.writer()?;
        let Some((_, rest)) = edits.split_first().map(|(f, r)| (f, r.len())) else { return Ok(()) };
        let changes = stored.record.edit(edits, &writer)?;
        anyhow::ensure!(changes.len() <= rest + 1, "more changes than edits");
        let area = stored.record.area().unwrap_or_else(|| before.0.clone());
        let programmes = stored.record.row()?.programmes;
        // The feed tells of a move once, with the last change.
        for (n, change) in changes.iter().enumerate() {
            let last = n + 1 == changes.len();
            let (at, programmes) = if last { (&area, &before.1) } else { (&before.0, &programmes) };
            self.keep(&stored.record, at, Some(Before { area: &before.0, programmes, at: 0, open: false }), change)?;
        }
        Ok(())
    }

    fn load(&self, id: RecordId) -> anyhow::Result<Option<FileData>> {
        Ok(store::load(self.db, &id)?.map(|stored| stored.record.file()))
    }

    fn numbered(&self, number: &IdNumber) -> anyhow::Result<Option<(RecordId, FileData)>> {
        let sql = "SELECT r.id FROM facts f JOIN records r ON r.id = f.record AND r.kind = 'person' WHERE f.name = 'id_number' AND f.value = ?1 ORDER BY r.id";
        let Some(id) = self.db.one(sql, args![number.as_str()], |r| store::record_at(r, 0))? else { return Ok(None) };
        Ok(self.load(id)?.map(|file| (id, file)))
    }

    fn named(&self, area: &AreaCode, name: &str) -> anyhow::Result<Vec<(RecordId, FileData)>> {
        let mut villages = self.names.borrow_mut();
        if !villages.contains_key(area) {
            let sql = "SELECT f.value, r.id FROM records r JOIN facts f ON f.record = r.id AND f.name = 'name'
                       WHERE r.area = ?1 AND r.kind = 'person' ORDER BY r.id";
            let read = self.db.rows(sql, args![area.as_str()], |r| Ok((names::one_form(&r.text(0)?), store::record_at(r, 1)?)))?;
            villages.insert(area.clone(), read);
        }
        let known = villages.get(area).map(Vec::as_slice).unwrap_or_default();
        let found = known.iter().filter(|(known, _)| known == name);
        found.filter_map(|(_, id)| self.load(*id).map(|file| Some((*id, file?))).transpose()).collect()
    }
}

impl FileStore for Files<'_, '_> {
    fn by_number(&self, number: &IdNumber) -> Result<Option<(RecordId, FileData)>, Failure> {
        self.numbered(number).map_err(told)
    }
    fn namesakes(&self, area: &AreaCode, name: &str) -> Result<Vec<(RecordId, FileData)>, Failure> {
        self.named(area, name).map_err(told)
    }
    fn file(&self, id: RecordId) -> Result<Option<FileData>, Failure> {
        self.load(id).map_err(told)
    }
    fn create(&mut self, area: &AreaCode, programme: Programme, edits: &[Edit]) -> Result<RecordId, Failure> {
        let id = self.make(area, programme, edits).map_err(told)?;
        if let (Some(village), Some(name)) = (self.names.borrow_mut().get_mut(area), said(edits, Section::Identity, "name")) {
            village.push((names::one_form(name), id));
        }
        Ok(id)
    }
    fn edit(&mut self, id: RecordId, edits: &[Edit]) -> Result<(), Failure> {
        self.amend(id, edits).map_err(told)?;
        if said(edits, Section::Identity, "name").or(said(edits, Section::Area, "code")).is_some() {
            self.names.borrow_mut().clear();
        }
        Ok(())
    }
}

fn said<'e>(edits: &'e [Edit], section: Section, key: &str) -> Option<&'e str> {
    edits.iter().find(|e| e.path.section == section && e.path.key == key)?.value.text()
}

/// What can be told is told; the rest is the server's own trouble.
fn told(e: anyhow::Error) -> Failure {
    match e.downcast::<Failure>() {
        Ok(f) => f,
        Err(e) => e.downcast::<records::RecordError>().map(Failure::from).unwrap_or_else(|_| Code::ServerTrouble.into()),
    }
}
