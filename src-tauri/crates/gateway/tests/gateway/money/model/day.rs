//! A day at a site, step by step: what happens is rolled, told to the gateway and to the model.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::adjustment::Method;
use domain::authorization::Decision;
use domain::command::Requester;
use domain::meter::Reading;
use domain::session::{Limit, StartedBy, StopReason};
use domain::status::ConnectorStatus;
use domain::{ChargePointId, CustomerId, Money, OperatorId, Timestamp, WattHours};
use gateway::core::{Core, OpError};
use gateway::keep::Keep;
use gateway::ops::adjust_wallet::{Wish as Gift, adjust_wallet};
use gateway::ops::bill::settle_due;
use gateway::ops::boot_charger::{Boot, boot_charger};
use gateway::ops::check_books::check_books;
use gateway::ops::connect_charger::connect_charger;
use gateway::ops::record_meter::{Measured, record_meter};
use gateway::ops::report_connector::{Report, report_connector};
use gateway::ops::request_start::{Wish, request_start};
use gateway::ops::request_stop::request_stop;
use gateway::ops::start_session::{Start, start_session};
use gateway::ops::stop_session::{Stop, stop_session};
use jiff::SignedDuration;
use store::repo::ledger;
use testkit::Dice;
use uuid::Uuid;

use super::books::{Charge, LEAST, Purse, USUAL, cost};
use crate::money::limits::Moved;
use crate::money::till::Till;

/// How many steps a day has.
pub const STEPS: usize = 40;

struct Day {
    core: Core,
    clock: Arc<Moved>,
    dice: Dice,
    by: OperatorId,
    points: Vec<ChargePointId>,
    owners: Vec<(CustomerId, String)>,
    purses: BTreeMap<CustomerId, Purse>,
    charges: Vec<(ChargePointId, Charge)>,
    running: BTreeMap<ChargePointId, usize>,
}

impl Day {
    fn now(&self) -> Timestamp {
        self.core.clock.now()
    }

    fn purse(&mut self, owner: CustomerId) -> &mut Purse {
        self.purses.entry(owner).or_default()
    }

    /// Whether an account has a charge somewhere.
    fn charges(&self, owner: CustomerId) -> bool {
        self.running
            .values()
            .any(|place| self.charges[*place].1.owner == owner)
    }

    /// Whether a card has one: that an account's own start is another token is the account's affair.
    fn is_in_use(&self, tag: &str) -> bool {
        self.running
            .values()
            .any(|place| self.charges[*place].1.opening.id_tag == tag)
    }

