//! The fonts that receipts are drawn with: DejaVu Sans, which is built in and has Latin, Greek, Cyrillic and Arabic, and
//! what a caller adds for other scripts, such as the pages' own Noto Sans Devanagari.

use std::sync::Arc;

use krilla::Data;
use krilla::text::{Font, Tag};
use rustybuzz::Face;
use rustybuzz::ttf_parser;

use crate::fault::FontFault;

/// The largest font that is taken, bytes.
const LARGEST: usize = 8 * 1024 * 1024;

/// The weights of text, as a variable font counts them.
const REGULAR: f32 = 400.0;
const BOLD: f32 = 700.0;

/// A set of fonts. Made once: reading them takes longer than drawing.
#[derive(Clone, Debug)]
pub struct Fonts {
    regular: Vec<Weight>,
    bold: Vec<Weight>,
}

/// One font in one weight, for the shaper and for the PDF.
#[derive(Clone, Debug)]
struct Weight {
    data: Bytes,
    /// The weight a variable font is set to.
    axis: Option<f32>,
    pdf: Font,
}

#[derive(Clone, Debug)]
enum Bytes {
    BuiltIn(&'static [u8]),
    Added(Arc<Vec<u8>>),
}

/// The fonts of one weight, ready to shape.
pub(crate) struct Faces<'a> {
    faces: Vec<(Face<'a>, &'a Font)>,
}

impl Fonts {
    /// DejaVu Sans alone.
    pub fn built_in() -> Self {
        let weight = |data: &'static [u8]| Weight {
            data: Bytes::BuiltIn(data),
            axis: None,
            pdf: Font::new(data.into(), 0).expect("DejaVu Sans is a font"),
        };
        Self {
            regular: vec![weight(dejavu::sans::regular())],
            bold: vec![weight(dejavu::sans::bold())],
        }
    }

    /// And this one for what those before it lack: WOFF2, TrueType or OpenType, of one weight or variable.
    pub fn with(mut self, font: &[u8]) -> Result<Self, FontFault> {
        if font.len() > LARGEST {
            return Err(FontFault::TooLarge);
        }
        let bytes = if font.starts_with(b"wOF2") {
            wuff::decompress_woff2(font).map_err(|_| FontFault::Unreadable)?
        } else {
            font.to_vec()
        };
        let bytes = Arc::new(bytes);
        let face = ttf_parser::Face::parse(&bytes, 0).map_err(|_| FontFault::Unreadable)?;
        let varies = face
            .variation_axes()
            .into_iter()
            .any(|axis| axis.tag == ttf_parser::Tag::from_bytes(b"wght"));
        self.regular.push(Weight::added(&bytes, varies, REGULAR)?);
        self.bold.push(Weight::added(&bytes, varies, BOLD)?);
        Ok(self)
    }

    /// Whether all of a text can be drawn.
    pub(crate) fn have(&self, text: &str) -> bool {
        let faces = self.faces(false);
        text.chars().all(|c| faces.with(c).is_some())
    }

    pub(crate) fn faces(&self, bold: bool) -> Faces<'_> {
        let weights = if bold { &self.bold } else { &self.regular };
        let faces = weights.iter().filter_map(|weight| {
            let mut face = Face::from_slice(weight.data.as_slice(), 0)?;
            if let Some(weight) = weight.axis {
                face.set_variation(ttf_parser::Tag::from_bytes(b"wght"), weight);
            }
            Some((face, &weight.pdf))
        });
        Faces {
            faces: faces.collect(),
        }
    }
}

impl Weight {
    fn added(bytes: &Arc<Vec<u8>>, varies: bool, weight: f32) -> Result<Self, FontFault> {
        let data = Data::from(Arc::clone(bytes));
        let pdf = if varies {
            Font::new_variable(data, 0, &[(Tag::new(b"wght"), weight)])
        } else {
            Font::new(data, 0)
        };
        Ok(Self {
            data: Bytes::Added(Arc::clone(bytes)),
            axis: varies.then_some(weight),
            pdf: pdf.ok_or(FontFault::Unreadable)?,
        })
    }
}

impl Bytes {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::BuiltIn(bytes) => bytes,
            Self::Added(bytes) => bytes,
        }
    }
}

impl Faces<'_> {
    /// The first font that has this character.
    pub(crate) fn with(&self, c: char) -> Option<usize> {
        (0..self.faces.len()).find(|at| self.has(*at, c))
    }

    /// Whether this font has this character.
    pub(crate) fn has(&self, at: usize, c: char) -> bool {
        let id = self.faces[at].0.glyph_index(c);
        id.is_some_and(|id| id.0 != 0)
    }

    pub(crate) fn face(&self, at: usize) -> &Face<'_> {
        &self.faces[at].0
    }

    pub(crate) fn pdf(&self, at: usize) -> Font {
        self.faces[at].1.clone()
    }
}
