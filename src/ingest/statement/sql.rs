//! SQL as ActiveRecord logs it: writes of the two fields, and the borders of transactions.
//!
//! Source: activerecord `lib/active_record/log_subscriber.rb`; formats.md §2.4. One real line
//! (colours are gone by now):
//!
//! ```text
//!   Therapist Update (1.2ms)  UPDATE "therapists" SET "credentialing_hubspot_id" = $1, "updated_at" = $2 WHERE "therapists"."id" = $3  [["credentialing_hubspot_id", 30278823850], ["updated_at", "2025-07-04 07:04:56.312454"], ["id", 48213]]
//! ```
//!
//! ```text
//! line   = [ name "(" ms "ms)" 2SP ] [ comment ] ( update | insert | border | other ) [ 2SP binds ]
//! update = "UPDATE" table "SET" column "=" expr *( "," column "=" expr ) [ "WHERE" … ]
//! insert = "INSERT INTO" table "(" column *( "," column ) ")" "VALUES" "(" expr *( "," expr ) ")"
//! border = "BEGIN" | "COMMIT" | "ROLLBACK"
//! ```
//!
//! What a `WHERE` or a `SELECT` names is never written.

mod clause;

use std::borrow::Cow;

use compact_str::CompactString;

use crate::ingest::Value as Structured;
use crate::ingest::json;
use crate::ingest::statement::Statement;
use crate::ingest::statement::Transaction;
use crate::ingest::statement::assignment;
use crate::ingest::statement::scene::Draft;
use crate::ingest::statement::scene::Flow;
use crate::ingest::statement::scene::Scene;
use crate::ingest::statement::scene::last_part;
use crate::ingest::statement::sql::clause::Expression;
use crate::ingest::statement::sql::clause::Write;
use crate::ingest::statement::text;
use crate::ingest::statement::therapist;
use crate::ingest::statement::value;
use crate::ingest::statement::value::Value;
use crate::ingest::statement::vocabulary::Topic;
use crate::ingest::time;
use crate::ingest::time::RawStamp;
use crate::ingest::time::RawZone;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::TherapistId;

/// What SQL begins with, in lower case.
pub(super) const VERBS: &[&str] = &[
    "update ",
    "insert into ",
    "select ",
    "delete from ",
    "begin",
    "commit",
    "rollback",
    "savepoint ",
    "release savepoint ",
];

#[derive(Debug)]
pub(super) struct Sql;

impl Statement for Sql {
    fn name(&self) -> &'static str {
        "sql"
    }

    fn read(&self, scene: &Scene<'_>, draft: &mut Draft) -> Flow {
        let Some(Found { at, before, sql }) = statement(scene) else { return Flow::Next };
        draft.said.is_sql = true;
        (draft.said.transaction, draft.said.savepoint) = border(&sql);
        draft.said.class = job_class(&sql).or_else(|| job_class(before));
        let is_failure = ["Error", "ERROR", "Violation", "Invalid", "EXPLAIN"]
            .iter()
            .any(|word| memchr::memmem::find(before, word.as_bytes()).is_some());
        // A word within the statement is a value.
        let is_vetoed = scene.places(Topic::Veto).any(|hit| hit.start < before.len());
        if !is_failure && !is_vetoed {
            writes(scene, draft, &sql, at);
        }
        Flow::Settled
    }
}

/// A statement in SQL, on one line, and what stands before it.
struct Found<'s> {
    at: usize,
    before: &'s [u8],
    sql: Cow<'s, [u8]>,
}

/// Finds the SQL of a message, or of a field that holds it.
fn statement<'s>(scene: &Scene<'s>) -> Option<Found<'s>> {
    let found = scene.places(Topic::Sql).take(8).find_map(|hit| {
        let (before, sql) = scene.text.split_at(hit.start);
        let sql = flat(sql);
        is_sql(before, &sql).then_some(Found { at: hit.start, before, sql })
    });
    found.or_else(|| match scene.field(&["sql"])? {
        Structured::Text(sql) => Some(Found { at: 0, before: scene.text, sql: flat(sql) }),
        Structured::Null | Structured::Array(_) => None,
    })
}

