//! Envelopes: what a logger wraps around a message. One file per logger.
//!
//! Takes one line without its end and without colours, gives a [`Record`] that borrows from it.
//! Knows no zones and no meaning. A new logger is one file here and one line in [`ENVELOPES`].

mod audit;
mod bare;
mod hubspot;
mod inline;
mod json_lines;
mod keys;
mod logfmt;
mod lograge_json;
mod logstash;
mod ougai;
mod postgres;
mod rails_event;
mod rails_tagged;
mod ruby_hash;
mod ruby_logger;
mod semantic_json;
mod semantic_logfmt;
mod semantic_text;
mod sidekiq_json;
mod sidekiq_text;
mod tags;

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::Row;

/// How one logger writes a line.
pub trait Envelope: Sync {
    /// The name shown to people: `sidekiq-text`.
    fn name(&self) -> &'static str;

    /// One line of it, for people.
    fn example(&self) -> &'static str;

    /// What it can prove (formats.md §8).
    fn proves(&self) -> &'static str {
        "what the application logs: writes, label changes, creations, and by which job"
    }

    /// Whether this also reads lines that other loggers wrote. A fallback is asked last.
    fn is_fallback(&self) -> bool {
        false
    }

    /// Whether a line begins as only this logger's do: no wrapper around it need be looked for.
    fn owns(&self, _line: &[u8]) -> bool {
        false
    }

    /// Reads a line of text if this logger wrote its head; continuation lines have none.
    fn read<'a>(&self, _line: &'a [u8]) -> Option<Record<'a>> {
        None
    }

    /// What a line below, with a head of its own, is to a statement in SQL that this logger wrote.
    fn below(&self, _own: &Record<'_>, _line: &[u8]) -> Below {
        Below::End
    }

    /// Whether neither this record nor the lines below it tell a fact.
    fn is_mute(&self, _record: &Record<'_>) -> bool {
        false
    }

    /// Whether this logger wrote the row.
    fn claims(&self, _row: &Row<'_>) -> bool {
        false
    }

    /// Reads a row it claims. A row that tells a history gives several records, in its order.
    fn file<'a>(&self, row: Row<'a>) -> Vec<Record<'a>> {
        vec![keys::record(row.pairs)]
    }
}

/// What a line is to a statement above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Below {
    /// Another process's: the rest may still come.
    Other,
    /// The next record: nothing more comes.
    End,
    /// The values that the statement's places stand for, as ActiveRecord lists them.
    Values(Vec<u8>),
}

/// All envelopes in the order they are asked: specific ones first, of which no two read the same
/// line (a test holds that), then the fallbacks from the strictest to the most lenient.
pub static ENVELOPES: &[&dyn Envelope] = &[
    &sidekiq_text::SidekiqText,
    &sidekiq_json::SidekiqJson,
    &ruby_logger::RubyLogger,
    &rails_tagged::RailsTagged,
    &rails_event::RailsEvent,
    &semantic_text::SemanticText,
    &semantic_json::SemanticJson,
    &semantic_logfmt::SemanticLogfmt,
    &ougai::Ougai,
    &logstash::Logstash,
    &lograge_json::LogrageJson,
    &postgres::Postgres,
    &audit::PaperTrail,
    &audit::Audited,
    &audit::Logidze,
    &hubspot::Webhook,
    &hubspot::Object,
    &hubspot::Association,
    &hubspot::Call,
    &json_lines::JsonLines,
    &logfmt::Logfmt,
    &bare::Bare,
];

/// The record of a line that no envelope claims: all of it is message, without a clock.
///
/// Whether such a line continues the one before it is for `frame` to decide.
pub fn headless(line: &[u8]) -> Record<'_> {
    let mut record = Record { message: Cow::Borrowed(line), ..Record::default() };
    inline::adopt(&mut record, line);
    record
}

