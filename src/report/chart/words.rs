//! Phrases that several charts share.

use crate::model::Finding;
use crate::model::Status;
use crate::report::number::count;
use crate::report::number::of;
use crate::report::words::rule;

/// Rules named in a title; the legend names all.
const NAMED: usize = 2;

/// How one therapist stands, and why: the end of a title that began with whom.
pub(super) fn standing(status: Status, findings: &[Finding]) -> String {
    let stands = match status {
        _ if findings.is_empty() => return "shows nothing wrong".to_owned(),
        Status::Violating => "is still wrong",
        Status::Undetermined => "may still be wrong",
        Status::Healed | Status::Ok => "was wrong and healed",
    };
    let mut words: Vec<&str> = Vec::new();
    for finding in findings {
        let said = rule(finding.rule);
        if !words.contains(&said) {
            words.push(said);
        }
    }
    words.truncate(NAMED);
    format!("{stands}: {}", words.join("; "))
}

/// Tells that only so many of something are drawn.
pub(super) fn left_out(all: usize, most: usize, noun: &str) -> Option<String> {
    let rest = all.checked_sub(most).filter(|rest| *rest > 0)?;
    Some(format!("{} not drawn", of(count(rest), &format!("more {noun}"))))
}

/// The letter of an object, by its rank.
pub(super) fn letter(rank: usize) -> String {
    let letter = u8::try_from(rank % 26).unwrap_or_default();
    char::from(b'A' + letter).to_string()
}
