//! `--redact`: ids and names become pseudonyms, in typed values as in running text.
//!
//! Takes what was judged and gives the same with other names, so that verdicts do not change and
//! every report, pictures included, is told without anybody in it. The same id is the same
//! pseudonym everywhere. Finding ids are computed anew from pseudonyms on purpose: one made from
//! the true ids would be a way to test a guess.
//!
//! Times, counts, formats, line numbers and offsets stay: they are the report, and identify
//! nobody without the log.

mod clock;
mod known;
mod learn;
mod mask;
mod names;
mod words;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use compact_str::CompactString;

use crate::app::redact::mask::MASK;
use crate::app::redact::mask::Mask;
use crate::app::redact::names::Names;
use crate::app::redact::names::width;
use crate::model::Analysis;
use crate::model::Event;
use crate::model::EventKind;
use crate::model::Figures;
use crate::model::Finding;
use crate::model::JobId;
use crate::model::Mark;
use crate::model::More;
use crate::model::ObjectId;
use crate::model::Origin;
use crate::model::Profile;
use crate::model::Quote;
use crate::model::Sighting;
use crate::model::SourceReport;
use crate::model::TherapistId;
use crate::model::Unread;
use crate::model::Verdict;
use crate::timeline::Board;
use crate::timeline::Timeline;

/// Process ids of more digits than this are replaced.
const SHORT_PID: u64 = 999;

/// Ends of file names that say what a file is and not whose.
const EXTENSIONS: [&str; 16] = [
    "log", "txt", "out", "err", "json", "jsonl", "ndjson", "csv", "tsv", "gz", "zst", "bz2", "xz",
    "sql", "xml", "yaml",
];

/// Every id and name that was learnt, and what takes its place.
#[derive(Clone, Debug)]
pub struct Redaction {
    therapists: Names<TherapistId>,
    objects: Names<ObjectId>,
    jobs: Names<JobId>,
    hosts: Names<CompactString>,
    contacts: Names<CompactString>,
    threads: Names<CompactString>,
    processes: Names<u64>,
    mask: Mask,
}

impl Redaction {
    /// Learns every id and name of an analysis and the timelines beside it.
    pub fn of(analysis: &Analysis, timelines: &[Timeline], profile: &Profile) -> Self {
        learn::learn(analysis, timelines, profile)
    }

    /// The same analysis with pseudonyms.
    pub fn analysis(&self, analysis: Analysis) -> Analysis {
        let Analysis { window, sources, therapists, findings, severity, hidden, notes } = analysis;
        let names: Vec<(String, String)> = sources
            .iter()
            .enumerate()
            .map(|(at, source)| (source.name.clone(), source_name(at, sources.len(), &source.name)))
            .collect();
        let sources = sources.into_iter().zip(&names);
        Analysis {
            window,
            sources: sources.map(|(source, (_, name))| self.source(source, name)).collect(),
            therapists: therapists.into_iter().map(|verdict| self.verdict(verdict)).collect(),
            findings: findings.into_iter().map(|finding| self.finding(finding)).collect(),
            severity,
            hidden,
            notes: notes.into_iter().map(|note| self.note(&note, &names)).collect(),
        }
    }

    /// The same timeline with pseudonyms.
    pub fn timeline(&self, timeline: Timeline) -> Timeline {
        let mut marks = Marks { redaction: self, done: HashMap::new() };
        let events = timeline.events.into_iter();
        let events = events.map(|event| self.event(event, &mut marks)).collect();
        let mut runs = timeline.runs;
        for run in &mut runs {
            run.mark = marks.of(&run.mark);
        }
        let silent = timeline.silent.into_iter();
        Timeline {
            therapist: self.therapist(&timeline.therapist),
            events,
            runs,
            run_of: timeline.run_of,
            boards: Board::renamed(&timeline.boards, |object| self.object(object)),
            silent: silent.map(|(object, label)| (self.object(&object), label)).collect(),
            pairing: timeline.pairing,
            left_open: timeline.left_open,
        }
    }

    /// The same figures under pseudonyms, in the same order.
    pub fn figures(&self, figures: Figures) -> Figures {
        let mut figures = figures;
        for host in &mut figures.hosts {
            host.name = host.name.as_ref().map(|name| pseudonym(&self.hosts, 'H', name));
        }
        for busy in &mut figures.top {
            busy.therapist = self.therapist(&busy.therapist);
        }
        figures
    }

    /// A line of log, or any text that may quote one: known ids become pseudonyms, and every word
    /// that is not known to be harmless is masked.
    pub fn text(&self, text: &str) -> String {
        self.mask.line(text)
    }

    /// One of credtrail's own sentences: ids and long numbers are replaced, its words stay.
    pub fn sentence(&self, text: &str) -> String {
        self.mask.sentence(text)
    }

    /// The pseudonym of a therapist, for what was asked for by id.
    pub fn therapist(&self, therapist: &TherapistId) -> TherapistId {
        if therapist.is_unknown() {
            return therapist.clone();
        }
        TherapistId::new(self.therapists.name('T', therapist).as_deref().unwrap_or(MASK))
    }

    fn object(&self, object: &ObjectId) -> ObjectId {
        ObjectId::new(self.objects.name('O', object).as_deref().unwrap_or(MASK))
    }

    fn source(&self, source: SourceReport, name: &str) -> SourceReport {
        let unread = source.unread.into_iter().map(|unread| Unread {
            origin: self.origin(&unread.origin),
            reason: self.mask.line(&unread.reason),
        });
        SourceReport {
            name: name.to_owned(),
            unread: unread.collect(),
            error: source.error.map(|error| self.mask.line(&error)),
            ..source
        }
    }

