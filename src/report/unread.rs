//! The unread lines: where each stands, why it could not be read, and its text.

use crate::model::Analysis;
use crate::report::escape::printable;
use crate::report::line::Line;
use crate::report::line::Page;
use crate::report::place::place;
use crate::report::style::Role;
use crate::report::style::Screen;

/// Lists all unread lines, in the order of their places.
pub fn unread(analysis: &Analysis, screen: &Screen) -> String {
    let mut page = Page::new(screen);
    let sources = &analysis.sources;
    for line in sources.iter().flat_map(|source| &source.unread) {
        let head = Line::of(Role::Strong, &place(&line.origin, sources)).plain("  ");
        page.prose(head, Role::Doubt, &line.reason);
        page.line(Line::new().plain("  ").add(Role::Dim, &printable(&line.origin.text)));
    }
    page.render()
}
