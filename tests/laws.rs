//! Laws of reading: what must not change a result.

mod common;

use std::collections::BTreeSet;
use std::io::Write as _;

use common::judged_with as judged;
use common::memory;
use credtrail::ingest::Options;
use credtrail::ingest::read;
use credtrail::ingest::source::Input;
use credtrail::ingest::source::expand;
use credtrail::model::Analysis;
use credtrail::model::Certainty;
use credtrail::model::Finding;
use credtrail::model::Profile;
use credtrail::model::Severity;
use credtrail::report::json;
use proptest::prelude::ProptestConfig;
use proptest::strategy::Strategy as _;

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a sample")
}

fn told(bytes: &[u8], block: usize, threads: usize) -> String {
    let inputs = [Input::Memory("log".to_owned(), bytes.to_vec())];
    let options = Options { block, threads, ..Options::default() };
    let reading = read(&inputs, &Profile::default(), &options).expect("the profile is good");
    for source in &reading.sources {
        assert!(source.sheet.is_balanced());
        // Of UTF-16 the bytes of the text are counted.
        let is_utf16 = source.format.iter().any(|layer| layer.starts_with("utf-16"));
        assert!(is_utf16 || source.sheet.bytes == bytes.len() as u64);
    }
    format!("{reading:?}")
}

#[test]
fn block_size_and_threads_change_nothing() {
    for name in
        ["formats/sidekiq7_pretty.log", "formats/edge_invalid_utf8.log", "duplicate-run.log"]
    {
        let bytes = sample(name);
        let whole = told(&bytes, 1 << 20, 1);
        for (block, threads) in [(1, 1), (7, 8), (100, 2), (4096, 3), (4 << 20, 8)] {
            let same = told(&bytes, block, threads) == whole;
            assert!(same, "{name}: {block} B, {threads} threads");
        }
    }
}

#[test]
fn odd_bytes_are_all_accounted_for() {
    for bytes in [&b""[..], b"\n", b"\0\0\0", b"\xff\xfe", b"credentialing_hubspot_id", b"\r\n\r\n"]
    {
        told(bytes, 1 << 20, 2);
    }
    let mut long = vec![b'x'; 3 << 20];
    long.extend_from_slice(b" credentialing_hubspot_id=30278823850");
    told(&long, 1 << 16, 2);
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_sheet_adds_up_on_mutated_logs(
        at in 0_usize..4000, bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..40),
        cut in 0_usize..60, block in 1_usize..9000,
    ) {
        let mut log = sample("formats/sidekiq7_pretty.log");
        let at = at.min(log.len());
        let end = (at + cut).min(log.len());
        log.splice(at..end, bytes);
        proptest::prop_assert!(told(&log, block, 2) == told(&log, 1 << 20, 1));
    }
}

fn verdicts(analysis: &Analysis) -> String {
    let findings: Vec<_> = analysis.findings.iter().map(|f| (f.id(), f.certainty)).collect();
    format!("{:?}\n{findings:?}", analysis.therapists)
}

/// Samples whose order is told by their clocks alone.
const STORIES: [&str; 6] = [
    "july4-2025.log",
    "duplicate-run.log",
    "overlapping-runs.log",
    "end-state-3.log",
    "end-state-6.log",
    "retry.log",
];

#[test]
fn a_packed_log_tells_what_the_plain_one_tells() {
    for name in STORIES {
        let bytes = sample(name);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let (head, tail) = bytes.split_at(bytes.len() / 2);
        gzip.write_all(head).expect("memory");
        // Two members in a row, as `cat *.gz` makes them.
        let mut packed = gzip.finish().expect("memory");
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(tail).expect("memory");
        packed.extend(gzip.finish().expect("memory"));
        let zstd = zstd::encode_all(&bytes[..], 3).expect("memory");
        let plain = judged(&[memory("log", &bytes)], &Options::default());
        for other in [packed, zstd] {
            let other = judged(&[memory("log", &other)], &Options::default());
            assert_eq!(other.findings, plain.findings, "{name}");
            assert_eq!(other.therapists, plain.therapists, "{name}");
        }
    }
}

#[test]
fn a_log_in_two_halves_and_a_log_given_twice_tell_the_same() {
    for name in STORIES {
        let bytes = sample(name);
        let whole = verdicts(&judged(&[memory("log", &bytes)], &Options::default()));
        let twice = [memory("a", &bytes), memory("b", &bytes)];
        assert_eq!(verdicts(&judged(&twice, &Options::default())), whole, "{name} twice");
        for cut in memchr::memchr_iter(b'\n', &bytes).map(|newline| newline + 1) {
            let halves = [memory("a", &bytes[..cut]), memory("b", &bytes[cut..])];
            assert_eq!(verdicts(&judged(&halves, &Options::default())), whole, "{name} at {cut}");
            // As rotated files overlap: the second begins with lines of the first.
            let overlap = [memory("a", &bytes[..cut]), memory("b", &bytes)];
            assert_eq!(verdicts(&judged(&overlap, &Options::default())), whole, "{name} at {cut}");
        }
    }
}

