//! A column while it grows: value by value, or one value for several rows; then one array.

use polars_arrow::array::Array;
use polars_arrow::array::BooleanArray;
use polars_arrow::array::PrimitiveArray;
use polars_arrow::array::new_null_array;
use polars_arrow::bitmap::Bitmap;
use polars_arrow::bitmap::MutableBitmap;
use polars_arrow::datatypes::ArrowDataType;
use polars_arrow::datatypes::TimeUnit;

use crate::frame::FrameError;
use crate::frame::Kind;
use crate::frame::texts;
use crate::frame::texts::Texts;
use crate::frame::value::Value;

/// A column so far.
pub(super) enum Growing {
    /// Nobody asks for it.
    Unasked,
    /// Not one value that is known: many columns of most logs stay so.
    Nothing(Kind, Room),
    Something(Something),
}

/// How many rows there will be, as far as that is known: a column that grows is moved again and again.
pub(super) type Room = usize;

/// Values, and after them so many nulls.
pub(super) struct Something {
    values: Values,
    /// `None` while there are no nulls.
    validity: Option<MutableBitmap>,
    length: usize,
    nulls: usize,
}

enum Values {
    Text(Texts),
    Count(Vec<u64>),
    Number(Vec<i64>),
    Truth(MutableBitmap),
    Instant(Vec<i64>),
}

impl Growing {
    /// Adds a value to a column of so many. A value of another type than the schema's is null; a
    /// test holds all rows to it.
    #[expect(clippy::inline_always, reason = "who calls it knows what kind of value it is")]
    #[inline(always)]
    pub(super) fn push(&mut self, value: Value<'_>, height: usize) {
        match (&mut *self, value) {
            (Self::Unasked, _) | (Self::Nothing(..), Value::Null) => {}
            (Self::Something(some), Value::Null) => some.nulls += 1,
            (Self::Something(some), value) => some.push(value),
            (Self::Nothing(kind, room), value) => {
                let mut some = Something::new(*kind, height, *room);
                some.begin(value);
                *self = Self::Something(some);
            }
        }
    }

    /// Adds the last value so many times more.
    pub(super) fn again(&mut self, times: usize) {
        match self {
            Self::Something(some) if times > 0 => some.again(times),
            Self::Unasked | Self::Nothing(..) | Self::Something(_) => {}
        }
    }

    /// The column as it is for polars; `None` if nobody asks for it.
    pub(super) fn array(self, height: usize) -> Option<Box<dyn Array>> {
        match self {
            Self::Unasked => None,
            Self::Nothing(kind, _) => Some(new_null_array(arrow(kind), height)),
            Self::Something(some) => {
                let (values, validity) = some.ended();
                Some(match values {
                    Values::Text(texts) => texts.array(validity),
                    other => other.array(validity),
                })
            }
        }
    }

    /// The same, with texts that repeat as numbers.
    pub(super) fn packed(self, height: usize) -> Result<Option<Box<dyn Array>>, FrameError> {
        Ok(match self {
            Self::Nothing(Kind::Text, _) => Some(texts::nothing(height)?),
            Self::Something(some) => {
                let (values, validity) = some.ended();
                Some(match values {
                    Values::Text(texts) => texts.packed(validity)?,
                    other => other.array(validity),
                })
            }
            other => other.array(height),
        })
    }
}

impl Something {
    fn new(kind: Kind, nulls: usize, room: Room) -> Self {
        let values = match kind {
            Kind::Text => Values::Text(Texts::with_room(room)),
            Kind::Count => Values::Count(Vec::with_capacity(room)),
            Kind::Number => Values::Number(Vec::with_capacity(room)),
            Kind::Truth => Values::Truth(MutableBitmap::new()),
            Kind::Instant => Values::Instant(Vec::with_capacity(room)),
        };
        Self { values, validity: None, length: 0, nulls }
    }

    /// Adds the first value.
    #[cold]
    fn begin(&mut self, value: Value<'_>) {
        self.push(value);
    }

