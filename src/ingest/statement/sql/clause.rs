//! The two statements that write, taken apart: table, columns, expressions, and the id in `WHERE`.
//!
//! ```text
//! name       = [ schema "." ] ident ; ident = DQUOTE … DQUOTE | "`" … "`" | word
//! expression = "$" number | "?" | string | word | anything        ; casts behind it are skipped
//! string     = "'" *( any-but-quote | "''" ) "'" | DQUOTE … DQUOTE
//! ```

use crate::ingest::statement::text;

/// The right side of `column = …`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expression<'s> {
    /// A value, quotes included.
    Literal(&'s [u8]),
    /// A place in the list of binds, from 0.
    Bind(usize),
    /// Something the database computes.
    Other,
}

/// A statement that writes.
#[derive(Debug)]
pub(super) struct Write<'s> {
    pub(super) table: &'s [u8],
    pub(super) columns: Vec<(&'s [u8], Expression<'s>)>,
    /// The ids that a `WHERE` asks for.
    pub(super) ids: Vec<Expression<'s>>,
    pub(super) is_insert: bool,
}

/// Takes an `UPDATE` or `INSERT` apart.
pub(super) fn write(sql: &[u8]) -> Option<Write<'_>> {
    if text::starts_with(sql, b"update ") { update(sql) } else { insert(sql) }
}

fn update(sql: &[u8]) -> Option<Write<'_>> {
    let (table, rest) = name(&sql[7..])?;
    let rest = keyword(rest, b"set")?;
    let (mut rest, mut columns) = (rest, Vec::with_capacity(4));
    loop {
        let (column, after) = name(rest)?;
        let after = after.trim_ascii_start().strip_prefix(b"=")?;
        let (expression, after) = expression(sql, after.trim_ascii_start());
        columns.push((column, expression));
        rest = after;
        match after.trim_ascii_start().strip_prefix(b",") {
            Some(after) => rest = after,
            None => break,
        }
    }
    let ids = keyword(rest, b"where").map(|condition| ids(sql, table, condition));
    Some(Write { table, columns, ids: ids.unwrap_or_default(), is_insert: false })
}

fn insert(sql: &[u8]) -> Option<Write<'_>> {
    let (table, rest) = name(keyword(sql, b"insert").and_then(|rest| keyword(rest, b"into"))?)?;
    let mut rest = rest.trim_ascii_start().strip_prefix(b"(")?;
    let mut names = Vec::with_capacity(8);
    loop {
        let (column, after) = name(rest)?;
        names.push(column);
        match after.trim_ascii_start().split_first()? {
            (b',', after) => rest = after,
            (b')', after) => {
                rest = after;
                break;
            }
            _ => return None,
        }
    }
    rest = keyword(rest, b"values")?.trim_ascii_start().strip_prefix(b"(")?;
    let mut columns = Vec::with_capacity(names.len());
    for column in names {
        let (expression, after) = expression(sql, rest.trim_ascii_start());
        columns.push((column, expression));
        rest = after.trim_ascii_start().strip_prefix(b",").unwrap_or(after);
    }
    Some(Write { table, columns, ids: Vec::new(), is_insert: true })
}

fn keyword<'s>(text: &'s [u8], word: &[u8]) -> Option<&'s [u8]> {
    let text = text.trim_ascii_start();
    let rest = text::starts_with(text, word).then(|| &text[word.len()..])?;
    rest.first().is_none_or(|byte| !text::is_word(*byte)).then_some(rest)
}

/// Reads a name, and of a qualified one the last part.
fn name(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut rest = text.trim_ascii_start();
    loop {
        let (part, after) = ident(rest)?;
        match after.strip_prefix(b".") {
            Some(after) => rest = after,
            None => return Some((part, after)),
        }
    }
}

fn ident(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if let Some((quote @ (b'"' | b'`'), body)) = text.split_first() {
        let end = memchr::memchr(*quote, body)?;
        return Some((&body[..end], &body[end + 1..]));
    }
    let length = text.iter().take_while(|byte| text::is_word(**byte)).count();
    (length > 0).then(|| text.split_at(length))
}

