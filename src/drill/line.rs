//! A line before it is written: what every logger can say.

use chrono::DateTime;
use chrono::Utc;

/// What it says.
#[derive(Clone, Copy, Debug)]
pub enum Says<'a> {
    /// A run began.
    Start,
    /// A run ended well after so many milliseconds.
    Done(i64),
    /// A run failed after so many milliseconds.
    Fail(i64),
    /// A message.
    Message(&'a str),
}

/// One line of a log.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// When, in nanoseconds since the epoch.
    pub at: i64,
    /// Digits of a second that are printed.
    pub digits: u8,
    /// Number of the host.
    pub host: u64,
    /// Process.
    pub pid: u64,
    /// Thread, as Sidekiq writes it.
    pub tid: &'a str,
    /// The worker that speaks.
    pub class: &'a str,
    /// Its job.
    pub jid: &'a str,
    /// What.
    pub says: Says<'a>,
}

impl Line<'_> {
    /// The time as digits with a letter between day and time, cut and not rounded:
    /// `2025-07-04T07:04:56.312`.
    pub(super) fn stamp(&self, between: char) -> String {
        let time = DateTime::<Utc>::from_timestamp_nanos(self.at);
        let mut text = time.format("%Y-%m-%d").to_string();
        text.push(between);
        text.push_str(&time.format("%H:%M:%S").to_string());
        if self.digits > 0 {
            let micros = format!("{:06}", time.timestamp_subsec_micros());
            text.push('.');
            text.push_str(&micros[..usize::from(self.digits.min(6))]);
        }
        text
    }

    /// Start, done or fail in one word, or the message.
    pub(super) fn words(&self) -> &str {
        match self.says {
            Says::Start => "start",
            Says::Done(_) => "done",
            Says::Fail(_) => "fail",
            Says::Message(message) => message,
        }
    }

    /// How long the run took, in seconds, if this ends it.
    pub(super) fn elapsed(&self) -> Option<String> {
        match self.says {
            Says::Done(ms) | Says::Fail(ms) => Some(format!("{}.{:03}", ms / 1000, ms % 1000)),
            Says::Start | Says::Message(_) => None,
        }
    }

    /// The message as a JSON string.
    pub(super) fn json(&self) -> String {
        serde_json::Value::from(self.words()).to_string()
    }

    /// The job's id in the shape of a UUID, as ActiveJob has it.
    pub(super) fn uuid(&self) -> String {
        let digits = format!("{:0<32}", self.jid);
        let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default().to_owned();
        [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
    }
}
