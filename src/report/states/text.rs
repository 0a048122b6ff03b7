//! The end states on a terminal.

use crate::model::Risk;
use crate::process::Atlas;
use crate::process::Ending;
use crate::process::Mitigation;
use crate::process::Mitigations;
use crate::process::Wrong;
use crate::report::line::DOT;
use crate::report::line::Line;
use crate::report::line::Page;
use crate::report::number::count;
use crate::report::number::of;
use crate::report::states::remarks;
use crate::report::states::words;
use crate::report::style::Role;
use crate::report::style::Screen;
use crate::report::words::risk as role_of;
use crate::rules::claim;

/// Columns of the left margin under a state's number.
const INDENT: &str = "       ";

/// The whole page: the mitigations first, then the end states of up to `shown` runs in full.
pub fn text(atlas: &Atlas, shown: usize, screen: &Screen) -> String {
    let mut page = Page::new(screen);
    let runs = atlas.censuses.len();
    page.line(
        Line::of(Role::Strong, "END STATES OF THE WORKER")
            .plain(&format!("  up to {}, mitigations: ", of(count(runs), "run")))
            .add(Role::Strong, &atlas.mitigations.name()),
    );
    for remark in remarks::of_the_document(atlas) {
        page.prose(Line::new().plain("  "), Role::Plain, &remark);
    }
    page.blank();
    table(&mut page, atlas);
    for census in &atlas.censuses {
        let new = atlas.new_with(census.runs);
        let beyond = if census.runs == 1 { "" } else { " that fewer runs do not reach" };
        page.blank();
        page.line(Line::of(Role::Strong, &of(count(census.runs), "run").to_uppercase()).plain(
            &format!(
                "  {}, {}{beyond}",
                of(count(census.states), "state"),
                of(count(new.len()), "end state"),
            ),
        ));
        if census.runs > shown {
            let hint = format!("--runs {} lists them", census.runs);
            page.line(Line::new().plain("  ").add(Role::Dim, &hint));
            continue;
        }
        for ending in new {
            self::ending(&mut page, ending);
        }
    }
    page.render()
}

/// The sets of mitigations against what can go wrong, by the fewest failures that it takes.
fn table(page: &mut Page, atlas: &Atlas) {
    page.line(Line::of(Role::Strong, "WHAT EACH SET OF MITIGATIONS LEAVES OPEN"));
    let legend = "the fewest failures it takes; 0 is a pure race, · cannot happen";
    page.line(Line::new().plain("  ").add(Role::Dim, legend));
    let mut head = Line::new().plain(" ");
    for mitigation in Mitigation::ALL {
        head = head.add(Role::Dim, &format!(" {:<8}", mitigation.name()));
    }
    for wrong in Wrong::ALL {
        head = head.add(Role::Dim, &format!(" {:>4}", column(wrong)));
    }
    page.line(head);
    for row in atlas.telling() {
        let mut line = Line::new().plain(" ");
        for mitigation in Mitigation::ALL {
            let is_first = mitigation == Mitigation::ALL[0];
            let mark = match row.mitigations.has(mitigation) {
                true => mitigation.name(),
                false if is_first && row.mitigations == Mitigations::NONE => "none",
                false => "",
            };
            let role = if row.open.is_empty() { Role::Healed } else { Role::Plain };
            line = line.plain(" ").add(role, &format!("{mark:<8}"));
        }
        for wrong in Wrong::ALL {
            let (role, cell) = match row.open.get(&wrong) {
                None => (Role::Dim, "·".to_owned()),
                Some(0) => (Role::Wrong, "0".to_owned()),
                Some(failures) => (Role::Doubt, failures.to_string()),
            };
            line = line.plain(" ").add(role, &format!("{cell:>4}"));
        }
        page.line(line);
    }
    for wrong in Wrong::ALL {
        let first = Line::new().plain(&format!("  {:<10}", column(wrong)));
        let rule = claim(wrong).id();
        page.prose(first, Role::Dim, &format!("{} (rule {rule})", wrong.words()));
    }
    for mitigation in Mitigation::ALL {
        let numbers: Vec<String> =
            mitigation.recommendations().iter().map(|r| r.number().to_string()).collect();
        let meaning = format!("{} (recommendation {})", mitigation.meaning(), numbers.join(", "));
        let first = Line::new().plain(&format!("  {:<10}", mitigation.name()));
        page.prose(first, Role::Dim, &meaning);
    }
    page.blank();
    for remark in remarks::of_the_mitigations(atlas) {
        page.prose(Line::new().plain("  "), Role::Plain, &remark);
    }
}

/// A column's heading.
fn column(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::DualAttested => "2att",
        Wrong::DualLabel => "2lab",
        Wrong::DualActive => "2act",
        Wrong::FieldLabelMismatch => "fld",
        Wrong::NoLabel => "lost",
        Wrong::NoneAttested => "none",
    }
}

fn ending(page: &mut Page, ending: &Ending) {
    let role = role_of(ending.risk);
    let risk = if ending.risk == Risk::None { "no risk" } else { ending.risk.name() };
    let number = words::number(&ending.numbers);
    page.prose(
        Line::new().plain(&format!("  {number:<4} ")).add(role, &format!("{risk:<8}")),
        Role::Strong,
        &ending.name,
    );
    page.facts(
        Line::new().plain(INDENT),
        DOT,
        vec![
            Line::new().plain(&words::objects(&ending.shape)),
            Line::new().plain(&words::fields(&ending.shape)),
        ],
    );
    let ways = format!("{}, {}: ", words::ways(ending.ways), words::failures(ending.failures()));
    let path = format!("{ways}{}", words::path(&ending.path));
    page.prose(Line::new().plain(INDENT), Role::Dim, &path);
}