/// Puts a statement of several lines on one; nothing moves.
fn flat(sql: &[u8]) -> Cow<'_, [u8]> {
    let is_break = |byte: u8| matches!(byte, b'\n' | b'\r' | b'\t');
    if sql.iter().any(|byte| is_break(*byte)) {
        sql.iter().map(|byte| if is_break(*byte) { b' ' } else { *byte }).collect()
    } else {
        Cow::Borrowed(sql)
    }
}

/// Whether a message begins with SQL that the lines below may go on with.
pub(in crate::ingest) fn opens(message: &[u8]) -> bool {
    let mut rest = message.trim_ascii();
    let head = &rest[..rest.len().min(120)];
    let is_time = |at: &usize| head[..*at].ends_with(b"ms") && head[at + 1..].starts_with(b"  ");
    let timed = memchr::memchr_iter(b')', head).find(is_time);
    if let Some(end) = timed {
        rest = rest[end + 1..].trim_ascii_start();
    }
    while let Some(end) = rest.strip_prefix(b"/*").and_then(|r| memchr::memmem::find(r, b"*/")) {
        rest = rest[end + 4..].trim_ascii_start();
    }
    let verb = text::word(rest).0;
    let shouts = verb.iter().all(u8::is_ascii_uppercase);
    (shouts || timed.is_some())
        && text::is_one_of(verb, &["update", "insert", "select", "delete", "with"])
        && rest.get(verb.len()).is_none_or(u8::is_ascii_whitespace)
}

/// SQL shouts, or stands where only SQL stands: at the front, or behind a duration.
fn is_sql(before: &[u8], sql: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    let is_placed = before.is_empty() || before.ends_with(b"ms)") || before.ends_with(b"*/");
    let (verb, rest) = text::word(sql);
    let shouts = verb.iter().all(u8::is_ascii_uppercase);
    let has = |word: &[u8]| {
        memchr::memmem::find(sql, word).is_some()
            || (is_placed && memchr::memmem::find(sql, &word.to_ascii_lowercase()).is_some())
    };
    let is_shaped = match verb.first().map(u8::to_ascii_uppercase) {
        Some(b'U') => has(b" SET "),
        Some(b'I') => has(b"VALUES"),
        Some(b'D') => has(b" FROM ") || rest.starts_with(b" "),
        Some(b'S') if text::starts_with(verb, b"select") => has(b" FROM "),
        _ => {
            let rest = rest.trim_ascii_start();
            let is_end = rest.is_empty() || rest.starts_with(b";") || rest.starts_with(b"/*");
            let goes_on = ["TRANSACTION", "WORK", "ISOLATION", "SAVEPOINT", "TO", "active_record"];
            return is_placed && shouts && (is_end || text::has_stem(text::word(rest).0, &goes_on));
        }
    };
    is_shaped && (shouts || is_placed)
}

fn border(sql: &[u8]) -> (Option<Transaction>, Option<CompactString>) {
    let (verb, rest) = text::word(sql);
    let name = |rest: &[u8]| text::name(rest.trim_ascii_start()).map(CompactString::new);
    match verb {
        b"BEGIN" => (Some(Transaction::Begin), None),
        b"COMMIT" => (Some(Transaction::Commit), None),
        b"SAVEPOINT" => (Some(Transaction::Savepoint), name(rest)),
        b"ROLLBACK" => {
            let inner = rest.trim_ascii_start().strip_prefix(b"TO ");
            let inner = inner.map(|rest| rest.strip_prefix(b"SAVEPOINT ").unwrap_or(rest));
            (Some(Transaction::Rollback), inner.and_then(name))
        }
        _ => (None, None),
    }
}

/// The job in the query tags: `/*application:Portal,job:ExtendedSignUpWorker*/`. They stand behind
/// the statement or before it; sqlcommenter writes a module's colons as `%3A`.
fn job_class(sql: &[u8]) -> Option<CompactString> {
    let comment = &sql[memchr::memmem::find(sql, b"/*")?..];
    let comment = &comment[..memchr::memmem::find(comment, b"*/")?];
    let class = text::undecorated(text::after_key(comment, "job")?);
    let is_inside = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_:%".contains(byte);
    let class = &class[..class.iter().take_while(is_inside).count()];
    let class = std::str::from_utf8(class).ok().filter(|class| !class.is_empty())?;
    Some(CompactString::from(class.replace("%3A", ":")))
}

