//! What an admin may change while the gateway runs, and what needs its file. Secrets are in neither.

use axum::Json;
use axum::extract::State;
use domain::object::Amount;
use serde::Serialize;
use store::repo::settings as rows;
use utoipa::ToSchema;

use super::bodies;
use crate::api::Api;
use crate::api::auth::Admin;
use crate::api::fields::Fields;
use crate::api::problem::Problem;
use crate::api::setup::{Site, read_site};
use crate::ops::change::Change;
use crate::ops::change_settings::{Wish, change_settings};
use crate::settings::seller::{LONGEST_ADDRESS, LONGEST_LINE};
use crate::settings::{Listen, Settings, kiosk};

/// The settings.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct SettingsObject {
    /// What is true of the whole site.
    site: Site,
    /// Who sells, as receipts say it.
    seller: SellerObject,
    /// What the site decides about customers' money.
    wallet: WalletRules,
    /// Between which bounds drivers pay in.
    payments: PaymentRules,
    /// Who may leave a kiosk's lock.
    kiosk: KioskRules,
    /// Which of these the gateway's file or environment names: they are changed there, such as `site.currency`.
    fixed: Vec<String>,
    /// What is stored and cannot hold at this gateway: what its file says holds instead, or the default.
    misfits: Vec<String>,
    /// Whether money has moved, or is about to: then the currency stays.
    money_moved: bool,
    /// What is changed in the gateway's file and holds after its next start.
    gateway: GatewaySettings,
}

/// Who sells. Empty: each station sells under its own name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct SellerObject {
    /// The company's name.
    name: Option<String>,
    /// Its address, line by line.
    address: Option<String>,
    /// Its VAT number, GSTIN, …
    tax_id: Option<String>,
    /// What receipts' numbers begin with. It is changed in the gateway's file.
    number_prefix: Option<String>,
}

/// What the site decides about customers' money.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct WalletRules {
    /// What is held for a charge without a limit in money, and each time it is extended.
    hold: Amount,
    /// With less than this no charge begins.
    minimum: Amount,
    /// What an operator gives or takes beyond this needs a second one's yes.
    approval_above: Amount,
}

/// Between which bounds drivers pay in, and through whom.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct PaymentRules {
    /// The least at once.
    smallest: Amount,
    /// The most at once.
    largest: Amount,
    /// The payment providers that are set. Their keys are in the gateway's file.
    providers: Vec<String>,
}

/// Who may leave a kiosk's lock. The PIN itself is never told.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct KioskRules {
    /// Whether there is a PIN for staff.
    pin_set: bool,
}

/// What is changed in the gateway's file alone.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct GatewaySettings {
    /// Its name among several.
    node: String,
    /// Where browsers find the pages from outside.
    public_url: Option<String>,
    /// Where pages are served; null: that door is shut.
    listen: Option<String>,
    /// Where chargers connect.
    ocpp_listen: String,
    /// `sqlite` or `postgres`.
    database: String,
    /// Whether events go to a broker.
    broker: bool,
    /// Whether this was started as a demo.
    demo: bool,
}

bodies! {
    /// Settings to be. Every field may be left out: it stays; null: the default.
    SettingsBody {
        /// What is true of the whole site.
        site: Option<SiteBody>,
        /// Who sells.
        seller: Option<SellerBody>,
        /// Customers' money.
        wallet: Option<WalletBody>,
        /// Paying in.
        payments: Option<PaymentsBody>,
        /// The kiosks of the site.
        kiosk: Option<KioskBody>,
    }

    /// The kiosks of the site.
    KioskBody {
        /// What staff leaves their lock with: 6 to 12 digits. It is stored as a hash and told to nobody; null: nobody leaves.
        pin: Option<String>,
    }

    /// What is true of the whole site.
    SiteBody {
        /// What its pages are headed with, 60 characters at most.
        name: Option<String>,
        /// ISO 4217. It stays once money has moved.
        currency: Option<String>,
        /// A decimal string.
        tax_percent: Option<String>,
        /// An IANA name, for new stations.
        time_zone: Option<String>,
        /// en, de, fr, es, hi or ar.
        language: Option<String>,
        /// Whom to call, 100 characters at most.
        helpline: Option<String>,
    }

    /// Who sells. Receipts that are out stay as they are.
    SellerBody {
        /// The company's name, 120 characters at most.
        name: Option<String>,
        /// Six lines at most, 120 characters each.
        address: Option<String>,
        /// 120 characters at most.
        tax_id: Option<String>,
    }

    /// Customers' money, in the site's currency.
    WalletBody {
        /// More than nothing.
        hold: Option<Amount>,
        /// More than nothing.
        minimum: Option<Amount>,
        /// Nothing or more.
        approval_above: Option<Amount>,
    }

    /// Paying in, in the site's currency.
    PaymentsBody {
        /// More than nothing.
        smallest: Option<Amount>,
        /// The least or more.
        largest: Option<Amount>,
    }
}

