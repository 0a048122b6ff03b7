//! Rows that tie in ORDER BY come in the order of all other columns, not as threads find them.

use std::sync::Arc;

use polars::prelude::DslPlan;
use polars::prelude::LazyFrame;
use polars::prelude::col;

/// The same question with ties told apart, where its outermost step is a sort.
pub(super) fn broken(question: &LazyFrame) -> Option<LazyFrame> {
    let mut question = question.clone();
    break_ties(&mut question.logical_plan)?;
    Some(question)
}

fn break_ties(plan: &mut DslPlan) -> Option<()> {
    match plan {
        DslPlan::Slice { input, .. } | DslPlan::Select { input, .. } => {
            break_ties(Arc::make_mut(input))
        }
        DslPlan::Sort { input, by_column, sort_options, .. } => {
            let columns = LazyFrame::from((**input).clone()).collect_schema().ok()?;
            let typed = by_column.len();
            by_column.extend(columns.iter_names().map(|name| col(name.clone())));
            for flags in [&mut sort_options.descending, &mut sort_options.nulls_last] {
                // One flag is meant for all typed columns.
                let first = flags.first().copied().unwrap_or(false);
                flags.resize(typed.max(flags.len()), first);
                flags.resize(by_column.len(), false);
            }
            sort_options.maintain_order = true;
            Some(())
        }
        _ => None,
    }
}
