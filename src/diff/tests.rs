//! The laws of comparing, on sides made by chance, and each class and reason by hand.

use std::collections::BTreeMap;

use proptest::prelude::Strategy;
use proptest::prelude::prop_assert;
use proptest::prelude::prop_assert_eq;

use super::*;
use crate::model::Clock;
use crate::model::ObjectId;
use crate::model::RunId;
use crate::model::Sheet;
use crate::model::Zone;
use crate::model::rate::Direction;

const RULES: [&str; 4] = ["dual-attested", "duplicate-run", "flip-flop", "overlapping-runs"];

fn at(second: i64) -> Stamp {
    Stamp::truncated(second * 1_000_000_000, 0, Zone::Stated, Clock::Application)
}

fn told(rule: &str, from: i64) -> Told {
    Told {
        id: String::new(),
        rule: rule.to_owned(),
        severity: Severity::High,
        certainty: Certainty::Certain,
        therapist: TherapistId::new("1"),
        from: Some(at(from)),
        to: None,
        still: Still::Wrong,
        objects: ["1", "2"].map(ObjectId::new).to_vec(),
        runs: ["r1", "r2"].map(RunId::new).to_vec(),
        evidence: 2,
        first: None,
        summary: String::new(),
    }
    .named()
}

impl Told {
    /// With an id of what ids are made of.
    fn named(mut self) -> Self {
        let objects: Vec<&str> = self.objects.iter().map(ObjectId::as_str).collect();
        let from = self.from.map(Stamp::printed);
        self.id = format!("{} {} {objects:?} {from:?}", self.rule, self.therapist);
        self
    }

    fn over(self, to: i64) -> Self {
        Self { to: Some(at(to)), still: Still::Over, ..self }
    }
}

fn side(window: [i64; 2], findings: Vec<Told>) -> Side {
    let objects = ["1", "2", "3"].map(ObjectId::new).into();
    let known = Known { runs: 100, is_inferred: false, objects };
    let nobody = Known { runs: 20, ..Known::default() };
    Side {
        name: "x".to_owned(),
        kind: Kind::Logs,
        window: Some((at(window[0]), at(window[1]))),
        sources: 1,
        sheet: Sheet { bytes: 9, lines: 9, used: 9, ..Sheet::default() },
        broken: Vec::new(),
        therapists: [("1", known), ("2", nobody)].map(|(id, it)| (TherapistId::new(id), it)).into(),
        findings,
        severity: Severity::Info,
        hidden: 0,
        notes: Vec::new(),
    }
}

fn diff(before: &Side, after: &Side) -> Diff {
    Diff::between(before.clone(), after.clone(), 0.1)
}

/// Class, reason and match of the only entry.
fn only(before: &Side, after: &Side) -> (Class, Option<Why>, Option<Match>) {
    let diff = diff(before, after);
    assert_eq!(diff.entries.len(), 1, "{:?}", diff.entries);
    (diff.entries[0].class, diff.entries[0].why(), diff.entries[0].matched())
}

#[test]
fn gone_has_a_reason() {
    let empty = |window| side(window, Vec::new());
    let state = side([0, 100], vec![told("dual-attested", 50)]);
    let act = side([0, 100], vec![told("duplicate-run", 50).over(51)]);
    let gone = |before: &Side, after: &Side| only(before, after).1;
    assert_eq!(gone(&state, &empty([0, 200])), Some(Why::Absent));
    assert_eq!(gone(&state, &empty([60, 200])), Some(Why::Later));
    assert_eq!(gone(&state, &empty([0, 40])), Some(Why::Outside));
    assert_eq!(gone(&act, &empty([60, 200])), Some(Why::Outside));
    assert_eq!(gone(&act, &empty([0, 200])), Some(Why::Absent));
    let mut stranger = empty([60, 200]);
    stranger.therapists.clear();
    assert_eq!(gone(&state, &stranger), Some(Why::Unseen));
    // A log that does not tell of the objects cannot tell that they are well.
    let mut other = state.clone();
    other.findings[0].objects.push(ObjectId::new("77"));
    assert_eq!(gone(&other, &empty([60, 200])), Some(Why::Unseen));
    other.findings[0].objects.clear();
    assert_eq!(gone(&other, &empty([60, 200])), Some(Why::Unseen));
}