    async fn step(&mut self) -> &'static str {
        self.clock
            .advance(60 + i64::try_from(self.dice.roll(3_600)).expect("small"));
        let point = *self.dice.pick(&self.points.clone());
        let running = self.running.get(&point).copied();
        match (self.dice.roll(12), running) {
            (0 | 1, None) => self.start_by_card(point).await,
            (2, None) => self.start_while_away(point).await,
            (3 | 4, None) => self.start_by_account(point).await,
            (0..=4, Some(place)) => self.measure(point, place).await,
            (5 | 6, Some(place)) => self.stop(point, place).await,
            (7, Some(place)) => self.lose_mains(point, place).await,
            (5..=7, None) => self.stop_again(point).await,
            (8, _) => self.start_again(point).await,
            (9 | 10, _) => self.adjust().await,
            _ => self.restart().await,
        }
    }

    async fn start_by_card(&mut self, point: ChargePointId) -> &'static str {
        let (owner, tag) = self.dice.pick(&self.owners.clone()).clone();
        let opening = opening(&tag, self.now());
        let started = start_session(&self.core, point, opening.clone()).await;
        let started = started.expect("a start is answered");
        let available = self.purse(owner).available;
        let expect = if self.is_in_use(&tag) {
            Decision::Concurrent
        } else if available < LEAST {
            Decision::Unfunded
        } else {
            Decision::Accepted
        };
        assert_eq!(started.authorized.decision, expect, "{available}");
        if expect == Decision::Accepted {
            let held = available.min(USUAL);
            self.begun(point, owner, started.transaction_id, opening, held);
        }
        "a card starts"
    }

    fn begun(
        &mut self,
        point: ChargePointId,
        owner: CustomerId,
        transaction: i64,
        opening: Start,
        held: i64,
    ) {
        self.purse(owner).hold(held);
        self.running.insert(point, self.charges.len());
        let charge = Charge {
            owner,
            transaction,
            began: opening.at,
            wh: 0,
            held,
            billed: None,
            stopped: false,
            opening,
            closing: None,
        };
        self.charges.push((point, charge));
    }

    /// A charge that began and ended while its charger was away, told now.
    async fn start_while_away(&mut self, point: ChargePointId) -> &'static str {
        let (owner, tag) = self.dice.pick(&self.owners.clone()).clone();
        if self.is_in_use(&tag) {
            return "nobody is away";
        }
        let at = self.now() - SignedDuration::from_mins(20);
        let opening = opening(&tag, at);
        let started = start_session(&self.core, point, opening.clone()).await;
        let started = started.expect("a start is answered");
        assert_eq!(
            started.authorized.decision,
            Decision::Accepted,
            "it charges already"
        );
        let held = self.purse(owner).available.clamp(0, USUAL);
        self.begun(point, owner, started.transaction_id, opening, held);
        "a charge is told late"
    }

    async fn start_by_account(&mut self, point: ChargePointId) -> &'static str {
        let (owner, _) = self.dice.pick(&self.owners.clone()).clone();
        let currency = self.core.money().currency;
        let minor = i64::try_from(50 + self.dice.roll(1_500)).expect("small");
        let amount = self.dice.once_in(2).then_some(Money { minor, currency });
        let who = Requester::driver(owner);
        let wish = Wish {
            point,
            connector_id: Some(1),
            customer: Some(owner),
            started_by: StartedBy::Account,
            vehicle: None,
            id_token: None,
            tariff_version: None,
            limit: amount.map(|amount| Limit {
                amount: Some(amount),
                energy: None,
                minutes: None,
                soc_percent: None,
            }),
            requested_by: who.clone(),
        };
        let asked = request_start(&self.core, wish, Keep::nothing()).await;
        let available = self.purse(owner).available;
        if self.charges(owner) {
            assert!(asked.is_err(), "it charges elsewhere");
            return "an account is told that it charges";
        }
        let needed = amount.map_or(LEAST, |amount| amount.minor);
        if available < needed {
            let Err(OpError::Unfunded { missing }) = asked else {
                panic!("{available} of {needed}: {asked:?}");
            };
            assert_eq!(missing.minor, needed - available);
            return "an account has too little";
        }
        let session = asked.expect("it may start").session;
        let held = amount.map_or(USUAL.min(available), |amount| amount.minor);
        assert_eq!(session.held().map(|held| held.minor), Some(held));
        if self.dice.once_in(3) {
            let end = request_stop(&self.core, session.id, Some(owner), who, Keep::nothing()).await;
            end.expect("it is cancelled");
            return "an account thinks better of it";
        }
        let opening = opening(&session.id_token, self.now());
        let started = start_session(&self.core, point, opening.clone()).await;
        let started = started.expect("a start is answered");
        assert_eq!(started.authorized.decision, Decision::Accepted);
        self.begun(point, owner, started.transaction_id, opening, held);
        "an account starts"
    }

    /// More energy, never beyond 20 kW.
    fn flow(&mut self, place: usize) -> i64 {
        let ms = self
            .now()
            .duration_since(self.charges[place].1.began)
            .as_millis();
        let most = i64::try_from(ms).expect("days at most") * 20_000 / 3_600_000;
        let charge = &mut self.charges[place].1;
        let room = usize::try_from(most - charge.wh).unwrap_or_default();
        charge.wh += i64::try_from(self.dice.roll(room + 1)).expect("small");
        charge.wh
    }

    async fn measure(&mut self, point: ChargePointId, place: usize) -> &'static str {
        let wh = self.flow(place);
        let reading = Reading {
            measured_at: self.now(),
            meter: Some(WattHours(wh)),
            power_w: None,
            soc_percent: None,
            voltage_v: None,
            current_a: None,
            context: "Sample.Periodic".to_owned(),
        };
        let measured = Measured {
            connector_id: 1,
            transaction_id: Some(self.charges[place].1.transaction),
            readings: vec![reading],
            unreadable: Vec::new(),
            signed: Vec::new(),
            action: "MeterValues",
            raw: "{}".to_owned(),
        };
        for _ in 0..=self.dice.roll(2) {
            record_meter(&self.core, point, measured.clone())
                .await
                .expect("readings are taken");
        }
        "a charge is measured"
    }

    fn bill(&mut self, place: usize) {
        let charge = self.charges[place].1.clone();
        let total = cost(charge.wh);
        let purse = self.purse(charge.owner);
        match charge.billed {
            Some((before, _)) if before == total => {}
            Some((before, owed)) => {
                purse.take_back(before, owed);
                let owed = (total - purse.available).max(0);
                purse.pay(0, total);
                self.charges[place].1.billed = Some((total, owed));
            }
            None => {
                let owed = (total - purse.available - charge.held).max(0);
                purse.pay(charge.held, total);
                self.charges[place].1.billed = Some((total, owed));
            }
        }
    }

    async fn stop(&mut self, point: ChargePointId, place: usize) -> &'static str {
        let wh = self.flow(place);
        let stop = Stop {
            transaction_id: self.charges[place].1.transaction,
            meter_stop: WattHours(wh),
            at: self.now(),
            reason: StopReason::Local,
            id_tag: None,
            readings: Vec::new(),
            unreadable: Vec::new(),
            signed: Vec::new(),
            raw: "{}".to_owned(),
        };
        for _ in 0..=self.dice.roll(2) {
            stop_session(&self.core, point, stop.clone())
                .await
                .expect("a stop is taken");
        }
        self.charges[place].1.stopped = true;
        self.charges[place].1.closing = Some(stop);
        self.bill(place);
        self.running.remove(&point);
        "a charge stops"
    }

    /// The box boots: what it charged is over as far as it was measured, and its own stop comes late, or never.
    async fn lose_mains(&mut self, point: ChargePointId, place: usize) -> &'static str {
        let boot = Boot {
            vendor: "Test".to_owned(),
            model: "One".to_owned(),
            serial_number: None,
            firmware_version: None,
        };
        boot_charger(&self.core, point, boot)
            .await
            .expect("it boots");
        told_rightly(&self.core, point).await;
        self.bill(place);
        self.running.remove(&point);
        if self.dice.once_in(2) {
            self.clock.advance(600);
            self.stop(point, place).await;
        } else {
            // Nothing more is told of it.
            self.charges[place].1.stopped = true;
        }
        "the mains go"
    }

    async fn stop_again(&mut self, point: ChargePointId) -> &'static str {
        let told: Vec<_> = self
            .charges
            .iter()
            .filter(|(at, charge)| *at == point && charge.stopped)
            .filter_map(|(_, charge)| charge.closing.clone())
            .collect();
        if !told.is_empty() {
            let stop = self.dice.pick(&told).clone();
            stop_session(&self.core, point, stop)
                .await
                .expect("a stop is taken");
        }
        "a stop comes again"
    }

    async fn start_again(&mut self, point: ChargePointId) -> &'static str {
        let told: Vec<_> = self
            .charges
            .iter()
            .filter(|(at, _)| *at == point)
            .map(|(_, charge)| (charge.transaction, charge.opening.clone()))
            .collect();
        if !told.is_empty() {
            let (transaction, opening) = self.dice.pick(&told).clone();
            let again = start_session(&self.core, point, opening).await;
            let again = again.expect("a start is answered");
            assert_eq!(again.transaction_id, transaction, "the same number");
        }
        "a start comes again"
    }

    async fn adjust(&mut self) -> &'static str {
        let (owner, _) = self.dice.pick(&self.owners.clone()).clone();
        let size = i64::try_from(1 + self.dice.roll(3_000)).expect("small");
        let minor = if self.dice.once_in(3) { -size } else { size };
        let currency = self.core.money().currency;
        let gift = Gift {
            customer: owner,
            amount: Money { minor, currency },
            method: Method::Credit,
            reason: "A random gift".to_owned(),
            by: self.by,
        };
        let given = adjust_wallet(&self.core, gift, Keep::nothing()).await;
        let purse = self.purse(owner);
        if purse.available + minor < 0 {
            assert!(
                matches!(given, Err(OpError::Unfunded { missing }) if missing.minor == -minor - purse.available),
                "{given:?}"
            );
        } else {
            given.expect("it is given");
            purse.available += minor;
            purse.settle();
        }
        "an operator gives or takes"
    }

    /// What a restart does to money: what is due is looked for, and the books look at themselves.
    async fn restart(&mut self) -> &'static str {
        settle_due(&self.core).await.expect("it looks");
        let faults = check_books(&self.core).await.expect("it can be asked");
        assert_eq!(faults, Vec::<String>::new());
        "a restart"
    }

    async fn agrees(&self) -> Result<(), String> {
        let mut conn = self.core.store.read().await.expect("a reader");
        for (owner, purse) in &self.purses {
            let found = ledger::find_purse(&mut conn, *owner, self.core.money().currency).await;
            let found = found.expect("a sound store");
            let found = found.map_or_else(Purse::default, |found| Purse {
                available: found.available().minor,
                held: found.held.balance.minor,
                owed: found.owed().minor,
            });
            if found != *purse {
                return Err(format!(
                    "{owner}: the books say {found:?}, the model {purse:?}"
                ));
            }
        }
        Ok(())
    }
}

