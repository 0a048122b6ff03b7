//! A column of text while it grows: each text is kept once, as long as texts repeat.
//!
//! Most columns of events say a few things again and again. What repeats is found while rows are
//! collected, so that nobody has to look for it afterwards.

use std::hash::BuildHasher as _;

use hashbrown::DefaultHashBuilder;
use hashbrown::HashTable;
use polars_arrow::array::Array;
use polars_arrow::array::DictionaryArray;
use polars_arrow::array::MutableBinaryViewArray;
use polars_arrow::array::PrimitiveArray;
use polars_arrow::array::Utf8ViewArray;
use polars_arrow::bitmap::Bitmap;
use polars_arrow::datatypes::ArrowDataType;
use polars_arrow::datatypes::IntegerType;

use crate::frame::FrameError;
use crate::frame::growing::again;

/// After so many different texts, and each so many more, it is asked whether they repeat.
const TRIED: usize = 1 << 10;

/// The texts of a column so far; where a row has none, any text stands for it.
pub(super) enum Texts {
    Repeating(Repeating),
    Each(MutableBinaryViewArray<str>),
}

/// Texts by number.
pub(super) struct Repeating {
    keys: Vec<u32>,
    /// The texts one after the other, and where each one ends.
    known: String,
    ends: Vec<usize>,
    places: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// Words of ours by where they stand in memory, which spares most looks at them.
    words: Vec<(&'static str, u32)>,
}

impl Texts {
    /// None yet, of so many rows.
    pub(super) fn with_room(rows: usize) -> Self {
        Self::Repeating(Repeating {
            keys: Vec::with_capacity(rows),
            known: String::new(),
            ends: Vec::new(),
            places: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            words: Vec::new(),
        })
    }

    pub(super) fn push(&mut self, text: &str) {
        match self {
            Self::Repeating(texts) => {
                if texts.push(text) {
                    *self = Self::Each(texts.each());
                }
            }
            Self::Each(texts) => texts.push_value_ignore_validity(text),
        }
    }

    /// Adds one of a few words.
    pub(super) fn push_word(&mut self, word: &'static str) {
        if let Self::Repeating(texts) = self {
            let known = texts.words.iter().find(|(known, _)| std::ptr::eq(*known, word));
            if let Some((_, key)) = known {
                texts.keys.push(*key);
                return;
            }
        }
        self.push(word);
        if let Self::Repeating(texts) = self {
            texts.words.extend(texts.keys.last().map(|key| (word, *key)));
        }
    }

    /// Adds the last text so many times more.
    pub(super) fn again(&mut self, times: usize) {
        match self {
            Self::Repeating(texts) => texts.keys.extend(again(&texts.keys, times)),
            Self::Each(texts) => {
                let last = texts.len().checked_sub(1).map(|at| texts.value(at).to_owned());
                let last = last.unwrap_or_default();
                (0..times).for_each(|_| texts.push_value_ignore_validity(&last));
            }
        }
    }

    /// So many rows have none.
    pub(super) fn skip(&mut self, rows: usize) {
        match self {
            Self::Repeating(texts) => texts.keys.resize(texts.keys.len() + rows, 0),
            Self::Each(texts) => {
                (0..rows).for_each(|_| texts.push_value_ignore_validity(""));
            }
        }
    }

    /// All texts, row by row.
    pub(super) fn array(self, validity: Option<Bitmap>) -> Box<dyn Array> {
        let texts = match self {
            Self::Repeating(texts) => texts.each(),
            Self::Each(texts) => texts,
        };
        let texts: Utf8ViewArray = texts.into();
        texts.with_validity(validity).boxed()
    }

