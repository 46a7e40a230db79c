//! A receipt as a web page that needs no script: what a phone opens from the code. Not for the panels, which draw their own.

use domain::WattHours;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::clean::line;
use crate::fault::ReceiptFault;
use crate::format;
use crate::language::Language;
use crate::page::measure;
use crate::parts::{ADDRESS_LINES, NAME, tax_name};
use crate::receipt::{Kind, Receipt, Totals};
use crate::words::Words;

/// Where the pages' style sheets are.
const STYLES: [&str; 2] = ["/styles/tokens.css", "/styles/receipt.css"];

/// The receipt as a page; `pdf` is where the same receipt is to be had as a file.
pub fn to_html(receipt: &Receipt, pdf: &str) -> Result<String, ReceiptFault> {
    let totals = receipt.totals()?;
    receipt.check_signed()?;
    let words = Words::of(receipt.language);
    let (title, of) = match &receipt.kind {
        Kind::Invoice => (words.invoice, None),
        Kind::Reversal { of } => (words.reversal, Some(of)),
    };
    let issued = format::moment(receipt.language, receipt.issued_at, &receipt.time_zone);
    let body = html! {
        header {
            (seller(receipt, words))
            h1 { (title) }
            dl {
                (pair(words.number, &line(&receipt.number, NAME)))
                @if let Some(of) = of { (pair(words.reverses, &line(of, NAME))) }
                (pair(words.issued, &issued))
            }
        }
        (charge(receipt, words))
        (lines(receipt, words))
        (sums(receipt, words, &totals))
        (signed(receipt, words))
        p { a.button href=(pdf) download { (words.download) } }
    };
    let title = format!("{title} {}", line(&receipt.number, NAME));
    Ok(whole(receipt.language, &title, body))
}

/// The page of a receipt that is not to be had.
pub fn gone(language: Language) -> String {
    let words = Words::of(language);
    let body = html! {
        header { h1 { (words.gone) } p { (words.gone_hint) } }
    };
    whole(language, words.gone, body)
}

fn whole(language: Language, title: &str, body: Markup) -> String {
    let direction = if language.is_rtl() { "rtl" } else { "ltr" };
    let page = html! {
        (DOCTYPE)
        html lang=(language.code()) dir=(direction) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex, nofollow";
                title { (title) }
                @for sheet in STYLES { link rel="stylesheet" href=(sheet); }
            }
            body { main { (body) } }
        }
    };
    page.into_string()
}

/// A name by its own direction; a figure stands as it is written, from left to right.
fn name(text: &str) -> Markup {
    html! { bdi { (text) } }
}

fn pair(key: &str, value: &str) -> Markup {
    html! { dt { (key) } dd { (name(value)) } }
}

fn seller(receipt: &Receipt, words: &Words) -> Markup {
    let seller = &receipt.seller;
    let address = seller.address.lines().map(|text| line(text, NAME));
    let address: Vec<String> = address
        .filter(|text| !text.is_empty())
        .take(ADDRESS_LINES)
        .collect();
    let tax_id = line(&seller.tax_id, NAME);
    html! {
        address {
            strong { (name(&line(&seller.name, NAME))) }
            @for text in &address { br; (name(text)) }
            @if !tax_id.is_empty() { br; (words.tax_id) ": " (name(&tax_id)) }
        }
    }
}

fn charge(receipt: &Receipt, words: &Words) -> Markup {
    let charge = &receipt.charge;
    let moment = |at| format::moment(receipt.language, at, &receipt.time_zone);
    let kwh = |energy: WattHours| format::kwh(receipt.language, energy);
    let ms = charge.stopped_at.as_millisecond() - charge.started_at.as_millisecond();
    html! {
        section {
            h2 { (words.charge) }
            dl {
                (pair(words.station, &line(&charge.station, NAME)))
                (pair(words.point, &line(&charge.point, NAME)))
                (pair(words.connector, &charge.connector.to_string()))
                (pair(words.start, &moment(charge.started_at)))
                (pair(words.end, &moment(charge.stopped_at)))
                (pair(words.duration, &format::duration(ms)))
                @if let Some(meter) = charge.meter_start { (pair(words.meter_start, &kwh(meter))) }
                @if let Some(meter) = charge.meter_stop { (pair(words.meter_stop, &kwh(meter))) }
                (pair(words.delivered, &kwh(charge.energy)))
                (pair(words.session, &line(&charge.session, NAME)))
            }
        }
    }
}

fn lines(receipt: &Receipt, words: &Words) -> Markup {
    let language = receipt.language;
    let currency = receipt.currency().map_or("", domain::Currency::code);
    html! {
        section {
            div.wide {
                table {
                    thead {
                        tr {
                            th scope="col" { (words.item) }
                            th scope="col" { (words.quantity) }
                            th scope="col" { (words.price) " (" (currency) ")" }
                            th scope="col" { (words.tax) }
                            th scope="col" { (words.amount) " (" (currency) ")" }
                        }
                    }
                    tbody {
                        @for line in &receipt.lines {
                            @let (quantity, price) = measure(language, words, line);
                            @let percent = line.tax_percent.map(|rate| format::percent(language, rate));
                            tr {
                                th scope="row" { (words.kind(line.kind)) }
                                td { (name(&quantity)) }
                                td { (name(&price)) }
                                td { (name(&percent.unwrap_or_default())) }
                                td { (name(&format::amount(language, receipt.amount(line)))) }
                            }
                        }
                    }
                }
            }
            p.small { (words.basis(receipt.tax_basis)) }
        }
    }
}

fn sums(receipt: &Receipt, words: &Words, totals: &Totals) -> Markup {
    let language = receipt.language;
    html! {
        dl.sums {
            (pair(words.net, &format::money(language, totals.net)))
            @for tax in &totals.taxes {
                @if let Some(key) = tax_name(language, words, tax) {
                    (pair(&key, &format::money(language, tax.tax)))
                }
            }
            div.total { (pair(words.total, &format::money(language, totals.total))) }
        }
    }
}

/// What the charger signed, character for character: whoever checks it takes it from here or from the file.
fn signed(receipt: &Receipt, words: &Words) -> Markup {
    if receipt.signed.is_empty() {
        return PreEscaped(String::new());
    }
    html! {
        section {
            h2 { (words.signed) }
            @for item in &receipt.signed {
                details {
                    summary { (name(&line(&item.format, NAME))) }
                    pre dir="ltr" { (item.data) }
                    @if !item.public_key.is_empty() {
                        p.small { (words.public_key) }
                        pre dir="ltr" { (item.public_key) }
                    }
                }
            }
        }
    }
}
