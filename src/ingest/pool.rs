//! The pool: several workers over the blocks of several sources, results joined in order.
//!
//! A worker takes the next block of the first source that nobody else is reading from, and
//! searches it while others read. What comes out depends on the bytes alone, never on threads,
//! block size or the order of the sources.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

use crate::ingest::detect::Format;
use crate::ingest::detect::detect;
use crate::ingest::documents;
use crate::ingest::frame::Shape;
use crate::ingest::frame::Sieve;
use crate::ingest::head::is_newest_first;
use crate::ingest::head::shown_offset;
use crate::ingest::head::span_of;
use crate::ingest::head::stated_day;
use crate::ingest::join::Joined;
use crate::ingest::reader::Reader;
use crate::ingest::source::Block;
use crate::ingest::source::Feed;
use crate::ingest::source::Input;
use crate::ingest::source::LEAD;
use crate::ingest::statement::Vocabulary;
use crate::ingest::time::TimeRules;
use crate::model::Event;
use crate::model::Field;
use crate::model::Label;
use crate::model::Mention;
use crate::model::Profile;
use crate::model::ProfileError;
use crate::model::SourceId;
use crate::model::SourceReport;
use crate::model::Stamp;

/// How to read.
#[derive(Clone, Debug)]
pub struct Options {
    /// Workers, at least 1.
    pub threads: usize,
    /// Bytes of a block. Results do not depend on it.
    pub block: usize,
    /// What times without zone or day mean.
    pub time: TimeRules,
    /// The format of all inputs; `None` to detect it.
    pub format: Option<Format>,
}

impl Default for Options {
    fn default() -> Self {
        let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { threads, block: 1 << 20, time: TimeRules::default(), format: None }
    }
}

/// What all sources say.
#[derive(Debug, Default)]
pub struct Reading {
    /// One report per source, in the order of the inputs.
    pub sources: Vec<SourceReport>,
    /// All events by (source, offset).
    pub events: Vec<Event>,
    /// Lines that only name a therapist.
    pub mentions: Vec<Mention>,
}

/// One source while it is read.
#[derive(Default)]
struct Slot {
    is_opened: bool,
    feed: Option<Feed>,
    format: Arc<Format>,
    /// The sieve of a source whose wrapper may hide the words from the common one.
    sieve: Option<Arc<Sieve>>,
    shell: Vec<&'static str>,
    time: TimeRules,
    span: Option<(Stamp, Stamp)>,
    error: Option<String>,
    joined: Joined,
}

/// Reads all inputs, which must be in the order that the output shall have.
pub fn read(
    inputs: &[Input],
    profile: &Profile,
    options: &Options,
) -> Result<Reading, ProfileError> {
    let words = Vocabulary::new(profile)?;
    let needles: Vec<String> = needles(profile).map(str::to_owned).collect();
    let sieve = Arc::new(Sieve::new(needles.iter().map(String::as_str)));
    let slots: Vec<Mutex<Slot>> = inputs.iter().map(|_| Mutex::default()).collect();
    let shop =
        Shop { inputs, slots: &slots, needles: &needles, sieve: &sieve, words: &words, options };
    thread::scope(|scope| {
        for _ in 1..options.threads.max(1) {
            scope.spawn(|| shop.work());
        }
        shop.work();
    });
    let inner = |slot: Mutex<Slot>| slot.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(put_together(slots.into_iter().map(inner).collect(), inputs))
}

/// All sources, in their order.
fn put_together(slots: Vec<Slot>, inputs: &[Input]) -> Reading {
    let mut reading = Reading::default();
    let events: usize = slots.iter().map(|slot| slot.joined.events.len()).sum();
    for (slot, input) in slots.into_iter().zip(inputs) {
        let Slot { mut joined, shell, format, span, error, .. } = slot;
        let name = input.name();
        joined.close(&name);
        // The first one's memory is kept: mostly it is the only one.
        if reading.events.is_empty() {
            reading.events = joined.events;
            reading.events.reserve_exact(events - reading.events.len());
        } else {
            reading.events.append(&mut joined.events);
        }
        reading.mentions.append(&mut joined.mentions);
        let span = joined.span.map(|further| Stamp::join(span, further)).or(span);
        reading.sources.push(SourceReport {
            name,
            format: shell.into_iter().chain(format.names()).collect(),
            confidence: format.confidence,
            sheet: joined.sheet,
            unread: joined.unread,
            span,
            error,
        });
    }
    reading
}

/// The words a line must hold to be looked at.
fn needles(profile: &Profile) -> impl Iterator<Item = &str> {
    let fields = Field::ALL.into_iter().map(|field| profile.field_name(field));
    let own = profile.statement.iter().map(|statement| statement.contains.as_str());
    fields
        .chain([profile.worker.as_str(), profile.label_name(Label::ActiveAttested)])
        .chain([profile.object_noun.as_str(), "label", "ROLLBACK"])
        .chain(["associationTypeId", "object.creation", "hs_object_id"])
        .chain(own)
}

