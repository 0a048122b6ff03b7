//! What was probably meant: names at a small distance, and DATE_TRUNC in polars' words.

use crate::frame::Schema;
use crate::frame::schema::ALL;

/// No such table.
pub(super) fn no_table(name: &str) -> String {
    let tables = ALL.map(|schema| schema.table);
    let meant = nearest(name, &tables).map_or_else(String::new, meant);
    format!("no table \"{name}\"{meant}; the tables are {}", tables.join(", "))
}

/// No such column in the tables that are asked.
pub(super) fn no_column(name: &str, sql: &str) -> String {
    let words: Vec<String> = words(sql).collect();
    let is_asked = |schema: &&&Schema| words.iter().any(|word| word == schema.table);
    let asked: Vec<&Schema> = ALL.iter().filter(is_asked).copied().collect();
    let name = name.rsplit('.').next().unwrap_or(name);
    let columns = |schema: &Schema| schema.columns.iter().map(|column| column.0);
    let known: Vec<&str> = asked.iter().flat_map(|schema| columns(schema)).collect();
    let elsewhere = ALL.iter().find(|schema| columns(schema).any(|column| column == name));
    let meant = match (nearest(name, &known), elsewhere) {
        (_, Some(schema)) => format!(": it is a column of {}", schema.table),
        (Some(near), None) => meant(near),
        (None, None) => String::new(),
    };
    let lists = asked.iter().map(|schema| {
        format!("{} has {}", schema.table, columns(schema).collect::<Vec<_>>().join(", "))
    });
    let lists = lists.collect::<Vec<_>>().join("; ");
    format!("no column \"{name}\"{meant}; {lists}")
}

fn meant(near: &str) -> String {
    format!(": did you mean \"{near}\"?")
}

/// The words of a statement in lower case.
pub(super) fn words(sql: &str) -> impl Iterator<Item = String> + '_ {
    let is_border = |c: char| !(c.is_alphanumeric() || c == '_');
    sql.split(is_border).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// DATE_TRUNC as it can be written.
pub(super) fn date_trunc(sql: &str) -> String {
    let lower = sql.to_lowercase();
    let asked = lower.find("date_trunc").map(|at| &lower[at..]).unwrap_or_default();
    let unit = asked.split(['\'', '"']).nth(1).unwrap_or("hour");
    let of = asked.split(',').nth(1).and_then(|rest| rest.split(')').next());
    let of = of.map(str::trim).filter(|name| !name.is_empty()).unwrap_or("at");
    let right = match unit {
        "minute" => format!("STRFTIME({of}, '%Y-%m-%d %H:%M')"),
        "day" => format!("STRFTIME({of}, '%Y-%m-%d')"),
        "week" => format!("STRFTIME({of}, '%G-W%V')"),
        "month" => format!("STRFTIME({of}, '%Y-%m')"),
        "year" => format!("STRFTIME({of}, '%Y')"),
        "second" => format!("STRFTIME({of}, '%Y-%m-%d %H:%M:%S')"),
        _ => format!("STRFTIME({of}, '%Y-%m-%d %H:00')"),
    };
    format!("this SQL has no DATE_TRUNC: write {right}, or EXTRACT({unit} FROM {of})")
}

/// The nearest of some names, if one is near enough to be meant.
fn nearest<'a>(name: &str, names: &[&'a str]) -> Option<&'a str> {
    let name = name.to_lowercase();
    let near = names.iter().map(|known| (distance(&name, known), *known)).min()?;
    (near.0 <= (name.chars().count() / 3).max(1)).then_some(near.1)
}

/// How many letters must be put in, taken out, changed or swapped with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    for at in 0..=one.len() {
        for to in 0..=other.len() {
            rows[at][to] = match (at, to) {
                (0, left) | (left, 0) => left,
                _ => {
                    let is_same = one[at - 1] == other[to - 1];
                    let changed = rows[at - 1][to - 1] + usize::from(!is_same);
                    let moved = rows[at - 1][to].min(rows[at][to - 1]) + 1;
                    let is_swap = at > 1
                        && to > 1
                        && (one[at - 1], one[at - 2]) == (other[to - 2], other[to - 1]);
                    let swapped = if is_swap { rows[at - 2][to - 2] + 1 } else { moved };
                    changed.min(moved).min(swapped)
                }
            };
        }
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_differ_are_counted() {
        for (one, other, expected) in
            [("", "", 0), ("", "ab", 2), ("kind", "kidn", 1), ("event", "events", 1), ("a", "b", 1)]
        {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn what_was_meant_is_said() {
        assert_eq!(
            no_table("event"),
            "no table \"event\": did you mean \"events\"?; the tables are events, runs, gaps, \
             findings, therapists"
        );
        let told = no_column("therapst", "SELECT therapst FROM runs");
        assert!(told.starts_with("no column \"therapst\": did you mean \"therapist\"?; runs has"));
        let told = no_column("severity", "SELECT severity FROM runs");
        assert!(told.starts_with("no column \"severity\": it is a column of findings; runs has"));
        assert!(no_column("zzz", "SELECT zzz FROM runs").starts_with("no column \"zzz\"; runs"));
    }

    #[test]
    fn date_trunc_is_answered_with_what_does_it() {
        assert_eq!(
            date_trunc("SELECT DATE_TRUNC('day', began) FROM runs"),
            "this SQL has no DATE_TRUNC: write STRFTIME(began, '%Y-%m-%d'), or EXTRACT(day FROM \
             began)"
        );
    }
}
