//! The laws of one write and its witnesses.

use super::*;
use crate::model::Field;
use crate::model::Origin;
use crate::model::Quote;
use crate::model::SourceId;
use crate::model::Zone;

const SECOND: i64 = 1_000_000_000;

/// An assignment of `object` to the second field: who tells it, when in nanoseconds, how precisely.
fn told(witness: Witness, object: &str, at: i64, digits: u8) -> Event {
    let (source, clock) = match witness {
        Witness::Log => (0, Clock::Application),
        Witness::Client => (1, Clock::Application),
        Witness::Sql => (2, Clock::Payload),
        Witness::PaperTrail => (3, Clock::Payload),
        Witness::Audited => (4, Clock::Payload),
        Witness::Logidze => (5, Clock::Payload),
        Witness::Hubspot => (6, Clock::Payload),
    };
    let tick = 10_i64.pow(9 - u32::from(digits));
    let stamp = if witness == Witness::Logidze {
        Stamp::rounded((at + tick / 2) / tick * tick, digits, Zone::Stated, clock)
    } else {
        Stamp::truncated(at / tick * tick, digits, Zone::Stated, clock)
    };
    Event {
        therapist: Some(TherapistId::new("48213")),
        stamp: Some(stamp),
        kind: EventKind::Assigned {
            field: Field::Hubspot,
            object: Some(ObjectId::new(object)),
            previous: None,
        },
        mark: Arc::default(),
        witness,
        origin: Origin {
            source: SourceId(source),
            offset: u64::try_from(at).unwrap_or_default(),
            line: 1,
            text: Quote::from(&b""[..]),
        },
        is_adopted: false,
        more: None,
    }
}

fn with_job(event: Event, job: &str) -> Event {
    let mark = Mark { job: Some(JobId::new(job)), ..(*event.mark).clone() };
    Event { mark: Arc::new(mark), ..event }
}

/// One write as everybody tells it, each by its own clock.
fn by_all(object: &str, at: i64) -> Vec<Event> {
    vec![
        told(Witness::Log, object, at + 2_000_000, 3),
        told(Witness::Sql, object, at, 6),
        with_job(told(Witness::PaperTrail, object, at, 6), "6f2c"),
        told(Witness::Audited, object, at + 1_500_000, 6),
        told(Witness::Logidze, object, at, 3),
        told(Witness::Hubspot, object, at + SECOND / 3, 3),
    ]
}

fn united(mut events: Vec<Event>) -> Vec<Event> {
    events.sort_by_key(|event| event.origin.place());
    let mut united = unite(events);
    united.sort_by_key(|event| event.stamp.map(Stamp::earliest));
    united
}

#[test]
fn one_write_has_all_its_witnesses() {
    let at = 100 * SECOND + 312_454_000;
    let events = united(by_all("a", at));
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].origins().count(), 6);
    assert_eq!(events[0].stamp.map(|stamp| (stamp.printed(), stamp.digits())), Some((at, 6)));
    assert_eq!(events[0].mark.job, Some(JobId::new("6f2c")));
    let clocks: Vec<_> =
        events[0].sightings().map(|(_, stamp)| stamp.map(Stamp::printed)).collect();
    assert!(clocks.contains(&Some(at / 1_000_000 * 1_000_000 + 334_000_000 - 1_000_000)));
}

#[test]
fn there_and_back_stays_three_writes() {
    let at = 100 * SECOND + 312_454_000;
    let step = SECOND * 2 / 5;
    let story = [by_all("a", at), by_all("b", at + step), by_all("a", at + 2 * step)].concat();
    let events = united(story);
    let objects: Vec<&str> =
        events.iter().filter_map(|event| event.kind.object()).map(ObjectId::as_str).collect();
    assert_eq!(objects, ["a", "b", "a"]);
    assert!(events.iter().all(|event| event.origins().count() == 6));
}

#[test]
fn two_rows_of_one_trail_are_two_writes() {
    for witness in [Witness::Log, Witness::PaperTrail, Witness::Hubspot] {
        let pair = vec![told(witness, "a", SECOND, 3), told(witness, "a", SECOND + 2_000_000, 3)];
        assert_eq!(united(pair).len(), 2, "{witness:?}");
    }
}

#[test]
fn two_jobs_that_write_alike_stay_two() {
    let log = |at, job| with_job(told(Witness::Log, "a", at, 3), job);
    let row = |at, job| with_job(told(Witness::PaperTrail, "a", at, 6), job);
    let events = united(vec![
        log(SECOND, "j1"),
        log(SECOND + 3_000_000, "j2"),
        row(SECOND - 1_000, "j2"),
        row(SECOND - 2_000, "j1"),
    ]);
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|event| event.origins().count() == 2));
    // An ActiveJob id and a Sidekiq jid may be of one job.
    let sql = with_job(told(Witness::Sql, "a", SECOND, 6), "9d2f1f5e-2c44-4d7b");
    assert_eq!(united(vec![log(SECOND, "j1"), sql]).len(), 1);
}

#[test]
fn what_only_one_saw_stays() {
    let alone = [
        told(Witness::Log, "a", SECOND, 3),
        told(Witness::PaperTrail, "a", 10 * SECOND, 6),
        told(Witness::Hubspot, "b", SECOND, 3),
        told(Witness::Hubspot, "a", 5 * SECOND, 3),
    ];
    let events = united(alone.to_vec());
    assert_eq!(events.len(), 4);
    // HubSpot mirrors a write later, never before.
    let early = vec![told(Witness::PaperTrail, "a", SECOND, 6), told(Witness::Hubspot, "a", 0, 3)];
    assert_eq!(united(early).len(), 2);
}

#[test]
fn a_delivery_repeated_is_one_event() {
    let deliver = |offset| {
        let mut event = told(Witness::Hubspot, "a", SECOND, 3);
        (event.therapist, event.origin.offset) = (None, offset);
        event
    };
    let events = united(vec![deliver(0), deliver(7), deliver(9)]);
    assert_eq!((events.len(), events[0].origins().count()), (1, 3));
}

#[test]
fn a_line_without_a_clock_is_told_the_time_by_its_job() {
    let mut line = with_job(told(Witness::Log, "a", SECOND, 3), "j1");
    line.stamp = None;
    let row = with_job(told(Witness::PaperTrail, "a", SECOND, 6), "j1");
    let events = united(vec![line.clone(), row.clone()]);
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].stamp, events[0].origin.source), (row.stamp, SourceId(0)));
    let other = with_job(row, "j2");
    assert_eq!(united(vec![line, other]).len(), 2);
}

proptest::proptest! {
    /// Nothing is lost and nothing is doubled, in whatever order the sources come.
    #[test]
    fn writes_far_apart_unite_whatever_is_exported(
        seen in proptest::collection::vec(1_u8..64, 1..6),
    ) {
        let mut events = Vec::new();
        for (nth, seen) in (0_i64..).zip(&seen) {
            let told = by_all("a", (100 + 10 * nth) * SECOND + 312_454_000);
            let chosen = (0..6).filter(|bit| seen & (1 << bit) != 0);
            events.extend(chosen.map(|bit| told[bit].clone()));
        }
        let lines = events.len();
        let united = united(events);
        proptest::prop_assert_eq!(united.len(), seen.len());
        proptest::prop_assert_eq!(united.iter().map(|e| e.origins().count()).sum::<usize>(), lines);
    }
}
