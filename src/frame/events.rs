//! Events as rows.
//!
//! A row shows an event as it is known after all lines were put together. What its own line says
//! stands in `said` where that is less or other, and further lines that were read follow as rows
//! with `lines` 0: so a file can be read back and put together anew, also with other logs.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;
use serde_json::json;

use crate::frame::About;
use crate::frame::Rows;
use crate::frame::ascii::Object;
use crate::frame::ascii::ascii;
use crate::frame::told;
use crate::frame::told::MENTIONED;
use crate::frame::told::NOTHING;
use crate::frame::told::NUMBERS;
use crate::frame::told::TEXTS;
use crate::frame::told::Telling;
use crate::frame::told::Told;
use crate::frame::told::UNREAD;
use crate::frame::told::clock;
use crate::frame::value::Value;
use crate::model::Event;
use crate::model::JobId;
use crate::model::Mark;
use crate::model::Mention;
use crate::model::Origin;
use crate::model::Quote;
use crate::model::SourceId;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::model::TherapistId;
use crate::model::Unread;
use crate::model::hex;
use crate::timeline::Timeline;

/// What a format can hold of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// All that is UTF-8.
    Any,
    /// CSV: nothing that a spreadsheet or a terminal would act on.
    Plain,
}

impl Carrier {
    fn carries(self, text: &str) -> bool {
        self == Self::Any || is_plain(text)
    }
}

/// Writes events as rows.
#[derive(Debug)]
pub struct Pen<'a> {
    sources: &'a [SourceReport],
    /// For each source whether its name does not tell which it is.
    is_unclear: Vec<bool>,
    carrier: Carrier,
    /// Stands in the first row, in formats without metadata.
    about: Option<String>,
}

/// One row before it is one.
struct Row<'a> {
    shown: Telling<'a>,
    /// What the line itself says, where that may differ.
    said: Option<Telling<'a>>,
    place: Option<usize>,
    run: Option<&'a str>,
    origin: &'a Origin,
    lines: usize,
    also: Option<String>,
    reason: Option<&'a str>,
    /// What the row before shows too.
    again: Again,
}

/// What two rows that follow each other are known to share.
#[derive(Clone, Copy, Default)]
struct Again {
    whose: bool,
    mark: bool,
    run: bool,
    source: bool,
}

impl Again {
    /// What an event of a timeline shares with the one before it.
    fn of(timeline: &Timeline, place: usize) -> Self {
        let Some(before) = place.checked_sub(1) else { return Self::default() };
        let (one, other) = (&timeline.events[before], &timeline.events[place]);
        Self {
            whose: true,
            mark: Arc::ptr_eq(&one.mark, &other.mark),
            run: timeline.run_of[before] == timeline.run_of[place],
            source: one.origin.source == other.origin.source,
        }
    }
}

impl<'a> Pen<'a> {
    /// For rows whose lines stand in these sources.
    pub fn new(sources: &'a [SourceReport], carrier: Carrier) -> Self {
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for source in sources {
            *names.entry(&*source.name).or_default() += 1;
        }
        let is_unclear = |source: &SourceReport| {
            names.get(&*source.name).is_some_and(|count| *count > 1)
                || !carrier.carries(&source.name)
        };
        let is_unclear = sources.iter().map(is_unclear).collect();
        Self { sources, is_unclear, carrier, about: None }
    }

    /// Says in the first row what the file is.
    pub fn about(self, about: &About<'_>) -> Self {
        Self { about: Some(ascii(about.json().to_string())), ..self }
    }

    /// All events of a timeline, each in one row.
    pub fn events(&mut self, rows: &mut Rows, timeline: &Timeline) {
        for (place, event) in timeline.events.iter().enumerate() {
            let again = Again::of(timeline, place);
            self.event(rows, event, Some((timeline, place)), again);
        }
    }

    /// The same, and each further line that says one of them.
    pub fn lines(&mut self, rows: &mut Rows, timeline: &Timeline) {
        let mut is_behind = false;
        for (place, event) in timeline.events.iter().enumerate() {
            let again = if is_behind { Again::of(timeline, place) } else { Again::default() };
            self.event(rows, event, Some((timeline, place)), again);
            self.further(rows, event, Some((timeline, place)));
            is_behind = event.also.is_empty();
        }
    }

    /// An event of which nothing tells whose it is, and each further line that says it.
    pub fn nobodys(&mut self, rows: &mut Rows, event: &Event, with_lines: bool) {
        self.event(rows, event, None, Again::default());
        if with_lines {
            self.further(rows, event, None);
        }
    }

    /// A line that was read and tells of no event.
    pub fn vacant(&mut self, rows: &mut Rows, event: &Event) {
        let shown = Telling::of_event(event, event.therapist.as_ref());
        let said = own_words(event, event.therapist.as_ref());
        self.push(rows, &row(shown, &event.origin, said));
        self.further(rows, event, None);
    }

