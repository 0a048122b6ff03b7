//! Reading what was given: logs, and files of events that `extract` wrote from logs.

use crate::ingest;
use crate::ingest::Options;
use crate::ingest::Reading;
use crate::ingest::source::Input;
use crate::model::Profile;
use crate::model::ProfileError;

/// Reads all inputs. A file of events stands for the logs it was made of, which come in the order
/// of their names, as if they themselves had been given.
pub(super) fn read(
    inputs: &[Input],
    profile: &Profile,
    options: &Options,
) -> Result<Reading, ProfileError> {
    #[cfg(feature = "tables")]
    {
        let inputs: Vec<Input> = inputs.iter().cloned().map(Input::begun).collect();
        let (tables, logs): (Vec<Input>, Vec<Input>) =
            inputs.into_iter().partition(with_tables::is_table);
        if !tables.is_empty() {
            let mut readings = vec![ingest::read(&logs, profile, options)?];
            readings.extend(tables.iter().map(with_tables::read));
            return Ok(with_tables::joined(readings));
        }
        ingest::read(&logs, profile, options)
    }
    #[cfg(not(feature = "tables"))]
    ingest::read(inputs, profile, options)
}

#[cfg(feature = "tables")]
mod with_tables {
    use std::path::Path;

    use crate::frame;
    use crate::ingest::Reading;
    use crate::ingest::source::Input;
    use crate::ingest::source::head;
    use crate::ingest::source::whole;
    use crate::model::Sheet;
    use crate::model::SourceId;
    use crate::model::SourceReport;

    /// Whether an input is a table of events, packed or not.
    pub(super) fn is_table(input: &Input) -> bool {
        head(input).is_ok_and(|head| frame::is_table(&head))
    }

    /// What a file of events says; why it cannot be read stands in its report.
    pub(super) fn read(input: &Input) -> Reading {
        let bytes = whole(input).map_err(|error| error.to_string());
        let read = bytes.and_then(|bytes| frame::read(&bytes).map_err(|error| error.to_string()));
        read.unwrap_or_else(|error| Reading {
            sources: vec![SourceReport {
                name: input.name(),
                format: Vec::new(),
                confidence: 0.0,
                sheet: Sheet::default(),
                unread: Vec::new(),
                span: None,
                error: Some(error),
            }],
            ..Reading::default()
        })
    }

    /// All readings as one, sources by name.
    pub(super) fn joined(readings: Vec<Reading>) -> Reading {
        let mut all = Reading::default();
        for mut reading in readings {
            let base = u32::try_from(all.sources.len()).unwrap_or(u32::MAX);
            let moved = |source: &mut SourceId| source.0 = source.0.saturating_add(base);
            reading.events.iter_mut().for_each(|event| moved(&mut event.origin.source));
            for line in reading.sources.iter_mut().flat_map(|source| &mut source.unread) {
                moved(&mut line.origin.source);
            }
            reading.mentions.iter_mut().for_each(|mention| moved(&mut mention.source));
            all.sources.append(&mut reading.sources);
            all.events.append(&mut reading.events);
            all.mentions.append(&mut reading.mentions);
        }
        by_name(all)
    }

    fn by_name(mut reading: Reading) -> Reading {
        let mut sources: Vec<_> = reading.sources.into_iter().enumerate().collect();
        sources.sort_by(|(_, one), (_, other)| Path::new(&one.name).cmp(Path::new(&other.name)));
        let mut places = vec![SourceId(0); sources.len()];
        for (new, (old, _)) in sources.iter().enumerate() {
            places[*old] = SourceId(u32::try_from(new).unwrap_or(u32::MAX));
        }
        let moved = |source: SourceId| {
            let known = usize::try_from(source.0).ok().and_then(|at| places.get(at));
            known.copied().unwrap_or(source)
        };
        for event in &mut reading.events {
            event.origin.source = moved(event.origin.source);
        }
        for mention in &mut reading.mentions {
            mention.source = moved(mention.source);
        }
        reading.sources = sources.into_iter().map(|(_, source)| source).collect();
        for line in reading.sources.iter_mut().flat_map(|source| &mut source.unread) {
            line.origin.source = moved(line.origin.source);
        }
        // Stable: what one line says stays in its order.
        reading.events.sort_by_key(|event| (event.origin.source, event.origin.offset));
        reading.mentions.sort_by_key(|mention| (mention.source, mention.offset));
        reading
    }
}
