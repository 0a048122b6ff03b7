//! What was typed, and nothing looked up: no clock, no terminal, no file.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::CommandFactory;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;
use clap_complete::Shell;
use credtrail::model::Severity;
use credtrail::process::Mitigation;

use crate::cli::tables::Extract;
use crate::cli::tables::Query;

/// Reconstruct from worker logs what happened to each therapist's credentialing objects
///
/// Reads files, directories, globs or standard input (plain, gzip, zstd), detects the format, and
/// tells who ended up in a wrong state, since when, through which runs, with the lines that prove
/// it.
#[derive(Debug, Parser)]
#[command(name = "credtrail", version, args_conflicts_with_subcommands = false)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Logs to read; standard input when there are none
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<String>,
}

/// Flags of every command, sorted by name.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag as it is typed")]
pub(crate) struct Common {
    /// Draw screens with ASCII alone
    #[arg(long, global = true)]
    pub(crate) ascii: bool,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColourChoice,
    /// The day of times that name none, as in `07:04:56`
    #[arg(long, global = true, value_name = "YYYY-MM-DD")]
    pub(crate) date: Option<NaiveDate>,
    /// Exit with 1 if a finding is at least this severe
    #[arg(long, global = true, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<SeverityChoice>,
    /// How to print
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
    /// Leave out findings that were over before this time
    #[arg(long, global = true, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Read all input as this format instead of detecting it, as in `docker+sidekiq-text`
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) input_format: Option<String>,
    /// Names and thresholds of your worker, as TOML
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) profile: Option<PathBuf>,
    /// Say nothing on standard error but what made it fail
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Show findings of at least this severity
    #[arg(long, global = true, value_name = "SEVERITY", default_value = "low")]
    pub(crate) severity: SeverityChoice,
    /// Only this therapist
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) therapist: Option<String>,
    /// Number of workers
    #[arg(long, global = true, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Judge as of this time: later events are not read
    #[arg(long, global = true, value_name = "TIME")]
    pub(crate) to: Option<String>,
    /// The zone of times that name none, as in `America/New_York`
    #[arg(long, global = true, value_name = "ZONE", default_value = "UTC")]
    pub(crate) tz: String,
    /// List the lines that mention something watched and could not be read
    #[arg(long, global = true)]
    pub(crate) unread: bool,
    /// Tell on standard error what was read, and how fast
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// Starts and writes closer than this are suspicious, in milliseconds
    #[arg(long, global = true, value_name = "MS")]
    pub(crate) window: Option<u64>,
    /// The year of dates that name none, as in `Jul  4 07:04:56`; else told from the log itself
    #[arg(long, global = true, value_name = "YYYY")]
    pub(crate) year: Option<i32>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Tell who is still wrong, who healed, and why (the default)
    Analyze {
        /// Logs to read; standard input when there are none
        #[arg(value_name = "PATH")]
        paths: Vec<String>,
    },
    /// Draw a chart as SVG or PNG
    Chart(Chart),
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Compare two reports or two sets of logs: what is new, what is gone, and whether a fix worked
    ///
    /// BEFORE and AFTER are each a report.json, a directory that `credtrail report` wrote, or logs:
    /// a file, a directory, or a quoted glob; `-` is standard input. Of sets of several paths
    /// --before takes one and --after the other, as the shell expands them. Logs are judged with
    /// the flags of `analyze`; a report is taken as it was made.
    ///
    /// Rates are per 1,000 runs, with intervals that hold the true value 95 times in 100.
    /// --fail-on looks at what is new or has grown.
    #[command(override_usage = "credtrail diff [OPTIONS] BEFORE AFTER\n       \
                          credtrail diff [OPTIONS] --before PATH... --after PATH...")]
    Diff(Diff),
    /// Write what was read as a table (Parquet, Arrow, NDJSON, CSV), to be read again or elsewhere
    Extract(Extract),
    /// List what can be read, or explain what files were taken for
    Formats {
        /// Files to explain; `-` is standard input
        #[arg(value_name = "PATH")]
        paths: Vec<String>,
    },
    /// Write a log with known truth, for drills and for testing one's own alerts
    Generate(Generate),
    /// Print the manual page
    Man,
    /// Ask in SQL: tables events, runs, gaps, findings and therapists
    Query(Query),
    /// Write a postmortem: report.md, an interactive page, charts, tables
    Report(Report),
    /// List the rules, or print the page of one
    Rules {
        /// Which rule
        id: Option<String>,
    },
    /// Tell every end state the worker can reach, and which mitigations prevent the bad ones
    States {
        /// What is in place
        #[arg(long, value_name = "NAME", value_delimiter = ',')]
        mitigation: Vec<MitigationChoice>,
        /// Up to how many runs at once, 1 to 3 [default: 3; as text the third in brief]
        #[arg(long, value_name = "N")]
        runs: Option<usize>,
    },
    /// Tell all that is known of one therapist
    Timeline {
        /// Which therapist
        therapist: String,
        /// Logs to read; standard input when there are none
        #[arg(value_name = "PATH")]
        paths: Vec<String>,
    },
    /// Read the logs of a report again and check every citation
    Verify {
        /// The report's folder, or its report.md
        report: PathBuf,
        /// The logs, where they do not lie where the report says
        #[arg(value_name = "PATH")]
        paths: Vec<String>,
    },
}

