//! Verdicts on small logs that once were wrong: each says what a run did, and what may be said.

use credtrail::app::analyze;
use credtrail::app::analyze::Question;
use credtrail::ingest::Options;
use credtrail::ingest::source::Input;
use credtrail::model::Analysis;
use credtrail::model::Certainty;
use credtrail::model::Profile;
use credtrail::model::Severity;
use credtrail::model::Status;

/// One line of Sidekiq on 2025-07-05: time, job, message.
fn line((time, job, message): &(&str, &str, &str)) -> String {
    format!(
        "2025-07-05T{time}Z pid=4 tid={} class=ExtendedSignUpWorker jid={job} INFO: {}\n",
        &job[..1],
        said(message)
    )
}

/// `h100` and `a200` for the two assignments; all else as it stands.
fn said(message: &str) -> String {
    let (letter, id) = message.split_at(1);
    match (letter, id.bytes().all(|byte| byte.is_ascii_digit()) && !id.is_empty()) {
        ("h", true) => format!("therapist_id=1 credentialing_hubspot_id={id}"),
        ("a", true) => format!("therapist_id=1 credentialing_active_attested_id={id}"),
        _ => message.to_owned(),
    }
}

fn log(lines: &[(&str, &str, &str)]) -> String {
    lines.iter().map(line).collect()
}

fn bare(lines: &[(&str, &str)]) -> String {
    let line =
        |(time, message): &(&str, &str)| format!("2025-07-05T{time}Z INFO {}\n", said(message));
    lines.iter().map(line).collect()
}

fn judged_until(files: &[&str], to: Option<i64>) -> Analysis {
    let inputs: Vec<Input> = files
        .iter()
        .enumerate()
        .map(|(at, text)| Input::Memory(format!("{at}.log"), text.as_bytes().to_vec()))
        .collect();
    let question = Question { to, severity: Severity::Low, ..Question::new(Profile::default()) };
    let evidence = analyze::gather(&inputs, &question, &Options::default()).expect("reads");
    analyze::judge(evidence, &question)
}

fn judged(text: &str) -> Analysis {
    judged_until(&[text], None)
}

/// Rules with their certainty: `overwrite!` is certain, `overwrite?` possible.
fn found(analysis: &Analysis) -> Vec<String> {
    let sign = |certainty| if certainty == Certainty::Certain { '!' } else { '?' };
    let told = |f: &credtrail::model::Finding| format!("{}{}", f.rule.0, sign(f.certainty));
    let mut found: Vec<String> = analysis.findings.iter().map(told).collect();
    found.sort();
    found
}

fn nothing_certain(analysis: &Analysis) {
    assert!(found(analysis).iter().all(|rule| rule.ends_with('?')), "{:?}", found(analysis));
}

#[test]
fn a_hand_off_explains_only_the_object_it_hands_down() {
    let text = log(&[
        ("09:00:00.100", "a1", "start"),
        ("09:00:00.200", "a1", "h100"),
        ("09:00:00.300", "a1", "a200"),
        ("09:00:00.400", "a1", "done"),
        ("09:10:00.100", "b1", "start"),
        ("09:10:00.200", "b1", "h100"),
        ("09:10:00.300", "b1", "a201"),
        ("09:10:00.400", "b1", "done"),
    ]);
    assert!(
        found(&judged(&text)).contains(&"overwrite!".to_owned()),
        "{:?}",
        found(&judged(&text))
    );
}

#[test]
fn what_the_window_cuts_off_is_in_progress() {
    let text = log(&[
        ("09:00:00.100", "a1", "start"),
        ("09:00:00.200", "a1", "h100"),
        ("09:00:02.300", "a1", "a200"),
        ("09:00:02.400", "a1", "done"),
        ("10:10:00.000", "b1", "nothing to do for therapist_id=2"),
    ]);
    assert_eq!(found(&judged(&text)), Vec::<String>::new());
    let to = chrono::DateTime::parse_from_rfc3339("2025-07-05T09:00:01Z").expect("a time");
    let cut = judged_until(&[&text], to.timestamp_nanos_opt());
    nothing_certain(&cut);
    assert!(!found(&cut).iter().any(|rule| rule.starts_with("unfinished")), "{:?}", found(&cut));
}

#[test]
fn another_hosts_log_that_goes_on_proves_nothing() {
    let first = log(&[("09:00:00.100", "a1", "start"), ("09:00:00.200", "a1", "h100")]);
    let other = log(&[("12:00:00.000", "b1", "nothing to do for therapist_id=2")]);
    nothing_certain(&judged_until(&[&first, &other], None));
    // A rotated log goes on where the first was cut.
    let rotated = log(&[
        ("09:00:10.000", "b1", "nothing to do for therapist_id=2"),
        ("12:00:00.000", "b1", "nothing to do for therapist_id=2"),
    ]);
    let told = found(&judged_until(&[&first, &rotated], None));
    assert!(told.contains(&"unfinished-run!".to_owned()), "{told:?}");
}

