//! The board: which object bears which label, and which field points where, at one moment.

use std::collections::BTreeMap;

use imbl::OrdMap;
use imbl::ordmap::DiffItem;

use crate::model::Field;
use crate::model::Label;
use crate::model::ObjectId;

/// Whether an object bears a label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Held {
    /// Nothing in the log tells.
    #[default]
    Unknown,
    /// No reading of the log has it.
    No,
    /// It is taken to have been so before the log began, and nothing in the log shows it.
    Presumed,
    /// Some readings have it: there is a sign against a step that would have settled it.
    Maybe,
    /// Every reading has it.
    Yes,
}

/// Labels and fields of one therapist at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    /// Shared between the boards of a timeline: each event changes a few entries of many.
    labels: OrdMap<ObjectId, [Held; 2]>,
    fields: BTreeMap<Field, Option<ObjectId>>,
}

impl Board {
    /// Whether `object` bears `label`.
    pub fn held(&self, object: &ObjectId, label: Label) -> Held {
        self.labels.get(object).map_or(Held::Unknown, |held| held[label as usize])
    }

    /// Sets whether `object` bears `label`.
    pub fn set(&mut self, object: &ObjectId, label: Label, held: Held) {
        let mut labels = self.labels.get(object).copied().unwrap_or_default();
        labels[label as usize] = held;
        self.labels.insert(object.clone(), labels);
    }

    /// All objects seen so far, in the order of their ids.
    pub fn objects(&self) -> impl Iterator<Item = &ObjectId> {
        self.labels.keys()
    }

    /// The objects that bear `label` exactly as `held` says.
    pub fn bearers(&self, label: Label, held: Held) -> impl Iterator<Item = &ObjectId> {
        self.labels
            .iter()
            .filter(move |(_, labels)| labels[label as usize] == held)
            .map(|(object, _)| object)
    }

    /// The objects whose labels differ from those of another board.
    pub fn changed<'b>(&'b self, other: &'b Self) -> impl Iterator<Item = &'b ObjectId> {
        other.labels.diff(&self.labels).map(|item| match item {
            DiffItem::Add(object, _)
            | DiffItem::Remove(object, _)
            | DiffItem::Update { new: (object, _), .. } => object,
        })
    }

    /// What a field points to: `None` if it was never written, `Some(None)` if it was cleared.
    pub fn field(&self, field: Field) -> Option<Option<&ObjectId>> {
        self.fields.get(&field).map(Option::as_ref)
    }

    /// Points a field to an object, or clears it.
    pub fn point(&mut self, field: Field, object: Option<&ObjectId>) {
        self.fields.insert(field, object.cloned());
    }

    /// The fields as written so far.
    pub fn fields(&self) -> &BTreeMap<Field, Option<ObjectId>> {
        &self.fields
    }

    /// The boards of one timeline with other names for their objects. Costs what changes from
    /// board to board, and the new ones share as much as the old ones do.
    pub fn renamed(boards: &[Self], name: impl Fn(&ObjectId) -> ObjectId) -> Vec<Self> {
        let mut labels: OrdMap<ObjectId, [Held; 2]> = OrdMap::new();
        let mut before = OrdMap::new();
        let mut renamed = Vec::with_capacity(boards.len());
        for board in boards {
            for item in before.diff(&board.labels) {
                match item {
                    DiffItem::Add(object, held) | DiffItem::Update { new: (object, held), .. } => {
                        labels.insert(name(object), *held);
                    }
                    DiffItem::Remove(object, _) => {
                        labels.remove(&name(object));
                    }
                }
            }
            before = board.labels.clone();
            let fields = board.fields.iter();
            let fields = fields.map(|(field, object)| (*field, object.as_ref().map(&name)));
            renamed.push(Self { labels: labels.clone(), fields: fields.collect() });
        }
        renamed
    }
}
