//! Closed lists of words. Not for free text.

/// Declares a closed list of words that are stored, sent and shown under one spelling. A word is taken as a bare
/// token: `literal` would wrap it, and utoipa reads no wrapped `rename`, so OpenAPI would name the Rust variants.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:tt),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema, utoipa::ToSchema)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every word of the list.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word as it is stored and sent.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The member this word names.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|member| member.as_str() == word)
            }
        }
    };
}
pub(crate) use words;
