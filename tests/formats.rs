//! Every format sample tells the story of therapist 48213, alone and all together.
//!
//! The table in docs/formats.md is what this test sees; `UPDATE_DOCS=1 cargo test --test formats`
//! writes it anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use credtrail::app::analyze;
use credtrail::app::analyze::Evidence;
use credtrail::app::analyze::Question;
use credtrail::app::timeline::timeline;
use credtrail::ingest::Options;
use credtrail::ingest::source::Input;
use credtrail::model::EventKind;
use credtrail::model::Field;
use credtrail::model::ObjectId;
use credtrail::model::Profile;
use credtrail::model::Stamp;
use credtrail::model::TherapistId;
use credtrail::timeline::Timeline;
use serde_json::Value;

const FOLDER: &str = "samples/formats";

/// Samples that cannot carry assignments of a therapist, and why.
const PARTIAL: [(&str, &str); 6] = [
    ("hubspot_associations_v4_labels.json", "a catalogue of labels, no history"),
    ("hubspot_associations_v4_put_calls.jsonl", "label changes only, by contact"),
    ("hubspot_associations_v4_read.json", "a snapshot without times"),
    ("hubspot_custom_objects_batch_read.json", "objects and their status, no field"),
    ("hubspot_webhook_bodies.jsonl", "by contact: the profile names whose"),
    ("hubspot_webhooks_flat.json", "by contact: the profile names whose"),
];

fn question() -> Question {
    let profile = std::fs::read_to_string("samples/hubspot-portal.toml").expect("a profile");
    Question::new(Profile::from_toml(&profile).expect("a good profile"))
}

fn samples() -> Vec<String> {
    let entries = std::fs::read_dir(FOLDER)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> =
        entries.filter(|name| name != "README.md" && name != "expected_events.json").collect();
    names.sort();
    names
}

fn gather(names: &[&str], question: &Question) -> Evidence {
    let inputs: Vec<Input> =
        names.iter().map(|name| Input::File(PathBuf::from(format!("{FOLDER}/{name}")))).collect();
    analyze::gather(&inputs, question, &Options::default()).expect("the profile is good")
}

fn of_48213(evidence: &Evidence, question: &Question) -> Option<Timeline> {
    timeline(evidence, &TherapistId::new("48213"), question)
}

