//! `report`: all files of a postmortem, as bytes by name.
//!
//! Nothing is written here; whoever asks decides where the files go. Same input, same bytes.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::io::Read as _;

use sha2::Digest as _;
use sha2::Sha256;

use crate::app::analyze::Evidence;
use crate::app::analyze::Question;
use crate::app::analyze::judge_each;
use crate::app::redact::Redaction;
use crate::ingest::source::Input;
use crate::model::Analysis;
use crate::model::Starts;
use crate::model::TherapistId;
use crate::model::hex;
use crate::report::json;
use crate::report::page;
use crate::report::page::View;
use crate::report::postmortem;
use crate::report::postmortem::Case;
use crate::report::table;
use crate::report::tables;
use crate::timeline;
use crate::timeline::Account;
use crate::timeline::Timeline;

pub use crate::report::postmortem::Fingerprint;
pub use crate::report::postmortem::Made;

/// Therapists drawn at most, the worst first.
pub const DRAWN: usize = 25;

/// The files of a report, by their paths within it.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Size and SHA-256 of the bytes of an input, as they lie there.
pub fn fingerprint(input: &Input) -> io::Result<Fingerprint> {
    let mut hash = Sha256::new();
    let mut bytes = 0_u64;
    match input {
        Input::Memory(_, held) => {
            hash.update(held);
            bytes = held.len() as u64;
        }
        Input::File(path) => {
            let mut file = File::open(path)?;
            let mut block = vec![0; 1 << 20];
            loop {
                let read = file.read(&mut block)?;
                if read == 0 {
                    break;
                }
                hash.update(&block[..read]);
                bytes += read as u64;
            }
        }
        Input::Stdin | Input::Begun(_) => {
            return Err(io::Error::other("standard input can be read only once"));
        }
    }
    Ok(Fingerprint { name: input.name(), bytes, sha256: hex(&hash.finalize()) })
}

/// What a report is made of, judged and put in order.
struct Judged {
    analysis: Analysis,
    /// The worst first; in a redacted report those without findings stand behind.
    timelines: Vec<Timeline>,
    starts: Starts,
    /// Of those with findings.
    accounts: BTreeMap<TherapistId, Account>,
}

fn judged(evidence: Evidence, question: &Question, with_all: bool) -> Judged {
    let mut starts = Starts::new();
    let mut timelines: BTreeMap<TherapistId, Timeline> = BTreeMap::new();
    let analysis = judge_each(evidence, question, |timeline, findings| {
        let own = timeline.runs.iter().filter_map(|run| run.from);
        starts.insert(timeline.therapist.clone(), own.collect());
        if with_all || !findings.is_empty() {
            timelines.insert(timeline.therapist.clone(), timeline);
        }
    });
    // The worst first, as the findings stand.
    let mut seen = BTreeSet::new();
    let order = analysis.findings.iter().map(|finding| &finding.therapist);
    let order = order.filter(|therapist| seen.insert((*therapist).clone()));
    let mut ordered: Vec<Timeline> = order.filter_map(|it| timelines.remove(it)).collect();
    for timeline in &mut ordered {
        let verdict = analysis.therapists.iter().find(|it| it.therapist == timeline.therapist);
        timeline.pairing = verdict.and_then(|verdict| verdict.pairing);
    }
    let worker = &question.profile.worker;
    let account = |it: &Timeline| (it.therapist.clone(), timeline::account(it, worker));
    let accounts = ordered.iter().map(account).collect();
    ordered.extend(timelines.into_values());
    Judged { analysis, timelines: ordered, starts, accounts }
}

/// Puts pseudonyms in the place of ids and names, after all has been judged.
fn redacted(judged: Judged, question: &Question, made: &mut Made) -> Judged {
    let Judged { analysis, timelines, starts, accounts } = judged;
    let redaction = Redaction::of(&analysis, &timelines, &starts, &question.profile);
    let analysis = redaction.analysis(analysis);
    made.command = redaction.sentence(&made.command);
    for (print, source) in made.sources.iter_mut().zip(&analysis.sources) {
        print.name.clone_from(&source.name);
    }
    let accounts = accounts.into_iter().map(|(id, account)| (redaction.therapist(&id), account));
    Judged {
        accounts: accounts.collect(),
        timelines: timelines.into_iter().map(|it| redaction.timeline(it)).collect(),
        starts: redaction.starts(starts),
        analysis,
    }
}

