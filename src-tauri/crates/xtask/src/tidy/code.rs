//! Rust source with its comments and literals blanked, and the names that remain: prose may speak of
//! what code must not name. Not a parser: it knows only where comments, strings and chars end.

/// The source with the inside of comments, strings and character literals as spaces; lines stay.
pub fn blanked(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let len = if let Some(len) = opener(rest, out.chars().next_back()) {
            out.extend(
                rest[..len]
                    .chars()
                    .map(|c| if c == '\n' { '\n' } else { ' ' }),
            );
            len
        } else {
            out.push(first);
            first.len_utf8()
        };
        rest = &rest[len..];
    }
    out
}

/// The length of the comment or literal that `rest` opens with, if it opens with one.
fn opener(rest: &str, before: Option<char>) -> Option<usize> {
    let to = |end: Option<usize>| Some(end.unwrap_or(rest.len()));
    if rest.starts_with("//") {
        return to(rest.find('\n'));
    }
    if rest.starts_with("/*") {
        return to(block_comment_end(rest));
    }
    if rest.starts_with('"') {
        return to(string_end(rest));
    }
    if rest.starts_with('\'') {
        return char_end(rest);
    }
    let in_name = before.is_some_and(is_name_char);
    if !in_name && (rest.starts_with("r\"") || rest.starts_with("r#") || rest.starts_with("br")) {
        return raw_string_end(rest);
    }
    None
}

fn block_comment_end(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    None
}

fn string_end(rest: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return Some(at + 1),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    None
}

/// `'x'` and `'\n'` are literals; `'a` in `&'a str` is a lifetime.
fn char_end(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first != '\\' {
        let (at, second) = chars.next()?;
        return (second == '\'').then_some(at + 1);
    }
    let close = rest.get(3..)?.find('\'')?;
    Some(3 + close + 1)
}

fn raw_string_end(rest: &str) -> Option<usize> {
    let after = rest.trim_start_matches('b').strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let start = rest.len() - body.len();
    body.find(&close).map(|at| start + at + close.len())
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Every name in `line` of blanked source.
pub fn names(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c| !is_name_char(c))
        .filter(|name| !name.is_empty())
}

/// Whether `text` holds `word` with no letter, digit or underscore on either side of it.
pub fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(is_name_char);
        let after = text[at + word.len()..]
            .chars()
            .next()
            .is_some_and(is_name_char);
        !before && !after
    })
}

/// The line numbers, from 1, with their text.
pub fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_is_left_of_a_source() {
        let check = |source: &str, left: &str| {
            let words = blanked(source)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            assert_eq!(words, left, "what is left of `{source}`");
        };
        check("let a = 1; // lapin", "let a = 1;");
        check("/* lapin /* nested */ lapin */ b", "b");
        check(r#"f("lapin \" lapin"); g"#, "f( ); g");
        check(r##"f(r#"a " lapin"#, r"b\", br"c"); g"##, "f( , , ); g");
        check(
            r"let q = '\''; let s: &'a str = x; 'b'",
            "let q = ; let s: &'a str = x;",
        );
        check(r"let q = '\u{41}'; lapin", "let q = ; lapin");
        check("let q = '\"'; lapin", "let q = ; lapin");
        check("for_r\"lapin\" r#type", "for_r r#type");
        check("\"never closed lapin", "");
    }

    #[test]
    fn blanking_keeps_the_line_numbers() {
        let source = "/*\n lapin\n*/\nlet a = \"x\ny\";\nlapin::b();\n";
        let blank = blanked(source);
        let line = numbered(&blank).find(|(_, line)| names(line).any(|name| name == "lapin"));
        assert_eq!(
            line.map(|(at, _)| at),
            Some(6),
            "the name in code stands in line 6"
        );
    }
}
