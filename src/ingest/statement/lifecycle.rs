//! Runs begun, done and failed: only those of the profile's worker.
//!
//! ```text
//! sidekiq   = "start" | "done" [ ": " seconds " sec" ] | "fail" [ … ]       ; class in the envelope
//! semantic  = "Start #perform" | "Completed #perform"
//! activejob = ( "Performing " | "Performed " | "Error performing " ) class " (Job ID: " id ")" *any
//! exception = "Job raised exception" with the job as JSON, Ruby hash or fields
//! prose     = ( "Starting" | "Finished" | … ) class | class [ "#perform" | ":" ] [ "has" | "was" ] ( "started" | "finished" | "failed" | … )
//! ```
//!
//! Enqueued, retrying and discarded lines are no lifecycle: nothing ran.

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
        if raised(scene, draft) || active_job(scene, draft) {
            return Flow::Next;
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
    match text {
        b"Start #perform" => Some(EventKind::Started),
        b"Completed #perform" if is_error(scene) => Some(EventKind::Failed),
        b"Completed #perform" => Some(EventKind::Done),
        _ => None,
    }
}

fn is_error(scene: &Scene<'_>) -> bool {
    let level = match scene.field(&["level", "severity", "lvl"]) {
        Some(Value::Text(level)) => text::is_one_of(level, &["error", "fatal", "e", "f"]),
        _ => false,
    };
    level || scene.field(&["exception"]).is_some()
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

/// The three lines that ActiveJob writes around a run.
fn active_job(scene: &Scene<'_>, draft: &mut Draft) -> bool {
    let message = scene.text.trim_ascii_start();
    let (kind, rest) = if let Some(rest) = message.strip_prefix(b"Performing ") {
        (EventKind::Started, rest)
    } else if let Some(rest) = message.strip_prefix(b"Performed ") {
        (EventKind::Done, rest)
    } else if let Some(rest) = message.strip_prefix(b"Error performing ") {
        (EventKind::Failed, rest)
    } else {
        return false;
    };
    let Some(class) = text::name(rest).filter(|class| scene.words.is_worker(class.as_bytes()))
    else {
        return true;
    };
    draft.said.class = Some(CompactString::new(class));
    let id = rest[class.len()..].strip_prefix(b" (Job ID: ").and_then(text::name);
    draft.said.job = id.map(JobId::new);
    draft.say(kind, 0);
    true
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