/// The record of one line by the first envelope that reads it.
#[cfg(test)]
pub(super) fn read_any(line: &[u8]) -> Option<Record<'_>> {
    let row = Row::of_json(line);
    ENVELOPES.iter().find_map(|envelope| match &row {
        Some(row) if envelope.claims(row) => envelope.file(row.clone()).pop(),
        Some(_) => None,
        None => envelope.read(line),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Value;
    use crate::ingest::ansi;
    use crate::ingest::json;

    /// Each sample with the envelope that owns it.
    const OWNERS: &[(&str, &str)] = &[
        ("audited_audits.jsonl", "audited"),
        ("activerecord_debug_ansi.log", "rails-tagged"),
        ("edge_bom_crlf_sidekiq7.log", "sidekiq-text"),
        ("edge_invalid_utf8.log", "sidekiq-text"),
        ("hubspot_associations_v4_put_calls.jsonl", "hubspot-call"),
        ("logfmt.log", "logfmt"),
        ("logstash_logger_json_lines.jsonl", "logstash"),
        ("ougai_bunyan.jsonl", "ougai"),
        ("ougai_pino.jsonl", "ougai"),
        ("postgres_server_log.log", "postgresql"),
        ("semantic_logger_color.log", "semantic-text"),
        ("semantic_logger_default.log", "semantic-text"),
        ("semantic_logger_json.jsonl", "semantic-json"),
        ("semantic_logger_logfmt.log", "semantic-logfmt"),
        ("logidze_log_data.jsonl", "logidze"),
        ("lograge_key_value.log", "ruby-logger"),
        ("paper_trail_versions_copy_text.tsv", "paper-trail"),
        ("paper_trail_versions_jsonb.jsonl", "paper-trail"),
        ("paper_trail_versions_yaml.jsonl", "paper-trail"),
        ("rails_default_formatter_activejob.log", "ruby-logger"),
        ("rails_logger_local_time_new_york.log", "ruby-logger"),
        ("rails_simple_formatter_ansi_sql_query_tags.log", "rails-tagged"),
        ("sidekiq5_pretty.log", "sidekiq-text"),
        ("sidekiq5_without_timestamp.log", "sidekiq-text"),
        ("sidekiq6_pretty.log", "sidekiq-text"),
        ("sidekiq7_json.jsonl", "sidekiq-json"),
        ("sidekiq7_pretty.log", "sidekiq-text"),
        ("sidekiq7_without_timestamp.log", "sidekiq-text"),
        ("sidekiq8_json.jsonl", "sidekiq-json"),
        ("sidekiq8_plain.log", "sidekiq-text"),
        ("sidekiq8_pretty_ansi.log", "sidekiq-text"),
        ("sidekiq8_without_timestamp_ansi.log", "sidekiq-text"),
    ];

    /// What the second and later lines of a record begin with in the samples.
    const CONTINUATIONS: &[&[u8]] = &[b"HTTP status", b"Response ", b"/app/"];

    fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).filter(|l| !l.is_empty())
    }

    #[test]
    fn each_sample_is_read_by_its_owner_and_by_no_other_specific_envelope() {
        for (file, owner) in OWNERS {
            let path = format!("{}/samples/formats/{file}", env!("CARGO_MANIFEST_DIR"));
            let bytes = std::fs::read(&path).expect("a sample in the repository");
            for line in lines(&bytes) {
                let line = ansi::strip(line);
                let is_head = !CONTINUATIONS.iter().any(|start| line.starts_with(start));
                let row = Row::of_json(&line);
                for envelope in ENVELOPES {
                    let claims = row.as_ref().is_some_and(|row| envelope.claims(row));
                    let reads = claims || envelope.read(&line).is_some();
                    let text = String::from_utf8_lossy(&line);
                    if envelope.name() == *owner {
                        assert_eq!(reads, is_head, "{owner} on {file}: {text}");
                    } else if !envelope.is_fallback() {
                        assert!(!reads, "{} on {file}: {text}", envelope.name());
                    }
                }
            }
        }
    }

    /// Samples whose rows need a frame first, with the envelope that owns them.
    const FRAMED: &[(&str, &str)] = &[
        ("audited_audits.csv", "audited"),
        ("audited_audits_json_agg.json", "audited"),
        ("hubspot_associations_v4_labels.json", "hubspot-association"),
        ("hubspot_associations_v4_read.json", "hubspot-association"),
        ("hubspot_contact_properties_with_history.json", "hubspot-object"),
        ("hubspot_custom_objects_batch_read.json", "hubspot-object"),
        ("hubspot_webhooks_flat.json", "hubspot-webhook"),
        ("logidze_log_data.csv", "logidze"),
        ("paper_trail_versions_jsonb.csv", "paper-trail"),
        ("paper_trail_versions_yaml.csv", "paper-trail"),
        ("paper_trail_versions_yaml_old_libyaml.csv", "paper-trail"),
    ];

    /// Keys and values of which odd rows are made.
    const KEYS: &[&str] = &[
        "item_type",
        "item_id",
        "event",
        "object_changes",
        "auditable_type",
        "auditable_id",
        "action",
        "audited_changes",
        "log_data",
        "id",
        "properties",
        "propertiesWithHistory",
        "results",
        "subscriptionType",
        "occurredAt",
        "objectId",
        "fromObjectId",
        "toObjectId",
        "labels",
        "method",
        "url",
        "status",
        "request_body",
        "created_at",
    ];
    const VALUES: &[&str] = &[
        "null",
        "3",
        "\"\"",
        "\"x\"",
        "[]",
        "[null,3]",
        "[[1],{\"c\":{\"f\":3},\"ts\":1751612697049}]",
        "{\"h\":[{\"c\":null,\"v\":1,\"ts\":1}]}",
        "\"---\\nf:\\n- 1\\n\"",
        "\"{\\\"h\\\":3}\"",
        "{\"hs_object_id\":\"3\",\"f\":[{\"value\":null,\"timestamp\":\"x\"}]}",
        "\"object.propertyChange\"",
        "\"https://x/crm/v4/objects/0-1/9/associations/2-7/3\"",
        "\"PUT\"",
        "\"429\"",
        "1751612697049",
    ];

    /// A plain reader of rows, so that this room is tested by itself.
    fn rows(text: &[u8]) -> Vec<Row<'static>> {
        if let Some(list) = json::elements(text) {
            return list.into_iter().filter_map(Row::of_json).map(Row::into_owned).collect();
        }
        if let Some(row) = Row::of_json(text) {
            return vec![row.into_owned()];
        }
        let text = String::from_utf8_lossy(text).into_owned();
        let (mut cells, mut records, mut is_quoted) = (vec![String::new()], Vec::new(), false);
        for letter in text.replace("\"\"", "\u{1}").chars() {
            match letter {
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => cells.push(String::new()),
                '\n' if !is_quoted => {
                    records.push(std::mem::replace(&mut cells, vec![String::new()]));
                }
                '\u{1}' => cells.last_mut().expect("a cell").push('"'),
                letter => cells.last_mut().expect("a cell").push(letter),
            }
        }
        let head = records.remove(0);
        let row = |cells: Vec<String>| {
            let pairs = head.iter().zip(cells).map(|(key, cell)| {
                let value = match cell.as_str() {
                    "" => Value::Null,
                    _ => Value::Text(Cow::Owned(cell.into_bytes())),
                };
                (Cow::Owned(key.clone().into_bytes()), value)
            });
            Row { pairs: pairs.collect() }
        };
        records.into_iter().map(row).collect()
    }

    #[test]
    fn each_framed_sample_is_claimed_by_its_owner_and_by_no_other_specific_envelope() {
        for (file, owner) in FRAMED {
            let path = format!("{}/samples/formats/{file}", env!("CARGO_MANIFEST_DIR"));
            let rows = rows(&std::fs::read(&path).expect("a sample in the repository"));
            assert!(!rows.is_empty(), "{file}");
            for row in rows {
                let claims = ENVELOPES.iter().filter(|e| !e.is_fallback() && e.claims(&row));
                let names: Vec<_> = claims.map(|envelope| envelope.name()).collect();
                assert_eq!(names, [*owner], "{file}: {row:?}");
            }
        }
    }

    #[test]
    fn rows_of_other_samples_are_no_audits_and_none_of_hubspots() {
        let folder = format!("{}/samples/formats", env!("CARGO_MANIFEST_DIR"));
        let is_theirs = |name: &str| {
            ["audited", "hubspot", "logidze", "paper_trail"].iter().any(|own| name.starts_with(own))
        };
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if is_theirs(&name) {
                continue;
            }
            for line in lines(&std::fs::read(&path).expect("a sample")) {
                let row = Row::of_json(line);
                let reads = ENVELOPES.iter().filter(|envelope| {
                    row.as_ref().is_some_and(|row| envelope.claims(row))
                        || envelope.read(line).is_some()
                });
                for envelope in reads {
                    let own = envelope.name().split('-').next().unwrap_or_default();
                    assert!(!["audited", "hubspot", "logidze", "paper"].contains(&own), "{name}");
                }
            }
        }
    }

    #[test]
    fn names_are_unique_and_fallbacks_are_last() {
        let names: std::collections::BTreeSet<_> = ENVELOPES.iter().map(|e| e.name()).collect();
        assert_eq!(names.len(), ENVELOPES.len());
        assert!(ENVELOPES.is_sorted_by_key(|envelope| envelope.is_fallback()));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            for envelope in ENVELOPES {
                let _ = envelope.read(&bytes).is_some();
            }
        }

        #[test]
        fn no_row_panics(
            cells in proptest::collection::vec(
                (proptest::sample::select(KEYS), proptest::sample::select(VALUES)), 0..8,
            ),
        ) {
            let line = cells.iter().map(|(key, value)| format!("\"{key}\":{value}"));
            let line = format!("{{{}}}", line.collect::<Vec<_>>().join(","));
            let row = Row::of_json(line.as_bytes());
            for envelope in ENVELOPES {
                if let Some(row) = row.clone().filter(|row| envelope.claims(row)) {
                    proptest::prop_assert!(!envelope.file(row).is_empty(), "{line}");
                }
            }
        }

        #[test]
        fn no_torn_line_panics(
            text in "(INFO |2025-07-04T07:04:56|\\.312Z|pid=4| tid=2|: |job=\\{|\"|\\[|\\]|a=| -- |#4|I, \\[){0,12}",
        ) {
            for envelope in ENVELOPES {
                let _ = envelope.read(text.as_bytes()).is_some();
            }
        }
    }
}
