//! What a receipt says, from top to bottom.

use domain::WattHours;
use domain::money::UnitPrice;
use domain::pricing::{Line, LineKind};
use qrcode::{Color, EcLevel, QrCode};

use crate::clean::{ascii, line};
use crate::fonts::Fonts;
use crate::format;
use crate::language::Language;
use crate::parts::{self, CODED, FIGURE, NAME, NAMED, SMALL, TEXT, WHOLE};
use crate::receipt::{Kind, Receipt, Totals};
use crate::sheet::{Column, Edge, HEIGHT, Look, MARGIN, Sheet, WIDTH};
use crate::words::Words;

/// The longest address of a page that still makes a code a phone reads.
const LONGEST_URL: usize = 300;
/// How much of a signed item is printed; the whole is attached.
pub(crate) const SIGNED: usize = 4_000;

/// The QR code's side, points: 3 cm.
const CODE: f32 = 85.0;
/// The light border that a reader needs, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// Beside the code.
const HEAD: Column = Column {
    to: WIDTH - MARGIN - CODE - 24.0,
    ..WHOLE
};
const CORNER: Column = Column {
    from: WIDTH - MARGIN - CODE - 20.0,
    to: WIDTH - MARGIN,
    edge: Edge::End,
};
const ITEM: Column = Column {
    from: MARGIN,
    to: 208.0,
    edge: Edge::Start,
};
const QUANTITY: Column = Column {
    from: 212.0,
    to: 302.0,
    edge: Edge::End,
};
const PRICE: Column = Column {
    from: 306.0,
    to: 404.0,
    edge: Edge::End,
};
const TAX: Column = Column {
    from: 408.0,
    to: 456.0,
    edge: Edge::End,
};
const AMOUNT: Column = Column {
    from: 460.0,
    to: WIDTH - MARGIN,
    edge: Edge::End,
};
/// Writes one receipt.
struct Writer<'a> {
    sheet: Sheet<'a>,
    receipt: &'a Receipt,
    words: &'a Words,
    /// The language of the words; figures keep the driver's.
    language: Language,
}

/// The receipt, page by page.
pub(crate) fn write<'a>(receipt: &'a Receipt, totals: &Totals, fonts: &'a Fonts) -> Sheet<'a> {
    let (words, rtl) = parts::words(receipt.language, fonts);
    let mut writer = Writer {
        sheet: Sheet::new(fonts, rtl),
        receipt,
        words,
        language: receipt.language,
    };
    writer.seller_and_code();
    writer.title();
    writer.charge();
    writer.lines();
    parts::totals(&mut writer.sheet, words, receipt.language, totals);
    writer.signed();
    writer.feet();
    writer.sheet
}

