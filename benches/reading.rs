//! How fast a sparse and a dense log are read, in MB/s and lines/s. `cargo bench`.
//!
//! The corpus is made in memory, so that only reading and judging are measured.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Instant;

use credtrail::ingest::Options;
use credtrail::ingest::read;
use credtrail::ingest::source::Input;
use credtrail::model::Profile;

/// Rounds per corpus; the median is told.
const ROUNDS: usize = 5;

fn main() {
    let mut out = std::io::stdout().lock();
    for (name, every, lines) in [("sparse", 200, 1_000_000_usize), ("dense", 1, 200_000)] {
        let text = corpus(lines, every);
        let bytes = text.len();
        let inputs = [Input::Memory(name.to_owned(), text)];
        let mut seconds: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                let start = Instant::now();
                let reading = read(&inputs, &Profile::default(), &Options::default());
                assert!(reading.is_ok_and(|reading| !reading.events.is_empty()));
                start.elapsed().as_secs_f64()
            })
            .collect();
        seconds.sort_by(f64::total_cmp);
        let median = seconds[ROUNDS / 2];
        #[allow(clippy::cast_precision_loss)]
        let (megabytes, lines) = (bytes as f64 / 1e6 / median, lines as f64 / median);
        writeln!(out, "{name:<7} {median:.3} s  {megabytes:>8.0} MB/s  {lines:>12.0} lines/s")
            .expect("standard output is open");
    }
}

fn corpus(lines: usize, every: usize) -> Vec<u8> {
    let mut text = String::new();
    for at in 0..lines {
        let (second, milli) = (at / 1000 % 60, at % 1000);
        write!(text, "2025-07-04T07:04:{second:02}.{milli:03}Z pid=4 tid=2tc ").expect("memory");
        if at % every == 0 {
            let (job, therapist) = (at / 10, 10_000 + at / 10);
            writeln!(text, "class=ExtendedSignUpWorker jid={job:024x} INFO: therapist_id={therapist} credentialing_hubspot_id=30278{:06}", at % 1_000_000)
        } else {
            writeln!(text, "class=SyncAvailabilityWorker jid=1f9e0c77a6b24d0d8e51c3aa INFO: slot {at} refreshed")
        }
        .expect("memory");
    }
    text.into_bytes()
}
