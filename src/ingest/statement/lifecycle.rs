//! Runs begun, done and failed: only those of the profile's worker.
//!
//! ```text
//! sidekiq   = "start" | "done" [ ": " seconds " sec" ] | "fail" [ … ]       ; class in the envelope
//! semantic  = "Start #perform" | "Completed #perform"
//! activejob = ( "Performing " | "Performed " | "Error performing " ) class " (Job ID: " id ")" *any
//! events    = "active_job.started" | "active_job.completed"                 ; Rails 8.1, class in the payload
//! exception = "Job raised exception" with the job as JSON, Ruby hash or fields
//! prose     = ( "Starting" | "Finished" | … ) class | class [ "#perform" | ":" ] [ "has" | "was" ] ( "started" | "finished" | "failed" | … )
//! ```
//!
//! Enqueued, retrying and discarded lines are no lifecycle: nothing ran. What any of these lines
//! quotes, arguments or an error, is no fact.

use compact_str::CompactString;

use crate::ingest::Value;
use crate::ingest::statement::Statement;
use crate::ingest::statement::scene::Draft;
use crate::ingest::statement::scene::Flow;
use crate::ingest::statement::scene::Scene;
use crate::ingest::statement::text;
use crate::ingest::statement::therapist;
use crate::ingest::statement::vocabulary::Topic;
use crate::model::EventKind;
use crate::model::JobId;
use crate::model::TherapistId;

/// What hints at the life of a job.
pub(super) const PHRASES: &[&str] =
    &["performing ", "performed ", "job raised exception", "#perform"];

const RAISED: &[u8] = b"Job raised exception";

#[derive(Debug)]
pub(super) struct Lifecycle;

impl Statement for Lifecycle {
    fn name(&self) -> &'static str {
        "lifecycle"
    }

    fn read(&self, scene: &Scene<'_>, draft: &mut Draft) -> Flow {
        if raised(scene, draft) || active_job(scene, draft) || event(scene, draft) {
            return Flow::Settled;
        }
        let kind = if scene.record.class.as_deref().is_some_and(|c| scene.words.is_worker(c)) {
            logged(scene)
        } else {
            None
        };
        if let Some((kind, at)) = kind.map(|kind| (kind, 0)).or_else(|| prose(scene)) {
            draft.say(kind, at);
        }
        Flow::Next
    }
}

/// What Sidekiq or semantic_logger writes beside the class.
fn logged(scene: &Scene<'_>) -> Option<EventKind> {
    let text = scene.text.trim_ascii();
    let (word, rest) = text::word(text);
    let is_alone = rest.is_empty() || (rest.starts_with(b": ") && rest.ends_with(b" sec"));
    if is_alone {
        return of_word(word);
    }
    let is_told = |begin: &[u8]| {
        let rest = text.strip_prefix(begin);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b" -- "))
    };
    if is_told(b"Start #perform") {
        Some(EventKind::Started)
    } else if is_told(b"Completed #perform") {
        Some(if is_error(scene) { EventKind::Failed } else { EventKind::Done })
    } else {
        None
    }
}

fn is_error(scene: &Scene<'_>) -> bool {
    let level = match scene.field(&["level", "severity", "lvl"]) {
        Some(Value::Text(level)) => text::is_one_of(level, &["error", "fatal", "e", "f"]),
        _ => false,
    };
    let is_told = |(key, _): &(_, _)| {
        let key: &std::borrow::Cow<'_, [u8]> = key;
        **key == *b"exception" || key.starts_with(b"exception.")
    };
    level || scene.record.fields.iter().any(is_told)
}

fn of_word(word: &[u8]) -> Option<EventKind> {
    if text::is_one_of(word, &["start", "started", "starting", "begin", "began"]) {
        Some(EventKind::Started)
    } else if text::is_one_of(word, &["done", "finished", "completed", "finish", "succeeded"]) {
        Some(EventKind::Done)
    } else if text::is_one_of(word, &["fail", "failed", "crashed", "errored"]) {
        Some(EventKind::Failed)
    } else {
        None
    }
}

/// What ActiveJob's lines begin with, and what they tell of the run.
const ACTIVE_JOB: [(&[u8], Option<EventKind>); 9] = [
    (b"Performing ", Some(EventKind::Started)),
    (b"Performed ", Some(EventKind::Done)),
    (b"Error performing ", Some(EventKind::Failed)),
    (b"Enqueued ", None),
    (b"Retrying ", None),
    (b"Stopped retrying ", None),
    (b"Discarded ", None),
    (b"Interrupted ", None),
    (b"Resuming ", None),
];

/// The lines that ActiveJob writes of a job; the job they name may be another than runs here.
fn active_job(scene: &Scene<'_>, draft: &mut Draft) -> bool {
    let message = untagged(scene.text);
    if let Some(rest) = message.strip_prefix(b"Failed enqueuing ") {
        let class = text::name(rest).unwrap_or_default();
        return rest[class.len()..].starts_with(b" to ");
    }
    let found = ACTIVE_JOB.iter().find_map(|(begin, kind)| {
        let rest = message.strip_prefix(*begin)?;
        let class = text::name(rest)?;
        Some((kind, class, &rest[class.len()..]))
    });
    let Some((kind, class, rest)) = found else { return false };
    let Some(id) = rest.strip_prefix(b" (Job ID: ").and_then(text::name) else {
        // Before Rails 6.1: `Retrying W in 3 seconds, due to a X.`, `Discarded W due to a X.`
        return rest.starts_with(b" in ") || rest.starts_with(b" due to ");
    };
    draft.said.job = Some(JobId::new(id));
    if scene.words.is_worker(class.as_bytes()) {
        draft.said.class = Some(CompactString::new(class));
        if let Some(kind) = kind {
            draft.say(kind.clone(), 0);
        }
    }
    true
}

