//! The value of a field: an object id, nothing, or something a spreadsheet has damaged.
//!
//! ```text
//! value   = *decoration ( null | [ noun ] [ "#" ] id ) *decoration
//! null    = "nil" | "null" | "none" | "(none)" | "<nil>" | "\N" | DQUOTE DQUOTE | "-"
//! id      = 1*20digit [ "." 1*"0" ]         ; no letter may follow
//! noun    = ( "object" | "id" | "HubSpot" | … ) SP
//! damaged = 1*digit ( "." 1*digit [ exponent ] | exponent | 2*( "," 3digit ) )
//! ```
//!
//! An id may be glued to the next record's time (`302811904422025-07-04T…`, formats.md §6.1): its
//! last four digits are then a year and not its own.

use nom::Err;
use nom::IResult;
use nom::error::Error;
use nom::error::ErrorKind;

use crate::ingest::statement::text;
use crate::model::ObjectId;

/// What stands where a value is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'t> {
    /// An object id.
    Id(&'t [u8]),
    /// Present and empty.
    Null,
    /// A number that lost digits.
    Damaged(&'t [u8]),
}

impl Value<'_> {
    /// The object, for a value that is not damaged.
    pub(super) fn object(self) -> Option<ObjectId> {
        match self {
            Self::Id(digits) => std::str::from_utf8(digits).ok().map(ObjectId::new),
            Self::Null | Self::Damaged(_) => None,
        }
    }
}

const NULLS: [&[u8]; 8] =
    [b"(none)", b"(null)", b"(nil)", b"<nil>", b"null", b"none", b"nil", b"\\N"];

/// Reads a value and the decoration around it.
pub(super) fn value(input: &[u8]) -> IResult<&[u8], Value<'_>> {
    let refused = || Err(Err::Error(Error::new(input, ErrorKind::Digit)));
    if let Some(rest) = null(input) {
        return Ok((rest, Value::Null));
    }
    let inside = noun(text::undecorated(input));
    let inside = inside.strip_prefix(b"#").unwrap_or(inside);
    match number(inside) {
        Some((value, rest)) => Ok((text::undecorated(rest), value)),
        None => refused(),
    }
}

/// Reads a text that is a value and nothing else.
pub(super) fn whole(input: &[u8]) -> Option<Value<'_>> {
    value(input.trim_ascii()).ok().filter(|(rest, _)| rest.is_empty()).map(|(_, value)| value)
}

fn null(input: &[u8]) -> Option<&[u8]> {
    for empty in [&b"\\\"\\\""[..], b"\"\"", b"''"] {
        if let Some(rest) = input.strip_prefix(empty) {
            return Some(rest);
        }
    }
    if let Some(rest) = input.strip_prefix(b"-") {
        let next = rest.trim_ascii_start();
        let is_end = next.is_empty() || b",])".contains(&next[0]) || next.starts_with(b"->");
        return is_end.then_some(rest);
    }
    let inside = if input.starts_with(b"\\N") { input } else { text::undecorated(input) };
    let word = NULLS.iter().find(|word| text::starts_with(inside, word))?;
    let rest = &inside[word.len()..];
    let is_end = rest.first().is_none_or(|byte| !text::is_word(*byte));
    is_end.then(|| text::undecorated(rest))
}

/// Skips what people put before a number: `object 302…`, `HubSpot ID 302…`.
fn noun(input: &[u8]) -> &[u8] {
    let mut rest = input;
    for _ in 0..4 {
        let (word, after) = text::word(rest);
        let is_noun =
            text::is_one_of(word, &["object", "hubspot", "credentialing", "id", "the", "new"]);
        match after.first() {
            Some(b' ') if is_noun => rest = text::undecorated(after.trim_ascii_start()),
            _ => break,
        }
    }
    rest
}

