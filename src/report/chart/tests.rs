//! What all charts promise, whatever they are of.

use std::time::Instant;

use super::*;
use crate::model::Event;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::ObjectId;
use crate::model::Profile;
use crate::model::RunId;
use crate::model::Stamp;
use crate::process::Mitigations;
use crate::process::atlas;
use crate::report::sample;
use crate::rules;

fn july() -> Chart {
    let (line, analysis) = (sample::july_timeline(), sample::july_4());
    timeline(&line, &analysis.findings, &analysis.sources)
}

/// One chart of each kind, all from hostile text where text comes out of a log.
fn hostile() -> Vec<Chart> {
    let (analysis, figures) = (sample::hostile(sample::HOSTILE), sample::july_figures());
    let text = String::from_utf8_lossy(sample::HOSTILE).into_owned();
    let mut line = sample::july_timeline();
    line.therapist = analysis.findings[0].therapist.clone();
    let object = ObjectId::new(format!("{text}&\u{fffe}\0"));
    line.events[2].kind =
        EventKind::Assigned { field: Field::Hubspot, object: Some(object), previous: None };
    let mut line = crate::timeline::build(line.therapist, line.events, None, &Profile::default());
    line.runs[0].id = RunId::new(&text);
    vec![
        timeline(&line, &analysis.findings, &analysis.sources),
        overview(&analysis, &figures),
        gaps(&figures.gaps),
        states(&atlas(1, Mitigations::NONE)),
    ]
}

#[test]
fn july_4_as_it_is_drawn() {
    insta::assert_debug_snapshot!(july());
}

#[test]
fn hostile_text_stays_text() {
    for chart in hostile() {
        for theme in Theme::ALL {
            let svg = chart.svg(theme, Size::default());
            let read = roxmltree::Document::parse(&svg).expect("well-formed XML");
            let drawn = ["svg", "title", "rect", "polygon", "polyline", "line", "circle", "text"];
            for node in read.descendants().filter(roxmltree::Node::is_element) {
                assert!(drawn.contains(&node.tag_name().name()), "{node:?}");
            }
            let told: String = read.descendants().filter_map(|node| node.text()).collect();
            assert!(!told.chars().any(|c| c.is_control() && c != '\n'), "{}", chart.title());
            assert!(!told.contains(['\u{202e}', '\u{2066}']));
        }
    }
    let told = hostile()[0].svg(Theme::Light, Size::default());
    assert!(told.contains("&lt;script&gt;") && told.contains("\\u{202e}"), "{told}");
}

#[test]
fn a_png_has_the_size_that_was_asked_for() {
    let sizes = [(1_200, None), (600, Some(400)), (2_000, Some(2_000)), (300, Some(900))];
    for chart in hostile() {
        for (width, height) in sizes {
            let size = Size::new(width, height).expect("a size");
            let file = chart.png(Theme::Dark, size).expect("a file");
            let decoder = png::Decoder::new(std::io::Cursor::new(file));
            let mut reader = decoder.read_info().expect("a head");
            let mut rows = vec![0; reader.output_buffer_size().expect("a small picture")];
            let info = reader.next_frame(&mut rows).expect("pixels");
            assert_eq!(info.width, width);
            assert!(height.is_none_or(|height| info.height.abs_diff(height) <= 1), "{info:?}");
            let ground = Theme::Dark.colour(Ink::Paper);
            assert_eq!((rows[0], rows[1], rows[2]), ground, "paper to the corner");
            let last = rows.len() - 3;
            assert_eq!((rows[last], rows[last + 1], rows[last + 2]), ground);
        }
    }
}

