//! Transports: what a collector wraps around a line. One file per wrapper.
//!
//! Takes one line, gives what is inside and what the wrapper says of it. A wrapper may hold
//! another one, so peel until nothing matches. Knows nothing of what is inside. A new wrapper is
//! one file here and one line in [`TRANSPORTS`].

mod docker;
mod kubernetes;

use std::borrow::Cow;

use crate::ingest::time::RawStamp;

/// What is left when one wrapper is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peeled<'a> {
    /// When the collector read the line (clock T, formats.md §0).
    pub stamp: Option<RawStamp>,
    /// Host, pod or dyno, where the wrapper says it.
    pub host: Option<Cow<'a, [u8]>>,
    /// What was wrapped, without its line end. Colours are still in.
    pub inner: Cow<'a, [u8]>,
}

/// One wrapper.
pub trait Transport: Sync {
    /// The name shown to people: `docker`.
    fn name(&self) -> &'static str;

    /// Takes the wrapper off, if this is it. Asked again on what is inside, so it must never give
    /// back a line that is not shorter.
    fn peel<'a>(&self, line: &'a [u8]) -> Option<Peeled<'a>>;
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
                for transport in TRANSPORTS {
                    let is_ours = transport.name() == *owner;
                    let peeled = transport.peel(line);
                    assert_eq!(peeled.is_some(), is_ours, "{} on {text}", transport.name());
                    assert!(peeled.is_none_or(|peeled| peeled.stamp.is_some()), "{text}");
                }
                let is_claimed =
                    ENVELOPES.iter().any(|e| !e.is_fallback() && e.read(line).is_some());
                assert!(!is_claimed, "an envelope claims {text}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_inside_is_shorter(bytes: Vec<u8>) {
            for transport in TRANSPORTS {
                let inner = transport.peel(&bytes).map(|peeled| peeled.inner.len());
                proptest::prop_assert!(inner.is_none_or(|inner| inner < bytes.len()));
            }
        }
    }
}
