//! One connector and the car at it: the steps of a charge, each a message or two. The step outlives
//! the connection: after a cut the charge goes on where it was, as a real charger's does.

use std::time::Duration;

use ocpp::v16::{
    AuthorizationStatus, AuthorizeRequest, AuthorizeResponse, ChargePointStatus, DateTime, Reason,
    StartTransactionRequest, StartTransactionResponse, StopTransactionRequest,
};
use tokio::time::{Instant, sleep, sleep_until};

use crate::car::Car;
use crate::clock;
use crate::config::{FleetConfig, Scenario};
use crate::link::CallFailure;
use crate::measured::Measured;
use crate::meter::Meter;
use crate::surroundings::Surroundings;

/// The state of one connector.
#[derive(Debug)]
pub(crate) struct Connector {
    id: i32,
    /// The card in its drivers' hands.
    id_tag: String,
    meter: Meter,
    step: Step,
    /// The cars that came so far.
    cars: u32,
}

/// Where a connector stands; the data of each step is what its message must repeat after a cut.
#[derive(Clone, Debug)]
enum Step {
    Free,
    Plugged,
    Starting {
        meter_start: i32,
        timestamp: DateTime,
    },
    Charging(Charge),
    Stopping {
        transaction_id: i32,
        reason: Reason,
        timestamp: DateTime,
    },
    Leaving,
}

#[derive(Clone, Debug)]
struct Charge {
    transaction_id: i32,
    car: Car,
    began: Instant,
    measured: Instant,
}

impl Connector {
    pub(crate) fn new(id: u16, id_tag: &str) -> Self {
        Self {
            id: i32::from(id),
            id_tag: id_tag.to_owned(),
            meter: Meter::default(),
            step: Step::Free,
            cars: 0,
        }
    }

    /// Lives until the fleet stops (then the charge under way has ended) or the connection is gone.
    /// Where no car came yet, the first one comes after `first_car`.
    pub(crate) async fn live(
        &mut self,
        around: Surroundings<'_>,
        first_car: Duration,
    ) -> Result<(), CallFailure> {
        loop {
            match self.step.clone() {
                Step::Free => {
                    around.status(self.id, ChargePointStatus::Available).await?;
                    if !self.next_car(around, first_car).await {
                        return Ok(());
                    }
                    self.step = Step::Plugged;
                }
                Step::Plugged => self.plug_in(around).await?,
                Step::Starting {
                    meter_start,
                    timestamp,
                } => self.start(around, meter_start, timestamp).await?,
                Step::Charging(charge) => self.charge(around, charge).await?,
                Step::Stopping {
                    transaction_id,
                    reason,
                    timestamp,
                } => {
                    self.stop(around, transaction_id, reason, timestamp).await?;
                }
                Step::Leaving => {
                    around.status(self.id, ChargePointStatus::Finishing).await?;
                    self.step = Step::Free;
                }
            }
        }
    }

    /// Waits for a car to be plugged in; `false` = the fleet stops.
    async fn next_car(&self, around: Surroundings<'_>, first_car: Duration) -> bool {
        let arrival = async {
            match around.config.scenario {
                Scenario::Idle => std::future::pending().await,
                Scenario::Charge if self.cars == 0 => sleep(first_car).await,
                Scenario::Charge => sleep(around.config.rest_time).await,
            }
        };
        tokio::select! {
            biased;
            () = around.stop.cancelled() => false,
            () = arrival => true,
        }
    }

    async fn plug_in(&mut self, around: Surroundings<'_>) -> Result<(), CallFailure> {
        around.status(self.id, ChargePointStatus::Preparing).await?;
        self.cars = self.cars.saturating_add(1);
        let request = AuthorizeRequest::new(self.id_tag.as_str());
        let answer = around.call("Authorize", &request).await?;
        let allowed = answer.and_then(|answer| ocpp::decode::<AuthorizeResponse>(&answer).ok());
        let allowed = allowed
            .is_some_and(|answer| answer.id_tag_info.status == AuthorizationStatus::Accepted);
        self.step = if allowed && !around.stop.is_cancelled() {
            Step::Starting {
                meter_start: self.meter.wh(),
                timestamp: clock::now(),
            }
        } else {
            Step::Free
        };
        Ok(())
    }

