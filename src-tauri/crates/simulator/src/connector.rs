//! One connector and the cars at it: the steps of a charge, from a driver's arrival to a free plug. It
//! lives for a power cycle, with a connection or without: what it has to tell about a transaction
//! goes into the queue. Not for sending: see `delivery`.

use std::time::Duration;

use ocpp::v16::{
    AuthorizeRequest, AuthorizeResponse, ChargePointStatus, ReadingContext, Reason,
    StartTransactionRequest, StopTransactionRequest,
};
use tokio::time::{Instant, sleep, sleep_until};
use uuid::Uuid;

use crate::backlog::{Message, Reading};
use crate::bay::{Bay, Face, Order};
use crate::car::Car;
use crate::clock;
use crate::link::CallFailure;
use crate::measured::Measured;
use crate::meter::Meter;
use crate::point::Point;

/// The state of one connector.
#[derive(Debug)]
pub(crate) struct Connector<'a> {
    point: &'a Point,
    bay: &'a Bay,
    /// The card in its drivers' hands.
    id_tag: &'a str,
    meter: Meter,
}

/// Who comes to charge.
#[derive(Debug)]
struct Driver {
    id_tag: String,
    /// Sent by the central system, so the card needs no asking (`AuthorizeRemoteTxRequests` is false).
    remote: bool,
}

/// A charge under way.
#[derive(Clone, Copy, Debug)]
struct Charging {
    id: Uuid,
    car: Car,
    began: Instant,
    measured: Instant,
    /// When the car is full.
    length: Duration,
}

/// What a wait within a charge came to.
enum Next {
    Measure(ReadingContext),
    /// The interval has changed.
    Again,
    End(Reason),
}

impl<'a> Connector<'a> {
    /// The connector behind `bay`, whose register goes on where it was last known.
    pub(crate) fn new(point: &'a Point, bay: &'a Bay, id_tag: &'a str) -> Self {
        Self {
            point,
            bay,
            id_tag,
            meter: Meter::at(bay.face().register_wh),
        }
    }

    /// Lives until the power cycle ends; then the charge under way has ended. Where no car came yet,
    /// the first one comes after `first_car`.
    pub(crate) async fn live(mut self, first_car: Duration) {
        if !self.point.until_ready().await {
            return;
        }
        while let Some(driver) = self.next_driver(first_car).await {
            self.serve(driver).await;
        }
    }

    /// Waits for a car to be plugged in; `None` = the power cycle ends.
    async fn next_driver(&self, first_car: Duration) -> Option<Driver> {
        let config = &self.point.config;
        let rest = match self.bay.face().cars {
            0 => first_car,
            _ => config.scenario.rest(config.rest_time),
        };
        let arrival = Instant::now() + rest;
        loop {
            let operative = self.bay.face().operative;
            let status = if operative {
                ChargePointStatus::Available
            } else {
                ChargePointStatus::Unavailable
            };
            self.point.show(self.bay, status).await;
            let told = |face: &Face| face.order.is_some() || face.operative != operative;
            tokio::select! {
                biased;
                _ = self.point.until_ending() => return None,
                () = self.bay.until(told) => {
                    if let Some(Order::Start(id_tag)) = self.bay.take_order() {
                        return Some(Driver { id_tag, remote: true });
                    }
                }
                () = sleep_until(arrival), if operative && config.scenario.charges() => {
                    return Some(Driver { id_tag: self.id_tag.to_owned(), remote: false });
                }
            }
        }
    }

    async fn serve(&mut self, driver: Driver) {
        self.point
            .show(self.bay, ChargePointStatus::Preparing)
            .await;
        self.bay
            .change(|face| face.cars = face.cars.saturating_add(1));
        let allowed = driver.remote || self.authorize(&driver.id_tag).await;
        if !allowed || self.point.ending().is_some() {
            return;
        }
        let id = clock::charge_id();
        self.start(id, &driver.id_tag).await;
        let reason = if self.bay.face().refused {
            // OCPP 1.6 §5.11: the transaction exists all the same and has to be stopped.
            Reason::DeAuthorized
        } else {
            self.charge(id).await
        };
        self.stop(id, driver.id_tag, reason).await;
        self.point
            .show(self.bay, ChargePointStatus::Finishing)
            .await;
    }

    /// Asks whether a card may charge. Without a connection the cards decide that were accepted before.
    async fn authorize(&self, id_tag: &str) -> bool {
        let request = AuthorizeRequest::new(id_tag);
        match self.point.call("Authorize", &request).await {
            Ok(answer) => answer
                .and_then(|answer| ocpp::decode::<AuthorizeResponse>(&answer).ok())
                .is_some_and(|answer| self.point.learn_card(id_tag, &answer.id_tag_info)),
            Err(CallFailure::Closed) => {
                let offline = self.point.keys.borrow().local_authorize_offline;
                offline && self.point.knows_card(id_tag)
            }
            Err(_) => false,
        }
    }

