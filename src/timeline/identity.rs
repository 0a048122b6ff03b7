//! Whose an event is (design.md §4): the statement itself says it, or another line of the same
//! job, or of the same process and thread between start and done, or of the same contact in HubSpot,
//! or the object it is about belongs to exactly one therapist. What stays unknown stays `None`.

use std::collections::BTreeSet;
use std::hash::BuildHasher as _;
use std::hash::Hash;
use std::ops::Range;
use std::sync::Arc;

use compact_str::CompactString;
use hashbrown::DefaultHashBuilder;
use hashbrown::HashMap;
use hashbrown::HashTable;

use crate::model::Event;
use crate::model::EventKind;
use crate::model::JobId;
use crate::model::Mark;
use crate::model::Mention;
use crate::model::ObjectId;
use crate::model::SourceId;
use crate::model::TherapistId;
use crate::timeline::order;
use crate::timeline::parts;

type Thread = (SourceId, Option<CompactString>, u64, CompactString);

/// One execution on one thread, as far as start and done lines bound it.
#[derive(Clone, Debug, Default)]
struct Session {
    number: u64,
    job: Option<JobId>,
    therapist: Option<TherapistId>,
    is_over: bool,
}

/// Fills in jobs and therapists that other lines tell; expects (source, offset) order, and to be told
/// whether all lines name their job. Says whether there are more events now: starts and ends of jobs
/// that work on several therapists. What comes out does not depend on the threads.
pub(super) fn resolve(
    events: &mut Vec<Event>,
    mentions: &[Mention],
    has_jobs: bool,
    threads: usize,
) -> bool {
    let sessions = if has_jobs { Sessions::default() } else { adopt_jobs(events, mentions) };
    let known = Known::of(events, mentions, &sessions, threads);
    let share = parts::share(events.len(), threads);
    let starts = (0..events.len()).step_by(share);
    let of_parts = {
        let (known, sessions, events) = (&known, &sessions, &*events);
        let part = |from: usize| from..events.len().min(from + share);
        parts::at_once(
            starts.map(|from| move || known.of_part(part(from), events, mentions, sessions)),
        )
    };
    let is_all_known = of_parts.iter().all(|of_part| of_part.is_whole);
    let chunks = events.chunks_mut(share).zip(of_parts);
    let copies = parts::at_once(chunks.map(|(events, of_part)| move || of_part.tell(events)));
    let count = events.len();
    events.extend(copies.into_iter().flatten());
    let is_more = events.len() > count;
    if is_more {
        events.sort_by_key(|event| event.origin.place());
    }
    if !is_all_known {
        let owners = owners(events);
        resolve_by_contact(events, mentions, &owners);
        resolve_by_object(events, &owners);
    }
    is_more
}

/// What is known of the events of a part that name nobody.
struct OfPart<'k> {
    /// By their places in the part.
    found: Vec<(usize, Found<'k>)>,
    /// Whether that are all of them.
    is_whole: bool,
}

impl OfPart<'_> {
    /// Tells the events of the part; gives those that are several therapists', once more for each
    /// further one.
    fn tell(self, events: &mut [Event]) -> Vec<Event> {
        let mut copies = Vec::new();
        for (at, found) in self.found {
            let event = &mut events[at];
            match found {
                Found::One(therapist) => event.adopt(therapist),
                Found::Several(therapists) => {
                    let mut therapists = therapists.iter();
                    learn(event, therapists.next());
                    copies.extend(therapists.map(|therapist| {
                        let mut copy = event.clone();
                        copy.adopt(therapist.clone());
                        copy
                    }));
                }
            }
        }
        copies
    }
}

/// Whose an event is, by what other lines name.
enum Found<'k> {
    One(TherapistId),
    Several(&'k BTreeSet<TherapistId>),
}

/// The therapists that the lines of a session name.
enum Whose {
    One(TherapistId),
    Several(BTreeSet<TherapistId>),
}

impl Whose {
    fn found(&self) -> Found<'_> {
        match self {
            Self::One(therapist) => Found::One(therapist.clone()),
            Self::Several(therapists) => Found::Several(therapists),
        }
    }

    fn add(&mut self, therapist: &TherapistId) {
        match self {
            Self::One(known) if known == therapist => {}
            Self::One(known) => {
                *self = Self::Several(BTreeSet::from([known.clone(), therapist.clone()]));
            }
            Self::Several(known) => {
                known.insert(therapist.clone());
            }
        }
    }
}

