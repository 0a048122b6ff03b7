//! Tables of wordings: what is a write, what is not, and what is unread.

use super::*;
use crate::ingest::envelope::read_any;
use crate::ingest::statement::wording::tests::said_again;
use crate::model::Field;
use crate::model::ObjectId;
use crate::model::Profile;

const NEW: &str = "30278823850";
const OLD: &str = "30272441773";

pub(super) fn words() -> Vocabulary {
    Vocabulary::new(&Profile::default()).expect("the built-in profile")
}

pub(super) fn record(message: &str) -> Record<'_> {
    Record { message: message.as_bytes().into(), ..Record::default() }
}

/// One event as short text: `hub=302…<301…`, `+Active@302…`, `created@302…`.
fn shown(kind: &EventKind) -> String {
    let id = |object: &Option<ObjectId>| object.as_ref().map_or("nil".into(), ToString::to_string);
    match kind {
        EventKind::Assigned { field, object, previous } => {
            let field = if *field == Field::Hubspot { "hub" } else { "att" };
            let old = previous.as_ref().map(|old| format!("<{old}")).unwrap_or_default();
            format!("{field}={}{old}", id(object))
        }
        EventKind::Labelled { object, label } => format!("+{}@{object}", label.name()),
        EventKind::Unlabelled { object, label } => format!("-{}@{object}", label.name()),
        EventKind::StepFailed { step, object } => format!("!{}@{}", step.name(), id(object)),
        EventKind::Created { object } => format!("created@{object}"),
        other => other.name().to_owned(),
    }
}

/// All events of a record, with 1 and 2 for the two objects, and `?` for an unread mention.
pub(super) fn told(record: &Record<'_>) -> String {
    let words = words();
    let said = read(record, &words);
    assert_eq!(said_again(record, &words), said, "{record:?}");
    let mut kinds: Vec<_> = said.kinds.iter().map(shown).collect();
    kinds.extend(said.unread.map(|_| "?".to_owned()));
    kinds.join(" ").replace(NEW, "1").replace(OLD, "2")
}

/// Checks rows of message and events; `F` and `G` are the fields, `1` and `2` written as `$1`, `$2`.
pub(super) fn check(rows: &[(&str, &str)]) {
    for (message, events) in rows {
        let message = expand(message);
        assert_eq!(told(&record(&message)), *events, "{message}");
    }
}

fn expand(message: &str) -> String {
    let message = message.replace("$F", "credentialing_hubspot_id");
    let message = message.replace("$G", "credentialing_active_attested_id");
    message.replace("$1", NEW).replace("$2", OLD)
}

#[test]
fn assignments_in_every_shape() {
    check(&[
        ("$F set to $1", "hub=1"),
        ("`$F` set to **$1**", "hub=1"),
        ("set $F to $1", "hub=1"),
        ("Setting therapist 48213's $G to '$2'", "att=2"),
        ("updated $F from $1 to $2", "hub=2<1"),
        ("$F: $1 -> $2", "hub=2<1"),
        ("$F=$1", "hub=1"),
        ("$F: $1", "hub=1"),
        ("{:$F=>$1}", "hub=1"),
        ("{$F: $1}", "hub=1"),
        ("$F => \"$1\"", "hub=1"),
        ("{\"$F\":$1}", "hub=1"),
        ("{\\\"$F\\\":\\\"$1\\\"}", "hub=1"),
        ("$F changed from nil to $1", "hub=1"),
        ("$F changed from $1 to $2", "hub=2<1"),
        ("$F cleared", "hub=nil"),
        ("cleared $F", "hub=nil"),
        ("nulling therapist 48213's $F", "hub=nil"),
        ("$F=$1 expected_at=2025-07-05 skipped=0", "hub=1"),
        ("$F was cleared (was $1)", "hub=nil"),
        ("$F set to nil", "hub=nil"),
        ("$F set to NULL", "hub=nil"),
        ("$F=null", "hub=nil"),
        ("$F=\"\"", "hub=nil"),
        ("$F updated to $1", "hub=1"),
        ("$F was set back to **$1**", "hub=1"),
        ("$F has been reset to $1", "hub=1"),
        ("$F is now $1", "hub=1"),
        ("$F := $1", "hub=1"),
        ("$F $2 => $1", "hub=1<2"),
        ("$F: [$2, $1]", "hub=1<2"),
        ("{\"$F\"=>[nil, $1]}", "hub=1"),
        ("assigned $1 to $F", "hub=1"),
        ("wrote \"$1\" into `$F`", "hub=1"),
        ("assigned object $1 to Therapist#$F", "hub=1"),
        ("therapist.$F=$1", "hub=1"),
        ("Therapist#$F set to $1", "hub=1"),
        ("set $F to $1 (was $2)", "hub=1<2"),
        ("$F=$1 $G=$2", "hub=1 att=2"),
        ("set $F to $1 and $G to $2", "hub=1 att=2"),
        ("$F: $1, $G changed from nil to $2", "hub=1 att=2"),
        ("$F=$1.0", "hub=1"),
        ("$F=302788238502025-07-04T07:04:55.903Z pid=4", "hub=1"),
        ("$F=1", "hub=1"),
        ("$F → $1", "hub=1"),
        ("$F updated: $2 → $1", "hub=1<2"),
        ("$F=$1; failed to notify", "hub=1"),
        ("$F set to $1 as expected", "hub=1"),
    ]);
}

