//! What an event changed: the label sets and fields that differ between two boards.

use std::collections::BTreeSet;

use crate::model::Field;
use crate::model::Label;
use crate::model::ObjectId;
use crate::timeline::Board;
use crate::timeline::Held;

/// The labels of one object before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) object: ObjectId,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// The objects whose labels differ, in the order of their ids.
pub(crate) fn labels(before: Option<&Board>, after: &Board) -> Vec<Change> {
    let objects: BTreeSet<&ObjectId> = after.objects().collect();
    let change = |object: &ObjectId| {
        let (was, is) = (before.map(|board| set(board, object)), set(after, object));
        let was = was.unwrap_or_else(|| set(&Board::default(), object));
        (was != is).then(|| Change { object: object.clone(), before: was, after: is })
    };
    objects.into_iter().filter_map(change).collect()
}

/// The object a field pointed to before, if that is known.
pub(crate) fn pointed(before: Option<&Board>, field: Field) -> Option<&ObjectId> {
    before.and_then(|board| board.field(field)).flatten()
}

/// Labels in words: `Active + Active Attested?` where the second is only possible, `?` where
/// nothing is known, `none` where it is known to bear none.
fn set(board: &Board, object: &ObjectId) -> String {
    let held = |label| board.held(object, label);
    let known = Label::ALL.map(|label| match held(label) {
        Held::Yes => Some(label.name().to_owned()),
        Held::Maybe | Held::Presumed => Some(format!("{}?", label.name())),
        Held::No | Held::Unknown => None,
    });
    let borne: Vec<String> = known.into_iter().flatten().collect();
    let is_unknown = Label::ALL.iter().any(|label| held(*label) == Held::Unknown);
    match borne.as_slice() {
        [] if is_unknown => "?".to_owned(),
        [] => "none".to_owned(),
        _ => borne.join(" + "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let [first, second] = ["1", "2"].map(ObjectId::new);
        let mut before = Board::default();
        before.set(&first, Label::ActiveAttested, Held::Yes);
        before.set(&second, Label::Active, Held::Yes);
        let mut after = before.clone();
        after.set(&first, Label::Active, Held::Yes);
        after.set(&first, Label::ActiveAttested, Held::Maybe);
        let told = labels(Some(&before), &after);
        let change = Change {
            object: first,
            before: "Active Attested".to_owned(),
            after: "Active + Active Attested?".to_owned(),
        };
        assert_eq!(told, [change]);
        assert_eq!(labels(None, &Board::default()), []);
    }
}
