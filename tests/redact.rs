//! Redaction from the outside: what is told afterwards holds no id and no name of what was read,
//! and is otherwise the same.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use credtrail::app::analyze;
use credtrail::app::generate;
use credtrail::app::redact::Redaction;
use credtrail::ingest::Options;
use credtrail::ingest::source::Input;
use credtrail::model::Analysis;
use credtrail::model::Event;
use credtrail::model::EventKind;
use credtrail::model::Figures;
use credtrail::model::Finding;
use credtrail::model::Mark;
use credtrail::model::Origin;
use credtrail::model::Profile;
use credtrail::report::json;
use credtrail::report::markdown;
use credtrail::report::page;
use credtrail::report::postmortem;
use credtrail::report::screen;
use credtrail::report::statistics;
use credtrail::report::style::Colour;
use credtrail::report::style::Screen;
use credtrail::report::timeline_screen;
use credtrail::report::unread;
use credtrail::timeline::Timeline;
use credtrail::timeline::account;

mod common;

/// All that reports are made of.
#[derive(Clone, Debug)]
struct Told {
    analysis: Analysis,
    timelines: Vec<Timeline>,
    /// `None` in a build that does not count.
    figures: Option<Figures>,
}

fn told(inputs: &[Input], threads: usize) -> Told {
    let question = common::question();
    let options = Options { threads, ..Options::default() };
    let evidence = analyze::gather(inputs, &question, &options).expect("the profile is good");
    let mut timelines = Vec::new();
    #[cfg(feature = "tables")]
    let mut counter = credtrail::app::figures::Counter::of(&question);
    let analysis = analyze::judge_each(evidence, &question, |timeline, _| {
        #[cfg(feature = "tables")]
        counter.see(&timeline);
        timelines.push(timeline);
    });
    #[cfg(feature = "tables")]
    let figures = Some(counter.figures(&analysis).expect("figures"));
    #[cfg(not(feature = "tables"))]
    let figures = None;
    Told { analysis, timelines, figures }
}

fn redaction(told: &Told) -> Redaction {
    Redaction::of(&told.analysis, &told.timelines, &Profile::default())
}

fn redacted(told: Told) -> Told {
    let redaction = redaction(&told);
    Told {
        analysis: redaction.analysis(told.analysis),
        timelines: told.timelines.into_iter().map(|one| redaction.timeline(one)).collect(),
        figures: told.figures.map(|figures| redaction.figures(figures)),
    }
}

/// Every sample, under a name that tells of somebody, and a drill.
fn inputs() -> Vec<Vec<Input>> {
    let mut all = Vec::new();
    for folder in ["samples", "samples/formats"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            if path.is_file() && name != "README.md" && name != "hubspot-portal.toml" {
                let bytes = fs::read(&path).expect("a sample");
                all.push(vec![common::memory(&format!("/home/jane.doe/of {name}"), &bytes)]);
            }
        }
    }
    assert!(all.len() > 80, "the samples are found");
    all.extend(["sidekiq-text", "ruby-logger", "semantic-json", "bare"].map(drills));
    all
}

/// Two drills of the same therapists.
fn drills(logger: &str) -> Vec<Input> {
    let log = |seed| generate::drill(common::order(logger, seed, 60, 3)).log();
    vec![common::memory("jane/b.log", &log(2)), common::memory("jane/a.log.1", &log(1))]
}

/// The ids of what was read; those too short to be told from other numbers and words are left out.
fn ids(told: &Told) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for verdict in &told.analysis.therapists {
        ids.insert(verdict.therapist.to_string());
        ids.extend(verdict.end_state.labels.keys().map(ToString::to_string));
        ids.extend(verdict.end_state.fields.values().flatten().map(ToString::to_string));
    }
    let mark = |ids: &mut BTreeSet<String>, mark: &Mark| {
        ids.extend(mark.job.iter().map(ToString::to_string));
        for name in [&mark.tid, &mark.host, &mark.contact] {
            ids.extend(name.iter().map(ToString::to_string));
        }
    };
    for timeline in &told.timelines {
        for event in &timeline.events {
            ids.extend(event.kind.object().map(ToString::to_string));
            if let EventKind::Assigned { previous: Some(object), .. } = &event.kind {
                ids.insert(object.to_string());
            }
            mark(&mut ids, &event.mark);
        }
        timeline.runs.iter().for_each(|run| mark(&mut ids, &run.mark));
    }
    ids.extend(told.analysis.sources.iter().map(|source| source.name.clone()));
    ids.insert("jane".to_owned());
    ids.remove("unknown");
    ids.retain(|id| id.len() > 3);
    ids
}

