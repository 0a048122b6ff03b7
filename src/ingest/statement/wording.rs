//! Wordings: what was read once is not read again.
//!
//! Lines of one worker differ in their numbers and little else. A message without its long numbers
//! is its wording, and what a wording says does not depend on them: statements look at how many
//! digits there are and copy them into ids. So a further line of a known wording is not parsed: its
//! numbers are put where those of the first line stood. Of a failure a number may be the reason
//! (`: 429`), so that its lines are read each by itself.
//!
//! A number counts as long from [`LONG`] digits, if it stands alone and does not begin with a zero:
//! shorter ones may mean something (a status, a year, `skipped=0`), and a part of a longer token is
//! nobody's id. All else, and which numbers are equal, belongs to the wording.

use crate::ingest::Record;
use crate::ingest::statement;
use crate::ingest::statement::Said;
use crate::ingest::statement::Vocabulary;
use crate::model::EventKind;
use crate::model::ObjectId;
use crate::model::TherapistId;
use crate::model::Witness;

/// Digits from which a number is long.
pub(super) const LONG: usize = 5;

/// Long numbers of one message; with more it is read anew each time.
const MOST_NUMBERS: usize = 8;

/// Bytes of a message that is worth keeping.
const LONGEST: usize = 512;

/// Wordings kept.
const KEPT: usize = 64;

/// A field that no statement asks for: how long a job took, which Sidekiq tells with its end.
pub(super) const ELAPSED: &[u8] = b"elapsed";

/// The wordings that were read so far.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Wordings {
    known: Vec<Wording>,
    found: usize,
    missed: usize,
}

/// A message that was read.
#[derive(Debug)]
struct Wording {
    message: Box<[u8]>,
    numbers: Vec<Number>,
    class: Option<Box<[u8]>>,
    witness: Witness,
    kinds: Vec<Kind>,
    therapist: Option<usize>,
}

/// A long number of a message.
#[derive(Clone, Copy, Debug)]
struct Number {
    start: usize,
    end: usize,
    /// The first number that is equal to it.
    like: usize,
}

/// What happened, and which numbers its ids are.
#[derive(Debug)]
struct Kind {
    what: EventKind,
    object: Option<usize>,
    previous: Option<usize>,
}

impl Wordings {
    /// What [`statement::read`] gives, always with the same vocabulary.
    pub(in crate::ingest) fn read(&mut self, record: &Record<'_>, words: &Vocabulary) -> Said {
        if words.minds_numbers || !is_plain(record) {
            return statement::read(record, words);
        }
        if let Some(wording) = self.known.iter().find(|wording| wording.is_of(record)) {
            self.found += 1;
            return wording.said(&record.message);
        }
        let said = statement::read(record, words);
        self.missed += 1;
        // Where most messages have a wording of their own, keeping them is in vain: to keep one
        // costs about as much as finding one spares.
        if self.missed <= KEPT.max(self.found / 4)
            && !words.tells_failure(&record.message)
            && let Some(wording) = Wording::of(record, &said)
        {
            self.keep(wording);
        }
        said
    }

    fn keep(&mut self, wording: Wording) {
        if self.known.len() < KEPT {
            self.known.push(wording);
        } else {
            self.known[self.missed % KEPT] = wording;
        }
    }
}

/// Whether all that statements look at is a message, a class and what kind of source it is.
fn is_plain(record: &Record<'_>) -> bool {
    record.message.len() <= LONGEST
        && record.fields.iter().all(|(key, _)| **key == *ELAPSED)
        && record.subject.is_none()
        && record.contact.is_none()
        && record.unread.is_none()
}

impl Wording {
    /// Of a message and what it says; `None` if it says more than ids that are long numbers.
    fn of(record: &Record<'_>, said: &Said) -> Option<Self> {
        let message = &*record.message;
        let numbers = numbers(message)?;
        let place = |id: &str| {
            let is_id = |number: &&Number| number.of(message) == id.as_bytes();
            let first = numbers.iter().find(is_id)?;
            // The same digits elsewhere could be what was meant.
            let all = memchr::memmem::find_iter(message, id).count();
            (all == numbers.iter().filter(is_id).count()).then_some(first.like)
        };
        let kind = |kind: &EventKind| {
            let object = kind.object().map(|id| place(id.as_str()).ok_or(()));
            let previous = match kind {
                EventKind::Assigned { previous, .. } => previous.as_deref(),
                _ => None,
            };
            let previous = previous.map(|id| place(id.as_str()).ok_or(()));
            let (object, previous) = (object.transpose().ok()?, previous.transpose().ok()?);
            Some(Kind { what: kind.clone(), object, previous })
        };
        let therapist = said.therapist.as_ref().map(|id| place(id.as_str()).ok_or(()));
        let wording = Self {
            kinds: said.kinds.iter().map(kind).collect::<Option<_>>()?,
            therapist: therapist.transpose().ok()?,
            message: message.into(),
            class: record.class.as_deref().map(Box::from),
            witness: record.witness,
            numbers,
        };
        // What is not put together here is not known by its wording.
        (wording.said(message) == *said).then_some(wording)
    }

