//! Pages that fill from the top: text in columns, rules, page breaks. In a language from right to left every column stands
//! mirrored. Not for what a receipt says: see `page`.

#![allow(
    clippy::cast_precision_loss,
    reason = "a page has a few hundred lines and modules: a float holds them exactly"
)]

use unicode_bidi::{Direction, get_base_direction};

use crate::fonts::{Faces, Fonts};
use crate::text::{Line, shape, wrap};

/// A4, points.
pub(crate) const WIDTH: f32 = 595.28;
pub(crate) const HEIGHT: f32 = 841.89;
/// On each side.
pub(crate) const MARGIN: f32 = 48.0;
/// Where the text of a page ends; the foot stands below.
const BOTTOM: f32 = HEIGHT - 64.0;

/// Something drawn, in points from the top left.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    /// `y` is the baseline.
    Text {
        x: f32,
        y: f32,
        size: f32,
        grey: bool,
        line: Line,
    },
    /// A thin line from edge to edge.
    Rule { x: f32, y: f32, width: f32 },
    /// Dark squares of one size.
    Squares { side: f32, at: Vec<(f32, f32)> },
    /// A place to click.
    Link { x: f32, y: f32, side: f32 },
}

/// On which edge of its column a text stands. In a language from right to left the start is the right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    Start,
    End,
}

/// A column: from where to where, points from the side where lines begin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) from: f32,
    pub(crate) to: f32,
    pub(crate) edge: Edge,
}

/// How text in a column looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) size: f32,
    pub(crate) bold: bool,
    pub(crate) grey: bool,
    pub(crate) way: Way,
    /// On one line, smaller where it must be.
    pub(crate) fit: bool,
}

/// Which way a text runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// As the receipt's language does.
    Language,
    /// From left to right: figures and codes.
    Ltr,
    /// As its first letter says: a name or an address.
    Own,
}

impl Look {
    pub(crate) const fn plain(size: f32) -> Self {
        Self {
            size,
            bold: false,
            grey: false,
            way: Way::Language,
            fit: false,
        }
    }

    pub(crate) const fn bold(size: f32) -> Self {
        Self {
            bold: true,
            ..Self::plain(size)
        }
    }

    pub(crate) const fn grey(self) -> Self {
        Self { grey: true, ..self }
    }

    pub(crate) const fn ltr(self) -> Self {
        Self {
            way: Way::Ltr,
            ..self
        }
    }

    pub(crate) const fn figure(self) -> Self {
        Self {
            fit: true,
            ..self.ltr()
        }
    }

    pub(crate) const fn own(self) -> Self {
        Self {
            way: Way::Own,
            ..self
        }
    }
}

/// The pages.
pub(crate) struct Sheet<'a> {
    regular: Faces<'a>,
    bold: Faces<'a>,
    rtl: bool,
    pub(crate) pages: Vec<Vec<Mark>>,
    y: f32,
}

impl<'a> Sheet<'a> {
    pub(crate) fn new(fonts: &'a Fonts, rtl: bool) -> Self {
        Self {
            regular: fonts.faces(false),
            bold: fonts.faces(true),
            rtl,
            pages: vec![Vec::new()],
            y: MARGIN,
        }
    }

    /// How far down the page is filled.
    pub(crate) const fn y(&self) -> f32 {
        self.y
    }

    /// Goes on there.
    pub(crate) const fn set_y(&mut self, y: f32) {
        self.y = y;
    }

    pub(crate) const fn space(&mut self, height: f32) {
        self.y += height;
    }

