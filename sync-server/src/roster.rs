//! Office rosters into files: the import reads and plans, this writes the records as the office's own hand.
use crate::db::{Db, Sql, args};
use crate::env::Env;
use crate::import::{self, Roster};
use crate::store::{self, Accepted, State};
use chrono::NaiveDate;
use domain::api::{Edit, ImportReport};
use domain::{AreaCode, Code, DeviceId, Failure, IdNumber, Programme, RecordId, StaffId};
use records::{Actor, Change, FileData, Pen, Record};

/// The author of what an office list brought.
pub const OFFICE: &str = "office-list";
/// The device of what was made on the server itself.
const SERVER: DeviceId = DeviceId(uuid::Uuid::nil());

/// Takes in a roster: new persons get a file, known ones what the list newly says.
pub fn take_in(db: &Db<'_>, env: &dyn Env, file_name: &str, bytes: &[u8]) -> anyhow::Result<ImportReport> {
    let mut files = Files { db, env };
    Ok(import::roster(db, &mut files, file_name, bytes, env.now().day())?)
}

struct Files<'a, 'd> {
    db: &'a Db<'d>,
    env: &'a dyn Env,
}

impl Files<'_, '_> {
    fn pen(&self) -> anyhow::Result<Pen> {
        let [a, b, c, d, e, f, g, h, ..] = self.env.random();
        let staff: StaffId = OFFICE.parse().map_err(anyhow::Error::msg)?;
        Ok(Pen { staff, device: SERVER, at: self.env.now(), actor: Actor([a, b, c, d, e, f, g, h]) })
    }

    fn keep(&self, record: &Record, area: &AreaCode, before: Option<(&AreaCode, &[Programme])>, change: &Change) -> anyhow::Result<()> {
        let change = Accepted { hash: change.hash, bytes: &change.bytes, device: *SERVER.bytes(), staff: OFFICE, received: self.env.now() };
        store::commit(self.db, &State::of(record.clone())?, area, before, &change)
    }

    fn make(&self, area: &AreaCode, programme: Programme, edits: &[Edit]) -> anyhow::Result<RecordId> {
        let [a, b, c, d, e, f, g, h, i, j, ..] = self.env.random();
        let id = RecordId::new(self.env.now().0, [a, b, c, d, e, f, g, h, i, j]);
        let (record, change) = Record::new_person(id, programme, self.env.now().day(), edits, &self.pen()?)?;
        self.keep(&record, area, None, &change)?;
        Ok(id)
    }

    fn amend(&self, id: RecordId, edits: &[Edit]) -> anyhow::Result<()> {
        let mut stored = store::load(self.db, &id)?.ok_or_else(|| Failure::from(Code::NotFound))?;
        let before = (stored.area.clone(), stored.programmes.clone());
        let pen = self.pen()?;
        let Some((_, rest)) = edits.split_first().map(|(f, r)| (f, r.len())) else { return Ok(()) };
        let changes = stored.record.edit(edits, &pen)?;
        anyhow::ensure!(changes.len() <= rest + 1, "more changes than edits");
        let area = stored.record.area().unwrap_or_else(|| before.0.clone());
        let programmes = stored.record.row()?.programmes();
        // The feed tells of a move once, with the last change.
        for (n, change) in changes.iter().enumerate() {
            let last = n + 1 == changes.len();
            let (at, programmes) = if last { (&area, &before.1) } else { (&before.0, &programmes) };
            self.keep(&stored.record, at, Some((&before.0, programmes)), change)?;
        }
        Ok(())
    }

    fn look_up(&self, sql: &str, args: &[Sql]) -> anyhow::Result<Option<RecordId>> {
        Ok(self.db.one(sql, args, |r| store::record_at(r, 0))?)
    }

    fn known(
        &self,
        id_number: Option<&IdNumber>,
        area: &AreaCode,
        name: &str,
        birth: Option<NaiveDate>,
    ) -> anyhow::Result<Option<(RecordId, FileData)>> {
        let by_number = match id_number {
            Some(n) => self.look_up("SELECT person FROM lookup WHERE id_number = ?1", args![n.as_str()])?,
            None => None,
        };
        let birth = birth.map(|d| d.to_string()).unwrap_or_default();
        let found = match by_number {
            Some(id) => Some(id),
            // A file with another number is another person.
            None => self.look_up(
                "SELECT person FROM lookup WHERE area = ?1 AND name = ?2 AND birth = ?3 AND (id_number = '' OR ?4 = 0)",
                args![area.as_str(), name, birth, id_number.is_some()],
            )?,
        };
        let Some(id) = found else { return Ok(None) };
        Ok(store::load(self.db, &id)?.map(|s| (id, s.record.file())))
    }
}

impl Roster for Files<'_, '_> {
    fn find(
        &self,
        id_number: Option<&IdNumber>,
        area: &AreaCode,
        name: &str,
        birth: Option<NaiveDate>,
    ) -> Result<Option<(RecordId, FileData)>, Failure> {
        self.known(id_number, area, name, birth).map_err(told)
    }
    fn create(&mut self, area: &AreaCode, programme: Programme, edits: &[Edit]) -> Result<RecordId, Failure> {
        self.make(area, programme, edits).map_err(told)
    }
    fn edit(&mut self, id: RecordId, edits: &[Edit]) -> Result<(), Failure> {
        self.amend(id, edits).map_err(told)
    }
}

/// What can be told is told; the rest is the server's own trouble.
fn told(e: anyhow::Error) -> Failure {
    match e.downcast::<Failure>() {
        Ok(f) => f,
        Err(e) => e.downcast::<records::RecordError>().map(Failure::from).unwrap_or_else(|_| Code::ServerTrouble.into()),
    }
}
