//! A page of styled lines: the one way text gets onto a screen.
//!
//! Takes text in roles, gives a `String` where no line is wider than the screen and no character
//! acts on the terminal. Both hold for every renderer because they hold here.

use crate::report::escape::visible;
use crate::report::fit;
use crate::report::style::Role;
use crate::report::style::Screen;

/// Prose is not wider than this, however wide the screen: long lines are hard to read back.
const PROSE: usize = 100;

/// Between two facts on one line.
pub(crate) const DOT: &str = " · ";

/// One line, in pieces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    pieces: Vec<(Role, String)>,
}

impl Line {
    /// An empty line.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A line of one piece.
    pub(crate) fn of(role: Role, text: &str) -> Self {
        Self::new().add(role, text)
    }

    /// Adds text; whatever it holds, it is harmless afterwards.
    pub(crate) fn add(mut self, role: Role, text: &str) -> Self {
        self.pieces.push((role, visible(text)));
        self
    }

    /// Adds text without a role.
    pub(crate) fn plain(self, text: &str) -> Self {
        self.add(Role::Plain, text)
    }

    /// Adds blanks up to a column.
    pub(crate) fn pad(mut self, column: usize) -> Self {
        let missing = column.saturating_sub(self.width());
        self.pieces.push((Role::Plain, " ".repeat(missing)));
        self
    }

    /// Adds all pieces of another line.
    pub(crate) fn join(mut self, other: Self) -> Self {
        self.pieces.extend(other.pieces);
        self
    }

    /// Columns taken so far.
    pub(crate) fn width(&self) -> usize {
        self.pieces.iter().map(|(_, text)| fit::width(text)).sum()
    }

    fn render(&self, out: &mut String, screen: &Screen) {
        let mut pieces: Vec<(Role, &str)> =
            self.pieces.iter().map(|(role, text)| (*role, text.as_str())).collect();
        while let Some((_, text)) = pieces.last_mut() {
            *text = text.trim_end_matches(' ');
            if !text.is_empty() {
                break;
            }
            pieces.pop();
        }
        let all: usize = pieces.iter().map(|(_, text)| fit::width(text)).sum();
        let mut room = screen.width;
        for (role, text) in pieces {
            if all <= screen.width || fit::width(text) < room {
                screen.colour.paint(out, role, text);
                room = room.saturating_sub(fit::width(text));
            } else {
                // The mark of the cut goes here even if this piece alone would just fit.
                screen.colour.paint(out, role, &fit::clip(&format!("{text}…"), room));
                return;
            }
        }
    }
}

/// Lines from top to bottom.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    screen: Screen,
    lines: Vec<Line>,
}

impl Page {
    /// An empty page for a screen.
    pub(crate) fn new(screen: &Screen) -> Self {
        Self { screen: *screen, lines: Vec::new() }
    }

    /// Columns of the screen.
    pub(crate) fn width(&self) -> usize {
        self.screen.width
    }

    /// Adds a line.
    pub(crate) fn line(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// Adds an empty line, but never two and never first.
    pub(crate) fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| !line.pieces.is_empty()) {
            self.lines.push(Line::new());
        }
    }

    /// Adds prose after `first`, wrapped; further lines begin where the first one's text does.
    pub(crate) fn prose(&mut self, first: Line, role: Role, text: &str) {
        let indent = first.width();
        let room = self.screen.width.saturating_sub(indent).clamp(2, PROSE);
        let mut start = first;
        for piece in fit::wrap(&visible(text), room) {
            self.lines.push(start.add(role, &piece));
            start = Line::new().pad(indent);
        }
    }

    /// Adds facts after `first` on as few lines as they fit; a fact is never broken unless it is
    /// wider than the screen.
    pub(crate) fn facts(&mut self, first: Line, between: &str, facts: Vec<Line>) {
        let indent = first.width();
        let mut line = first;
        for (at, fact) in facts.into_iter().enumerate() {
            let is_fresh = at == 0 || line.width() <= indent;
            if is_fresh {
                line = line.join(fact);
            } else if line.width() + fit::width(between) + fact.width() <= self.screen.width {
                line = line.add(Role::Dim, between).join(fact);
            } else {
                self.lines.push(line);
                line = Line::new().pad(indent).join(fact);
            }
        }
        self.lines.push(line);
    }

    /// The page as text.
    pub(crate) fn render(&self) -> String {
        let mut out = String::new();
        for line in &self.lines {
            line.render(&mut out, &self.screen);
            out.push('\n');
        }
        // A page ends with its last word.
        while out.ends_with("\n\n") {
            out.pop();
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::style::Colour;

    fn page(width: usize) -> Page {
        Page::new(&Screen { width, colour: Colour::Never })
    }

    #[test]
    fn a_line_too_long_is_clipped_with_a_mark() {
        let mut page = page(6);
        page.line(Line::new().plain("abc").plain("def"));
        page.line(Line::new().plain("abc").plain("defg"));
        page.line(Line::new().plain("abcdef").plain("g"));
        page.line(Line::new().plain("abc").plain("def  "));
        insta::assert_snapshot!(page.render(), @r"
        abcdef
        abcde…
        abcde…
        abcdef
        ");
    }

    #[test]
    fn facts_break_between_facts() {
        let mut page = page(14);
        let facts = ["one two", "three", "four"].map(|text| Line::new().plain(text));
        page.facts(Line::new().plain("- "), DOT, facts.to_vec());
        insta::assert_snapshot!(page.render(), @r"
        - one two
          three · four
        ");
    }
}
