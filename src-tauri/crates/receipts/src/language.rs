//! The languages of the product.

/// A language that receipts speak (6-screens, Languages).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Hindi.
    Hi,
    /// Arabic, from right to left.
    Ar,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::En, Self::De, Self::Fr, Self::Es, Self::Hi, Self::Ar];

    /// The language of a code such as `de` or `de-AT`; English where it is none of ours.
    pub fn of(code: &str) -> Self {
        let main = code.split(['-', '_']).next().unwrap_or_default();
        let known = |language: &Self| language.code().eq_ignore_ascii_case(main);
        Self::ALL.into_iter().find(known).unwrap_or(Self::En)
    }

    /// ISO 639-1.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::Hi => "hi",
            Self::Ar => "ar",
        }
    }

    /// Whether it is written from right to left.
    pub const fn is_rtl(self) -> bool {
        matches!(self, Self::Ar)
    }
}
