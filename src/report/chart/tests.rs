//! What all charts promise.

use super::*;
use crate::report::sample;

#[test]
fn look() {
    let (line, analysis) = (sample::july_timeline(), sample::july_4());
    let chart = timeline(&line, &analysis.findings, &analysis.sources);
    std::fs::write("/tmp/c.svg", chart.svg(Theme::Light, Size::default())).expect("written");
    std::fs::write("/tmp/c.png", chart.png(Theme::Light, Size::default()).expect("png"))
        .expect("written");
}