/// The values that `$1` and `?` stand for.
struct Binds<'s> {
    listed: Vec<(&'s [u8], &'s [u8])>,
    scene: &'s Scene<'s>,
}

impl<'s> Binds<'s> {
    fn new(scene: &'s Scene<'_>, sql: &'s [u8]) -> Self {
        let beside = || match scene.field(&["binds"]) {
            Some(Structured::Array(list)) => pairs(list.strip_prefix(b"[")?),
            _ => None,
        };
        Self { listed: listed(sql).or_else(beside).unwrap_or_default(), scene }
    }

    /// The value of an expression for a column, as it is written.
    fn value(&self, column: &[u8], expression: Expression<'s>) -> Option<&'s [u8]> {
        match expression {
            Expression::Literal(text) => Some(text),
            Expression::Bind(place) => {
                let at_place = self.listed.get(place).filter(|(name, _)| is_name(name, column));
                let by_name = || self.listed.iter().find(|(name, _)| is_name(name, column));
                at_place.or_else(by_name).map(|(_, value)| *value).or_else(|| self.field(column))
            }
            Expression::Other => None,
        }
    }

    /// A bind in a field of its own: semantic_logger's `payload.binds.<column>`.
    fn field(&self, column: &[u8]) -> Option<&'s [u8]> {
        self.scene.record.fields.iter().find_map(|(key, value)| {
            let outer = &key[..key.len() - last_part(key).len()];
            match value {
                Structured::Text(text)
                    if last_part(key) == column && outer.ends_with(b"binds.") =>
                {
                    Some(text.as_ref())
                }
                // Of several values for one column the one to set comes first.
                Structured::Array(list)
                    if last_part(key) == column && outer.ends_with(b"binds.") =>
                {
                    json::elements(list)?.first().copied()
                }
                Structured::Null if last_part(key) == column && outer.ends_with(b"binds.") => {
                    Some(&b"null"[..])
                }
                _ => None,
            }
        })
    }
}

fn is_name(name: &[u8], column: &[u8]) -> bool {
    name == column || name == b"nil"
}

/// Reads `[["column", value], …]`.
fn listed(sql: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    pairs(&sql[memchr::memmem::rfind(sql, b"  [[")? + 3..])
}

/// Reads `["column", value], …`.
fn pairs(list: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let mut rest = list.trim_ascii_start();
    let mut found = Vec::with_capacity(4);
    while rest.starts_with(b"[") {
        let end = json::closing(rest)?;
        let inside = &rest[1..end - 1];
        let comma = memchr::memchr(b',', inside)?;
        found.push((text::unquoted(&inside[..comma]), inside[comma + 1..].trim_ascii()));
        rest = rest[end..].trim_ascii_start();
        rest = rest.strip_prefix(b",").unwrap_or(rest).trim_ascii_start();
    }
    Some(found)
}

fn writes(scene: &Scene<'_>, draft: &mut Draft, sql: &[u8], start: usize) {
    let Some(write) = clause::write(sql) else { return };
    if !write.table.eq_ignore_ascii_case(&scene.words.table) {
        return;
    }
    let binds = Binds::new(scene, sql);
    for (column, expression) in &write.columns {
        let value = binds.value(column, *expression);
        if let Some(field) = scene.words.field(column) {
            let shown = value.unwrap_or(b"no value");
            assign(draft, (field, start), column, (value, shown), write.is_insert);
        } else if *column == b"updated_at" {
            let stamp = value.and_then(|value| time::whole(text::unquoted(value)));
            // The server's log trims the zeros that ActiveRecord prints.
            let utc = |stamp: RawStamp| stamp.or_zone(RawZone::Utc).with_trimmed_zeros();
            draft.said.payload_stamp = stamp.map(utc);
        }
    }
    let ids = whose(&write).into_iter().filter_map(|expression| binds.value(b"id", expression));
    let ids = ids.map(text::unquoted).filter_map(therapist::id);
    let mut ids = ids.filter_map(|id| std::str::from_utf8(id).ok()).map(TherapistId::new);
    draft.said.therapist = ids.next();
    draft.said.others = ids.collect();
}

