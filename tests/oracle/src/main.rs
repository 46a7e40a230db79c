//! Prices what it is told by `ocpi-tariffs`: a line with an OCPI 2.2.1 tariff, then one with a CDR, both in Berlin; for
//! each pair a line with the cost without tax of energy, charging, idling and flat fees, and the total without and with
//! tax, in exact decimals, or the reason why there is none.

use std::io::{self, BufRead as _, Write as _};

use chrono_tz::Tz;
use ocpi_tariffs::price::{Report, TariffSource};
use ocpi_tariffs::{Price, Version, cdr, tariff};
use rust_decimal::Decimal;

fn main() -> io::Result<()> {
    let mut lines = io::stdin().lock().lines();
    let mut out = io::stdout().lock();
    while let (Some(tariff), Some(cdr)) = (lines.next(), lines.next()) {
        match priced(&tariff?, &cdr?) {
            Ok(report) => writeln!(out, "{}", figures(&report))?,
            Err(reason) => writeln!(out, "error: {}", reason.replace('\n', " "))?,
        }
    }
    Ok(())
}

fn priced(tariff_json: &str, cdr_json: &str) -> Result<Report, String> {
    let tariff = tariff::parse_with_version(tariff_json, Version::V221)
        .map_err(|error| format!("the tariff: {error}"))?;
    let cdr = cdr::parse_with_version(cdr_json, Version::V221)
        .map_err(|error| format!("the charge: {error}"))?;
    let source = TariffSource::single(tariff.tariff);
    let report = cdr::price(&cdr.cdr, source, Tz::Europe__Berlin).map_err(|set| {
        let (error, _) = set.into_parts();
        error.warning().to_string()
    })?;
    Ok(report.into_parts().0)
}

fn figures(report: &Report) -> String {
    let net =
        |price: &Option<Price>| price.map_or(Decimal::ZERO, |price| Decimal::from(price.excl_vat));
    let total = report.total_cost.calculated;
    let with_tax = total.and_then(|price| price.incl_vat);
    let figures = [
        net(&report.total_energy_cost.calculated),
        net(&report.total_charging_time_cost.calculated),
        net(&report.total_idle_cost.calculated),
        net(&report.total_fixed_cost.calculated),
        net(&total),
        with_tax.map_or(Decimal::ZERO, Decimal::from),
    ];
    figures
        .map(|figure| figure.normalize().to_string())
        .join(" ")
}
