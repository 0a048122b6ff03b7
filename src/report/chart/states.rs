//! `states`: the end states of the worker as a picture, one card each.
//!
//! A card shows each object as a box of two halves: above filled where it is "Active", below
//! hatched where it is "Active Attested". The states of one run come first, then those that only
//! more runs reach.

use crate::model::Label;
use crate::model::Risk;
use crate::model::Severity;
use crate::process::Atlas;
use crate::process::Ending;
use crate::process::Mitigations;
use crate::process::atlas;
use crate::report::chart::Chart;
use crate::report::chart::Kind;
use crate::report::chart::Material;
use crate::report::chart::Spec;
use crate::report::chart::frame::LABEL_STRONG;
use crate::report::chart::frame::MARGIN;
use crate::report::chart::frame::SMALL;
use crate::report::chart::frame::SMALL_STRONG;
use crate::report::chart::frame::TINY_STRONG;
use crate::report::chart::frame::foot;
use crate::report::chart::frame::head;
use crate::report::chart::frame::rule_off;
use crate::report::chart::picture::Frame;
use crate::report::chart::picture::Hatch;
use crate::report::chart::picture::Picture;
use crate::report::chart::picture::Side;
use crate::report::chart::picture::Type;
use crate::report::chart::theme::Ink;
use crate::report::chart::words::left_out;
use crate::report::number::count;
use crate::report::number::of;

/// Runs explored for the picture.
const RUNS: usize = 2;

/// Cards of one number of runs.
const MOST_CARDS: usize = 30;

/// Height of a card with the space below it.
const CARD: f64 = 78.0;

/// The entry of the registry.
pub(super) struct StatesKind;

impl Kind for StatesKind {
    fn name(&self) -> &'static str {
        "states"
    }

    fn chart(&self, _: &Material<'_>) -> Result<Chart, String> {
        Ok(self.of_the_model().unwrap_or_else(|| states(&atlas(1, Mitigations::NONE))))
    }

    fn of_the_model(&self) -> Option<Chart> {
        Some(states(&atlas(RUNS, Mitigations::NONE)))
    }
}

/// The end states of an atlas.
pub fn states(atlas: &Atlas) -> Chart {
    Chart::of(Spec::States(spec(atlas)))
}

/// All that is drawn of the end states.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StatesSpec {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) groups: Vec<(String, Vec<Card>)>,
    pub(crate) notices: Vec<String>,
}

/// One end state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    /// The document's number, or `–`.
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) risk: Risk,
    pub(crate) failures: usize,
    /// For each object whether it is Active, and whether it is Active Attested.
    pub(crate) objects: Vec<[bool; 2]>,
    /// Where `credentialing_active_attested_id` and `credentialing_hubspot_id` point.
    pub(crate) fields: [Option<usize>; 2],
}

fn spec(atlas: &Atlas) -> StatesSpec {
    let mut notices = Vec::new();
    let groups: Vec<(String, Vec<Card>)> = atlas
        .censuses
        .iter()
        .map(|census| {
            let endings = atlas.new_with(census.runs);
            notices.extend(left_out(endings.len(), MOST_CARDS, "end state"));
            let name = match census.runs {
                1 => format!("one run: {}", of(count(endings.len()), "end state")),
                runs => {
                    let more = of(count(endings.len()), "end state");
                    format!("{runs} runs: {more} that fewer do not reach")
                }
            };
            (name, endings.into_iter().take(MOST_CARDS).map(card).collect())
        })
        .collect();
    let all = || atlas.censuses.last().into_iter().flat_map(|census| &census.endings);
    let wrong = all().filter(|ending| !ending.wrongs.is_empty()).count();
    let races = all().filter(|ending| !ending.wrongs.is_empty() && ending.failures() == 0).count();
    StatesSpec {
        title: format!(
            "The worker can end in {}, {wrong} of them wrong; {races} need no failure at all",
            of(count(all().count()), "state")
        ),
        subtitle: format!(
            "ExtendedSignUpWorker, up to {}  ·  mitigations: {}  ·  numbers as in \
             credentialing-states.md",
            of(count(atlas.censuses.len()), "run"),
            atlas.mitigations.name()
        ),
        groups,
        notices,
    }
}

fn card(ending: &Ending) -> Card {
    let numbers: Vec<String> = ending.numbers.iter().map(u8::to_string).collect();
    let bears = |labels: &std::collections::BTreeSet<Label>| {
        [Label::Active, Label::ActiveAttested].map(|label| labels.contains(&label))
    };
    let mut objects: Vec<[bool; 2]> = ending.shape.objects.iter().map(bears).collect();
    if objects.len() == 1 {
        objects.push([false; 2]);
    }
    Card {
        number: if numbers.is_empty() { "–".to_owned() } else { numbers.join("=") },
        name: ending.name.clone(),
        risk: ending.risk,
        failures: ending.failures(),
        objects,
        fields: [ending.shape.attested_field, ending.shape.hubspot_field],
    }
}

