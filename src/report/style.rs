//! Colour by meaning: what a piece of text is, not how it looks.
//!
//! Takes text with a role, gives it with escape codes or without. Colour never carries meaning
//! alone: the words say the same.

use std::fmt::Write as _;

use anstyle::AnsiColor;
use anstyle::Effects;
use anstyle::Style;

/// Whether to colour. Whoever knows the terminal decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Escape codes are written.
    Always,
    /// Plain text.
    Never,
}

/// What a text renderer needs to know of where its text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Columns; no line is wider.
    pub width: usize,
    /// Whether to colour.
    pub colour: Colour,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Nothing special.
    Plain,
    /// Something is wrong.
    Wrong,
    /// Something is over, or fine.
    Healed,
    /// It cannot be told.
    Doubt,
    /// Needed, but not first.
    Dim,
    /// To be read first.
    Strong,
    /// A time.
    Time,
}

impl Role {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Wrong => AnsiColor::Red.on_default() | Effects::BOLD,
            Self::Healed => AnsiColor::Green.on_default(),
            Self::Doubt => AnsiColor::Yellow.on_default(),
            Self::Dim => Style::new() | Effects::DIMMED,
            Self::Strong => Style::new() | Effects::BOLD,
            Self::Time => AnsiColor::Cyan.on_default(),
        }
    }
}

impl Colour {
    /// Adds text in its role.
    pub(crate) fn paint(self, out: &mut String, role: Role, text: &str) {
        if self == Self::Never || role == Role::Plain || text.trim().is_empty() {
            out.push_str(text);
            return;
        }
        let style = role.style();
        // Writing to a String cannot fail.
        let _ = write!(out, "{style}{text}{style:#}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_only_added_when_asked_for() {
        let mut plain = String::new();
        Colour::Never.paint(&mut plain, Role::Wrong, "x");
        assert_eq!(plain, "x");
        let mut red = String::new();
        Colour::Always.paint(&mut red, Role::Wrong, "x");
        assert_eq!(red, "\x1b[1m\x1b[31mx\x1b[0m");
    }
}
