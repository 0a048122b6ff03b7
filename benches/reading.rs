//! How fast a sparse and a dense log are read, in MB/s and lines/s, and how fast two million events
//! become a Parquet file and answer a question. `cargo bench`.
//!
//! The logs that are only read are made in memory. `benches/compare` measures the whole program on
//! files, beside ripgrep.

use std::io::Write as _;
use std::time::Instant;

use credtrail::ingest::Options;
use credtrail::ingest::read;
use credtrail::ingest::source::Input;
use credtrail::model::Profile;
use mimalloc::MiMalloc;

mod corpus;

/// As in the program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Rounds of each measurement; the median is told. The first one of a process also waits for memory
/// that the system has to find and clear.
const ROUNDS: usize = 5;

fn main() {
    let mut out = std::io::stdout().lock();
    // First, since memory is told at its highest.
    #[cfg(feature = "tables")]
    tables::measure(&mut out);
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

/// From a log of two million events to Parquet, and a question answered from that.
#[cfg(feature = "tables")]
mod tables {
    use std::fs::File;
    use std::io::BufWriter;
    use std::io::Write;
    use std::time::Instant;

    use credtrail::app::analyze;
    use credtrail::app::analyze::Question;
    use credtrail::app::tables;
    use credtrail::app::tables::Form;
    use credtrail::frame;
    use credtrail::frame::Asked;
    use credtrail::ingest::Options;
    use credtrail::ingest::source::Input;
    use credtrail::model::Profile;

    use super::ROUNDS;
    use super::corpus;

    const EVENTS: usize = 2_000_000;

    const SQL: &str = "SELECT kind, COUNT(*) AS n, COUNT(DISTINCT therapist) AS people \
                       FROM events GROUP BY kind ORDER BY n DESC, kind";

    pub(super) fn measure(out: &mut impl Write) {
        let folder = tempfile::tempdir().expect("a folder");
        let [log, parquet] = ["dense.log", "events.parquet"].map(|name| folder.path().join(name));
        let mut file = BufWriter::new(File::create(&log).expect("a file"));
        corpus::write(&mut file, EVENTS, 1).expect("written");
        file.flush().expect("written");
        let question = Question::new(Profile::default());
        let mut rounds: Vec<(f64, f64)> = (0..ROUNDS)
            .map(|_| {
                let start = Instant::now();
                let inputs = [Input::File(log.clone())];
                let evidence = analyze::gather(&inputs, &question, &Options::default());
                let evidence = evidence.expect("a log");
                let read = start.elapsed().as_secs_f64();
                let file = BufWriter::new(File::create(&parquet).expect("a file"));
                let form = Form::Columns(frame::Form::Parquet);
                tables::extract(evidence, &question, form, file).expect("written");
                (start.elapsed().as_secs_f64(), read)
            })
            .collect();
        let (first, _) = rounds[0];
        rounds.sort_by(|one, other| one.0.total_cmp(&other.0));
        let (whole, read) = rounds[ROUNDS / 2];
        let size = std::fs::metadata(&parquet).expect("a file").len() / 1_000_000;
        writeln!(
            out,
            "extract {whole:.3} s  {EVENTS} events to {size} MB of Parquet ({read:.3} s to gather; \
             the first time {first:.3} s)"
        )
        .expect("standard output is open");
        let start = Instant::now();
        let inputs = [Input::File(parquet)];
        let kept = tables::kept(&inputs, &question, &Asked::by(SQL)).expect("our own file");
        assert!(kept.query(SQL).is_ok());
        let asked = start.elapsed().as_secs_f64();
        writeln!(out, "query   {asked:.3} s  grouped and counted from that file; {}", peak())
            .expect("standard output is open");
    }

    /// The most memory that was held so far, where the system tells.
    fn peak() -> String {
        let told = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.map_or_else(|| "peak unknown".to_owned(), |peak| format!("peak {}", peak.trim()))
    }
}
