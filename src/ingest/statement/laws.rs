//! Laws of reading statements: no bytes panic, dress does not matter, and every sample tells the
//! one story of formats.md.

use std::sync::LazyLock;

use crate::ingest::Record;
use crate::ingest::ansi;
use crate::ingest::envelope::ENVELOPES;
use crate::ingest::envelope::read_any;
use crate::ingest::statement::Transaction;
use crate::ingest::statement::Vocabulary;
use crate::ingest::statement::read;
use crate::ingest::statement::wording::tests::said_again;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::ObjectId;
use crate::model::Profile;
use crate::model::StatementPattern;
use crate::model::TherapistId;

static WORDS: LazyLock<Vocabulary> =
    LazyLock::new(|| Vocabulary::new(&Profile::default()).expect("the built-in profile"));

/// The events of one sample, as short text in the order of the file.
fn story(file: &str) -> Vec<String> {
    let path = format!("{}/samples/formats/{file}", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(path).expect("a sample in the repository");
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut told = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = ansi::strip(line.trim_ascii_end());
        let Some(record) = read_any(&line) else { continue };
        let said = read(&record, &WORDS);
        assert_eq!(said_again(&record, &WORDS), said);
        assert_eq!(said.unread, None, "{}", String::from_utf8_lossy(&line));
        let whose = said.therapist.as_ref().map_or("?", TherapistId::as_str);
        for kind in said.kinds.iter().filter(|kind| !kind.is_lifecycle()) {
            let object = kind.object().map_or("nil", ObjectId::as_str);
            let what = match kind {
                EventKind::Assigned { field: Field::Hubspot, .. } => "hub",
                EventKind::Assigned { .. } => "att",
                EventKind::Labelled { label, .. } | EventKind::Unlabelled { label, .. } => {
                    label.name()
                }
                other => other.name(),
            };
            let sign = if matches!(kind, EventKind::Unlabelled { .. }) { "-" } else { "" };
            told.push(format!("{whose} {sign}{what} {}", &object[object.len() - 3..]));
        }
        let lives = said.kinds.iter().filter(|kind| kind.is_lifecycle());
        told.extend(lives.map(|kind| kind.name().to_owned()));
    }
    told
}

#[test]
fn every_sample_tells_the_same_story() {
    let facts = [
        "48213 created 850",
        "48213 att 850",
        "48213 Active Attested 850",
        "48219 hub 442",
        "48213 -Active Attested 850",
        "48213 Active 850",
        "48213 hub 850",
        "48213 att 773",
        "48213 hub 773",
        "48213 -Active Attested 773",
        "48213 Active 773",
        "48213 hub 850",
    ];
    for (file, failures) in [
        ("edge_bom_crlf_sidekiq7.log", 2),
        ("edge_invalid_utf8.log", 2),
        ("logfmt.log", 2),
        ("lograge_key_value.log", 1),
        ("rails_default_formatter_activejob.log", 1),
        ("rails_simple_formatter_ansi_sql_query_tags.log", 1),
        ("sidekiq5_pretty.log", 2),
        ("sidekiq5_without_timestamp.log", 2),
        ("sidekiq7_json.jsonl", 2),
        ("sidekiq7_pretty.log", 2),
        ("sidekiq7_without_timestamp.log", 2),
        ("sidekiq8_json.jsonl", 2),
        ("sidekiq8_pretty_ansi.log", 2),
    ] {
        let told = story(file);
        let count = |name: &str| told.iter().filter(|text| *text == name).count();
        assert_eq!((count("started"), count("done")), (4, 3), "{file}");
        assert_eq!(count("failed"), failures, "{file}");
        let is_life = |text: &&String| ["started", "done", "failed"].contains(&text.as_str());
        let events: Vec<_> = told.iter().filter(|text| !is_life(text)).collect();
        assert_eq!(events, facts.iter().collect::<Vec<_>>(), "{file}");
    }
}

