//! The document and its citations.

use super::*;
use crate::report::postmortem::manifest::ManifestError;
use crate::report::postmortem::manifest::line_hash;
use crate::report::postmortem::manifest::read;
use crate::report::sample;
use crate::timeline::account;

fn document(analysis: &Analysis, is_redacted: bool) -> String {
    let timeline = sample::july_timeline();
    let account = account(&timeline, "ExtendedSignUpWorker");
    let cases = [Case { timeline, account, chart: None }];
    let prints = analysis.sources.iter().map(|source| Fingerprint {
        name: source.name.clone(),
        bytes: 456,
        sha256: "ab".repeat(32),
    });
    let made = Made {
        command: "credtrail report".to_owned(),
        version: "0".to_owned(),
        sources: prints.collect(),
        is_redacted,
    };
    postmortem(&Matter {
        analysis,
        cases: &cases,
        figures: Some(&sample::july_figures()),
        made: &made,
    })
}

#[test]
fn every_citation_is_read_back() {
    let analysis = sample::july_4();
    let text = document(&analysis, false);
    let citations = read(&text).expect("a block");
    assert_eq!(citations.sources.len(), analysis.sources.len());
    for origin in analysis.findings.iter().flat_map(Finding::origins) {
        let cited = citations.cited.iter().find(|it| it.line == origin.line);
        let cited = cited.expect("the line of a finding is cited");
        assert_eq!(cited.hash.as_deref(), Some(line_hash(&origin.text).as_str()));
        assert_eq!(cited.offset, origin.offset);
    }
    let redacted = read(&document(&analysis, true)).expect("a block");
    assert!(redacted.cited.iter().all(|it| it.hash.is_none()));
}

#[test]
fn a_broken_block_is_told_with_its_line() {
    let text = document(&sample::july_4(), false);
    assert_eq!(read("# nothing"), Err(ManifestError::NoBlock));
    let torn = text.replace("cite 0:", "cite 7:");
    assert!(matches!(read(&torn), Err(ManifestError::Line { line, .. }) if line > 50));
    let cut = text.trim_end().trim_end_matches("```");
    assert!(read(cut).is_err());
    let form = text.replace("credtrail/citations/1", "credtrail/citations/2");
    let error = read(&form).expect_err("another form").to_string();
    assert!(error.contains("expected credtrail/citations/1"), "{error}");
}

#[test]
fn text_of_a_log_stays_text() {
    let analysis = sample::hostile(sample::HOSTILE);
    let text = document(&analysis, false);
    let prose = text.split("```credtrail-citations").next().unwrap_or_default();
    assert!(!prose.contains("<script") && !prose.contains('\x1b'), "{prose}");
}
