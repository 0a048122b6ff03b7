//! Why a source was taken for what it was taken for: its layers, what else was considered, and
//! how its first records are read.

use std::io;

use crate::ingest::Content;
use crate::ingest::Record;
use crate::ingest::detect::ASKED;
use crate::ingest::detect::BYTE_ORDER_MARK;
use crate::ingest::detect::detect;
use crate::ingest::detect::lines;
use crate::ingest::detect::peel;
use crate::ingest::detect::poll;
use crate::ingest::detect::read_head;
use crate::ingest::documents;
use crate::ingest::envelope::ENVELOPES;
use crate::ingest::frame::Shape;
use crate::ingest::source::Feed;
use crate::ingest::source::Input;
use crate::ingest::transport::TRANSPORTS;

/// Records shown.
const SHOWN: usize = 3;

/// What one source is taken for, and why.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The source.
    pub name: String,
    /// Its layers, from the outside in.
    pub layers: Vec<&'static str>,
    /// Share of the head's records that read so.
    pub confidence: f64,
    /// All that records of the head were read as, with their counts, the most first.
    pub votes: Vec<(Vec<&'static str>, u32)>,
    /// The first of them.
    pub records: Vec<Sample>,
}

/// One of the first records.
#[derive(Clone, Debug)]
pub struct Sample {
    /// As it stands there.
    pub text: Vec<u8>,
    /// What is inside its wrappers, by name and value; empty if nobody reads it.
    pub parts: Vec<(&'static str, Vec<u8>)>,
}

/// Explains one input; reads only its head.
pub fn explain(input: &Input) -> io::Result<Explanation> {
    let feed = Feed::open(input, 1 << 16)?;
    let head = feed.head().strip_prefix(BYTE_ORDER_MARK).unwrap_or(feed.head());
    let format = detect(head);
    let records: Vec<Content<'_>> = if format.shape == Shape::Lines {
        lines(head).take(ASKED).map(Content::line).collect()
    } else {
        documents::sample(head, &format.shape, ASKED)
    };
    let names = |transports: &[usize], envelope: Option<usize>| {
        let wrappers = transports.iter().map(|at| TRANSPORTS[*at].name());
        wrappers.chain(envelope.map(|at| ENVELOPES[at].name())).collect::<Vec<_>>()
    };
    let polled = poll(records.iter().cloned()).layers;
    let mut votes: Vec<_> = polled.into_iter().map(|(t, e, count)| (names(&t, e), count)).collect();
    votes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let sample = |record: &Content<'_>| {
        let peeled = peel(record.clone(), &format);
        let read = read_head(&peeled.inner, &format).map(|(_, records)| records);
        let parts = read.and_then(|records| records.first().map(parts)).unwrap_or_default();
        Sample { text: shown(record), parts }
    };
    Ok(Explanation {
        name: input.name(),
        layers: feed.shell().chain(format.names()).collect(),
        confidence: format.confidence,
        votes,
        records: records.iter().take(SHOWN).map(sample).collect(),
    })
}

fn parts(record: &Record<'_>) -> Vec<(&'static str, Vec<u8>)> {
    let own = |name, text: Option<&[u8]>| text.map(|text| (name, text.to_vec()));
    let pid = record.pid.map(|pid| pid.to_string().into_bytes());
    let fields: Vec<&[u8]> = record.fields.iter().map(|(key, _)| &key[..]).collect();
    [
        own("class", record.class.as_deref()),
        own("job", record.job.as_deref()),
        own("pid", pid.as_deref()),
        own("thread", record.tid.as_deref()),
        own("message", Some(&record.message)),
        own("fields", Some(&fields.join(&b", "[..]))),
    ]
    .into_iter()
    .flatten()
    .filter(|(_, text)| !text.is_empty())
    .collect()
}

/// A record as it stands; a row as its pairs.
fn shown(record: &Content<'_>) -> Vec<u8> {
    match record {
        Content::Text(text) => text.to_vec(),
        Content::Row(row) => {
            let pair = |(key, value): &crate::ingest::json::Pair<'_>| {
                let value: &[u8] = match value {
                    crate::ingest::Value::Null => b"null",
                    crate::ingest::Value::Text(text) | crate::ingest::Value::Array(text) => text,
                };
                [&key[..], b"=", value].concat()
            };
            row.pairs.iter().map(pair).collect::<Vec<_>>().join(&b" "[..])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_explained_by_its_layers() {
        let path = format!("{}/samples/formats/docker_json_file.log", env!("CARGO_MANIFEST_DIR"));
        let told = explain(&Input::File(path.into())).expect("a sample");
        assert_eq!(told.layers, ["docker", "sidekiq-text"]);
        assert_eq!(told.votes[0].0, told.layers);
        assert_eq!(told.records.len(), SHOWN);
        assert!(told.records[1].parts.iter().any(|(name, _)| *name == "job"));
    }
}
