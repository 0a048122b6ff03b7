//! SQL over the tables.

use std::collections::BTreeSet;

use polars::prelude::DataFrame;
use polars::prelude::IntoLazy as _;
use polars::prelude::PolarsError;
use polars::prelude::SortMultipleOptions;
use polars::sql::SQLContext;

use crate::frame::Rows;
use crate::frame::Schema;
use crate::frame::Table;
use crate::frame::hint;
use crate::frame::schema::ALL;
use crate::frame::ties;

/// What a question needs: tables and columns that nobody asks for need not be made.
#[derive(Debug)]
pub struct Asked {
    words: BTreeSet<String>,
    is_all: bool,
}

impl Asked {
    /// Everything.
    pub fn all() -> Self {
        Self { words: BTreeSet::new(), is_all: true }
    }

    /// All columns of one table.
    pub fn only(schema: &Schema) -> Self {
        Self { words: BTreeSet::from([schema.table.to_owned()]), is_all: true }
    }

    /// What a statement names; where it may mean columns without naming them, all of them.
    pub fn by(sql: &str) -> Self {
        let words: BTreeSet<String> = hint::words(sql).collect();
        let is_all = is_starred(sql) || words.contains("columns") || words.contains("natural");
        Self { words, is_all }
    }

    /// Whether a table is asked.
    pub fn table(&self, schema: &Schema) -> bool {
        self.names(schema.table) || (self.is_all && self.words.is_empty())
    }

    /// Whether a column is asked for.
    pub fn column(&self, name: &str) -> bool {
        self.is_all || self.names(name)
    }

    fn names(&self, name: &str) -> bool {
        self.words.contains(name)
    }
}

/// Whether a statement has a star that is not that of `COUNT(*)`.
fn is_starred(sql: &str) -> bool {
    let bare: String = sql.chars().filter(|c| !c.is_whitespace()).collect();
    bare.replace("(*)", "").contains('*')
}

/// Why there is no answer, in a sentence for who asked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct QueryError(String);

/// Asks the tables; one that is not given has no rows.
pub fn query(tables: &[(&Schema, Table)], sql: &str) -> Result<Table, QueryError> {
    let changes = ["create", "drop", "delete", "truncate", "insert", "update", "alter"];
    if hint::words(sql).next().is_some_and(|first| changes.contains(&&*first)) {
        let message = "expected a question such as SELECT … FROM events, found a change of tables";
        return Err(QueryError(message.to_owned()));
    }
    let mut context = SQLContext::new();
    for schema in ALL {
        let known = tables.iter().find(|(known, _)| known.table == schema.table);
        let table = known.map_or_else(|| Rows::new(schema).table(), |(_, table)| Ok(table.clone()));
        let table = table.map_err(|error| QueryError(error.to_string()))?;
        context.register(schema.table, table.frame.lazy());
    }
    let answer = context.execute(sql).and_then(|question| {
        // Columns that have no order break no ties.
        let untied = ties::broken(&question).and_then(|question| question.collect().ok());
        untied.map_or_else(|| question.collect(), Ok)
    });
    let frame = answer.map_err(|error| QueryError(told(&error, sql)))?;
    Ok(Table { frame: if is_unordered(sql) { sorted(frame) } else { frame } })
}

/// Whether groups are asked for in no order: then they come as threads happen to find them.
fn is_unordered(sql: &str) -> bool {
    let mut depth = 0_i32;
    let mut outer = String::new();
    for (at, part) in sql.split('\'').enumerate() {
        // Every other part is a text in quotes.
        for character in part.chars().filter(|_| at % 2 == 0) {
            depth += i32::from(character == '(') - i32::from(character == ')');
            outer.push(if depth == 0 { character } else { ' ' });
        }
    }
    let words: Vec<String> = hint::words(sql).collect();
    let groups = ["group", "distinct", "union", "intersect", "except", "join"];
    groups.iter().any(|group| words.iter().any(|word| word == group))
        && !hint::words(&outer).any(|word| word == "order")
}

/// Rows in the order of all their columns; columns that have none leave them as they are.
fn sorted(frame: DataFrame) -> DataFrame {
    let names: Vec<_> = frame.columns().iter().map(|column| column.name().clone()).collect();
    frame.sort(names, SortMultipleOptions::default()).unwrap_or(frame)
}

/// The error in one sentence, with what would have been right.
fn told(error: &PolarsError, sql: &str) -> String {
    match error {
        PolarsError::Context { error, .. } | PolarsError::ExprContext { error, .. } => {
            told(error, sql)
        }
        PolarsError::ColumnNotFound(message) | PolarsError::SchemaFieldNotFound(message) => {
            hint::no_column(named(message), sql)
        }
        _ => {
            let message = error.to_string();
            if message.to_lowercase().contains("date_trunc") {
                hint::date_trunc(sql)
            } else if let Some(name) = between(&message, "relation '", "' was not found") {
                hint::no_table(name)
            } else if let Some(name) = between(&message, "unable to find column \"", "\"") {
                hint::no_column(name, sql)
            } else if let Some(name) = between(&message, "no column named '", "' found") {
                hint::no_column(name, sql)
            } else if message.contains("cannot compare string with numeric") {
                "ids are text and are compared with texts, as in object = '30278823850'".to_owned()
            } else {
                format!("SQL: {}", message.lines().next().unwrap_or_default())
            }
        }
    }
}

/// The name in a message that is the name, or has it between quotes.
fn named(message: &str) -> &str {
    let quoted = between(message, "\"", "\"").or_else(|| between(message, "'", "'"));
    quoted.unwrap_or_else(|| message.split_whitespace().next().unwrap_or_default())
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = &text[text.find(before)? + before.len()..];
    Some(&rest[..rest.find(after)?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::schema::EVENTS;
    use crate::frame::schema::RUNS;

    #[test]
    fn a_star_asks_for_everything() {
        assert!(Asked::by("SELECT * FROM events").column("text"));
        assert!(Asked::by("SELECT a * 2 FROM events").column("text"));
        let asked = Asked::by("SELECT Host, COUNT( * ) FROM events GROUP BY host");
        assert!(asked.column("host") && !asked.column("text"));
        assert!(asked.table(&EVENTS) && !asked.table(&RUNS));
        assert!(Asked::all().table(&RUNS) && Asked::all().column("text"));
    }

    #[test]
    fn an_order_within_a_window_orders_no_rows() {
        assert!(is_unordered("SELECT a FROM t GROUP BY a"));
        assert!(is_unordered("SELECT LAG(a) OVER (ORDER BY b) FROM t GROUP BY a"));
        assert!(is_unordered("SELECT 'order' FROM t GROUP BY a"));
        assert!(!is_unordered("SELECT a FROM t GROUP BY a ORDER BY a"));
        assert!(!is_unordered("SELECT a FROM t"));
    }
}
