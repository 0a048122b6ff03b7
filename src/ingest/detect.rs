//! Detection: which wrappers and which logger a source has, told from its head.
//!
//! The choice is a hint that makes reading fast; a line that does not fit is asked of all others.

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::ansi;
use crate::ingest::envelope::ENVELOPES;
use crate::ingest::time::RawStamp;
use crate::ingest::transport::TRANSPORTS;

/// Lines of the head that are asked; more would not change the choice.
const ASKED: usize = 1000;

/// Deepest nesting of wrappers that is peeled.
const DEEPEST: usize = 6;

/// What a source seems to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Format {
    /// Places in `TRANSPORTS`, from the outside in.
    pub transports: Vec<usize>,
    /// Place in `ENVELOPES`; `None` if no line of the head is known.
    pub envelope: Option<usize>,
    /// Share of the head's lines that it reads, continuation lines left out.
    pub confidence: f64,
}

impl Format {
    /// The layers' names, from the outside in.
    pub fn names(&self) -> Vec<&'static str> {
        let wrappers = self.transports.iter().map(|at| TRANSPORTS[*at].name());
        wrappers.chain(self.envelope.map(|at| ENVELOPES[at].name())).collect()
    }
}

/// A line without its wrappers.
pub(super) struct Peel<'a> {
    pub(super) inner: Cow<'a, [u8]>,
    pub(super) stamp: Option<RawStamp>,
    pub(super) host: Option<Vec<u8>>,
    pub(super) transports: Vec<usize>,
}

/// Takes wrappers off until none is left; colours go last. `hint` is asked first.
pub(super) fn peel<'a>(line: &'a [u8], hint: &Format) -> Peel<'a> {
    let mut peel =
        Peel { inner: Cow::Borrowed(line), stamp: None, host: None, transports: Vec::new() };
    while peel.transports.len() < DEEPEST {
        let order = hint.transports.get(peel.transports.len()).copied();
        let all = order.into_iter().chain(0..TRANSPORTS.len());
        let found = all.into_iter().find_map(|at| {
            let off = TRANSPORTS[at].peel(&peel.inner)?;
            let host = off.host.map(Cow::into_owned);
            Some((at, off.stamp, host, off.inner.into_owned()))
        });
        let Some((at, stamp, host, inner)) = found else { break };
        peel.transports.push(at);
        peel.stamp = stamp.or(peel.stamp);
        peel.host = host.or(peel.host);
        peel.inner = Cow::Owned(inner);
    }
    peel.inner = match peel.inner {
        Cow::Borrowed(inner) => ansi::strip(inner),
        Cow::Owned(inner) => Cow::Owned(ansi::strip(&inner).into_owned()),
    };
    peel
}

/// Reads a line's head: by the hinted logger, else by any. A lenient logger must find a time,
/// unless it is the hinted one: else it would claim continuation lines.
pub(super) fn read_head<'a>(line: &'a [u8], hint: &Format) -> Option<(usize, Record<'a>)> {
    if let Some(at) = hint.envelope
        && let Some(record) = ENVELOPES[at].read(line)
    {
        return Some((at, record));
    }
    ENVELOPES.iter().enumerate().find_map(|(at, envelope)| {
        let record = envelope.read(line)?;
        (!envelope.is_fallback() || record.stamp.is_some()).then_some((at, record))
    })
}

/// Tells the format from the head of a source. Among formats that read equally many lines the
/// specific one wins, since registries list these first.
pub(super) fn detect(head: &[u8]) -> Format {
    let nothing = Format::default();
    let mut votes: Vec<(Vec<usize>, usize, u32)> = Vec::new();
    let (mut asked, mut strangers) = (0_u32, 0_u32);
    for line in lines(head).take(ASKED) {
        let peel = peel(line, &nothing);
        let Some((envelope, _)) = read_head(&peel.inner, &nothing) else {
            strangers += u32::from(asked == 0);
            continue;
        };
        asked += 1;
        match votes.iter_mut().find(|(t, e, _)| (t, *e) == (&peel.transports, envelope)) {
            Some((_, _, count)) => *count += 1,
            None => votes.push((peel.transports, envelope, 1)),
        }
    }
    let best = votes
        .into_iter()
        .rev()
        .max_by_key(|(_, envelope, count)| (*count, std::cmp::Reverse(*envelope)));
    let Some((transports, envelope, count)) = best else { return nothing };
    let confidence = f64::from(count) / f64::from((asked + strangers).max(1));
    Format { transports, envelope: Some(envelope), confidence }
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
