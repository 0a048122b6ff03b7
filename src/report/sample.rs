//! Analyses made by hand for the tests of this floor; the first is July 4 of
//! credentialing-states.md as design.md §7 wants it read.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::DateTime;

use crate::model::Analysis;
use crate::model::Busy;
use crate::model::Certainty;
use crate::model::Clock;
use crate::model::Duplicates;
use crate::model::EndState;
use crate::model::Event;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::Figures;
use crate::model::Finding;
use crate::model::GapColumn;
use crate::model::Gaps;
use crate::model::Host;
use crate::model::Hour;
use crate::model::Hours;
use crate::model::Label;
use crate::model::ObjectId;
use crate::model::Origin;
use crate::model::Outcome;
use crate::model::Profile;
use crate::model::Quantile;
use crate::model::Quote;
use crate::model::Recommendation;
use crate::model::Risk;
use crate::model::RuleId;
use crate::model::Run;
use crate::model::RunId;
use crate::model::Severity;
use crate::model::Sheet;
use crate::model::SourceId;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::model::Status;
use crate::model::Still;
use crate::model::TherapistId;
use crate::model::Unread;
use crate::model::Verdict;
use crate::model::Witness;
use crate::model::Zone;
use crate::model::rate::Rate;
use crate::report::style::Colour;
use crate::report::style::Screen;
use crate::timeline;
use crate::timeline::Timeline;

pub(crate) const LINES: [&str; 5] = [
    "01:31:40 therapist_id=48213 credentialing_active_attested_id set to 30278823850",
    "07:04:56 therapist_id=48213 credentialing_hubspot_id set to 30278823850",
    "07:04:57 therapist_id=48213 credentialing_active_attested_id set to 30272441773",
    "07:22:44 therapist_id=48213 credentialing_hubspot_id set to 30272441773",
    "07:46:38 therapist_id=48213 credentialing_hubspot_id set to 30278823850",
];

/// A screen without colour.
pub(crate) fn screen(width: usize) -> Screen {
    Screen { width, colour: Colour::Never }
}

/// A time on July 4 with the digits it is written with.
pub(crate) fn at(time: &str) -> Stamp {
    let digits = time.split_once('.').map_or(0, |(_, digits)| digits.len());
    let whole = DateTime::parse_from_rfc3339(&format!("2025-07-04T{time}Z")).expect("a time");
    let nanos = whole.timestamp_nanos_opt().expect("this century");
    let digits = u8::try_from(digits).expect("few digits");
    Stamp::truncated(nanos, digits, Zone::Assumed, Clock::Application)
}

pub(crate) fn objects() -> [ObjectId; 2] {
    ["30278823850", "30272441773"].map(ObjectId::new)
}

pub(crate) fn therapist() -> TherapistId {
    TherapistId::new("48213")
}

pub(crate) fn run(number: usize) -> RunId {
    RunId::new(format!("r{number}"))
}

/// A run with these events.
pub(crate) fn run_of(number: usize, events: &[usize]) -> Run {
    Run {
        id: run(number),
        mark: Arc::default(),
        attempt: 1,
        inferred: true,
        from: None,
        to: None,
        outcome: Outcome::Unknown,
        steps: Vec::new(),
        failed_steps: Vec::new(),
        events: events.to_vec(),
        has_start: false,
        redelivery_of: None,
    }
}

/// The five lines as a timeline.
pub(crate) fn july_timeline() -> Timeline {
    let [first, second] = objects();
    let writes = [
        ("01:31:40", Field::ActiveAttested, &first),
        ("07:04:56", Field::Hubspot, &first),
        ("07:04:57", Field::ActiveAttested, &second),
        ("07:22:44", Field::Hubspot, &second),
        ("07:46:38", Field::Hubspot, &first),
    ];
    let events = writes.iter().enumerate().map(|(number, (time, field, object))| Event {
        therapist: Some(therapist()),
        stamp: Some(at(time)),
        kind: EventKind::Assigned {
            field: *field,
            object: Some((*object).clone()),
            previous: None,
        },
        mark: Arc::default(),
        witness: Witness::default(),
        origin: july_line(number + 1),
        is_adopted: false,
        more: None,
    });
    timeline::build(therapist(), events.collect(), Some(at("07:46:38")), &Profile::default())
}

/// One line of `worker.log`, from 1.
pub(crate) fn origin(line: usize, text: &[u8]) -> Origin {
    let line = u64::try_from(line).expect("a small number");
    Origin { source: SourceId(0), offset: (line - 1) * 80, line, text: Quote::from(text) }
}

/// One of the five lines, from 1.
pub(crate) fn july_line(line: usize) -> Origin {
    origin(line, LINES[line - 1].as_bytes())
}

