//! Kubernetes: the CRI file on the node, and what `kubectl logs` makes of it.
//!
//! Source: containerd `pkg/cri/io/logger.go`, k8s `pkg/kubelet/kuberuntime/logs/logs.go`;
//! formats.md §6. Real lines:
//!
//! ```text
//! 2025-07-04T01:31:38.413184131Z stdout F pid=4 tid=2tc INFO: start
//! [pod/worker-7d9c5b6f4d-k2xlp/sidekiq] 2025-07-04T01:31:38.413184131Z pid=4 tid=2tc INFO: start
//! ```
//!
//! ```text
//! cri     = TIME SP ( "stdout" | "stderr" ) SP ( "P" | "F" ) *( ":" flag ) [ SP message ]
//! kubectl = "[pod/" pod "/" container "]" SP [ TIME SP ] message
//! ```
//!
//! `P` marks a part of a line, to be joined by the reader.

use std::borrow::Cow;

use nom::IResult;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::bytes::complete::take_till1;
use nom::character::complete::one_of;
use nom::combinator::opt;
use nom::sequence::delimited;
use nom::sequence::terminated;

use crate::ingest::time::RawStamp;
use crate::ingest::time::date_time;
use crate::ingest::transport::Part;
use crate::ingest::transport::Peeled;
use crate::ingest::transport::Transport;

#[derive(Debug)]
pub(super) struct Cri;

impl Transport for Cri {
    fn name(&self) -> &'static str {
        "kubernetes-cri"
    }

    fn example(&self) -> &'static str {
        "2025-07-04T01:31:38.413184131Z stdout F pid=4 tid=2tc INFO: start"
    }

    fn needles(&self) -> &'static [&'static str] {
        &["stdout P ", "stderr P ", "stdout P:", "stderr P:"]
    }

    fn peel<'a>(&self, line: &'a [u8]) -> Option<Peeled<'a>> {
        let (rest, (stamp, stream, part)) = cri(line).ok()?;
        let message = memchr::memchr(b' ', rest).map_or(&rest[rest.len()..], |at| &rest[at + 1..]);
        let is_flags = rest.is_empty() || rest.starts_with(b" ") || rest.starts_with(b":");
        is_flags.then_some(Peeled {
            part,
            stream: Some(Cow::Borrowed(stream)),
            ..Peeled::text(message).at(Some(stamp))
        })
    }
}

#[derive(Debug)]
pub(super) struct KubectlPrefix;

impl Transport for KubectlPrefix {
    fn name(&self) -> &'static str {
        "kubectl-prefix"
    }

    fn example(&self) -> &'static str {
        "[pod/worker-7d9c/sidekiq] 2025-07-04T01:31:38.413184131Z pid=4 tid=2tc INFO: start"
    }

    fn peel<'a>(&self, line: &'a [u8]) -> Option<Peeled<'a>> {
        let (message, (pod, stamp)) = kubectl(line).ok()?;
        Some(Peeled::text(message).at(stamp).on(Some(Cow::Borrowed(pod))))
    }
}

fn cri(line: &[u8]) -> IResult<&[u8], (RawStamp, &[u8], Part)> {
    let stream = delimited(tag(" "), alt((tag("stdout"), tag("stderr"))), tag(" "));
    let part = one_of("PF").map(|flag| if flag == 'P' { Part::Torn } else { Part::Whole });
    (date_time, stream, part).parse(line)
}

fn kubectl(line: &[u8]) -> IResult<&[u8], (&[u8], Option<RawStamp>)> {
    let pod = take_till1(|byte| byte == b'/' || byte == b']');
    let container = take_till1(|byte| byte == b']');
    let prefix = delimited(tag("[pod/"), terminated(pod, (tag("/"), container)), tag("] "));
    (prefix, opt(terminated(date_time, tag(" ")))).parse(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Content;

    #[test]
    fn a_cri_line_gives_its_message() {
        for (line, inner, part) in [
            ("2025-07-04T01:31:38.4Z stdout F start", "start", Part::Whole),
            ("2025-07-04T03:31:38.4+02:00 stderr P:x a b", "a b", Part::Torn),
            ("2025-07-04T01:31:38.4Z stdout F", "", Part::Whole),
        ] {
            let peeled = Cri.peel(line.as_bytes()).expect(line);
            assert_eq!((peeled.inner, peeled.part), (Content::line(inner.as_bytes()), part));
        }
        for line in
            ["2025-07-04T01:31:38.4Z stdout Fine", "2025-07-04T01:31:38.4Z F x", "stdout F x"]
        {
            assert_eq!(Cri.peel(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn a_prefix_names_the_pod() {
        let line = b"[pod/worker-1/sidekiq] 2025-07-04T01:31:38.413184131Z start";
        let peeled = KubectlPrefix.peel(line).expect("a prefixed line");
        assert_eq!(peeled.host.as_deref(), Some(&b"worker-1"[..]));
        assert_eq!((peeled.inner, peeled.stamp.is_some()), (Content::line(b"start"), true));
        assert!(
            KubectlPrefix.peel(b"[pod/w/s] start").is_some_and(|peeled| peeled.stamp.is_none())
        );
        assert_eq!(KubectlPrefix.peel(b"[ActiveJob] start"), None);
    }
}
