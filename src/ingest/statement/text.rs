//! Bytes seen as words: the few questions every statement asks of a message.

/// What can be inside a word or a name: every byte of every message is asked.
const WORD: [bool; 256] = {
    let mut is_word = [false; 256];
    let mut at = 0_u8;
    while at < u8::MAX {
        is_word[at as usize] = at.is_ascii_alphanumeric() || at == b'_' || at >= 0x80;
        at += 1;
    }
    is_word[u8::MAX as usize] = true;
    is_word
};

/// Whether a byte can be inside a word or a name.
#[inline]
pub(super) fn is_word(byte: u8) -> bool {
    WORD[usize::from(byte)]
}

/// Whether the span stands alone and is no part of a longer word.
pub(super) fn is_whole(text: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).map(|at| text[at]);
    let glued = before.is_some_and(|byte| is_word(byte) && byte < 0x80)
        || (before == Some(b'-') && start >= 2 && is_word(text[start - 2]));
    !glued && !text.get(end).is_some_and(|byte| is_word(*byte) && *byte < 0x80)
}

/// Splits the word at the front off; words are letters. An apostrophe may be
/// a quote, so it is none.
pub(super) fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let is_inside = |byte: &&u8| byte.is_ascii_alphabetic() || **byte == b'_';
    text.split_at(text.iter().take_while(is_inside).count())
}

/// Whether a word is one of some, in any case of letters.
#[inline]
pub(super) fn is_one_of(word: &[u8], some: &[&str]) -> bool {
    some.iter().any(|one| one.len() == word.len() && starts_with(word, one.as_bytes()))
}

/// Whether a word begins with one of some stems.
pub(super) fn has_stem(word: &[u8], stems: &[&str]) -> bool {
    stems.iter().any(|stem| starts_with(word, stem.as_bytes()))
}

/// `starts_with` in any case of letters.
#[inline]
pub(super) fn starts_with(text: &[u8], start: &[u8]) -> bool {
    let (Some(one), Some(other)) = (text.first(), start.first()) else { return start.is_empty() };
    // The first letter spares most comparisons.
    one.eq_ignore_ascii_case(other)
        && text.get(..start.len()).is_some_and(|front| front.eq_ignore_ascii_case(start))
}

/// Where a word stands in a text, in the case it has.
pub(super) fn places(text: &[u8], word: &'static str) -> impl Iterator<Item = usize> {
    let (first, word) = (word.as_bytes()[0], word.as_bytes());
    memchr::memchr_iter(first, text).filter(move |at| text[*at..].starts_with(word))
}

/// The words before a place, the nearest first, without punctuation around them.
pub(super) fn words_before(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.rsplit(|byte| !is_word(*byte)).filter(|word| !word.is_empty())
}

/// What decorates a name or a value: quotes of all kinds, Markdown, escapes.
pub(super) fn is_decoration(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`' | b'*' | b'\\')
}

/// Skips decoration; curly quotes are decoration too.
pub(super) fn undecorated(mut text: &[u8]) -> &[u8] {
    loop {
        text = match text {
            [first, rest @ ..] if is_decoration(*first) => rest,
            [0xe2, 0x80, 0x98..=0x9f, rest @ ..] => rest,
            _ => return text,
        };
    }
}

/// A text without the decoration on both sides.
pub(super) fn unquoted(text: &[u8]) -> &[u8] {
    let text = undecorated(text);
    let last = text.iter().rposition(|byte| !is_decoration(*byte));
    &text[..last.map_or(0, |last| last + 1)]
}

/// A clip of a message for an error text: at most 40 bytes, escaped.
pub(super) fn shown(text: &[u8]) -> String {
    text[..text.len().min(40)].trim_ascii().escape_ascii().to_string().replace("\\\"", "\"")
}

/// The value after a quoted or symbol key, wherever in the text: JSON, Ruby's inspect of any
/// version, and both again inside a string.
pub(super) fn after_key<'t>(text: &'t [u8], key: &'static str) -> Option<&'t [u8]> {
    places(text, key).find_map(|at| {
        let end = at + key.len();
        if !is_whole(text, at, end) {
            return None;
        }
        let rest = undecorated(&text[end..]).trim_ascii_start();
        let value = rest.strip_prefix(b"=>").or_else(|| rest.strip_prefix(b":"));
        value.or_else(|| rest.strip_prefix(b"=")).map(<[u8]>::trim_ascii_start)
    })
}

/// A name at the front, without quotes: a class, a jid, a UUID.
pub(super) fn name(text: &[u8]) -> Option<&str> {
    let text = undecorated(text);
    let is_inside = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_:-".contains(byte);
    let name = &text[..text.iter().take_while(is_inside).count()];
    std::str::from_utf8(name).ok().map(|name| name.trim_end_matches(':')).filter(|n| !n.is_empty())
}