#[test]
fn assignments_that_say_whose_field_it_is() {
    check(&[
        ("Set $F for therapist 48213 to $1", "hub=1"),
        ("$F for therapist 48213: $1", "hub=1"),
        ("$F of Therapist#48213 changed from $1 to $2", "hub=2<1"),
        ("$F (therapist 48213) set to $1", "hub=1"),
        ("$F $2 overwritten with $1", "hub=1<2"),
        ("replaced $F $2 by $1", "hub=1<2"),
        ("set $F=$1", "hub=1"),
        ("therapist.update!($F: $1, $G: nil)", "hub=1 att=nil"),
        ("Updating therapist 48213: $F → $1", "hub=1"),
        ("$F: nil → $1", "hub=1"),
        ("- `$G` set to **$1**", "att=1"),
        ("`$F` set back to **$1**", "hub=1"),
        ("$F successfully updated ($1)", "hub=1"),
    ]);
}

#[test]
fn what_only_looks_like_a_write_is_quiet() {
    check(&[
        ("SELECT * FROM therapists WHERE $F = $1", ""),
        ("dry run: $F set to $1", ""),
        ("[DRY] set $F to $1", ""),
        ("would set $F to $1", ""),
        ("noop $F=$1", ""),
        ("$F $1 is not unique", ""),
        ("$F $1 has already been taken", ""),
        ("$F=$1 is invalid", ""),
        ("Validation failed: $F=$1", ""),
        ("$F must be $1", ""),
        ("expected $F to be $1", ""),
        ("skipping $F=$1", ""),
        ("not setting $F to $1", ""),
        ("$F not changed: $1", ""),
        ("$F unchanged ($1)", ""),
        ("update rejected: $F=$1", ""),
        ("$F=$2 expected=$1", ""),
        ("rolled back $F=$1", ""),
        ("reading $F: $1", ""),
        ("$F was $1", ""),
        ("current $F is $1", ""),
        ("checking $F $1", ""),
        ("Therapist.find_by($F: $1)", ""),
        ("Therapist.where(id: 1, $F: $1)", ""),
        ("lookup by $F $1", ""),
        ("Parameters: {\"$F\"=>\"$1\"}", ""),
        ("method=PATCH path=/t/1 status=422 therapist_id=48213 $F=$1", ""),
        ("GET /t?$F=$1", ""),
        ("{\"isValid\":false,\"$F\":\"$1\"}", ""),
        ("old_$F_x=$1", ""),
        ("old_$F=$1", ""),
        ("$F_was=$1", ""),
        ("$F == $1", ""),
        ("$F=abc123", ""),
        ("did not set $F to $1", ""),
        ("$F", ""),
        ("$F failed at 07:04:56", ""),
    ]);
}

#[test]
fn what_nobody_reads_is_unread() {
    check(&[
        ("$F ==> $1", "?"),
        ("$F=3.02788E+10", "?"),
        ("$F $1", "?"),
        ("$F <$1>", "?"),
        ("$G=$1 $F | $2", "att=1 ?"),
    ]);
    let message = expand("$F ==> $1");
    let unread = read(&record(&message), &words()).unread;
    let reason = "expected an assignment after credentialing_hubspot_id, found \"==> 30278823850\"";
    assert_eq!(unread.as_deref(), Some(reason));
}

