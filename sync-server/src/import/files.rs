//! The files that an import looks into and writes to, whoever keeps them.
use domain::api::Edit;
use domain::{AreaCode, Failure, IdNumber, Programme, RecordId};
use records::FileData;

/// The files an import looks into and writes to. Who writes, when and under which actor is the implementor's.
pub trait FileStore {
    /// The file with this ID number, in any village.
    fn by_number(&self, number: &IdNumber) -> Result<Option<(RecordId, FileData)>, Failure>;
    /// The files of a village under this name, in whatever form the name was written.
    fn namesakes(&self, area: &AreaCode, name: &str) -> Result<Vec<(RecordId, FileData)>, Failure>;
    /// One file.
    fn file(&self, id: RecordId) -> Result<Option<FileData>, Failure>;
    /// Opens a file; the edits name the village too.
    fn create(&mut self, area: &AreaCode, programme: Programme, edits: &[Edit]) -> Result<RecordId, Failure>;
    /// Writes fields. An edit of `area.code` is a transfer.
    fn edit(&mut self, id: RecordId, edits: &[Edit]) -> Result<(), Failure>;
}
