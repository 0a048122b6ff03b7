//! How fast a sparse and a dense log are read, in MB/s and lines/s. `cargo bench`.
//!
//! The corpus is made in memory, so that only reading is measured. `benches/compare` measures the
//! whole program on files, beside ripgrep.

use std::io::Write as _;
use std::time::Instant;

use credtrail::ingest::Options;
use credtrail::ingest::read;
use credtrail::ingest::source::Input;
use credtrail::model::Profile;

mod corpus;

/// Rounds per corpus; the median is told.
const ROUNDS: usize = 5;

fn main() {
    let mut out = std::io::stdout().lock();
    for (name, every, lines) in [("sparse", 200, 1_000_000_usize), ("dense", 1, 200_000)] {
        let mut text = Vec::new();
        let bytes = corpus::write(&mut text, lines, every).expect("memory");
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
