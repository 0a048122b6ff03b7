//! The logs that speed is measured on: Sidekiq 7 text, every n-th line of the worker that matters.

use std::io;
use std::io::Write;

/// Lines of one run.
const RUN: usize = 8;

/// Writes so many lines, of which every `every`-th belongs to a run of the worker, a clean
/// hand-off each; gives the bytes written.
pub(crate) fn write(out: &mut dyn Write, lines: usize, every: usize) -> io::Result<usize> {
    let mut bytes = 0;
    let mut line = Vec::with_capacity(256);
    for at in 0..lines {
        line.clear();
        let (hour, minute, second, milli) =
            (at / 3_600_000 % 24, at / 60_000 % 60, at / 1000 % 60, at % 1000);
        write!(line, "2025-07-04T{hour:02}:{minute:02}:{second:02}.{milli:03}Z pid=4 tid=2tc ")?;
        if at % every == 0 {
            relevant(&mut line, at / every)?;
        } else {
            writeln!(
                line,
                "class=SyncAvailabilityWorker jid=1f9e0c77a6b24d0d8e51c3aa INFO: slot {at} of \
                 calendar 118 refreshed in 0.041 s, nothing to do"
            )?;
        }
        out.write_all(&line)?;
        bytes += line.len();
    }
    Ok(bytes)
}

fn relevant(line: &mut Vec<u8>, number: usize) -> io::Result<()> {
    let job = number / RUN;
    let (first, second) = (30_278_000_000 + 2 * job, 30_278_000_001 + 2 * job);
    let elapsed = if number % RUN == RUN - 1 { " elapsed=0.007" } else { "" };
    write!(line, "class=ExtendedSignUpWorker jid={job:024x}{elapsed} INFO: ")?;
    let therapist = 10_000 + job;
    match number % RUN {
        0 => writeln!(line, "start"),
        1 => {
            writeln!(line, "therapist_id={therapist} created HubSpot credentialing object {second}")
        }
        2 => writeln!(line, "therapist_id={therapist} credentialing_hubspot_id={first}"),
        3 => writeln!(line, "therapist_id={therapist} label \"Active\" added to object {first}"),
        4 => writeln!(
            line,
            "therapist_id={therapist} label \"Active Attested\" removed from object {first}"
        ),
        5 => writeln!(
            line,
            "therapist_id={therapist} label \"Active Attested\" added to object {second}"
        ),
        6 => writeln!(line, "therapist_id={therapist} credentialing_active_attested_id={second}"),
        _ => writeln!(line, "done"),
    }
}
