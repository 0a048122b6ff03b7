//! Drills: what is written is read back, in every logger, and the same order gives the same bytes.

mod common;

use credtrail::app::generate;
use credtrail::app::generate::Drill;
use credtrail::app::generate::LOGGERS;
use credtrail::app::generate::Logger;
use credtrail::app::generate::Order;
use credtrail::app::generate::Told;
use credtrail::ingest::Options;
use credtrail::ingest::read;
use credtrail::model::EventKind;
use credtrail::model::Profile;
use sha2::Digest as _;
use sha2::Sha256;

fn drill(logger: &'static dyn Logger, digits: u8, repeated: u64) -> Drill {
    let order = common::order(logger.name(), 4, 120, digits);
    generate::drill(Order { bad: 60, repeated, noise: 50, ..order })
}

/// What an event tells, in the generator's own terms.
fn told(kind: &EventKind) -> Told {
    let id = |object: &credtrail::model::ObjectId| object.as_str().parse().expect("a number");
    match kind {
        EventKind::Created { object } => Told::Created(id(object)),
        EventKind::Assigned { field, object, .. } => {
            Told::Assigned(*field, object.as_ref().map_or(0, id))
        }
        EventKind::Labelled { object, label } => Told::Labelled(*label, id(object)),
        EventKind::Unlabelled { object, label } => Told::Unlabelled(*label, id(object)),
        EventKind::Started => Told::Started,
        EventKind::Done => Told::Ended(true),
        EventKind::Failed => Told::Ended(false),
        EventKind::StepFailed { step, object } => Told::Failed(*step, object.as_ref().map(id)),
    }
}

#[test]
fn every_logger_is_read_back_word_for_word() {
    for logger in LOGGERS {
        for digits in [0, 3, 6] {
            let drill = drill(*logger, digits, 0);
            let log = drill.log();
            let lines = memchr::memchr_iter(b'\n', &log).count();
            let inputs = [common::memory("drill.log", &log)];
            let reading = read(&inputs, &Profile::default(), &Options::default()).expect("reads");
            let sheet = &reading.sources[0];
            assert_eq!(sheet.format, [logger.name()], "{digits} digits");
            assert_eq!((sheet.sheet.lines, sheet.sheet.unread), (lines as u64, 0));
            let tick = 10_i64.pow(9 - u32::from(digits));
            let mut found = Vec::new();
            for event in &reading.events {
                let stamp = event.stamp.expect("every line has a time");
                assert_eq!(stamp.digits(), digits, "{}", logger.name());
                found.push(format!("{} {:?}", stamp.earliest(), told(&event.kind)));
            }
            let is_told = |told: &Told| {
                logger.names_jobs() || !matches!(told, Told::Started | Told::Ended(_))
            };
            let mut wanted: Vec<String> = drill
                .told()
                .filter(|(_, _, told)| is_told(told))
                .map(|(_, at, told)| format!("{} {told:?}", at.div_euclid(tick) * tick))
                .collect();
            found.sort();
            wanted.sort();
            let first = found.iter().zip(&wanted).find(|(found, wanted)| found != wanted);
            assert_eq!(first, None, "{}", logger.name());
            assert_eq!(found.len(), wanted.len(), "{}", logger.name());
            let owners: Vec<_> =
                reading.events.iter().filter_map(|it| it.therapist.as_ref()).collect();
            let named =
                drill.told().filter(|(_, _, t)| !matches!(t, Told::Started | Told::Ended(_)));
            assert_eq!(owners.len(), named.count(), "{}", logger.name());
        }
    }
}

#[test]
fn the_same_order_gives_the_same_bytes() {
    let print = |logger: &'static dyn Logger| {
        let drill = drill(logger, 3, 20);
        let mut hash = Sha256::new();
        hash.update(drill.log());
        hash.update(drill.truth().json());
        hash.finalize().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
    };
    let prints: Vec<String> = LOGGERS
        .iter()
        .map(|logger| format!("{:16} {}", logger.name(), &print(*logger)[..16]))
        .collect();
    // The same on every machine: a change here changes everybody's drills.
    insta::assert_snapshot!(prints.join("\n"));
}

#[test]
fn a_log_is_in_order_and_goes_on_after_the_last_run() {
    let drill = drill(LOGGERS[0], 3, 0);
    let times: Vec<i64> = drill.told().map(|(_, at, _)| at).collect();
    assert!(times.is_sorted());
    let log = String::from_utf8(drill.log()).expect("UTF-8");
    let stamps: Vec<&str> = log.lines().map(|line| &line[..23]).collect();
    assert!(stamps.is_sorted());
}
