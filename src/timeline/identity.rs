//! Whose an event is (design.md §4): the statement itself says it, or another line of the same
//! job, or of the same process and thread between start and done, or of the same contact in HubSpot,
//! or the object it is about belongs to exactly one therapist. What stays unknown stays `None`.

use std::collections::BTreeSet;
use std::hash::BuildHasher as _;
use std::hash::Hash;
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

type Thread = (SourceId, Option<CompactString>, u64, CompactString);

/// One execution on one thread, as far as start and done lines bound it.
#[derive(Clone, Debug, Default)]
struct Session {
    number: u64,
    job: Option<JobId>,
    therapist: Option<TherapistId>,
    is_over: bool,
}

/// Fills in jobs and therapists that other lines tell; expects (source, offset) order.
pub(super) fn resolve(events: &mut Vec<Event>, mentions: &[Mention]) {
    let mut known = Known::default();
    let mut sessions = Sessions::default();
    if !known.note_all(events, mentions, None) {
        sessions = adopt_jobs(events, mentions);
        known = Known::default();
        known.note_all(events, mentions, Some(&sessions));
    }
    let mut copies = Vec::new();
    let mut is_all_known = true;
    for at in 0..events.len() {
        if events[at].therapist.is_some() {
            continue;
        }
        let found = known.of(at, events, mentions, &sessions);
        let event = &mut events[at];
        match found {
            Some(Found::One(therapist)) => event.adopt(therapist),
            // A job that works on several therapists starts and ends for each of them.
            Some(Found::Several(therapists)) if event.kind.is_lifecycle() => {
                let mut therapists = therapists.iter();
                learn(event, therapists.next());
                copies.extend(therapists.map(|therapist| {
                    let mut copy = event.clone();
                    copy.adopt(therapist.clone());
                    copy
                }));
            }
            Some(Found::Several(_)) | None => is_all_known = false,
        }
    }
    if !copies.is_empty() {
        events.extend(copies);
        events.sort_by_key(|event| (event.origin.source, event.origin.offset));
    }
    if !is_all_known {
        let owners = owners(events);
        resolve_by_contact(events, mentions, &owners);
        resolve_by_object(events, &owners);
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
    /// Notes all lines that name somebody. Without sessions all lines must name their job; says
    /// whether they do.
    fn note_all(
        &mut self,
        events: &[Event],
        mentions: &[Mention],
        sessions: Option<&Sessions>,
    ) -> bool {
        let mut last: Option<(&Arc<Mark>, &TherapistId)> = None;
        for (at, event) in events.iter().enumerate() {
            let has_job = event.mark.job.is_some();
            if !has_job && sessions.is_none() {
                return false;
            }
            let Some(therapist) = &event.therapist else { continue };
            // Lines of one run mostly stand together, and share what they say of it.
            let is_known = last.is_some_and(|(mark, whose)| {
                has_job && Arc::ptr_eq(mark, &event.mark) && whose == therapist
            });
            if !is_known {
                self.note(at, events, mentions, sessions.and_then(|known| known.of_event(at)));
                last = Some((&event.mark, therapist));
            }
        }
        for at in 0..mentions.len() {
            if sessions.is_none() && mentions[at].mark.job.is_none() {
                return false;
            }
            let session = sessions.and_then(|known| known.of_mention(at));
            self.note(events.len() + at, events, mentions, session);
        }
        true
    }

    /// Notes whom a line names.
    fn note(&mut self, at: usize, events: &[Event], mentions: &[Mention], session: Option<u64>) {
        let (mark, Some(therapist)) = line(at, events, mentions) else { return };
        let Some(job) = &mark.job else {
            if let Some(session) = session {
                let first = || Whose::One(therapist.clone());
                self.sessions.entry(session).or_insert_with(first).add(therapist);
            }
            return;
        };
        let hash = self.hasher.hash_one(job);
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

    /// Whom the job or the session of an event names.
    fn of(
        &self,
        at: usize,
        events: &[Event],
        mentions: &[Mention],
        sessions: &Sessions,
    ) -> Option<Found<'_>> {
        let Some(job) = &events[at].mark.job else {
            return self.sessions.get(&sessions.of_event(at)?).map(Whose::found);
        };
        let first = self.first(job, self.hasher.hash_one(job), events, mentions)?;
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
/// its neighbours. Gives each item without a job the number of its session.
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
