//! Tables as psql prints them, pasted from a terminal.
//!
//! Source: formats.md §4.4. Aligned:
//!
//! ```text
//!  id | item_id | event
//! ----+---------+--------
//!   1 |   48213 | create
//! (1 row)
//! ```
//!
//! and expanded (`\x`):
//!
//! ```text
//! -[ RECORD 1 ]--+--------
//! id             | 3
//! object_changes | ---    +
//!                | name:  +
//! ```
//!
//! A `+` at the end of a cell says that it goes on in the next line. An empty cell is null.

use std::borrow::Cow;

use crate::ingest::Row;
use crate::ingest::Value;

/// Names and widths of the columns of an aligned table, in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    columns: Vec<(Vec<u8>, usize)>,
}

impl Layout {
    /// Reads the two lines at the head of an aligned table.
    pub fn of(head: &[u8]) -> Option<Self> {
        let mut lines = head.split(|byte| *byte == b'\n');
        let (names, rule) = (text(lines.next()?), text(lines.next()?));
        let rule = rule.trim_end();
        let is_rule = rule.len() > 1 && rule.chars().all(|c| c == '-' || c == '+');
        if !is_rule || rule.starts_with('+') {
            return None;
        }
        let widths: Vec<usize> = rule.split('+').map(str::len).collect();
        let layout =
            Self { columns: widths.into_iter().map(|width| (Vec::new(), width)).collect() };
        let names = layout.cut(&names)?;
        let columns = layout.columns.iter().zip(names);
        let columns = columns.map(|((_, width), name)| (name.trim().as_bytes().to_vec(), *width));
        Some(Self { columns: columns.collect() })
    }

    /// The cells of one line, or `None` if its bars do not stand where the table's do.
    fn cut(&self, line: &str) -> Option<Vec<String>> {
        let mut letters = line.trim_end_matches('\r').chars();
        let mut cells = Vec::with_capacity(self.columns.len());
        for (at, (_, width)) in self.columns.iter().enumerate() {
            let is_last = at + 1 == self.columns.len();
            if is_last {
                cells.push(letters.as_str().to_owned());
            } else {
                let cell: String = letters.by_ref().take(*width).collect();
                if letters.next() != Some('|') {
                    return None;
                }
                cells.push(cell);
            }
        }
        Some(cells)
    }

    /// Whether the record goes on in the line below.
    pub fn goes_on(&self, line: &[u8]) -> bool {
        let cells = self.cut(&text(line)).unwrap_or_default();
        let widths = self.columns.iter().map(|(_, width)| *width);
        cells.iter().zip(widths).any(|(cell, width)| is_continued(cell, width))
    }

    /// The record of one or more lines; `None` for a footer or anything else.
    pub fn row(&self, record: &[u8]) -> Option<Row<'static>> {
        let mut values = vec![String::new(); self.columns.len()];
        for line in record.split(|byte| *byte == b'\n') {
            for (at, cell) in self.cut(&text(line))?.into_iter().enumerate() {
                let goes_on = is_continued(&cell, self.columns[at].1);
                let cell = cell.strip_prefix(' ').unwrap_or(&cell).trim_end();
                let cell =
                    if goes_on { cell.strip_suffix('+').unwrap_or(cell).trim_end() } else { cell };
                if !values[at].is_empty() && !cell.is_empty() {
                    values[at].push('\n');
                }
                values[at].push_str(cell);
            }
        }
        let names = self.columns.iter().map(|(name, _)| Cow::Owned(name.clone()));
        Some(Row { pairs: names.zip(values.iter().map(|text| value(text))).collect() })
    }
}

/// Whether a cell ends in the `+` that psql prints in the blank before the bar.
fn is_continued(cell: &str, width: usize) -> bool {
    cell.trim_end().ends_with('+') && cell.trim_end().chars().count() >= width
}

fn value(text: &str) -> Value<'static> {
    let text = text.trim_start();
    if text.is_empty() { Value::Null } else { Value::Text(Cow::Owned(text.as_bytes().to_vec())) }
}

fn text(line: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(line)
}

/// Whether a line begins a record of an expanded table.
pub fn begins_record(line: &[u8]) -> bool {
    line.starts_with(b"-[ RECORD ") && line.trim_ascii_end().ends_with(b"-")
        || line.starts_with(b"-[ RECORD ") && line.trim_ascii_end().ends_with(b"]")
}

/// The record of an expanded table: its heading and the lines below it.
pub fn record(lines: &[u8]) -> Row<'static> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut goes_on = false;
    for line in lines.split(|byte| *byte == b'\n').skip(1) {
        let line = text(line);
        let Some((name, cell)) = line.trim_end_matches('\r').split_once('|') else { continue };
        let cell = cell.strip_prefix(' ').unwrap_or(cell);
        let (cell, more) = match cell.trim_end().strip_suffix('+') {
            Some(cell) => (cell.trim_end(), true),
            None => (cell.trim_end(), false),
        };
        match pairs.last_mut() {
            Some((_, value)) if goes_on && name.trim().is_empty() => {
                value.push('\n');
                value.push_str(cell);
            }
            _ => pairs.push((name.trim().to_owned(), cell.to_owned())),
        }
        goes_on = more;
    }
    let pairs = pairs.into_iter().map(|(name, cell)| (Cow::Owned(name.into_bytes()), value(&cell)));
    Row { pairs: pairs.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(row: &Row<'_>) -> String {
        let pair = |(name, value): &(Cow<'_, [u8]>, Value<'_>)| {
            let value = match value {
                Value::Null => "~".into(),
                Value::Text(value) | Value::Array(value) => text(value),
            };
            format!("{}={value}", text(name))
        };
        row.pairs.iter().map(pair).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn aligned_rows_read_by_their_columns() {
        let head = b" id | what   | who \n----+--------+-----\n";
        let layout = Layout::of(head).expect("a table");
        assert_eq!(shown(&layout.row(b"  1 | a | b  | ").expect("a row")), "id=1|what=a | b|who=~");
        let two = b"  2 | ---   +| x\n    | b: 1   | ";
        assert!(layout.goes_on(b"  2 | ---   +| x"));
        assert_eq!(shown(&layout.row(two).expect("a row")), "id=2|what=---\nb: 1|who=x");
        assert_eq!(layout.row(b"(2 rows)"), None);
    }

    #[test]
    fn expanded_records_read_by_their_names() {
        let lines = b"-[ RECORD 1 ]--+------\nid             | 3\nobject_changes | ---   +\n               | a:    +\n               | - 1\nwho            | ";
        assert!(begins_record(lines.split(|b| *b == b'\n').next().expect("a line")));
        assert_eq!(shown(&record(lines)), "id=3|object_changes=---\na:\n- 1|who=~");
    }

    #[test]
    fn other_text_is_no_table() {
        for head in ["a | b\nc | d\n", "--\n--\n", "x", "", "# head\n-----\n"] {
            let layout = Layout::of(head.as_bytes());
            assert!(layout.is_none_or(|layout| layout.columns.len() == 1), "{head}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>, table in "[-+|a \n]{0,40}") {
            let layout = Layout::of(b" id | what \n----+------\n").expect("a table");
            let _ = (layout.row(&bytes), layout.goes_on(&bytes), record(&bytes));
            let _ = Layout::of(table.as_bytes()).map(|layout| layout.row(table.as_bytes()));
        }
    }
}
