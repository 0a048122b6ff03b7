//! `flip-flop`: a field returns to an earlier object (A → B → A).

use crate::model::Field;
use crate::model::Finding;
use crate::model::Gap;
use crate::model::ObjectId;
use crate::model::Recommendation;
use crate::model::RuleId;
use crate::model::Severity;
use crate::model::Still;
use crate::rules::Bench;
use crate::rules::Rule;
use crate::rules::writes::Write;
use crate::rules::writes::writes;
use crate::timeline::Timeline;
use crate::timeline::Window;

/// The rule.
#[derive(Debug)]
pub(super) struct FlipFlop;

impl Rule for FlipFlop {
    fn id(&self) -> RuleId {
        RuleId("flip-flop")
    }

    fn title(&self) -> &'static str {
        "a field went back to an earlier object"
    }

    fn severity(&self) -> Severity {
        Severity::Medium
    }

    fn page(&self) -> &'static str {
        include_str!("../../docs/rules/flip-flop.md")
    }

    fn judge(&self, timeline: &Timeline, bench: &Bench<'_>) -> Vec<Finding> {
        let _ = bench;
        let writes = writes(timeline);
        Field::ALL
            .into_iter()
            .filter_map(|field| {
                let changes = changes(&writes, field);
                (!returns(&changes).is_empty()).then(|| self.finding(timeline, field, &changes))
            })
            .collect()
    }
}

impl FlipFlop {
    fn finding(&self, timeline: &Timeline, field: Field, changes: &[Write<'_>]) -> Finding {
        let returns = returns(changes);
        let (first, last) = (returns[0].0, returns[returns.len() - 1].1);
        let path: Vec<&ObjectId> = changes[first..=last].iter().filter_map(|w| w.object).collect();
        let back = changes[last];
        let period = gap(&changes[first], &back);
        let words = match returns.len() {
            1 => "went back once".to_owned(),
            count => format!("went back {count} times"),
        };
        let shown: Vec<&str> = path.iter().map(|object| object.as_str()).collect();
        let mut objects: Vec<&ObjectId> = Vec::new();
        for object in &path {
            if !objects.contains(object) {
                objects.push(object);
            }
        }
        let period_text = period.map_or_else(String::new, |gap| format!(", within {gap}"));
        Finding::new(self.id(), self.severity(), &timeline.therapist, &back.event.origin)
            .between(changes[first + 1].event.stamp, back.event.stamp)
            .still(Still::Over)
            .gap(period)
            .objects(objects)
            .topic(field.name())
            .runs(changes[first..=last].iter().filter_map(|w| timeline.run(w.at)).map(|r| &r.id))
            .summary(format!("{} {words}: {}{period_text}", field.name(), shown.join(" → ")))
            .evidence(changes[first..=last].iter().rev().map(|write| &write.event.origin))
            .recommend(&[
                Recommendation::JobDeduplication,
                Recommendation::TherapistLock,
                Recommendation::MonitorRapidUpdates,
            ])
    }
}

fn gap(one: &Write<'_>, other: &Write<'_>) -> Option<Gap> {
    one.gap(other)
}

/// The writes of a field that changed its value; rewrites of the same value are left out.
fn changes<'a>(writes: &[Write<'a>], field: Field) -> Vec<Write<'a>> {
    let mut changes: Vec<Write<'a>> = Vec::new();
    for write in writes.iter().filter(|write| write.field == field) {
        if changes.last().is_none_or(|last| last.object != write.object) {
            changes.push(*write);
        }
    }
    changes
}

/// Places (first, back) where a value comes back after another object, shortest way each.
fn returns(changes: &[Write<'_>]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (back, write) in changes.iter().enumerate() {
        let Some(object) = write.object else { continue };
        let first = changes[..back].iter().rposition(|earlier| earlier.object == Some(object));
        let Some(first) = first else { continue };
        // A → cleared → A is a repair, not a flip-flop.
        if changes[first + 1..back].iter().any(|between| between.object.is_some()) {
            found.push((first, back));
        }
    }
    found
}

/// Whether a field flips between objects of the window.
pub(super) fn concerns(timeline: &Timeline, window: &Window) -> bool {
    let writes = writes(timeline);
    Field::ALL.into_iter().any(|field| {
        let changes = changes(&writes, field);
        returns(&changes).iter().any(|(_, back)| {
            changes[*back].object.is_some_and(|object| window.objects.contains(object))
        })
    })
}
