//! The admin commands that register something: parse, one op, print. Rules are the ops'.

use std::io::Read as _;

use clap::{Args, Subcommand};
use domain::Identity;
use domain::authorization::IdTokenStatus;
use domain::operator::Role;
use serde_json::{Value, json};

use super::AdminError;
use crate::core::Core;
use crate::ops::add_charge_point::{Credentials, NewChargePoint, add_charge_point};
use crate::ops::add_charge_points::add_charge_points;
use crate::ops::add_customer::add_customer;
use crate::ops::add_id_token::add_owned_id_token;
use crate::ops::add_station::add_station;
use crate::ops::adjust_wallet::opening_balance;
use crate::ops::create_operator::create_operator;
use crate::ops::price_station::{KwhPrice, price_station};
use crate::secret;
use crate::settings::Settings;

/// The longest password read from standard input, bytes.
const LONGEST_INPUT: u64 = 1024;

/// What can be registered.
#[derive(Clone, Debug, Subcommand)]
pub enum Register {
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
        /// What a kWh costs, tax included, in the currency of the setting `site.currency`.
        #[arg(long, value_name = "AMOUNT")]
        price_per_kwh: Option<String>,
        /// The tax inside the price; the setting `site.tax_percent` unless given.
        #[arg(long, value_name = "PERCENT", requires = "price_per_kwh")]
        tax_percent: Option<String>,
    },
    /// Register a charge point; prints the password to type into it, once.
    AddChargePoint {
        /// What it calls itself: 1 to 48 of A-Z a-z 0-9 * - _ = : + | @ .
        identity: String,
        /// The name people read; "Bay" and its number in the station unless given.
        #[arg(long)]
        name: Option<String>,
        /// What it is like.
        #[command(flatten)]
        flags: ChargePointFlags,
    },
    /// Register many charge points that share one password.
    AddChargePoints {
        /// What their identities begin with; a number from 0001 follows.
        #[arg(long)]
        prefix: String,
        /// How many.
        #[arg(long)]
        count: u32,
        /// What each is like.
        #[command(flatten)]
        flags: ChargePointFlags,
    },
    /// Add an id token that may charge.
    AddIdToken {
        /// The token, such as an RFID card's number.
        token: String,
        /// The e-mail address of the customer whose it is.
        #[arg(long, value_name = "EMAIL")]
        customer: Option<String>,
        /// accepted, blocked or expired.
        #[arg(long, default_value = "accepted", value_parser = token_status)]
        status: IdTokenStatus,
    },
    /// Add a driver with an account.
    AddCustomer {
        /// The address it signs in with.
        #[arg(long)]
        email: String,
        /// Read the password from standard input.
        #[arg(long, required = true)]
        password_stdin: bool,
        /// What is in its wallet, in the currency of the setting `site.currency`; nothing unless given.
        #[arg(long, value_name = "AMOUNT")]
        balance: Option<String>,
    },
}

/// What charge points are like, be it one or many.
#[derive(Args, Clone, Debug)]
pub struct ChargePointFlags {
    /// Its station: an id or a unique name.
    #[arg(long)]
    pub station: String,
    /// How many plugs it has.
    #[arg(long, default_value_t = 1)]
    pub connectors: i64,
    /// The OCPP version it speaks.
    #[arg(long, default_value = "1.6", value_parser = ["1.6"])]
    pub protocol: String,
    /// OCPP security profile: 0 without credentials, 1 Basic auth.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=1))]
    pub security_profile: u8,
    /// Rated power, W.
    #[arg(long, default_value_t = 22_000)]
    pub max_power_w: i64,
    /// Read the password from standard input instead of making one.
    #[arg(long)]
    pub password_stdin: bool,
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_word(text).ok_or_else(|| "admin, operator or viewer".to_owned())
}

fn token_status(text: &str) -> Result<IdTokenStatus, String> {
    IdTokenStatus::from_word(text).ok_or_else(|| "accepted, blocked or expired".to_owned())
}

/// Runs one of them to the line it prints.
pub(super) async fn run(
    core: &Core,
    settings: &Settings,
    command: Register,
) -> Result<Value, AdminError> {
    let rules = core.rules();
    Ok(match command {
        Register::CreateOperator { email, role, .. } => {
            let id = create_operator(core, &email, role, password()?).await?;
            json!({ "id": id, "email": email.trim().to_lowercase(), "role": role.as_str() })
        }
        Register::AddStation {
            name,
            price_per_kwh,
            tax_percent,
        } => {
            let site = rules.site();
            let tax = tax_percent.as_deref().unwrap_or(&site.tax_percent);
            // Read before anything is made: a station without the price that was asked for is half a station.
            let price = price_per_kwh
                .map(|per_kwh| KwhPrice::read(&per_kwh, &site.currency, tax))
                .transpose()?;
            let id = add_station(core, &name).await?;
            if let Some(price) = price {
                price_station(core, id, price).await?;
            }
            json!({ "id": id, "name": name.trim() })
        }
        Register::AddChargePoint {
            identity,
            name,
            flags,
        } => one(core, settings, &identity, name, flags).await?,
        Register::AddChargePoints {
            prefix,
            count,
            flags,
        } => {
            let like = flags.read(&format!("{prefix}0001"), None)?;
            let password = add_charge_points(core, &prefix, count, like).await?;
            json!({ "count": count, "password": password })
        }
        Register::AddIdToken {
            token,
            customer,
            status,
        } => json!({ "id": add_owned_id_token(core, &token, status, customer.as_deref()).await? }),
        Register::AddCustomer { email, balance, .. } => {
            let balance = balance
                .map(|amount| opening_balance(&amount, &rules.site().currency))
                .transpose()?;
            let (id, email) = add_customer(core, &email, password()?, balance).await?;
            json!({ "id": id, "email": email })
        }
    })
}

async fn one(
    core: &Core,
    settings: &Settings,
    identity: &str,
    name: Option<String>,
    flags: ChargePointFlags,
) -> Result<Value, AdminError> {
    let new = flags.read(identity, name)?;
    let (id, password) = add_charge_point(core, new).await?;
    // The one character of an identity that a URL does not take as it is.
    let in_url = identity.replace('|', "%7C");
    let url = format!("ws://{}/ocpp/{in_url}", settings.ocpp_listen);
    Ok(json!({ "id": id, "identity": identity, "url": url, "password": password }))
}

impl ChargePointFlags {
    fn read(self, identity: &str, name: Option<String>) -> Result<NewChargePoint, AdminError> {
        let identity =
            Identity::parse(identity).map_err(|error| AdminError::Arguments(error.to_string()))?;
        let credentials = match (self.security_profile, self.password_stdin) {
            (0, false) => Credentials::None,
            (0, true) => {
                let sentence = "security profile 0 takes no password; leave out --password-stdin";
                return Err(AdminError::Arguments(sentence.to_owned()));
            }
            (_, true) => Credentials::Chosen(password()?),
            (_, false) => Credentials::Key(secret::make_key()),
        };
        Ok(NewChargePoint {
            identity,
            name,
            station: self.station,
            connectors: self.connectors,
            max_power_w: self.max_power_w,
            credentials,
        })
    }
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
            "no password came in on standard input; pipe one line into it".to_owned(),
        ));
    }
    Ok(line.to_owned())
}
