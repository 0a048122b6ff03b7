//! Turns of loggers that no sample holds: SQL over several lines, rollbacks among other sessions,
//! lines that ran into each other, errors that quote a write. Each whatever the block size.

use credtrail::ingest::Options;
use credtrail::ingest::read;
use credtrail::ingest::source::Input;
use credtrail::model::Event;
use credtrail::model::EventKind;
use credtrail::model::Profile;
use credtrail::model::TherapistId;

const F: &str = "credentialing_hubspot_id";
const ID: &str = "30278823850";
const JOB: &str = "9d2f1f5e-2c44-4d7b-8a3c-7a3de1b0c902";
const SERVER: &str = "2025-07-04 07:04:56.313 UTC [2231] app@db ";

fn events(log: &str, block: usize) -> (Vec<Event>, u64) {
    let inputs = [Input::Memory("log".to_owned(), log.as_bytes().to_vec())];
    let options = Options { block, threads: 2, ..Options::default() };
    let reading = read(&inputs, &Profile::default(), &options).expect("the profile is good");
    let sheet = &reading.sources[0].sheet;
    assert!(sheet.is_balanced());
    (reading.events, sheet.unread)
}

/// What a log tells: `48213 302…850`, `48213 started`, and `unread` for each line that is.
fn told(log: &str) -> String {
    let (events, unread) = events(log, 1 << 20);
    for block in [1, 100, 333] {
        assert_eq!(self::events(log, block).0, events, "{block} B: {log}");
    }
    let shown = events.iter().map(|event| {
        let whose = event.therapist.as_ref().map_or("?", TherapistId::as_str);
        match &event.kind {
            EventKind::Assigned { object, .. } => {
                let object = object.as_ref().map_or("nil", |object| object.as_str());
                format!("{whose} {}", object.get(8..).unwrap_or(object))
            }
            other => format!("{whose} {}", other.name()),
        }
    });
    let unread = (0..unread).map(|_| "unread".to_owned());
    shown.chain(unread).collect::<Vec<_>>().join(", ")
}

fn check(rows: &[(String, &str)]) {
    for (log, events) in rows {
        assert_eq!(told(log), *events, "{log}");
    }
}

fn executed(sql: &str, between: &str, values: &str) -> String {
    format!(
        "{SERVER}LOG:  duration: 0.057 ms  execute <unnamed>: {sql}\n{between}{SERVER}DETAIL:  {values}\n"
    )
}

#[test]
fn a_server_lists_the_values_below() {
    let update = format!("UPDATE \"therapists\" SET \"{F}\" = $1 WHERE \"therapists\".\"id\" = $2");
    let lines = update.replace(" SET", "\n\tSET").replace(" WHERE", "\n\tWHERE");
    let values = format!("parameters: $1 = '{ID}', $2 = '48213'");
    let other = SERVER.replace("2231", "2240");
    let foreign = format!(
        "{other}LOG:  execute a: SELECT $1\n\tFROM x\n{other}DETAIL:  parameters: $1 = '48219'\n"
    );
    let next = format!("{SERVER}LOG:  execute <unnamed>: SELECT $1\n");
    check(&[
        (executed(&update, "", &values), "48213 850"),
        (executed(&update, "", &values.replace("par", "Par")), "48213 850"),
        (executed(&update, &foreign, &values), "48213 850"),
        (executed(&lines, &foreign, &values), "48213 850"),
        (executed(&update, "", "parameters: $1 = NULL, $2 = '48213'"), "48213 nil"),
        (executed(&update, "", "parameters: $1 = '302788...', $2 = '48213'"), "unread"),
        (executed(&update, &next, &values), "unread"),
        (executed(&update, "", &values).replace("execute", "bind"), ""),
    ]);
}

#[test]
fn sql_of_several_lines_is_one_statement() {
    let plain = format!("UPDATE therapists\n\tSET {F} = {ID}\n\tWHERE id = 48213\n");
    let asked = format!("SELECT *\n\tFROM therapists\n\tWHERE id = 48213\n\tAND {F} = {ID}\n");
    let record = format!("[ActiveJob] [ExtendedSignUpWorker] [{JOB}]    (1.2ms)  ");
    check(&[
        (format!("{SERVER}LOG:  statement: {plain}"), "48213 850"),
        (format!("{SERVER}LOG:  statement: {asked}"), ""),
        (format!("{SERVER}STATEMENT:  {plain}"), ""),
        (format!("{SERVER}LOG:  duration: 12 ms  plan:\n\tQuery Text: {plain}"), ""),
        (format!("{record}{}", plain.replace('\t', "  ")), "48213 850"),
        (format!("{record}{}", asked.replace('\t', "  ")), ""),
        // What only stands below is a statement of its own.
        (format!("{record}SELECT 1\ntherapist_id=48213 {F}={ID}\n"), "48213 850"),
    ]);
}

