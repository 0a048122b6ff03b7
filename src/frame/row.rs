//! One row of a file of events on its way back, whatever the file's format.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde_json::Value as Json;

use crate::frame::told::NUMBERS;
use crate::frame::told::TEXTS;
use crate::frame::told::Told;
use crate::model::unhex;

/// Columns of text that say where a line stands, and what it is beyond its columns.
const PLACE_TEXTS: [&str; 5] = ["source", "text", "said", "bytes", "about"];

/// Columns of numbers that say where a line stands.
const PLACE_NUMBERS: [&str; 2] = ["line", "offset"];

/// A row, as far as it is needed.
#[derive(Debug, Default)]
pub(super) struct Row<'a> {
    pub(super) told: Told<'a>,
    texts: [Option<Cow<'a, str>>; PLACE_TEXTS.len()],
    numbers: [Option<i64>; PLACE_NUMBERS.len()],
    /// The place of the source where its name does not tell.
    pub(super) source: Option<u64>,
    /// Why a line could not be read.
    pub(super) reason: Option<String>,
}

/// Where the value of a column goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Slot {
    /// A text that tells.
    Text(usize),
    /// A number that tells.
    Number(usize),
    /// A text about the place.
    PlaceText(usize),
    /// A number about the place.
    PlaceNumber(usize),
}

impl Slot {
    /// The slot of a column; `None` for one that is not needed.
    pub(super) fn of(column: &str) -> Option<Self> {
        let at = |names: &[&str]| names.iter().position(|name| *name == column);
        at(&TEXTS)
            .map(Self::Text)
            .or_else(|| at(&NUMBERS).map(Self::Number))
            .or_else(|| at(&PLACE_TEXTS).map(Self::PlaceText))
            .or_else(|| at(&PLACE_NUMBERS).map(Self::PlaceNumber))
    }

    /// All columns that are needed.
    pub(super) fn columns() -> impl Iterator<Item = &'static str> {
        let telling = TEXTS.into_iter().chain(NUMBERS);
        telling.chain(PLACE_TEXTS).chain(PLACE_NUMBERS)
    }

    /// Whether it holds a number.
    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Number(_) | Self::PlaceNumber(_))
    }
}

impl<'a> Row<'a> {
    pub(super) fn put_text(&mut self, slot: Slot, text: Option<Cow<'a, str>>) {
        match slot {
            Slot::Text(at) => self.told.texts[at] = text,
            Slot::PlaceText(at) => self.texts[at] = text,
            Slot::Number(_) | Slot::PlaceNumber(_) => {}
        }
    }

    pub(super) fn put_number(&mut self, slot: Slot, number: Option<i64>) {
        match slot {
            Slot::Number(at) => self.told.numbers[at] = number,
            Slot::PlaceNumber(at) => self.numbers[at] = number,
            Slot::Text(_) | Slot::PlaceText(_) => {}
        }
    }

    /// The name of the line's source.
    pub(super) fn name(&self) -> Option<&str> {
        self.texts[0].as_deref()
    }

    /// What the file says of itself.
    pub(super) fn about(&self) -> Option<&str> {
        self.texts[4].as_deref()
    }

    /// The line's number; lines that only name somebody have none.
    pub(super) fn line(&self) -> Option<u64> {
        self.numbers[0].and_then(|line| u64::try_from(line).ok())
    }

    pub(super) fn offset(&self) -> Option<u64> {
        self.numbers[1].and_then(|offset| u64::try_from(offset).ok())
    }

    /// The line itself.
    pub(super) fn bytes(&self) -> Option<Cow<'_, [u8]>> {
        match self.texts[3].as_deref() {
            Some(hex) => unhex(hex).map(Cow::Owned),
            None => self.texts[1].as_deref().map(|text| Cow::Borrowed(text.as_bytes())),
        }
    }

    /// Puts what the line itself says in the place of what is known of it by now. `None` if that
    /// is none of ours.
    pub(super) fn into_said(mut self) -> Option<Self> {
        let Some(said) = self.texts[2].take() else { return Some(self) };
        let Ok(Json::Object(said)) = serde_json::from_str(&said) else { return None };
        for (column, value) in said {
            match (&*column, Slot::of(&column)) {
                ("source", _) => self.source = Some(value.as_u64()?),
                ("reason", _) => self.reason = Some(value.as_str()?.to_owned()),
                (_, Some(slot)) if slot.is_number() => self.put_number(slot, value.as_i64()),
                (_, Some(slot)) => {
                    self.put_text(slot, value.as_str().map(|text| text.to_owned().into()));
                }
                _ => return None,
            }
        }
        Some(self)
    }
}

/// A text of JSON, borrowed where it holds no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Row<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Row<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a row of a table of events")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Row<'de>, A::Error> {
                let mut row = Row::default();
                while let Some(Text(column)) = fields.next_key()? {
                    match Slot::of(&column) {
                        Some(slot) if slot.is_number() => {
                            row.put_number(slot, fields.next_value()?);
                        }
                        Some(slot) => {
                            let text: Option<Text<'de>> = fields.next_value()?;
                            row.put_text(slot, text.map(|Text(text)| text));
                        }
                        None => {
                            let IgnoredAny = fields.next_value()?;
                        }
                    }
                }
                Ok(row)
            }
        }

        deserializer.deserialize_map(Fields)
    }
}
