//! An event: what happened to which therapist, by which run, when, and which bytes say so.

use std::sync::Arc;

use compact_str::CompactString;

use crate::model::Field;
use crate::model::JobId;
use crate::model::Label;
use crate::model::ObjectId;
use crate::model::Quote;
use crate::model::Stamp;
use crate::model::Step;
use crate::model::TherapistId;
use crate::model::Witness;

/// The rank of a source in the sorted list of sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// The place of a line that says something: it travels unbroken from Frame to the mark in a chart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Which source.
    pub source: SourceId,
    /// Byte offset of the line's first byte, after decompression.
    pub offset: u64,
    /// Line number, from 1.
    pub line: u64,
    /// The line's bytes as they stand (without line end), clipped to [`Origin::CLIP`].
    pub text: Quote,
}

impl Origin {
    /// Longest text kept of one line. Enough for any logger line; a JSON blob beyond it is cut.
    pub const CLIP: usize = 2048;

    /// Where the line stands: its source and the offset in it.
    pub fn place(&self) -> (SourceId, u64) {
        (self.source, self.offset)
    }
}

/// The identity marks a line carries. Any may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark {
    /// Sidekiq jid or ActiveJob id.
    pub job: Option<JobId>,
    /// The worker class that was running.
    pub class: Option<CompactString>,
    /// Process id.
    pub pid: Option<u64>,
    /// Thread id as the logger prints it.
    pub tid: Option<CompactString>,
    /// Host, pod or dyno.
    pub host: Option<CompactString>,
    /// The therapist's contact in HubSpot.
    pub contact: Option<CompactString>,
}

impl Mark {
    /// Whether process and thread are both known, so that lines between start and done belong
    /// together.
    pub fn has_thread(&self) -> bool {
        self.pid.is_some() && self.tid.is_some()
    }

    /// Whether both are of one database session, as far as they show: query tags, which name the
    /// class, stand on statements but not on the borders of transactions.
    pub fn is_same_session(&self, other: &Self) -> bool {
        let is_class_same =
            self.class.is_none() || other.class.is_none() || self.class == other.class;
        is_class_same
            && (&self.job, self.pid, &self.tid, &self.host)
                == (&other.job, other.pid, &other.tid, &other.host)
    }
}

/// What happened. The names are those of the JSON contract.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    /// A credentialing object was created.
    Created {
        /// The new object.
        object: ObjectId,
    },
    /// A field was written.
    Assigned {
        /// Which field.
        field: Field,
        /// The new value; `None` means the field was cleared.
        object: Option<ObjectId>,
        /// The value before, where the line says it.
        previous: Option<Box<ObjectId>>,
    },
    /// A label was added.
    Labelled {
        /// On which object.
        object: ObjectId,
        /// Which label.
        label: Label,
    },
    /// A label was removed.
    Unlabelled {
        /// From which object.
        object: ObjectId,
        /// Which label.
        label: Label,
    },
    /// A run began.
    Started,
    /// A run ended well.
    Done,
    /// A run ended with an error.
    Failed,
    /// One step of a run failed; the run may go on.
    StepFailed {
        /// Which step.
        step: Step,
        /// On which object, where the line says it.
        object: Option<ObjectId>,
    },
}

impl EventKind {
    /// The kind's name in JSON and tables.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Created { .. } => "created",
            Self::Assigned { .. } => "assigned",
            Self::Labelled { .. } => "labelled",
            Self::Unlabelled { .. } => "unlabelled",
            Self::Started => "started",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::StepFailed { .. } => "step-failed",
        }
    }

    /// The object this is about, if any.
    pub fn object(&self) -> Option<&ObjectId> {
        match self {
            Self::Created { object }
            | Self::Labelled { object, .. }
            | Self::Unlabelled { object, .. } => Some(object),
            Self::Assigned { object, .. } | Self::StepFailed { object, .. } => object.as_ref(),
            Self::Started | Self::Done | Self::Failed => None,
        }
    }

    /// The object this is about, if any, to put another in its place.
    pub fn object_mut(&mut self) -> Option<&mut ObjectId> {
        match self {
            Self::Created { object }
            | Self::Labelled { object, .. }
            | Self::Unlabelled { object, .. } => Some(object),
            Self::Assigned { object, .. } | Self::StepFailed { object, .. } => object.as_mut(),
            Self::Started | Self::Done | Self::Failed => None,
        }
    }

    /// Whether this tells of the run as a whole and not of one of its steps.
    pub fn is_lifecycle(&self) -> bool {
        matches!(self, Self::Started | Self::Done | Self::Failed)
    }

    /// The step this shows done, if it shows one.
    pub fn step(&self) -> Option<Step> {
        match self {
            Self::Created { .. } => Some(Step::Create),
            Self::Assigned { field, object: Some(_), .. } => Some(field.step()),
            Self::Labelled { label: Label::Active, .. } => Some(Step::Activate),
            Self::Labelled { label: Label::ActiveAttested, .. } => Some(Step::Attest),
            Self::Unlabelled { label: Label::ActiveAttested, .. } => Some(Step::Unattest),
            Self::Assigned { object: None, .. }
            | Self::Unlabelled { label: Label::Active, .. }
            | Self::Started
            | Self::Done
            | Self::Failed
            | Self::StepFailed { .. } => None,
        }
    }
}