/// Makes all files of a report.
pub fn files(evidence: Evidence, question: &Question, mut made: Made) -> Files {
    let mut judged = judged(evidence, question, made.is_redacted);
    if made.is_redacted {
        judged = redacted(judged, question, &mut made);
    }
    // Redaction must have seen everybody; the report tells of those with findings.
    let affected: BTreeSet<&TherapistId> =
        judged.analysis.findings.iter().map(|finding| &finding.therapist).collect();
    judged.timelines.retain(|timeline| affected.contains(&timeline.therapist));
    let mut files = Files::new();
    let charts = charts(&judged, question, &mut files);
    let Judged { analysis, timelines, accounts, .. } = judged;
    let page_made = [made.command.clone(), format!("credtrail {}", made.version)];
    let view = View {
        title: "Credentialing states",
        made: &page_made,
        analysis: &analysis,
        timelines: &timelines,
        accounts: &accounts,
    };
    files.insert("report.html".to_owned(), page::page(&view).into_bytes());
    files.insert("report.json".to_owned(), json::report(&analysis).into_bytes());
    let mut put = |name: &str, text: String| {
        files.insert(format!("tables/{name}.csv"), text.into_bytes());
    };
    put("findings", table::csv_rows(&analysis));
    put("therapists", tables::therapists_csv(&analysis));
    put("runs", tables::runs_csv(timelines.iter()));
    put("events", tables::events_csv(timelines.iter(), &analysis.sources));
    let cases: Vec<Case> = timelines
        .into_iter()
        .map(|timeline| Case {
            account: accounts[&timeline.therapist].clone(),
            chart: charts.get(&timeline.therapist).cloned(),
            timeline,
        })
        .collect();
    let matter = postmortem::Matter { analysis: &analysis, cases: &cases, made: &made };
    files.insert("report.md".to_owned(), postmortem::postmortem(&matter).into_bytes());
    files
}

/// Draws overview, gaps and the worst timelines; gives the path of each therapist's picture.
#[cfg(feature = "charts")]
fn charts(
    judged: &Judged,
    question: &Question,
    files: &mut Files,
) -> BTreeMap<TherapistId, String> {
    use crate::report::chart;

    let Judged { analysis, timelines, starts, .. } = judged;
    let mut paths = BTreeMap::new();
    let mut draw = |name: &str, chart: &chart::Chart| {
        let (theme, size) = (chart::Theme::Light, chart::Size::default());
        files.insert(format!("charts/{name}.svg"), chart.svg(theme, size).into_bytes());
        if let Ok(png) = chart.png(theme, size) {
            files.insert(format!("charts/{name}.png"), png);
        }
        format!("charts/{name}.svg")
    };
    draw("overview", &chart::overview(analysis, starts));
    draw("gaps", &chart::gaps(starts, question.profile.window()));
    for (number, timeline) in timelines.iter().take(DRAWN).enumerate() {
        let own = analysis.findings.iter().filter(|it| it.therapist == timeline.therapist);
        let own: Vec<_> = own.cloned().collect();
        let picture = chart::timeline(timeline, &own, &analysis.sources);
        let path = draw(&file_name(&timeline.therapist, number), &picture);
        paths.insert(timeline.therapist.clone(), path);
    }
    paths
}

/// Without the feature there are no pictures.
#[cfg(not(feature = "charts"))]
fn charts(_: &Judged, _: &Question, _: &mut Files) -> BTreeMap<TherapistId, String> {
    BTreeMap::new()
}

/// A name for a file that no therapist's name can lead out of its folder.
#[cfg(feature = "charts")]
fn file_name(therapist: &TherapistId, number: usize) -> String {
    let is_plain = |name: &str| {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !name.is_empty() && name.len() <= 40 && name.bytes().all(is_word)
    };
    let name = therapist.as_str();
    if is_plain(name) { format!("timeline-{name}") } else { format!("timeline-nr{number}") }
}