#[test]
fn one_statement_may_write_to_several() {
    let line = |end: &str| format!("  Therapist Update All (1.2ms)  UPDATE \"therapists\" {end}\n");
    let of = |ids: &str| format!("SET \"{F}\" = {ID} WHERE \"therapists\".\"id\" {ids}");
    check(&[
        (line(&of("IN (48213)")), "48213 850"),
        (line(&of("IN (48213, 48219)")), "48213 850, 48219 850"),
        (line(&of("IN ($1, $2)  [[\"id\", 48213], [\"id\", 48219]]")), "48213 850, 48219 850"),
        (line(&of("IN (SELECT id FROM x WHERE id = 48213)")), "? 850"),
        (
            line(&format!("SET {F} = {ID} WHERE clinics.id = 7 AND therapists.id = 48213")),
            "48213 850",
        ),
        (line(&format!("SET status = 'rejected', {F} = {ID} WHERE id = 48213")), "48213 850"),
    ]);
}

#[test]
fn a_rollback_undoes_its_own_session_alone() {
    let tag = |job: &str| format!("[ActiveJob] [ExtendedSignUpWorker] [{job}] ");
    let border = |job: &str, border: &str| format!("{}  TRANSACTION (0.2ms)  {border}\n", tag(job));
    let write = |job: &str, tags: &str| {
        let sql = format!("UPDATE \"therapists\" SET \"{F}\" = {ID} WHERE id = 48213");
        format!("{}  Therapist Update (1.2ms)  {sql}{tags}\n", tag(job))
    };
    let other = &JOB.replace("9d2f", "77aa");
    let begin = |job| border(job, "BEGIN");
    let undone = begin(JOB) + &write(JOB, "") + &begin(other) + &border(other, "COMMIT");
    let point = border(JOB, "SAVEPOINT active_record_1");
    let back = border(JOB, "ROLLBACK TO SAVEPOINT active_record_1");
    let bare = "  TRANSACTION (0.2ms)  ";
    let untagged = write(JOB, " /*job:ExtendedSignUpWorker*/").replace(&tag(JOB), "");
    check(&[
        (undone.clone() + &border(JOB, "ROLLBACK"), ""),
        (undone + &border(other, "ROLLBACK"), "48213 850"),
        (begin(JOB) + &write(JOB, "") + &point + &write(JOB, "") + &back, "48213 850"),
        (begin(JOB) + &point + &write(JOB, "") + &back + &border(JOB, "COMMIT"), ""),
        (format!("{bare}BEGIN\n{untagged}{bare}ROLLBACK\n"), ""),
        (format!("{bare}BEGIN\r\n{}\r\n{bare}ROLLBACK\r\n", untagged.trim_end()), ""),
    ]);
}

#[test]
fn lines_that_ran_together_have_places_of_their_own() {
    let first = format!(
        "2025-07-04T07:04:55.713Z pid=4 tid=a class=W jid=a INFO: therapist_id=48219 {F}=30281190442"
    );
    let second = format!(
        "2025-07-04T07:04:55.903Z pid=4 tid=b class=W jid=b INFO: therapist_id=48213 {F}={ID}"
    );
    let log = format!("{first}{second}\n\n");
    assert_eq!(told(&log), "48219 442, 48213 850");
    let (events, _) = events(&log, 1 << 20);
    let places: Vec<_> = events.iter().map(|e| (e.origin.offset, e.origin.line)).collect();
    assert_eq!(places, [(0, 1), (first.len() as u64, 1)]);
    assert_eq!(&*events[1].origin.text, second.as_bytes());
}