pub(crate) fn source(name: &str, sheet: Sheet) -> SourceReport {
    SourceReport {
        name: name.to_owned(),
        format: vec!["sidekiq-text"],
        confidence: 0.999,
        sheet,
        unread: Vec::new(),
        span: Some((at("01:31:40"), at("07:46:38"))),
        error: None,
    }
}

pub(crate) fn sheet(used: u64, ignored: u64, unread: u64) -> Sheet {
    let lines = used + ignored + unread;
    Sheet { bytes: lines * 80, lines, used, ignored, unread }
}

/// The four findings of July 4, worst first.
pub(crate) fn july_findings() -> Vec<Finding> {
    let [correct, incorrect] = objects();
    let finding =
        |rule, severity, line| Finding::new(RuleId(rule), severity, &therapist(), &july_line(line));
    vec![
        finding("dual-active", Severity::Medium, 2)
            .between(Some(at("07:22:44")), None)
            .still(Still::Wrong)
            .objects([&correct, &incorrect])
            .runs([&run(2), &run(3)])
            .summary(
                "30278823850 (Active since 07:04:56) and 30272441773 (Active since 07:22:44) \
                      are both \"Active\", and no clean hand-off led there",
            )
            .evidence([&july_line(4)])
            .recommend(&[
                Recommendation::CleanupJob,
                Recommendation::JobDeduplication,
                Recommendation::TherapistLock,
            ]),
        finding("overwrite", Severity::High, 2)
            .between(Some(at("07:04:57")), None)
            .objects([&correct, &incorrect])
            .runs([&run(1), &run(2)])
            .summary(
                "credentialing_active_attested_id went from 30278823850 to 30272441773, and the \
                      promotion of 30272441773 was later taken back",
            )
            .evidence([&july_line(3), &july_line(5)])
            .recommend(&[Recommendation::JobDeduplication, Recommendation::TherapistLock]),
        finding("rapid-writes", Severity::Medium, 2)
            .certainty(Certainty::Possible)
            .between(Some(at("07:04:56")), Some(at("07:04:57")))
            .gap(Some(at("07:04:56").gap(at("07:04:57"))))
            .objects([&correct, &incorrect])
            .runs([&run(2)])
            .summary(
                "two different objects were written to this therapist's fields, perhaps within \
                      one second",
            )
            .evidence([&july_line(3)])
            .recommend(&[Recommendation::NoConcurrentStart, Recommendation::MonitorRapidUpdates]),
        finding("flip-flop", Severity::Medium, 2)
            .between(Some(at("07:04:56")), Some(at("07:46:38")))
            .objects([&correct, &incorrect, &correct])
            .runs([&run(2), &run(3), &run(4)])
            .summary(
                "credentialing_hubspot_id went from 30278823850 to 30272441773 and back to \
                      30278823850, once",
            )
            .evidence([&july_line(4), &july_line(5)])
            .recommend(&[Recommendation::TherapistLock, Recommendation::MonitorRapidUpdates]),
    ]
}

fn july_end() -> EndState {
    let [correct, incorrect] = objects();
    let fields = [(Field::ActiveAttested, &incorrect), (Field::Hubspot, &correct)];
    EndState {
        number: None,
        also: Vec::new(),
        name: "both objects \"Active\", the second \"Active Attested\" too".to_owned(),
        risk: Risk::Medium,
        certainty: Certainty::Certain,
        labels: BTreeMap::from([
            (correct.clone(), BTreeSet::from([Label::Active])),
            (incorrect.clone(), BTreeSet::from([Label::Active, Label::ActiveAttested])),
        ]),
        fields: fields.map(|(field, object)| (field, Some(object.clone()))).into(),
    }
}

fn verdict(id: &str, status: Status, end_state: EndState) -> Verdict {
    let therapist = TherapistId::new(id);
    Verdict { therapist, events: 5, runs: 4, status, end_state, pairing: None }
}

/// The case that started it.
pub(crate) fn july_4() -> Analysis {
    Analysis {
        window: Some((at("01:31:40"), at("07:46:38"))),
        sources: vec![source("worker.log", sheet(5, 0, 0))],
        therapists: vec![verdict("48213", Status::Violating, july_end())],
        findings: july_findings(),
        severity: Severity::Low,
        hidden: 0,
        notes: vec!["no line names a job: all 4 runs are inferred".to_owned()],
    }
}

