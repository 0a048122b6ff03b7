//! The masking law, and what must read well all the same.

use super::*;
use crate::model::Clock;
use crate::model::Profile;
use crate::model::Stamp;
use crate::model::Zone;

fn mask() -> Mask {
    let nanos = 1_751_587_200_000_000_000;
    let stamp = Stamp::truncated(nanos, 0, Zone::Stated, Clock::Application);
    let mut known = Known::default();
    known.add("48213", "T-01");
    known.add("30278823850", "O-01");
    known.add("b4a577edbccf1d805744efa9", "J-01");
    known.add("2tc", "X-01");
    let calendar = Calendar::of(Some((stamp, stamp)));
    Mask { known, vocabulary: Vocabulary::of(&Profile::default()), calendar }
}

#[test]
fn a_line_reads_as_before() {
    for (line, masked) in [
        (
            "2025-07-04T01:31:39.998Z pid=4 tid=2tc class=ExtendedSignUpWorker \
             jid=b4a577edbccf1d805744efa9 INFO: therapist_id=48213 created HubSpot \
             credentialing object 30278823850",
            "2025-07-04T01:31:39.998Z pid=4 tid=X-01 class=ExtendedSignUpWorker \
             jid=J-01 INFO: therapist_id=T-01 created HubSpot \
             credentialing object O-01",
        ),
        ("elapsed=1.432 WARN: fail", "elapsed=1.432 WARN: fail"),
        ("(876.0ms) retry 3 of 25", "(876.0ms) retry 3 of 25"),
        ("\"PATCH /x HTTP/1.1\" 429", "\"PATCH /▒▒ HTTP/1.1\" 429"),
        ("gid://portal/Therapist/48213", "gid://▒▒/Therapist/T-01"),
        ("{\"object_id\":\"30278823850\",\"n\":7}", "{\"object_id\":\"O-01\",\"▒▒\":7}"),
    ] {
        assert_eq!(mask().line(line), masked);
    }
}

#[test]
fn people_do_not_stay() {
    for (line, masked) in [
        ("set by Jane Doe", "set by ▒▒ ▒▒"),
        ("contact info@worker.error", "contact ▒▒@▒▒.▒▒"),
        ("call +1 (555) 010-99 now", "call +▒▒ (▒▒) ▒▒-▒▒ ▒▒"),
        ("on host worker-1, web.2", "on host worker-▒▒, ▒▒.▒▒"),
        ("from 10.0.0.1", "from ▒▒.▒▒.▒▒.▒▒"),
        ("url=https://api.error.set/contacts/48213?email=x", "url=https://▒▒.▒▒.▒▒/▒▒/T-01?▒▒=▒▒"),
        ("born 1985-03-12", "born ▒▒-▒▒-▒▒"),
        ("482130 148213 48213x x_48213", "▒▒ ▒▒ ▒▒ ▒▒"),
        ("Bearer eyJhbGciOi.J9-zz", "▒▒ ▒▒.▒▒-▒▒"),
        ("set\u{200b}to Zoë 名前", "▒▒ ▒▒ ▒▒"),
    ] {
        let line = line.replace("born", "created").replace("Bearer", "key=Bearer");
        let masked = masked.replace("born", "created").replace("▒▒ ▒▒.▒▒-", "key=▒▒ ▒▒.▒▒-");
        assert_eq!(mask().line(&line), masked);
    }
}

#[test]
fn a_sentence_keeps_its_words() {
    let text = "flips between 30278823850 → 30272441773 in r12345, >0 s and <2 s apart";
    let masked = "flips between O-01 → ▒▒ in r12345, >0 s and <2 s apart";
    assert_eq!(mask().sentence(text), masked);
    let text = "job 1f9e0c77a6b24d0d8e51c3aa was performed twice, 876ms apart";
    assert_eq!(mask().sentence(text), "job ▒▒ was performed twice, 876ms apart");
}

const FRAMES: [(&str, &str); 8] = [
    ("2025-07-04T07:04:56Z INFO therapist_id=48213 name=", " created"),
    ("", ""),
    ("{\"email\":\"", "\",\"step\":3}"),
    ("INFO: set credentialing_hubspot_id by ", " at 07:04:56"),
    ("https://api/", "?id=1"),
    ("(", ")"),
    ("pid=4 tid=2tc ", "@host"),
    ("\u{1b}[36m", "\u{1b}[0m"),
];

proptest::proptest! {
    #[test]
    fn no_word_stays_unless_it_is_in_the_vocabulary(
        word in "[A-Za-zÀ-ž]{1,12}|[a-z0-9]{4,30}|\\PC{1,20}", frame in 0..FRAMES.len(),
    ) {
        let (before, after) = FRAMES[frame];
        let masked = mask().line(&format!("{before}{word}{after}"));
        let around = mask().line(&format!("{before}{after}"));
        for token in word.split(|c: char| c.is_ascii() && !is_word(c as u8)) {
            let is_free = token.is_empty()
                || digits(token).is_some_and(|count| count <= SHORT)
                || token.bytes().all(|byte| byte == b'_' || byte == b'0')
                || mask().vocabulary.has(token)
                || masked_words(&around).contains(&token);
            proptest::prop_assert!(
                is_free || !masked_words(&masked).contains(&token), "{token} in {masked}"
            );
        }
    }

    #[test]
    fn no_mail_address_or_telephone_number_stays(
        user in "[a-z]{1,8}[.+-]?[a-z0-9]{1,8}", host in "[a-z]{1,10}", end in "com|org|test",
        phone in "\\+[1-9]{1,2}[ -]\\(?[2-9][0-9]{2}\\)?[ .-][0-9]{3}[ .-][0-9]{4}",
        frame in 0..FRAMES.len(),
    ) {
        let (before, after) = FRAMES[frame];
        let masked = mask().line(&format!("{before}{user}@{host}.{end}, {phone}{after}"));
        let around = mask().line(&format!("{before}, {after}"));
        let kept = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
        proptest::prop_assert!(!masked.contains(&format!("@{host}")), "{masked}");
        proptest::prop_assert!(!masked.contains(&format!("{user}@")), "{masked}");
        proptest::prop_assert!(kept(&masked) <= kept(&around), "{masked}");
    }

    #[test]
    fn no_long_number_stays(number in "[0-9]{4,20}", frame in 0..FRAMES.len()) {
        let (before, after) = FRAMES[frame];
        let masked = mask().line(&format!("{before}{number}{after}"));
        proptest::prop_assert!(!masked.contains(&number) || number == "2025", "{masked}");
    }

    #[test]
    fn any_text_can_be_masked(text in "\\PC*", bytes: Vec<u8>) {
        let text = format!("{text}{}", String::from_utf8_lossy(&bytes));
        let masked = mask().line(&text);
        mask().sentence(&text);
        proptest::prop_assert!(masked.chars().all(|c| c.is_ascii() || c == '▒'));
    }
}

/// The words of a text, as the mask takes them.
fn masked_words(text: &str) -> Vec<&str> {
    text.split(|c: char| c.is_ascii() && !is_word(c as u8)).collect()
}