#[test]
fn a_lost_end_does_not_spoil_a_clean_hand_off() {
    let text = log(&[
        ("09:00:00.100", "j0", "start"),
        ("09:00:00.300", "j0", "a100"),
        ("09:00:00.400", "j0", "done"),
        ("09:05:00.100", "k1", "start"),
        ("09:05:00.200", "k1", "h100"),
        ("09:05:00.300", "k1", "a200"),
        ("09:10:00.100", "l2", "start"),
        ("09:10:00.200", "l2", "h200"),
        ("09:10:00.300", "l2", "a300"),
        ("09:10:00.400", "l2", "done"),
        ("09:15:00.400", "l3", "nothing to do for therapist_id=2"),
    ]);
    assert_eq!(found(&judged(&text)), ["unfinished-run!"]);
}

#[test]
fn a_failure_made_good_in_the_same_run_leaves_nothing() {
    let text = log(&[
        ("09:00:00.100", "a1", "start"),
        ("09:00:00.200", "a1", "therapist_id=1 failed to set credentialing_hubspot_id to 100: 429"),
        ("09:00:00.300", "a1", "h100"),
        ("09:00:00.400", "a1", "a200"),
        ("09:00:00.500", "a1", "done"),
    ]);
    let analysis = judged(&text);
    assert_eq!(found(&analysis), Vec::<String>::new());
    assert_eq!(analysis.therapists[0].end_state.number, Some(1));
}

#[test]
fn a_retry_after_a_failed_step_is_no_redelivery() {
    let failed = "therapist_id=1 failed to set credentialing_active_attested_id to 200: 429";
    let text = log(&[
        ("09:00:00.100", "a1", "start"),
        ("09:00:00.200", "a1", "h100"),
        ("09:00:00.300", "a1", failed),
        ("09:00:30.100", "a1", "start"),
        ("09:00:30.200", "a1", "h100"),
        ("09:00:30.300", "a1", "a200"),
        ("09:00:30.400", "a1", "done"),
    ]);
    let told = found(&judged(&text));
    assert!(!told.iter().any(|rule| rule.starts_with("duplicate")), "{told:?}");
}

#[test]
fn ties_of_a_newest_first_export_are_read_from_below() {
    let text = log(&[
        ("09:00:01.000", "a1", "done"),
        ("09:00:01.000", "a1", "a200"),
        ("09:00:01.000", "a1", "h100"),
        ("09:00:01.000", "a1", "start"),
        ("08:00:01.000", "b1", "done"),
        ("08:00:01.000", "b1", "a100"),
        ("08:00:01.000", "b1", "start"),
    ]);
    assert_eq!(found(&judged(&text)), Vec::<String>::new());
    let seconds = text.replace(".000Z", "Z");
    assert_eq!(found(&judged(&seconds)), Vec::<String>::new());
}

#[test]
fn what_stood_before_the_log_is_presumed_and_proves_nothing() {
    let analysis = judged(
        "2025-07-05T09:00:00.100Z INFO therapist_id=1 label \"Active\" added to object 100\n",
    );
    nothing_certain(&analysis);
    assert_ne!(analysis.therapists[0].status, Status::Violating);
    let attests = bare(&[
        ("08:00:00.100", "therapist_id=1 label \"Active Attested\" added to object 100"),
        ("09:00:00.100", "therapist_id=1 label \"Active Attested\" added to object 200"),
    ]);
    nothing_certain(&judged(&attests));
}

#[test]
fn interleaved_writes_of_nobody_are_never_a_certain_success() {
    let text = bare(&[
        ("09:00:01.901", "h100"),
        ("09:00:02.202", "h100"),
        ("09:00:02.203", "a300"),
        ("09:00:02.301", "a200"),
    ]);
    let analysis = judged(&text);
    assert_eq!(analysis.therapists[0].end_state.certainty, Certainty::Possible);
    let told = found(&analysis);
    assert!(told.iter().any(|rule| rule.starts_with("dual-attested")), "{told:?}");
}

#[test]
fn a_start_behind_its_first_step_in_one_tick_is_the_same_run() {
    let text = log(&[
        ("09:00:00.100", "a1", "h100"),
        ("09:00:00.100", "a1", "start"),
        ("09:00:00.200", "a1", "a200"),
        ("09:00:00.300", "a1", "done"),
    ]);
    let analysis = judged(&text);
    assert_eq!((found(&analysis), analysis.therapists[0].runs), (Vec::new(), 1));
    let mixed = format!(
        "{}2025-07-05T09:00:00Z pid=4 tid=a class=ExtendedSignUpWorker jid=a1 INFO: done\n",
        log(&[
            ("09:00:00.500", "a1", "start"),
            ("09:00:00.600", "a1", "h100"),
            ("09:00:00.700", "a1", "a200"),
        ])
    );
    let analysis = judged(&mixed);
    assert_eq!((found(&analysis), analysis.therapists[0].runs), (Vec::new(), 1));
}