#[test]
fn no_two_texts_of_july_4_overlap() {
    for width in [300, 900, 1_200, 2_400] {
        let size = Size::new(width, None).expect("a size");
        let (picture, _) = july().picture(size);
        let texts: Vec<(f64, f64, f64, &str)> = picture
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                picture::Shape::Text { at, side, look, text } => {
                    let wide = look.width(text);
                    let left = match side {
                        picture::Side::Left => at.0,
                        picture::Side::Middle => at.0 - wide / 2.0,
                        picture::Side::Right => at.0 - wide,
                    };
                    Some((left, left + wide, at.1, text.as_str()))
                }
                _ => None,
            })
            .collect();
        for (at, (left, right, y, text)) in texts.iter().enumerate() {
            assert!(*left >= 0.0 && *right <= picture.width, "{text} leaves the sheet");
            for (other_left, other_right, other_y, other) in &texts[at + 1..] {
                let apart =
                    right <= other_left || other_right <= left || (y - other_y).abs() >= 9.0;
                assert!(apart, "{text} and {other} overlap at a width of {width}");
            }
        }
    }
}

#[test]
fn the_same_chart_gives_the_same_bytes() {
    for chart in hostile() {
        let size = Size::new(900, Some(700)).expect("a size");
        assert_eq!(chart.svg(Theme::Print, size), chart.clone().svg(Theme::Print, size));
        let [one, other] = [(), ()].map(|()| chart.png(Theme::Light, size).expect("a file"));
        assert!(one == other, "{}", chart.title());
    }
}

#[test]
fn what_is_left_out_is_told() {
    let mut analysis = sample::july_4();
    let finding = analysis.findings[0].clone();
    analysis.findings = vec![finding; 40];
    let chart = timeline(&sample::july_timeline(), &analysis.findings, &analysis.sources);
    assert!(chart.svg(Theme::Light, Size::default()).contains("28 more findings not drawn"));
}

#[test]
fn an_empty_log_makes_a_chart_too() {
    let (analysis, figures) = (Analysis::default(), Figures::default());
    let mut line = sample::july_timeline();
    for event in &mut line.events {
        event.stamp = None;
    }
    let line = crate::timeline::build(line.therapist, line.events, None, &Profile::default());
    for chart in [overview(&analysis, &figures), gaps(&figures.gaps), timeline(&line, &[], &[])] {
        assert!(chart.svg(Theme::Light, Size::default()).len() > 300, "{}", chart.title());
    }
}

/// A therapist with five hundred events in a hundred runs.
fn busy() -> crate::timeline::Timeline {
    let objects: Vec<ObjectId> =
        (0..6).map(|n| ObjectId::new((30_278_823_850_u64 + n).to_string())).collect();
    let mut at = sample::at("01:31:40.000").printed();
    let steps = [400, 3_000, 40_000, 600_000, 7_200_000, 900_000_i64];
    let sample = sample::july_timeline().events.remove(0);
    let events = (0..500_usize).map(|number| {
        at += 1_000_000 * if number % 5 == 0 { steps[number / 5 % 6] } else { 137 };
        let first = sample.stamp.expect("a time");
        let stamp = Stamp::truncated(at, 3, first.zone(), first.clock());
        let field = if number % 2 == 0 { Field::Hubspot } else { Field::ActiveAttested };
        let object = Some(objects[number * 7 % 6].clone());
        let kind = EventKind::Assigned { field, object, previous: None };
        let origin = sample::origin(number + 1, b"a line");
        Event { stamp: Some(stamp), kind, origin, ..sample.clone() }
    });
    crate::timeline::build(sample::therapist(), events.collect(), None, &Profile::default())
}

#[test]
fn five_hundred_events_are_drawn_in_no_time() {
    let line = busy();
    let profile = Profile::default();
    let bench = rules::Bench { profile: &profile, end: None, ends: &[None] };
    let findings = rules::judge(&line, &bench);
    let sources = [sample::source("worker.log", sample::sheet(500, 0, 0))];
    let began = Instant::now();
    let svg = timeline(&line, &findings, &sources).svg(Theme::Light, Size::default());
    let took = began.elapsed();
    assert!(svg.len() > 50_000);
    // A tenth of this with optimisation is the promise; machines of tests are slow and busy.
    assert!(took.as_millis() < 1_000, "{took:?}");
    let mut quiet = std::io::stderr();
    std::io::Write::write_fmt(&mut quiet, format_args!("500 events as SVG: {took:?}\n"))
        .expect("told");
}
