//! `credtrail generate`: from what was typed to two files.

use std::fs::File;
use std::io;
use std::io::BufWriter;
use std::io::Write;
use std::path::Path;

use credtrail::app::generate;
use credtrail::app::generate::LOGGERS;
use credtrail::app::generate::Logger;
use credtrail::app::generate::Order;
use credtrail::app::generate::Plot;

use crate::cli::args::Common;
use crate::cli::args::Generate;
use crate::cli::complain;
use crate::cli::exit::Exit;
use crate::cli::question::moment;
use crate::cli::question::time;

/// Writes the log, and the truth if asked for.
pub(crate) fn command(common: &Common, typed: &Generate) -> Exit {
    let order = match order(common, typed) {
        Ok(order) => order,
        Err(message) => {
            complain(&message);
            return Exit::Usage;
        }
    };
    let drill = generate::drill(order);
    let written = match &typed.output {
        Some(path) => file(path, |out| drill.write(out)),
        None => to_standard_output(&drill),
    };
    let truth = typed.truth.as_ref();
    let told = truth.map(|path| file(path, |out| out.write_all(drill.truth().json().as_bytes())));
    match written.and_then(|()| told.unwrap_or(Ok(()))) {
        Ok(()) => Exit::Good,
        Err(message) => {
            complain(&message);
            Exit::Io
        }
    }
}

fn order(common: &Common, typed: &Generate) -> Result<Order, String> {
    let rules = time(common)?;
    let from = moment(&typed.begin, rules).ok_or_else(|| {
        format!("--begin: expected a time such as 2025-07-04T00:00:00Z, found \"{}\"", typed.begin)
    })?;
    let names: Vec<&str> = LOGGERS.iter().map(|logger| logger.name()).collect();
    let logger: &'static dyn Logger = generate::find(&typed.logger).ok_or_else(|| {
        format!("--logger: expected one of {}, found \"{}\"", names.join(", "), typed.logger)
    })?;
    let plot = typed.plot.as_deref().map(|name| {
        let bad = || Plot::ALL.into_iter().filter(|plot| plot.is_bad());
        bad().find(|plot| plot.name() == name).ok_or_else(|| {
            let names: Vec<&str> = bad().map(Plot::name).collect();
            format!("--plot: expected one of {}, found \"{name}\"", names.join(", "))
        })
    });
    let bad = typed.bad.unwrap_or(typed.therapists.div_ceil(20));
    if bad > typed.therapists {
        return Err(format!("--bad: expected at most {}, found {bad}", typed.therapists));
    }
    Ok(Order {
        therapists: typed.therapists,
        bad,
        plot: plot.transpose()?,
        seed: typed.seed,
        logger,
        digits: typed.precision.digits(),
        skew_ms: i64::from(typed.skew),
        repeated: typed.repeated,
        noise: typed.noise,
        from,
    })
}

fn file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), String> {
    let told = |error: io::Error| format!("{}: {error}", path.display());
    let mut out = BufWriter::new(File::create(path).map_err(told)?);
    write(&mut out).and_then(|()| out.flush()).map_err(told)
}

fn to_standard_output(drill: &generate::Drill) -> Result<(), String> {
    let mut out = BufWriter::new(io::stdout().lock());
    match drill.write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("standard output: {error}"))
        }
        _ => Ok(()),
    }
}