#[test]
fn a_smaller_id_is_a_hint_and_never_certain() {
    nothing_certain(&judged(&bare(&[("09:00:00.100", "h200"), ("09:00:00.500", "a100")])));
}

#[test]
fn age_is_told_by_clocks_and_never_by_file_names() {
    let created = |id| {
        format!(
            "2025-07-05T09:00:00Z INFO therapist_id=1 created HubSpot credentialing object {id}\n"
        )
    };
    let later = bare(&[("09:10:00", "a201"), ("10:00:00", "h201"), ("10:00:01", "a200")]);
    let (one, other) = (created("200"), created("201"));
    let told = |files: &[&str]| found(&judged_until(files, None));
    assert_eq!(told(&[&one, &other, &later]), told(&[&other, &one, &later]));
}

#[test]
fn starts_that_follow_one_another_are_one_finding() {
    let text = log(&[
        ("09:00:00.100", "a1", "start"),
        ("09:00:00.200", "b1", "start"),
        ("09:00:00.300", "c1", "start"),
        ("09:00:00.400", "a1", "h100"),
        ("09:00:00.500", "b1", "h100"),
        ("09:00:00.600", "c1", "h100"),
    ]);
    let analysis = judged(&text);
    let duplicates: Vec<_> =
        analysis.findings.iter().filter(|f| f.rule.0 == "duplicate-run").collect();
    assert_eq!(duplicates.len(), 1);
    assert_eq!(duplicates[0].runs.len(), 3);
}

#[test]
fn runs_in_one_second_of_one_file_follow_one_another() {
    let text = log(&[
        ("09:00:00.000", "a1", "start"),
        ("09:00:00.000", "a1", "a100"),
        ("09:00:00.000", "a1", "done"),
        ("09:00:00.000", "a2", "start"),
        ("09:00:00.000", "a2", "h100"),
        ("09:00:00.000", "a2", "a200"),
        ("09:00:00.000", "a2", "done"),
    ])
    .replace(".000Z", "Z");
    let told = found(&judged(&text));
    assert!(!told.iter().any(|rule| rule.starts_with("overwrite")), "{told:?}");
    let (attest, activate) = (bare(&[("09:00:00", "a200")]), bare(&[("09:00:00", "h100")]));
    for files in [[&attest, &activate], [&activate, &attest]] {
        let analysis = judged_until(&files.map(String::as_str), None);
        assert_eq!((found(&analysis), analysis.therapists[0].runs), (Vec::new(), 1));
    }
}

#[test]
fn nothing_heals_by_being_left_alone() {
    let failed = log(&[("09:00:00.100", "a1", "start"), ("09:00:00.200", "a1", "fail")]);
    assert_eq!(judged(&failed).therapists[0].status, Status::Undetermined);
    let attest = "therapist_id=1 failed to set credentialing_active_attested_id to 200: 429";
    let lost = log(&[("09:00:00.100", "a1", "h100"), ("09:00:00.200", "a1", attest)]);
    let analysis = judged(&lost);
    assert!(found(&analysis).iter().any(|rule| rule.starts_with("none-attested")));
}

#[test]
fn a_window_names_the_objects_of_now() {
    let label = |sign: &str, id: u32| match sign {
        "+" => format!("therapist_id=1 label \"Active\" added to object {id}"),
        _ => format!("therapist_id=1 label \"Active\" removed from object {id}"),
    };
    let [a, b, c, gone] = [label("+", 100), label("+", 200), label("+", 300), label("-", 100)];
    let text = bare(&[("09:00:00", &a), ("09:10:00", &b), ("09:20:00", &c), ("09:30:00", &gone)]);
    let analysis = judged(&text);
    let dual =
        analysis.findings.iter().find(|f| f.rule.0 == "dual-active").expect("two are Active");
    let objects: Vec<&str> = dual.objects.iter().map(credtrail::model::ObjectId::as_str).collect();
    assert_eq!(objects, ["200", "300"]);
}

#[test]
fn an_hour_that_the_clock_repeats_decides_nothing() {
    let local = "2025-11-02 01:30:00.100 INFO therapist_id=1 credentialing_hubspot_id=100\n\
                 2025-11-02 01:30:00.500 INFO therapist_id=1 credentialing_hubspot_id=200\n";
    let inputs = [Input::Memory("log".to_owned(), local.as_bytes().to_vec())];
    let question = Question { severity: Severity::Low, ..Question::new(Profile::default()) };
    let mut options = Options::default();
    assert!(found(&judged(local)).contains(&"rapid-writes!".to_owned()));
    options.time.zone = chrono_tz::America::New_York;
    let evidence = analyze::gather(&inputs, &question, &options).expect("reads");
    nothing_certain(&analyze::judge(evidence, &question));
}

