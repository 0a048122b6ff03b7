//! The tags that Rails puts before a message: `[ActiveJob] [ExtendedSignUpWorker] [<job id>] `.
//!
//! Source: activesupport `lib/active_support/tagged_logging.rb`; formats.md §2.2.
//!
//! ```text
//! tags = [ request ] "[ActiveJob] " "[" class "] " [ "[" job-id "] " ] | request
//! request = "[" uuid "] "
//! ```
//!
//! Any other tag may carry meaning (`[therapist 48213]`, `[DRY]`) and stays in the message.

use std::borrow::Cow;

use crate::ingest::Record;

/// Takes the known tags off a message; gives what is left.
pub(super) fn peel<'a>(record: &mut Record<'a>, message: &'a [u8]) -> &'a [u8] {
    let mut rest = message;
    while let Some((tag, after)) = tag(rest) {
        if tag == b"ActiveJob" {
            rest = active_job(record, after);
        } else if is_uuid(tag) {
            rest = after;
        } else {
            break;
        }
    }
    rest
}

/// Whether a message begins as ActiveJob tags it.
pub(super) fn is_active_job(message: &[u8]) -> bool {
    let mut tags = std::iter::successors(tag(message), |(_, rest)| tag(rest));
    tags.by_ref().take(4).any(|(name, rest)| name == b"ActiveJob" && tag(rest).is_some())
}

fn active_job<'a>(record: &mut Record<'a>, rest: &'a [u8]) -> &'a [u8] {
    let Some((class, after)) = tag(rest).filter(|(class, _)| is_class(class)) else { return rest };
    record.class = Some(Cow::Borrowed(class));
    match tag(after) {
        Some((job, after)) if is_uuid(job) => {
            record.job = Some(Cow::Borrowed(job));
            after
        }
        _ => after,
    }
}

fn tag(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let body = text.strip_prefix(b"[")?;
    let end = memchr::memchr(b']', body)?;
    let rest = &body[end + 1..];
    Some((&body[..end], rest.strip_prefix(b" ").or_else(|| rest.is_empty().then_some(rest))?))
}

fn is_class(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_uppercase)
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b":_".contains(byte))
}

/// 8-4-4-4-12 hex digits.
fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "9d2f1f5e-2c44-4d7b-8a3c-7a3de1b0c902";

    #[test]
    fn known_tags_go_and_others_stay() {
        for (message, rest, class) in [
            (format!("[ActiveJob] [A::W] [{UUID}] set"), "set", Some("A::W")),
            (format!("[{UUID}] [ActiveJob] [W] [{UUID}]   x"), "  x", Some("W")),
            (format!("[ActiveJob] Enqueued W (Job ID: {UUID})"), "", None),
            ("[DRY] would set".to_owned(), "[DRY] would set", None),
            ("[torn".to_owned(), "[torn", None),
        ] {
            let mut record = Record::default();
            let left = peel(&mut record, message.as_bytes());
            assert!(left.ends_with(rest.as_bytes()), "{message}");
            assert_eq!(record.class.as_deref(), class.map(str::as_bytes), "{message}");
            assert_eq!(record.job.is_some(), class.is_some(), "{message}");
        }
    }
}