fn number(input: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let count = digits(input);
    let (id, rest) = input.split_at(count);
    if count == 0 {
        return None;
    }
    let damage = damage(rest);
    if damage > 0 {
        return Some((Value::Damaged(&input[..count + damage]), &rest[damage..]));
    }
    if is_month_and_day(rest) {
        let own = count.checked_sub(4).filter(|own| *own > 0)?;
        return Some((Value::Id(&input[..own]), &input[own..]));
    }
    let rest = zeros(rest).unwrap_or(rest);
    let is_end = match rest {
        [b':', next, ..] if count <= 2 => !next.is_ascii_digit(),
        [b'-' | b'/', next, ..] if text::is_word(*next) => false,
        [next, ..] => *next >= 0x80 || !text::is_word(*next),
        [] => true,
    };
    (is_end && count <= 20).then_some((Value::Id(id), rest))
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// `.0`: the integer that a float column made of it.
fn zeros(rest: &[u8]) -> Option<&[u8]> {
    let fraction = rest.strip_prefix(b".")?;
    let count = fraction.iter().take_while(|byte| **byte == b'0').count();
    (count > 0).then(|| &fraction[count..])
}

/// How much after the first digits shows that digits are lost.
fn damage(rest: &[u8]) -> usize {
    let point = match rest {
        [b'.', digit, ..] if digit.is_ascii_digit() => 1 + digits(&rest[1..]),
        _ => 0,
    };
    let exponent = match &rest[point..] {
        [b'e' | b'E', b'+' | b'-', digit, ..] if digit.is_ascii_digit() => {
            2 + digits(&rest[point + 2..])
        }
        [b'e' | b'E', digit, tail @ ..] if digit.is_ascii_digit() => {
            let end = 2 + digits(tail);
            let is_end = rest.get(point + end).is_none_or(|byte| !text::is_word(*byte));
            if is_end { end } else { 0 }
        }
        _ => 0,
    };
    if exponent > 0 {
        return point + exponent;
    }
    let is_fraction = point > 0 && rest[1..point].iter().any(|digit| *digit != b'0');
    if is_fraction { point } else { thousands(rest) }
}

/// `,278,823,850`: two groups of three at least, else it may be a list.
fn thousands(rest: &[u8]) -> usize {
    let mut length = 0;
    while let Some(b',') = rest.get(length) {
        if digits(&rest[length + 1..]) != 3 {
            break;
        }
        length += 4;
    }
    if length >= 8 { length } else { 0 }
}

/// `-07-04T` after four more digits: a time that the id is glued to.
fn is_month_and_day(rest: &[u8]) -> bool {
    matches!(rest, [b'-', a, b, b'-', c, d, b'T' | b't' | b' ', ..]
        if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_out_of_every_dress() {
        for text in [
            "30278823850",
            "\"30278823850\"",
            "'30278823850'",
            "`30278823850`",
            "**30278823850**",
            "\\\"30278823850\\\"",
            "30278823850.0",
            "#30278823850",
            "object 30278823850",
            "HubSpot object id 30278823850",
            "“30278823850”",
        ] {
            assert_eq!(whole(text.as_bytes()), Some(Value::Id(b"30278823850")), "{text}");
        }
        let read = value(b"302811904422025-07-04T07:04:55.903Z pid=4");
        assert_eq!(read, Ok((&b"2025-07-04T07:04:55.903Z pid=4"[..], Value::Id(b"30281190442"))));
        assert_eq!(value(b"30. Next").map(|(_, value)| value), Ok(Value::Id(b"30")));
    }

    #[test]
    fn nothing_has_many_names() {
        for text in ["nil", "NULL", "null", "(none)", "None", "\"\"", "''", "-", "\\N", "\"null\""]
        {
            assert_eq!(whole(text.as_bytes()), Some(Value::Null), "{text}");
        }
    }

    #[test]
    fn lost_digits_are_no_id() {
        for text in ["3.02788E+10", "3.02788e10", "3E+10", "30278823850.5", "30,278,823,850"] {
            assert_eq!(whole(text.as_bytes()), Some(Value::Damaged(text.as_bytes())), "{text}");
        }
    }

    #[test]
    fn other_things_are_no_value() {
        for text in
            ["3abc", "abc", "", "3e4f5a", "nilly", "07:04:56", "2025-07-04T07:04:56Z", "7/4/2025"]
        {
            assert_eq!(whole(text.as_bytes()), None, "{text}");
        }
    }
}