/// A clean day of one therapist, hand-off after hand-off.
fn clean_day(hand_offs: u32) -> String {
    let hand_off = |number: u32| {
        let (minutes, old, new) = (number * 5, 900_000 + number, 900_001 + number);
        let at = |second: u32| format!("{:02}:{:02}:{second:02}", minutes / 60, minutes % 60);
        bare(&[
            (&at(0), &format!("therapist_id=1 created credentialing object {new}")),
            (&at(1), &format!("h{old}")),
            (&at(2), &format!("a{new}")),
        ])
    };
    (0..hand_offs).map(hand_off).collect()
}

#[test]
fn what_happened_before_does_not_blur_what_happens_now() {
    let july = std::fs::read_to_string("samples/july4-2025.log").expect("a sample");
    let july = july.replace("2025-07-04", "2025-07-06").replace("48213", "1");
    let (alone, after) = (judged(&july), judged(&(clean_day(100) + &july)));
    let certain = |analysis: &Analysis| {
        let rules = found(analysis).into_iter().filter(|rule| rule.ends_with('!'));
        rules.collect::<Vec<_>>()
    };
    assert_eq!(certain(&alone), certain(&after));
    let pairing = after.therapists[0].pairing.expect("no line names a run");
    assert!(pairing.is_complete && pairing.ways == 1 && pairing.fewest == 104, "{pairing:?}");
}

#[test]
fn a_crowd_of_nameless_lines_comes_to_an_end() {
    let word = |number: usize| match number % 3 {
        0 => format!("therapist_id=1 created credentialing object {}", 100 + number % 7),
        1 => format!("h{}", 100 + number % 5),
        _ => format!("a{}", 100 + number % 11),
    };
    let lines: Vec<String> = (0..400).map(word).collect();
    let text: String = lines.iter().map(|line| bare(&[("09:00:00", line.as_str())])).collect();
    let analysis = judged(&text);
    assert!(!analysis.therapists[0].pairing.expect("no names").is_complete);
    nothing_certain(&analysis);
}

#[test]
fn what_files_leave_unordered_is_not_certain() {
    let hand_off = |job: &str, at: [&str; 2], first: u32, second: u32| {
        let said = [
            format!("therapist_id=1 label \"Active\" added to object {first}"),
            format!("therapist_id=1 label \"Active Attested\" removed from object {first}"),
            format!("therapist_id=1 label \"Active Attested\" added to object {second}"),
        ];
        log(&[
            (at[0], job, "start"),
            (at[0], job, &said[0]),
            (at[1], job, &said[1]),
            (at[1], job, &said[2]),
            (at[1], job, "done"),
        ])
    };
    let one = hand_off("a1", ["09:00:00", "09:00:01"], 100, 200);
    let two = hand_off("b1", ["09:00:01", "09:00:02"], 200, 300);
    for files in [[&one[..], &two[..]], [&two[..], &one[..]]] {
        let told = found(&judged_until(&files, None));
        assert!(!told.contains(&"dual-label!".to_owned()), "{told:?}");
    }
}

/// Two runs that no line names create, share one hand-down, and both attest.
#[test]
fn a_job_named_once_does_not_change_how_the_nameless_lines_are_paired() {
    let race = [
        ("09:00:00.100", "therapist_id=1 created credentialing object 201"),
        ("09:00:00.200", "therapist_id=1 created credentialing object 202"),
        ("09:00:00.300", "therapist_id=1 label \"Active\" added to object 100"),
        ("09:00:00.400", "therapist_id=1 label \"Active Attested\" removed from object 100"),
        ("09:00:00.500", "therapist_id=1 label \"Active Attested\" added to object 201"),
        ("09:00:00.600", "therapist_id=1 label \"Active Attested\" added to object 202"),
    ];
    let nameless = bare(&race);
    let named = "2025-07-05T08:00:00.100Z pid=4 tid=a class=ExtendedSignUpWorker jid=a1 INFO: \
                 therapist_id=1 label \"Active Attested\" added to object 100\n";
    let label = "therapist_id=1 label \"Active Attested\" added to object 100";
    let plain = bare(&[("08:00:00.100", label)]);
    let told = |first: &str| found(&judged(&(first.to_owned() + &nameless)));
    assert!(told(&plain).iter().any(|it| it.starts_with("dual-attested")), "{:?}", told(&plain));
    assert_eq!(told(named), told(&plain));
}
