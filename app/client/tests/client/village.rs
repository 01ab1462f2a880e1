//! A village with its people and its devices.
use client::core::Joining;
use client::device::home::Home;
use client::device::key::Cost;
use client::store::{Durability, changes};
use client::{Core, Env};
use domain::api::{Call, Edit, NewPerson, Request};
use domain::area::Area;
use domain::form::Answers;
use domain::policy::Policy;
use domain::staff::Staff;
use domain::sync::Reference;
use domain::{Code, Failure, RecordId, Role, Timestamp, Value};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use tempfile::TempDir;

pub const PIN: &str = "274951";
pub const TOWN: &str = "990101001";
pub const COPPER: &str = "990101001201";
pub const WILLOW: &str = "990101001202";
/// 21 November 2026, 10:00 in China.
pub const MORNING: i64 = 1_795_226_400_000;
pub const DAY: i64 = 24 * 3600 * 1000;

/// A clock that tests move, and randomness that repeats itself.
#[derive(Clone)]
pub struct Clock {
    now: Arc<AtomicI64>,
    seed: Arc<AtomicU64>,
}

impl Clock {
    pub fn new(seed: u64) -> Clock {
        Clock { now: Arc::new(AtomicI64::new(MORNING)), seed: Arc::new(AtomicU64::new(seed)) }
    }
    pub fn pass(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Env for Clock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            // splitmix64
            let mut z = self.seed.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst).wrapping_add(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (z ^ (z >> 31)) as u8;
        }
    }
}

pub fn staff(id: &str, name: &str, role: Role, area: &str) -> Staff {
    Staff { id: id.parse().unwrap(), name: name.into(), role, areas: vec![area.parse().unwrap()] }
}
pub fn li() -> Staff {
    staff("S0001", "李主任", Role::ChildDirector, COPPER)
}
pub fn wang() -> Staff {
    staff("S0002", "王督导", Role::ChildSupervisor, TOWN)
}
pub fn sun() -> Staff {
    staff("S0003", "孙专员", Role::ElderCareSpecialist, COPPER)
}
pub fn zhao() -> Staff {
    staff("S0004", "赵主任", Role::ChildDirector, COPPER)
}

pub fn reference(me: Staff) -> Reference {
    let area = |code: &str, name: &str| Area { code: code.parse().unwrap(), name: name.into() };
    Reference {
        version: 1,
        me,
        county: "示例县".into(),
        staff: vec![li(), wang(), sun(), zhao()],
        policy: Policy::shipped(),
        devices: vec![],
        forms: vec![],
        areas: vec![area("990101", "示例县"), area(TOWN, "东岭镇"), area(COPPER, "铜都村"), area(WILLOW, "柳河村")],
    }
}

/// One person's device.
pub struct Device {
    pub core: Core,
    pub clock: Clock,
    pub folder: Arc<TempDir>,
}

pub fn core_in(folder: &Path, clock: &Clock) -> Core {
    // A child of another test may hold the lock for the moment between its fork and its exec.
    let home = Home::open(folder, || {}).unwrap();
    Core::new(Box::new(clock.clone()), Box::new(home)).with_cost(Cost::cheap_for_tests())
}

