//! Identities: newtypes over short text. Ids are never numbers here, since they pass through
//! JavaScript and spreadsheets, where eleven digits do not always survive.

use std::fmt;

use compact_str::CompactString;
use serde::Serialize;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        pub struct $name(CompactString);

        impl $name {
            /// Takes the text as it is; whoever reads it decides what is an id.
            pub fn new(text: impl AsRef<str>) -> Self {
                Self(CompactString::new(text))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    };
}

id! {
    /// A therapist, as the worker's log names one (`therapist_id=48213`).
    TherapistId
}
id! {
    /// A credentialing object in HubSpot.
    ObjectId
}
id! {
    /// A job: a Sidekiq jid (24 hex digits) or an ActiveJob id (a UUID). A retry keeps it.
    JobId
}
id! {
    /// A run within one timeline: `r1`, `r2` … in the order of their first event.
    RunId
}

impl ObjectId {
    /// Whether this id is the smaller number. HubSpot does not promise that ids grow with time,
    /// so this is a hint and never evidence (formats.md §5.5).
    pub fn is_numerically_below(&self, other: &Self) -> bool {
        match (self.0.parse::<u64>(), other.0.parse::<u64>()) {
            (Ok(mine), Ok(theirs)) => mine < theirs,
            _ => false,
        }
    }
}

impl TherapistId {
    /// The bucket for events whose therapist nothing in the input tells.
    pub fn unknown() -> Self {
        Self(CompactString::const_new("unknown"))
    }

    /// The id as a number, by which therapists are listed; names come behind all numbers.
    pub fn number(&self) -> u64 {
        self.0.parse().unwrap_or(u64::MAX)
    }

    /// Whether this is the bucket of [`TherapistId::unknown`].
    pub fn is_unknown(&self) -> bool {
        self.0 == "unknown"
    }
}
