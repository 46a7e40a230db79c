//! The operator says what a kWh costs at a station that has no price yet: one tariff, for that station alone.

use domain::money::{Amount, Percent, UnitPrice};
use domain::pricing::Rates;
use domain::tariff::Tariff;
use domain::{Event, StationId, TariffId};
use store::repo::{stations, tariffs};

use super::news;
use super::refusal::{refused, taken};
use crate::core::{Core, OpError};

/// A price per kWh with the tax inside, read and within its bounds.
#[derive(Clone, Copy, Debug)]
pub struct KwhPrice {
    per_kwh: UnitPrice,
    tax: Percent,
}

impl KwhPrice {
    /// Reads decimal strings, such as 0.45 of EUR with 19 percent tax.
    pub fn read(per_kwh: &str, currency: &str, tax_percent: &str) -> Result<Self, OpError> {
        let amount = Amount {
            amount: per_kwh.trim().to_owned(),
            currency: currency.to_owned(),
        };
        let per_kwh = UnitPrice::read(&amount)
            .map_err(|error| refused(&format!("The price per kWh does not read: {error}.")))?;
        let tax = Percent::read(tax_percent.trim()).ok_or_else(|| {
            refused("The tax is a percentage from 0 to 100 with three decimals at most.")
        })?;
        Ok(Self { per_kwh, tax })
    }
}

/// Makes a tariff for a station, named like it.
pub async fn price_station(
    core: &Core,
    station: StationId,
    price: KwhPrice,
) -> Result<TariffId, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let mut station = stations::hold(unit.conn, station)
                .await?
                .ok_or_else(|| refused("There is no such station."))?;
            let now = unit.now();
            let tariff = Tariff {
                id: unit.id(),
                name: station.name.clone(),
                rates: Rates::per_kwh(price.per_kwh, price.tax).into(),
                valid_from: None,
                valid_to: None,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            tariffs::insert(unit.conn, &tariff)
                .await
                .map_err(|error| taken(error, "a tariff of that name"))?;
            let tariff_id = tariff.id;
            station.tariff_id = Some(tariff_id);
            station.version += 1;
            station.updated_at = now;
            stations::update(unit.conn, &station).await?;
            news::tell_tariff(&mut unit, &tariff, Event::TariffCreated).await?;
            news::tell_station(&mut unit, &station).await?;
            news::tell_station_price(&mut unit, station.id).await?;
            Ok(tariff_id)
        })
    })
    .await
}