/// What to draw, and how large.
#[derive(Debug, clap::Args)]
pub(crate) struct Chart {
    /// Pixels from top to bottom [default: as many as it needs]
    #[arg(long, value_name = "N", conflicts_with = "size")]
    pub(crate) height: Option<u32>,
    /// What to draw: timeline, overview, gaps or states [default: timeline where one therapist is
    /// asked for or is the only one with findings, else overview]
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// Where to write the picture, by its ending: .svg or .png
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Pixels across and down, as in 1600x900
    #[arg(long, value_name = "WxH")]
    pub(crate) size: Option<String>,
    /// Where it will be looked at
    #[arg(long, value_name = "THEME", default_value = "light")]
    pub(crate) theme: ThemeChoice,
    /// Pixels across [default: 1200]
    #[arg(long, value_name = "N", conflicts_with = "size")]
    pub(crate) width: Option<u32>,
    /// Logs to read; standard input when there are none
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<String>,
}

/// What to compare.
#[derive(Debug, clap::Args)]
pub(crate) struct Diff {
    /// Logs of one set, or one report: what AFTER would name
    #[arg(long, value_name = "PATH", num_args = 1.., requires = "before")]
    pub(crate) after: Vec<String>,
    /// Logs of one set, or one report: what BEFORE would name
    #[arg(long, value_name = "PATH", num_args = 1.., requires = "after")]
    pub(crate) before: Vec<String>,
    /// A report or logs from before, and a report or logs from after
    #[arg(
        value_names = ["BEFORE", "AFTER"],
        num_args = 2,
        required_unless_present_any = ["before", "after"],
        conflicts_with_all = ["before", "after"],
    )]
    pub(crate) sides: Vec<String>,
}

/// A theme as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ThemeChoice {
    /// On white, in colour
    Light,
    /// On a dark screen
    Dark,
    /// On paper, without colour
    Print,
}

/// Where a report goes.
#[derive(Debug, clap::Args)]
pub(crate) struct Report {
    /// Logs to read; standard input when there are none
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    /// The folder to write; an earlier report in it is replaced
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: PathBuf,
    /// Replace ids and names by pseudonyms, in pictures too
    #[arg(long)]
    pub(crate) redact: bool,
}

