//! A grid of plain values as text: aligned for a terminal, Markdown, CSV, JSON and lines of JSON.
//!
//! Whatever came out of a log is escaped for where it goes; instants are RFC 3339 in UTC with as
//! many digits as their column needs.

use std::fmt::Write as _;

use chrono::DateTime;
use chrono::Utc;
use serde_json::Map;
use serde_json::Value;

use crate::model::Cell;
use crate::model::Grid;
use crate::report::escape::csv;
use crate::report::escape::markdown;
use crate::report::escape::visible;
use crate::report::fit;
use crate::report::style::Role;
use crate::report::style::Screen;

/// A column is not made narrower than this, however little room there is.
const NARROWEST: usize = 8;

/// Between two columns.
const GUTTER: usize = 2;

/// Columns side by side, no line wider than the screen where that can be; cut cells end in `…`.
pub fn text(grid: &Grid, screen: &Screen) -> String {
    let cells = cells(grid, visible);
    let gives: Vec<bool> = (0..grid.columns.len()).map(|at| may_be_cut(grid, at)).collect();
    let widths = fitted(&cells, &gives, screen.width);
    let rights: Vec<bool> = (0..grid.columns.len()).map(|at| is_numeric(grid, at)).collect();
    let mut out = String::new();
    for (number, row) in cells.iter().enumerate() {
        let mut line = String::new();
        for (at, cell) in row.iter().enumerate() {
            let cell = fit::clip(cell, widths[at]);
            let room = " ".repeat(widths[at].saturating_sub(fit::width(&cell)));
            let gutter = if at == 0 { "" } else { "  " };
            let padded = if rights[at] { format!("{room}{cell}") } else { format!("{cell}{room}") };
            line.push_str(gutter);
            line.push_str(&padded);
        }
        let role = if number == 0 { Role::Strong } else { Role::Plain };
        screen.colour.paint(&mut out, role, line.trim_end());
        out.push('\n');
    }
    let rows = grid.rows.len();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "\n{rows} {}", if rows == 1 { "row" } else { "rows" });
    out
}

/// A table for a ticket, aligned by the width its cells take.
pub fn markdown_table(grid: &Grid) -> String {
    let cells = cells(grid, markdown);
    let widths = natural(&cells, grid.columns.len());
    let mut out = String::new();
    for (number, row) in cells.iter().enumerate() {
        let padded = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| {
            let room = " ".repeat(width - fit::width(cell));
            if is_numeric(grid, at) { format!("{room}{cell}") } else { format!("{cell}{room}") }
        });
        // Writing to a String cannot fail.
        let _ = writeln!(out, "| {} |", padded.collect::<Vec<_>>().join(" | "));
        if number == 0 {
            let rule = |(at, width): (usize, &usize)| {
                let end = if is_numeric(grid, at) { ':' } else { '-' };
                format!("{}{end}", "-".repeat(width + 1))
            };
            let rules: Vec<String> = widths.iter().enumerate().map(rule).collect();
            let _ = writeln!(out, "|{}|", rules.join("|"));
        }
    }
    out
}

/// The names of the columns as the first record of CSV.
pub fn csv_head(grid: &Grid) -> String {
    let names: Vec<String> = grid.columns.iter().map(|name| csv(name)).collect();
    format!("{}\n", names.join(","))
}

/// One record per row; numbers as they are, text that a spreadsheet would run begun with `'`.
pub fn csv_rows(grid: &Grid) -> String {
    let mut out = String::new();
    for row in &grid.rows {
        let cell = |cell: &Cell| match cell {
            Cell::Text(text) => csv(text),
            other => plain(other, 6),
        };
        out.push_str(&row.iter().map(cell).collect::<Vec<_>>().join(","));
        out.push('\n');
    }
    out
}

/// One object per line.
pub fn json_lines(grid: &Grid) -> String {
    let mut out = String::new();
    for row in &grid.rows {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}", object(grid, row));
    }
    out
}

/// One list of objects.
pub fn json(grid: &Grid) -> String {
    let rows: Vec<Value> = grid.rows.iter().map(|row| object(grid, row)).collect();
    format!("{:#}\n", Value::from(rows))
}

fn object(grid: &Grid, row: &[Cell]) -> Value {
    let pairs = grid.columns.iter().zip(row);
    Value::Object(pairs.map(|(name, cell)| (name.clone(), value(cell))).collect::<Map<_, _>>())
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::Number(number) => Value::from(*number),
        Cell::Count(count) => Value::from(*count),
        Cell::Real(real) => Value::from(*real),
        Cell::Truth(truth) => Value::from(*truth),
        Cell::Instant(micros) => Value::from(instant(*micros, 6)),
    }
}