    /// A line that only names a therapist.
    pub fn mention(&mut self, rows: &mut Rows, mention: &Mention) {
        let shown = Telling::of_kind(MENTIONED, Some(&mention.therapist), Some(&mention.mark));
        let (source, offset) = (mention.source, mention.offset);
        let origin = Origin { source, offset, line: 0, text: Quote::default() };
        self.push(rows, &row(shown, &origin, None));
    }

    /// A line that could not be read.
    pub fn unread(&mut self, rows: &mut Rows, unread: &Unread) {
        let shown = Telling::of_kind(UNREAD, None, None);
        self.push(rows, &Row { reason: Some(&unread.reason), ..row(shown, &unread.origin, None) });
    }

    /// If there was nothing to write, a row that says so, so that the file still says what it is.
    pub fn close(&mut self, rows: &mut Rows) {
        if self.about.is_some() {
            let origin =
                Origin { source: SourceId(u32::MAX), offset: 0, line: 0, text: Quote::default() };
            self.push(rows, &row(Telling::of_kind(NOTHING, None, None), &origin, None));
        }
    }

    fn event(
        &mut self,
        rows: &mut Rows,
        event: &Event,
        of: Option<(&Timeline, usize)>,
        again: Again,
    ) {
        let whose = of.map(|(timeline, _)| &timeline.therapist).or(event.therapist.as_ref());
        let shown = Telling::of_event(event, whose);
        let said = own_words(event, whose);
        self.push(
            rows,
            &Row {
                again,
                place: of.map(|(_, place)| place),
                run: run(of),
                lines: 1 + event.also.len(),
                also: also(event, self.sources),
                ..row(shown, &event.origin, said)
            },
        );
    }

    fn further(&mut self, rows: &mut Rows, event: &Event, of: Option<(&Timeline, usize)>) {
        let whose = of.map(|(timeline, _)| &timeline.therapist).or(event.therapist.as_ref());
        for sighting in &event.also {
            let said = event.said_by(sighting);
            let said = Telling::of_said(&said);
            let shown = Telling { therapist: whose, ..said };
            self.push(
                rows,
                &Row {
                    place: of.map(|(_, place)| place),
                    run: run(of),
                    ..row(shown, &sighting.origin, Some(said))
                },
            );
        }
    }

    fn push(&mut self, rows: &mut Rows, row: &Row<'_>) {
        let about = self.about.take();
        let said = self.said(row);
        let (text, bytes) = self.text(&row.origin.text);
        let Row { shown, again, .. } = row;
        let (what, stamp) = (shown.kind.what(), shown.stamp);
        let mark = |text: fn(&Mark) -> Option<&str>| {
            Value::unless(again.mark, || Value::text(shown.mark.and_then(text)))
        };
        let pid = shown.mark.filter(|_| !again.mark).and_then(|mark| mark.pid);
        let pid = pid.map(|pid| pid.to_string());
        let number = |of: fn(Stamp) -> i64| Value::number(stamp.map(of));
        let has_line = row.origin.line > 0;
        rows.push([
            Value::unless(again.whose, || Value::text(shown.therapist.map(TherapistId::as_str))),
            row.place.map_or(Value::Null, Value::count),
            instant(stamp),
            Value::word(stamp.map(Stamp::precision)),
            Value::Word(shown.kind.name()),
            Value::word(what.field),
            Value::text(what.object),
            Value::text(what.previous),
            Value::word(what.label),
            Value::word(what.step),
            Value::unless(again.run, || Value::text(row.run)),
            mark(|mark| mark.job.as_ref().map(JobId::as_str)),
            mark(|mark| mark.class.as_deref()),
            mark(|mark| mark.host.as_deref()),
            Value::unless(again.mark, || Value::text(pid.as_deref())),
            mark(|mark| mark.tid.as_deref()),
            mark(|mark| mark.contact.as_deref()),
            Value::word(shown.witness.map(told::witness)),
            Value::unless(again.source, || Value::text(self.name(row.origin))),
            if has_line { Value::Count(row.origin.line) } else { Value::Null },
            Value::Count(row.origin.offset),
            if has_line { Value::Text(&text) } else { Value::Null },
            Value::count(row.lines),
            Value::text(row.also.as_deref()),
            Value::word(stamp.map(|stamp| clock(stamp.clock()))),
            Value::word(stamp.map(|stamp| told::zone(stamp.zone()))),
            stamp.map_or(Value::Null, |stamp| Value::Count(stamp.digits().into())),
            number(Stamp::printed),
            number(Stamp::earliest),
            number(Stamp::until),
            Value::text(said.as_deref()),
            Value::text(bytes.as_deref()),
            Value::text(about.as_deref()),
        ]);
    }

