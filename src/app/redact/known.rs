//! Known ids as they stand in running text: whole words or rows of words, the longest first.

use std::collections::HashMap;

use crate::app::redact::clock::is_word;

/// Ids and the pseudonyms that take their places.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pseudonyms: HashMap<String, String>,
    /// For the first word or sign of each id the lengths of those that begin so, falling.
    lengths: HashMap<String, Vec<usize>>,
    /// The signs ids begin with, a bit for each.
    signs: u128,
}

impl Known {
    /// Adds an id; the first pseudonym stays. Ids of signs alone are not looked for in text.
    pub(super) fn add(&mut self, id: &str, pseudonym: &str) {
        if !id.bytes().any(is_word) || self.pseudonyms.contains_key(id) {
            return;
        }
        let first = word_end(id.as_bytes(), 0).max(1);
        self.signs |= bit(id.as_bytes()[0]);
        let lengths = self.lengths.entry(id[..first].to_owned()).or_default();
        if let Err(at) = lengths.binary_search_by(|length| id.len().cmp(length)) {
            lengths.insert(at, id.len());
        }
        self.pseudonyms.insert(id.to_owned(), pseudonym.to_owned());
    }

    /// The id that begins at a word's begin or a sign: where it ends, and its pseudonym. An id
    /// inside a longer word or number is none.
    pub(super) fn at(&self, text: &str, at: usize) -> Option<(usize, &str)> {
        let bytes = text.as_bytes();
        let first = bytes[at];
        if !is_word(first) && self.signs & bit(first) == 0 {
            return None;
        }
        let unit = text.get(at..word_end(bytes, at).max(at + 1))?;
        self.lengths.get(unit)?.iter().find_map(|length| {
            let end = at + length;
            let pseudonym = self.pseudonyms.get(text.get(at..end)?)?;
            let is_cut = is_word(bytes[end - 1]) && bytes.get(end).is_some_and(|b| is_word(*b));
            (!is_cut).then_some((end, pseudonym.as_str()))
        })
    }
}

fn bit(sign: u8) -> u128 {
    1_u128.checked_shl(u32::from(sign)).unwrap_or(0)
}

/// Where the word that begins here ends.
pub(super) fn word_end(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take_while(|byte| is_word(**byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_whole_id_is_found() {
        let mut known = Known::default();
        for (id, name) in [("web", "H-01"), ("web-7d-x", "H-02"), ("/log/a b", "log-1")] {
            known.add(id, name);
        }
        assert_eq!(known.at("web-7d-x:", 0), Some((8, "H-02")));
        assert_eq!(known.at("web-7d-xy", 0), Some((3, "H-01")));
        assert_eq!(known.at("webs", 0), None);
        assert_eq!(known.at("in /log/a b.", 3), Some((11, "log-1")));
    }
}