    /// What a message of this wording says.
    fn said(&self, message: &[u8]) -> Said {
        // Digits are text.
        let number =
            |at: usize| std::str::from_utf8(self.numbers[at].of(message)).unwrap_or_default();
        let mut said = Said { kinds: Vec::with_capacity(self.kinds.len()), ..Said::default() };
        for known in &self.kinds {
            let mut kind = known.what.clone();
            if let (Some(at), Some(object)) = (known.object, kind.object_mut()) {
                *object = ObjectId::new(number(at));
            }
            if let (Some(at), EventKind::Assigned { previous, .. }) = (known.previous, &mut kind) {
                *previous = Some(Box::new(ObjectId::new(number(at))));
            }
            said.kinds.push(kind);
        }
        said.therapist = self.therapist.map(|at| TherapistId::new(number(at)));
        said
    }

    /// Whether a record differs from this one in its long numbers at most.
    fn is_of(&self, record: &Record<'_>) -> bool {
        let message = &*record.message;
        // Most are told apart by that.
        if self.message.len() != message.len() {
            return false;
        }
        let mut from = 0;
        let is_alike = |number: &Number| {
            let literal = from..number.start;
            from = number.end;
            self.message[literal.clone()] == message[literal] && is_long(number.of(message))
        };
        let likeness = |(at, number): (usize, &Number)| {
            let text = number.of(message);
            let like = self.numbers[..at].iter().position(|other| other.of(message) == text);
            like.unwrap_or(at) == number.like
        };
        self.numbers.iter().all(is_alike)
            && self.message[from..] == message[from..]
            && self.numbers.iter().enumerate().all(likeness)
            && self.witness == record.witness
            && self.class.as_deref() == record.class.as_deref()
    }
}

impl Number {
    fn of<'m>(&self, message: &'m [u8]) -> &'m [u8] {
        &message[self.start..self.end]
    }
}

