//! Learning ids: therapists by number, everything else by its first event in that order, so that
//! neither threads nor the order of timelines nor a hash has a say.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::app::redact::Redaction;
use crate::app::redact::clock::Calendar;
use crate::app::redact::known::Known;
use crate::app::redact::mask::Mask;
use crate::app::redact::names::Names;
use crate::app::redact::process;
use crate::app::redact::source_name;
use crate::app::redact::words::Vocabulary;
use crate::model::Analysis;
use crate::model::Event;
use crate::model::EventKind;
use crate::model::Mark;
use crate::model::Profile;
use crate::model::TherapistId;
use crate::timeline::Board;
use crate::timeline::Timeline;

/// Learns all there is, typed values first and then how they stand in text.
pub(super) fn learn(analysis: &Analysis, timelines: &[Timeline], profile: &Profile) -> Redaction {
    let mut redaction = Redaction {
        therapists: therapists(analysis, timelines, profile),
        objects: Names::default(),
        jobs: Names::default(),
        hosts: Names::default(),
        contacts: Names::default(),
        threads: Names::default(),
        processes: Names::default(),
        mask: Mask {
            known: Known::default(),
            vocabulary: Vocabulary::of(profile),
            calendar: Calendar::of(analysis.window),
        },
    };
    let mut timelines: Vec<&Timeline> = timelines.iter().collect();
    timelines.sort_by_cached_key(|timeline| by_number(&timeline.therapist));
    for timeline in timelines {
        meet_timeline(&mut redaction, timeline);
    }
    meet_analysis(&mut redaction, analysis);
    for contact in profile.hubspot.contacts.keys() {
        redaction.contacts.meet(&contact.as_str().into());
    }
    redaction.mask.known = known(&redaction, analysis);
    redaction
}

/// Numbers by value, then names: the order of reports.
fn by_number(therapist: &TherapistId) -> (u64, TherapistId) {
    (therapist.as_str().parse().unwrap_or(u64::MAX), therapist.clone())
}

/// Those of the log by number, then those only the profile names.
fn therapists(
    analysis: &Analysis,
    timelines: &[Timeline],
    profile: &Profile,
) -> Names<TherapistId> {
    let judged = analysis.therapists.iter().map(|verdict| &verdict.therapist);
    let found = analysis.findings.iter().map(|finding| &finding.therapist);
    let shown = timelines.iter().map(|timeline| &timeline.therapist);
    let told = timelines.iter().flat_map(|timeline| &timeline.events);
    let told = told.filter_map(|event| event.therapist.as_ref());
    let of_log: BTreeSet<&TherapistId> = judged.chain(found).chain(shown).chain(told).collect();
    let of_profile: BTreeSet<TherapistId> =
        profile.hubspot.contacts.values().map(TherapistId::new).collect();
    let mut names = Names::default();
    for mut some in [of_log.into_iter().collect(), of_profile.iter().collect::<Vec<_>>()] {
        some.sort_by_cached_key(|therapist| by_number(therapist));
        for therapist in some.into_iter().filter(|therapist| !therapist.is_unknown()) {
            names.meet(therapist);
        }
    }
    names
}

fn meet_timeline(redaction: &mut Redaction, timeline: &Timeline) {
    let mut last = None;
    for event in &timeline.events {
        meet_event(redaction, event);
        // Neighbours mostly share their mark.
        if last.is_none_or(|last| !Arc::ptr_eq(last, &event.mark)) {
            meet_mark(redaction, &event.mark);
        }
        last = Some(&event.mark);
    }
    for run in &timeline.runs {
        meet_mark(redaction, &run.mark);
    }
    for (object, _) in &timeline.silent {
        redaction.objects.meet(object);
    }
    // A board knows what its events named, and forgets nothing: the last one has all.
    let last = timeline.last_board();
    let pointed = last.into_iter().flat_map(|board| board.fields().values().flatten());
    for object in last.into_iter().flat_map(Board::objects).chain(pointed) {
        redaction.objects.meet(object);
    }
}

fn meet_event(redaction: &mut Redaction, event: &Event) {
    if let EventKind::Assigned { previous: Some(object), .. } = &event.kind {
        redaction.objects.meet(object);
    }
    if let Some(object) = event.kind.object() {
        redaction.objects.meet(object);
    }
}

fn meet_mark(redaction: &mut Redaction, mark: &Mark) {
    if let Some(job) = &mark.job {
        redaction.jobs.meet(job);
    }
    if let Some(pid) = mark.pid.filter(|pid| process(&Names::default(), *pid) != *pid) {
        redaction.processes.meet(&pid);
    }
    for (names, id) in [
        (&mut redaction.threads, &mark.tid),
        (&mut redaction.hosts, &mark.host),
        (&mut redaction.contacts, &mark.contact),
    ] {
        if let Some(id) = id {
            names.meet(id);
        }
    }
}

fn meet_analysis(redaction: &mut Redaction, analysis: &Analysis) {
    for verdict in &analysis.therapists {
        let end = &verdict.end_state;
        for object in end.labels.keys().chain(end.fields.values().flatten()) {
            redaction.objects.meet(object);
        }
    }
    // Findings come worst first, which is stable, but their objects are mostly met by now.
    for object in analysis.findings.iter().flat_map(|finding| &finding.objects) {
        redaction.objects.meet(object);
    }
}

/// What to look for in text. Where one text is an id of two kinds, the first kind wins.
fn known(redaction: &Redaction, analysis: &Analysis) -> Known {
    let mut known = Known::default();
    for (number, id) in redaction.therapists.all() {
        known.add(id.as_str(), &redaction.therapists.pseudonym('T', number));
    }
    for (number, id) in redaction.objects.all() {
        known.add(id.as_str(), &redaction.objects.pseudonym('O', number));
    }
    for (number, id) in redaction.jobs.all() {
        known.add(id.as_str(), &redaction.jobs.pseudonym('J', number));
    }
    for (names, letter) in
        [(&redaction.contacts, 'C'), (&redaction.hosts, 'H'), (&redaction.threads, 'X')]
    {
        for (number, id) in names.all().filter(|(_, id)| !is_short_number(id)) {
            known.add(id, &names.pseudonym(letter, number));
        }
    }
    for (_, pid) in redaction.processes.all() {
        known.add(&pid.to_string(), &process(&redaction.processes, *pid).to_string());
    }
    let sources = &analysis.sources;
    for (at, source) in sources.iter().enumerate() {
        // A name of one word could be any word of a sentence; in lines it is masked anyway.
        if source.name.contains(['.', '/', '\\']) {
            known.add(&source.name, &source_name(at, sources.len(), &source.name));
        }
    }
    known
}

/// A thread or host that is a mere small number: in text it stays, as all small numbers do.
fn is_short_number(id: &str) -> bool {
    id.len() <= 3 && id.bytes().all(|byte| byte.is_ascii_digit())
}