/// Places the cards on a sheet.
pub(super) fn lay(spec: &StatesSpec, width: f64, _: f64) -> Picture {
    let mut picture = Picture::new(width);
    let mut y = head(&mut picture, &spec.title, &spec.subtitle) + 6.0;
    let room = width - 2.0 * MARGIN;
    let columns = if room > 1_250.0 { 4.0 } else { 3.0 };
    let wide = (room + 12.0) / columns;
    for (name, cards) in &spec.groups {
        picture.text((MARGIN, y + 4.0), Side::Left, LABEL_STRONG, name);
        y += 20.0;
        let mut left = MARGIN;
        for (at, card) in cards.iter().enumerate() {
            if left + wide > width {
                (left, y) = (MARGIN, y + CARD);
            }
            draw(
                &mut picture,
                card,
                Frame { left, top: y, right: left + wide - 12.0, bottom: y + CARD - 10.0 },
            );
            left += wide;
            if at + 1 == cards.len() {
                y += CARD;
            }
        }
        y += 8.0;
    }
    y = rule_off(&mut picture, y);
    key(&mut picture, y + 10.0);
    foot(&mut picture, y + 28.0, &spec.notices);
    picture
}

/// The severity whose ink a risk has; the words stand beside it.
fn ink(risk: Risk) -> (Ink, &'static str) {
    match risk {
        Risk::High => (Ink::Severity(Severity::High), "high risk"),
        Risk::Medium => (Ink::Severity(Severity::Medium), "medium risk"),
        Risk::Low => (Ink::Severity(Severity::Low), "low risk"),
        Risk::None => (Ink::Guide, "no risk"),
    }
}

fn draw(picture: &mut Picture, card: &Card, frame: Frame) {
    let (edge, risk) = ink(card.risk);
    picture.fill(frame, Ink::Field, 1.0);
    picture.fill(Frame { right: frame.left + 7.0, ..frame }, edge, 1.0);
    picture.outline(frame, Ink::Guide, 1.0);
    let (left, right) = (frame.left + 16.0, frame.right - 8.0);
    let number = format!("{}  ", card.number);
    let after = left + LABEL_STRONG.width(&number);
    picture.text((left, frame.top + 13.0), Side::Left, LABEL_STRONG, &number);
    let name = TINY_STRONG.clip(&card.name, right - after);
    picture.text((after, frame.top + 13.0), Side::Left, TINY_STRONG, &name);
    let top = frame.top + 27.0;
    let mut x = left;
    for (at, held) in card.objects.iter().enumerate() {
        let cell = Frame { left: x, top, right: x + 30.0, bottom: top + 34.0 };
        object(picture, cell, *held);
        picture.text(
            (x + 15.0, top + 9.0),
            Side::Middle,
            on(held[0]),
            ["1", "2", "3", "4", "5"][at.min(4)],
        );
        x += 36.0;
    }
    let target = |place: Option<usize>| place.map_or("–".to_owned(), |at| (at + 1).to_string());
    let failures = match card.failures {
        0 => "no failure".to_owned(),
        some => of(count(some), "failure"),
    };
    let x = left + 36.0 * 3.0 + 12.0;
    let fields = format!(
        "attested_id → {}, hubspot_id → {}",
        target(card.fields[0]),
        target(card.fields[1])
    );
    picture.text(
        (x, top + 8.0),
        Side::Left,
        SMALL_STRONG,
        &SMALL_STRONG.clip(&format!("{risk} · {failures}"), right - x),
    );
    picture.text((x, top + 25.0), Side::Left, SMALL, &SMALL.clip(&fields, right - x));
}

/// An object: above Active, below Active Attested.
fn object(picture: &mut Picture, frame: Frame, [active, attested]: [bool; 2]) {
    let half = frame.middle();
    picture.fill(frame, Ink::Paper, 1.0);
    if active {
        picture.fill(Frame { bottom: half, ..frame }, Ink::Object(0), 1.0);
    }
    if attested {
        let below = Frame { top: half, ..frame };
        picture.fill(below, Ink::Object(1), 1.0);
        picture.hatch(below, Hatch::Rising, Ink::Paper, 6.0, 0.6);
    }
    picture.line(&[(frame.left, half), (frame.right, half)], Ink::Text, 1.0);
    picture.outline(frame, Ink::Text, 1.0);
}

fn on(active: bool) -> Type {
    Type { ink: if active { Ink::OnObject(0) } else { Ink::Muted }, ..TINY_STRONG }
}

fn key(picture: &mut Picture, y: f64) {
    let cell = |left: f64| Frame { left, top: y - 9.0, right: left + 18.0, bottom: y + 9.0 };
    let entries = [
        ([true, false], "\"Active\""),
        ([false, true], "\"Active Attested\""),
        ([false, false], "no label"),
    ];
    let mut x = MARGIN;
    for (held, words) in entries {
        object(picture, cell(x), held);
        picture.text((x + 26.0, y), Side::Left, SMALL, words);
        x += 26.0 + SMALL.width(words) + 24.0;
    }
    let words = "1 is the first object, 2 the next attested, 3 a third  ·  failures: the fewest that lead there";
    picture.text((x, y), Side::Left, SMALL, words);
}
