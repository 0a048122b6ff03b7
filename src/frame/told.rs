//! What a line tells, as the columns of a table: the way there and the way back.
//!
//! Both ways stand side by side, so that what one writes the other reads. Texts and numbers have
//! fixed places ([`TEXTS`], [`NUMBERS`]); a value that is none of ours makes the way back fail.

use std::borrow::Cow;
use std::sync::Arc;

use compact_str::CompactString;

use crate::frame::table::is_same;
use crate::model::Clock;
use crate::model::Event;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::JobId;
use crate::model::Label;
use crate::model::Mark;
use crate::model::ObjectId;
use crate::model::Said;
use crate::model::Stamp;
use crate::model::Step;
use crate::model::TherapistId;
use crate::model::Witness;
use crate::model::Zone;

/// Columns of text that say what a line tells.
pub(super) const TEXTS: [&str; 16] = [
    "therapist",
    "kind",
    "field",
    "object",
    "previous",
    "label",
    "step",
    "job",
    "class",
    "host",
    "pid",
    "tid",
    "contact",
    "witness",
    "clock",
    "zone",
];

/// Columns of whole numbers that say when.
pub(super) const NUMBERS: [&str; 4] = ["digits", "printed_ns", "earliest_ns", "until_ns"];

/// The kind of a row that only names a therapist.
pub(super) const MENTIONED: &str = "mentioned";

/// The kind of a row whose line could not be read.
pub(super) const UNREAD: &str = "unread";

/// The kind of the only row of a file that has none.
pub(super) const NOTHING: &str = "nothing";

/// The values of [`TEXTS`] and [`NUMBERS`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told<'a> {
    pub(super) texts: [Option<Cow<'a, str>>; TEXTS.len()],
    pub(super) numbers: [Option<i64>; NUMBERS.len()],
}

/// What a line tells, by reference: what [`Told`] spells out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Telling<'a> {
    pub(super) therapist: Option<&'a TherapistId>,
    pub(super) stamp: Option<Stamp>,
    pub(super) kind: LineKind<'a>,
    pub(super) mark: Option<&'a Mark>,
    pub(super) witness: Option<Witness>,
}

/// What kind of line it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum LineKind<'a> {
    /// It tells of an event.
    Event(&'a EventKind),
    /// It tells of none; the kind's name.
    Other(&'static str),
}

impl<'a> Telling<'a> {
    /// Of a line with a kind that is no event's.
    pub(super) fn of_kind(
        kind: &'static str,
        therapist: Option<&'a TherapistId>,
        mark: Option<&'a Mark>,
    ) -> Self {
        Self { therapist, stamp: None, kind: LineKind::Other(kind), mark, witness: None }
    }

    /// Of an event as it is known by now, of whomever it is told.
    pub(super) fn of_event(event: &'a Event, whose: Option<&'a TherapistId>) -> Self {
        Self {
            therapist: whose,
            stamp: event.stamp,
            kind: LineKind::Event(&event.kind),
            mark: Some(&event.mark),
            witness: Some(event.witness),
        }
    }

    /// Of one line by itself.
    pub(super) fn of_said(said: &'a Said) -> Self {
        Self {
            therapist: said.therapist.as_ref(),
            stamp: said.stamp,
            kind: LineKind::Event(&said.kind),
            mark: Some(&said.mark),
            witness: Some(said.witness),
        }
    }

    /// Whether both are of the very same line, and can differ in whom they name only.
    pub(super) fn is_same_line(&self, other: &Self) -> bool {
        let is_same_kind = match (self.kind, other.kind) {
            (LineKind::Event(one), LineKind::Event(other)) => std::ptr::eq(one, other),
            (LineKind::Other(one), LineKind::Other(other)) => one == other,
            _ => false,
        };
        is_same_kind
            && self.shares_mark(other)
            && (self.stamp, self.witness) == (other.stamp, other.witness)
    }

    /// Whether both carry one and the same mark, or none.
    pub(super) fn shares_mark(&self, other: &Self) -> bool {
        is_same(self.mark, other.mark)
    }
}

impl LineKind<'_> {
    /// Its name in tables.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Event(kind) => kind.name(),
            Self::Other(name) => name,
        }
    }
}

impl<'a> Told<'a> {
    pub(super) fn of(telling: &Telling<'a>) -> Self {
        let mut told = Self::default();
        told.texts[0] = telling.therapist.map(|therapist| therapist.as_str().into());
        told.texts[1] = Some(telling.kind.name().into());
        let what = telling.kind.what();
        let texts = [what.field, what.object, what.previous, what.label, what.step];
        for (place, text) in (2..7).zip(texts) {
            told.texts[place] = text.map(Cow::Borrowed);
        }
        if let Some(mark) = telling.mark {
            told.put_mark(mark);
        }
        told.texts[13] = telling.witness.map(|known| witness(known).into());
        if let Some(stamp) = telling.stamp {
            told.texts[14] = Some(clock(stamp.clock()).into());
            told.texts[15] = Some(zone(stamp.zone()).into());
            let digits = i64::from(stamp.digits());
            told.numbers =
                [digits, stamp.printed(), stamp.earliest(), stamp.until()].map(Option::Some);
        }
        told
    }

    fn put_mark(&mut self, mark: &'a Mark) {
        let own = |text: &'a Option<CompactString>| text.as_deref().map(Cow::Borrowed);
        self.texts[7] = mark.job.as_ref().map(|job| job.as_str().into());
        self.texts[8] = own(&mark.class);
        self.texts[9] = own(&mark.host);
        self.texts[10] = mark.pid.map(|pid| pid.to_string().into());
        self.texts[11] = own(&mark.tid);
        self.texts[12] = own(&mark.contact);
    }

