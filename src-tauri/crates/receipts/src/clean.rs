//! Anybody's text made fit to be drawn on one line: no control, nothing invisible that turns other text around, no tower
//! of marks, no endless length.

use unicode_bidi::{BidiClass, bidi_class};

/// How many marks may stand on one character. Arabic with vowels has two, Hindi three.
const MARKS: usize = 4;

/// Text of at most `longest` characters, the last one "…" where more was there.
pub(crate) fn line(text: &str, longest: usize) -> String {
    let mut clean = String::new();
    let (mut length, mut marks, mut gap) = (0, 0, false);
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            gap = !clean.is_empty();
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        marks = if bidi_class(c) == BidiClass::NSM {
            marks + 1
        } else {
            0
        };
        if marks > MARKS {
            continue;
        }
        if length + usize::from(gap) + 1 >= longest {
            clean.push('…');
            break;
        }
        if std::mem::take(&mut gap) {
            clean.push(' ');
            length += 1;
        }
        clean.push(c);
        length += 1;
    }
    clean
}

/// Byte for byte what may stand on a page; anything else shows as "·". For signed data, which is ASCII.
pub(crate) fn ascii(text: &str, longest: usize) -> String {
    let mut shown: String = text
        .chars()
        .take(longest)
        .map(|c| {
            if c == ' ' || c.is_ascii_graphic() {
                c
            } else {
                '·'
            }
        })
        .collect();
    if text.chars().nth(longest).is_some() {
        shown.push('…');
    }
    shown
}

/// Marks of direction, joiners of nothing, and what no font draws. The two joiners stay: Hindi and Persian need them.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_of_what_can_be_seen() {
        let check = |text: &str, expect: &str| assert_eq!(line(text, 12), expect, "{text:?}");
        check("Säule 1", "Säule 1");
        check("  a \r\n\t b  ", "a b");
        check("a\0b\u{1b}[31m", "a b [31m");
        check("pay\u{202e}yap\u{2066}", "payyap");
        check("क्\u{200d}ष", "क्\u{200d}ष");
        check(
            &format!("Z{}", "\u{336}".repeat(30)),
            "Z\u{336}\u{336}\u{336}\u{336}",
        );
        check("123456789012", "12345678901…");
        check("12345678901", "12345678901");
        check("1234567890 2", "1234567890…");
        check("", "");
        assert_eq!(ascii("a\nbé c", 4), "a·b·…");
    }
}
