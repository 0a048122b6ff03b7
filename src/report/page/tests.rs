//! The page as a whole: what it holds, that nothing of a log can act in it, and its bounds. That it
//! works is for a browser to say: `tests/browser`.

use std::collections::BTreeMap;

use super::*;
use crate::model::Quote;
use crate::model::TherapistId;
use crate::report::page::front::front;
use crate::report::sample::HOSTILE;
use crate::report::sample::hostile;
use crate::report::sample::july_4;
use crate::report::sample::july_figures;
use crate::report::sample::july_timeline;
use crate::report::sample::many;

/// No account of anybody.
static NONE: BTreeMap<TherapistId, crate::timeline::Account> = BTreeMap::new();

fn view<'a>(analysis: &'a Analysis, timelines: &'a [Timeline], made: &'a [String]) -> View<'a> {
    View {
        title: "Credentialing states",
        made,
        analysis,
        timelines,
        accounts: &NONE,
        figures: None,
    }
}

/// The text between two marks, after a first one.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).expect("both marks").0
}

#[test]
fn july_4_as_data() {
    let (analysis, timelines) = (july_4(), [july_timeline()]);
    let made = ["credtrail report worker.log".to_owned()];
    let figures = july_figures();
    let view = View { figures: Some(&figures), ..view(&analysis, &timelines, &made) };
    let details = detail::all(&view);
    let held = Held::all(&view, &pack::parts(&details));
    insta::assert_snapshot!("front", format!("{:#}", front(&view, &held)));
    assert_eq!(details.len(), 1);
    insta::assert_snapshot!("detail", format!("{:#}", details[0].value));
}

#[test]
fn the_skeleton_has_one_script_one_style_and_blocks_of_data() {
    let (analysis, timelines) = (july_4(), [july_timeline()]);
    let page = page(&view(&analysis, &timelines, &[]));
    assert!(!page.contains("{{"), "every mark is filled");
    assert_eq!(page.matches("<script>").count(), 1);
    assert_eq!(page.matches("<script type=\"text/plain\" id=\"").count(), 2);
    assert_eq!(page.matches("<style>").count(), 1);
    let data = between(&page, "id=\"front\">", "</script>");
    assert!(data.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)));
}

#[test]
fn same_input_same_bytes() {
    let analysis = many();
    let mut other = july_timeline();
    other.therapist = crate::model::TherapistId::new("70003");
    let mut timelines = vec![july_timeline(), other];
    let one = page(&view(&analysis, &timelines, &[]));
    timelines.reverse();
    assert!(one == page(&view(&analysis, &timelines, &[])), "whatever the order of timelines");
}

#[test]
fn text_of_a_log_is_data_and_never_markup() {
    let analysis = hostile(HOSTILE);
    let mut timeline = july_timeline();
    for event in &mut timeline.events {
        event.origin.text = Quote::from(HOSTILE);
    }
    let timelines = [timeline];
    let title = String::from_utf8_lossy(HOSTILE);
    let made = [title.clone().into_owned()];
    let mut figures = july_figures();
    figures.hosts[0].name = Some((&*title).into());
    figures.top[0].therapist = crate::model::TherapistId::new(&title);
    let view = View {
        title: &title,
        made: &made,
        analysis: &analysis,
        timelines: &timelines,
        accounts: &NONE,
        figures: Some(&figures),
    };
    let page = page(&view);
    assert!(!page.contains("alert(1)") && !page.contains('\x1b') && !page.contains('\u{202e}'));
    assert_eq!(page.matches("<script").count(), 3, "blocks and the script");
    // In the data too nothing is left that steers a text.
    let details = detail::all(&view);
    let held = Held::all(&view, &pack::parts(&details));
    let mut texts = vec![front(&view, &held).to_string()];
    texts.extend(details.iter().map(|detail| detail.value.to_string()));
    for text in texts {
        assert!(text.contains("u{202e}"), "it is shown instead");
        assert!(!text.chars().any(|c| c.is_control() || ('\u{202a}'..='\u{2069}').contains(&c)));
    }
}

#[test]
fn the_policy_allows_exactly_this_script_and_this_style() {
    let analysis = july_4();
    let page = page(&view(&analysis, &[], &[]));
    let hash = |text: &str| format!("'sha256-{}'", pack::base64(&Sha256::digest(text.as_bytes())));
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    let script = between(&page, "<script>", "</script>");
    let style = between(&page, "<style>", "</style>");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(policy.contains(&format!("script-src {};", hash(script))), "{policy}");
    assert!(policy.contains(&format!("style-src {};", hash(style))), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
}

#[test]
fn the_script_makes_no_markup_of_text_and_loads_nothing() {
    let forbidden = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "DOMParser",
        "srcdoc",
        "createContextualFragment",
        "setHTML",
        "javascript:",
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "sendBeacon",
        "import(",
        "http:",
        "https:",
    ];
    let script = SCRIPT.replace("http://www.w3.org/2000/svg", "");
    for word in forbidden {
        assert!(!script.contains(word), "the script has {word}");
    }
    for word in ["</script", "<!--", "\r"] {
        assert!(!SCRIPT.contains(word), "the script has {word:?}");
    }
    for word in ["</style", "@import", "http", "//", "\r"] {
        assert!(!STYLE.contains(word), "the style has {word:?}");
    }
    let handlers = SKELETON.split_whitespace().filter(|word| word.starts_with("on"));
    assert_eq!(handlers.count(), 0, "the skeleton has no handlers");
}

#[test]
fn what_does_not_fit_is_left_out_and_told() {
    let (analysis, timelines) = (july_4(), [july_timeline()]);
    let view = view(&analysis, &timelines, &[]);
    let details = detail::all(&view);
    let parts = pack::parts(&details);
    let mut held = Held::all(&view, &parts);
    assert_eq!(held.notices(&view), [""; 0]);
    held.less(&parts, 1);
    assert_eq!((held.parts, held.details), (0, 0));
    let notices = held.notices(&view);
    assert!(notices[0].starts_with("0 of 1 timeline on this page"), "{notices:?}");
    let full = page_within(&view, BYTES);
    let small = page_within(&view, full.len() - 1);
    assert!(full.contains("id=\"part-0\"") && !small.contains("id=\"part-0\""));
    assert!(small.len() < full.len());
}

#[test]
fn ten_thousand_findings_are_held_and_more_are_told() {
    let mut analysis = july_4();
    let model = analysis.findings[1].clone();
    let more = (0..FINDINGS).map(|at| {
        let mut finding = model.clone();
        finding.therapist = crate::model::TherapistId::new(format!("{}", 100_000 + at));
        finding
    });
    analysis.findings.extend(more);
    let view = view(&analysis, &[], &[]);
    let page = page(&view);
    assert!(page.len() < BYTES, "{}", page.len());
    let held = Held::all(&view, &[]);
    assert_eq!(held.findings, FINDINGS);
    let notices = held.notices(&view);
    assert!(notices[0].starts_with("10,000 of 10,004 findings on this page"), "{notices:?}");
}
