//! The end states of the worker, told: text, Markdown, JSON, and diagrams.
//!
//! Takes an [`Atlas`](crate::process::Atlas). Nothing here comes out of a log.

mod diagram;
mod json;
mod markdown;
mod remarks;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use diagram::graphviz;
pub use diagram::mermaid;
pub use json::json;
pub use markdown::markdown;
pub use text::text;