    fn text(&self, place: usize) -> Option<&str> {
        self.texts[place].as_deref()
    }

    pub(super) fn kind_name(&self) -> Option<&str> {
        self.text(1)
    }

    pub(super) fn therapist(&self) -> Option<TherapistId> {
        self.text(0).map(TherapistId::new)
    }

    /// All of it; `None` if a value is none of ours.
    pub(super) fn said(&self) -> Option<Said> {
        Some(Said {
            therapist: self.therapist(),
            stamp: match self.text(14) {
                Some(clock) => Some(self.stamp(clock)?),
                None => None,
            },
            kind: self.kind()?,
            mark: Arc::new(self.mark()?),
            witness: witness_of(self.text(13)?)?,
        })
    }

    pub(super) fn mark(&self) -> Option<Mark> {
        let own = |place: usize| self.text(place).map(CompactString::new);
        let pid = match self.text(10) {
            Some(pid) => Some(pid.parse().ok()?),
            None => None,
        };
        let job = self.text(7).map(JobId::new);
        Some(Mark { job, class: own(8), pid, tid: own(11), host: own(9), contact: own(12) })
    }

    fn stamp(&self, clock: &str) -> Option<Stamp> {
        let [digits, printed, earliest, until] = self.numbers;
        let digits = u8::try_from(digits?).ok()?;
        let (zone, clock) = (zone_of(self.text(15)?)?, clock_of(clock)?);
        Stamp::of_interval([printed?, earliest?, until?], digits, zone, clock)
    }

    fn kind(&self) -> Option<EventKind> {
        let object = self.text(3).map(ObjectId::new);
        let label = || {
            let name = self.text(5)?;
            Label::ALL.into_iter().find(|label| label.name() == name)
        };
        Some(match self.kind_name()? {
            "created" => EventKind::Created { object: object? },
            "assigned" => {
                let name = self.text(2)?;
                let field = Field::ALL.into_iter().find(|field| field.name() == name)?;
                let previous = self.text(4).map(ObjectId::new).map(Box::new);
                EventKind::Assigned { field, object, previous }
            }
            "labelled" => EventKind::Labelled { object: object?, label: label()? },
            "unlabelled" => EventKind::Unlabelled { object: object?, label: label()? },
            "started" => EventKind::Started,
            "done" => EventKind::Done,
            "failed" => EventKind::Failed,
            "step-failed" => {
                let name = self.text(6)?;
                let step = Step::ALL.into_iter().find(|step| step.name() == name)?;
                EventKind::StepFailed { step, object }
            }
            _ => return None,
        })
    }
}

/// The columns of an event's kind.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct What<'a> {
    pub(super) field: Option<&'static str>,
    pub(super) object: Option<&'a str>,
    pub(super) previous: Option<&'a str>,
    pub(super) label: Option<&'static str>,
    pub(super) step: Option<&'static str>,
}

impl<'a> LineKind<'a> {
    pub(super) fn what(&self) -> What<'a> {
        let Self::Event(kind) = *self else { return What::default() };
        let object = kind.object().map(ObjectId::as_str);
        match kind {
            EventKind::Assigned { field, previous, .. } => What {
                field: Some(field.name()),
                object,
                previous: previous.as_deref().map(ObjectId::as_str),
                ..What::default()
            },
            EventKind::Labelled { label, .. } | EventKind::Unlabelled { label, .. } => {
                What { label: Some(label.name()), object, ..What::default() }
            }
            EventKind::StepFailed { step, .. } => {
                What { step: Some(step.name()), object, ..What::default() }
            }
            EventKind::Created { .. }
            | EventKind::Started
            | EventKind::Done
            | EventKind::Failed => What { object, ..What::default() },
        }
    }
}

pub(super) fn witness(witness: Witness) -> &'static str {
    match witness {
        Witness::Log => "log",
        Witness::Client => "client",
        Witness::Sql => "sql",
        Witness::PaperTrail => "paper-trail",
        Witness::Audited => "audited",
        Witness::Logidze => "logidze",
        Witness::Hubspot => "hubspot",
    }
}

fn witness_of(name: &str) -> Option<Witness> {
    use Witness::Audited;
    use Witness::Client;
    use Witness::Hubspot;
    use Witness::Log;
    use Witness::Logidze;
    use Witness::PaperTrail;
    use Witness::Sql;
    let known = [Log, Client, Sql, PaperTrail, Audited, Logidze, Hubspot];
    known.into_iter().find(|known| witness(*known) == name)
}

pub(super) fn clock(clock: Clock) -> &'static str {
    match clock {
        Clock::Transport => "transport",
        Clock::Application => "application",
        Clock::Payload => "payload",
    }
}

pub(super) fn clock_of(name: &str) -> Option<Clock> {
    let known = [Clock::Transport, Clock::Application, Clock::Payload];
    known.into_iter().find(|known| clock(*known) == name)
}

pub(super) fn zone(zone: Zone) -> &'static str {
    match zone {
        Zone::Stated => "stated",
        Zone::Assumed => "assumed",
    }
}

pub(super) fn zone_of(name: &str) -> Option<Zone> {
    [Zone::Stated, Zone::Assumed].into_iter().find(|known| zone(*known) == name)
}
