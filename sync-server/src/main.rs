//! `nuanfang-server`: serve, import, staff, code, device, sample.
mod commands;

use clap::{Parser, Subcommand};
use domain::{AreaCode, DeviceId, RecordId};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use sync_server::office::take_in::Wish;

/// The sync server of Nuanfang (暖访).
#[derive(Parser)]
#[command(name = "nuanfang-server", version, about)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a county of invented people to try things with.
    Sample {
        #[command(flatten)]
        data: Data,
        /// The same seed makes the same county.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        #[arg(long, default_value_t = 2000)]
        persons: usize,
        #[arg(long, default_value_t = 12000)]
        visits: usize,
    },
    /// Serves devices.
    Serve {
        /// Settings, TOML. The command line and the environment go before it.
        #[arg(long, env = "NUANFANG_CONFIG")]
        config: Option<PathBuf>,
        /// Folder of the database.
        #[arg(long, env = "NUANFANG_DATA")]
        data: Option<PathBuf>,
        /// PostgreSQL in place of the folder: postgres://user:password@host/name.
        #[arg(long, env = "NUANFANG_DATABASE", hide_env_values = true)]
        database: Option<String>,
        /// File of the key that database and photos are encrypted by; before what the settings say.
        #[arg(long, env = "NUANFANG_KEY_FILE")]
        key_file: Option<PathBuf>,
        /// Address to listen on; port 0 takes a free one and prints it.
        #[arg(long, env = "NUANFANG_LISTEN")]
        listen: Option<SocketAddr>,
    },
    /// Takes in an office's list: xlsx, xls or a text table.
    Import {
        /// areas, staff or roster
        #[arg(value_parser = ["areas", "staff", "roster"])]
        what: String,
        file: PathBuf,
        /// Areas: only this one and what lies in it.
        #[arg(long)]
        within: Option<AreaCode>,
        /// Writes nothing: prints what would be taken in, and what would not.
        #[arg(long)]
        dry_run: bool,
        /// Staff: changes name, role and areas of people who are known, too.
        #[arg(long)]
        yes: bool,
        /// Writes the list again, xlsx, with a column of remarks, where there are any.
        #[arg(long, value_name = "OUT.xlsx")]
        remarks: Option<PathBuf>,
        #[command(flatten)]
        data: Data,
        #[arg(long)]
        json: bool,
    },
    /// Lists the staff.
    Staff {
        #[command(flatten)]
        data: Data,
        #[arg(long)]
        json: bool,
    },
    /// Makes a one-time code that enrols one device of a member of staff; or lists, withdraws or confirms codes.
    #[command(subcommand_negates_reqs = true)]
    Code {
        #[command(subcommand)]
        what: Option<commands::codes::Codes>,
        #[arg(required = true)]
        staff: Option<String>,
        #[command(flatten)]
        data: Data,
        #[arg(long)]
        json: bool,
    },
    /// Who made codes, let devices in, took lists in, exported, looked where it was not her daily work; oldest first.
    Audit(commands::audit::Audit),
    /// Prints the county's policy (due rules, lock time, review days) as JSON, or sets it from a file of that form.
    Policy {
        /// A file as printed, changed.
        #[arg(long)]
        set: Option<PathBuf>,
        #[command(flatten)]
        data: Data,
    },
    /// Writes a consistent copy of the database while the server works.
    Backup {
        /// A file that is not there yet.
        file: PathBuf,
        #[command(flatten)]
        data: Data,
    },
    /// Puts a backup in the place of the database, which is kept aside. The server must not run; devices then bring back what they uploaded
    /// since.
    Restore {
        /// A backup.
        file: PathBuf,
        #[command(flatten)]
        data: Data,
    },
    /// Encrypts database and photos by a key, by another key than now (--key-file), or no longer. The server must not run.
    Rekey {
        /// File of the new key.
        #[arg(long, required_unless_present = "plain")]
        new_key_file: Option<PathBuf>,
        /// No key from now on.
        #[arg(long, conflicts_with = "new_key_file")]
        plain: bool,
        /// Settings, TOML: where photos lie.
        #[arg(long, env = "NUANFANG_CONFIG")]
        config: Option<PathBuf>,
        #[command(flatten)]
        data: Data,
    },
    /// After PostgreSQL was restored from a backup by its own tools: devices then bring back what they uploaded since.
    Restored {
        #[command(flatten)]
        data: Data,
    },
    /// Photos of visits.
    Photos {
        #[command(subcommand)]
        what: PhotosCommand,
    },
    /// What devices sent and was not taken.
    Quarantine {
        #[command(subcommand)]
        what: QuarantineCommand,
    },
    /// Records that are too large for devices.
    Record {
        #[command(subcommand)]
        what: RecordCommand,
    },
    /// Forms that were written in a workbook (XLSForm).
    Form {
        #[command(subcommand)]
        what: commands::form::FormCommand,
    },
    /// Types of matter, written in a workbook: a form and its stages.
    MatterType {
        #[command(subcommand)]
        what: commands::matter_type::MatterTypeCommand,
    },
    /// Lists or stops devices.
    Device {
        #[command(subcommand)]
        what: Device,
    },
}

