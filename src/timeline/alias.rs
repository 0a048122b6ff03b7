//! One job, two names: Sidekiq calls it by its jid, ActiveJob inside it by an id of its own.
//!
//! Both log that the job starts, a moment apart, and neither names the other's id. An ActiveJob id
//! is taken for the jid of the same therapist that starts nearest to it, within two seconds and
//! one to one; else one execution would be two runs. Source: formats.md §1.4.

use hashbrown::HashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::Event;
use crate::model::JobId;
use crate::model::Mark;
use crate::model::Stamp;
use crate::model::TherapistId;

/// How far apart the two may log the start: the inner one waits for its arguments.
const NEAR: i64 = 2_000_000_000;

/// Renames ActiveJob ids to the jids they run under.
pub(super) fn rename(events: &mut [Event]) {
    let mut starts: BTreeMap<&TherapistId, BTreeMap<&JobId, i64>> = BTreeMap::new();
    for event in events.iter() {
        let known = event.therapist.as_ref().zip(job(event)).zip(event.stamp.map(Stamp::earliest));
        let Some(((therapist, job), time)) = known else { continue };
        let first = starts.entry(therapist).or_default().entry(job).or_insert(time);
        *first = time.min(*first);
    }
    let mut names: HashMap<JobId, JobId> = HashMap::new();
    for jobs in starts.values() {
        pair(jobs, &mut names);
    }
    let mut renamed: HashMap<Arc<Mark>, Arc<Mark>> = HashMap::new();
    for event in events {
        let Some(name) = job(event).and_then(|job| names.get(job)) else { continue };
        let mark = renamed
            .entry(event.mark.clone())
            .or_insert_with(|| Arc::new(Mark { job: Some(name.clone()), ..(*event.mark).clone() }));
        let mark = mark.clone();
        event.keep();
        event.mark = mark;
    }
}

/// Pairs the names of one therapist's jobs, the nearest starts first.
fn pair(jobs: &BTreeMap<&JobId, i64>, names: &mut HashMap<JobId, JobId>) {
    let inner = jobs.iter().filter(|(job, _)| is_active_job(job));
    let mut near: Vec<(i64, &JobId, &JobId)> = inner
        .flat_map(|(inner, time)| {
            let outer = jobs.iter().filter(|(job, _)| is_sidekiq(job));
            outer.map(move |(outer, other)| ((time - other).abs(), *inner, *outer))
        })
        .filter(|(apart, _, _)| *apart <= NEAR)
        .collect();
    near.sort_unstable();
    let mut taken: Vec<&JobId> = Vec::new();
    for (_, inner, outer) in near {
        if !names.contains_key(inner) && !taken.contains(&outer) {
            names.insert(inner.clone(), outer.clone());
            taken.push(outer);
        }
    }
}

fn job(event: &Event) -> Option<&JobId> {
    event.mark.job.as_ref()
}

/// `9d2f1f5e-2c44-4d7b-8a3c-7a3de1b0c902`
pub(super) fn is_active_job(job: &JobId) -> bool {
    let text = job.as_str();
    text.len() == 36 && text.bytes().filter(|byte| *byte == b'-').count() == 4
}

/// Twenty-four hex digits.
fn is_sidekiq(job: &JobId) -> bool {
    let text = job.as_str();
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_start_is_the_same_job() {
        let jids = ["b4a577edbccf1d805744efa9", "6f2c0d9be8417a35c1d9470e"].map(JobId::new);
        let uuids =
            ["0b7c5c0e-5a0e-4f0d-9b5e-6f1f6c1a7d01", "9d2f1f5e-2c44-4d7b-8a3c-7a3de1b0c902"]
                .map(JobId::new);
        let second = 1_000_000_000;
        let jobs = BTreeMap::from([
            (&jids[0], 10 * second),
            (&jids[1], 11 * second),
            (&uuids[0], 10 * second + 1),
            (&uuids[1], 11 * second + 2),
        ]);
        let mut names = HashMap::new();
        pair(&jobs, &mut names);
        assert_eq!(names.get(&uuids[0]), Some(&jids[0]));
        assert_eq!(names.get(&uuids[1]), Some(&jids[1]));
        let far = BTreeMap::from([(&jids[0], 10 * second), (&uuids[0], 13 * second)]);
        let mut names = HashMap::new();
        pair(&far, &mut names);
        assert!(names.is_empty());
    }
}
