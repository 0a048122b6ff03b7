//! Running text without anybody in it. Takes a line or a sentence, gives one in which known ids
//! are pseudonyms and every word that is not known to be harmless is masked.
//!
//! What stays: signs, times of day, dates of the log's own days, the words of the vocabulary, and
//! numbers of at most three digits, unless they stand in a row as in a telephone number or an
//! IP address. In addresses of mail nothing stays but known ids; in those of the web also the
//! profile's own words (`gid://app/Therapist/48213`).

use crate::app::redact::clock::Calendar;
use crate::app::redact::clock::is_word;
use crate::app::redact::known::Known;
use crate::app::redact::known::word_end;
use crate::app::redact::words::Vocabulary;

/// What stands for a word: always as wide, so that its length tells nothing.
pub(super) const MASK: &str = "▒▒";

/// Digits that a number or a row of numbers may have and stay.
const SHORT: usize = 3;

/// Digits in a row that make a number an id in one of our own sentences.
const LONG: usize = 5;

/// All that is needed to mask text.
#[derive(Clone, Debug)]
pub(super) struct Mask {
    pub(super) known: Known,
    pub(super) vocabulary: Vocabulary,
    pub(super) calendar: Calendar,
}

/// What the signs around a word make of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Plain,
    Mail,
    Web,
}

impl Mask {
    /// A line of log, or whatever else quotes one.
    pub(super) fn line(&self, text: &str) -> String {
        Pass { mask: self, text, out: String::with_capacity(text.len()), masked_until: 0 }.run()
    }

    /// One of our own sentences: its words stay, and ids do not.
    pub(super) fn sentence(&self, text: &str) -> String {
        let bytes = text.as_bytes();
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while at < bytes.len() {
            if let Some((end, pseudonym)) = self.known.at(text, at) {
                out.push_str(pseudonym);
                at = end;
                continue;
            }
            let end = word_end(bytes, at).max(at + 1);
            let word = &text[at..end];
            let is_run = word.starts_with('r') && bytes_are_digits(&bytes[at + 1..end]);
            let is_ours = is_run || self.vocabulary.has(word);
            out.push_str(if looks_like_id(word) && !is_ours { MASK } else { word });
            at = end;
        }
        out
    }
}

/// One way through a line.
struct Pass<'a> {
    mask: &'a Mask,
    text: &'a str,
    out: String,
    /// Where a row of numbers ends that together are too long to stay.
    masked_until: usize,
}

impl Pass<'_> {
    fn run(mut self) -> String {
        let bytes = self.text.as_bytes();
        let (mut at, mut part, mut part_end) = (0, Part::Plain, 0);
        while at < bytes.len() {
            if at >= part_end {
                (part, part_end) = part_of(bytes, at);
            }
            if let Some(end) = self.clock(part, at) {
                self.out.push_str(&self.text[at..end]);
                at = end;
            } else if let Some((end, pseudonym)) = self.mask.known.at(self.text, at) {
                self.out.push_str(pseudonym);
                at = end;
            } else if is_word(bytes[at]) {
                at = self.word(part, at);
            } else {
                self.out.push(char::from(bytes[at]));
                at += 1;
            }
        }
        self.out
    }

    fn clock(&self, part: Part, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let may_begin = bytes[at].is_ascii_digit() || bytes[at].is_ascii_uppercase();
        (may_begin && part == Part::Plain && at >= self.masked_until)
            .then(|| self.mask.calendar.end(bytes, at))
            .flatten()
    }

    /// Writes a word, or what stands for it; gives where it ends.
    fn word(&mut self, part: Part, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let end = word_end(bytes, at);
        let word = &self.text[at..end];
        let vocabulary = &self.mask.vocabulary;
        let stays = match part {
            Part::Mail => false,
            Part::Web => vocabulary.has_in_address(word),
            Part::Plain if digits(word).is_some() => {
                self.measure(at);
                at >= self.masked_until && !is_part_of_name(bytes, at)
            }
            Part::Plain if word == "HTTP" => {
                let version = ["/1.1", "/1.0", "/2.0", "/2"];
                let version = version.iter().find(|text| self.text[end..].starts_with(**text));
                let version = version.map_or(end, |text| end + text.len());
                if word_end(bytes, version) == version {
                    self.out.push_str(&self.text[at..version]);
                    return version;
                }
                true
            }
            Part::Plain => vocabulary.has(word),
        };
        self.out.push_str(if stays { word } else { MASK });
        end
    }

    /// Looks how many digits stand in a row from here; a row that is too long is masked whole.
    fn measure(&mut self, at: usize) {
        if at < self.masked_until {
            return;
        }
        let bytes = self.text.as_bytes();
        let mut counts = Vec::with_capacity(4);
        let (mut end, mut next) = (at, at);
        while next < bytes.len() && (counts.is_empty() || self.clock(Part::Plain, next).is_none()) {
            let word = word_end(bytes, next);
            let Some(count) = digits(&self.text[next..word]) else { break };
            counts.push(count);
            end = word;
            let signs = bytes[end..].iter().take(4).take_while(|b| b" -./()+:,#*".contains(b));
            next = end + signs.count();
            if next == end || next > end + SHORT {
                break;
            }
        }
        let is_decimal = counts.len() == 2
            && counts.iter().all(|count| *count <= SHORT)
            && bytes[at..end].iter().filter(|byte| !is_word(**byte)).eq(b".");
        if counts.iter().sum::<usize>() > SHORT && !is_decimal {
            self.masked_until = end;
        }
    }
}

/// The digits of a number, which may have a unit.
fn digits(word: &str) -> Option<usize> {
    let count = word.bytes().take_while(u8::is_ascii_digit).count();
    let unit = &word[count..];
    let is_unit = matches!(unit, "" | "s" | "ms" | "us" | "ns" | "m" | "h" | "d" | "kB" | "MB");
    (count > 0 && is_unit).then_some(count)
}

/// Whether the number ends a name, as of a host: `worker-1`, `web.1`.
fn is_part_of_name(text: &[u8], at: usize) -> bool {
    at >= 2
        && matches!(text[at - 1], b'-' | b'.')
        && is_word(text[at - 2])
        && !text[at - 2].is_ascii_digit()
}

fn bytes_are_digits(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit)
}

/// Whether one of our own sentences would hold such a word only as an id: a long number, or
/// letters and digits mixed as in a jid.
fn looks_like_id(word: &str) -> bool {
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    let has_letter = word.bytes().any(|byte| byte.is_ascii_alphabetic());
    let is_mixed = has_digit && has_letter && word.len() > SHORT && digits(word).is_none();
    is_mixed || word.as_bytes().windows(LONG).any(bytes_are_digits)
}

/// What stands between blanks, quotes and brackets, and where it ends.
fn part_of(text: &[u8], at: usize) -> (Part, usize) {
    let is_border = |byte: &u8| {
        byte.is_ascii_whitespace()
            || byte.is_ascii_control()
            || b"\"'`<>()[]{},;=|\\".contains(byte)
    };
    let inside = &text[at..at + text[at..].iter().position(is_border).unwrap_or(text.len() - at)];
    let part = if inside.iter().skip(1).any(|sign| *sign == b'@') {
        Part::Mail
    } else if inside.windows(3).any(|signs| signs == b"://") {
        Part::Web
    } else {
        Part::Plain
    };
    (part, at + inside.len().max(1))
}

#[cfg(test)]
#[path = "mask_tests.rs"]
mod tests;
