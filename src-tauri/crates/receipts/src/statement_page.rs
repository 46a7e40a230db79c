//! What a statement says, from top to bottom.

use domain::Money;
use jiff::civil::Date;

use crate::clean::line;
use crate::fonts::Fonts;
use crate::format;
use crate::language::Language;
use crate::parts::{self, ADDRESS_LINES, FIGURE, NAME, NAMED, SMALL, TEXT, WHOLE, apart};
use crate::sheet::{Column, Edge, HEIGHT, Look, MARGIN, Sheet, WIDTH};
use crate::statement::{Entry, Statement, Sums};
use crate::words::Words;

const CORNER: Column = Column {
    from: WIDTH - MARGIN - 120.0,
    to: WIDTH - MARGIN,
    edge: Edge::End,
};
const ISSUED: Column = Column {
    from: MARGIN,
    to: 138.0,
    edge: Edge::Start,
};
const NUMBER: Column = Column {
    from: 142.0,
    to: 250.0,
    edge: Edge::Start,
};
const STATION: Column = Column {
    from: 254.0,
    to: 356.0,
    edge: Edge::Start,
};
const ENERGY: Column = Column {
    from: 360.0,
    to: 424.0,
    edge: Edge::End,
};
const TAX: Column = Column {
    from: 428.0,
    to: 482.0,
    edge: Edge::End,
};
const TOTAL: Column = Column {
    from: 486.0,
    to: WIDTH - MARGIN,
    edge: Edge::End,
};
/// Smaller than on a receipt: a line is a whole one.
const CELL: Look = Look::plain(9.0).figure();
const CELL_NAME: Look = Look::plain(9.0).own();

/// Writes one statement.
struct Writer<'a> {
    sheet: Sheet<'a>,
    statement: &'a Statement,
    words: &'a Words,
    /// The language of the words; figures keep the customer's.
    language: Language,
}

/// The statement, page by page.
pub(crate) fn write<'a>(statement: &'a Statement, sums: &Sums, fonts: &'a Fonts) -> Sheet<'a> {
    let (words, rtl) = parts::words(statement.language, fonts);
    let mut writer = Writer {
        sheet: Sheet::new(fonts, rtl),
        statement,
        words,
        language: statement.language,
    };
    parts::seller(&mut writer.sheet, words, WHOLE, &statement.seller);
    writer.sheet.space(24.0);
    writer.title();
    writer.entries();
    writer.sums(sums);
    writer.feet();
    writer.sheet
}

impl Writer<'_> {
    fn title(&mut self) {
        let words = self.words;
        self.sheet
            .row(&[(WHOLE, Look::bold(20.0), words.statement)]);
        self.sheet.row(&[(WHOLE, SMALL, words.statement_hint)]);
        self.sheet.space(8.0);
        let day = |day: Date| format::day(self.language, day);
        let period = format!("{} – {}", day(self.statement.from), day(self.statement.to));
        self.pair(words.period, &period, FIGURE);
        let customer = self.statement.customer.lines();
        for (at, text) in customer.take(ADDRESS_LINES).enumerate() {
            let key = if at == 0 { words.customer } else { "" };
            self.pair(key, &line(text, NAME), NAMED);
        }
        let zone = &self.statement.time_zone;
        let made = format::moment(self.language, self.statement.made_at, zone);
        self.pair(words.issued, &made, FIGURE);
        let receipts = self.statement.entries.len().to_string();
        self.pair(words.receipts, &receipts, FIGURE);
        self.sheet.space(14.0);
    }

    fn pair(&mut self, key: &str, value: &str, look: Look) {
        parts::pair(&mut self.sheet, key, value, look);
    }

    fn entries(&mut self) {
        self.sheet.keep(60.0);
        self.heads();
        if self.statement.entries.is_empty() {
            self.sheet.row(&[(WHOLE, TEXT, self.words.nothing)]);
        }
        for entry in &self.statement.entries {
            // A page that goes on says again what its columns are.
            let pages = self.sheet.pages.len();
            self.sheet.keep(30.0);
            if self.sheet.pages.len() > pages {
                self.heads();
            }
            self.entry(entry);
        }
        self.sheet.space(4.0);
        self.sheet.rule();
        self.sheet.space(8.0);
    }

    fn heads(&mut self) {
        let words = self.words;
        let total = format!("{} ({})", words.total, self.statement.currency.code());
        let look = Look::bold(8.5).grey();
        self.sheet.row(&[
            (ISSUED, look, words.issued),
            (NUMBER, look, words.number),
            (STATION, look, words.station),
            (ENERGY, look, words.energy),
            (TAX, look, words.tax),
            (TOTAL, look, &total),
        ]);
        self.sheet.space(2.0);
        self.sheet.rule();
        self.sheet.space(4.0);
    }

    fn entry(&mut self, entry: &Entry) {
        let language = self.language;
        let zone = &self.statement.time_zone;
        let issued = format::day(language, entry.issued_at.to_zoned(zone.clone()).date());
        let amount = |money: Money| format::amount(language, money);
        self.sheet.row(&[
            (ISSUED, CELL, &issued),
            (NUMBER, CELL, &line(&entry.number, NAME)),
            (STATION, CELL_NAME, &line(&entry.station, NAME)),
            (ENERGY, CELL, &format::kwh(language, entry.energy)),
            (TAX, CELL, &amount(entry.totals.tax)),
            (TOTAL, CELL, &amount(entry.totals.total)),
        ]);
        if let Some(of) = &entry.reverses {
            let of = format!("{} {}", self.words.reverses, apart(&line(of, NAME)));
            let beside = Column {
                from: NUMBER.from,
                ..WHOLE
            };
            self.sheet.row(&[(beside, SMALL, &of)]);
        }
        self.sheet.space(2.0);
    }

    fn sums(&mut self, sums: &Sums) {
        let energy = format::kwh(self.language, sums.energy);
        self.sheet.keep(96.0);
        parts::sum(&mut self.sheet, self.words.delivered, &energy, TEXT);
        parts::totals(&mut self.sheet, self.words, self.language, &sums.totals);
    }

    fn feet(&mut self) {
        let pages = self.sheet.pages.len();
        for page in 0..pages {
            let place = parts::place(self.words, page, pages);
            self.sheet.fix(page, CORNER, SMALL, HEIGHT - 36.0, &place);
        }
    }
}
