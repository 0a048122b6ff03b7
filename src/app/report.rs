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
#[cfg(feature = "tables")]
use crate::app::figures::Counter;
use crate::app::redact::Redaction;
use crate::ingest::source::Input;
use crate::model::Analysis;
use crate::model::Figures;
use crate::model::TherapistId;
use crate::model::Verdict;
use crate::model::hex;
use crate::report::json;
use crate::report::page;
use crate::report::page::View;
use crate::report::postmortem;
use crate::report::postmortem::Case;
use crate::report::statistics;
use crate::report::table;
use crate::report::tables;
use crate::timeline;
use crate::timeline::Account;
use crate::timeline::Timeline;

pub use crate::report::postmortem::Fingerprint;
pub use crate::report::postmortem::Made;

/// Therapists drawn at most, the worst first.
pub const DRAWN: usize = 25;

/// Why there is no report: a sentence that says which part of it could not be made.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ReportError(String);

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
    /// What it comes to in numbers; `None` in a build without tables.
    figures: Option<Figures>,
    /// Of those with findings.
    accounts: BTreeMap<TherapistId, Account>,
}

#[cfg_attr(
    not(feature = "tables"),
    expect(clippy::unnecessary_wraps, reason = "as where figures are counted, which can fail")
)]
fn judged(evidence: Evidence, question: &Question, with_all: bool) -> Result<Judged, ReportError> {
    #[cfg(feature = "tables")]
    let mut counter = Counter::of(question);
    let mut timelines: BTreeMap<TherapistId, Timeline> = BTreeMap::new();
    let analysis = judge_each(evidence, question, |timeline, findings| {
        #[cfg(feature = "tables")]
        counter.see(&timeline);
        if with_all || !findings.is_empty() {
            timelines.insert(timeline.therapist.clone(), timeline);
        }
    });
    // The worst first, as the findings stand.
    let mut seen = BTreeSet::new();
    let order = analysis.findings.iter().map(|finding| &finding.therapist);
    let order = order.filter(|therapist| seen.insert((*therapist).clone()));
    let mut ordered: Vec<Timeline> = order.filter_map(|it| timelines.remove(it)).collect();
    let verdicts: BTreeMap<&TherapistId, &Verdict> =
        analysis.therapists.iter().map(|verdict| (&verdict.therapist, verdict)).collect();
    for timeline in &mut ordered {
        let verdict = verdicts.get(&timeline.therapist);
        timeline.pairing = verdict.and_then(|verdict| verdict.pairing);
    }
    let worker = &question.profile.worker;
    let account = |it: &Timeline| (it.therapist.clone(), timeline::account(it, worker));
    let accounts = ordered.iter().map(account).collect();
    ordered.extend(timelines.into_values());
    #[cfg(feature = "tables")]
    let figures = Some(counter.figures(&analysis).map_err(|error| ReportError(error.to_string()))?);
    #[cfg(not(feature = "tables"))]
    let figures = None;
    Ok(Judged { analysis, timelines: ordered, figures, accounts })
}

/// Puts pseudonyms in the place of ids and names, after all has been judged.
fn redacted(judged: Judged, question: &Question, made: &mut Made) -> Judged {
    let Judged { analysis, timelines, figures, accounts } = judged;
    let redaction = Redaction::of(&analysis, &timelines, &question.profile);
    let analysis = redaction.analysis(analysis);
    made.command = redaction.sentence(&made.command);
    for (print, source) in made.sources.iter_mut().zip(&analysis.sources) {
        print.name.clone_from(&source.name);
    }
    let accounts = accounts.into_iter().map(|(id, account)| (redaction.therapist(&id), account));
    Judged {
        accounts: accounts.collect(),
        timelines: timelines.into_iter().map(|it| redaction.timeline(it)).collect(),
        figures: figures.map(|figures| redaction.figures(figures)),
        analysis,
    }
}

