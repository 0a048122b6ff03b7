//! A team's own statements: regexes of the profile, asked before everything built in.

use regex::bytes::Captures;
use regex::bytes::Regex;

use crate::ingest::statement::Statement;
use crate::ingest::statement::scene::Draft;
use crate::ingest::statement::scene::Flow;
use crate::ingest::statement::scene::Scene;
use crate::ingest::statement::text;
use crate::ingest::statement::value;
use crate::ingest::statement::value::Value;
use crate::ingest::statement::vocabulary::Vocabulary;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::Label;
use crate::model::ObjectId;
use crate::model::Profile;
use crate::model::ProfileError;
use crate::model::TherapistId;

/// One statement of a profile, compiled.
#[derive(Debug)]
pub(super) struct HouseStatement {
    name: String,
    contains: memchr::memmem::Finder<'static>,
    pattern: Regex,
    kind: Option<String>,
}

impl HouseStatement {
    /// Compiles a profile's statements.
    pub(super) fn all(profile: &Profile) -> Result<Vec<Self>, ProfileError> {
        let compiled = profile.statement.iter().map(|statement| {
            let name = statement.name.clone();
            let pattern = Regex::new(&statement.pattern).map_err(|error| {
                ProfileError::Pattern { name: name.clone(), error: error.to_string() }
            })?;
            let contains = memchr::memmem::Finder::new(&statement.contains).into_owned();
            Ok(Self { name, contains, pattern, kind: statement.kind.clone() })
        });
        compiled.collect()
    }
}

#[derive(Debug)]
pub(super) struct House;

impl Statement for House {
    fn name(&self) -> &'static str {
        "house"
    }

    fn read(&self, scene: &Scene<'_>, draft: &mut Draft) -> Flow {
        for statement in &scene.words.house {
            if statement.contains.find(scene.text).is_none() {
                continue;
            }
            let Some(found) = statement.pattern.captures(scene.text) else { continue };
            let at = found.get(0).map_or(0, |whole| whole.start());
            draft.said.therapist = group(&found, "therapist")
                .and_then(|id| std::str::from_utf8(id).ok())
                .map(TherapistId::new);
            let kinds = kinds(statement, &found, scene.words);
            if kinds.is_empty() {
                let clip = text::shown(&scene.text[at..]);
                let name = &statement.name;
                draft.unread(format!("expected a statement by `{name}`, found \"{clip}\""));
            }
            draft.said.is_taught = !kinds.is_empty();
            for kind in kinds {
                draft.say(kind, at);
            }
            return Flow::Settled;
        }
        Flow::Next
    }
}

fn group<'s>(found: &Captures<'s>, name: &str) -> Option<&'s [u8]> {
    found.name(name).map(|group| group.as_bytes().trim_ascii())
}

/// What a match says: by the statement's kind, or by the groups it has.
fn kinds(statement: &HouseStatement, found: &Captures<'_>, words: &Vocabulary) -> Vec<EventKind> {
    let object = || object(found, "object").or_else(|| object(found, "to"));
    let field = group(found, "field").and_then(|name| field(words, name));
    let label = group(found, "label").and_then(|name| words.label(name));
    let labelled =
        |label: Option<Label>| Some(EventKind::Labelled { object: object()?, label: label? });
    let unlabelled =
        |label: Option<Label>| Some(EventKind::Unlabelled { object: object()?, label: label? });
    let one = match statement.kind.as_deref() {
        Some("started") => Some(EventKind::Started),
        Some("done") => Some(EventKind::Done),
        Some("failed") => Some(EventKind::Failed),
        Some("created") => object().map(|object| EventKind::Created { object }),
        Some("labelled") => labelled(label),
        Some("unlabelled") => unlabelled(label),
        Some("assigned") => assigned(found, field),
        _ if found.name("field").is_some() => assigned(found, field),
        _ if found.name("label").is_some() => labelled(label),
        _ => {
            let side = |name| group(found, name).and_then(|name| words.label(name));
            let change = [unlabelled(side("from")), labelled(side("to"))];
            let change: Vec<_> = change.into_iter().flatten().collect();
            if !change.is_empty() {
                return change;
            }
            object().map(|object| EventKind::Created { object })
        }
    };
    one.into_iter().collect()
}

fn assigned(found: &Captures<'_>, field: Option<Field>) -> Option<EventKind> {
    let new = group(found, "object").or_else(|| group(found, "to"))?;
    let object = match value::whole(new)? {
        Value::Damaged(_) => return None,
        value => value.object(),
    };
    let previous = group(found, "from").and_then(value::whole).and_then(Value::object);
    let previous = previous.map(Box::new);
    Some(EventKind::Assigned { field: field?, object, previous })
}

/// A field by the profile's spelling or by its canonical one.
fn field(words: &Vocabulary, name: &[u8]) -> Option<Field> {
    let canonical = || Field::ALL.into_iter().find(|field| field.name().as_bytes() == name);
    words.field(name).or_else(canonical)
}

fn object(found: &Captures<'_>, name: &str) -> Option<ObjectId> {
    group(found, name).and_then(value::whole).and_then(Value::object)
}