#[test]
fn what_a_jobs_own_lines_quote_is_no_write() {
    let head = "I, [2025-07-04T07:04:55.100000 #4]  INFO -- : ";
    let tags = format!("{head}[ActiveJob] [ExtendedSignUpWorker] [{JOB}] ");
    let named = format!("ExtendedSignUpWorker (Job ID: {JOB})");
    let write = format!("{tags}{F}={ID}\n");
    let other = tags.replace("ExtendedSignUpWorker", "OtherWorker").replace("9d2f", "77aa");
    let quoted = format!("X ({F}={ID})");
    let enqueued =
        |head: &str| format!("{head}Enqueued {named} to Sidekiq(default) with arguments: 48213\n");
    check(&[
        (
            format!("{tags}Error performing {named} from Sidekiq(default) in 2.0ms: {quoted}\n"),
            "? failed",
        ),
        (format!("{tags}Retrying {named} after 1 attempts in 3 seconds, due to a {quoted}.\n"), ""),
        (format!("{tags}Stopped retrying {named} due to a {quoted}, which reoccurred.\n"), ""),
        (format!("{tags}Discarded {named} due to a {quoted}.\n"), ""),
        (
            format!("{head}Failed enqueuing ExtendedSignUpWorker to Sidekiq(default): {quoted}\n"),
            "",
        ),
        // The job is told whose it is where it is enqueued, by whatever runs there.
        (format!("{other}Performing step 2: therapist_id=48213 set {F} to {ID}\n"), "48213 850"),
    ]);
    let told_of = |log: &str| {
        let inputs = [Input::Memory("log".to_owned(), log.as_bytes().to_vec())];
        let reading = read(&inputs, &Profile::default(), &Options::default()).expect("good");
        let mentions = reading.mentions.iter();
        let jobs: Vec<_> = mentions.map(|m| m.mark.job.as_ref().map(ToString::to_string)).collect();
        (jobs, reading.events.len())
    };
    for enqueued in [enqueued(head), enqueued(&other), enqueued(&format!("{head}[req] "))] {
        assert_eq!(told_of(&(enqueued + &write)), (vec![Some(JOB.to_owned())], 1));
    }
}

#[test]
fn an_exception_ends_a_run_in_every_form_of_semantic_logger() {
    let text = "2025-07-04 07:04:56.312454 E [4:p-2] {jid: b, class: ExtendedSignUpWorker} (2.391s) ExtendedSignUpWorker -- Completed #perform -- Exception: X: credentialing_hubspot_id=30278823850\n";
    let json = r#"{"timestamp":"2025-07-04T07:04:57.611802Z","level":"error","level_index":4,"pid":4,"thread":"p","duration_ms":2391.0,"named_tags":{"jid":"b","class":"ExtendedSignUpWorker"},"message":"Completed #perform","exception":{"name":"X","message":"credentialing_hubspot_id=30278823850"}}"#;
    let logfmt = r#"timestamp="2025-07-04T07:04:57.611802Z" level="error" name="X" message="credentialing_hubspot_id=30278823850" duration="2.391s" duration_ms=2391.0 tag="exception" jid="b" class="ExtendedSignUpWorker""#;
    check(&[
        (format!("{text}{F}: {ID}\n"), "? failed"),
        (format!("{json}\n"), "? failed"),
        (format!("{logfmt}\n"), "? failed"),
        (format!("{}\n", logfmt.replace("duration_ms=2391.0 ", "")), ""),
    ]);
}

#[test]
fn rails_events_tell_of_sql_and_of_jobs() {
    let event = |name: &str, payload: &str| {
        format!(
            "{{\"name\":\"{name}\",\"payload\":{{{payload}}},\"tags\":{{}},\"context\":{{}},\"timestamp\":1751612696312454001}}\n"
        )
    };
    let sql = |value: &str| {
        let text = format!("UPDATE \\\"therapists\\\" SET \\\"{F}\\\" = $1 WHERE \\\"id\\\" = $2");
        let binds = format!("[[\"{F}\",{value}],[\"id\",48213]]");
        event("active_record.sql", &format!("\"sql\":\"{text}\",\"binds\":{binds}"))
    };
    let job = |name: &str, rest: &str| {
        event(name, &format!("\"job_class\":\"ExtendedSignUpWorker\",\"job_id\":\"{JOB}\"{rest}"))
    };
    check(&[
        (sql(ID), "48213 850"),
        (sql("null"), "48213 nil"),
        (sql("\"[FILTERED]\""), "unread"),
        (job("active_job.started", ",\"arguments\":[48213]"), "48213 started"),
        (job("active_job.completed", ""), "? done"),
        (job("active_job.completed", ",\"exception_class\":\"X\""), "? failed"),
        (job("active_job.discarded", ",\"exception_class\":\"X\""), ""),
        (event("therapist.updated", &format!("\"therapist_id\":48213,\"{F}\":{ID}")), "48213 850"),
    ]);
}
