//! Marks into a PDF, by krilla; a receipt's signed data attached. Nothing in the file depends on when or where it is made.

use krilla::Document;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::{Page, PageSettings};
use krilla::paint::Fill;
use krilla::surface::Surface;

use domain::Timestamp;
use jiff::tz::TimeZone;

use crate::clean::line;
use crate::fault::ReceiptFault;
use crate::fonts::Fonts;
use crate::language::Language;
use crate::page::{attachment, write};
use crate::receipt::{Receipt, Seller};
use crate::sheet::{HEIGHT, Mark, Sheet, WIDTH};
use crate::statement::Statement;
use crate::statement_page;

/// Dark enough to print, light enough to stand back.
const GREY: u8 = 90;

/// The receipt as a PDF.
pub fn to_pdf(receipt: &Receipt, fonts: &Fonts) -> Result<Vec<u8>, ReceiptFault> {
    let totals = receipt.totals()?;
    receipt.check_signed()?;
    let sheet = write(receipt, &totals, fonts);
    let mut document = Document::new();
    document.set_metadata(about(
        &receipt.number,
        &receipt.seller,
        receipt.language,
        receipt.issued_at,
    ));
    for (at, item) in receipt.signed.iter().enumerate() {
        let added = document.embed_file(EmbeddedFile {
            path: attachment(at),
            mime_type: MimeType::new("text/plain"),
            description: Some(line(&item.format, 60)),
            association_kind: AssociationKind::Supplement,
            data: item.data.clone().into_bytes().into(),
            modification_date: None,
            compress: Some(true),
            location: None,
        });
        added.ok_or_else(|| broken("an attachment"))?;
    }
    finish(document, &sheet, &receipt.url)
}

/// The statement as a PDF.
pub fn statement_to_pdf(statement: &Statement, fonts: &Fonts) -> Result<Vec<u8>, ReceiptFault> {
    let sums = statement.sums()?;
    let sheet = statement_page::write(statement, &sums, fonts);
    let mut document = Document::new();
    let name = format!("{} {}", statement.from, statement.to);
    document.set_metadata(about(
        &name,
        &statement.seller,
        statement.language,
        statement.made_at,
    ));
    finish(document, &sheet, "")
}

fn finish(mut document: Document, sheet: &Sheet<'_>, url: &str) -> Result<Vec<u8>, ReceiptFault> {
    let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| broken("a page"))?;
    for marks in &sheet.pages {
        let mut page = document.start_page_with(size.clone());
        draw(&mut page, marks, url);
        page.finish();
    }
    document
        .finish()
        .map_err(|error| ReceiptFault::Pdf(format!("{error:?}")))
}

fn broken(what: &str) -> ReceiptFault {
    ReceiptFault::Pdf(what.to_owned())
}

fn about(name: &str, seller: &Seller, language: Language, at: Timestamp) -> Metadata {
    Metadata::new()
        .title(line(name, 60))
        .language(language.code().to_owned())
        .creator("Forecourt".to_owned())
        .authors(vec![line(&seller.name, 60)])
        .creation_date(date(at))
        .document_id(name.to_owned())
}

fn date(at: Timestamp) -> DateTime {
    let zoned = at.to_zoned(TimeZone::UTC);
    let part = |part: i8| u8::try_from(part).unwrap_or_default();
    DateTime::new(u16::try_from(zoned.year()).unwrap_or_default())
        .month(part(zoned.month()))
        .day(part(zoned.day()))
        .hour(part(zoned.hour()))
        .minute(part(zoned.minute()))
        .second(part(zoned.second()))
        .utc_offset_hour(0)
}

fn draw(page: &mut Page<'_>, marks: &[Mark], url: &str) {
    let mut surface = page.surface();
    for mark in marks {
        match mark {
            Mark::Text { .. } => text(&mut surface, mark),
            Mark::Rule { x, y, width } => {
                surface.set_fill(Some(fill(true)));
                rects(&mut surface, [(*x, *y)], *width, 0.5);
            }
            Mark::Squares { side, at } => {
                surface.set_fill(Some(fill(false)));
                // A hair wider: no reader or printer shows a gap between two modules.
                rects(&mut surface, at.iter().copied(), side + 0.02, side + 0.02);
            }
            Mark::Link { .. } => {}
        }
    }
    surface.finish();
    for mark in marks {
        if let Mark::Link { x, y, side } = mark {
            link(page, (*x, *y), *side, url);
        }
    }
}

fn text(surface: &mut Surface<'_>, mark: &Mark) {
    let Mark::Text {
        x,
        y,
        size,
        grey,
        line,
    } = mark
    else {
        return;
    };
    surface.set_fill(Some(fill(*grey)));
    let mut x = *x;
    for piece in &line.pieces {
        let font = piece.font.clone();
        surface.draw_glyphs(
            Point::from_xy(x, *y),
            &piece.glyphs,
            font,
            &piece.text,
            *size,
            false,
        );
        x += piece.width * size;
    }
}

fn rects(
    surface: &mut Surface<'_>,
    at: impl IntoIterator<Item = (f32, f32)>,
    width: f32,
    height: f32,
) {
    let mut path = PathBuilder::new();
    for (x, y) in at {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            path.push_rect(rect);
        }
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// Only to the web: a receipt's address is the caller's, and yet no file opens a program.
fn link(page: &mut Page<'_>, (x, y): (f32, f32), side: f32, url: &str) {
    let web = url.starts_with("https://") || url.starts_with("http://");
    let Some(rect) = Rect::from_xywh(x, y, side, side).filter(|_| web && url.is_ascii()) else {
        return;
    };
    let action = Action::Link(LinkAction::new(url.to_owned()));
    let link = LinkAnnotation::new(rect, Target::Action(action));
    page.add_annotation(link.into());
}

fn fill(grey: bool) -> Fill {
    let shade = if grey { GREY } else { 0 };
    Fill {
        paint: rgb::Color::new(shade, shade, shade).into(),
        ..Fill::default()
    }
}