#[test]
fn labels_in_every_shape() {
    check(&[
        ("label \"Active\" added to object $1", "+Active@1"),
        ("label \"Active Attested\" removed from credentialing object $1", "-Active Attested@1"),
        ("added label Active Attested to object $1", "+Active Attested@1"),
        ("removed label 'active' from object $1", "-Active@1"),
        ("removed \"Active Attested\" label from object $1", "-Active Attested@1"),
        (
            "association label changed on object $1: \"Active Attested\" -> \"Active\"",
            "-Active Attested@1 +Active@1",
        ),
        (
            "association label changed on object $1: (none) -> \"Active Attested\"",
            "+Active Attested@1",
        ),
        ("association label changed on object $1: \"Active\" -> (none)", "-Active@1"),
        ("associated object $1 with label \"Active Attested\"", "+Active Attested@1"),
        (
            "labels \"Active\", \"Active Attested\" added to object $1",
            "+Active@1 +Active Attested@1",
        ),
        (
            "changed label of object $1 from \"Active Attested\" to \"Active\"",
            "-Active Attested@1 +Active@1",
        ),
        (
            "added label \"Active\" to object $1 and removed label \"Active Attested\" from object $2",
            "+Active@1 -Active Attested@2",
        ),
        (
            "object $1: label \"Active\" added, label \"Active Attested\" removed",
            "+Active@1 -Active Attested@1",
        ),
        (
            "Association label changed -- {:therapist_id=>48213, :object_id=>$1, :from=>\"Active Attested\", :to=>\"Active\"}",
            "-Active Attested@1 +Active@1",
        ),
        (
            "Association label changed -- {therapist_id: 48213, object_id: $1, from: nil, to: \"Active\"}",
            "+Active@1",
        ),
        ("label \"Inactive\" added to object $1", ""),
        ("label \"Active Pending\" added to object $1", ""),
        ("label \"Active\" read for object $1", ""),
        ("would add label \"Active\" to object $1", ""),
        ("label \"Active\" added", ""),
    ]);
}

#[test]
fn creations_and_failures() {
    check(&[
        ("created HubSpot credentialing object $1", "created@1"),
        ("therapist_id=48213 created HubSpot credentialing object $1", "created@1"),
        ("Credentialing object $1 was created", "created@1"),
        (
            "Created HubSpot credentialing object -- {:therapist_id=>48213, :object_id=>$1}",
            "created@1",
        ),
        ("found existing HubSpot credentialing object $1", ""),
        ("failed to add label \"Active\" to object $1: 429 Too Many Requests", "!activate@1"),
        ("failed to add label \"Active Attested\" to object $1", "!attest@1"),
        ("unable to remove label \"Active Attested\" from object $1", "!unattest@1"),
        ("error removing label \"Active Attested\" from object $1", "!unattest@1"),
        ("error adding label Active to object $1", "!activate@1"),
        ("failed to add label \"Active\" to object 4 for therapist_id: 48213", "!activate@4"),
        ("could not set $F", "!activate@nil"),
        ("failed to set $G to $1", "!attest@1"),
        ("failed to create credentialing object: timeout", "!create@nil"),
        ("failed to create HubSpot credentialing object: 500", "!create@nil"),
        ("failed to add label \"Active Attested\" to object: 429", "!attest@nil"),
        ("failed to associate object $1 with label \"Active Attested\"", "!attest@1"),
        ("removing label \"Active Attested\" from object $1 failed", "!unattest@1"),
        ("failed to send mail", ""),
        ("Therapist 48213 update failed: $F $1", "!activate@1"),
        ("Step 3 failed: could not remove \"Active Attested\" from object $1", "!unattest@1"),
        (
            "$F set to $1, failed to remove label \"Active Attested\" from object $1",
            "hub=1 !unattest@1",
        ),
        ("$F=$1 but label \"Active\" could not be added to object $1", "hub=1 !activate@1"),
        ("$F=$1 failed_count=0", "hub=1"),
    ]);
}

fn with_class<'a>(class: &'static str, message: &'a str) -> Record<'a> {
    Record { class: Some(class.as_bytes().into()), ..record(message) }
}

#[test]
fn the_life_of_the_worker_and_of_no_other() {
    for (message, events) in [
        ("start", "started"),
        ("done", "done"),
        ("done: 2.608 sec", "done"),
        ("fail: 2.391 sec", "failed"),
        ("Start #perform", "started"),
        ("Completed #perform", "done"),
        ("starting over", ""),
    ] {
        assert_eq!(told(&with_class("ExtendedSignUpWorker", message)), events, "{message}");
        assert_eq!(told(&with_class("CredentialingSyncWorker", message)), "", "{message}");
    }
    check(&[
        (
            "Performing ExtendedSignUpWorker (Job ID: 9d2f1f5e) from Sidekiq(default) with arguments: 48213",
            "started",
        ),
        (
            "Performed ExtendedSignUpWorker (Job ID: 9d2f1f5e) from Sidekiq(default) in 2608.0ms",
            "done",
        ),
        (
            "Error performing ExtendedSignUpWorker (Job ID: 9d2f1f5e) from Sidekiq(default) in 2391.0ms: X",
            "failed",
        ),
        ("Performing OtherWorker (Job ID: 9d2f1f5e) from Sidekiq(default)", ""),
        (
            "Enqueued ExtendedSignUpWorker (Job ID: 9d2f1f5e) to Sidekiq(default) with arguments: 48213",
            "",
        ),
        ("Retrying ExtendedSignUpWorker (Job ID: 9d2f1f5e) after 3 attempts", ""),
        ("Discarded ExtendedSignUpWorker (Job ID: 9d2f1f5e) due to a X", ""),
        ("ExtendedSignUpWorker started for therapist 48213", "started"),
        ("ExtendedSignUpWorker has finished", "done"),
        ("Starting ExtendedSignUpWorker for therapist 48213", "started"),
        ("ExtendedSignUpWorker failed for therapist 48213", "failed"),
        ("ExtendedSignUpWorker failed to add label \"Active\" to object $1", "!activate@1"),
    ]);
}