/// What to write; the same flags give the same bytes.
#[derive(Debug, clap::Args)]
pub(crate) struct Generate {
    /// How many therapists get a history with something wrong in it [default: 1 in 20]
    #[arg(long, value_name = "N")]
    pub(crate) bad: Option<usize>,
    /// When the log begins
    #[arg(long, value_name = "TIME", default_value = "2025-07-04T00:00:00Z")]
    pub(crate) begin: String,
    /// In whose words; `help` lists them
    #[arg(long, value_name = "NAME", default_value = "sidekiq-text")]
    pub(crate) logger: String,
    /// Lines of other workers for a hundred lines of histories
    #[arg(long, value_name = "N", default_value = "30")]
    pub(crate) noise: u64,
    /// Where to write the log; standard output if not given
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// What goes wrong in the bad histories; `help` lists it [default: everything]
    #[arg(long, value_name = "NAME")]
    pub(crate) plot: Option<String>,
    /// How finely times are printed
    #[arg(long, value_name = "UNIT", default_value = "ms")]
    pub(crate) precision: PrecisionChoice,
    /// Of a thousand lines, how many are exported twice
    #[arg(long, value_name = "N", default_value = "0")]
    pub(crate) repeated: u64,
    /// Where all chance comes from
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) seed: u64,
    /// By how much the clocks of hosts differ at most, in milliseconds
    #[arg(long, value_name = "MS", default_value = "0")]
    pub(crate) skew: u32,
    /// How many therapists
    #[arg(long, value_name = "N", default_value = "1000")]
    pub(crate) therapists: usize,
    /// Where to write the truth, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) truth: Option<PathBuf>,
}

/// A precision as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PrecisionChoice {
    /// Seconds
    S,
    /// Milliseconds
    Ms,
    /// Microseconds
    Us,
}

impl PrecisionChoice {
    /// Digits of a second.
    pub(crate) fn digits(self) -> u8 {
        match self {
            Self::S => 0,
            Self::Ms => 3,
            Self::Us => 6,
        }
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ColourChoice {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How to print.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// For eyes
    Text,
    /// `credtrail/report/1`, `credtrail/timeline/1`, `credtrail/diff/1`
    Json,
    /// One finding per line, as JSON
    Jsonl,
    /// One finding per row, for spreadsheets
    Csv,
    /// To paste into a ticket or a postmortem
    Markdown,
    /// A diagram for tickets; `states` only
    Mermaid,
    /// A diagram for print; `states` only
    Dot,
}

/// A mitigation as typed; the numbers are the document's recommendations.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum MitigationChoice {
    /// One run per therapist at a time (6, 7)
    Lock,
    /// A job is performed once, and again only after it failed (5)
    Dedup,
    /// Steps 2 to 4 happen together or not at all (1)
    Atomic,
    /// A step that fails is noticed and undone (2)
    Rollback,
    /// Before its last step a run checks the final state (3)
    Validate,
}

impl MitigationChoice {
    /// The mitigation it names.
    pub(crate) fn mitigation(self) -> Mitigation {
        match self {
            Self::Lock => Mitigation::Lock,
            Self::Dedup => Mitigation::Dedup,
            Self::Atomic => Mitigation::Atomic,
            Self::Rollback => Mitigation::Rollback,
            Self::Validate => Mitigation::Validate,
        }
    }
}

/// A severity as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SeverityChoice {
    /// Worth knowing
    Info,
    /// Something is missing
    Low,
    /// Inconsistent
    Medium,
    /// The business rule is broken
    High,
}

impl SeverityChoice {
    /// The severity it names.
    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::Info => Severity::Info,
            Self::Low => Severity::Low,
            Self::Medium => Severity::Medium,
            Self::High => Severity::High,
        }
    }
}

/// The completion script of a shell.
pub(crate) fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "credtrail", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// The manual page in roff.
pub(crate) fn man() -> String {
    let mut page = Vec::new();
    match clap_mangen::Man::new(Args::command()).render(&mut page) {
        Ok(()) => String::from_utf8_lossy(&page).into_owned(),
        Err(error) => error.to_string(),
    }
}
