//! Drills: logs with known truth. Histories are written by the process model, told in the words of
//! a logger, and the truth stands beside them.
//!
//! Takes an [`Order`], gives [`Drill`]: lines in the order of time and what a reader of them should
//! find. Seeded: the same order gives the same bytes on every machine. Knows nothing of reading,
//! so that it can hold the reader to account.

mod dice;
mod history;
mod line;
mod loggers;
mod noise;
mod plot;
mod truth;

use crate::drill::dice::Dice;
use crate::drill::history::History;
use crate::drill::line::Line;
use crate::drill::line::Says;
use crate::drill::noise::Noise;

pub use history::Told;
pub use loggers::LOGGERS;
pub use loggers::Logger;
pub use loggers::find;
pub use plot::Plot;
pub use truth::Expected;
pub use truth::Fate;
pub use truth::Truth;

/// What to write.
#[derive(Clone, Copy)]
pub struct Order {
    /// How many therapists.
    pub therapists: usize,
    /// How many of them get a history with something wrong in it.
    pub bad: usize,
    /// What their histories are; drawn from all that are wrong if `None`.
    pub plot: Option<Plot>,
    /// Where all chance comes from.
    pub seed: u64,
    /// In whose words.
    pub logger: &'static dyn Logger,
    /// Digits of a second that are printed, 0 to 6.
    pub digits: u8,
    /// By how much the clocks of hosts differ at most, in milliseconds.
    pub skew_ms: i64,
    /// Of a thousand lines, how many are exported twice.
    pub repeated: u64,
    /// Lines of other workers for a hundred lines of histories.
    pub noise: u64,
    /// When the log begins, in nanoseconds since the epoch.
    pub from: i64,
}

impl std::fmt::Debug for Order {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} therapists as {}, seed {}", self.therapists, self.logger.name(), self.seed)
    }
}

/// A log and the truth of it.
pub struct Drill {
    order: Order,
    histories: Vec<History>,
    /// What each line tells: when, in which history or noise, which of its acts.
    entries: Vec<(i64, Entry)>,
}

impl std::fmt::Debug for Drill {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.order.fmt(out)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Entry {
    Act(usize, usize),
    Noise(u64),
}

/// Time that the log covers, in milliseconds: histories begin within a day.
const DAY: i64 = 24 * 3_600_000;

/// Time that the log goes on after everything has ended, in milliseconds.
const TAIL: i64 = 3_600_000;

/// Nanoseconds in a millisecond.
const MILLI: i64 = 1_000_000;

/// Plans the histories and puts what they say in the order of time.
pub fn drill(order: Order) -> Drill {
    let mut dice = Dice::of(order.seed, u64::MAX);
    let mut is_bad = vec![false; order.therapists];
    is_bad.iter_mut().take(order.bad).for_each(|bad| *bad = true);
    dice.shuffle(&mut is_bad);
    let histories: Vec<History> = is_bad
        .iter()
        .enumerate()
        .map(|(at, is_bad)| {
            let mut dice = Dice::of(order.seed, at as u64);
            let plot = match order.plot.filter(|_| *is_bad) {
                Some(plot) => plot,
                None if *is_bad => Plot::bad(&mut dice),
                None => Plot::good(&mut dice),
            };
            let begin = order.from + dice.between(0, DAY) * MILLI;
            History::write(10_000 + at as u64, plot, begin, &mut dice)
        })
        .collect();
    let mut entries = Vec::new();
    for (at, history) in histories.iter().enumerate() {
        let acts = history.acts.iter().enumerate();
        entries.extend(acts.map(|(act, told)| (told.at, Entry::Act(at, act))));
    }
    let noise = entries.len() as u64 * order.noise / 100;
    for number in 0..noise {
        entries.push((order.from + dice.between(0, DAY + TAIL) * MILLI, Entry::Noise(number)));
    }
    // The log goes on well past the last run, so that what never ended is known to have stopped.
    let last = entries.iter().map(|(at, _)| *at).max().unwrap_or(order.from);
    entries.push((last + TAIL * MILLI, Entry::Noise(noise)));
    entries.sort_unstable();
    Drill { order, histories, entries }
}

impl Drill {
    /// Writes the log, line by line.
    pub fn write(&self, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        let mut dice = Dice::of(self.order.seed, u64::MAX - 1);
        let mut text = String::new();
        for (at, entry) in &self.entries {
            text.clear();
            self.print(*at, *entry, &mut text);
            text.push('\n');
            out.write_all(text.as_bytes())?;
            if dice.below(1000) < self.order.repeated {
                out.write_all(text.as_bytes())?;
            }
        }
        Ok(())
    }

    /// The whole log.
    pub fn log(&self) -> Vec<u8> {
        let mut out = Vec::new();
        // Writing to memory cannot fail.
        let _ = self.write(&mut out);
        out
    }

    /// The log as far as it is about some therapists, and what other workers say.
    pub fn log_of(&self, is_wanted: impl Fn(u64) -> bool) -> Vec<u8> {
        let mut out = String::new();
        for (at, entry) in &self.entries {
            let is_left = match entry {
                Entry::Act(history, _) => is_wanted(self.histories[*history].therapist),
                Entry::Noise(_) => true,
            };
            if is_left {
                self.print(*at, *entry, &mut out);
                out.push('\n');
            }
        }
        out.into_bytes()
    }

    /// What a reader should find.
    pub fn truth(&self) -> Truth {
        Truth::of(&self.order, &self.histories)
    }

    /// What each history tells, in order: therapist, time in nanoseconds, what.
    pub fn told(&self) -> impl Iterator<Item = (u64, i64, &Told)> {
        self.entries.iter().filter_map(|(at, entry)| match entry {
            Entry::Act(history, act) => {
                let history = &self.histories[*history];
                Some((history.therapist, *at, &history.acts[*act].told))
            }
            Entry::Noise(_) => None,
        })
    }

    fn print(&self, at: i64, entry: Entry, out: &mut String) {
        let order = &self.order;
        match entry {
            Entry::Act(history, act) => {
                let history = &self.histories[history];
                let act = &history.acts[act];
                let run = &history.runs[act.run];
                let message = act.told.message(history.therapist);
                let took = (act.at - run.begin) / MILLI;
                let line = Line {
                    at: at + skew(order, run.host) * MILLI,
                    digits: order.digits,
                    host: run.host,
                    pid: run.pid,
                    tid: &run.tid,
                    class: "ExtendedSignUpWorker",
                    jid: &run.jid,
                    says: match act.told {
                        Told::Started => Says::Start,
                        Told::Ended(true) => Says::Done(took),
                        Told::Ended(false) => Says::Fail(took),
                        _ => Says::Message(&message),
                    },
                };
                order.logger.write(out, &line);
            }
            Entry::Noise(number) => {
                let noise = Noise::of(order, number, &self.histories);
                order.logger.write(out, &noise.line(at, order));
            }
        }
    }
}

/// By how much a host's clock is ahead, in milliseconds.
fn skew(order: &Order, host: u64) -> i64 {
    if order.skew_ms == 0 {
        return 0;
    }
    Dice::of(order.seed, u64::MAX - 2 - host).between(-order.skew_ms, order.skew_ms)
}