/// All text of the values, raw lines included; numbers of lines and offsets are not text.
fn values(told: &Told) -> String {
    let debug = format!("{told:?}");
    let mut texts: Vec<String> = debug.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    let events = told.timelines.iter().flat_map(|timeline| &timeline.events);
    let origins: Vec<&Origin> = events
        .flat_map(Event::origins)
        .chain(told.analysis.findings.iter().flat_map(Finding::origins))
        .chain(told.analysis.sources.iter().flat_map(|s| s.unread.iter().map(|u| &u.origin)))
        .collect();
    texts.extend(origins.iter().map(|o| String::from_utf8_lossy(&o.text).into_owned()));
    texts.join("\n")
}

/// What is told, by the name of the report.
fn reports(told: &Told) -> BTreeMap<&'static str, String> {
    let Told { analysis, timelines, figures } = told;
    let figures = figures.as_ref();
    let look = Screen { width: 100, colour: Colour::Never };
    let made = [];
    let accounts = timelines
        .iter()
        .map(|it| (it.therapist.clone(), account(it, "ExtendedSignUpWorker")))
        .collect();
    let view =
        page::View { title: "", made: &made, analysis, timelines, accounts: &accounts, figures };
    let mut reports = BTreeMap::from([
        ("values", values(told)),
        ("json", strings(&json::report(analysis))),
        (
            "screen",
            screen::first_screen_with(analysis, figures.and_then(|it| it.hours.as_ref()), &look),
        ),
        ("postmortem", postmortem(told)),
        ("markdown", markdown::document(analysis)),
        ("unread", unread::unread(analysis, &look)),
        ("page", unpacked(&page::page(&view))),
    ]);
    for timeline in timelines.iter().take(20) {
        let own = analysis.findings.iter().filter(|f| f.therapist == timeline.therapist);
        let own: Vec<_> = own.cloned().collect();
        let account = account(timeline, &Profile::default().worker);
        let text = json::timeline(timeline, &own, &analysis.sources, &account);
        reports.entry("timeline json").or_default().push_str(&strings(&text));
        let text =
            timeline_screen::timeline_screen(timeline, &own, &analysis.sources, &account, &look);
        reports.entry("timeline").or_default().push_str(&text);
    }
    #[cfg(feature = "charts")]
    reports.insert("charts", charts(told));
    if let Some(figures) = figures {
        let tables = statistics::hosts_csv(figures) + &statistics::gaps_csv(figures);
        let tables = tables + &statistics::hours_csv(figures);
        reports.insert("statistics", strings(&statistics::json(figures)) + &tables);
    }
    reports
}

fn postmortem(told: &Told) -> String {
    let case = |timeline: &Timeline| postmortem::Case {
        account: account(timeline, &Profile::default().worker),
        timeline: timeline.clone(),
        chart: None,
    };
    let cases: Vec<_> = told.timelines.iter().map(case).collect();
    let (analysis, figures) = (&told.analysis, told.figures.as_ref());
    let made = postmortem::Made { is_redacted: true, ..postmortem::Made::default() };
    let matter = postmortem::Matter { analysis, cases: &cases, figures, made: &made };
    let text = postmortem::postmortem(&matter);
    // The block at the end holds numbers of lines and offsets alone.
    text.split("\ncite ").next().unwrap_or_default().to_owned()
}

/// The data blocks of a page, unpacked: what its script shows.
fn unpacked(page: &str) -> String {
    let blocks = page.split("<script type=\"text/plain\" ").skip(1);
    let blocks = blocks.map(|block| {
        let data = block.split(['>', '<']).nth(1).expect("a block has data");
        let mut text = String::new();
        flate2::read::GzDecoder::new(&base64(data)[..]).read_to_string(&mut text).expect("gzip");
        strings(&text)
    });
    blocks.collect::<Vec<_>>().join("\n")
}