/// One assignment: when, which field, which object, what it replaced.
type Assignment = (String, &'static str, Option<ObjectId>);

fn truth() -> Vec<Assignment> {
    let text = std::fs::read_to_string(format!("{FOLDER}/expected_events.json")).expect("truth");
    let truth: Value = serde_json::from_str(&text).expect("JSON");
    let events = truth["events"].as_array().expect("events").iter();
    let assigned = events.filter(|event| event["kind"] == "assignment");
    assigned
        .map(|event| {
            let field = Field::ALL.into_iter().find(|f| event["field"] == f.name());
            let time = event["t"].as_str().expect("a time").to_owned();
            let object = event["value"].as_u64().map(|id| ObjectId::new(id.to_string()));
            (time, field.expect("a field").name(), object)
        })
        .collect()
}

fn assignments(line: &Timeline) -> Vec<(Option<Stamp>, &'static str, Option<ObjectId>)> {
    let assigned = line.events.iter().filter_map(|event| match &event.kind {
        EventKind::Assigned { field, object, .. } => {
            Some((event.stamp, field.name(), object.clone()))
        }
        _ => None,
    });
    assigned.collect()
}

/// Whether a printed time is the truth's, cut to its digits; rounding clocks and those that are
/// read later may be off by a little.
fn is_then(stamp: Stamp, truth: &str) -> bool {
    let nanos = chrono::DateTime::parse_from_rfc3339(truth).expect("a time");
    let nanos = nanos.timestamp_nanos_opt().expect("this century");
    let late = 600_000_000;
    (stamp.earliest()..stamp.until()).contains(&nanos)
        || (0..late).contains(&(stamp.earliest() - nanos))
        || stamp.until() > nanos && stamp.earliest() - 1_000_000 <= nanos
}

/// How many of the five assignments a file tells, in their order and at their times.
fn told(line: &Timeline) -> usize {
    let (told, truth) = (assignments(line), truth());
    assert!(told.len() <= truth.len(), "more writes than there were: {told:?}");
    told.iter()
        .zip(&truth)
        .filter(|((stamp, field, object), (time, other, value))| {
            field == other && object == value && stamp.is_none_or(|stamp| is_then(stamp, time))
        })
        .count()
}

#[test]
fn every_format_tells_the_five_assignments() {
    let question = question();
    let mut table = String::from(
        "| file | read as | assignments | clock | jobs | runs |\n|---|---|---|---|---|---|\n",
    );
    for name in samples() {
        let evidence = gather(&[&name], &question);
        let source = &evidence.sources[0];
        let partial = PARTIAL.iter().find(|(file, _)| **file == name).map(|(_, why)| *why);
        let line = of_48213(&evidence, &question);
        let count = line.as_ref().map_or(0, told);
        if partial.is_none() {
            assert_eq!(count, 5, "{name}: {:?}", line.as_ref().map(assignments));
        }
        if let Some(line) = &line {
            let is_decoy = |event: &credtrail::model::Event| {
                event.kind.object().is_some_and(|object| object.as_str() == "30281190442")
            };
            assert!(!line.events.iter().any(is_decoy), "{name} takes over another's object");
        }
        let format = source.format.join(" › ");
        let shown = partial.map_or_else(|| format!("{count} of 5"), ToOwned::to_owned);
        let _ = writeln!(
            table,
            "| {name} | {format} | {shown} | {} | {} | {} |",
            line.as_ref().map_or_else(|| "–".to_owned(), clock),
            line.as_ref().map_or_else(|| "–".to_owned(), jobs),
            line.as_ref().map_or_else(|| "–".to_owned(), runs),
        );
    }
    check_docs(&table);
}

/// The clocks and digits of the assignments.
fn clock(line: &Timeline) -> String {
    let stamps = assignments(line).into_iter().map(|(stamp, _, _)| match stamp {
        Some(stamp) => {
            format!("{}, {}", format!("{:?}", stamp.clock()).to_lowercase(), stamp.precision())
        }
        None => "none, in order".to_owned(),
    });
    let kinds: BTreeSet<String> = stamps.collect();
    if kinds.is_empty() {
        "–".to_owned()
    } else {
        kinds.into_iter().collect::<Vec<_>>().join("; ")
    }
}

fn jobs(line: &Timeline) -> String {
    let jobs: BTreeSet<_> = line.runs.iter().filter_map(|run| run.mark.job.as_ref()).collect();
    jobs.len().to_string()
}

fn runs(line: &Timeline) -> String {
    let run = |run: &credtrail::model::Run| {
        if run.inferred { "inferred".to_owned() } else { run.outcome.name().to_owned() }
    };
    line.runs.iter().map(run).collect::<Vec<_>>().join(", ")
}

const BEGIN: &str = "<!-- table: tests/formats.rs -->\n\n";
const END: &str = "\n<!-- end of table -->";

fn check_docs(table: &str) {
    let docs = std::fs::read_to_string("docs/formats.md").expect("docs/formats.md");
    let (head, rest) = docs.split_once(BEGIN).expect("the table's begin");
    let (shown, foot) = rest.split_once(END).expect("the table's end");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let new = format!("{head}{BEGIN}{table}{END}{foot}");
        std::fs::write("docs/formats.md", new).expect("docs/formats.md is writable");
    } else {
        assert_eq!(shown, table, "UPDATE_DOCS=1 cargo test --test formats writes it anew");
    }
}

/// All application logs and audit trails at once: five writes, each with many witnesses, and what
/// one file alone makes of them. (HubSpot's own history knows more: it is told apart.)
#[test]
fn all_files_at_once_are_one_story() {
    let question = question();
    let names = samples();
    // A clock in another zone that nothing in the file tells is a question for `--tz`.
    let all: Vec<&str> =
        names.iter().map(String::as_str).filter(|name| !name.contains("custom_objects")).collect();
    let evidence = gather(&all, &question);
    let line = of_48213(&evidence, &question).expect("48213 is told of");
    assert_eq!(told(&line), 5);
    assert_eq!(assignments(&line).len(), 5);
    for event in &line.events {
        if matches!(event.kind, EventKind::Assigned { .. }) {
            assert!(event.origins().count() > 60, "{event:?}");
        }
    }
    let jobs: Vec<_> = line.runs.iter().map(|run| (run.attempt, run.outcome.name())).collect();
    assert_eq!(jobs, [(1, "done"), (1, "failed"), (2, "done"), (1, "done")]);
    let findings = |names: &[&str]| {
        let analysis = analyze::judge(gather(names, &question), &question);
        let mine = analysis.findings.iter().filter(|f| f.therapist.as_str() == "48213");
        mine.map(|finding| (finding.id(), finding.certainty)).collect::<BTreeSet<_>>()
    };
    let alone = findings(&["sidekiq7_pretty.log"]);
    let together = findings(&all);
    assert!(!alone.is_empty() && alone == together, "{alone:#?} {together:#?}");
}