#[test]
fn a_job_that_raised_names_itself() {
    for message in [
        r#"{"context":"Job raised exception","job":{"args":[48213],"class":"ExtendedSignUpWorker","jid":"j1"},"jobstr":"{\"jid\":\"x\"}"}"#,
        r#"context=Job raised exception job={"args" => [48213], "class" => "ExtendedSignUpWorker", "jid" => "j1"}"#,
        r#"{"context":"Job raised exception","job":{"class":"Sidekiq::ActiveJob::Wrapper","wrapped":"ExtendedSignUpWorker","jid":"j1","args":[{"job_class":"ExtendedSignUpWorker","arguments":[{"_aj_globalid":"gid://app/Therapist/48213"}]}]}}"#,
    ] {
        let said = read(&record(message), &words());
        assert_eq!(said.kinds, [EventKind::Failed], "{message}");
        assert_eq!(said.job, Some(JobId::new("j1")), "{message}");
        assert_eq!(said.class.as_deref(), Some("ExtendedSignUpWorker"), "{message}");
        assert_eq!(said.therapist, Some(TherapistId::new("48213")), "{message}");
    }
    let other =
        r#"{"context":"Job raised exception","job":{"args":[1],"class":"Other","jid":"j1"}}"#;
    assert_eq!(read(&record(other), &words()).kinds, []);
}

#[test]
fn structured_fields_are_statements_too() {
    for (line, events) in [
        (r#"{"msg":"therapist updated","credentialing_hubspot_id":30278823850}"#, "hub=1"),
        (r#"{"msg":"x","payload":{"credentialing_hubspot_id":30278823850.0}}"#, "hub=1"),
        (
            r#"{"msg":"x","changes":{"credentialing_hubspot_id":["30272441773","30278823850"]}}"#,
            "hub=1<2",
        ),
        (
            r#"{"msg":"x","changes":{"credentialing_hubspot_id":{"from":null,"to":30278823850}}}"#,
            "hub=1",
        ),
        (r#"{"msg":"credentialing_hubspot_id changed","from":null,"to":30278823850}"#, "hub=1"),
        (
            r#"{"msg":"updated","field":"credentialing_hubspot_id","old":30272441773,"new":30278823850}"#,
            "hub=1<2",
        ),
        (r#"{"msg":"reading","field":"credentialing_hubspot_id","value":30278823850}"#, ""),
        (r#"{"msg":"x","credentialing_hubspot_id":null}"#, "hub=nil"),
        (r#"{"msg":"x","credentialing_hubspot_id":"3.02788E+10"}"#, "?"),
        (r#"{"msg":"x","params":{"credentialing_hubspot_id":30278823850}}"#, ""),
        (r#"{"msg":"loaded","credentialing_hubspot_id":30278823850}"#, ""),
        (r#"{"msg":"x","dry_run":true,"credentialing_hubspot_id":30278823850}"#, ""),
        (r#"{"method":"PATCH","path":"/t","credentialing_hubspot_id":30278823850}"#, ""),
        (
            r#"{"msg":"failed to set credentialing_hubspot_id","credentialing_hubspot_id":30278823850}"#,
            "!activate@nil",
        ),
        (
            r#"ts=2025-07-04T01:31:39Z msg="created HubSpot credentialing object" object_id=30278823850"#,
            "created@1",
        ),
        (
            r#"ts=2025-07-04T01:31:39Z msg="association label changed" object_id=30278823850 from="Active Attested" to=Active"#,
            "-Active Attested@1 +Active@1",
        ),
        (
            r#"{"msg":"label","action":"removed","label":"Active","object_id":"30278823850"}"#,
            "-Active@1",
        ),
        (
            r#"{"message":"Therapist Update","payload":{"sql":"UPDATE \"therapists\" SET \"credentialing_hubspot_id\" = $1 WHERE \"therapists\".\"id\" = $2","binds":{"credentialing_hubspot_id":30278823850,"id":48213}}}"#,
            "hub=1",
        ),
    ] {
        let record = read_any(line.as_bytes());
        assert_eq!(told(&record.expect("a structured line")), events, "{line}");
    }
}