/// A start at plug 1, register 0.
fn opening(tag: &str, at: Timestamp) -> Start {
    Start {
        connector_id: 1,
        id_tag: tag.to_owned(),
        meter_start: WattHours(0),
        at,
        raw: "{}".to_owned(),
    }
}

/// A report with a right time: the charger's clock is known from now on.
async fn told_rightly(core: &Core, point: ChargePointId) {
    let report = Report {
        connector_id: 1,
        status: ConnectorStatus::Available,
        error_code: None,
        vendor_error_code: None,
        info: None,
        at: Some(core.clock.now()),
    };
    report_connector(core, point, report)
        .await
        .expect("a report is taken");
}

pub async fn day(till: &Till, by: OperatorId, clock: (Core, Arc<Moved>), seed: u64) {
    let (core, clock) = clock;
    let mut points = Vec::new();
    for number in 0..2 {
        let point = till.house.another_point(&format!("D{seed}-{number}")).await;
        let socket = Uuid::from_u128(u128::from(seed) * 2 + number).into();
        connect_charger(&core, point, socket, "1.6", "test".to_owned())
            .await
            .expect("it connects");
        told_rightly(&core, point).await;
        points.push(point);
    }
    let mut owners = Vec::new();
    for number in 0..2 {
        let customer = add_owner(&core, seed, number).await;
        let tag = format!("C{seed}-{number}");
        till.card(customer, &tag).await;
        owners.push((customer, tag));
    }
    let mut day = Day {
        core,
        clock,
        dice: Dice::new(seed),
        by,
        points,
        purses: owners
            .iter()
            .map(|(id, _)| (*id, Purse::default()))
            .collect(),
        owners,
        charges: Vec::new(),
        running: BTreeMap::new(),
    };
    let mut story = Vec::new();
    for _ in 0..STEPS {
        story.push(day.step().await);
        if let Err(wrong) = day.agrees().await {
            panic!("seed {seed} (again with MONEY_SEED={seed})\n{wrong}\n{story:#?}");
        }
    }
}

async fn add_owner(core: &Core, seed: u64, number: u32) -> CustomerId {
    let customer: Result<CustomerId, OpError> = core
        .write(move |unit| {
            Box::pin(async move {
                let now = unit.now();
                let customer = domain::customer::Customer {
                    id: unit.id(),
                    name: String::new(),
                    email: format!("{seed}-{number}@example.org"),
                    phone: None,
                    language: "en".to_owned(),
                    price_group: None,
                    password_hash: "sha256:none".to_owned(),
                    version: 1,
                    created_at: now,
                    updated_at: now,
                };
                store::repo::customers::insert(unit.conn, &customer).await?;
                Ok(customer.id)
            })
        })
        .await;
    customer.expect("a new customer")
}
