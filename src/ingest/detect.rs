//! Detection: which wrappers and which logger a source has, told from its head.
//!
//! The choice is a hint that makes reading fast; a line that does not fit is asked of all others.

use std::borrow::Cow;

use crate::ingest::Content;
use crate::ingest::Record;
use crate::ingest::ansi;
use crate::ingest::documents;
use crate::ingest::envelope::ENVELOPES;
use crate::ingest::frame::Shape;
use crate::ingest::time::RawStamp;
use crate::ingest::transport::Part;
use crate::ingest::transport::Peeled;
use crate::ingest::transport::TRANSPORTS;

/// Lines of the head that are asked; more would not change the choice.
pub(super) const ASKED: usize = 1000;

/// Deepest nesting of wrappers that is peeled.
const DEEPEST: usize = 6;

/// What a source seems to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Format {
    /// How its bytes fall into records.
    pub shape: Shape,
    /// Places in `TRANSPORTS`, from the outside in.
    pub transports: Vec<usize>,
    /// Place in `ENVELOPES`; `None` if no line of the head is known.
    pub envelope: Option<usize>,
    /// Whether later lines stand above earlier ones, as many exports have it.
    pub is_newest_first: bool,
    /// Share of the head's lines that it reads, continuation lines left out.
    pub confidence: f64,
}

impl Format {
    /// A format by the names of its layers, joined by `+`: `docker+sidekiq-text`.
    pub fn named(name: &str) -> Result<Self, String> {
        let mut format = Self { confidence: 1.0, ..Self::default() };
        for layer in name.split('+') {
            let transport = TRANSPORTS.iter().position(|known| known.name() == layer);
            let envelope = ENVELOPES.iter().position(|known| known.name() == layer);
            match (transport, envelope, format.envelope) {
                (Some(at), _, None) => format.transports.push(at),
                (None, Some(at), None) => format.envelope = Some(at),
                _ => {
                    let wrappers = TRANSPORTS.iter().map(|known| known.name());
                    let loggers = ENVELOPES.iter().map(|known| known.name());
                    let [wrappers, loggers] = [wrappers.collect::<Vec<_>>(), loggers.collect()];
                    return Err(format!(
                        "expected wrappers and then a logger, as in docker+sidekiq-text, found \"{layer}\" in \"{name}\"; wrappers: {}; loggers: {}",
                        wrappers.join(", "),
                        loggers.join(", "),
                    ));
                }
            }
        }
        Ok(format)
    }

    /// Words of lines whose watched words the wrappers may hide.
    pub(super) fn needles(&self) -> Vec<&'static str> {
        self.transports.iter().flat_map(|at| TRANSPORTS[*at].needles()).copied().collect()
    }

    /// The layers' names, from the outside in.
    pub fn names(&self) -> Vec<&'static str> {
        let wrappers = self.transports.iter().map(|at| TRANSPORTS[*at].name());
        let logger = self.envelope.map(|at| ENVELOPES[at].name());
        self.shape.name().into_iter().chain(wrappers).chain(logger).collect()
    }
}

/// A line without its wrappers.
pub(super) struct Peel<'a> {
    pub(super) inner: Content<'a>,
    pub(super) stamp: Option<RawStamp>,
    pub(super) host: Option<Vec<u8>>,
    pub(super) stream: Option<Vec<u8>>,
    pub(super) part: Part,
    pub(super) transports: Vec<usize>,
}

/// Takes wrappers off until none is left; colours go last. `hint` is asked first.
pub(super) fn peel<'a>(content: Content<'a>, hint: &Format) -> Peel<'a> {
    let mut peel = Peel {
        inner: content.opened(),
        stamp: None,
        host: None,
        stream: None,
        part: Part::Whole,
        transports: Vec::new(),
    };
    while peel.transports.len() < DEEPEST && !is_hinted(&peel, hint) {
        let (at, off) = match peel_one(peel.inner, hint.transports.get(peel.transports.len())) {
            Ok(found) => found,
            Err(inner) => {
                peel.inner = inner;
                break;
            }
        };
        peel.transports.push(at);
        peel.stamp = off.stamp.or(peel.stamp);
        peel.host = off.host.map(Cow::into_owned).or(peel.host);
        peel.stream = off.stream.map(Cow::into_owned).or(peel.stream);
        peel.part = if peel.part == Part::Whole { off.part } else { peel.part };
        peel.inner = off.inner.opened();
    }
    peel.inner = match peel.inner {
        Content::Text(Cow::Borrowed(text)) => Content::Text(ansi::strip(text)).opened(),
        Content::Text(Cow::Owned(text)) => {
            Content::Text(Cow::Owned(ansi::strip(&text).into_owned())).opened()
        }
        row @ Content::Row(_) => row,
    };
    peel
}

/// Whether all wrappers that the source has are off and its own logger is seen: the common case,
/// in which nobody else is asked.
fn is_hinted(peel: &Peel<'_>, hint: &Format) -> bool {
    let Some(envelope) = hint.envelope.map(|at| ENVELOPES[at]) else { return false };
    let is_bare = peel.transports == hint.transports && !envelope.is_fallback();
    is_bare
        && match &peel.inner {
            Content::Row(row) => envelope.claims(row),
            Content::Text(text) => envelope.owns(text),
        }
}

