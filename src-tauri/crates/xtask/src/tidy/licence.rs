//! Reads SPDX licence expressions: may we ship what stands under this licence?
//! Not for who says so: see `lockfiles`.

/// The licences we may ship under Apache-2.0, all permissive but two: MPL-2.0 binds only its own
/// files, CC0-1.0 gives everything away.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "bzip2-1.0.6",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Whether an SPDX expression lets us use the package: one side of an OR, both sides of an AND.
/// `also` are licences that are fine for this kind of package.
pub fn is_allowed(expression: &str, also: &[&str]) -> bool {
    // `MIT/Apache-2.0` is how crates said OR before SPDX expressions.
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader {
        words: &words,
        also,
    };
    reader.either() == Some(true) && reader.words.is_empty()
}

/// Reads an expression from the left; `None` is a fault in its grammar.
struct Reader<'a> {
    words: &'a [&'a str],
    also: &'a [&'a str],
}

impl Reader<'_> {
    fn either(&mut self) -> Option<bool> {
        let mut verdict = self.both()?;
        while self.take("OR") {
            verdict |= self.both()?;
        }
        Some(verdict)
    }

    fn both(&mut self) -> Option<bool> {
        let mut verdict = self.one()?;
        while self.take("AND") {
            verdict &= self.one()?;
        }
        Some(verdict)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let verdict = self.either()?;
            return self.take(")").then_some(verdict);
        }
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        let mut licence = (*first).to_owned();
        if self.take("WITH") {
            let (exception, rest) = self.words.split_first()?;
            self.words = rest;
            licence = format!("{licence} WITH {exception}");
        }
        Some(ALLOWED.contains(&licence.as_str()) || self.also.contains(&licence.as_str()))
    }

    fn take(&mut self, word: &str) -> bool {
        match self.words.split_first() {
            Some((first, rest)) if *first == word => {
                self.words = rest;
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_or_needs_one_side_and_an_and_needs_both() {
        let check = |expression, expect| {
            assert_eq!(is_allowed(expression, &[]), expect, "`{expression}`");
        };
        check("MIT", true);
        check("GPL-3.0-only", false);
        check("MIT OR GPL-3.0-only", true);
        check("GPL-3.0-only OR LGPL-2.1-or-later", false);
        check("MIT AND GPL-3.0-only", false);
        check("(MIT OR GPL-3.0-only) AND Unicode-3.0", true);
        check("MIT OR GPL-3.0-only AND GPL-2.0-only", true);
        check("(MIT OR Apache-2.0) AND GPL-2.0-only", false);
        check("MIT/Apache-2.0", true);
        check("Apache-2.0 / MIT", true);
        check("Apache-2.0 WITH LLVM-exception OR GPL-2.0-only", true);
        check("GPL-2.0-only WITH Classpath-exception-2.0", false);
    }

    #[test]
    fn what_cannot_be_read_is_not_allowed() {
        for expression in [
            "",
            "MIT OR",
            "(MIT",
            "MIT MIT",
            "AND MIT",
            "SEE LICENSE IN x",
        ] {
            assert!(
                !is_allowed(expression, &[]),
                "`{expression}` is no licence expression"
            );
        }
    }

    #[test]
    fn a_kind_of_package_may_have_a_licence_more() {
        assert!(
            is_allowed("OFL-1.1", &["OFL-1.1"]),
            "fonts may be under the font licence"
        );
        assert!(!is_allowed("OFL-1.1", &[]), "crates may not");
    }
}