#[test]
fn what_both_have_grows_goes_on_or_heals() {
    let state = side([0, 100], vec![told("dual-attested", 50)]);
    let healed = side([0, 200], vec![told("dual-attested", 50).over(150)]);
    assert_eq!(only(&state, &healed).0, Class::Healed);
    assert_eq!(only(&healed, &state).0, Class::Grown);
    // Lasting on is no growth.
    assert_eq!(only(&state, &side([0, 900], state.findings.clone())).0, Class::Ongoing);
    let mut surer = state.clone();
    let mut doubt = state.clone();
    doubt.findings[0].certainty = Certainty::Possible;
    surer.findings[0].evidence = 1;
    let grown = diff(&doubt, &surer);
    assert_eq!(grown.entries[0].class, Class::Grown);
    let told = [(Aspect::Certainty, true), (Aspect::Evidence, false)]
        .map(|(aspect, is_worse)| Difference { aspect, is_worse });
    assert_eq!(grown.entries[0].differences(), told);
}

#[test]
fn more_objects_are_the_same_finding_only_where_nothing_else_can_be() {
    let with = |objects: &[&str]| {
        let objects = objects.iter().map(ObjectId::new).collect();
        Told { objects, ..told("flip-flop", 50).over(60) }.named()
    };
    let few = side([0, 100], vec![with(&["1", "2"])]);
    let more = side([0, 100], vec![with(&["1", "2", "3"])]);
    assert_eq!(only(&few, &more), (Class::Grown, None, Some(Match::Objects)));
    assert_eq!(only(&more, &few), (Class::Ongoing, None, Some(Match::Objects)));
    let two = side([0, 100], vec![with(&["1", "2", "3"]), with(&["1", "2", "4"])]);
    assert_eq!(diff(&few, &two).of(Class::New).count(), 2);
    let other = side([0, 100], vec![with(&["2", "1", "3"])]);
    assert_eq!(diff(&few, &other).of(Class::Grown).count(), 0);
}

#[test]
fn a_state_is_recognised_by_a_log_that_does_not_know_its_beginning() {
    let early = side([0, 100], vec![told("dual-attested", 50)]);
    let late = side([110, 200], vec![told("dual-attested", 120)]);
    assert_eq!(only(&early, &late), (Class::Ongoing, None, Some(Match::State)));
    // A log that does know what came before would have found it then.
    let whole = side([0, 200], vec![told("dual-attested", 120)]);
    assert_eq!(diff(&early, &whole).of(Class::New).count(), 1);
}

#[test]
fn two_findings_of_one_id_are_two() {
    let twice = vec![told("overlapping-runs", 5).over(6), told("overlapping-runs", 5).over(9)];
    let (one, two) = (side([0, 9], twice[..1].to_vec()), side([0, 9], twice));
    let diff = diff(&one, &two);
    let counts = Class::ALL.map(|class| diff.of(class).count());
    assert_eq!(counts, [1, 0, 1, 0, 0]);
}

#[test]
fn a_burst_of_three_runs_is_two_too_many() {
    let mut burst = told("duplicate-run", 50).over(51);
    burst.runs.push(RunId::new("r3"));
    let mut again = told("duplicate-run", 52).over(53);
    again.runs = ["r3", "r4"].map(RunId::new).to_vec();
    again.certainty = Certainty::Possible;
    let one = side([0, 100], vec![burst, again.named()]);
    let diff = diff(&one, &side([0, 100], Vec::new()));
    let row = diff.rows.iter().find(|row| row.measure == Measure::ExtraRuns).expect("a row");
    assert_eq!((row.before.map(|rate| rate.events), row.possible), (Some(3), [1, 0]));
    let answer = diff.answer.row().map(|row| row.measure.clone());
    assert_eq!(answer, Some(Measure::Rule("duplicate-run".to_owned())));
}