#[test]
fn a_house_statement_wins_over_ours() {
    let statement =
        |name: &str, contains: &str, pattern: &str, kind: Option<&str>| StatementPattern {
            name: name.to_owned(),
            contains: contains.to_owned(),
            pattern: pattern.to_owned(),
            kind: kind.map(str::to_owned),
        };
    let pointer = r"pointer (?<field>\w+) of (?<therapist>\d+): (?<from>\S+) ~> (?<to>\S+)";
    let profile = Profile {
        statement: vec![
            statement("pointer", "pointer", pointer, None),
            statement("tag", "tagged", r"tagged (?<object>\d+) as (?<label>[\w ]+)", None),
            statement(
                "untag",
                "untagged!",
                r"untagged! (?<object>\d+) (?<label>[\w ]+)",
                Some("unlabelled"),
            ),
            statement("made", "made", r"made (?<object>\d+)", None),
            statement("go", "go!", r"go!", Some("started")),
        ],
        ..Profile::default()
    };
    let words = Vocabulary::new(&profile).expect("patterns that compile");
    let object = || ObjectId::new("30278823850");
    let label = crate::model::Label::Active;
    let field = Field::Hubspot;
    for (message, kinds) in [
        (
            "pointer credentialing_hubspot_id of 48213: nil ~> 30278823850",
            vec![EventKind::Assigned { field, object: Some(object()), previous: None }],
        ),
        ("tagged 30278823850 as active", vec![EventKind::Labelled { object: object(), label }]),
        ("untagged! 30278823850 Active", vec![EventKind::Unlabelled { object: object(), label }]),
        ("made 30278823850", vec![EventKind::Created { object: object() }]),
        ("go! credentialing_hubspot_id=1", vec![EventKind::Started]),
        ("pointer elsewhere", vec![]),
    ] {
        let record = Record { message: message.as_bytes().into(), ..Record::default() };
        assert_eq!(read(&record, &words).kinds, kinds, "{message}");
    }
}

#[test]
fn families_have_names_of_their_own() {
    let names: Vec<_> = super::names().collect();
    let all = "house hubspot lifecycle sql veto failure doubt assignment label named object";
    assert_eq!(names.join(" "), all);
}

/// A hostile line must not cost its length squared: 200 kB of each fragment, all of them in a
/// second or two even without optimisation.
#[test]
fn long_lines_cost_their_length() {
    let heads = [
        "",
        "INFO  pid=4 tid=2tc",
        "a=1 b=2 ",
        "I, [2025-07-04T07:04:56.3 #4]  INFO -- : ",
        "{\"a\":",
    ];
    let fragments = [
        " a={",
        " a=[",
        "=",
        " ",
        "method=",
        "UPDATE ",
        "created credentialing object ",
        "{\"a\":",
        "from \"Active\" label ",
        "failed to ; ",
        "ExtendedSignUpWorker ",
        "\x1b[",
        "therapist ",
        "[[",
        "\"",
        "credentialing_hubspot_id ",
        "  [[",
        "[ActiveJob] ",
        "args",
        ": ",
        "-",
    ];
    let start = std::time::Instant::now();
    for head in heads {
        for fragment in fragments {
            let line = format!("{head}{}", fragment.repeat(200_000 / fragment.len()));
            let line = ansi::strip(line.as_bytes());
            for envelope in ENVELOPES {
                if let Some(record) = envelope.read(&line) {
                    let _ = read(&record, &WORDS).is_sql;
                }
            }
            let record = Record { message: line, ..Record::default() };
            let _ = read(&record, &WORDS).is_sql;
        }
    }
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

proptest::proptest! {
    #[test]
    fn no_bytes_panic(bytes: Vec<u8>) {
        let record = Record { message: bytes.into(), ..Record::default() };
        let _ = read(&record, &WORDS).is_sql;
    }

    #[test]
    fn no_torn_sentence_panics(
        text in "(credentialing_hubspot_id|30278823850|Therapist|label |\"Active|Attested|object |=>|->|: |\\[|\\]|\"|\\\\|UPDATE \"therapists\" SET|WHERE| = |\\$1|\\?|failed to |ExtendedSignUpWorker|Job raised exception|args|gid://|from |to |2025-07-04T|→|\\(|\\)|,|'|3E\\+1| ){0,14}"    ) {
        let record = Record { message: text.as_bytes().into(), ..Record::default() };
        let said = read(&record, &WORDS);
        proptest::prop_assert!(said.transaction != Some(Transaction::Begin) || said.is_sql);
    }

    #[test]
    fn dress_does_not_matter(
        id in 1_u64..1_000_000_000_000,
        name in proptest::sample::select(vec!["", "\"", "'", "`", "**", "\\\"", ":"]),
        value in proptest::sample::select(vec!["", "\"", "'", "`", "**", "\\\""]),
        operator in proptest::sample::select(vec!["=", ": ", " => ", "=>", " := ", " set to ", " is now "])    ) {
        let close = if name == ":" { "" } else { name };
        let text = format!("{name}credentialing_hubspot_id{close}{operator}{value}{id}{value}");
        let record = Record { message: text.as_bytes().into(), ..Record::default() };
        let object = Some(ObjectId::new(id.to_string()));
        let kind = EventKind::Assigned { field: Field::Hubspot, object, previous: None };
        proptest::prop_assert_eq!(read(&record, &WORDS).kinds, vec![kind]);
    }
}