/// The long numbers of a message; `None` if there are too many.
fn numbers(message: &[u8]) -> Option<Vec<Number>> {
    let mut numbers: Vec<Number> = Vec::new();
    let mut at = 0;
    while let Some(start) = message[at..].iter().position(u8::is_ascii_digit).map(|to| at + to) {
        let digits = message[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        at = start + digits;
        let number = &message[start..at];
        if !is_long(number) || !stands_alone(&message[..start], &message[at..]) {
            continue;
        }
        if numbers.len() == MOST_NUMBERS {
            return None;
        }
        let like = numbers.iter().position(|other| other.of(message) == number);
        let like = like.unwrap_or(numbers.len());
        numbers.push(Number { start, end: at, like });
    }
    Some(numbers)
}

fn is_long(number: &[u8]) -> bool {
    number.len() >= LONG && number[0] != b'0' && number.iter().all(u8::is_ascii_digit)
}

/// Whether what stands beside digits shows that they are a number of their own.
fn stands_alone(before: &[u8], after: &[u8]) -> bool {
    let opens = matches!(
        before.last(),
        None | Some(
            b' ' | b'=' | b':' | b'"' | b'\'' | b'`' | b'#' | b'(' | b'[' | b'>' | b'*' | b'/'
        )
    );
    let closes = match after {
        [b'.' | b',' | b':', rest @ ..] => matches!(rest, [] | [b' ', ..]),
        [next, ..] => {
            matches!(next, b' ' | b'"' | b'\'' | b'`' | b')' | b']' | b'}' | b';' | b'*' | b'<')
        }
        [] => true,
    };
    opens && closes
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::ingest::statement::tests::record;
    use crate::ingest::statement::tests::words;
    use crate::model::Profile;

    static WORDS: LazyLock<Vocabulary> = LazyLock::new(words);

    /// What a record says after the same was said with other numbers.
    pub(in crate::ingest::statement) fn said_again(
        record: &Record<'_>,
        words: &Vocabulary,
    ) -> Said {
        let mut wordings = Wordings::default();
        let mut message = record.message.to_vec();
        for number in numbers(&message).unwrap_or_default() {
            // Each digit by itself, so that what is equal stays so, and no first one becomes 0.
            for digit in &mut message[number.start..number.end] {
                *digit = if *digit == b'9' { b'1' } else { *digit + 1 };
            }
        }
        wordings.read(&Record { message: message.into(), ..record.clone() }, words);
        wordings.read(record, words)
    }

    fn read_all(messages: &[String]) -> (Wordings, bool) {
        let mut wordings = Wordings::default();
        let are_same = messages.iter().all(|message| {
            let record = record(message);
            wordings.read(&record, &WORDS) == statement::read(&record, &WORDS)
        });
        (wordings, are_same)
    }

    #[test]
    fn a_wording_is_read_once() {
        let line = |at: u64| {
            let (therapist, first, second) =
                (10_000 + at, 30_278_823_850 + at, 30_272_441_773 + at);
            [
                format!("therapist_id={therapist} created HubSpot credentialing object {first}"),
                format!("therapist_id={therapist} label \"Active\" added to object {first}"),
                format!("therapist {therapist}: credentialing_hubspot_id {first} => {second}"),
                format!("slot {first} refreshed"),
                "start".to_owned(),
            ]
        };
        let messages: Vec<String> = (0..100).flat_map(line).collect();
        let (wordings, are_same) = read_all(&messages);
        assert!(are_same);
        assert_eq!((wordings.found, wordings.missed), (495, 5));
    }

    #[test]
    fn what_is_more_than_its_numbers_is_read_anew() {
        let once = |message: &str| {
            let (wordings, are_same) = read_all(&[message.to_owned(), message.to_owned()]);
            assert!(are_same, "{message}");
            wordings.found == 0
        };
        for message in [
            "Performing ExtendedSignUpWorker (Job ID: 12345) from Sidekiq(default)",
            "credentialing_hubspot_id <30278823850>",
            "credentialing_hubspot_id=302788238502025-07-04T07:04:55.903Z pid=4",
            "credentialing_hubspot_id=302",
            "therapist_id=9d2f1f5e-2c44-4d7b-8a3c-7a3de1b0c902 credentialing_hubspot_id=30278823850",
            "therapist_id=30272441773(was 30272441773",
            "UPDATE \"therapists\" SET \"credentialing_hubspot_id\" = 30278823850 WHERE \"id\" = 48213",
        ] {
            assert!(once(message), "{message}");
        }
        assert!(!once("credentialing_hubspot_id=30278823850"));
    }

    #[test]
    fn a_number_may_be_the_reason_of_a_failure() {
        let all = [
            "failed to add label \"Active\" to object 4 for therapist_id: 48213",
            "failed to add label \"Active\" to object 4 for therapist_id: 58213",
            "failed to remove \"Active Attested\" from object 4, therapist_id: 48213",
            "failed to remove \"Active Attested\" from object 4, therapist_id: 58213",
            "failed to add label Active to object 54321 request: 12345678",
            "failed to add label Active to object 12345 request: 12345678",
        ];
        let (wordings, are_same) = read_all(&all.map(str::to_owned));
        assert!(are_same && wordings.known.is_empty());
    }

    #[test]
    fn who_runs_belongs_to_the_wording() {
        let mut wordings = Wordings::default();
        for class in ["ExtendedSignUpWorker", "OtherWorker", "ExtendedSignUpWorker"] {
            let record = Record { class: Some(class.as_bytes().into()), ..record("start") };
            assert_eq!(wordings.read(&record, &WORDS), statement::read(&record, &WORDS), "{class}");
        }
        assert_eq!(wordings.found, 1);
    }

    #[test]
    fn where_numbers_have_a_meaning_each_is_looked_at() {
        let mut profile = Profile::default();
        profile.hubspot.contacts.insert("98651".to_owned(), "48213".to_owned());
        assert!(Vocabulary::new(&profile).expect("a profile").minds_numbers);
        for worker in ["Worker20250X", "Worker2", "elapsed"] {
            let profile = Profile { worker: worker.to_owned(), ..Profile::default() };
            assert!(Vocabulary::new(&profile).expect("a profile").minds_numbers, "{worker}");
        }
        assert!(!WORDS.minds_numbers);
    }

    #[test]
    fn many_wordings_are_not_kept_for_ever() {
        let messages: Vec<String> =
            (0..1000).map(|at| format!("label {}", "x".repeat(at % 500))).collect();
        let (wordings, are_same) = read_all(&messages);
        assert!(are_same && wordings.known.len() <= KEPT);
    }

    proptest::proptest! {
        #[test]
        fn a_wording_says_what_reading_says(
            lines in proptest::collection::vec(proptest::collection::vec(
                (
                    proptest::sample::select(vec![
                        "credentialing_hubspot_id", "credentialing_active_attested_id", "=", " ",
                        " => ", ": ", "->", " set to ", "therapist_id=", "therapist ", "Therapist#",
                        "label \"Active\" added to object ", "label Active Attested removed from ",
                        "created HubSpot credentialing object ", "failed to add label Active to ",
                        "[", ", ", "]", "(was ", ")", "; ", ". ", "-", "x", "2025-07-04T", "skipped=",
                        "ExtendedSignUpWorker started for ", "args: [", "\"", ".0", ",278,823", "/",
                    ]),
                    proptest::sample::select(vec![
                        "", "", "30278823850", "30272441773", "48213", "48219", "302", "0", "05555",
                        "123456789012345678901", "7",
                    ]),
                ),
                0..8,
            ), 0..12),
        ) {
            let told = |parts: &Vec<(&str, &str)>| {
                parts.iter().flat_map(|(word, number)| [*word, *number]).collect::<String>()
            };
            let mut messages: Vec<String> = lines.iter().map(told).collect();
            // The same wordings with other numbers.
            let others = messages.iter().map(|m| m.replace("30278823850", "30272441773"));
            let others = others.chain(messages.iter().map(|m| m.replace("48213", "48219")));
            let others: Vec<String> = others.collect();
            messages.extend(others);
            proptest::prop_assert!(read_all(&messages).1);
        }
    }
}