/// Takes one wrapper off, or gives the content back.
fn peel_one<'a>(
    content: Content<'a>,
    hint: Option<&usize>,
) -> Result<(usize, Peeled<'a>), Content<'a>> {
    let mut order = hint.copied().into_iter().chain(0..TRANSPORTS.len());
    match content {
        Content::Row(row) => match order.find(|at| TRANSPORTS[*at].claims(&row)) {
            Some(at) => Ok((at, TRANSPORTS[at].unwrap(row))),
            None => Err(Content::Row(row)),
        },
        Content::Text(Cow::Borrowed(text)) => order
            .find_map(|at| Some((at, TRANSPORTS[at].peel(text)?)))
            .ok_or(Content::Text(Cow::Borrowed(text))),
        Content::Text(Cow::Owned(text)) => order
            .find_map(|at| Some((at, TRANSPORTS[at].peel(&text)?.into_owned())))
            .ok_or(Content::Text(Cow::Owned(text))),
    }
}

/// Reads a head: by the hinted logger, else by any. A lenient logger must find a time, unless it
/// is the hinted one: else it would claim continuation lines. Never gives an empty list.
pub(super) fn read_head<'a>(
    content: &'a Content<'_>,
    hint: &Format,
) -> Option<(usize, Vec<Record<'a>>)> {
    match content {
        Content::Text(line) => find_line(line, hint).map(|(at, record)| (at, vec![record])),
        Content::Row(row) => order(hint).find_map(|at| {
            let claims = ENVELOPES[at].claims(row);
            let records = claims.then(|| ENVELOPES[at].file(row.borrowed()))?;
            records.iter().any(|record| is_head(at, record, hint)).then_some((at, records))
        }),
    }
}

/// Reads the head of a line of text.
pub(super) fn read_line<'a>(line: &'a [u8], hint: &Format) -> Option<Record<'a>> {
    find_line(line, hint).map(|(_, record)| record)
}

/// Reads the head of a line of text, and says by which logger.
pub(super) fn find_line<'a>(line: &'a [u8], hint: &Format) -> Option<(usize, Record<'a>)> {
    order(hint).find_map(|at| {
        let record = ENVELOPES[at].read(line)?;
        is_head(at, &record, hint).then_some((at, record))
    })
}

/// Envelopes in the order they are asked.
fn order(hint: &Format) -> impl Iterator<Item = usize> {
    hint.envelope.into_iter().chain(0..ENVELOPES.len())
}

fn is_head(at: usize, record: &Record<'_>, hint: &Format) -> bool {
    !ENVELOPES[at].is_fallback() || record.stamp.is_some() || hint.envelope == Some(at)
}

/// Tells the format from the head of a source. Among formats that read equally many records the
/// specific one wins, since registries list these first.
pub(super) fn detect(head: &[u8]) -> Format {
    let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    let shape = Shape::of(head);
    let found = if shape == Shape::Lines {
        elect(lines(head).take(ASKED).map(Content::line))
    } else {
        elect(documents::sample(head, &shape, ASKED).into_iter())
    };
    Format { shape, ..found }
}

/// What the records of a head were read as, and how often.
#[derive(Debug, Default)]
pub(super) struct Votes {
    /// Wrappers, logger if one headed the record, count; in the order of their first records.
    pub(super) layers: Vec<(Vec<usize>, Option<usize>, u32)>,
    /// Records that a logger headed.
    pub(super) headed: u32,
    /// Records before the first of these.
    pub(super) strangers: u32,
}

/// Asks each record of a head what it is.
pub(super) fn poll<'a>(records: impl Iterator<Item = Content<'a>>) -> Votes {
    let nothing = Format::default();
    let mut votes = Votes::default();
    for record in records {
        let peel = peel(record, &nothing);
        let envelope = read_head(&peel.inner, &nothing).map(|(at, _)| at);
        votes.headed += u32::from(envelope.is_some());
        votes.strangers += u32::from(votes.headed == 0);
        if envelope.is_none() && peel.transports.is_empty() {
            continue;
        }
        let known =
            votes.layers.iter_mut().find(|(t, e, _)| (t, *e) == (&peel.transports, envelope));
        match known {
            Some((_, _, count)) => *count += 1,
            None => votes.layers.push((peel.transports, envelope, 1)),
        }
    }
    votes
}

fn elect<'a>(records: impl Iterator<Item = Content<'a>>) -> Format {
    let Votes { layers, headed, strangers } = poll(records);
    let count = |layer: Option<&(Vec<usize>, Option<usize>, u32)>| layer.map_or(0, |l| l.2);
    let first_of_most = |is_headed: bool| {
        let of_kind = layers.iter().rev().filter(move |(_, e, _)| e.is_some() == is_headed);
        of_kind.max_by_key(|(_, envelope, count)| (*count, std::cmp::Reverse(*envelope)))
    };
    let (best, wrapped) = (first_of_most(true), first_of_most(false));
    // Known wrappers around messages that no logger of ours headed.
    let is_naked = count(best) * 4 < count(wrapped);
    let Some((transports, envelope, votes)) = (if is_naked { wrapped } else { best }) else {
        return Format::default();
    };
    let asked = (headed + strangers).max(*votes);
    Format {
        transports: transports.clone(),
        envelope: *envelope,
        confidence: f64::from(*votes) / f64::from(asked.max(1)),
        ..Format::default()
    }
}

/// The lines of a head or tail, without line ends, a byte order mark and empty ones.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    bytes
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.trim_ascii().is_empty())
}

/// UTF-8's byte order mark, which Windows tools put at the head of a file.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