#[test]
fn therapists_are_judged_each_for_himself() {
    let one = sample("july4-2025.log");
    let other = String::from_utf8(sample("july4-2025.log")).expect("text");
    let other = other.replace("48213", "50001").replace("302", "402");
    let both =
        judged(&[memory("log", &[&one[..], other.as_bytes()].concat())], &Options::default());
    let apart = [
        judged(&[memory("log", &one)], &Options::default()),
        judged(&[memory("log", other.as_bytes())], &Options::default()),
    ];
    let ids = |analysis: &Analysis| {
        analysis.findings.iter().map(credtrail::model::Finding::id).collect::<BTreeSet<_>>()
    };
    assert_eq!(ids(&both), apart.iter().flat_map(&ids).collect());
}

#[test]
fn a_line_less_never_turns_a_verdict_into_its_contrary() {
    for name in STORIES {
        let text = String::from_utf8(sample(name)).expect("text");
        let lines: Vec<&str> = text.lines().collect();
        let whole = judged(&[memory("log", text.as_bytes())], &Options::default());
        let is_fine = whole.findings.iter().all(|finding| finding.severity == Severity::Info);
        for gone in 0..lines.len() {
            let mut left = lines.clone();
            left.remove(gone);
            let part = judged(&[memory("log", left.join("\n").as_bytes())], &Options::default());
            let is_cry = |finding: &&Finding| {
                finding.certainty == Certainty::Certain && finding.severity == Severity::High
            };
            let cries = part.findings.iter().filter(is_cry).count();
            assert!(
                !is_fine || cries == 0,
                "{name} without line {}: {:?}",
                gone + 1,
                part.findings
            );
        }
    }
}

#[test]
fn lower_precision_never_makes_certain() {
    for name in ["duplicate-run.log", "overlapping-runs.log", "end-state-3.log"] {
        let text = String::from_utf8(sample(name)).expect("text");
        let whole = judged(&[memory("log", text.as_bytes())], &Options::default());
        let certain = |analysis: &Analysis, rule: &str| {
            let is_it = |f: &&Finding| f.rule.0 == rule && f.certainty == Certainty::Certain;
            analysis.findings.iter().filter(is_it).count()
        };
        for digits in [0, 1, 2] {
            let keep = if digits == 0 { 19 } else { 20 + digits };
            let cut: Vec<String> =
                text.lines().map(|line| format!("{}Z{}", &line[..keep], &line[24..])).collect();
            let coarse = judged(&[memory("log", cut.join("\n").as_bytes())], &Options::default());
            for rule in ["duplicate-run", "rapid-writes", "overlapping-runs"] {
                let (now, before) = (certain(&coarse, rule), certain(&whole, rule));
                assert!(now <= before, "{name}, {digits} digits: {rule} {before} → {now}");
            }
        }
    }
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_order_of_files_changes_nothing(
        order in proptest::strategy::Just((0..4_usize).collect::<Vec<_>>()).prop_shuffle(),
        threads in 1_usize..8,
    ) {
        let names = ["july4-2025.log", "duplicate-run.log", "retry.log", "healthy-day.log"];
        let paths = |order: &[usize]| {
            let typed: Vec<String> = order.iter().map(|at| format!("samples/{}", names[*at])).collect();
            expand(&typed).0
        };
        let options = Options { threads, ..Options::default() };
        let sorted = judged(&paths(&[0, 1, 2, 3]), &Options::default());
        let shuffled = judged(&paths(&order), &options);
        proptest::prop_assert_eq!(json::report(&sorted), json::report(&shuffled));
    }

    #[test]
    fn lines_in_any_order_tell_the_same(
        order in proptest::strategy::Just((0..5_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let text = String::from_utf8(sample("july4-2025.log")).expect("text");
        let lines: Vec<&str> = text.lines().collect();
        let shuffled: Vec<&str> = order.iter().map(|at| lines[*at]).collect();
        let whole = judged(&[memory("log", text.as_bytes())], &Options::default());
        let other = judged(&[memory("log", shuffled.join("\n").as_bytes())], &Options::default());
        proptest::prop_assert_eq!(verdicts(&whole), verdicts(&other));
    }
}