    async fn start(
        &mut self,
        around: Surroundings<'_>,
        meter_start: i32,
        timestamp: DateTime,
    ) -> Result<(), CallFailure> {
        let request =
            StartTransactionRequest::new(self.id, self.id_tag.as_str(), meter_start, timestamp);
        let answer = around.call("StartTransaction", &request).await?;
        let Some(answer) =
            answer.and_then(|answer| ocpp::decode::<StartTransactionResponse>(&answer).ok())
        else {
            self.step = Step::Leaving;
            return Ok(());
        };
        around
            .stats
            .count(|counts| counts.transactions_started += 1);
        let now = Instant::now();
        self.step = if answer.id_tag_info.status == AuthorizationStatus::Accepted {
            Step::Charging(Charge {
                transaction_id: answer.transaction_id,
                car: self.car(around),
                began: now,
                measured: now,
            })
        } else {
            // OCPP 1.6 §5.11: the transaction exists all the same and has to be stopped.
            stopping(answer.transaction_id, Reason::DeAuthorized)
        };
        Ok(())
    }

    async fn charge(
        &mut self,
        around: Surroundings<'_>,
        mut charge: Charge,
    ) -> Result<(), CallFailure> {
        let FleetConfig {
            charge_time,
            meter_interval,
            ..
        } = around.config;
        around.status(self.id, ChargePointStatus::Charging).await?;
        let end = charge.began + *charge_time;
        let reason = loop {
            let next = charge.measured + *meter_interval;
            tokio::select! {
                biased;
                () = around.stop.cancelled() => break Reason::Local,
                // The car is full and is unplugged.
                () = sleep_until(end), if end <= next => break Reason::EVDisconnected,
                () = sleep_until(next) => {}
            }
            let measured = self.measure(around.config, &mut charge);
            self.step = Step::Charging(charge.clone());
            self.report(around, charge.transaction_id, measured).await?;
        };
        self.measure(around.config, &mut charge);
        self.step = stopping(charge.transaction_id, reason);
        Ok(())
    }

    /// The car that is plugged in.
    fn car(&self, around: Surroundings<'_>) -> Car {
        Car::arriving(
            around.identity,
            self.id,
            self.cars,
            around.config.max_power_w,
        )
    }

    /// Brings the meter up to now; the power is the one drawn since the last time.
    fn measure(&mut self, config: &FleetConfig, charge: &mut Charge) -> Measured {
        let now = Instant::now();
        let elapsed = now - charge.measured;
        let middle: Duration = charge.measured - charge.began + elapsed / 2;
        let power_w = charge.car.power_w(middle, config.charge_time);
        self.meter.advance(power_w, elapsed);
        charge.measured = now;
        let soc_percent = charge
            .car
            .soc_percent(now - charge.began, config.charge_time);
        Measured {
            register_wh: self.meter.wh(),
            power_w,
            soc_percent,
        }
    }

    async fn report(
        &self,
        around: Surroundings<'_>,
        transaction_id: i32,
        measured: Measured,
    ) -> Result<(), CallFailure> {
        let request = measured.message(self.id, transaction_id);
        if around.call("MeterValues", &request).await?.is_some() {
            around.stats.count(|counts| counts.meter_values += 1);
        }
        Ok(())
    }

    async fn stop(
        &mut self,
        around: Surroundings<'_>,
        transaction_id: i32,
        reason: Reason,
        timestamp: DateTime,
    ) -> Result<(), CallFailure> {
        let mut request = StopTransactionRequest::new(self.meter.wh(), timestamp, transaction_id);
        request.id_tag = Some(self.id_tag.clone());
        request.reason = Some(reason);
        if around.call("StopTransaction", &request).await?.is_some() {
            around
                .stats
                .count(|counts| counts.transactions_stopped += 1);
        }
        self.step = Step::Leaving;
        Ok(())
    }
}

fn stopping(transaction_id: i32, reason: Reason) -> Step {
    Step::Stopping {
        transaction_id,
        reason,
        timestamp: clock::now(),
    }
}