/// What a worker takes: some lines of a source, or all of one that is not lines.
enum Task {
    Lines(Block),
    Documents(Feed),
}

/// What the workers share.
struct Shop<'a> {
    inputs: &'a [Input],
    slots: &'a [Mutex<Slot>],
    needles: &'a [String],
    sieve: &'a Arc<Sieve>,
    words: &'a Vocabulary,
    options: &'a Options,
}

impl Shop<'_> {
    fn work(&self) {
        let mut first = 0;
        while let Some((at, task, format, sieve)) = self.take(&mut first) {
            let (time, room) = {
                let mut slot = self.lock(at);
                (slot.time, slot.joined.spare())
            };
            let reader = Reader {
                source: SourceId(u32::try_from(at).unwrap_or(u32::MAX)),
                format: &format,
                sieve: &sieve,
                words: self.words,
                time: &time,
            };
            match task {
                Task::Lines(block) => {
                    let yielded = reader.read(&block, room);
                    let mut slot = self.lock(at);
                    slot.joined.add(reader.source, yielded);
                    if let Some(feed) = &mut slot.feed {
                        feed.recycle(block);
                    }
                }
                Task::Documents(mut feed) => {
                    let yielded = documents::read(&reader, &format.shape, &mut feed);
                    let mut slot = self.lock(at);
                    slot.joined.add(reader.source, yielded);
                    slot.error = feed.take_error().map(|error| error.to_string());
                }
            }
        }
    }

    /// The next block of the first source that is not at its end.
    fn take(&self, first: &mut usize) -> Option<(usize, Task, Arc<Format>, Arc<Sieve>)> {
        while *first < self.slots.len() {
            if let Some((task, format, sieve)) = self.next_task(*first) {
                return Some((*first, task, format, sieve));
            }
            *first += 1;
        }
        None
    }

    fn next_task(&self, at: usize) -> Option<(Task, Arc<Format>, Arc<Sieve>)> {
        let mut slot = self.lock(at);
        if !slot.is_opened {
            self.open(at, &mut slot);
        }
        let (format, span, time) = (slot.format.clone(), slot.span, slot.time);
        let sieve = slot.sieve.clone().unwrap_or_else(|| self.sieve.clone());
        if format.shape != Shape::Lines {
            return slot.feed.take().map(|feed| (Task::Documents(feed), format, sieve));
        }
        let feed = slot.feed.as_mut()?;
        if let Some(block) = feed.next_block() {
            return Some((Task::Lines(block), format, sieve));
        }
        let error = feed.take_error().map(|error| error.to_string());
        let tail = span_of(whole_lines(feed.tail()), &format, time, span);
        (slot.span, slot.error, slot.feed) = (tail, error, None);
        slot.joined.end();
        None
    }

    fn open(&self, at: usize, slot: &mut Slot) {
        slot.is_opened = true;
        match Feed::open(&self.inputs[at], self.options.block) {
            Ok(feed) => {
                let found = detect(feed.head());
                let given = self.options.time;
                let shown = || shown_offset(feed.head(), &found, self.words);
                slot.time = TimeRules {
                    near: given.near.or_else(|| stated_day(feed.head(), &found)),
                    east: if given.zone == chrono_tz::Tz::UTC { shown() } else { given.east },
                    ..given
                };
                let time = slot.time;
                let mut format = match &self.options.format {
                    Some(forced) => Format { shape: found.shape, ..forced.clone() },
                    None => found,
                };
                if format.shape == Shape::Lines {
                    slot.span = span_of(feed.head(), &format, time, None);
                    format.is_newest_first = is_newest_first(feed.head(), &format, &time);
                }
                let hiding = format.needles();
                if !hiding.is_empty() {
                    let own = self.needles.iter().map(String::as_str);
                    slot.sieve = Some(Arc::new(Sieve::new(own.chain(hiding))));
                }
                slot.format = Arc::new(format);
                slot.shell = feed.shell().collect();
                let length = self.inputs[at].length().filter(|_| slot.shell.is_empty());
                slot.joined = Joined::of(length);
                slot.feed = Some(feed);
            }
            Err(error) => slot.error = Some(error.to_string()),
        }
    }

    /// A worker that panicked has lost only its own block; the panic itself is passed on when the
    /// scope ends.
    fn lock(&self, at: usize) -> std::sync::MutexGuard<'_, Slot> {
        self.slots[at].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leaves out the first line of a tail, which may be torn.
fn whole_lines(tail: &[u8]) -> &[u8] {
    if tail.len() < LEAD {
        return tail;
    }
    memchr::memchr(b'\n', tail).map_or(tail, |newline| &tail[newline + 1..])
}