    /// Turns the page when less than this is left.
    pub(crate) fn keep(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.pages.push(Vec::new());
            self.y = MARGIN;
        }
    }

    /// Cells side by side; the row is as high as the highest. It stays on one page.
    pub(crate) fn row(&mut self, cells: &[(Column, Look, &str)]) {
        let wrapped: Vec<_> = cells
            .iter()
            .map(|(column, look, text)| {
                let look = self.fitting(*column, *look, text);
                (column, look, self.wrapped(*column, look, text))
            })
            .collect();
        let height =
            |(_, look, lines): &(&Column, Look, Vec<Line>)| lines.len() as f32 * leading(look.size);
        let high = wrapped.iter().map(height).fold(0.0, f32::max);
        self.keep(high);
        for (column, look, lines) in wrapped {
            for (at, line) in lines.into_iter().enumerate() {
                let y = self.y + look.size + at as f32 * leading(look.size);
                self.place(*column, look, y, line);
            }
        }
        self.y += high;
    }

    /// A text line by line, over as many pages as it takes. A code stands on the left in every language.
    pub(crate) fn flow(&mut self, column: Column, look: Look, text: &str) {
        let left = self.rtl && look.way == Way::Ltr;
        let edge = if left { Edge::End } else { column.edge };
        let column = Column { edge, ..column };
        for line in self.wrapped(column, look, text) {
            self.keep(leading(look.size));
            self.place(column, look, self.y + look.size, line);
            self.y += leading(look.size);
        }
    }

    /// One line at a height of its own, on a page of its own: the foot.
    pub(crate) fn fix(&mut self, page: usize, column: Column, look: Look, y: f32, text: &str) {
        let line = shape(self.faces(look), text, self.is_rtl(look, text));
        let mark = self.mark(column, look, y, line);
        self.pages[page].push(mark);
    }

    pub(crate) fn rule(&mut self) {
        let mark = Mark::Rule {
            x: MARGIN,
            y: self.y,
            width: WIDTH - 2.0 * MARGIN,
        };
        self.push(mark);
    }

    /// A square of squares in the corner where lines end.
    pub(crate) fn code(&mut self, modules: &[Vec<bool>], side: f32, y: f32) {
        let x = if self.rtl {
            MARGIN
        } else {
            WIDTH - MARGIN - side
        };
        let step = side / modules.len() as f32;
        let mut at = Vec::new();
        for (row, modules) in modules.iter().enumerate() {
            for (column, dark) in modules.iter().enumerate() {
                if *dark {
                    at.push((x + column as f32 * step, y + row as f32 * step));
                }
            }
        }
        self.push(Mark::Squares { side: step, at });
        self.push(Mark::Link { x, y, side });
    }

    fn wrapped(&self, column: Column, look: Look, text: &str) -> Vec<Line> {
        let width = (column.to - column.from) / look.size;
        wrap(self.faces(look), text, self.is_rtl(look, text), width)
    }

    /// A figure that is too wide gets smaller: one that is broken in two reads as two.
    fn fitting(&self, column: Column, look: Look, text: &str) -> Look {
        if !look.fit {
            return look;
        }
        let wide = shape(self.faces(look), text, self.is_rtl(look, text)).width * look.size;
        let room = column.to - column.from;
        let size = if wide > room {
            look.size * room / wide * 0.999
        } else {
            look.size
        };
        Look { size, ..look }
    }

    const fn faces(&self, look: Look) -> &Faces<'a> {
        if look.bold { &self.bold } else { &self.regular }
    }

    fn is_rtl(&self, look: Look, text: &str) -> bool {
        match look.way {
            Way::Language => self.rtl,
            Way::Ltr => false,
            Way::Own => get_base_direction(text) == Direction::Rtl,
        }
    }

    fn place(&mut self, column: Column, look: Look, y: f32, line: Line) {
        let mark = self.mark(column, look, y, line);
        self.push(mark);
    }

    fn mark(&self, column: Column, look: Look, y: f32, line: Line) -> Mark {
        let width = line.width * look.size;
        let from = match column.edge {
            Edge::Start => column.from,
            Edge::End => column.to - width,
        };
        let x = if self.rtl { WIDTH - from - width } else { from };
        Mark::Text {
            x,
            y,
            size: look.size,
            grey: look.grey,
            line,
        }
    }

    fn push(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }
}

/// From baseline to baseline.
pub(crate) fn leading(size: f32) -> f32 {
    size * 1.4
}