impl Writer<'_> {
    fn seller_and_code(&mut self) {
        let top = self.sheet.y();
        self.code(top);
        parts::seller(&mut self.sheet, self.words, HEAD, &self.receipt.seller);
        self.sheet.set_y(self.sheet.y().max(top + CODE + 26.0));
    }

    /// The code and what it is for. An address that is too long, or none, makes none.
    fn code(&mut self, top: f32) {
        let url = &self.receipt.url;
        if url.is_empty() || url.len() > LONGEST_URL {
            return;
        }
        let Ok(code) = QrCode::with_error_correction_level(url, EcLevel::M) else {
            return;
        };
        let (side, colors) = (code.width(), code.to_colors());
        let mut modules = vec![vec![false; side + 2 * QUIET]; side + 2 * QUIET];
        for (at, color) in colors.into_iter().enumerate() {
            modules[QUIET + at / side][QUIET + at % side] = color == Color::Dark;
        }
        self.sheet.code(&modules, CODE, top);
        self.sheet.set_y(top + CODE + 2.0);
        self.sheet.row(&[(CORNER, SMALL, self.words.online)]);
        self.sheet.set_y(top);
    }

    fn title(&mut self) {
        let (title, of) = match &self.receipt.kind {
            Kind::Invoice => (self.words.invoice, None),
            Kind::Reversal { of } => (self.words.reversal, Some(of)),
        };
        self.sheet.row(&[(WHOLE, Look::bold(20.0), title)]);
        self.sheet.space(4.0);
        let number = line(&self.receipt.number, NAME);
        self.pair(self.words.number, &number, Look::bold(9.5).ltr());
        if let Some(of) = of {
            self.pair(self.words.reverses, &line(of, NAME), CODED);
        }
        let zone = &self.receipt.time_zone;
        let issued = format::moment(self.language, self.receipt.issued_at, zone);
        self.pair(self.words.issued, &issued, FIGURE);
        self.sheet.space(12.0);
    }

    fn charge(&mut self) {
        let charge = &self.receipt.charge;
        let moment = |at| format::moment(self.language, at, &self.receipt.time_zone);
        let kwh = |energy: WattHours| format::kwh(self.language, energy);
        let (start, end) = (moment(charge.started_at), moment(charge.stopped_at));
        let ms = charge.stopped_at.as_millisecond() - charge.started_at.as_millisecond();
        let connector = charge.connector.to_string();
        let rows = [
            (self.words.station, Some(line(&charge.station, NAME)), NAMED),
            (self.words.point, Some(line(&charge.point, NAME)), NAMED),
            (self.words.connector, Some(connector), FIGURE),
            (self.words.start, Some(start), FIGURE),
            (self.words.end, Some(end), FIGURE),
            (self.words.duration, Some(format::duration(ms)), FIGURE),
            (self.words.meter_start, charge.meter_start.map(kwh), FIGURE),
            (self.words.meter_stop, charge.meter_stop.map(kwh), FIGURE),
            (self.words.delivered, Some(kwh(charge.energy)), FIGURE),
            (
                self.words.session,
                Some(line(&charge.session, NAME)),
                FIGURE,
            ),
        ];
        self.sheet
            .row(&[(WHOLE, Look::bold(11.0), self.words.charge)]);
        self.sheet.space(2.0);
        for (key, value, look) in rows {
            if let Some(value) = value {
                self.pair(key, &value, look);
            }
        }
        self.sheet.space(14.0);
    }

    fn pair(&mut self, key: &str, value: &str, look: Look) {
        parts::pair(&mut self.sheet, key, value, look);
    }

    fn lines(&mut self) {
        self.sheet.keep(60.0);
        self.heads();
        for line in &self.receipt.lines {
            // A page that goes on says again what its columns are.
            let pages = self.sheet.pages.len();
            self.sheet.keep(30.0);
            if self.sheet.pages.len() > pages {
                self.heads();
            }
            self.line(line);
        }
        self.sheet.space(4.0);
        self.sheet.rule();
        self.sheet.space(4.0);
        let basis = self.words.basis(self.receipt.tax_basis);
        self.sheet.row(&[(WHOLE, SMALL, basis)]);
        self.sheet.space(6.0);
    }

    fn heads(&mut self) {
        let currency = self.receipt.currency();
        let currency = currency.map_or("", domain::Currency::code);
        let with = |word: &str| format!("{word} ({currency})");
        let look = Look::bold(8.5).grey();
        self.sheet.row(&[
            (ITEM, look, self.words.item),
            (QUANTITY, look, self.words.quantity),
            (PRICE, look, &with(self.words.price)),
            (TAX, look, self.words.tax),
            (AMOUNT, look, &with(self.words.amount)),
        ]);
        self.sheet.space(2.0);
        self.sheet.rule();
        self.sheet.space(4.0);
    }

    fn line(&mut self, line: &Line) {
        let language = self.language;
        let percent = line.tax_percent.map(|rate| format::percent(language, rate));
        let (quantity, price) = measure(language, self.words, line);
        let amount = self.receipt.amount(line);
        self.sheet.row(&[
            (ITEM, TEXT, self.words.kind(line.kind)),
            (QUANTITY, FIGURE, &quantity),
            (PRICE, FIGURE, &price),
            (TAX, FIGURE, &percent.unwrap_or_default()),
            (AMOUNT, FIGURE, &format::amount(language, amount)),
        ]);
        self.sheet.space(2.0);
    }

    fn signed(&mut self) {
        if self.receipt.signed.is_empty() {
            return;
        }
        self.sheet.keep(80.0);
        self.sheet
            .row(&[(WHOLE, Look::bold(11.0), self.words.signed)]);
        self.sheet.row(&[(WHOLE, SMALL, self.words.signed_hint)]);
        self.sheet.space(4.0);
        let code = Look::plain(7.0).ltr();
        for (at, item) in self.receipt.signed.iter().enumerate() {
            let name = format!("{}: {}", attachment(at), line(&item.format, NAME));
            self.sheet.flow(WHOLE, Look::bold(8.0).ltr(), &name);
            self.sheet.flow(WHOLE, code, &ascii(&item.data, SIGNED));
            if !item.public_key.is_empty() {
                self.sheet.space(2.0);
                self.sheet.flow(WHOLE, SMALL, self.words.public_key);
                self.sheet
                    .flow(WHOLE, code, &ascii(&item.public_key, SIGNED));
            }
            self.sheet.space(8.0);
        }
    }

    fn feet(&mut self) {
        let pages = self.sheet.pages.len();
        let url = if self.receipt.url.len() <= LONGEST_URL {
            line(&self.receipt.url, 90)
        } else {
            String::new()
        };
        let y = HEIGHT - 36.0;
        for page in 0..pages {
            self.sheet.fix(page, WHOLE, SMALL.ltr(), y, &url);
            let place = parts::place(self.words, page, pages);
            self.sheet.fix(page, CORNER, SMALL, y, &place);
        }
    }
}

/// How much of what, and what one of it costs.
pub(crate) fn measure(language: Language, words: &Words, line: &Line) -> (String, String) {
    let price = |price: UnitPrice, unit: &str| {
        let price = format::price(language, price);
        format!("{price}\u{a0}/\u{a0}{unit}")
    };
    match line.kind {
        LineKind::Energy => (
            format::kwh(language, WattHours(line.quantity)),
            price(line.price, "kWh"),
        ),
        LineKind::Time | LineKind::Idle => (
            format::duration(line.quantity),
            price(line.price, words.per_hour),
        ),
        LineKind::Flat | LineKind::MinPrice | LineKind::MaxPrice => (
            format::decimal(language, &line.quantity.to_string()),
            format::price(language, line.price),
        ),
    }
}

/// The name under which a signed item is attached.
pub(crate) fn attachment(at: usize) -> String {
    format!("signed-meter-data-{}.txt", at + 1)
}
