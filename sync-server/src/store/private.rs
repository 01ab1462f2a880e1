//! Folders and files for the server's own user alone, also those that an earlier version made.
use anyhow::Context;
use std::fs;
use std::path::Path;

/// The database's file in the data folder.
pub const DATABASE: &str = "nuanfang.db";

/// The data folder: made where it is missing, and closed with the database and what lies beside it.
///
/// # Errors
/// As of [`folder`].
pub fn data(path: &Path) -> anyhow::Result<()> {
    folder(path)?;
    for entry in fs::read_dir(path).with_context(|| path.display().to_string())? {
        let name = entry?.file_name();
        if name.to_str().is_some_and(|name| name.starts_with(DATABASE)) {
            file(&path.join(name))?;
        }
    }
    Ok(())
}

/// Makes a folder where it is missing, and takes away what it allows others.
///
/// # Errors
/// When it cannot be made, or belongs to somebody else and is open to others.
#[cfg(unix)]
pub fn folder(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).with_context(|| path.display().to_string())?;
    tighten(path, 0o700)
}

/// Makes an empty file where it is missing, and takes away what it allows others.
///
/// # Errors
/// As of [`folder`].
#[cfg(unix)]
pub fn file(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::File::options().create(true).append(true).mode(0o600).open(path).with_context(|| path.display().to_string())?;
    tighten(path, 0o600)
}

#[cfg(unix)]
fn tighten(path: &Path, mode: u32) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let is = fs::metadata(path)?.permissions().mode();
    // A folder for everybody, such as /tmp, stays one.
    if is & 0o077 != 0 && is & 0o1000 == 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// Makes a folder where it is missing.
///
/// # Errors
/// When it cannot be made.
#[cfg(not(unix))]
pub fn folder(path: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(path).with_context(|| path.display().to_string())
}

/// Makes an empty file where it is missing.
///
/// # Errors
/// When it cannot be made.
#[cfg(not(unix))]
pub fn file(path: &Path) -> anyhow::Result<()> {
    fs::File::options().create(true).append(true).open(path).map(drop).with_context(|| path.display().to_string())
}
