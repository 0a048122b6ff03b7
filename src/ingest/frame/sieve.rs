//! The sieve: finds the next of a few needles, many bytes at a time (Teddy, from aho-corasick).
//!
//! It only says where a line *may* matter. It never decides that one does.

use aho_corasick::AhoCorasick;
use aho_corasick::packed;

/// A searcher for the words a profile watches.
#[derive(Debug)]
pub struct Sieve {
    engine: Engine,
    width: usize,
}

#[derive(Debug)]
enum Engine {
    /// SIMD; needs vector instructions and few needles.
    Packed(packed::Searcher),
    /// Everywhere else.
    Automaton(AhoCorasick),
    /// No needles, no hits.
    Nothing,
}

impl Sieve {
    /// Builds a sieve; needles that contain another needle add nothing and are left out.
    pub fn new<'a>(needles: impl IntoIterator<Item = &'a str>) -> Self {
        let mut needles: Vec<&str> = needles.into_iter().filter(|text| !text.is_empty()).collect();
        needles.sort_unstable_by_key(|text| (text.len(), *text));
        let mut kept: Vec<&str> = Vec::new();
        for needle in needles {
            if !kept.iter().any(|shorter| needle.contains(shorter)) {
                kept.push(needle);
            }
        }
        let width = kept.iter().map(|text| text.len()).min().unwrap_or(0);
        let packed = packed::Config::new().builder().extend(&kept).build();
        let engine = match packed {
            _ if kept.is_empty() => Engine::Nothing,
            Some(searcher) => Engine::Packed(searcher),
            None => AhoCorasick::new(&kept).map_or(Engine::Nothing, Engine::Automaton),
        };
        Self { engine, width }
    }

    /// Where the next needle begins, at or after `from`.
    pub fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        if bytes.len() < from + self.width {
            return None;
        }
        match &self.engine {
            Engine::Packed(searcher) => {
                let span = aho_corasick::Span { start: from, end: bytes.len() };
                searcher.find_in(bytes, span).map(|hit| hit.start())
            }
            Engine::Automaton(automaton) => {
                automaton.find(&bytes[from..]).map(|hit| from + hit.start())
            }
            Engine::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_needle_at_either_end_is_found() {
        let sieve = Sieve::new(["label", "credentialing", "label x"]);
        assert_eq!(sieve.find(b"label", 0), Some(0));
        assert_eq!(sieve.find(b"a label", 0), Some(2));
        assert_eq!(sieve.find(b"a labe", 0), None);
        assert_eq!(sieve.find(b"label label", 1), Some(6));
        assert_eq!(sieve.find(b"", 0), None);
    }

    #[test]
    fn no_needles_find_nothing() {
        assert_eq!(Sieve::new([]).find(b"anything", 0), None);
    }
}
