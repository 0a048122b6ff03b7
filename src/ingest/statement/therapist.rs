//! Whom a line is about.
//!
//! ```text
//! named = ( key | class ) *filler [ "id" *filler ] id     ; `therapist_id=48213`, `Therapist#48213`,
//!                                                         ; `gid://app/Therapist/48213`, `therapist 48213`
//! id    = 1*20digit | uuid
//! args  = ( "arguments: " | "args" sep "[" ) id           ; of the worker's own jobs
//! ```
//!
//! Of several, the one nearest before the statement counts, else the first.

use crate::ingest::Value;
use crate::ingest::statement::scene::Draft;
use crate::ingest::statement::scene::Scene;
use crate::ingest::statement::scene::last_part;
use crate::ingest::statement::text;
use crate::ingest::statement::vocabulary::Topic;
use crate::model::TherapistId;

/// Names the therapist, unless a statement already has.
pub(super) fn name(scene: &Scene<'_>, draft: &mut Draft) {
    if draft.said.therapist.is_some() {
        return;
    }
    if let Some(id) = of_row(scene).or_else(|| of_contact(scene)) {
        draft.said.therapist = Some(id);
        return;
    }
    let anchor = draft.anchor.unwrap_or(usize::MAX);
    let mut chosen: Option<&[u8]> = None;
    for hit in scene.places(Topic::Therapist) {
        if chosen.is_some() && hit.start > anchor {
            break;
        }
        if text::is_whole(scene.text, hit.start, hit.end) {
            let found = id_after(&scene.text[hit.end..]);
            // Without a statement to be near to, the first one counts.
            chosen = if anchor == usize::MAX { chosen.or(found) } else { found.or(chosen) };
        }
    }
    let chosen = chosen.or_else(|| in_fields(scene)).or_else(|| in_arguments(scene));
    draft.said.therapist = chosen.and_then(|id| std::str::from_utf8(id).ok()).map(TherapistId::new);
}

/// The therapist whose own row the record is about.
fn of_row(scene: &Scene<'_>) -> Option<TherapistId> {
    let id = &scene.record.subject.as_ref()?.id;
    std::str::from_utf8(id).ok().filter(|id| !id.is_empty()).map(TherapistId::new)
}

/// The therapist that the profile names for a contact in HubSpot.
fn of_contact(scene: &Scene<'_>) -> Option<TherapistId> {
    let contact = scene.record.contact.as_deref()?;
    scene.words.portal.contacts.get(contact).map(TherapistId::new)
}

/// Reads an id behind a key or a class, past what joins them.
fn id_after(rest: &[u8]) -> Option<&[u8]> {
    let rest = joined(rest);
    let (word, after) = text::word(rest);
    if text::is_one_of(word, &["id", "with", "record", "no", "number"]) {
        let after = joined(after);
        let (word, behind) = text::word(after);
        return id(if text::is_one_of(word, &["id"]) { joined(behind) } else { after });
    }
    id(rest)
}

/// Skips decoration and operators; at most a handful.
fn joined(rest: &[u8]) -> &[u8] {
    let is_joint = |byte: &&u8| text::is_decoration(**byte) || b" =:>#/([".contains(byte);
    &rest[rest.iter().take(8).take_while(is_joint).count()..]
}

/// Reads an id at the front: digits or a UUID.
pub(super) fn id(text: &[u8]) -> Option<&[u8]> {
    let is_inside = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'-' || **byte == b'_';
    let token = &text[..text.iter().take_while(is_inside).count()];
    let trimmed = token.strip_suffix(b"-").unwrap_or(token);
    let is_number = (1..=20).contains(&trimmed.len()) && trimmed.iter().all(u8::is_ascii_digit);
    (is_number || is_uuid(trimmed)).then_some(trimmed)
}

fn is_uuid(text: &[u8]) -> bool {
    let is_right = |(at, byte): (usize, &u8)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.iter().enumerate().all(is_right)
}

