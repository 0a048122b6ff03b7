//! Transports: what a collector wraps around a line. One file per wrapper.
//!
//! Takes one line, gives what is inside and what the wrapper says of it. A wrapper may hold
//! another one, so peel until nothing matches. Knows nothing of what is inside. A new wrapper is
//! one file here and one line in [`TRANSPORTS`].

mod docker;
mod kubernetes;

use std::borrow::Cow;

use crate::ingest::Content;
use crate::ingest::Row;
use crate::ingest::time::RawStamp;

/// What is left when one wrapper is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peeled<'a> {
    /// When the collector read the line (clock T, formats.md §0).
    pub stamp: Option<RawStamp>,
    /// Host, pod or dyno, where the wrapper says it.
    pub host: Option<Cow<'a, [u8]>>,
    /// What was wrapped, without its line end. Colours are still in.
    pub inner: Content<'a>,
    /// Which of the host's streams it came from, as `stderr`: only parts of one are joined.
    pub stream: Option<Cow<'a, [u8]>>,
    /// How much of the record it is.
    pub part: Part,
}

impl<'a> Peeled<'a> {
    /// A whole line of text.
    pub fn text(inner: impl Into<Cow<'a, [u8]>>) -> Self {
        Self {
            stamp: None,
            host: None,
            stream: None,
            inner: Content::Text(inner.into()),
            part: Part::Whole,
        }
    }

    /// A whole row.
    pub fn row(row: Row<'a>) -> Self {
        Self { stamp: None, host: None, stream: None, inner: Content::Row(row), part: Part::Whole }
    }

    /// With the collector's time.
    pub fn at(self, stamp: Option<RawStamp>) -> Self {
        Self { stamp, ..self }
    }

    /// With the host.
    pub fn on(self, host: Option<Cow<'a, [u8]>>) -> Self {
        Self { host, ..self }
    }

    /// The same, free of the line.
    pub(super) fn into_owned(self) -> Peeled<'static> {
        Peeled {
            stamp: self.stamp,
            host: self.host.map(|host| Cow::Owned(host.into_owned())),
            stream: self.stream.map(|stream| Cow::Owned(stream.into_owned())),
            inner: self.inner.into_owned(),
            part: self.part,
        }
    }
}

/// How much of a record one line carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    #[default]
    Whole,
    /// A part; the next line of the same wrapper goes on.
    Torn,
    /// A preview that a later line replaces, or the wrapper's own chatter: not to be read.
    NotFinal,
}

/// One wrapper. It reads lines of text, or rows (JSON objects, CSV records), or both.
pub trait Transport: Sync {
    /// The name shown to people: `docker`.
    fn name(&self) -> &'static str;

    /// Words of lines whose watched words the wrapper may hide or cut: the sieve lets these lines
    /// through where a source has this wrapper.
    fn needles(&self) -> &'static [&'static str] {
        &[]
    }

    /// Takes the wrapper off a line of text, if this is it. Asked again on what is inside, so it
    /// must never give back a line that is not shorter.
    fn peel<'a>(&self, _line: &'a [u8]) -> Option<Peeled<'a>> {
        None
    }

    /// Whether this wrapper wrote the row.
    fn claims(&self, _row: &Row<'_>) -> bool {
        false
    }

    /// Takes the wrapper off a row it claims.
    fn unwrap<'a>(&self, row: Row<'a>) -> Peeled<'a> {
        Peeled::row(row)
    }
}

/// All transports in the order they are asked; no two claim the same line (a test holds that).
pub static TRANSPORTS: &[&dyn Transport] =
    &[&docker::Docker, &kubernetes::Cri, &kubernetes::KubectlPrefix];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::envelope::ENVELOPES;

    const OWNERS: &[(&str, &str)] = &[
        ("docker_json_file.log", "docker"),
        ("kubernetes_cri_sidekiq7_json.log", "kubernetes-cri"),
        ("kubectl_logs_prefix_timestamps.log", "kubectl-prefix"),
    ];

    #[test]
    fn each_sample_is_peeled_by_its_owner_alone() {
        for (file, owner) in OWNERS {
            let path = format!("{}/samples/formats/{file}", env!("CARGO_MANIFEST_DIR"));
            let bytes = std::fs::read(&path).expect("a sample in the repository");
            for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                let text = String::from_utf8_lossy(line);
                let row = Row::of_json(line);
                for transport in TRANSPORTS {
                    let is_ours = transport.name() == *owner;
                    let claimed = row.clone().filter(|row| transport.claims(row));
                    let peeled = claimed.map(|row| transport.unwrap(row));
                    let peeled = peeled.or_else(|| transport.peel(line));
                    assert_eq!(peeled.is_some(), is_ours, "{} on {text}", transport.name());
                    assert!(peeled.is_none_or(|peeled| peeled.stamp.is_some()), "{text}");
                }
                let is_claimed = ENVELOPES
                    .iter()
                    .filter(|e| !e.is_fallback())
                    .any(|e| e.read(line).is_some() || row.as_ref().is_some_and(|r| e.claims(r)));
                assert!(!is_claimed, "an envelope claims {text}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_inside_is_shorter(bytes: Vec<u8>) {
            for transport in TRANSPORTS {
                let Some(peeled) = transport.peel(&bytes) else { continue };
                if let Content::Text(inner) = peeled.inner {
                    proptest::prop_assert!(inner.len() < bytes.len());
                }
            }
        }
    }
}
