//! Text into glyphs that stand where they belong: direction by the Unicode bidirectional algorithm, a font per character,
//! shaping by rustybuzz; and lines broken at spaces. Not for where a line stands: see `sheet`.

#![allow(
    clippy::cast_precision_loss,
    reason = "glyphs have a few thousand units: a float holds them exactly"
)]

use std::collections::HashMap;
use std::ops::Range;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer};
use unicode_bidi::{BidiClass, BidiInfo, Level, bidi_class};

use crate::fonts::Faces;

/// What stands for a character that no font has.
const MISSING: char = '\u{25a1}';

/// A stretch of one font, in the order in which it is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) font: Font,
    pub(crate) text: String,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// In em.
    pub(crate) width: f32,
}

/// A line, from left to right.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) pieces: Vec<Piece>,
    /// In em.
    pub(crate) width: f32,
}

/// One line of text.
pub(crate) fn shape(faces: &Faces<'_>, text: &str, rtl: bool) -> Line {
    let text: String = text
        .chars()
        .map(|c| if drawn(faces, c) { c } else { MISSING })
        .collect();
    let base = if rtl { Level::rtl() } else { Level::ltr() };
    let bidi = BidiInfo::new(&text, Some(base));
    let mut pieces = Vec::new();
    for paragraph in &bidi.paragraphs {
        let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let rtl = levels[run.start].is_rtl();
            let mut stretches = stretches(faces, &text, run);
            if rtl {
                stretches.reverse();
            }
            for (font, range) in stretches {
                pieces.push(piece(faces, font, &text[range], rtl));
            }
        }
    }
    Line {
        width: pieces.iter().map(|piece: &Piece| piece.width).sum(),
        pieces,
    }
}

/// Lines no wider than `width` em. Broken at spaces; a word that is too long is broken where it must.
pub(crate) fn wrap(faces: &Faces<'_>, text: &str, rtl: bool, width: f32) -> Vec<Line> {
    let whole = shape(faces, text, rtl);
    if whole.width <= width {
        let empty = whole.pieces.is_empty();
        return if empty { Vec::new() } else { vec![whole] };
    }
    let mut measure = Measure {
        faces,
        rtl,
        known: HashMap::new(),
    };
    let space = measure.width(" ");
    let mut lines: Vec<String> = Vec::new();
    let (mut line, mut used) = (String::new(), 0.0);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        for part in measure.parts(word, width) {
            let wide = measure.width(&part);
            if !line.is_empty() && used + space + wide > width {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            if !line.is_empty() {
                line.push(' ');
                used += space;
            }
            line.push_str(&part);
            used += wide;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines.iter().map(|line| shape(faces, line, rtl)).collect()
}

/// Widths, each worked out once: signed data is thousands of the same few letters.
struct Measure<'a> {
    faces: &'a Faces<'a>,
    rtl: bool,
    known: HashMap<String, f32>,
}

impl Measure<'_> {
    fn width(&mut self, text: &str) -> f32 {
        if let Some(width) = self.known.get(text) {
            return *width;
        }
        let width = shape(self.faces, text, self.rtl).width;
        self.known.insert(text.to_owned(), width);
        width
    }

    /// A word, or the pieces of one that is wider than a line.
    fn parts(&mut self, word: &str, width: f32) -> Vec<String> {
        if self.width(word) <= width {
            return vec![word.to_owned()];
        }
        let (mut parts, mut part, mut used) = (Vec::new(), String::new(), 0.0);
        for cluster in clusters(word) {
            let wide = self.width(cluster);
            if used + wide > width && !part.is_empty() {
                parts.push(std::mem::take(&mut part));
                used = 0.0;
            }
            part.push_str(cluster);
            used += wide;
        }
        parts.push(part);
        parts
    }
}

/// Letters with what belongs to them: marks, and in Hindi the letter that a virama ties on.
fn clusters(word: &str) -> Vec<&str> {
    let (mut all, mut from, mut tied) = (Vec::new(), 0, true);
    for (at, c) in word.char_indices() {
        if !tied && !is_mark(c) && !is_joiner(c) {
            all.push(&word[from..at]);
            from = at;
        }
        tied = is_joiner(c) || c == '\u{94d}';
    }
    all.push(&word[from..]);
    all
}

fn is_mark(c: char) -> bool {
    bidi_class(c) == BidiClass::NSM
}

/// A joiner is drawn by no font and yet shapes its neighbours.
fn drawn(faces: &Faces<'_>, c: char) -> bool {
    is_joiner(c) || is_isolate(c) || faces.with(c).is_some()
}

const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Ours: they keep a foreign text's direction to itself. They are not drawn.
const fn is_isolate(c: char) -> bool {
    matches!(c, '\u{2066}'..='\u{2069}')
}

/// Stretches of one font. Spaces, marks and joiners stay with what they follow.
fn stretches(faces: &Faces<'_>, text: &str, run: Range<usize>) -> Vec<(usize, Range<usize>)> {
    let mut found: Vec<(usize, Range<usize>)> = Vec::new();
    let start = run.start;
    for (at, c) in text[run].char_indices() {
        let at = start + at;
        let end = at + c.len_utf8();
        if is_isolate(c) {
            continue;
        }
        let own = faces.with(c).unwrap_or_default();
        let follows = |last: &(usize, Range<usize>)| {
            let same = last.0 == own || c == ' ' || is_joiner(c);
            let kept = is_mark(c) && faces.has(last.0, c);
            last.1.end == at && (same || kept)
        };
        match found.last_mut() {
            Some(last) if follows(last) => last.1.end = end,
            _ => found.push((own, at..end)),
        }
    }
    found
}

fn piece(faces: &Faces<'_>, font: usize, text: &str, rtl: bool) -> Piece {
    let face = faces.face(font);
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    buffer.set_direction(if rtl {
        Direction::RightToLeft
    } else {
        Direction::LeftToRight
    });
    let shaped = rustybuzz::shape(face, &[], buffer);
    let em = face.units_per_em() as f32;
    let infos = shaped.glyph_infos();
    let mut starts: Vec<usize> = infos.iter().map(|info| info.cluster as usize).collect();
    starts.sort_unstable();
    starts.dedup();
    let end_of = |start: usize| {
        let next = starts.iter().find(|other| **other > start);
        next.copied().unwrap_or(text.len())
    };
    let glyphs: Vec<KrillaGlyph> = infos
        .iter()
        .zip(shaped.glyph_positions())
        .map(|(info, position)| {
            let start = info.cluster as usize;
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                position.x_advance as f32 / em,
                position.x_offset as f32 / em,
                position.y_offset as f32 / em,
                position.y_advance as f32 / em,
                start..end_of(start),
                None,
            )
        })
        .collect();
    let advance: i32 = shaped.glyph_positions().iter().map(|p| p.x_advance).sum();
    Piece {
        font: faces.pdf(font),
        text: text.to_owned(),
        width: advance as f32 / em,
        glyphs,
    }
}
