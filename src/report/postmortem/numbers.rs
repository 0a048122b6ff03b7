//! What the log comes to in numbers: rates, gaps, hosts and the busiest therapists.

use crate::model::Busy;
use crate::model::Host;
use crate::report::escape::markdown;
use crate::report::figures::DUPLICATE;
use crate::report::figures::facts;
use crate::report::number::count;
use crate::report::number::grouped;
use crate::report::number::of;
use crate::report::postmortem::Matter;
use crate::report::postmortem::doc::Doc;

/// Hosts told at most; `tables/hosts.csv` has all.
const HOSTS: usize = 10;

/// All of it; nothing in a build that does not count.
pub(super) fn write(doc: &mut Doc<'_>, matter: &Matter<'_>) {
    let Some(figures) = matter.figures else { return };
    doc.heading(2, "In numbers");
    doc.line(format_args!("| figure | value |\n|---|---|"));
    for (name, value) in facts(figures) {
        doc.line(format_args!("| {} | {} |", markdown(&name), markdown(&value)));
    }
    doc.line(format_args!("\n{DUPLICATE}"));
    hosts(doc, &figures.hosts);
    top(doc, &figures.top);
}

/// Where there are several: one says nothing that the facts do not.
fn hosts(doc: &mut Doc<'_>, hosts: &[Host]) {
    if hosts.len() < 2 {
        return;
    }
    doc.line(format_args!(
        "\n| host | runs | named by a finding | duplicates |\n|---|--:|--:|--:|"
    ));
    for host in hosts.iter().take(HOSTS) {
        let name = host.name.as_ref().map_or_else(|| "not named".to_owned(), |it| markdown(it));
        let [runs, found, duplicates] = [host.runs, host.found, host.duplicates].map(grouped);
        doc.line(format_args!("| {name} | {runs} | {found} | {duplicates} |"));
    }
    if hosts.len() > HOSTS {
        let more = of(count(hosts.len() - HOSTS), "more host");
        doc.line(format_args!("\n{more} in tables/hosts.csv."));
    }
}

fn top(doc: &mut Doc<'_>, top: &[Busy]) {
    if top.len() < 2 {
        return;
    }
    doc.line(format_args!(
        "\n| therapist | findings | still | runs | duplicates |\n|---|--:|--:|--:|--:|"
    ));
    for busy in top {
        let name = markdown(busy.therapist.as_str());
        let [findings, still, runs, duplicates] =
            [busy.findings, busy.still, busy.runs, busy.duplicates].map(grouped);
        doc.line(format_args!("| {name} | {findings} | {still} | {runs} | {duplicates} |"));
    }
}
