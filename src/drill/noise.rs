//! Noise: what other workers say, some of it in words that a careless reader takes for writes.

use crate::drill::Order;
use crate::drill::dice::Dice;
use crate::drill::history::History;
use crate::drill::line::Line;
use crate::drill::line::Says;

/// One line of another worker.
#[derive(Debug)]
pub(super) struct Noise {
    class: &'static str,
    jid: String,
    host: u64,
    tid: String,
    message: String,
}

impl Noise {
    /// The noise of a number.
    pub(super) fn of(order: &Order, number: u64, histories: &[History]) -> Self {
        let mut dice = Dice::of(order.seed ^ 0x0006_e015_e000, number);
        let at = usize::try_from(dice.below(histories.len().max(1) as u64)).unwrap_or(0);
        let (class, message) = match (dice.below(16), histories.get(at)) {
            (0, Some(history)) => ("CredentialingAuditWorker", decoy(history, &mut dice)),
            (1..4, _) => (
                "ReminderMailer",
                format!(
                    "sent mail for appointment {} in 0.{:03} s",
                    dice.below(1_000_000),
                    dice.below(1000)
                ),
            ),
            _ => (
                "SyncAvailabilityWorker",
                format!(
                    "slot {} of calendar {} refreshed in 0.{:03} s, nothing to do",
                    dice.below(100_000),
                    dice.below(5000),
                    dice.below(1000)
                ),
            ),
        };
        Self { class, jid: dice.hex(24), host: dice.below(3), tid: dice.hex(3), message }
    }

    pub(super) fn line<'a>(&'a self, at: i64, order: &Order) -> Line<'a> {
        Line {
            at,
            digits: order.digits,
            host: self.host,
            pid: 11,
            tid: &self.tid,
            class: self.class,
            jid: &self.jid,
            says: Says::Message(&self.message),
        }
    }
}

/// Mentions of a therapist's fields and labels that write nothing.
fn decoy(history: &History, dice: &mut Dice) -> String {
    let (therapist, object) = (history.therapist, history.objects[0]);
    match dice.below(5) {
        0 => format!(
            "therapist_id={therapist} would set credentialing_hubspot_id to {object} (dry run)"
        ),
        1 => format!("SELECT * FROM therapists WHERE credentialing_active_attested_id = {object}"),
        2 => format!("therapist_id={therapist} credentialing_hubspot_id {object} is not unique"),
        3 => format!(
            "therapist_id={therapist} checked: label \"Active Attested\" is on object {object}"
        ),
        _ => format!("therapist_id={therapist} skipped, object {object} unchanged"),
    }
}