    async fn start(&self, id: Uuid, id_tag: &str) {
        let reading = self.reading();
        self.bay.change(|face| {
            face.charge = Some(id);
            face.transaction_id = None;
            face.refused = false;
        });
        let connector = self.bay.connector;
        let request =
            StartTransactionRequest::new(connector, id_tag, reading.register_wh, reading.at);
        self.tell(id, reading, Message::StartTransaction(request))
            .await;
    }

    /// Charges until the car is full or something else ends it; why.
    async fn charge(&mut self, id: Uuid) -> Reason {
        let point = self.point;
        let began = Instant::now();
        let face = self.bay.face();
        let max_w = point.config.max_power_w;
        let mut charging = Charging {
            id,
            car: Car::arriving(&point.identity, self.bay.connector, face.cars, max_w),
            began,
            measured: began,
            length: point.config.scenario.length(point.config.charge_time),
        };
        point.show(self.bay, ChargePointStatus::Charging).await;
        let mut reported = began;
        loop {
            match self.next(&charging, reported).await {
                Next::Again => {}
                Next::Measure(context) => {
                    reported = Instant::now();
                    self.report(&mut charging, context).await;
                }
                Next::End(reason) => {
                    self.measure(&mut charging);
                    return reason;
                }
            }
        }
    }

    async fn next(&self, charging: &Charging, reported: Instant) -> Next {
        let interval = self.point.keys.borrow().meter_interval;
        let mut keys = self.point.keys.subscribe();
        let end = charging.began + charging.length;
        // OCPP 1.6 §9.1.15: an interval of 0 means no readings.
        let next = (!interval.is_zero()).then(|| reported + interval);
        let full_first = next.is_none_or(|next| end <= next);
        tokio::select! {
            biased;
            ending = self.point.until_ending() => Next::End(ending.reason()),
            () = self.bay.until(|face| face.order.is_some() || face.refused) => {
                match self.bay.take_order() {
                    Some(Order::Stop(reason)) => Next::End(reason),
                    Some(Order::Measure) => Next::Measure(ReadingContext::Trigger),
                    Some(Order::Start(_)) => Next::Again,
                    None => Next::End(Reason::DeAuthorized),
                }
            }
            // The car is full and is unplugged.
            () = sleep_until(end), if full_first => Next::End(Reason::EVDisconnected),
            () = sleep_until(next.unwrap_or(end)) => Next::Measure(ReadingContext::SamplePeriodic),
            _ = keys.wait_for(|keys| keys.meter_interval != interval) => Next::Again,
        }
    }

    /// Brings the meter up to now; the power is the one drawn since the last time.
    fn measure(&mut self, charging: &mut Charging) -> Measured {
        let now = Instant::now();
        let elapsed = now - charging.measured;
        let middle: Duration = charging.measured - charging.began + elapsed / 2;
        let power_w = charging.car.power_w(middle, charging.length);
        self.meter.advance(power_w, elapsed);
        charging.measured = now;
        let soc_percent = charging
            .car
            .soc_percent(now - charging.began, charging.length);
        let register_wh = self.meter.wh();
        self.bay.change(|face| face.register_wh = register_wh);
        Measured {
            register_wh,
            power_w,
            soc_percent,
        }
    }

    async fn report(&mut self, charging: &mut Charging, context: ReadingContext) {
        let measured = self.measure(charging);
        let reading = self.reading();
        let request = measured.message(self.bay.connector, reading.at, &context);
        self.put(charging.id, reading, Message::MeterValues(request))
            .await;
    }

    async fn stop(&self, id: Uuid, id_tag: String, reason: Reason) {
        let reading = self.reading();
        // The transaction id is filled in when the stop is sent.
        let mut request = StopTransactionRequest::new(reading.register_wh, reading.at, 0);
        request.id_tag = Some(id_tag);
        request.reason = Some(reason);
        self.tell(id, reading, Message::StopTransaction(request))
            .await;
        self.bay.change(|face| {
            face.charge = None;
            face.transaction_id = None;
            face.order = None;
        });
    }

    /// The register now.
    fn reading(&self) -> Reading {
        Reading {
            register_wh: self.meter.wh(),
            at: clock::now(),
        }
    }

    async fn put(&self, charge: Uuid, reading: Reading, message: Message) -> u64 {
        let queue = &self.point.queue;
        let pushed = queue
            .push(charge, self.bay.connector, reading, message)
            .await;
        if pushed.dropped {
            self.point.stats.count(|counts| counts.dropped += 1);
        }
        pushed.place
    }

    /// Puts a message in the queue and gives the central system the time to answer, where there is one:
    /// a start that is refused lets no energy flow.
    async fn tell(&self, charge: Uuid, reading: Reading, message: Message) {
        let place = self.put(charge, reading, message).await;
        tokio::select! {
            () = self.bay.until(|face| face.attempted >= Some(place)) => {}
            () = self.point.until_offline() => {}
            () = sleep(self.point.config.call_timeout) => {}
        }
    }
}
