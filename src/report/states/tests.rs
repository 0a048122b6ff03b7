//! What people see of the end states.

use super::*;
use crate::process::Mitigations;
use crate::process::atlas;
use crate::report::style::Colour;
use crate::report::style::Screen;

#[test]
fn the_page_at_80_columns() {
    let screen = Screen { width: 80, colour: Colour::Never };
    insta::assert_snapshot!(text(&atlas(2, Mitigations::NONE), 2, &screen));
}

#[test]
fn no_line_is_wider_than_the_screen() {
    for width in [40, 60, 200] {
        let screen = Screen { width, colour: Colour::Never };
        let page = text(&atlas(2, Mitigations::NONE), 2, &screen);
        assert!(page.lines().all(|line| line.chars().count() <= width), "{width}");
    }
}

#[test]
fn one_run_as_markdown_and_as_diagrams() {
    let atlas = atlas(1, Mitigations::NONE);
    insta::assert_snapshot!(markdown(&atlas));
    insta::assert_snapshot!(mermaid(&atlas));
    insta::assert_snapshot!(graphviz(&atlas));
}
