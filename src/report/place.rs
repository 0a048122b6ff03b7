//! The place of a line: `worker.log:88213`.

use crate::model::Origin;
use crate::model::SourceReport;

/// The name of an origin's source; a source that is not listed is named by its number.
pub(crate) fn source(origin: &Origin, sources: &[SourceReport]) -> String {
    let number = origin.source.0;
    let known = usize::try_from(number).ok().and_then(|at| sources.get(at));
    known.map_or_else(|| format!("source {number}"), |source| source.name.clone())
}

/// `file:line`, as editors and compilers write it.
pub(crate) fn place(origin: &Origin, sources: &[SourceReport]) -> String {
    format!("{}:{}", source(origin, sources), origin.line)
}