impl Device {
    /// Enrolled and open.
    pub fn of(me: Staff) -> Device {
        let seed = me.id.as_str().bytes().fold(1469, |h: u64, b| h.wrapping_mul(31).wrapping_add(b.into()));
        let (folder, clock) = (Arc::new(TempDir::new().unwrap()), Clock::new(seed));
        let mut core = core_in(folder.path(), &clock);
        let joining: Joining = core.joining().unwrap();
        core.finish_enrol(&joining, PIN, "https://nuanfang.example", "nuanfang.example", 7, reference(me)).unwrap();
        Device { core, clock, folder }
    }
    pub fn call<C: Call>(&mut self, call: C) -> Result<C::Reply, Failure> {
        let request: Request = call.into();
        // As it crosses to the interface: through JSON and back.
        let request = serde_json::from_str(&serde_json::to_string(&request).unwrap()).unwrap();
        self.core.handle(request).map(|r| serde_json::from_value(r.value).unwrap())
    }
    pub fn ask<C: Call>(&mut self, call: C) -> C::Reply {
        self.call(call).unwrap()
    }
    pub fn refuses<C: Call>(&mut self, call: C) -> Code
    where
        C::Reply: std::fmt::Debug,
    {
        self.call(call).unwrap_err().code
    }
    /// The app is killed: nothing is closed. Opened again, it asks for the PIN.
    pub fn killed(self) -> Device {
        let Device { core, clock, folder } = self;
        drop(core);
        let core = core_in(folder.path(), &clock);
        Device { core, clock, folder }
    }
    /// Started again on a system that keeps this secret for it.
    pub fn with_keystore(self, secret: Option<[u8; 32]>) -> Device {
        let Device { core, clock, folder } = self.killed();
        Device { core: core.with_keystore(secret), clock, folder }
    }
    pub fn files(&self) -> Vec<String> {
        std::fs::read_dir(self.folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    }
    pub fn new_file(&mut self, name: &str, more: &[(&str, &str)]) -> RecordId {
        self.ask(NewPerson { another: true, ..new_person(name, more) })
    }

    /// What sync does, without a server: everything unsent goes to the other device and is acknowledged here.
    pub fn send_to(&mut self, other: &mut Device) {
        let (sent, _) = self.core.transact(Durability::Batch, |w| changes::waiting(w.db, &[], 10_000, usize::MAX)).unwrap();
        self.hand_over(other, sent.iter().map(|(_, p)| (p.record, p.bytes.clone())).collect());
        self.core
            .transact(Durability::Batch, |w| {
                for (hash, _) in &sent {
                    changes::receipt(w.db, hash, changes::ChangeState::Accepted, None)?;
                }
                Ok(())
            })
            .unwrap();
    }
    /// All that there is here of a record, for another device, whatever it has of it.
    pub fn copy_to(&mut self, other: &mut Device, id: RecordId) {
        let changes = self.core.transact(Durability::Batch, |w| Ok(w.record(id)?.changes())).unwrap().0;
        self.hand_over(other, changes.into_iter().map(|change| (id, change.bytes)).collect());
    }
    fn hand_over(&mut self, other: &mut Device, sent: Vec<(RecordId, Vec<u8>)>) {
        for (id, bytes) in sent {
            let (area, record) = self.core.transact(Durability::Batch, |w| Ok((w.area_of(id)?, w.record(id)?))).unwrap().0;
            other
                .core
                .transact(Durability::Batch, |w| match w.record(id) {
                    Ok(_) => w.absorb(id, std::slice::from_ref(&bytes)).map(|_| ()),
                    Err(_) => w.take_in(&record, &area, &record.row().unwrap()),
                })
                .unwrap();
        }
    }
}

pub fn edit(path: &str, value: &str) -> Edit {
    Edit { path: path.parse().unwrap(), value: value.into() }
}

pub fn new_person(name: &str, more: &[(&str, &str)]) -> NewPerson {
    let mut edits = vec![edit("identity.name", name), edit("categories.0192f0c1-2b3c-7def-8123-456789abcdef.code", "left_behind_child")];
    edits.extend(more.iter().map(|(p, v)| edit(p, v)));
    NewPerson { area: COPPER.parse().unwrap(), edits, another: false }
}

/// Answers that finish a visit by this form: for every question that must be answered, its first option or something plain.
pub fn answers(form: &str) -> Answers {
    let forms = forms::Forms::shipped();
    let form = forms.find(form).unwrap();
    let mut answers = Answers::new();
    loop {
        let open: Vec<_> = form.filled(&answers, Timestamp(MORNING).day()).check();
        let Some(problem) = open.first() else { return answers };
        let q = form.question(&problem.question).unwrap();
        use domain::form::QuestionKind::*;
        let value: Value = match q.kind {
            Choice => q.options[0].id.as_str().into(),
            Choices => Value::Many([q.options[0].id.clone()].into()),
            YesNo => true.into(),
            Number => Value::Int(q.min.unwrap_or(1.0) as i64),
            Date => "2026-11-21".into(),
            _ => "好".into(),
        };
        assert!(answers.insert(q.id.clone(), value).is_none(), "{} is still wrong", q.id);
    }
}