/// One event with everything that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Whose; `None` until identity is resolved, or for good.
    pub therapist: Option<TherapistId>,
    /// Whether only other lines tell whose it is.
    pub is_adopted: bool,
    /// When, as printed; `None` if the record carries no clock at all.
    pub stamp: Option<Stamp>,
    /// What.
    pub kind: EventKind,
    /// By whom.
    pub mark: Arc<Mark>,
    /// What kind of source says it.
    pub witness: Witness,
    /// The line that says it.
    pub origin: Origin,
    /// What few events have.
    pub more: Option<Box<More>>,
}

/// What few events have: kept apart, since of the others there are millions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct More {
    /// Further lines that say the same, in the order of their places.
    pub also: Vec<Sighting>,
    /// What the line itself says, where the event has learnt more from others than whose it is.
    pub said: Option<Said>,
}

/// A further line that says the same, and the time it prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The line.
    pub origin: Origin,
    /// Its own clock, which may be another one.
    pub stamp: Option<Stamp>,
    /// What it says, where that differs from what the event's own line says.
    pub said: Option<Box<Said>>,
}

/// What one line says by itself, before lines are put together: all that is needed to put them
/// together again, with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Whom the line names.
    pub therapist: Option<TherapistId>,
    /// Its own clock.
    pub stamp: Option<Stamp>,
    /// What.
    pub kind: EventKind,
    /// The marks it carries.
    pub mark: Arc<Mark>,
    /// What kind of source it is.
    pub witness: Witness,
}

impl Event {
    /// Further lines that say the same, in the order of their places.
    pub fn also(&self) -> &[Sighting] {
        self.more.as_ref().map_or(&[], |more| &more.also)
    }

    /// Adds a further line that says the same.
    pub fn add(&mut self, sighting: Sighting) {
        let also = &mut self.more.get_or_insert_default().also;
        let place = also.partition_point(|known| known.origin <= sighting.origin);
        also.insert(place, sighting);
    }

    /// What the line itself says, where that was kept.
    pub fn kept(&self) -> Option<&Said> {
        self.more.as_ref().and_then(|more| more.said.as_ref())
    }

    /// Whom the line itself names, as far as [`Event::kept`] does not tell.
    pub fn named(&self) -> Option<&TherapistId> {
        self.therapist.as_ref().filter(|_| !self.is_adopted)
    }

    /// Tells whose the event is, which its line does not say.
    pub fn adopt(&mut self, therapist: TherapistId) {
        self.is_adopted = self.kept().is_none();
        self.therapist = Some(therapist);
    }

    /// What the line itself says.
    pub fn said(&self) -> Said {
        match self.kept() {
            Some(said) => said.clone(),
            None => Said {
                therapist: self.named().cloned(),
                stamp: self.stamp,
                kind: self.kind.clone(),
                mark: self.mark.clone(),
                witness: self.witness,
            },
        }
    }

    /// Keeps what the line itself says; to be called before the event learns from others.
    pub fn keep(&mut self) {
        if self.kept().is_none() {
            let said = self.said();
            self.more.get_or_insert_default().said = Some(said);
        }
    }

    /// What a further line says by itself.
    pub fn said_by(&self, sighting: &Sighting) -> Said {
        match &sighting.said {
            Some(said) => (**said).clone(),
            None => Said { stamp: sighting.stamp, ..self.said() },
        }
    }

    /// All lines that say this, the first one first.
    pub fn origins(&self) -> impl Iterator<Item = &Origin> {
        std::iter::once(&self.origin).chain(self.also().iter().map(|sighting| &sighting.origin))
    }

    /// Whether one source holds both: its lines tell which came first.
    pub fn shares_source(&self, other: &Self) -> bool {
        self.origins().any(|one| other.origins().any(|two| one.source == two.source))
    }

    /// All lines that say this with the time of each, the first one first.
    pub fn sightings(&self) -> impl Iterator<Item = (&Origin, Option<Stamp>)> {
        let also = self.also().iter().map(|sighting| (&sighting.origin, sighting.stamp));
        std::iter::once((&self.origin, self.stamp)).chain(also)
    }
}

/// A line that names a therapist and says nothing else of concern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    /// Where.
    pub source: SourceId,
    /// Where in it.
    pub offset: u64,
    /// The job, or the process and thread.
    pub mark: Arc<Mark>,
    /// Whom it names.
    pub therapist: TherapistId,
}
