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
//! line = [ request ] "[ActiveJob] " "[" class "] " "[" job-id "] " message | sql
//! sql  = 2SP name " (" ms "ms)" 2SP statement        ; ActiveRecord's own, see statement/sql.rs
//! ```

use std::borrow::Cow;

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

    fn example(&self) -> &'static str {
        "[ActiveJob] [ExtendedSignUpWorker] [0b7c5c0e-5a0e-4f0d-9b5e-6f1f6c1a7d01] start"
    }

    fn proves(&self) -> &'static str {
        "what the application logs, and writes to the microsecond where SQL is logged"
    }

    fn read<'a>(&self, line: &'a [u8]) -> Option<Record<'a>> {
        if is_sql(line) {
            return Some(Record { message: Cow::Borrowed(line), ..Record::default() });
        }
        if line.first() != Some(&b'[') || !tags::is_active_job(line) {
            return None;
        }
        let mut record = Record::default();
        let message = tags::peel(&mut record, line);
        inline::adopt(&mut record, message);
        Some(record)
    }
}

/// Whether a line is ActiveRecord's: `  Therapist Update (1.2ms)  UPDATE …`.
fn is_sql(line: &[u8]) -> bool {
    let Some(body) = line.strip_prefix(b"  ") else { return false };
    let Some(end) = memchr::memmem::find(&body[..body.len().min(120)], b"ms)  ") else {
        return false;
    };
    let Some(open) = memchr::memrchr(b'(', &body[..end]) else { return false };
    let is_time = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    !body[open + 1..end].is_empty() && body[open + 1..end].iter().all(is_time)
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
    fn sql_stands_for_itself() {
        for line in ["  Therapist Update (1.2ms)  UPDATE x", "   (0.2ms)  COMMIT"] {
            let record = RailsTagged.read(line.as_bytes()).expect(line);
            assert_eq!(record.message.as_ref(), line.as_bytes());
        }
        for line in ["  text (a)  b", "Therapist Update (1.2ms)  UPDATE", "  "] {
            assert!(RailsTagged.read(line.as_bytes()).is_none(), "{line}");
        }
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