    fn name(&self, origin: &Origin) -> Option<&'a str> {
        let at = usize::try_from(origin.source.0).ok()?;
        self.sources.get(at).map(|source| &*source.name)
    }

    /// Whether the name of an origin's source does not tell which source it is.
    fn is_unclear(&self, origin: &Origin) -> bool {
        let at = usize::try_from(origin.source.0).ok();
        at.and_then(|at| self.is_unclear.get(at)).is_some_and(|is_unclear| *is_unclear)
    }

    /// What the line says where the columns do not, by column.
    fn said(&self, row: &Row<'_>) -> Option<String> {
        let mut told = Object::default();
        if row.said.is_some() || self.carrier != Carrier::Any {
            let own = row.said.as_ref().unwrap_or(&row.shown);
            self.differences(own, &row.shown, &mut told);
        }
        if self.is_unclear(row.origin) {
            told.insert("source", row.origin.source.0);
        }
        if let Some(reason) = row.reason {
            told.insert("reason", reason);
        }
        told.text()
    }

    fn differences(&self, own: &Telling<'_>, shown: &Telling<'_>, told: &mut Object) {
        if self.carrier == Carrier::Any && own.is_same_line(shown) {
            if own.therapist != shown.therapist {
                told.insert(TEXTS[0], own.therapist.map(TherapistId::as_str));
            }
            return;
        }
        let (own, shown) = (Told::of(own), Told::of(shown));
        for (name, (own, shown)) in TEXTS.iter().zip(own.texts.iter().zip(&shown.texts)) {
            if own != shown || own.as_ref().is_some_and(|text| !self.carrier.carries(text)) {
                told.insert(name, own.as_deref());
            }
        }
        for (name, (own, shown)) in NUMBERS.iter().zip(own.numbers.iter().zip(&shown.numbers)) {
            if own != shown {
                told.insert(name, *own);
            }
        }
    }

    /// A line as text, and in hexadecimal where the text is not exactly it.
    fn text<'b>(&self, line: &'b [u8]) -> (Cow<'b, str>, Option<String>) {
        // Nearly every line is text, which is faster to say than to mend.
        let whole = std::str::from_utf8(line).map(Cow::Borrowed);
        let text = whole.unwrap_or_else(|_| String::from_utf8_lossy(line));
        let is_exact = matches!(text, Cow::Borrowed(text) if self.carrier.carries(text));
        (text, (!is_exact).then(|| hex(line)))
    }
}

/// What an event's own line says, where that may differ from what is known, of whomever it is told.
fn own_words<'a>(event: &'a Event, whose: Option<&TherapistId>) -> Option<Telling<'a>> {
    match &event.said {
        Some(said) => Some(Telling::of_said(said)),
        None => (whose != event.named()).then(|| Telling::of_event(event, event.named())),
    }
}

/// A row that is no event of its own.
fn row<'a>(shown: Telling<'a>, origin: &'a Origin, said: Option<Telling<'a>>) -> Row<'a> {
    Row {
        shown,
        said,
        again: Again::default(),
        place: None,
        run: None,
        origin,
        lines: 0,
        also: None,
        reason: None,
    }
}

fn run(of: Option<(&Timeline, usize)>) -> Option<&str> {
    of.and_then(|(timeline, place)| timeline.run(place)).map(|run| run.id.as_str())
}

/// Whether CSV holds a text as it is: a text that a spreadsheet would run, or that steers what
/// shows it, is written otherwise.
fn is_plain(text: &str) -> bool {
    let is_safe = |c: char| c.is_alphanumeric() || (' '..='~').contains(&c);
    !text.is_empty() && !text.starts_with(['=', '+', '-', '@', '\'']) && text.chars().all(is_safe)
}

/// A printed time as microseconds.
pub(super) fn instant(stamp: Option<Stamp>) -> Value<'static> {
    stamp.map_or(Value::Null, |stamp| Value::Instant(stamp.printed().div_euclid(1000)))
}

/// The name of an origin's source.
pub(super) fn source<'a>(origin: &Origin, sources: &'a [SourceReport]) -> Cow<'a, str> {
    let number = origin.source.0;
    let known = usize::try_from(number).ok().and_then(|at| sources.get(at));
    known.map_or_else(|| format!("source {number}").into(), |source| (&*source.name).into())
}

/// The further lines as JSON; `None` if there are none.
fn also(event: &Event, sources: &[SourceReport]) -> Option<String> {
    let line = |(origin, stamp): (&Origin, Option<Stamp>)| {
        json!({
            "source": source(origin, sources),
            "line": origin.line,
            "offset": origin.offset,
            "at": stamp.map(Stamp::to_rfc3339),
            "clock": stamp.map(|stamp| clock(stamp.clock())),
        })
    };
    let lines: Vec<Json> = event.sightings().skip(1).map(line).collect();
    (!lines.is_empty()).then(|| ascii(Json::from(lines).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_runs_nothing_plain() {
        for text in ["", "=1", "+1", "-1", "@x", "'x", "a\tb", "\u{1b}[0m", "\u{202e}"] {
            assert!(!is_plain(text), "{text:?}");
        }
        for text in ["10043", "ünïcode", "a b, c \"d\"", "2025-07-04T07:04:56Z x=1"] {
            assert!(is_plain(text), "{text:?}");
        }
    }
}