    #[expect(clippy::inline_always, reason = "see above")]
    #[inline(always)]
    fn push(&mut self, value: Value<'_>) {
        if self.nulls > 0 {
            self.skip();
        }
        let is_known = self.values.push(value);
        debug_assert!(is_known, "a value has the type of its column");
        if !is_known {
            self.nulls += 1;
            return;
        }
        if let Some(validity) = &mut self.validity {
            validity.push(true);
        }
        self.length += 1;
    }

    fn again(&mut self, times: usize) {
        if self.nulls > 0 {
            self.nulls += times;
            return;
        }
        self.values.again(times);
        if let Some(validity) = &mut self.validity {
            validity.extend_constant(times, true);
        }
        self.length += times;
    }

    /// Puts the nulls in their place.
    fn skip(&mut self) {
        let nulls = std::mem::take(&mut self.nulls);
        let length = self.length;
        let validity = self.validity.get_or_insert_with(|| MutableBitmap::from_len_set(length));
        validity.extend_constant(nulls, false);
        self.length += nulls;
        self.values.skip(nulls);
    }

    fn ended(mut self) -> (Values, Option<Bitmap>) {
        if self.nulls > 0 {
            self.skip();
        }
        (self.values, self.validity.map(Bitmap::from))
    }
}

impl Values {
    #[expect(clippy::inline_always, reason = "see above")]
    #[inline(always)]
    fn push(&mut self, value: Value<'_>) -> bool {
        match (self, value) {
            (Self::Text(values), Value::Text(text)) => values.push(text),
            (Self::Text(values), Value::Word(word)) => values.push_word(word),
            (Self::Count(values), Value::Count(count)) => values.push(count),
            (Self::Number(values), Value::Number(number)) => values.push(number),
            (Self::Truth(values), Value::Truth(truth)) => values.push(truth),
            (Self::Instant(values), Value::Instant(micros)) => values.push(micros),
            _ => return false,
        }
        true
    }

    fn again(&mut self, times: usize) {
        match self {
            Self::Text(values) => values.again(times),
            Self::Count(values) => values.extend(again(values, times)),
            Self::Number(values) | Self::Instant(values) => values.extend(again(values, times)),
            Self::Truth(values) => {
                let last = values.len().checked_sub(1).is_some_and(|at| values.get(at));
                values.extend_constant(times, last);
            }
        }
    }

    fn skip(&mut self, rows: usize) {
        match self {
            Self::Text(values) => values.skip(rows),
            Self::Count(values) => values.resize(values.len() + rows, 0),
            Self::Truth(values) => values.extend_constant(rows, false),
            Self::Number(values) | Self::Instant(values) => values.resize(values.len() + rows, 0),
        }
    }

    fn array(self, validity: Option<Bitmap>) -> Box<dyn Array> {
        match self {
            Self::Text(values) => values.array(validity),
            Self::Count(values) => {
                PrimitiveArray::new(arrow(Kind::Count), values.into(), validity).boxed()
            }
            Self::Number(values) => {
                PrimitiveArray::new(arrow(Kind::Number), values.into(), validity).boxed()
            }
            Self::Truth(values) => {
                BooleanArray::new(arrow(Kind::Truth), values.into(), validity).boxed()
            }
            Self::Instant(values) => {
                PrimitiveArray::new(arrow(Kind::Instant), values.into(), validity).boxed()
            }
        }
    }
}

/// The last of some values, so many times.
pub(super) fn again<T: Copy + Default>(values: &[T], times: usize) -> std::iter::RepeatN<T> {
    std::iter::repeat_n(values.last().copied().unwrap_or_default(), times)
}

/// The type that Arrow has for a column.
pub(super) fn arrow(kind: Kind) -> ArrowDataType {
    match kind {
        Kind::Text => ArrowDataType::Utf8View,
        Kind::Count => ArrowDataType::UInt64,
        Kind::Number => ArrowDataType::Int64,
        Kind::Truth => ArrowDataType::Boolean,
        Kind::Instant => ArrowDataType::Timestamp(TimeUnit::Microsecond, None),
    }
}