    /// The same, as numbers of texts where they repeat.
    pub(super) fn packed(self, validity: Option<Bitmap>) -> Result<Box<dyn Array>, FrameError> {
        match self {
            Self::Repeating(texts) => {
                let values = Utf8ViewArray::from_slice_values(texts.all().collect::<Vec<_>>());
                dictionary(texts.keys, values, validity)
            }
            Self::Each(_) => Ok(self.array(validity)),
        }
    }
}

/// A column without a text.
pub(super) fn nothing(rows: usize) -> Result<Box<dyn Array>, FrameError> {
    let none = Utf8ViewArray::new_empty(ArrowDataType::Utf8View);
    dictionary(vec![0; rows], none, Some(Bitmap::new_zeroed(rows)))
}

fn dictionary(
    keys: Vec<u32>,
    values: Utf8ViewArray,
    validity: Option<Bitmap>,
) -> Result<Box<dyn Array>, FrameError> {
    let texts = Box::new(ArrowDataType::Utf8View);
    let kind = ArrowDataType::Dictionary(IntegerType::UInt32, texts, false);
    let keys = PrimitiveArray::new(ArrowDataType::UInt32, keys.into(), validity);
    Ok(DictionaryArray::try_new(kind, keys, values.boxed())?.boxed())
}

impl Repeating {
    /// Adds a text; says whether there are too many to be numbered.
    fn push(&mut self, text: &str) -> bool {
        let Self { keys, known, ends, places, hasher, .. } = self;
        let at = |place: u32| text_at(known, ends, place);
        // Rows that stand together say the same.
        if let Some(last) = keys.last().filter(|_| !ends.is_empty())
            && at(*last) == text
        {
            keys.push(*last);
            return false;
        }
        let hash = hasher.hash_one(text);
        if let Some(place) = places.find(hash, |place| at(*place) == text) {
            keys.push(*place);
            return false;
        }
        // A part of a file has far fewer rows than that.
        let place = u32::try_from(ends.len()).unwrap_or(u32::MAX);
        known.push_str(text);
        ends.push(known.len());
        let hash_of = |place: &u32| hasher.hash_one(text_at(known, ends, *place));
        places.insert_unique(hash, place, hash_of);
        keys.push(place);
        ends.len().is_multiple_of(TRIED) && ends.len() * 4 > keys.len() * 3
    }

    /// Each text once.
    fn all(&self) -> impl Iterator<Item = &str> {
        let from = std::iter::once(0).chain(self.ends.iter().copied());
        from.zip(&self.ends).map(|(from, end)| &self.known[from..*end])
    }

    /// The text of each row.
    fn each(&self) -> MutableBinaryViewArray<str> {
        let all: Vec<&str> = self.all().collect();
        let mut each = MutableBinaryViewArray::with_capacity(self.keys.capacity());
        for key in &self.keys {
            // Before the first text there are rows without one.
            each.push_value_ignore_validity(all.get(*key as usize).copied().unwrap_or_default());
        }
        each
    }
}

fn text_at<'a>(known: &'a str, ends: &[usize], place: u32) -> &'a str {
    let place = place as usize;
    let from = place.checked_sub(1).map_or(0, |before| ends[before]);
    &known[from..ends[place]]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes out of both ways, with nulls where there was none.
    fn told(given: &[Option<&str>]) -> [Vec<Option<String>>; 2] {
        let texts = || {
            let mut texts = Texts::with_room(0);
            for text in given {
                match text {
                    Some(text) => texts.push(text),
                    None => texts.skip(1),
                }
            }
            texts
        };
        let validity = || Some(given.iter().map(Option::is_some).collect::<Bitmap>());
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let rows = |array: &dyn Array| {
            let array = array.as_any().downcast_ref::<Utf8ViewArray>().expect("texts");
            array.iter().map(owned).collect::<Vec<_>>()
        };
        let packed = texts().packed(validity()).expect("texts");
        let unpacked = match packed.as_any().downcast_ref::<DictionaryArray<u32>>() {
            Some(numbered) => {
                let known = rows(&**numbered.values());
                let keys = numbered.keys().iter();
                keys.map(|key| key.and_then(|key| known[*key as usize].clone())).collect()
            }
            None => rows(&*packed),
        };
        [rows(&*texts().array(validity())), unpacked]
    }

    #[test]
    fn both_ways_tell_what_was_given() {
        let given = [None, None, Some("a"), Some("a"), None, Some(""), Some("b"), Some("a")];
        let expected: Vec<_> = given.iter().map(|text| text.map(str::to_owned)).collect();
        assert_eq!(told(&given), [expected.clone(), expected]);
    }

    #[test]
    fn texts_that_do_not_repeat_are_kept_as_they_are() {
        let numbers: Vec<String> =
            (0..3 * TRIED).map(|at| format!("the text of row {at}")).collect();
        let given: Vec<_> = numbers.iter().map(|text| Some(&**text)).chain([None]).collect();
        let expected: Vec<_> = given.iter().map(|text| text.map(str::to_owned)).collect();
        assert_eq!(told(&given), [expected.clone(), expected]);
        let mut texts = Texts::with_room(0);
        for text in &numbers {
            texts.push(text);
        }
        assert!(matches!(texts, Texts::Each(_)));
    }
}
