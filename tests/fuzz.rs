//! Mutated samples of every format: nothing panics, nothing hangs, every line is accounted for, and
//! block size and threads change nothing.
//!
//! A few hundred mutations by default; `FUZZ=100000 cargo test --release --test fuzz` runs more.
//! The numbers come from a counter, so that a failure is the same on every machine.

use std::time::Duration;
use std::time::Instant;

use credtrail::app::analyze;
use credtrail::app::analyze::Question;
use credtrail::ingest::Options;
use credtrail::ingest::source::Input;
use credtrail::model::Profile;

/// Mutations when nobody asks for more.
const ROUNDS: u64 = 500;

/// No sample is so large that reading and judging it takes longer, even in a debug build.
const LONGEST: Duration = Duration::from_secs(5);

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % limit).unwrap_or(0)
    }
}

/// Pieces that mean something to some parser.
const SPICE: [&[u8]; 24] = [
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\n",
    b"\r\n",
    b"\t",
    b"\0",
    b"\xff\xfe",
    b"\\u",
    b"\\",
    b"2025-07-04T07:04:56.312Z",
    b" credentialing_hubspot_id=30278823850 ",
    b"label",
    b"99999999 ",
    b"<14>1 ",
    b"::",
    b"=>",
    b"\x1b[1m",
    b",",
    b"-[ RECORD 1 ]-",
    b"18446744073709551616",
    b"'",
];

fn mutate(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len() + 1);
        match numbers.below(6) {
            0 => bytes.truncate(at),
            1 => {
                let end = (at + numbers.below(200)).min(bytes.len());
                bytes.drain(at..end);
            }
            2 => {
                let spice = SPICE[numbers.below(SPICE.len())];
                bytes.splice(at..at, spice.iter().copied());
            }
            3 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = u8::try_from(numbers.below(256)).unwrap_or(0);
                }
            }
            4 => {
                let end = (at + numbers.below(300)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                let to = numbers.below(bytes.len() + 1);
                bytes.splice(to..to, copy);
            }
            _ => {
                let end = (at + numbers.below(30)).min(bytes.len());
                bytes[at..end].reverse();
            }
        }
    }
}

fn check(name: &str, round: u64, bytes: &[u8], question: &Question) {
    let began = Instant::now();
    let told = |block, threads| {
        let inputs = [Input::Memory("log".to_owned(), bytes.to_vec())];
        let options = Options { block, threads, ..Options::default() };
        let evidence = analyze::gather(&inputs, question, &options).expect("a good profile");
        for source in &evidence.sources {
            assert!(source.sheet.is_balanced(), "{name}, round {round}: {:?}", source.sheet);
        }
        let analysis = analyze::judge(evidence, question);
        credtrail::report::json::report(&analysis)
    };
    let whole = told(1 << 20, 1);
    if round.is_multiple_of(4) {
        assert!(told(100, 2) == whole, "{name}, round {round}: block size or threads show");
    }
    assert!(began.elapsed() < LONGEST, "{name}, round {round}: {:?}", began.elapsed());
}

#[test]
fn mutated_samples_of_every_format_are_read_to_the_end() {
    let rounds = std::env::var("FUZZ").ok().and_then(|typed| typed.parse().ok()).unwrap_or(ROUNDS);
    let mut samples: Vec<_> = std::fs::read_dir("samples/formats")
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    samples.sort();
    let samples: Vec<(String, Vec<u8>)> = samples
        .into_iter()
        .map(|path| (path.to_string_lossy().into_owned(), std::fs::read(&path).expect("a sample")))
        .collect();
    let question = Question::new(Profile::default());
    for round in 0..rounds {
        let mut numbers = Numbers(round);
        let (name, sample) = &samples[numbers.below(samples.len())];
        let mut bytes = sample.clone();
        mutate(&mut bytes, &mut numbers);
        check(name, round, &bytes, &question);
    }
}
