//! Events as rows.
//!
//! A row shows an event as it is known after all lines were put together. What its own line says
//! stands in `said` where that is less or other, and further lines that were read follow as rows
//! with `lines` 0: so a file can be read back and put together anew, also with other logs.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value as Json;
use serde_json::json;

use crate::frame::About;
use crate::frame::Rows;
use crate::frame::ascii::Object;
use crate::frame::ascii::ascii;
use crate::frame::laid::Row;
use crate::frame::laid::lay;
use crate::frame::told::MENTIONED;
use crate::frame::told::NOTHING;
use crate::frame::told::NUMBERS;
use crate::frame::told::TEXTS;
use crate::frame::told::Telling;
use crate::frame::told::Told;
use crate::frame::told::UNREAD;
use crate::frame::told::clock;
use crate::model::Event;
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

/// Rows that are laid into columns at a time. A row before it is laid takes some three hundred bytes,
/// and each column looks at all of them: so many fit into the nearest cache.
const LAID: usize = 1 << 7;

/// What nearly all lines say that say other than is shown: they name nobody.
const NAMES_NOBODY: &str = r#"{"therapist":null}"#;

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

    /// All events of timelines, each in one row.
    pub fn events(&mut self, rows: &mut Rows, timelines: &[Timeline]) {
        self.timelines(rows, timelines, false);
    }

    /// The same, and each further line that says one of them.
    pub fn lines(&mut self, rows: &mut Rows, timelines: &[Timeline]) {
        self.timelines(rows, timelines, true);
    }

    fn timelines(&mut self, rows: &mut Rows, timelines: &[Timeline], with_lines: bool) {
        let count: usize = timelines.iter().map(|timeline| timeline.events.len()).sum();
        let mut laid = Vec::with_capacity(count.min(LAID));
        let places = timelines.iter().flat_map(|timeline| {
            timeline.events.iter().enumerate().map(move |(place, event)| (timeline, place, event))
        });
        for (timeline, place, event) in places {
            let of = Some((timeline, place));
            laid.push(self.event(event, of));
            let has_further = with_lines && !event.also().is_empty();
            if has_further || laid.len() == LAID {
                lay(rows, &laid);
                laid.clear();
            }
            if has_further {
                self.further(rows, event, of);
            }
        }
        lay(rows, &laid);
    }

    /// An event of which nothing tells whose it is, and each further line that says it.
    pub fn nobodys(&mut self, rows: &mut Rows, event: &Event, with_lines: bool) {
        lay(rows, &[self.event(event, None)]);
        if with_lines {
            self.further(rows, event, None);
        }
    }

    /// A line that was read and tells of no event.
    pub fn vacant(&mut self, rows: &mut Rows, event: &Event) {
        let shown = Telling::of_event(event, event.therapist.as_ref());
        let said = own_words(event, event.therapist.as_ref());
        lay(rows, &[self.row(shown, &event.origin, said, None)]);
        self.further(rows, event, None);
    }

    /// A line that only names a therapist.
    pub fn mention(&mut self, rows: &mut Rows, mention: &Mention) {
        let shown = Telling::of_kind(MENTIONED, Some(&mention.therapist), Some(&mention.mark));
        let (source, offset) = (mention.source, mention.offset);
        let origin = Origin { source, offset, line: 0, text: Quote::default() };
        lay(rows, &[self.row(shown, &origin, None, None)]);
    }

    /// A line that could not be read.
    pub fn unread(&mut self, rows: &mut Rows, unread: &Unread) {
        let shown = Telling::of_kind(UNREAD, None, None);
        lay(rows, &[self.row(shown, &unread.origin, None, Some(&unread.reason))]);
    }

    /// If there was nothing to write, a row that says so, so that the file still says what it is.
    pub fn close(&mut self, rows: &mut Rows) {
        if self.about.is_some() {
            let origin =
                Origin { source: SourceId(u32::MAX), offset: 0, line: 0, text: Quote::default() };
            lay(rows, &[self.row(Telling::of_kind(NOTHING, None, None), &origin, None, None)]);
        }
    }

    fn event<'e>(&mut self, event: &'e Event, of: Option<(&'e Timeline, usize)>) -> Row<'e>
    where
        'a: 'e,
    {
        let whose = of.map(|(timeline, _)| &timeline.therapist).or(event.therapist.as_ref());
        let shown = Telling::of_event(event, whose);
        let said = own_words(event, whose);
        Row {
            place: of.map(|(_, place)| place),
            run: run(of),
            lines: 1 + event.also().len(),
            also: also(event, self.sources),
            ..self.row(shown, &event.origin, said, None)
        }
    }

    fn further(&mut self, rows: &mut Rows, event: &Event, of: Option<(&Timeline, usize)>) {
        let whose = of.map(|(timeline, _)| &timeline.therapist).or(event.therapist.as_ref());
        for sighting in event.also() {
            let said = event.said_by(sighting);
            let said = Telling::of_said(&said);
            let shown = Telling { therapist: whose, ..said };
            let row = self.row(shown, &sighting.origin, Some(said), None);
            lay(rows, &[Row { place: of.map(|(_, place)| place), run: run(of), ..row }]);
        }
    }

    /// A row as of a line that is no event of its own. What the line itself says is told where that
    /// may differ from what is shown; the reason is why it could not be read.
    fn row<'e>(
        &mut self,
        shown: Telling<'e>,
        origin: &'e Origin,
        said: Option<Telling<'e>>,
        reason: Option<&str>,
    ) -> Row<'e>
    where
        'a: 'e,
    {
        let (text, bytes) = self.text(&origin.text);
        Row {
            shown,
            place: None,
            run: None,
            source: self.name(origin),
            line: Some(origin.line).filter(|line| *line > 0),
            offset: origin.offset,
            text,
            lines: 0,
            also: None,
            said: self.said(&shown, said.as_ref(), origin, reason),
            bytes,
            about: self.about.take(),
        }
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
    fn said(
        &self,
        shown: &Telling<'_>,
        said: Option<&Telling<'_>>,
        origin: &Origin,
        reason: Option<&str>,
    ) -> Option<Cow<'static, str>> {
        let names_nobody = |own: &Telling<'_>| {
            own.therapist.is_none() && shown.therapist.is_some() && own.is_same_line(shown)
        };
        let is_clear = reason.is_none() && !self.is_unclear(origin);
        if is_clear && self.carrier == Carrier::Any && said.is_some_and(names_nobody) {
            return Some(NAMES_NOBODY.into());
        }
        let mut told = Object::default();
        if said.is_some() || self.carrier != Carrier::Any {
            self.differences(said.unwrap_or(shown), shown, &mut told);
        }
        if self.is_unclear(origin) {
            told.insert("source", origin.source.0);
        }
        if let Some(reason) = reason {
            told.insert("reason", reason);
        }
        told.text().map(Cow::Owned)
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
    match event.kept() {
        Some(said) => Some(Telling::of_said(said)),
        None => (whose != event.named()).then(|| Telling::of_event(event, event.named())),
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
    fn a_line_that_names_nobody_says_so_as_all_is_said() {
        let mut told = Object::default();
        told.insert(TEXTS[0], None::<&str>);
        assert_eq!(told.text().as_deref(), Some(NAMES_NOBODY));
    }

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
