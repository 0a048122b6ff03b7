//! What the logs cannot tell: the doubts that a reader must keep in mind.

use crate::model::Certainty;
use crate::model::Zone;
use crate::report::escape::markdown;
use crate::report::moment::precision;
use crate::report::number::count;
use crate::report::number::grouped;
use crate::report::number::of;
use crate::report::postmortem::Matter;
use crate::report::postmortem::doc::Doc;
use crate::timeline::Fit;

/// Adds the doubts, each with its extent.
pub(super) fn write(doc: &mut Doc<'_>, matter: &Matter<'_>) {
    doc.heading(2, "What the logs cannot tell");
    for doubt in doubts(matter) {
        doc.line(format_args!("- {}", markdown(&doubt)));
    }
    for note in &matter.analysis.notes {
        doc.line(format_args!("- {}", markdown(note)));
    }
}

fn doubts(matter: &Matter<'_>) -> Vec<String> {
    let analysis = matter.analysis;
    let mut doubts = Vec::new();
    let mut say = |number: usize, noun: &str, text: &str| {
        if number > 0 {
            doubts.push(format!("{}: {text}", of(count(number), noun)));
        }
    };
    let possible =
        analysis.findings.iter().filter(|it| it.certainty == Certainty::Possible).count();
    say(possible, "finding", "possible only, true in some readings of the log and not in others");
    let cases = || matter.cases.iter();
    let inferred = cases().filter(|case| case.timeline.pairing.is_some()).count();
    say(inferred, "affected therapist", "no line names the runs, they are told by their steps");
    let open = cases().filter(|case| case.account.is_start_open).count();
    say(open, "affected therapist", "no line tells which object was attested before the log");
    let unseen = cases().filter(|case| case.account.fit == Fit::FailedUnseen).count();
    say(unseen, "affected therapist", "something failed that no line shows");
    let unmatched = cases().filter(|case| matches!(case.account.fit, Fit::Unmatched(_))).count();
    say(unmatched, "affected therapist", "the model could not be led along the lines");
    let unread: u64 = analysis.sources.iter().map(|source| source.sheet.unread).sum();
    if unread > 0 {
        doubts.push(format!(
            "{}: what is watched is mentioned and could not be read (report.json lists them)",
            of(unread, "line")
        ));
    }
    let broken = analysis.sources.iter().filter(|source| source.error.is_some()).count();
    if broken > 0 {
        doubts.push(format!("{}: not read to the end", of(count(broken), "source")));
    }
    let coarsest = cases()
        .flat_map(|case| &case.timeline.events)
        .filter_map(|event| event.stamp)
        .min_by_key(|stamp| stamp.digits());
    if let Some(stamp) = coarsest {
        let precision = precision(stamp);
        doubts.push(format!(
            "times are printed with a precision of {precision} at the coarsest: what happened \
             within that has no order unless one file holds both lines"
        ));
        if stamp.zone() == Zone::Assumed {
            doubts
                .push("no line states a time zone: UTC, or what --tz says, is assumed".to_owned());
        }
    }
    if analysis.hidden > 0 {
        let hidden = grouped(count(analysis.hidden));
        doubts.push(format!("{hidden} findings below the asked severity are not told"));
    }
    doubts.push(
        "what the worker reads, and steps that no line mentions, are taken to have gone well as \
         long as the lines can be explained that way"
            .to_owned(),
    );
    doubts
}
