//! The admin commands: they work on the database beside a running gateway, print one JSON line, and exit
//! with 0, or with 2 and one sentence; `check` with 1 where it found a fault.

mod copies;

use std::io::Read as _;
use std::path::PathBuf;

use clap::Subcommand;
use domain::Identity;
use domain::authorization::IdTokenStatus;
use domain::operator::Role;
use serde_json::{Value, json};
use store::StoreError;

use crate::app::{StartError, open_core};
use crate::core::{Core, OpError};
use crate::ops::add_charge_point::{Credentials, NewChargePoint, add_charge_point};
use crate::ops::add_id_token::add_id_token;
use crate::ops::add_station::add_station;
use crate::ops::create_operator::create_operator;
use crate::secret;
use crate::settings::{Settings, SettingsError};

/// The longest password read from standard input, bytes.
const LONGEST_INPUT: u64 = 1024;

/// What can be registered.
#[derive(Clone, Debug, Subcommand)]
pub enum AdminCommand {
    /// Add a user of the CMS.
    CreateOperator {
        /// The address it signs in with.
        #[arg(long)]
        email: String,
        /// What it may do: admin, operator or viewer.
        #[arg(long, default_value = "admin", value_parser = role)]
        role: Role,
        /// Read the password from standard input.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Add a station.
    AddStation {
        /// The name drivers read.
        #[arg(long)]
        name: String,
    },
    /// Register a charge point; prints the password to type into it, once.
    AddChargePoint {
        /// What it calls itself: 1 to 48 of A-Z a-z 0-9 * - _ = : + | @ .
        identity: String,
        /// Its station: an id or a unique name.
        #[arg(long)]
        station: String,
        /// The name people read; "Bay" and its number in the station unless given.
        #[arg(long)]
        name: Option<String>,
        /// How many plugs it has.
        #[arg(long, default_value_t = 1)]
        connectors: i64,
        /// The OCPP version it speaks.
        #[arg(long, default_value = "1.6", value_parser = ["1.6"])]
        protocol: String,
        /// OCPP security profile: 0 without credentials, 1 Basic auth.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=1))]
        security_profile: u8,
        /// Rated power, W.
        #[arg(long, default_value_t = 22_000)]
        max_power_w: i64,
        /// Read the password from standard input instead of making one.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Add an id token that may charge.
    AddIdToken {
        /// The token, such as an RFID card's number.
        token: String,
        /// accepted, blocked or expired.
        #[arg(long, default_value = "accepted", value_parser = token_status)]
        status: IdTokenStatus,
    },
    /// Copy the database to a file that is not there yet, beside a running gateway.
    Backup {
        /// Where to.
        file: PathBuf,
    },
    /// Replace the database by a copy, while no gateway runs. The replaced one stays beside it.
    Restore {
        /// Which copy.
        file: PathBuf,
    },
    /// Look for faults in the database; exit code 1 where there are any.
    Check,
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_word(text).ok_or_else(|| "admin, operator or viewer".to_owned())
}

fn token_status(text: &str) -> Result<IdTokenStatus, String> {
    IdTokenStatus::from_word(text).ok_or_else(|| "accepted, blocked or expired".to_owned())
}

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The database cannot be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A rule refused it.
    #[error(transparent)]
    Op(#[from] OpError),
    /// The arguments are not of their form.
    #[error("{0}")]
    Arguments(String),
    /// The database cannot be copied, brought back or looked at.
    #[error(transparent)]
    Copy(#[from] StoreError),
}

impl From<SettingsError> for AdminError {
    fn from(error: SettingsError) -> Self {
        Self::Start(error.into())
    }
}

/// Runs one command to the line it prints.
pub async fn run(settings: Settings, command: AdminCommand) -> Result<Value, AdminError> {
    // These look at the database as it is: opening it would bring its tables up to date first.
    match &command {
        AdminCommand::Backup { file } => return copies::backup(&settings, file).await,
        AdminCommand::Restore { file } => return copies::restore(&settings, file).await,
        AdminCommand::Check => return copies::check(&settings).await,
        _ => {}
    }
    let core = open_core(&settings).await?;
    let done = execute(&core, &settings, command).await;
    core.store.close().await;
    done
}

async fn execute(
    core: &Core,
    settings: &Settings,
    command: AdminCommand,
) -> Result<Value, AdminError> {
    Ok(match command {
        AdminCommand::CreateOperator { email, role, .. } => {
            let id = create_operator(core, &email, role, password()?).await?;
            json!({ "id": id, "email": email.trim().to_lowercase(), "role": role.as_str() })
        }
        AdminCommand::AddStation { name } => {
            let id = add_station(core, &name).await?;
            json!({ "id": id, "name": name.trim() })
        }
        AdminCommand::AddChargePoint {
            identity,
            name,
            station,
            connectors,
            security_profile,
            max_power_w,
            password_stdin,
            protocol: _,
        } => {
            let identity = Identity::parse(&identity)
                .map_err(|error| AdminError::Arguments(error.to_string()))?;
            let credentials = match (security_profile, password_stdin) {
                (0, false) => Credentials::None,
                (0, true) => {
                    return Err(AdminError::Arguments(
                        "security profile 0 takes no password".to_owned(),
                    ));
                }
                (_, true) => Credentials::Chosen(password()?),
                (_, false) => Credentials::Key(secret::make_key()),
            };
            let new = NewChargePoint {
                identity: identity.clone(),
                name,
                station,
                connectors,
                max_power_w,
                credentials,
            };
            let (id, password) = add_charge_point(core, new).await?;
            let url = format!("ws://{}/ocpp/{identity}", settings.ocpp_listen);
            json!({ "id": id, "identity": identity.as_str(), "url": url, "password": password })
        }
        AdminCommand::AddIdToken { token, status } => {
            json!({ "id": add_id_token(core, &token, status).await? })
        }
        AdminCommand::Backup { .. } | AdminCommand::Restore { .. } | AdminCommand::Check => {
            unreachable!("`run` has answered these before it opened the database")
        }
    })
}

/// The first line of standard input.
fn password() -> Result<String, AdminError> {
    let mut text = String::new();
    let read = std::io::stdin()
        .take(LONGEST_INPUT)
        .read_to_string(&mut text);
    let line = text.lines().next().unwrap_or_default();
    if read.is_err() || line.is_empty() {
        return Err(AdminError::Arguments(
            "no password came in on standard input".to_owned(),
        ));
    }
    Ok(line.to_owned())
}
