//! What was read: lines that add up, formats, time, precision and zone.

use std::collections::BTreeMap;

use crate::model::Analysis;
use crate::model::Sheet;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::model::Zone;
use crate::report::line::DOT;
use crate::report::line::Line;
use crate::report::line::Page;
use crate::report::moment;
use crate::report::number;
use crate::report::style::Role;

/// Formats named before the rest is only counted.
const FORMATS: usize = 3;

/// Adds two lines (more only where the screen is too narrow).
pub(super) fn draw(page: &mut Page, analysis: &Analysis) {
    let mut facts = formats(&analysis.sources);
    facts.extend(times(analysis));
    page.facts(Line::new(), "  ", counts(&analysis.sources));
    page.facts(Line::new(), DOT, facts);
}

/// All sources on one sheet.
pub(super) fn total(sources: &[SourceReport]) -> Sheet {
    let mut total = Sheet::default();
    for source in sources {
        total.add(&source.sheet);
    }
    total
}

fn counts(sources: &[SourceReport]) -> Vec<Line> {
    let sheet = total(sources);
    let name = match sources {
        [] => "nothing".to_owned(),
        [one] => one.name.clone(),
        many => number::of(number::count(many.len()), "source"),
    };
    let heap = |number: u64, name: &str, role: Role| {
        let role = if number == 0 { Role::Plain } else { role };
        Line::of(role, &format!("{} {name}", number::grouped(number)))
    };
    let read = format!("{}, {}", number::of(sheet.lines, "line"), number::bytes(sheet.bytes));
    let sum = Line::new()
        .plain("= ")
        .join(heap(sheet.used, "used", Role::Plain))
        .plain(" + ")
        .join(heap(sheet.ignored, "ignored", Role::Plain))
        .plain(" + ")
        .join(heap(sheet.unread, "unread", Role::Doubt));
    vec![Line::of(Role::Strong, &name), Line::new().plain(&read), sum]
}

/// Formats with the share of lines they could read; of several sources the lowest share.
fn formats(sources: &[SourceReport]) -> Vec<Line> {
    let mut groups: BTreeMap<String, (u64, f64)> = BTreeMap::new();
    for source in sources {
        let name = match source.format.as_slice() {
            [] => "format not known".to_owned(),
            layers => layers.join(" + "),
        };
        let group = groups.entry(name).or_insert((0, 1.0));
        group.0 += 1;
        group.1 = group.1.min(source.confidence);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by(|(_, (one, _)), (_, (other, _))| other.cmp(one));
    let mut lines: Vec<Line> = groups
        .iter()
        .take(FORMATS)
        .map(|(name, (count, share))| {
            let (times, least) = match (count, sources.len()) {
                (1, 1) => (String::new(), ""),
                (1, _) => ("1 × ".to_owned(), ""),
                _ => (format!("{} × ", number::grouped(*count)), "≥"),
            };
            Line::new().plain(&format!("{times}{name} {least}{}", number::percent(*share)))
        })
        .collect();
    if groups.len() > FORMATS {
        lines.push(Line::new().plain(&format!("{} more formats", groups.len() - FORMATS)));
    }
    lines
}

fn times(analysis: &Analysis) -> Vec<Line> {
    let Some(window) = analysis.window else {
        return vec![Line::of(Role::Doubt, "no time seen")];
    };
    let mut stamps: Vec<Stamp> = analysis
        .sources
        .iter()
        .filter_map(|source| source.span)
        .flat_map(|(a, b)| [a, b])
        .collect();
    if stamps.is_empty() {
        stamps = vec![window.0, window.1];
    }
    let span = Line::of(Role::Time, &format!("{} UTC", moment::span(window)))
        .plain(&format!(" ({})", zone(&stamps)));
    vec![span, Line::new().plain(&precision(&stamps))]
}

fn zone(stamps: &[Stamp]) -> &'static str {
    let is_stated = |stamp: &Stamp| stamp.zone() == Zone::Stated;
    match (stamps.iter().any(is_stated), stamps.iter().all(is_stated)) {
        (_, true) => "stated",
        (false, false) => "assumed",
        (true, false) => "partly assumed",
    }
}

fn precision(stamps: &[Stamp]) -> String {
    let finest = stamps.iter().max_by_key(|stamp| stamp.digits());
    let coarsest = stamps.iter().min_by_key(|stamp| stamp.digits());
    let spaced = |stamp: &Stamp| moment::precision(*stamp);
    match (finest, coarsest) {
        (Some(fine), Some(coarse)) if fine.digits() != coarse.digits() => {
            format!("precision {} to {}", spaced(fine), spaced(coarse))
        }
        (Some(one), _) => format!("precision {}", spaced(one)),
        (None, _) => "precision not known".to_owned(),
    }
}
