//! Paths, labels and fields in words. Runs are A, B, C; objects are the first and those that A, B
//! and C created.

use std::collections::BTreeSet;

use crate::model::Label;
use crate::model::Step;
use crate::process::Action;
use crate::process::Fate;
use crate::process::Object;
use crate::process::Shape;
use crate::process::Task;

/// A path: `A reads the first; B reads the first, does 1–4; A does 1–4`.
pub(super) fn path(path: &[Action]) -> String {
    if path.is_empty() {
        return "nothing runs".to_owned();
    }
    let turns: Vec<String> = path.chunk_by(|one, next| one.run == next.run).map(turn).collect();
    turns.join("; ")
}

/// What one run does before another goes on.
fn turn(actions: &[Action]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut done: Vec<Step> = Vec::new();
    for action in actions {
        if let (Fate::Succeeds, Task::Step(step)) = (action.fate, action.task) {
            done.push(step);
            continue;
        }
        parts.extend(done_in_words(&done));
        done.clear();
        parts.push(act(action));
    }
    parts.extend(done_in_words(&done));
    let run = actions.first().map_or(0, |action| action.run);
    format!("{} {}", letter(run), parts.join(", "))
}

fn done_in_words(steps: &[Step]) -> Option<String> {
    match steps {
        [] => None,
        [step] => Some(format!("does {}", step.number())),
        // A run that read nothing has no first object to change.
        [Step::Create, Step::Attest] => Some("does 1 and 4".to_owned()),
        [first, .., last] => Some(format!("does {}–{}", first.number(), last.number())),
    }
}

fn act(action: &Action) -> String {
    let what = match action.task {
        Task::Read => String::new(),
        Task::Step(step) => step.number().to_string(),
        Task::HandOver => "2–4".to_owned(),
    };
    match (action.fate, action.task) {
        (Fate::Succeeds, Task::Read) => match action.found {
            Some(object) => format!("reads {}", name(object)),
            None => "reads that none is attested".to_owned(),
        },
        (Fate::Succeeds, _) => format!("does {what} at once"),
        (Fate::IsSwallowed, _) => format!("fails {what} and goes on"),
        (Fate::Aborts, _) => format!("fails {what} and stops"),
        (Fate::Dies, _) => format!("dies before {what}"),
        (Fate::IsRefused, _) => "is not let in".to_owned(),
    }
}

fn letter(run: usize) -> char {
    char::from(b'A' + u8::try_from(run.min(25)).unwrap_or(25))
}

fn name(object: Object) -> String {
    match object {
        0 => "the first".to_owned(),
        _ => format!("{}'s", letter(usize::from(object) - 1)),
    }
}

/// A set of labels in a narrow column.
pub(super) fn labels(labels: &BTreeSet<Label>) -> &'static str {
    match (labels.contains(&Label::Active), labels.contains(&Label::ActiveAttested)) {
        (true, true) => "Active + Attested",
        (true, false) => "Active",
        (false, true) => "Attested",
        (false, false) => "no label",
    }
}

/// The labels of all objects: `first Active, then Attested`.
pub(super) fn objects(shape: &Shape) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (at, held) in shape.objects.iter().enumerate() {
        parts.push(format!("{} {}", ordinal(at), labels(held)));
    }
    if shape.objects.len() == 1 {
        parts.push("second no label".to_owned());
    }
    parts.join(", ")
}

/// Where the fields point: `attested_id → second, hubspot_id → first`.
pub(super) fn fields(shape: &Shape) -> String {
    let target = |place: Option<usize>| place.map_or("unchanged", ordinal);
    format!(
        "attested_id → {}, hubspot_id → {}",
        target(shape.attested_field),
        target(shape.hubspot_field)
    )
}

/// An object by its place in a shape.
pub(super) fn ordinal(place: usize) -> &'static str {
    ["first", "second", "third", "fourth", "fifth"].get(place).unwrap_or(&"later")
}

/// The document's number: `1`, `2 = 6`, or that it has none.
pub(super) fn number(numbers: &[u8]) -> String {
    let numbers: Vec<String> = numbers.iter().map(u8::to_string).collect();
    if numbers.is_empty() { "–".to_owned() } else { numbers.join("=") }
}

/// How many failures it takes.
pub(super) fn failures(failures: usize) -> String {
    match failures {
        0 => "no failure".to_owned(),
        1 => "1 failure".to_owned(),
        many => format!("{many} failures"),
    }
}

/// A count of ways; beyond 15 digits only its size matters.
pub(super) fn ways(ways: u128) -> String {
    match u64::try_from(ways) {
        Ok(1) => "1 way".to_owned(),
        Ok(ways) if ways < 1_000_000_000_000_000 => {
            format!("{} ways", crate::report::number::grouped(ways))
        }
        _ => format!("about 10^{} ways", ways.ilog10()),
    }
}