/// Tells an event whose it is.
fn learn(event: &mut Event, therapist: Option<&TherapistId>) {
    if let Some(therapist) = therapist {
        event.adopt(therapist.clone());
    }
}

/// Whom the lines of each job and of each session name.
#[derive(Default)]
struct Known {
    /// For each job its hash and the first line that names somebody: jobs are many, and what is kept
    /// of one must be small. More than four billion lines fit into no memory.
    jobs: HashTable<(u64, u32)>,
    /// By that line: whom it names, and all others that lines of its job name.
    several: HashMap<u32, BTreeSet<TherapistId>>,
    sessions: HashMap<u64, Whose>,
    hasher: DefaultHashBuilder,
}

/// What a line names: an event's, or behind all of these a mention's.
fn line<'a>(
    at: usize,
    events: &'a [Event],
    mentions: &'a [Mention],
) -> (&'a Mark, Option<&'a TherapistId>) {
    match at.checked_sub(events.len()) {
        None => (&events[at].mark, events[at].therapist.as_ref()),
        Some(at) => (&mentions[at].mark, Some(&mentions[at].therapist)),
    }
}

impl Known {
    /// Whom all lines name. The jobs of lines are looked at by all threads, and noted in the order
    /// of the lines.
    fn of(events: &[Event], mentions: &[Mention], sessions: &Sessions, threads: usize) -> Self {
        let mut known = Self::default();
        let hasher = known.hasher.clone();
        let share = parts::share(events.len(), threads);
        let named = |(part, events): (usize, &[Event])| {
            let mut named: Vec<(usize, Option<u64>)> = Vec::new();
            let mut last: Option<(&Arc<Mark>, &TherapistId)> = None;
            for (at, event) in (part * share..).zip(events) {
                let Some(therapist) = &event.therapist else { continue };
                let job = event.mark.job.as_ref();
                // Lines of one run mostly stand together, and share what they say of it.
                let is_known = last.is_some_and(|(mark, whose)| {
                    job.is_some() && Arc::ptr_eq(mark, &event.mark) && whose == therapist
                });
                if !is_known {
                    named.push((at, job.map(|job| hasher.hash_one(job))));
                    last = Some((&event.mark, therapist));
                }
            }
            named
        };
        let named = &named;
        let works = events.chunks(share).enumerate().map(|part| move || named(part));
        for (at, hash) in parts::at_once(works).into_iter().flatten() {
            known.note(at, hash, sessions.of_event(at), events, mentions);
        }
        for (at, mention) in mentions.iter().enumerate() {
            let hash = mention.mark.job.as_ref().map(|job| known.hasher.hash_one(job));
            known.note(events.len() + at, hash, sessions.of_mention(at), events, mentions);
        }
        known
    }

    /// Notes whom a line names, which is of a job with that hash, or of that session.
    fn note(
        &mut self,
        at: usize,
        hash: Option<u64>,
        session: Option<u64>,
        events: &[Event],
        mentions: &[Mention],
    ) {
        let (mark, Some(therapist)) = line(at, events, mentions) else { return };
        let Some((job, hash)) = mark.job.as_ref().zip(hash) else {
            if let Some(session) = session {
                let first = || Whose::One(therapist.clone());
                self.sessions.entry(session).or_insert_with(first).add(therapist);
            }
            return;
        };
        if let Some(first) = self.first(job, hash, events, mentions) {
            let (_, named) = line(first as usize, events, mentions);
            if named != Some(therapist) {
                let several = self.several.entry(first);
                let several = several.or_insert_with(|| named.into_iter().cloned().collect());
                several.insert(therapist.clone());
            }
        } else {
            let place = u32::try_from(at).unwrap_or(u32::MAX);
            self.jobs.insert_unique(hash, (hash, place), |(hash, _)| *hash);
        }
    }

