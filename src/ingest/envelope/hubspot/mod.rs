//! HubSpot: what its webhooks, its API's answers and the log of calls to it say.
//!
//! All give records whose fields are those that `statement/hubspot.rs` documents. A contact is
//! not the therapist but stands for one; whose it is, the identity room finds out (formats.md §5).

mod association;
mod call;
mod object;
mod webhook;

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::Value;
use crate::model::Clock;
use crate::model::Witness;

pub(super) use association::Association;
pub(super) use call::Call;
pub(super) use object::Object;
pub(super) use webhook::Webhook;

/// HubSpot's number for contacts; objects of a portal's own have types like `2-41563912`.
const CONTACT: &[u8] = b"0-1";

/// A record by HubSpot's own clock.
fn record<'a>() -> Record<'a> {
    Record { clock: Some(Clock::Payload), witness: Witness::Hubspot, ..Record::default() }
}

/// A field of a record, by one of the names the statements know.
fn field<'a>(name: &'static str, text: Cow<'a, [u8]>) -> (Cow<'a, [u8]>, Value<'a>) {
    (Cow::Borrowed(name.as_bytes()), Value::Text(text))
}

/// A text that may be missing.
type Text<'a> = Option<Cow<'a, [u8]>>;

/// Tells contact and credentialing object of an association apart: it may be told from either
/// side. A side is a type and an id.
fn sides<'a>(from: (Text<'a>, Text<'a>), to: (Text<'a>, Text<'a>)) -> (Text<'a>, Text<'a>) {
    let is_contact = |kind: &Text<'_>| {
        let names = [CONTACT, b"contact", b"contacts"];
        kind.as_deref().is_some_and(|kind| names.iter().any(|name| kind.eq_ignore_ascii_case(name)))
    };
    if is_contact(&to.0) && !is_contact(&from.0) { (to.1, from.1) } else { (from.1, to.1) }
}
