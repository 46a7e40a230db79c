//! What every paper of ours has: the seller, pairs of a name and its value, sums with their taxes, in the reader's words.

use domain::Money;

use crate::clean::line;
use crate::fonts::Fonts;
use crate::format;
use crate::language::Language;
use crate::receipt::{Seller, Tax, Totals};
use crate::sheet::{Column, Edge, Look, MARGIN, Sheet, WIDTH};
use crate::words::Words;

/// The longest name, number or address line that is shown, characters.
pub(crate) const NAME: usize = 120;
/// The most lines of an address.
pub(crate) const ADDRESS_LINES: usize = 6;

pub(crate) const WHOLE: Column = Column {
    from: MARGIN,
    to: WIDTH - MARGIN,
    edge: Edge::Start,
};
const KEY: Column = Column {
    from: MARGIN,
    to: MARGIN + 128.0,
    edge: Edge::Start,
};
const VALUE: Column = Column {
    from: MARGIN + 136.0,
    to: WIDTH - MARGIN,
    edge: Edge::Start,
};
const SUM_NAME: Column = Column {
    from: 120.0,
    to: 380.0,
    edge: Edge::End,
};
const SUM: Column = Column {
    from: 384.0,
    to: WIDTH - MARGIN,
    edge: Edge::End,
};

pub(crate) const TEXT: Look = Look::plain(9.5);
pub(crate) const SMALL: Look = Look::plain(8.0).grey();
pub(crate) const FIGURE: Look = Look::plain(9.5).figure();
pub(crate) const CODED: Look = Look::plain(9.5).ltr();
pub(crate) const NAMED: Look = Look::plain(9.5).own();

/// The words of a language, and whether they run from right to left. A language whose letters no font has would be boxes:
/// then they are English.
pub(crate) fn words(language: Language, fonts: &Fonts) -> (&'static Words, bool) {
    let wish = Words::of(language);
    if fonts.have(wish.invoice) {
        (wish, language.is_rtl())
    } else {
        (Words::of(Language::En), false)
    }
}

/// The seller, line by line.
pub(crate) fn seller(sheet: &mut Sheet<'_>, words: &Words, column: Column, seller: &Seller) {
    let name = line(&seller.name, NAME);
    sheet.row(&[(column, Look::bold(13.0).own(), &name)]);
    let address = seller.address.lines().map(|text| line(text, NAME));
    for text in address.filter(|text| !text.is_empty()).take(ADDRESS_LINES) {
        sheet.row(&[(column, NAMED, &text)]);
    }
    let tax_id = line(&seller.tax_id, NAME);
    if !tax_id.is_empty() {
        let text = format!("{}: {}", words.tax_id, apart(&tax_id));
        sheet.row(&[(column, TEXT, &text)]);
    }
}

/// A name and its value.
pub(crate) fn pair(sheet: &mut Sheet<'_>, key: &str, value: &str, look: Look) {
    sheet.row(&[(KEY, TEXT.grey(), key), (VALUE, look, value)]);
}

/// Net, the tax of each rate, and the total.
pub(crate) fn totals(sheet: &mut Sheet<'_>, words: &Words, language: Language, totals: &Totals) {
    sheet.keep(26.0 + 14.0 * (2.0 + count(totals.taxes.len())));
    let money = |money: Money| format::money(language, money);
    sum(sheet, words.net, &money(totals.net), TEXT);
    for tax in &totals.taxes {
        if let Some(name) = tax_name(language, words, tax) {
            sum(sheet, &name, &money(tax.tax), TEXT);
        }
    }
    sheet.space(4.0);
    sum(sheet, words.total, &money(totals.total), Look::bold(14.0));
    sheet.space(18.0);
}

/// One line of sums.
pub(crate) fn sum(sheet: &mut Sheet<'_>, name: &str, figure: &str, look: Look) {
    sheet.row(&[(SUM_NAME, look, name), (SUM, look.figure(), figure)]);
}

/// `Tax 19% on 12.34 EUR`; none where no tax applies.
pub(crate) fn tax_name(language: Language, words: &Words, tax: &Tax) -> Option<String> {
    let percent = format::percent(language, tax.percent?);
    let net = format::money(language, tax.net);
    let name = words.tax_on.replace("{rate}", &apart(&percent));
    Some(name.replace("{net}", &apart(&net)))
}

/// `Page 1 / 3`.
pub(crate) fn place(words: &Words, page: usize, pages: usize) -> String {
    let place = format!("{} / {pages}", page + 1);
    format!("{} {}", words.page, apart(&place))
}

/// A text whose direction does not touch what stands around it (UAX #9, first strong isolate).
pub(crate) fn apart(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

/// A small count in points' arithmetic.
#[expect(clippy::cast_precision_loss, reason = "a paper has a few rates of tax")]
fn count(of: usize) -> f32 {
    of as f32
}