/// July 4 in numbers, as far as its four runs have any.
pub(crate) fn july_figures() -> Figures {
    let mut columns = vec![Hour::default(); 7];
    columns[0].runs = 1;
    columns[6] = Hour { runs: 3, findings: [1, 3, 0, 0] };
    let [first, second] =
        [("07:04:56", "07:22:44"), ("07:22:44", "07:46:38")].map(|(from, to)| at(from).gap(at(to)));
    let outside = |gap: crate::model::Gap| GapColumn {
        place: Gaps::place(gap.longest()),
        outside: 1,
        ..GapColumn::default()
    };
    let near = GapColumn { place: 45, possible: 1, ..GapColumn::default() };
    Figures {
        hours: Some(Hours {
            from: at("01:00:00").printed(),
            step: 3_600_000_000_000,
            name: "hour",
            columns,
        }),
        gaps: Gaps {
            window: 1_000_000_000,
            therapists: 1,
            columns: vec![near, outside(first), outside(second)],
            quantiles: vec![Quantile { percent: 50, gap: first }],
        },
        duplicates: Duplicates { certain: Rate::wilson(0, 4), at_most: Rate::wilson(1, 4) },
        hosts: vec![Host { name: None, runs: 4, found: 4, duplicates: 1 }],
        top: vec![Busy { therapist: therapist(), findings: 4, still: 1, runs: 4, duplicates: 1 }],
        therapists: 1,
        runs: 4,
    }
}

/// Hand-offs that all went well.
pub(crate) fn fine() -> Analysis {
    let [first, second] = objects();
    let end = EndState {
        number: Some(1),
        name: "complete success".to_owned(),
        risk: Risk::None,
        labels: BTreeMap::from([
            (first.clone(), BTreeSet::from([Label::Active])),
            (second.clone(), BTreeSet::from([Label::ActiveAttested])),
        ]),
        ..july_end()
    };
    Analysis {
        window: Some((at("01:31:40.001"), at("07:46:38.250"))),
        sources: vec![source("stdin", sheet(3_204, 409_680, 5))],
        therapists: (0..412).map(|id| verdict(&id.to_string(), Status::Ok, end.clone())).collect(),
        hidden: 3,
        ..Analysis::default()
    }
}

/// A log in which nothing could be read.
pub(crate) fn inconclusive() -> Analysis {
    let mut broken = source("worker.log.gz", sheet(0, 1_200, 34));
    broken.format = vec!["gzip"];
    broken.confidence = 0.0;
    broken.span = None;
    broken.error = Some("unexpected end of file after 96 kB".to_owned());
    broken.unread = vec![Unread {
        origin: origin(7, b"\xff\x1b]0;owned\x07 credentialing_hubspot_id ??"),
        reason: "expected a time, found `\\xff`".to_owned(),
    }];
    Analysis { sources: vec![broken], ..Analysis::default() }
}

/// More findings than a screen should hold, for several therapists.
pub(crate) fn many() -> Analysis {
    let mut analysis = july_4();
    for id in 0..30_u32 {
        let name = (70_000 + id).to_string();
        analysis.therapists.push(verdict(&name, Status::Healed, july_end()));
        analysis.findings.push(
            Finding::new(
                RuleId("failed-step"),
                Severity::Medium,
                &TherapistId::new(&name),
                &july_line(2),
            )
            .between(Some(at("07:04:56")), Some(at("07:05:10")))
            .summary("step 3 (unattest) failed and was done again"),
        );
    }
    analysis
}

/// Everything a log can hold that wants to act on its reader.
pub(crate) fn hostile(bytes: &[u8]) -> Analysis {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut analysis = july_4();
    let therapist = TherapistId::new(&text);
    let finding = Finding::new(RuleId("overwrite"), Severity::High, &therapist, &origin(1, bytes))
        .between(Some(at("07:04:57")), None)
        .objects([&ObjectId::new(&text)])
        .runs([&RunId::new(&text)])
        .summary(text.clone())
        .evidence([&origin(2, bytes), &origin(3, b"=cmd()")])
        .recommend(&[Recommendation::Rollback]);
    analysis.findings.insert(0, finding);
    analysis.therapists.push(verdict(&text, Status::Undetermined, july_end()));
    analysis.notes.push(text.clone());
    analysis.sources[0].name.clone_from(&text);
    analysis.sources[0].error = Some(text.clone());
    let unread = Unread { origin: origin(9, bytes), reason: text };
    analysis.sources[0].unread.push(unread);
    analysis
}

/// What [`hostile`] is called with.
pub(crate) const HOSTILE: &[u8] =
    "=cmd()|<script>alert(1)</script>\x1b[31m`x`\u{202e}gnp.exe\u{2066}\r\n".as_bytes();

/// A painted screen without its colours.
pub(crate) fn stripped(painted: &str) -> String {
    let mut pieces = painted.split('\x1b');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + piece.split_once('m').expect("a code's end").1)
}
