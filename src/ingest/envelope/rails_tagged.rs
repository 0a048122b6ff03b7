//! Rails with `SimpleFormatter`: Rails 8 in production, every Rails in development. No clock, no
//! severity, no process; of the head only the tags of ActiveJob are left.
//!
//! Source: activesupport `lib/active_support/logger.rb`, `tagged_logging.rb`; formats.md §2.1–2.2.
//! One real line:
//!
//! ```text
//! [ActiveJob] [ExtendedSignUpWorker] [0b7c5c0e-5a0e-4f0d-9b5e-6f1f6c1a7d01] therapist_id=48213 created HubSpot credentialing object 30278823850
//! ```
//!
//! ```text
//! line = [ request ] "[ActiveJob] " "[" class "] " "[" job-id "] " message
//! ```

use crate::ingest::Record;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::inline;
use crate::ingest::envelope::tags;

#[derive(Debug)]
pub(super) struct RailsTagged;

impl Envelope for RailsTagged {
    fn name(&self) -> &'static str {
        "rails-tagged"
    }

    fn read<'a>(&self, line: &'a [u8]) -> Option<Record<'a>> {
        if line.first() != Some(&b'[') || !tags::is_active_job(line) {
            return None;
        }
        let mut record = Record::default();
        let message = tags::peel(&mut record, line);
        inline::adopt(&mut record, message);
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tags_name_class_and_job() {
        let line = b"[ActiveJob] [W] [0b7c5c0e-5a0e-4f0d-9b5e-6f1f6c1a7d01] Performing W";
        let record = RailsTagged.read(line).expect("a tagged line");
        assert_eq!(record.class.as_deref(), Some(&b"W"[..]));
        assert!(record.job.is_some() && record.stamp.is_none());
        assert_eq!(record.message.as_ref(), b"Performing W");
    }

    #[test]
    fn other_brackets_are_refused() {
        for line in
            ["[2025-07-04 01:31:40] x", "[pod/a/b] x", "[ActiveJob] Enqueued W", "x [ActiveJob]"]
        {
            assert!(RailsTagged.read(line.as_bytes()).is_none(), "{line}");
        }
    }
}
