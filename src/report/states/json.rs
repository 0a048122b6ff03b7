//! The end states for other programs: `credtrail/states/1`. Fields may be added, never changed.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use crate::process::Atlas;
use crate::process::Ending;
use crate::process::Leaves;
use crate::process::Mitigation;
use crate::process::Mitigations;
use crate::process::Wrong;
use crate::report::json::pretty;
use crate::report::states::remarks;
use crate::report::states::words;
use crate::rules::claim;

/// The whole document.
pub fn json(atlas: &Atlas) -> String {
    let runs = atlas.censuses.iter().map(|census| {
        json!({
            "runs": census.runs,
            "states": census.states,
            "end_states": census.endings.iter().map(ending).collect::<Vec<_>>(),
        })
    });
    pretty(&json!({
        "schema": "credtrail/states/1",
        "mitigations": names(atlas.mitigations),
        "runs": runs.collect::<Vec<_>>(),
        "table": atlas.table.iter().map(row).collect::<Vec<_>>(),
        "rules": Wrong::ALL.iter().map(|w| (w.name(), claim(*w).id().0)).collect::<BTreeMap<_, _>>(),
        "cures": atlas.cures().into_iter().map(names).collect::<Vec<_>>(),
        "notes": remarks::of_the_document(atlas)
            .into_iter()
            .chain(remarks::of_the_mitigations(atlas))
            .collect::<Vec<_>>(),
    }))
}

fn names(mitigations: Mitigations) -> Vec<&'static str> {
    mitigations.iter().map(Mitigation::name).collect()
}

fn ending(ending: &Ending) -> Value {
    let shape = &ending.shape;
    json!({
        "numbers": ending.numbers,
        "name": ending.name,
        "risk": ending.risk,
        "wrongs": ending.wrongs.iter().map(|wrong| wrong.name()).collect::<Vec<_>>(),
        "labels": shape.objects,
        "fields": {
            "credentialing_active_attested_id": shape.attested_field.map(words::ordinal),
            "credentialing_hubspot_id": shape.hubspot_field.map(words::ordinal),
        },
        // Beyond 2^53 a number would not survive JavaScript.
        "ways": ending.ways.to_string(),
        "failures": ending.failures(),
        "path": words::path(&ending.path),
    })
}

fn row(row: &Leaves) -> Value {
    let open = row.open.iter().map(|(wrong, failures): (&Wrong, _)| (wrong.name(), *failures));
    json!({
        "mitigations": names(row.mitigations),
        "open": open.collect::<BTreeMap<_, _>>(),
    })
}