fn in_fields<'s>(scene: &Scene<'s>) -> Option<&'s [u8]> {
    let record = scene.record;
    scene.words.therapist_keys.iter().find_map(|own| {
        record.fields.iter().find_map(|(key, value)| match value {
            Value::Text(text)
                if key.as_ref() == own.as_slice() || last_part(key) == own.as_slice() =>
            {
                id(text).filter(|id| id.len() == text.len()).or_else(|| of_gid(text))
            }
            Value::Text(_) | Value::Null | Value::Array(_) => None,
        })
    })
}

/// `gid://app/Therapist/48213`.
fn of_gid(text: &[u8]) -> Option<&[u8]> {
    let path = text.strip_prefix(b"gid://")?;
    id(&path[memchr::memrchr(b'/', path)? + 1..])
}

/// The first argument of the worker's own job is the therapist.
fn in_arguments<'s>(scene: &Scene<'s>) -> Option<&'s [u8]> {
    let is_worker = scene.is_workers();
    if !is_worker {
        return None;
    }
    let text = scene.text;
    if let Some(at) = text::places(text, "arguments: ").next() {
        return first_argument(&text[at + 11..]);
    }
    if let Some(value) = ["args", "arguments"].iter().find_map(|key| text::after_key(text, key)) {
        return first_argument(value.strip_prefix(b"[")?);
    }
    match scene.field(&["args", "arguments", "job_args"])? {
        Value::Array(text) => first_argument(text.strip_prefix(b"[")?),
        Value::Text(text) => first_argument(text),
        Value::Null => None,
    }
}

/// Reads an argument: an id, quoted or not, or a record's global id.
pub(super) fn first_argument(text: &[u8]) -> Option<&[u8]> {
    let plain = text::undecorated(text.trim_ascii_start());
    if let Some(id) = id(plain) {
        return Some(id);
    }
    let is_record =
        plain.starts_with(b"gid://") || text.starts_with(b"#<GlobalID") || text.starts_with(b"{");
    let at = memchr::memmem::find(&text[..text.len().min(200)], b"gid://")?;
    let path = &text[at + 6..];
    let end = path.iter().position(|byte| b"\"'>,)] \\".contains(byte)).unwrap_or(path.len());
    is_record.then(|| of_gid(&text[at..at + 6 + end])).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::statement::read;
    use crate::ingest::statement::tests::record;
    use crate::ingest::statement::tests::words;

    #[test]
    fn the_therapist_is_named_in_many_ways() {
        for (message, id) in [
            ("therapist_id=48213 x", "48213"),
            ("therapist_id: 48213", "48213"),
            ("{\"therapist_id\":48213}", "48213"),
            ("therapist 48213: done", "48213"),
            ("Therapist#48213", "48213"),
            ("for therapist: 48213", "48213"),
            ("#<Therapist id: 48213, name: \"x\">", "48213"),
            ("gid://portal/Therapist/48213", "48213"),
            ("{:therapist_id=>48213}", "48213"),
            (
                "therapist_id=9d2f1f5e-2c44-4d7b-8a3c-7a3de1b0c902",
                "9d2f1f5e-2c44-4d7b-8a3c-7a3de1b0c902",
            ),
            (
                "Performing ExtendedSignUpWorker (Job ID: 1) from Sidekiq(default) with arguments: 48213",
                "48213",
            ),
            (
                "Performing ExtendedSignUpWorker (Job ID: 1) with arguments: #<GlobalID:0x7f @uri=#<URI::GID gid://app/Therapist/48213>>",
                "48213",
            ),
            ("ExtendedSignUpWorker args:[48213]", "48213"),
            ("therapist_id=48219 seen, therapist_id=48213 credentialing_hubspot_id=1", "48213"),
            ("therapist_id=48213 credentialing_hubspot_id=1 copied from therapist 48219", "48213"),
            ("Therapist Update (1.2ms)", ""),
            ("GET /therapists/48213/sign_up", ""),
            ("OtherWorker with arguments: 48213", ""),
        ] {
            let therapist = read(&record(message), &words()).therapist;
            assert_eq!(therapist.as_ref().map_or("", TherapistId::as_str), id, "{message}");
        }
    }
}
