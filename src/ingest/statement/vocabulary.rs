//! The words a profile watches, as one finder built once.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;
use aho_corasick::AhoCorasickKind;
use aho_corasick::MatchKind;

use crate::ingest::statement::failure;
use crate::ingest::statement::house::HouseStatement;
use crate::ingest::statement::lifecycle;
use crate::ingest::statement::quiet;
use crate::ingest::statement::sql;
use crate::ingest::statement::wording;
use crate::model::Field;
use crate::model::Label;
use crate::model::Profile;
use crate::model::ProfileError;
use crate::model::TypeLabel;

/// What a word in a message points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    /// A watched field.
    Field(Field),
    /// A therapist.
    Therapist,
    /// The worker's class.
    Worker,
    /// The word "label".
    Label,
    /// What an object is called.
    Noun,
    /// A step that failed.
    Failure,
    /// A clause that is no fact.
    Doubt,
    /// A line that is no fact.
    Veto,
    /// SQL.
    Sql,
    /// The life of a job.
    Life,
}

/// The numbers of a HubSpot portal, ready for looking up.
#[derive(Debug)]
pub(super) struct Portal {
    pub(super) contacts: HashMap<Vec<u8>, String>,
    pub(super) labels: HashMap<Vec<u8>, TypeLabel>,
    pub(super) object_type: Option<Vec<u8>>,
    pub(super) status: Vec<u8>,
}

impl Portal {
    fn new(profile: &Profile) -> Self {
        let names = &profile.hubspot;
        let contacts = names.contacts.iter().map(|(id, of)| (id.clone().into(), of.clone()));
        let labels = names.labels.iter().map(|(id, label)| (id.clone().into(), *label));
        Self {
            contacts: contacts.collect(),
            labels: labels.collect(),
            object_type: names.object_type.clone().map(String::into_bytes),
            status: names.status_property.clone().into(),
        }
    }

    fn names_numbers(&self) -> bool {
        !self.contacts.is_empty() || !self.labels.is_empty() || self.object_type.is_some()
    }
}

/// How a team's worker words things, ready for searching.
#[derive(Debug)]
pub struct Vocabulary {
    pub(super) finder: AhoCorasick,
    pub(super) topics: Vec<Topic>,
    pub(super) fields: [(Field, Vec<u8>); 2],
    /// The longer name first: "Active" is the beginning of "Active Attested".
    pub(super) labels: [(Label, Vec<u8>); 2],
    pub(super) worker: Vec<u8>,
    pub(super) therapist_keys: Vec<Vec<u8>>,
    pub(super) therapist_class: Vec<u8>,
    pub(super) table: Vec<u8>,
    pub(super) portal: Portal,
    pub(super) house: Vec<HouseStatement>,
    /// Whether what a message says may depend on which numbers stand in it.
    pub(super) minds_numbers: bool,
}

impl Vocabulary {
    /// Builds the finders; only a house statement's regex can be wrong.
    pub fn new(profile: &Profile) -> Result<Self, ProfileError> {
        let mut needles: Vec<(&[u8], Topic)> = Vec::new();
        for field in Field::ALL {
            needles.push((profile.field_name(field).as_bytes(), Topic::Field(field)));
        }
        needles.push((profile.worker.as_bytes(), Topic::Worker));
        needles.push((profile.object_noun.as_bytes(), Topic::Noun));
        needles.push((profile.therapist_class.as_bytes(), Topic::Therapist));
        for key in &profile.therapist_keys {
            needles.push((key.as_bytes(), Topic::Therapist));
        }
        needles.push((b"label", Topic::Label));
        for (phrases, topic) in [
            (failure::PHRASES, Topic::Failure),
            (quiet::DOUBTS, Topic::Doubt),
            (quiet::VETOES, Topic::Veto),
            (sql::VERBS, Topic::Sql),
            (lifecycle::PHRASES, Topic::Life),
        ] {
            needles.extend(phrases.iter().map(|phrase| (phrase.as_bytes(), topic)));
        }
        let finder = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .build(needles.iter().map(|(needle, _)| needle));
        let finder = finder.map_err(|error| ProfileError::Pattern {
            name: "built-in".to_owned(),
            error: error.to_string(),
        })?;
        let mut labels = Label::ALL.map(|label| (label, profile.label_name(label).into()));
        let portal = Portal::new(profile);
        let house = HouseStatement::all(profile)?;
        let minds_numbers = !house.is_empty()
            || portal.names_numbers()
            || needles.iter().any(|(name, _)| has_number(name) || *name == wording::ELAPSED)
            || labels.iter().any(|(_, name): &(Label, Vec<u8>)| has_number(name));
        labels.sort_by_key(|(_, name): &(Label, Vec<u8>)| std::cmp::Reverse(name.len()));
        Ok(Self {
            finder,
            topics: needles.iter().map(|(_, topic)| *topic).collect(),
            fields: Field::ALL.map(|field| (field, profile.field_name(field).into())),
            labels,
            worker: profile.worker.clone().into(),
            therapist_keys: profile
                .therapist_keys
                .iter()
                .map(|key| key.as_bytes().into())
                .collect(),
            therapist_class: profile.therapist_class.clone().into(),
            table: profile.therapist_table.clone().into(),
            portal,
            house,
            minds_numbers,
        })
    }

    /// Whether a message has words of failing.
    pub(super) fn tells_failure(&self, message: &[u8]) -> bool {
        let mut found = self.finder.find_iter(message);
        found.any(|found| self.topics[found.pattern().as_usize()] == Topic::Failure)
    }

    /// Whether a class is the worker's, with or without its module.
    pub(super) fn is_worker(&self, class: &[u8]) -> bool {
        let module = class.strip_suffix(self.worker.as_slice());
        module.is_some_and(|module| module.is_empty() || module.ends_with(b"::"))
    }

    /// Whether a model's class is the therapist's, with or without its module.
    pub(super) fn is_therapist(&self, model: &[u8]) -> bool {
        let module = model.strip_suffix(self.therapist_class.as_slice());
        module.is_some_and(|module| module.is_empty() || module.ends_with(b"::"))
    }

    /// The watched field a name is.
    pub(super) fn field(&self, name: &[u8]) -> Option<Field> {
        self.fields.iter().find(|(_, own)| own == name).map(|(field, _)| *field)
    }

    /// The watched label a text is.
    pub(super) fn label(&self, name: &[u8]) -> Option<Label> {
        self.labels.iter().find(|(_, own)| own.eq_ignore_ascii_case(name)).map(|(label, _)| *label)
    }
}

/// Whether a long number in a message may be what a name is found in.
fn has_number(name: &[u8]) -> bool {
    let are_digits = |one: &u8, other: &u8| one.is_ascii_digit() && other.is_ascii_digit();
    let is_at_edge = [name.first(), name.last()].into_iter().flatten().any(u8::is_ascii_digit);
    is_at_edge || name.chunk_by(are_digits).any(|part| part.len() >= wording::LONG)
}