fn base64(text: &str) -> Vec<u8> {
    let alphabet = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']);
    let values: BTreeMap<char, u32> = alphabet.zip(0..).collect();
    let digits: Vec<u32> = text.chars().filter_map(|c| values.get(&c).copied()).collect();
    let bytes = digits.chunks(4).flat_map(|four| {
        let word = four.iter().fold(0, |sum, digit| sum << 6 | digit) << (6 * (4 - four.len()));
        word.to_be_bytes().into_iter().skip(1).take(four.len() - 1)
    });
    bytes.collect()
}

/// The texts and keys of a JSON document: its numbers are counts, times and places.
fn strings(json: &str) -> String {
    fn walk(value: &serde_json::Value, out: &mut String) {
        match value {
            serde_json::Value::String(text) => out.extend([text, "\n"]),
            serde_json::Value::Array(all) => all.iter().for_each(|value| walk(value, out)),
            serde_json::Value::Object(all) => all.iter().for_each(|(key, value)| {
                out.extend([key, "\n"]);
                walk(value, out);
            }),
            _ => {}
        }
    }
    let mut out = String::new();
    walk(&serde_json::from_str(json).expect("JSON"), &mut out);
    out
}

#[cfg(feature = "charts")]
fn charts(told: &Told) -> String {
    use credtrail::app::chart;
    use credtrail::report::chart::Material;
    let mut out = String::new();
    for kind in chart::KINDS {
        for timeline in told.timelines.iter().take(5).map(Some).chain([None]) {
            let (analysis, figures) = (&told.analysis, told.figures.as_ref());
            let material = Material { analysis, figures, timeline };
            if let Ok(chart) = kind.chart(&material) {
                out.push_str(&chart.svg(chart::Theme::Light, chart::Size::default()));
            }
        }
    }
    out
}

/// Whether an id stands in a text and not within a longer word.
fn stands_in(id: &str, text: &str) -> bool {
    let is_border = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(id).any(|(at, _)| {
        let is_in_number =
            text[..at].ends_with(['.', ':']) && id.bytes().all(|b| b.is_ascii_digit());
        is_border(text[..at].chars().next_back())
            && is_border(text[at + id.len()..].chars().next())
            && !is_in_number
    })
}

#[test]
fn no_id_and_no_name_is_told() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for inputs in inputs() {
        let told = told(&inputs, 2);
        let ids = ids(&told);
        let name = told.analysis.sources[0].name.clone();
        for (report, text) in reports(&told) {
            let told = ids.iter().filter(|id| stands_in(id, &text)).count();
            *seen.entry(report).or_insert(0) += told;
        }
        for (report, text) in reports(&redacted(told)) {
            for id in &ids {
                let place = text
                    .find(id.as_str())
                    .map(|at| text[at..].chars().take(60).collect::<String>());
                assert!(!stands_in(id, &text), "{name}: {report} tells {id}: {place:?}");
            }
        }
    }
    // The test can see: before, each report tells many.
    assert!(seen.values().all(|told| *told > 3), "{seen:?}");
}

#[test]
fn threads_do_not_number() {
    let inputs = drills("sidekiq-text");
    let (one, eight) = (redacted(told(&inputs, 1)), redacted(told(&inputs, 8)));
    assert_eq!(format!("{one:?}"), format!("{eight:?}"));
    let mut reversed = told(&inputs, 1);
    reversed.timelines.reverse();
    let mut reversed = redacted(reversed);
    reversed.timelines.reverse();
    assert_eq!(format!("{one:?}"), format!("{reversed:?}"));
}