    /// The first line that names a job and somebody.
    fn first(&self, job: &JobId, hash: u64, events: &[Event], mentions: &[Mention]) -> Option<u32> {
        let is_it = |(known, at): &(u64, u32)| {
            let (mark, _) = line(*at as usize, events, mentions);
            *known == hash && mark.job.as_ref() == Some(job)
        };
        self.jobs.find(hash, is_it).map(|(_, at)| *at)
    }

    /// What is known of the events of a part that name nobody.
    fn of_part<'k>(
        &'k self,
        part: Range<usize>,
        events: &[Event],
        mentions: &[Mention],
        sessions: &Sessions,
    ) -> OfPart<'k> {
        let mut of_part = OfPart { found: Vec::new(), is_whole: true };
        // Lines of one run mostly stand together.
        let mut last: Option<(&Arc<Mark>, Option<u32>)> = None;
        for (at, event) in events[part.clone()].iter().enumerate() {
            if event.therapist.is_some() {
                continue;
            }
            let found = if let Some(job) = &event.mark.job {
                let known = last.filter(|(mark, _)| Arc::ptr_eq(mark, &event.mark));
                let (_, first) = known.unwrap_or_else(|| {
                    let first = self.first(job, self.hasher.hash_one(job), events, mentions);
                    (&event.mark, first)
                });
                last = Some((&event.mark, first));
                first.and_then(|first| self.of_line(first, events, mentions))
            } else {
                let session = sessions.of_event(part.start + at);
                session.and_then(|session| self.sessions.get(&session)).map(Whose::found)
            };
            // A job that works on several therapists starts and ends for each of them.
            let is_whose =
                |found: &Found<'_>| matches!(found, Found::One(_)) || event.kind.is_lifecycle();
            match found.filter(is_whose) {
                Some(found) => of_part.found.push((at, found)),
                None => of_part.is_whole = false,
            }
        }
        of_part
    }

    /// Whom the lines of a job name, of which that is the first one.
    fn of_line<'k>(
        &'k self,
        first: u32,
        events: &[Event],
        mentions: &[Mention],
    ) -> Option<Found<'k>> {
        let one = || line(first as usize, events, mentions).1.cloned().map(Found::One);
        self.several.get(&first).map(Found::Several).or_else(one)
    }
}

/// The session of each item; empty if every item names its job, so that nobody asks.
#[derive(Default)]
struct Sessions {
    of_events: Vec<Option<u64>>,
    of_mentions: Vec<Option<u64>>,
}

impl Sessions {
    fn of_event(&self, at: usize) -> Option<u64> {
        self.of_events.get(at).copied().flatten()
    }

    fn of_mention(&self, at: usize) -> Option<u64> {
        self.of_mentions.get(at).copied().flatten()
    }
}

/// Walks each thread in file order; a line without a job between start and done takes the job of
/// its neighbours. Gives each item with a thread the number of its session.
fn adopt_jobs(events: &mut [Event], mentions: &[Mention]) -> Sessions {
    let mut sessions =
        Sessions { of_events: vec![None; events.len()], of_mentions: vec![None; mentions.len()] };
    let falling = order::newest_first(events);
    let place = |source, offset| order::place(source, offset, &falling);
    let mut places: Vec<(SourceId, u64, Result<usize, usize>)> = Vec::new();
    places.extend(events.iter().enumerate().map(|(at, event)| {
        let source = event.origin.source;
        (source, place(source, event.origin.offset), Ok(at))
    }));
    places.extend(
        mentions.iter().enumerate().map(|(at, m)| (m.source, place(m.source, m.offset), Err(at))),
    );
    places.sort_unstable_by_key(|(source, offset, item)| (*source, *offset, item.is_err(), *item));
    let mut open: HashMap<Thread, Session> = HashMap::new();
    let mut numbers = 0_u64;
    for (source, _, item) in places {
        let (mark, kind, therapist) = match item {
            Ok(at) => (&events[at].mark, Some(&events[at].kind), events[at].therapist.as_ref()),
            Err(at) => (&mentions[at].mark, None, Some(&mentions[at].therapist)),
        };
        let (Some(pid), Some(tid)) = (mark.pid, mark.tid.clone()) else { continue };
        let session = open.entry((source, mark.host.clone(), pid, tid)).or_insert_with(|| {
            numbers += 1;
            Session { number: numbers, ..Session::default() }
        });
        let ends = matches!(kind, Some(EventKind::Done | EventKind::Failed));
        // A thread without start lines that turns to another therapist has another job.
        let is_other = mark.job.is_none()
            && session.therapist.is_some()
            && therapist.is_some_and(|therapist| session.therapist.as_ref() != Some(therapist));
        let is_new = is_other
            || matches!(kind, Some(EventKind::Started))
            || (session.is_over && !ends)
            || mark.job.as_ref().is_some_and(|job| session.job.as_ref().is_some_and(|j| j != job));
        if is_new {
            numbers += 1;
            *session = Session { number: numbers, ..Session::default() };
        }
        session.therapist = session.therapist.take().or_else(|| therapist.cloned());
        if mark.job.is_some() {
            session.job.clone_from(&mark.job);
        }
        session.is_over |= ends;
        match item {
            Ok(at) if events[at].mark.job.is_none() => {
                if let Some(job) = &session.job {
                    let mark = Mark { job: Some(job.clone()), ..(*events[at].mark).clone() };
                    events[at].keep();
                    events[at].mark = Arc::new(mark);
                }
                sessions.of_events[at] = Some(session.number);
            }
            Ok(at) => sessions.of_events[at] = Some(session.number),
            Err(at) => sessions.of_mentions[at] = Some(session.number),
        }
    }
    sessions
}

