//! The figures on the page: facts in words, and two small tables.

use serde_json::Value;
use serde_json::json;

use crate::model::Figures;
use crate::report::escape::visible;
use crate::report::figures::DUPLICATE;
use crate::report::figures::facts;

/// Hosts shown at most, those of most findings.
const HOSTS: usize = 50;

/// `{facts: [[name, value]], hosts: [[name, runs, found, duplicates]], …}`.
pub(super) fn numbers(figures: &Figures) -> Value {
    let hosts = figures.hosts.iter().take(HOSTS).map(|host| {
        let name = host.name.as_ref().map(|name| visible(name));
        json!([name, host.runs, host.found, host.duplicates])
    });
    let top = figures.top.iter().map(|busy| {
        let name = visible(busy.therapist.as_str());
        json!([name, busy.findings, busy.still, busy.runs, busy.duplicates])
    });
    json!({
        "facts": facts(figures),
        // The page is no Markdown.
        "note": DUPLICATE.replace('`', ""),
        "hosts": hosts.collect::<Vec<_>>(),
        "more_hosts": figures.hosts.len().saturating_sub(HOSTS),
        "top": top.collect::<Vec<_>>(),
    })
}