#[test]
fn nothing_changes_but_names() {
    for inputs in inputs() {
        let told = told(&inputs, 2);
        let after = redacted(told.clone());
        let (old, new) = (&told.analysis, &after.analysis);
        assert_eq!(old.findings.len(), new.findings.len());
        let name = &old.sources[0].name;
        let ids = |all: &Analysis| all.findings.iter().map(Finding::id).collect::<BTreeSet<_>>();
        assert_eq!(ids(old).len(), ids(new).len(), "{name}");
        for (old, new) in old.findings.iter().zip(&new.findings) {
            assert_eq!(
                (old.rule, old.severity, old.certainty, old.from, old.to, old.still, old.gap),
                (new.rule, new.severity, new.certainty, new.from, new.to, new.still, new.gap),
            );
            assert_eq!((&old.runs, old.objects.len()), (&new.runs, new.objects.len()));
            assert_eq!(old.origins().len(), new.origins().len());
            assert!(!new.summary.contains('▒'), "{} became {}", old.summary, new.summary);
        }
        for (old, new) in old.therapists.iter().zip(&new.therapists) {
            assert_eq!((old.status, old.events, old.runs), (new.status, new.events, new.runs));
            assert_eq!(old.end_state.name, new.end_state.name);
            let sets = |labels: &BTreeMap<_, BTreeSet<_>>| {
                let mut sets: Vec<_> = labels.values().cloned().collect();
                sets.sort();
                sets
            };
            assert_eq!(sets(&old.end_state.labels), sets(&new.end_state.labels));
        }
        assert_eq!(told.timelines.len(), after.timelines.len());
        for (old, new) in told.timelines.iter().zip(&after.timelines) {
            same_shape(old, new);
        }
    }
}

/// Same events in the same runs, and boards that are the same but for one renaming.
fn same_shape(old: &Timeline, new: &Timeline) {
    assert_eq!(old.run_of, new.run_of);
    assert_eq!(old.runs.len(), new.runs.len());
    let mut names = BTreeMap::new();
    for (old, new) in old.events.iter().zip(&new.events) {
        assert_eq!((old.kind.name(), old.stamp), (new.kind.name(), new.stamp));
        assert_eq!((old.origin.line, old.origin.offset), (new.origin.line, new.origin.offset));
        if let (Some(old), Some(new)) = (old.kind.object(), new.kind.object()) {
            assert_eq!(names.entry(old).or_insert(new), &new, "an id has one pseudonym");
        }
    }
    assert_eq!(names.values().collect::<BTreeSet<_>>().len(), names.len(), "of its own");
    for (old, new) in old.boards.iter().zip(&new.boards) {
        assert_eq!(old.objects().count(), new.objects().count());
        for object in old.objects().filter(|object| names.contains_key(object)) {
            for label in credtrail::model::Label::ALL {
                assert_eq!(old.held(object, label), new.held(names[object], label));
            }
        }
    }
    let has_account = |timeline| account(timeline, &Profile::default().worker).runs.len();
    assert_eq!(has_account(old), has_account(new));
}

#[test]
fn july_4_reads_as_before() {
    let log = include_bytes!("../samples/july4-2025.log");
    let after = redacted(told(&[common::memory("/home/jane/july.log.gz", log)], 1));
    assert_eq!(after.analysis.sources[0].name, "log-1.log.gz");
    let lines: Vec<_> = after.timelines[0]
        .events
        .iter()
        .map(|event| String::from_utf8_lossy(&event.origin.text).into_owned())
        .collect();
    assert_eq!(
        lines[0],
        "2025-07-04 01:31:40 INFO therapist_id=T-01 credentialing_active_attested_id set to O-01"
    );
    let summaries: Vec<_> = after.analysis.findings.iter().map(|f| f.summary.as_str()).collect();
    assert!(summaries.iter().any(|text| text.contains("O-01 → O-02")), "{summaries:?}");
}

#[test]
fn hostile_lines_hide_nobody() {
    let log = b"2025-07-04 07:04:56 INFO therapist_id=48213 credentialing_hubspot_id set to \
        30278823850 for Jane D\xffoe <jane@clinic.test> \x1b]8;;http://clinic.test\x07 +1 555 010 9999 \
        \xe2\x80\xae48213\xe2\x80\xac\n2025-07-04 07:04:57 INFO therapist_id=48213 \
        credentialing_hubspot_id set to Jane\n";
    let told = told(&[common::memory("stdin", log)], 1);
    for (report, text) in reports(&redacted(told)) {
        for name in ["Jane", "jane", "clinic.test", "9999", "48213", "oe "] {
            assert!(!text.contains(name), "{report} tells {name}");
        }
    }
}

#[test]
fn nobody_stays_nobody() {
    let log = b"2025-07-04 07:04:56 INFO credentialing_hubspot_id set to 30278823850\n";
    let after = redacted(told(&[common::memory("stdin", log)], 1));
    assert!(after.analysis.therapists[0].therapist.is_unknown());
    assert_eq!(after.analysis.sources[0].name, "stdin");
}
