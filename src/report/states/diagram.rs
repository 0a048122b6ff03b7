//! The shortest paths to the end states as one tree: Mermaid for tickets, Graphviz for print.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::Risk;
use crate::process::Action;
use crate::process::Atlas;
use crate::process::Ending;
use crate::report::states::words;

/// A tree of turns: paths share their beginnings.
#[derive(Default)]
struct Tree<'a> {
    /// Parent, the turn in words; the root has none.
    nodes: Vec<(usize, String)>,
    /// Where each end state hangs.
    leaves: Vec<(usize, &'a Ending)>,
}

impl<'a> Tree<'a> {
    /// The tree of the end states that as few runs as possible reach.
    fn of(atlas: &'a Atlas) -> Self {
        let mut tree =
            Self { nodes: vec![(0, "the first is attested".to_owned())], leaves: vec![] };
        let mut known: BTreeMap<(usize, String), usize> = BTreeMap::new();
        let endings = atlas.censuses.iter().flat_map(|census| atlas.new_with(census.runs));
        for ending in endings {
            let mut at = 0;
            for turn in ending.path.chunk_by(|one: &Action, next| one.run == next.run) {
                let text = words::path(turn);
                at = *known.entry((at, text.clone())).or_insert_with(|| {
                    tree.nodes.push((at, text));
                    tree.nodes.len() - 1
                });
            }
            tree.leaves.push((at, ending));
        }
        tree
    }
}

fn label(ending: &Ending) -> [String; 3] {
    let number = match &ending.numbers[..] {
        [] => String::new(),
        numbers => format!("{} ", words::number(numbers)),
    };
    [
        format!("{number}{}", ending.name),
        words::objects(&ending.shape),
        words::fields(&ending.shape),
    ]
}

/// A Mermaid flowchart.
pub fn mermaid(atlas: &Atlas) -> String {
    let tree = Tree::of(atlas);
    let mut out = String::from("flowchart LR\n");
    for (at, (parent, text)) in tree.nodes.iter().enumerate() {
        line(&mut out, format_args!("  n{at}[\"{text}\"]"));
        if at > 0 {
            line(&mut out, format_args!("  n{parent} --> n{at}"));
        }
    }
    for (at, (parent, ending)) in tree.leaves.iter().enumerate() {
        let class = ending.risk.name();
        let text = label(ending).join("<br/>");
        line(&mut out, format_args!("  e{at}([\"{text}\"]):::{class}"));
        line(&mut out, format_args!("  n{parent} ==> e{at}"));
    }
    for risk in [Risk::None, Risk::Low, Risk::Medium, Risk::High] {
        let (fill, edge) = colours(risk);
        line(
            &mut out,
            format_args!("  classDef {} fill:{fill},stroke:{edge},color:#111", risk.name()),
        );
    }
    out
}

/// A Graphviz digraph.
pub fn graphviz(atlas: &Atlas) -> String {
    let tree = Tree::of(atlas);
    let mut out = String::from(
        "digraph states {\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", \
         fillcolor=\"#f7f7f7\", fontname=\"Helvetica\", fontsize=11];\n  edge [color=\"#777777\"];\n",
    );
    for (at, (parent, text)) in tree.nodes.iter().enumerate() {
        line(&mut out, format_args!("  n{at} [label=\"{text}\"];"));
        if at > 0 {
            line(&mut out, format_args!("  n{parent} -> n{at};"));
        }
    }
    for (at, (parent, ending)) in tree.leaves.iter().enumerate() {
        let (fill, edge) = colours(ending.risk);
        let text = label(ending).join("\\n");
        line(
            &mut out,
            format_args!(
                "  e{at} [shape=ellipse, label=\"{text}\", fillcolor=\"{fill}\", color=\"{edge}\"];"
            ),
        );
        line(&mut out, format_args!("  n{parent} -> e{at} [penwidth=2];"));
    }
    out.push_str("}\n");
    out
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{text}");
}

/// Fill and edge of a risk, apart in lightness too.
fn colours(risk: Risk) -> (&'static str, &'static str) {
    match risk {
        Risk::None => ("#e2f3e5", "#2e7d32"),
        Risk::Low => ("#fff6d6", "#b58900"),
        Risk::Medium => ("#ffe0c2", "#d9730d"),
        Risk::High => ("#f9c6c6", "#b71c1c"),
    }
}