/// The therapist of each object that exactly one therapist's events name; `None` for an object of
/// several.
fn owners(events: &[Event]) -> HashMap<ObjectId, Option<TherapistId>> {
    let mut owners = HashMap::new();
    for event in events {
        if let (Some(therapist), Some(object)) = (&event.therapist, event.kind.object()) {
            own(&mut owners, object.clone(), therapist);
        }
    }
    owners
}

fn own<K: Eq + Hash>(owners: &mut HashMap<K, Option<TherapistId>>, key: K, of: &TherapistId) {
    let owner = owners.entry(key).or_insert_with(|| Some(of.clone()));
    if owner.as_ref() != Some(of) {
        *owner = None;
    }
}

/// HubSpot names a contact where the application names its therapist. Rows that name both tell
/// whose it is; else the objects that the contact's events are about, if all are one therapist's.
fn resolve_by_contact(
    events: &mut [Event],
    mentions: &[Mention],
    owners: &HashMap<ObjectId, Option<TherapistId>>,
) {
    let mut told: HashMap<CompactString, Option<TherapistId>> = HashMap::new();
    let mut linked = told.clone();
    let of_events =
        events.iter().filter_map(|event| Some((&event.mark, event.therapist.as_ref()?)));
    let of_mentions = mentions.iter().map(|mention| (&mention.mark, &mention.therapist));
    for (mark, therapist) in of_events.chain(of_mentions) {
        if let Some(contact) = &mark.contact {
            own(&mut told, contact.clone(), therapist);
        }
    }
    for event in events.iter() {
        let owner =
            event.kind.object().and_then(|object| owners.get(object)).and_then(Option::as_ref);
        if let (Some(contact), Some(owner)) = (&event.mark.contact, owner) {
            own(&mut linked, contact.clone(), owner);
        }
    }
    for event in events.iter_mut().filter(|event| event.therapist.is_none()) {
        if let Some(contact) = &event.mark.contact {
            let known = told.get(contact).or_else(|| linked.get(contact));
            learn(event, known.and_then(Option::as_ref));
        }
    }
}

/// A label or a creation names only its object. If exactly one therapist's events name the same
/// object, the event is that therapist's.
fn resolve_by_object(events: &mut [Event], owners: &HashMap<ObjectId, Option<TherapistId>>) {
    for event in events.iter_mut().filter(|event| event.therapist.is_none()) {
        let is_about_an_object = matches!(
            event.kind,
            EventKind::Created { .. }
                | EventKind::Labelled { .. }
                | EventKind::Unlabelled { .. }
                | EventKind::StepFailed { .. }
        );
        let owner = event.kind.object().and_then(|object| owners.get(object));
        if is_about_an_object {
            learn(event, owner.and_then(Option::as_ref));
        }
    }
}