    /// Notes begin with the source they are about, whatever its name is made of.
    fn note(&self, note: &str, names: &[(String, String)]) -> String {
        let of = |(name, pseudonym): &(String, String)| {
            let rest = note.strip_prefix(name.as_str())?.strip_prefix(": ")?;
            Some(format!("{pseudonym}: {}", self.mask.sentence(rest)))
        };
        names.iter().find_map(of).unwrap_or_else(|| self.mask.sentence(note))
    }

    fn verdict(&self, verdict: Verdict) -> Verdict {
        let mut end = verdict.end_state;
        let labels = end.labels.into_iter();
        end.labels = labels.map(|(object, labels)| (self.object(&object), labels)).collect();
        for object in end.fields.values_mut().flatten() {
            *object = self.object(object);
        }
        end.name = self.mask.sentence(&end.name);
        Verdict { therapist: self.therapist(&verdict.therapist), end_state: end, ..verdict }
    }

    fn finding(&self, mut finding: Finding) -> Finding {
        finding.therapist = self.therapist(&finding.therapist);
        for object in &mut finding.objects {
            *object = self.object(object);
        }
        finding.summary = self.mask.sentence(&finding.summary);
        finding.map_origins(|origin| self.origin(&origin))
    }

    fn event(&self, event: Event, marks: &mut Marks<'_>) -> Event {
        let also = event.also().iter().map(|sighting| Sighting {
            origin: self.origin(&sighting.origin),
            stamp: sighting.stamp,
            said: None,
        });
        let also: Vec<Sighting> = also.collect();
        let more = (!also.is_empty()).then(|| Box::new(More { also, said: None }));
        Event {
            therapist: event.therapist.map(|therapist| self.therapist(&therapist)),
            kind: self.kind(event.kind),
            mark: marks.of(&event.mark),
            origin: self.origin(&event.origin),
            is_adopted: event.is_adopted,
            more,
            stamp: event.stamp,
            witness: event.witness,
        }
    }

    fn kind(&self, kind: EventKind) -> EventKind {
        let other = |object: Option<ObjectId>| object.map(|object| self.object(&object));
        match kind {
            EventKind::Created { object } => EventKind::Created { object: self.object(&object) },
            EventKind::Assigned { field, object, previous } => {
                let previous = other(previous.map(|object| *object)).map(Box::new);
                EventKind::Assigned { field, object: other(object), previous }
            }
            EventKind::Labelled { object, label } => {
                EventKind::Labelled { object: self.object(&object), label }
            }
            EventKind::Unlabelled { object, label } => {
                EventKind::Unlabelled { object: self.object(&object), label }
            }
            EventKind::StepFailed { step, object } => {
                EventKind::StepFailed { step, object: other(object) }
            }
            EventKind::Started | EventKind::Done | EventKind::Failed => kind,
        }
    }

    /// The place stays, the text is masked. A line that was clipped may end within an id.
    fn origin(&self, origin: &Origin) -> Origin {
        let text = String::from_utf8_lossy(&origin.text);
        let is_clipped = origin.text.len() >= Origin::CLIP;
        let end = if is_clipped {
            text.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len()
        } else {
            text.len()
        };
        let mut masked = self.mask.line(&text[..end]);
        if end < text.len() {
            masked.push_str(MASK);
        }
        Origin { text: Quote::from(masked.as_bytes()), ..origin.clone() }
    }

    fn mark(&self, mark: &Mark) -> Mark {
        let name = |names: &Names<CompactString>, letter, id: &Option<CompactString>| {
            id.as_ref().map(|id| pseudonym(names, letter, id))
        };
        Mark {
            job: mark
                .job
                .as_ref()
                .map(|job| JobId::new(self.jobs.name('J', job).as_deref().unwrap_or(MASK))),
            class: mark.class.as_ref().map(|class| self.mask.line(class).into()),
            pid: mark.pid.map(|pid| process(&self.processes, pid)),
            tid: name(&self.threads, 'X', &mark.tid),
            host: name(&self.hosts, 'H', &mark.host),
            contact: name(&self.contacts, 'C', &mark.contact),
        }
    }
}

fn pseudonym(names: &Names<CompactString>, letter: char, name: &CompactString) -> CompactString {
    names.name(letter, name).map_or(CompactString::from(MASK), CompactString::from)
}

/// Marks are shared by the events of a run, and stay so.
struct Marks<'a> {
    redaction: &'a Redaction,
    done: HashMap<Arc<Mark>, Arc<Mark>>,
}

impl Marks<'_> {
    fn of(&mut self, mark: &Arc<Mark>) -> Arc<Mark> {
        let done = self.done.entry(mark.clone());
        done.or_insert_with(|| Arc::new(self.redaction.mark(mark))).clone()
    }
}

/// What stands for a process id. One of up to three digits stays: containers count from 1, and it
/// identifies nobody. A longer one could be taken for another id or be one in the text of a line;
/// it becomes 1001, 1002 …, still a number and the same in marks and lines.
fn process(processes: &Names<u64>, pid: u64) -> u64 {
    if pid <= SHORT_PID {
        return pid;
    }
    processes.number(&pid).map_or(0, |number| 1_000 + number as u64)
}

/// `log-1.log.gz`: the source's rank, and the ends of its name that say what it is.
fn source_name(at: usize, of: usize, name: &str) -> String {
    if name == "stdin" {
        return name.to_owned();
    }
    let mut stem = Path::new(name);
    let mut ends = String::new();
    while let Some(end) = stem.extension().and_then(|end| end.to_str())
        && EXTENSIONS.contains(&end)
        && let Some(rest) = stem.file_stem()
    {
        ends = format!(".{end}{ends}");
        stem = Path::new(rest);
    }
    let width = width(of);
    format!("log-{:0width$}{ends}", at + 1)
}