/// Makes all files of a report.
pub fn files(
    evidence: Evidence,
    question: &Question,
    mut made: Made,
) -> Result<Files, ReportError> {
    let mut judged = judged(evidence, question, made.is_redacted)?;
    if made.is_redacted {
        judged = redacted(judged, question, &mut made);
    }
    // Redaction must have seen everybody; the report tells of those with findings.
    let affected: BTreeSet<&TherapistId> =
        judged.analysis.findings.iter().map(|finding| &finding.therapist).collect();
    judged.timelines.retain(|timeline| affected.contains(&timeline.therapist));
    let mut files = Files::new();
    let charts = charts(&judged, &mut files)?;
    let Judged { analysis, timelines, figures, accounts } = judged;
    let page_made = [made.command.clone(), format!("credtrail {}", made.version)];
    let view = View {
        title: "Credentialing states",
        made: &page_made,
        analysis: &analysis,
        timelines: &timelines,
        accounts: &accounts,
        figures: figures.as_ref(),
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
    if let Some(figures) = &figures {
        put("hours", statistics::hours_csv(figures));
        put("gaps", statistics::gaps_csv(figures));
        put("hosts", statistics::hosts_csv(figures));
        files.insert("statistics.json".to_owned(), statistics::json(figures).into_bytes());
    }
    let cases: Vec<Case> = timelines
        .into_iter()
        .map(|timeline| Case {
            account: accounts[&timeline.therapist].clone(),
            chart: charts.get(&timeline.therapist).cloned(),
            timeline,
        })
        .collect();
    let (analysis, figures) = (&analysis, figures.as_ref());
    let matter = postmortem::Matter { analysis, cases: &cases, figures, made: &made };
    files.insert("report.md".to_owned(), postmortem::postmortem(&matter).into_bytes());
    Ok(files)
}

/// Draws overview, gaps and the worst timelines; gives the path of each therapist's picture.
#[cfg(feature = "charts")]
fn charts(
    judged: &Judged,
    files: &mut Files,
) -> Result<BTreeMap<TherapistId, String>, ReportError> {
    use crate::model::Finding;
    use crate::report::chart;

    let Judged { analysis, timelines, figures, .. } = judged;
    let mut paths = BTreeMap::new();
    let mut draw = |name: &str, chart: &chart::Chart| {
        let (theme, size) = (chart::Theme::Light, chart::Size::default());
        let path = format!("charts/{name}.svg");
        files.insert(path.clone(), chart.svg(theme, size).into_bytes());
        let png = format!("charts/{name}.png");
        let failed = |error| ReportError(format!("{png}: {error}"));
        files.insert(png.clone(), chart.png(theme, size).map_err(failed)?);
        Ok(path)
    };
    if let Some(figures) = figures {
        draw("overview", &chart::overview(analysis, figures))?;
        draw("gaps", &chart::gaps(&figures.gaps))?;
    }
    let drawn = || timelines.iter().take(DRAWN);
    let mut findings: BTreeMap<&TherapistId, Vec<Finding>> =
        drawn().map(|timeline| (&timeline.therapist, Vec::new())).collect();
    for finding in &analysis.findings {
        if let Some(own) = findings.get_mut(&finding.therapist) {
            own.push(finding.clone());
        }
    }
    for (number, timeline) in drawn().enumerate() {
        let own = findings.remove(&timeline.therapist).unwrap_or_default();
        let picture = chart::timeline(timeline, &own, &analysis.sources);
        let path = draw(&file_name(&timeline.therapist, number + 1), &picture)?;
        paths.insert(timeline.therapist.clone(), path);
    }
    Ok(paths)
}

/// Without the feature there are no pictures.
#[cfg(not(feature = "charts"))]
#[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
fn charts(_: &Judged, _: &mut Files) -> Result<BTreeMap<TherapistId, String>, ReportError> {
    Ok(BTreeMap::new())
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
