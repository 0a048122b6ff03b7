//! UTF-16 as PowerShell and Excel write it, turned into UTF-8 while it is read.
//!
//! Recognised by its byte order mark, or by a head of ASCII with a zero beside every letter.
//! Offsets count the bytes of the UTF-8 text, as those of a gzip source count what was packed.
//! A lone surrogate becomes U+FFFD; an odd last byte too.

use std::io;
use std::io::Read;

/// Which half of a unit comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

/// Bytes of the head that are looked at where there is no mark.
const LOOK: usize = 32;

impl Order {
    /// The name in reports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Little => "utf-16le",
            Self::Big => "utf-16be",
        }
    }

    /// Tells from the first bytes whether the text is UTF-16.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0xff, 0xfe, 0, 0, ..] => None,
            [0xff, 0xfe, ..] => Some(Self::Little),
            [0xfe, 0xff, ..] => Some(Self::Big),
            _ => {
                let (units, _) = head.get(..LOOK)?.as_chunks::<2>();
                let all = |is: fn(&[u8; 2]) -> bool| units.iter().all(is);
                if all(|[low, high]| *high == 0 && low.is_ascii() && *low != 0) {
                    Some(Self::Little)
                } else if all(|[high, low]| *high == 0 && low.is_ascii() && *low != 0) {
                    Some(Self::Big)
                } else {
                    None
                }
            }
        }
    }
}

/// How many bytes [`Order::of`] wants to see.
pub(super) const HEAD: usize = LOOK;

/// Gives the text as UTF-8, without its mark.
pub(super) struct Utf8<R> {
    inner: R,
    order: Order,
    packed: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    high: Option<u16>,
    is_begun: bool,
}

impl<R: Read> Utf8<R> {
    pub(super) fn new(inner: R, order: Order) -> Self {
        let (packed, ready) = (Vec::new(), Vec::new());
        Self { inner, order, packed, ready, given: 0, high: None, is_begun: false }
    }

    /// Decodes what was read; at the end also what is left over.
    fn decode(&mut self, is_end: bool) {
        self.ready.clear();
        self.given = 0;
        let whole = self.packed.len() / 2 * 2;
        let (units, _) = self.packed[..whole].as_chunks::<2>();
        for unit in units {
            let unit = match self.order {
                Order::Little => u16::from_le_bytes(*unit),
                Order::Big => u16::from_be_bytes(*unit),
            };
            if !std::mem::replace(&mut self.is_begun, true) && unit == 0xfeff {
                continue;
            }
            let pair = self.high.take();
            if pair.is_none() && (0xd800..0xdc00).contains(&unit) {
                self.high = Some(unit);
                continue;
            }
            push(&mut self.ready, pair.into_iter().chain([unit]));
        }
        self.packed.drain(..whole);
        if is_end {
            push(&mut self.ready, self.high.take().into_iter());
            if !self.packed.is_empty() {
                self.packed.clear();
                self.ready.extend_from_slice("\u{fffd}".as_bytes());
            }
        }
    }
}

fn push(ready: &mut Vec<u8>, units: impl Iterator<Item = u16>) {
    for letter in char::decode_utf16(units) {
        let letter = letter.unwrap_or(char::REPLACEMENT_CHARACTER);
        ready.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() {
            let before = self.packed.len();
            self.packed.resize(before + (64 << 10), 0);
            let count = match self.inner.read(&mut self.packed[before..]) {
                Ok(count) => count,
                Err(error) => {
                    self.packed.truncate(before);
                    return Err(error);
                }
            };
            self.packed.truncate(before + count);
            self.decode(count == 0);
            if count == 0 && self.ready.is_empty() {
                return Ok(0);
            }
        }
        let count = out.len().min(self.ready.len() - self.given);
        out[..count].copy_from_slice(&self.ready[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, as the worst pipe would.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            out[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn decoded(bytes: &[u8], order: Order) -> String {
        let mut text = Vec::new();
        Utf8::new(Drip(bytes), order).read_to_end(&mut text).expect("memory");
        String::from_utf8(text).expect("UTF-8")
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_back(text: String) {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let expected = text.strip_prefix('\u{feff}').unwrap_or(&text);
            proptest::prop_assert_eq!(decoded(&little, Order::Little), expected);
            proptest::prop_assert_eq!(decoded(&big, Order::Big), expected);
        }

        #[test]
        fn no_bytes_are_lost_for_good(bytes: Vec<u8>) {
            let text = decoded(&bytes, Order::Little);
            proptest::prop_assert!(bytes.is_empty() || !text.is_empty() || bytes == [0xff, 0xfe]);
        }
    }

    #[test]
    fn a_mark_or_zeros_tell() {
        let text: Vec<u8> =
            "2025-07-04T07:04:56Z INFO".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Order::of(&text), Some(Order::Little));
        assert_eq!(Order::of(b"\xff\xfea\0"), Some(Order::Little));
        assert_eq!(Order::of(b"\xfe\xff\0a"), Some(Order::Big));
        for other in [&b"2025-07-04T07:04:56Z INFO start of a line"[..], b"", b"\0\0\0\0"] {
            assert_eq!(Order::of(other), None);
        }
    }
}