#[test]
fn no_runs_are_no_rate_and_nobody_is_inconclusive() {
    let full = side([0, 100], vec![told("duplicate-run", 50)]);
    let mut idle = side([0, 100], Vec::new());
    idle.therapists.values_mut().for_each(|known| known.runs = 0);
    assert_eq!(diff(&full, &idle).answer, Answer::NoRate);
    idle.therapists = BTreeMap::new();
    let nobody = diff(&full, &idle).answer;
    assert_eq!(nobody, Answer::Inconclusive { before: false, after: true });
    let mut drifted = full.clone();
    drifted.sheet.unread = 5;
    assert_eq!(diff(&drifted, &full).answer.name(), "inconclusive");
    assert!(matches!(diff(&full, &full).answer, Answer::Rate(Direction::Unclear, _)));
}

fn any_told() -> impl Strategy<Value = Told> {
    let what = (0_usize..4, 0_i64..6, 1_usize..4, proptest::prelude::any::<[bool; 4]>());
    (what, 0_i64..4, 1_usize..4).prop_map(|((rule, from, objects, flags), lasts, lines)| {
        let [is_over, is_sure, is_mild, is_other] = flags;
        let mut one = told(RULES[rule], from * 10);
        one.objects = ["1", "2", "3"][..objects].iter().map(ObjectId::new).collect();
        one.therapist = TherapistId::new(if is_other { "2" } else { "1" });
        one.certainty = if is_sure { Certainty::Certain } else { Certainty::Possible };
        one.severity = if is_mild { Severity::Low } else { Severity::High };
        one.evidence = lines;
        if is_over { one.over(from * 10 + lasts).named() } else { one.named() }
    })
}

fn any_side() -> impl Strategy<Value = Side> {
    let findings = proptest::collection::vec(any_told(), 0..12);
    (findings, 0_i64..5).prop_map(|(findings, from)| side([from * 10, 70], findings))
}

fn ids(diff: &Diff, class: Class) -> Vec<String> {
    let mut ids: Vec<String> = diff.of(class).map(|entry| entry.last().id.clone()).collect();
    ids.sort();
    ids
}

proptest::proptest! {
    #[test]
    fn nothing_differs_from_itself(one in any_side()) {
        let diff = diff(&one, &one);
        prop_assert!(diff.entries.iter().all(|entry| entry.class == Class::Ongoing));
        prop_assert!(!diff.is_worse(Severity::Info));
    }

    #[test]
    fn every_finding_stands_once(one in any_side(), other in any_side()) {
        let diff = diff(&one, &other);
        let before = diff.entries.iter().filter(|entry| entry.before().is_some()).count();
        let after = diff.entries.iter().filter(|entry| entry.after().is_some()).count();
        prop_assert_eq!([before, after], [one.findings.len(), other.findings.len()]);
    }

    #[test]
    fn what_is_new_one_way_is_gone_the_other(one in any_side(), other in any_side()) {
        let (there, back) = (diff(&one, &other), diff(&other, &one));
        prop_assert_eq!(ids(&there, Class::New), ids(&back, Class::Gone));
        prop_assert_eq!(ids(&there, Class::Gone), ids(&back, Class::New));
    }

    #[test]
    fn the_order_of_findings_changes_nothing(one in any_side(), other in any_side()) {
        let known = diff(&one, &other);
        let (mut turned, mut round) = (one.clone(), other.clone());
        turned.findings.reverse();
        round.findings.reverse();
        let again = diff(&turned, &round);
        prop_assert_eq!(known.rows, again.rows);
        let told = |entries: &[Entry]| entries.iter().map(|it| format!("{it:?}")).collect::<Vec<_>>();
        prop_assert_eq!(told(&known.entries), told(&again.entries));
    }
}