/// A message without the tags before it: those of a request may be any.
fn untagged(message: &[u8]) -> &[u8] {
    let mut rest = message.trim_ascii_start();
    while let Some(body) = rest.strip_prefix(b"[") {
        let Some(end) = memchr::memmem::find(&body[..body.len().min(128)], b"] ") else { break };
        rest = body[end + 2..].trim_ascii_start();
    }
    rest
}

/// What Rails tells of a job as an event.
fn event(scene: &Scene<'_>, draft: &mut Draft) -> bool {
    let Some(name) = scene.text.strip_prefix(b"active_job.") else { return false };
    let is_workers = scene.record.class.as_deref().is_some_and(|c| scene.words.is_worker(c));
    let kind = match name {
        b"started" => EventKind::Started,
        b"completed" if has_text(scene, "exception_class") => EventKind::Failed,
        b"completed" => EventKind::Done,
        _ => return true,
    };
    if is_workers {
        draft.say(kind, 0);
    }
    true
}

fn has_text(scene: &Scene<'_>, name: &str) -> bool {
    matches!(scene.field(&[name]), Some(Value::Text(_)))
}

/// `ExtendedSignUpWorker started for therapist 48213`.
fn prose(scene: &Scene<'_>) -> Option<(EventKind, usize)> {
    scene.places(Topic::Worker).find_map(|hit| {
        let leading = text::words_before(&scene.text[..hit.start]).next().unwrap_or_default();
        if scene.text[..hit.start].ends_with(b" ")
            && text::is_one_of(leading, &["starting", "started", "finished", "completed"])
        {
            return of_word(leading).map(|kind| (kind, scene.offset + hit.start));
        }
        let rest = &scene.text[hit.end..];
        let rest = rest.strip_prefix(b"#perform").unwrap_or(rest);
        let rest = rest.strip_prefix(b":").unwrap_or(rest).strip_prefix(b" ")?;
        let (mut word, mut rest) = text::word(rest.trim_ascii_start());
        if text::is_one_of(word, &["has", "was", "job", "run", "is"]) {
            (word, rest) = text::word(rest.trim_ascii_start());
        }
        let kind = of_word(word)?;
        // `failed to add label` tells of a step, `done with step 2` of less than the run.
        let (next, _) = text::word(rest.trim_ascii_start());
        let is_run = !text::is_one_of(next, &["to", "with", "adding", "removing", "setting"]);
        (is_run && !rest.starts_with(b"=")).then_some((kind, scene.offset + hit.start))
    })
}

/// `Job raised exception`, wherever the job itself is told.
fn raised(scene: &Scene<'_>, draft: &mut Draft) -> bool {
    let in_text = scene
        .places(Topic::Life)
        .any(|hit| scene.text[hit.start..hit.end].eq_ignore_ascii_case(RAISED));
    let in_fields =
        matches!(scene.field(&["context"]), Some(Value::Text(text)) if **text == *RAISED);
    if !in_text && !in_fields {
        return false;
    }
    let job = match scene.field(&["job"]) {
        Some(Value::Text(job)) => Some(job.as_ref()),
        _ if in_text => text::after_key(scene.text, "job"),
        _ => None,
    };
    let told = match job {
        Some(job) => of_hash(job),
        None => of_fields(scene),
    };
    if told.class.as_ref().is_some_and(|class| scene.words.is_worker(class.as_bytes())) {
        draft.said.class = told.class;
        draft.said.job = told.job;
        draft.said.therapist = told.therapist;
        draft.say(EventKind::Failed, 0);
    }
    true
}

#[derive(Default)]
struct Told {
    class: Option<CompactString>,
    job: Option<JobId>,
    therapist: Option<TherapistId>,
}

/// A job as JSON or as Ruby shows a hash. Its own class may be a wrapper's.
fn of_hash(job: &[u8]) -> Told {
    let named = |key| text::after_key(job, key).and_then(text::name);
    let class = named("wrapped").or_else(|| named("class"));
    let arguments = ["arguments", "args"].iter().find_map(|key| text::after_key(job, key));
    let first = arguments.and_then(|list| list.strip_prefix(b"["));
    Told {
        class: class.map(CompactString::new),
        job: named("jid").map(JobId::new),
        therapist: first.and_then(therapist::first_argument).and_then(therapist_id),
    }
}

/// A job as the record's own fields.
fn of_fields(scene: &Scene<'_>) -> Told {
    let record = scene.record;
    let of = |names: &[&str]| {
        names.iter().find_map(|name| {
            let mut fields = record.fields.iter();
            let found = fields.find(|(key, _)| key.ends_with(name.as_bytes()));
            found.and_then(|(_, value)| match value {
                Value::Text(text) | Value::Array(text) => Some(text.as_ref()),
                Value::Null => None,
            })
        })
    };
    let class = of(&["job.wrapped", "job.class"]).or(record.class.as_deref());
    let job = of(&["job.jid"]).or(record.job.as_deref());
    let list = of(&["job.args", "args", "arguments"]);
    let list = list.map(|list| text::after_key(list, "arguments").unwrap_or(list));
    let first = list.and_then(|list| list.strip_prefix(b"["));
    Told {
        class: class.and_then(text::name).map(CompactString::new),
        job: job.and_then(text::name).map(JobId::new),
        therapist: first.and_then(therapist::first_argument).and_then(therapist_id),
    }
}

fn therapist_id(id: &[u8]) -> Option<TherapistId> {
    std::str::from_utf8(id).ok().map(TherapistId::new)
}
