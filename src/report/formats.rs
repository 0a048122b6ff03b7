//! What can be read, and why a file was taken for what it was, for eyes.

use crate::report::escape::printable;
use crate::report::line::Line;
use crate::report::line::Page;
use crate::report::number::percent;
use crate::report::style::Role;
use crate::report::style::Screen;

/// One format as a list shows it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its name.
    pub name: &'a str,
    /// One line of it.
    pub example: &'a str,
    /// What it can prove.
    pub proves: Option<&'a str>,
}

/// Lists all formats with an example each.
pub fn list(wrappers: &[Entry<'_>], loggers: &[Entry<'_>], screen: &Screen) -> String {
    let mut page = Page::new(screen);
    page.line(Line::of(Role::Strong, "packed").plain("   gzip, zstd, bzip2, xz, UTF-16"));
    page.line(
        Line::of(Role::Strong, "records").plain("  lines, CSV, JSON documents, octet counts, psql"),
    );
    for (title, entries) in [("wrappers, peeled repeatedly", wrappers), ("loggers", loggers)] {
        page.blank();
        page.line(Line::of(Role::Strong, title));
        for entry in entries {
            page.line(Line::new().plain("  ").add(Role::Strong, entry.name));
            page.line(Line::new().plain("    ").add(Role::Dim, entry.example));
            if let Some(proves) = entry.proves {
                page.prose(Line::new().plain("    "), Role::Plain, &format!("proves {proves}"));
            }
        }
    }
    page.render()
}

/// A record as it stands, and its parts by name and value.
pub type Shown<'a> = (&'a [u8], &'a [(&'static str, Vec<u8>)]);

/// One source as it was taken.
#[derive(Debug)]
pub struct Taken<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its layers.
    pub layers: &'a [&'static str],
    /// Share of its first records that read so.
    pub confidence: f64,
    /// All that its first records were read as.
    pub votes: &'a [(Vec<&'static str>, u32)],
    /// Its first records and their parts.
    pub records: Vec<Shown<'a>>,
}

/// Explains what sources were taken for.
pub fn explained(sources: &[Taken<'_>], screen: &Screen) -> String {
    let mut page = Page::new(screen);
    for taken in sources {
        page.blank();
        let layers = match taken.layers {
            [] => "unknown".to_owned(),
            layers => format!("{}  {}", layers.join(" › "), percent(taken.confidence)),
        };
        page.line(Line::of(Role::Strong, taken.name).plain("  ").plain(&layers));
        for (layers, count) in taken.votes {
            let text = format!("{count:>5} records read as {}", layers.join(" › "));
            page.line(Line::new().plain("  ").plain(&text));
        }
        for (text, parts) in &taken.records {
            page.blank();
            page.line(Line::new().plain("  ").add(Role::Dim, &printable(text)));
            if parts.is_empty() {
                page.line(Line::new().plain("    ").add(Role::Doubt, "no logger's head"));
            }
            for (name, value) in *parts {
                let value = printable(value);
                page.line(
                    Line::new()
                        .plain("    ")
                        .add(Role::Strong, &format!("{name:<8} "))
                        .plain(&value),
                );
            }
        }
    }
    page.render()
}