/// Reads an expression up to the comma, bracket or word that ends it.
fn expression<'s>(sql: &[u8], text: &'s [u8]) -> (Expression<'s>, &'s [u8]) {
    let (expression, rest) = match text.split_first() {
        Some((b'$', after)) => {
            let length = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let number = std::str::from_utf8(&after[..length]).ok().and_then(|n| n.parse().ok());
            let place = number.and_then(|number: usize| number.checked_sub(1));
            (place.map_or(Expression::Other, Expression::Bind), &after[length..])
        }
        Some((b'?', after)) => {
            let before = &sql[..sql.len() - text.len()];
            (Expression::Bind(memchr::memchr_iter(b'?', before).count()), after)
        }
        Some((quote @ (b'\'' | b'"'), body)) => match string(*quote, body) {
            Some(length) => (Expression::Literal(&text[..=length]), &body[length..]),
            None => (Expression::Other, &text[text.len()..]),
        },
        _ => {
            let is_inside = |byte: &&u8| text::is_word(**byte) || b".+".contains(byte);
            let length = text.iter().take_while(is_inside).count();
            let literal = &text[..length];
            let is_call = text.get(length) == Some(&b'(') || length == 0;
            (
                if is_call { Expression::Other } else { Expression::Literal(literal) },
                &text[length..],
            )
        }
    };
    let end = end(rest);
    let is_computed = rest[..end].trim_ascii_start().first().is_some_and(|byte| *byte != b':');
    (if is_computed { Expression::Other } else { expression }, &rest[end..])
}

/// The length of a string with its closing quote; a doubled quote is part of it.
fn string(quote: u8, body: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr(quote, body.get(at..)?)? + 1;
        if body.get(at) != Some(&quote) {
            return Some(at);
        }
        at += 1;
    }
}

/// Where what belongs to one expression ends: a cast or a computation may still follow it.
fn end(text: &[u8]) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth > 0 => depth -= 1,
            b',' | b')' | b';' if depth == 0 => return at,
            b' ' if depth == 0 => {
                let rest = text[at..].trim_ascii_start();
                let is_next = ["where", "returning", "order", "limit", "and", "or", "/*", "[["]
                    .iter()
                    .any(|word| text::starts_with(rest, word.as_bytes()));
                if is_next || rest.is_empty() {
                    return at;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// The ids that a condition asks for; none where it is about another table, or asks another query.
fn ids<'s>(sql: &'s [u8], table: &[u8], condition: &'s [u8]) -> Vec<Expression<'s>> {
    let is_query = |at: &usize| text::starts_with(&condition[at + 1..], b"select");
    let end = memchr::memchr_iter(b'(', condition).find(is_query).unwrap_or(condition.len());
    let condition = &condition[..end];
    let found = memchr::memmem::find_iter(condition, b"id").find_map(|at| {
        if !text::is_whole(condition, at, at + 2) || !is_own(&condition[..at], table) {
            return None;
        }
        let rest = condition[at + 2..].trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"`")).unwrap_or(rest);
        if let Some(value) = rest.trim_ascii_start().strip_prefix(b"=") {
            return Some(vec![expression(sql, value.trim_ascii_start()).0]);
        }
        let list = keyword(rest, b"in")?.trim_ascii_start().strip_prefix(b"(")?;
        Some(listed(sql, list))
    });
    found.unwrap_or_default()
}

/// Whether a column's name, or what qualifies it, stands for this table.
fn is_own(before: &[u8], table: &[u8]) -> bool {
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'`');
    let bare = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"`")).unwrap_or(before);
    let Some(outer) = bare.strip_suffix(b".") else { return true };
    let last = outer.iter().rposition(|byte| !is_quote(byte)).map_or(0, |last| last + 1);
    let start = outer[..last].iter().rposition(|byte| !text::is_word(*byte));
    outer[start.map_or(0, |start| start + 1)..last].eq_ignore_ascii_case(table)
}

/// The expressions of a list, up to its bracket.
fn listed<'s>(sql: &'s [u8], list: &'s [u8]) -> Vec<Expression<'s>> {
    let (mut found, mut rest) = (Vec::new(), list.trim_ascii_start());
    while !rest.is_empty() && !rest.starts_with(b")") {
        let (expression, after) = expression(sql, rest);
        found.push(expression);
        let Some(after) = after.trim_ascii_start().strip_prefix(b",") else { break };
        rest = after.trim_ascii_start();
    }
    found
}
