//! What the census shows beside the table: where the document's states are the same, which it does
//! not list, what a lone mitigation leaves open, and which sets leave nothing.

use crate::process::Atlas;
use crate::process::Mitigation;
use crate::process::Mitigations;

/// What to know of the six states, one sentence each.
pub(super) fn of_the_document(atlas: &Atlas) -> Vec<String> {
    let Some(one) = atlas.censuses.first() else { return Vec::new() };
    let mut remarks = Vec::new();
    let same = one.endings.iter().filter(|ending| ending.numbers.len() > 1);
    let same: Vec<String> = same
        .map(|ending| {
            let numbers: Vec<String> = ending.numbers.iter().map(u8::to_string).collect();
            format!("states {}", numbers.join(" and "))
        })
        .collect();
    if !same.is_empty() {
        remarks.push(format!(
            "By their labels the document's {} are the same: only a line that shows which step \
             failed tells them apart.",
            same.join(", and its ")
        ));
    }
    let listed: Vec<u8> = one.endings.iter().flat_map(|ending| ending.numbers.clone()).collect();
    let absent: Vec<String> = (1..=6)
        .filter(|number| !listed.contains(number))
        .map(|number| number.to_string())
        .collect();
    if !absent.is_empty() {
        let numbers = absent.join(", ");
        remarks.push(format!(
            "With this in place one run no longer reaches the document's {numbers}."
        ));
    }
    let beyond: Vec<&str> = one
        .endings
        .iter()
        .filter(|ending| ending.numbers.is_empty())
        .map(|ending| ending.name.as_str())
        .collect();
    if !beyond.is_empty() {
        remarks.push(format!("One run also reaches, unlisted: {}.", beyond.join("; ")));
    }
    let has_state_3 = one.endings.iter().find(|ending| ending.numbers.contains(&3));
    if has_state_3.is_some_and(|ending| ending.failures() > 1) {
        remarks.push(
            "State 3 takes two failures: where step 2 alone fails and step 3 goes on, the first \
             object is left without any label."
                .to_owned(),
        );
    }
    remarks
}

/// What a lone lock, a lone dedup leave open, and which sets leave nothing.
pub(super) fn of_the_mitigations(atlas: &Atlas) -> Vec<String> {
    let mut remarks = Vec::new();
    for lone in [Mitigation::Lock, Mitigation::Dedup] {
        let Some(row) = atlas.leaves(Mitigations::NONE.with(lone)) else { continue };
        let of = |is_wanted: &dyn Fn(usize) -> bool| {
            let open = row.open.iter().filter(|(_, failures)| is_wanted(**failures));
            open.map(|(wrong, _)| wrong.words()).collect::<Vec<_>>().join("; ")
        };
        let (raced, failed) = (of(&|failures| failures == 0), of(&|failures| failures > 0));
        let raced = if raced.is_empty() { "nothing".to_owned() } else { raced };
        let failed = if failed.is_empty() { "nothing".to_owned() } else { failed };
        remarks.push(format!(
            "A lone {} leaves open, without any failure: {raced}; where steps fail: {failed}.",
            lone.name()
        ));
    }
    let cures: Vec<String> = atlas.cures().into_iter().map(Mitigations::name).collect();
    remarks.push(match &cures[..] {
        [] => "No set of them leaves nothing open.".to_owned(),
        [one] => format!("Nothing is left open by {one}, and by no smaller part of it."),
        many => {
            format!("Nothing is left open by {}, and by no smaller set.", many.join(", or by "))
        }
    });
    remarks
}