async fn print(api: &Api) -> Result<SettingsObject, Problem> {
    let rules = api.core.rules();
    let (settings, money) = (rules.settings(), &rules.money);
    let said = |text: &String| (!text.trim().is_empty()).then(|| text.clone());
    let providers = [
        ("stripe", settings.payments.stripe.is_some()),
        ("razorpay", settings.payments.razorpay.is_some()),
    ];
    let fixed = settings.fixed();
    let holds = money.holds(money.currency);
    Ok(SettingsObject {
        site: rules.as_ref().into(),
        seller: SellerObject {
            name: said(&settings.seller.name),
            address: said(&settings.seller.address),
            tax_id: said(&settings.seller.tax_id),
            number_prefix: said(&settings.seller.number_prefix),
        },
        wallet: WalletRules {
            hold: holds.usual.print(),
            minimum: holds.least.print(),
            approval_above: money.alone(money.currency).print(),
        },
        payments: PaymentRules {
            smallest: rules.topups.0.print(),
            largest: rules.topups.1.print(),
            providers: providers
                .into_iter()
                .filter(|(_, set)| *set)
                .map(|(name, _)| name.to_owned())
                .collect(),
        },
        kiosk: KioskRules {
            pin_set: !settings.kiosk.pin.is_empty(),
        },
        fixed: fixed.into_iter().map(str::to_owned).collect(),
        misfits: rules
            .misfits()
            .iter()
            .map(|misfit| misfit.name.to_owned())
            .collect(),
        money_moved: rows::has_money(&mut api.core.store.read().await?).await?,
        gateway: gateway(settings),
    })
}

fn gateway(settings: &Settings) -> GatewaySettings {
    let postgres = settings
        .database_url
        .as_deref()
        .is_some_and(|url| url.starts_with("postgres"));
    GatewaySettings {
        node: settings.node.clone(),
        public_url: settings.public_url.clone(),
        listen: match settings.listen {
            Listen::Off => None,
            Listen::On(address) => Some(address.to_string()),
        },
        ocpp_listen: settings.ocpp_listen.to_string(),
        database: if postgres { "postgres" } else { "sqlite" }.to_owned(),
        broker: settings.broker_url.is_some(),
        demo: settings.demo,
    }
}

/// The settings.
#[utoipa::path(get, path = "/settings", tag = "cms", operation_id = "show_settings", security(("bearer" = [])),
    responses((status = 200, description = "The settings", body = SettingsObject),
        (status = 403, description = "Not an admin", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    _admin: Admin,
) -> Result<Json<SettingsObject>, Problem> {
    Ok(Json(print(&api).await?))
}

/// Changes settings; they hold at once. What the gateway's file or environment names may only be said again.
#[utoipa::path(put, path = "/settings", tag = "cms", operation_id = "change_settings", request_body = SettingsBody,
    security(("bearer" = [])),
    responses((status = 200, description = "The settings", body = SettingsObject),
        (status = 403, description = "Not an admin", body = Problem),
        (status = 409, description = "Money has moved in another currency", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn change(
    State(api): State<Api>,
    Admin(staff): Admin,
    fields: Fields,
) -> Result<Json<SettingsObject>, Problem> {
    let (mut wish, pin) = read(fields)?;
    let pin = match pin {
        Change::Set(pin) => Change::Set(api.core.passwords.hash(pin).await),
        other => other,
    };
    wish.set("kiosk.pin", "/kiosk/pin", pin);
    change_settings(&api.core, wish).await?;
    tracing::info!(by = %staff.operator.id, "settings were changed");
    Ok(Json(print(&api).await?))
}

/// What is wished, and the PIN apart from it: it is hashed first.
fn read(mut fields: Fields) -> Result<(Wish, Change<String>), Problem> {
    let site = fields.object("site", read_site).unwrap_or_default();
    let wallet = fields.object("wallet", |fields| {
        let rows = [
            ("hold", "wallet.hold", "/wallet/hold"),
            ("minimum", "wallet.minimum", "/wallet/minimum"),
            (
                "approvalAbove",
                "wallet.approval_above",
                "/wallet/approvalAbove",
            ),
        ];
        amounts(fields, rows)
    });
    let payments = fields.object("payments", |fields| {
        let rows = [
            ("smallest", "payments.smallest", "/payments/smallest"),
            ("largest", "payments.largest", "/payments/largest"),
        ];
        amounts(fields, rows)
    });
    let seller = fields.object("seller", |fields| {
        let mut wish = Wish::default();
        let name = fields.text_or_none("name", LONGEST_LINE);
        wish.set("seller.name", "/seller/name", name);
        let address = fields.lines_or_none("address", LONGEST_ADDRESS);
        wish.set("seller.address", "/seller/address", address);
        let tax_id = fields.text_or_none("taxId", LONGEST_LINE);
        wish.set("seller.tax_id", "/seller/taxId", tax_id);
        wish
    });
    let pin = fields.object("kiosk", |fields| {
        let read = |text: &str| kiosk::is_pin(text).then(|| text.to_owned());
        fields.parsed_or_none("pin", "It is 6 to 12 digits.", read)
    });
    fields.done()?;
    let mut wish = site.within("/site");
    for more in [wallet, payments, seller].into_iter().flatten() {
        wish.extend(more);
    }
    Ok((wish, pin.unwrap_or_default()))
}

/// Amounts: by field, which setting each is, and where it stands.
fn amounts<const N: usize>(
    fields: &mut Fields,
    rows: [(&str, &'static str, &'static str); N],
) -> Wish {
    let mut wish = Wish::default();
    for (name, setting, pointer) in rows {
        wish.set_amount(setting, pointer, fields.money_or_none(name));
    }
    wish
}