#[derive(Subcommand)]
enum RecordCommand {
    /// Lists the largest records, or those that were laid aside, without a word of what they say.
    List {
        /// Those from a quarter of the largest size on.
        #[arg(long, conflicts_with = "aside", required_unless_present = "aside")]
        large: bool,
        /// Those laid aside.
        #[arg(long)]
        aside: bool,
        #[command(flatten)]
        data: Data,
        #[arg(long)]
        json: bool,
    },
    /// Lays a record aside, a file with all that belongs to it: devices get it no more. Nothing is deleted.
    Aside {
        id: RecordId,
        #[command(flatten)]
        data: Data,
    },
    /// Puts a record back that was laid aside.
    Back {
        id: RecordId,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Subcommand)]
enum PhotosCommand {
    /// Removes photos of more than a month ago that no visit names, and uploads not finished in a week. A server does this every day by itself.
    Collect {
        /// The server's settings, which say where photos lie.
        #[arg(long, env = "NUANFANG_CONFIG")]
        config: Option<PathBuf>,
        /// Folder of the database; before what the settings say.
        #[arg(long, env = "NUANFANG_DATA")]
        data: Option<PathBuf>,
        /// PostgreSQL in place of the folder; before what the settings say.
        #[arg(long, env = "NUANFANG_DATABASE", hide_env_values = true)]
        database: Option<String>,
        /// File of the key that the database is encrypted by; before what the settings say.
        #[arg(long, env = "NUANFANG_KEY_FILE")]
        key_file: Option<PathBuf>,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum QuarantineCommand {
    /// The oldest entries: what, from whom, why; never what they say.
    List {
        /// Of one device, by its number in `device list`.
        #[arg(long)]
        device: Option<DeviceId>,
        #[arg(long, default_value_t = 200)]
        limit: u32,
        #[command(flatten)]
        data: Data,
        #[arg(long)]
        json: bool,
    },
    /// Drops entries for good, also those that a supervisor has not seen: of one device, or older than some days.
    #[command(group = clap::ArgGroup::new("which").required(true).multiple(true))]
    Drop {
        /// Of one device, by its number in `device list`.
        #[arg(long, group = "which")]
        device: Option<DeviceId>,
        /// Received more than so many days ago.
        #[arg(long, group = "which")]
        days: Option<u32>,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Subcommand)]
enum Device {
    /// Every device that ever joined.
    List {
        #[command(flatten)]
        data: Data,
        #[arg(long)]
        json: bool,
    },
    /// After a device was stopped: what it had not uploaded comes back on the next device of the same person.
    Release {
        id: String,
        #[command(flatten)]
        data: Data,
    },
    /// Stops a device for good; it is wiped at its next contact.
    Revoke {
        id: String,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(clap::Args)]
pub(crate) struct Data {
    /// Folder of the database.
    #[arg(long, env = "NUANFANG_DATA", default_value = "data")]
    pub(crate) data: PathBuf,
    /// PostgreSQL in place of the folder: postgres://user:password@host/name.
    #[arg(long, env = "NUANFANG_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// File of the key that the database is encrypted by. The key itself may be in NUANFANG_KEY.
    #[arg(long, env = "NUANFANG_KEY_FILE")]
    pub(crate) key_file: Option<PathBuf>,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_env("NUANFANG_LOG").unwrap_or_else(|_| "info".into()))
        .with_writer(std::io::stderr)
        .json()
        .init();
    let done = match Args::parse().command {
        Command::Sample { data, seed, persons, visits } => commands::sample(&data, seed, persons, visits),
        Command::Serve { config, data, database, key_file, listen } => commands::serve(config, data, database, key_file, listen),
        Command::Import { what, file, within, dry_run, yes, remarks, data, json } => {
            let wish = Wish { within, dry_run, yes, remarks: remarks.is_some() };
            commands::import(&what, &file, &wish, remarks.as_deref(), &data, json)
        }
        Command::Staff { data, json } => commands::staff(&data, json),
        Command::Policy { set, data } => commands::policy(set.as_deref(), &data),
        Command::Backup { file, data } => commands::backup(&file, &data),
        Command::Restore { file, data } => commands::restore(&file, &data),
        Command::Rekey { new_key_file, plain: _, config, data } => commands::rekey(new_key_file.as_deref(), config.as_deref(), &data),
        Command::Restored { data } => commands::restored(&data),
        Command::Code { what: Some(what), .. } => commands::codes::run(what),
        Command::Code { what: None, staff, data, json } => commands::codes::make(&staff.unwrap_or_default(), &data, json),
        Command::Audit(asked) => commands::audit::audit(asked),
        Command::Photos { what: PhotosCommand::Collect { config, data, database, key_file, json } } => {
            commands::collect_photos(config.as_deref(), data, database, key_file, json)
        }
        Command::Quarantine { what: QuarantineCommand::List { device, limit, data, json } } => {
            commands::list_quarantine(device.as_ref(), limit, &data, json)
        }
        Command::Quarantine { what: QuarantineCommand::Drop { device, days, data } } => commands::drop_quarantine(device.as_ref(), days, &data),
        Command::Record { what: RecordCommand::List { aside, data, json, .. } } => commands::records(aside, &data, json),
        Command::Record { what: RecordCommand::Aside { id, data } } => commands::lay_aside(&id, &data),
        Command::Record { what: RecordCommand::Back { id, data } } => commands::put_back(&id, &data),
        Command::Form { what } => commands::form::run(what),
        Command::MatterType { what } => commands::matter_type::run(what),
        Command::Device { what: Device::List { data, json } } => commands::devices(&data, json),
        Command::Device { what: Device::Release { id, data } } => commands::release(&id, &data),
        Command::Device { what: Device::Revoke { id, data } } => commands::revoke(&id, &data),
    };
    match done {
        Ok(code) => code,
        Err(e) => {
            eprintln!("{}", commands::say(&e));
            ExitCode::from(1)
        }
    }
}

/// Prints a line, in which no name tells the terminal anything. Whoever closed the other end has seen enough; a full disk is told.
pub(crate) fn say(line: std::fmt::Arguments<'_>) {
    use std::io::{ErrorKind, Write};
    match writeln!(std::io::stdout(), "{}", domain::shape::escaped(&line.to_string())) {
        Ok(()) => {}
        Err(e) if e.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(e) => {
            _ = writeln!(std::io::stderr(), "{e}");
            std::process::exit(1)
        }
    }
}

/// As `println!`, without its panic.
macro_rules! out {
    ($($words:tt)*) => { crate::say(format_args!($($words)*)) };
}
pub(crate) use out;