fn whose<'s>(write: &Write<'s>) -> Vec<Expression<'s>> {
    let own = write.columns.iter().find(|(column, _)| write.is_insert && *column == b"id");
    own.map_or_else(|| write.ids.clone(), |(_, expression)| vec![*expression])
}

fn assign(
    draft: &mut Draft,
    (field, at): (Field, usize),
    name: &[u8],
    (value, shown): (Option<&[u8]>, &[u8]),
    is_insert: bool,
) {
    match value.and_then(value::whole) {
        // A new row without a value clears nothing.
        Some(Value::Null) if is_insert => {}
        Some(Value::Damaged(text)) => draft.unread(assignment::damaged(name, text)),
        Some(new) => {
            draft.say(EventKind::Assigned { field, object: new.object(), previous: None }, at);
        }
        None => {
            let (name, shown) = (name.escape_ascii(), text::shown(shown));
            draft.unread(format!("expected an object id for {name}, found \"{shown}\""));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::statement::read;
    use crate::ingest::statement::tests::check;
    use crate::ingest::statement::tests::record;
    use crate::ingest::statement::tests::told;
    use crate::ingest::statement::tests::words;

    #[test]
    fn sql_writes_only_what_it_sets() {
        check(&[
            (
                "  Therapist Update (1.2ms)  UPDATE \"therapists\" SET \"$F\" = $1 WHERE \"therapists\".\"id\" = 48213",
                "hub=1",
            ),
            (
                "UPDATE `therapists` SET `therapists`.`$F` = '$1', `$G` = NULL WHERE `therapists`.`id` = 48213",
                "hub=1 att=nil",
            ),
            (
                "UPDATE \"therapists\" SET \"name\" = 'a, $F = 1' WHERE \"therapists\".\"$F\" = $1",
                "",
            ),
            ("UPDATE \"other\" SET \"$F\" = $1", ""),
            ("Therapist Load (0.3ms)  SELECT * FROM \"therapists\" WHERE \"$F\" = $1", ""),
            (
                "INSERT INTO \"therapists\" (\"name\", \"$F\", \"$G\") VALUES ('x', $1, NULL) RETURNING \"id\"",
                "hub=1",
            ),
            ("UPDATE \"therapists\" SET \"$F\" = '[FILTERED]' WHERE id = 1", "?"),
            (
                "PG::UniqueViolation: ERROR: x : UPDATE \"therapists\" SET \"$F\" = $1 WHERE id = 1",
                "",
            ),
            ("/*job:A*/ UPDATE therapists SET $F = $1::bigint WHERE id = 1", "hub=1"),
        ]);
        let message = r#"  Therapist Update (1.2ms)  UPDATE "therapists" SET "credentialing_hubspot_id" = $1, "updated_at" = $2 WHERE "therapists"."id" = $3 /*application:P,job:ExtendedSignUpWorker*/  [["credentialing_hubspot_id", 30278823850], ["updated_at", "2025-07-04 07:04:56.312454"], ["id", 48213]]"#;
        let record = record(message);
        let said = read(&record, &words());
        assert_eq!(told(&record), "hub=1");
        assert_eq!(said.therapist, Some(TherapistId::new("48213")));
        assert_eq!(said.class.as_deref(), Some("ExtendedSignUpWorker"));
        assert_eq!(said.payload_stamp.map(RawStamp::digits), Some(6));
        assert!(said.is_sql);
    }

    #[test]
    fn transactions_have_borders() {
        for (message, border) in [
            ("  TRANSACTION (0.2ms)  BEGIN", Some(Transaction::Begin)),
            ("  TRANSACTION (0.2ms)  COMMIT", Some(Transaction::Commit)),
            ("   (0.2ms)  ROLLBACK", Some(Transaction::Rollback)),
            ("TRANSACTION (0.2ms)  SAVEPOINT active_record_1", Some(Transaction::Savepoint)),
            (
                "TRANSACTION (0.2ms)  ROLLBACK TO SAVEPOINT active_record_1",
                Some(Transaction::Rollback),
            ),
            ("begin the work", None),
            ("COMMIT this", None),
        ] {
            assert_eq!(read(&record(message), &words()).transaction, border, "{message}");
        }
    }
}