/// Whether all values of a column are numbers, and one is there.
fn is_numeric(grid: &Grid, column: usize) -> bool {
    let mut known = grid.rows.iter().map(|row| &row[column]).filter(|cell| **cell != Cell::Null);
    let first = known.next();
    first.is_some_and(Cell::is_number) && known.all(Cell::is_number)
}

/// The head and all rows as text, escaped.
fn cells(grid: &Grid, escape: fn(&str) -> String) -> Vec<Vec<String>> {
    let digits: Vec<usize> = (0..grid.columns.len()).map(|at| digits(grid, at)).collect();
    let head = grid.columns.iter().map(|name| escape(name)).collect();
    let row = |row: &Vec<Cell>| {
        row.iter().zip(&digits).map(|(cell, digits)| escape(&plain(cell, *digits))).collect()
    };
    std::iter::once(head).chain(grid.rows.iter().map(row)).collect()
}

/// Decimals of a second that the instants of a column need: 0, 3 or 6.
fn digits(grid: &Grid, column: usize) -> usize {
    let needs = grid.rows.iter().map(|row| match row[column] {
        Cell::Instant(micros) if micros % 1000 != 0 => 6,
        Cell::Instant(micros) if micros % 1_000_000 != 0 => 3,
        _ => 0,
    });
    needs.max().unwrap_or(0)
}

fn plain(cell: &Cell, digits: usize) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Count(count) => count.to_string(),
        // As many digits as anybody reads, and no more.
        Cell::Real(real) => {
            let text = format!("{real:.3}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        Cell::Truth(truth) => truth.to_string(),
        Cell::Instant(micros) => instant(*micros, digits),
    }
}

fn instant(micros: i64, digits: usize) -> String {
    let Some(time) = DateTime::<Utc>::from_timestamp_micros(micros) else {
        return micros.to_string();
    };
    let form = match digits {
        0 => "%Y-%m-%dT%H:%M:%SZ",
        3 => "%Y-%m-%dT%H:%M:%S%.3fZ",
        _ => "%Y-%m-%dT%H:%M:%S%.6fZ",
    };
    time.format(form).to_string()
}

fn natural(cells: &[Vec<String>], columns: usize) -> Vec<usize> {
    let width = |at: usize| cells.iter().map(|row| fit::width(&row[at])).max().unwrap_or(0);
    (0..columns).map(width).collect()
}

/// Whether cells of a column still tell something when their end is cut: numbers and times do not.
fn may_be_cut(grid: &Grid, column: usize) -> bool {
    grid.rows.iter().any(|row| matches!(row[column], Cell::Text(_)))
}

/// Widths that fit the room: of the columns that may be cut the widest gives first.
fn fitted(cells: &[Vec<String>], gives: &[bool], room: usize) -> Vec<usize> {
    let mut widths = natural(cells, gives.len());
    let room = room.saturating_sub(GUTTER * gives.len().saturating_sub(1));
    let mut over = widths.iter().sum::<usize>().saturating_sub(room);
    while over > 0 {
        let able = (0..widths.len()).filter(|at| gives[*at] && widths[*at] > NARROWEST);
        let Some(widest) = able.max_by_key(|at| widths[*at]) else { break };
        widths[widest] -= 1;
        over -= 1;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::style::Colour;

    fn grid() -> Grid {
        let row = |name: &str, count, at| vec![Cell::text(Some(name)), Cell::Count(count), at];
        Grid {
            columns: ["who", "n", "at"].map(str::to_owned).to_vec(),
            rows: vec![
                row("=cmd()|\x1b[2J", 7, Cell::Instant(1_751_612_697_048_000)),
                row("日本, \"語\"", 1234, Cell::Null),
            ],
        }
    }

    #[test]
    fn every_face_of_a_grid() {
        let grid = grid();
        let screen = Screen { width: 50, colour: Colour::Never };
        let csv = csv_head(&grid) + &csv_rows(&grid);
        let faces =
            [text(&grid, &screen), markdown_table(&grid), csv, json_lines(&grid), json(&grid)];
        insta::assert_snapshot!(faces.join("\n"));
    }

    #[test]
    fn no_line_is_wider_than_the_screen() {
        let wide = Grid {
            columns: ["a", "b"].map(str::to_owned).to_vec(),
            rows: vec![vec![Cell::text(Some("x".repeat(90))), Cell::text(Some("y".repeat(30)))]],
        };
        let screen = Screen { width: 60, colour: Colour::Never };
        for line in text(&wide, &screen).lines() {
            assert!(fit::width(line) <= 60, "{line}");
        }
    }
}
