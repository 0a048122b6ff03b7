//! Writes a log to measure speed on: `cargo run --release --example corpus -- sparse 6500000`.
//!
//! `sparse` has one relevant line in 200, `dense` has nothing else.

use std::io;
use std::io::BufWriter;
use std::io::Write as _;

#[path = "../benches/corpus/mod.rs"]
mod corpus;

fn main() -> io::Result<()> {
    let mut typed = std::env::args().skip(1);
    let every = match typed.next().as_deref() {
        Some("sparse") => 200,
        Some("dense") => 1,
        other => {
            return Err(io::Error::other(format!(
                "expected sparse or dense and a number of lines, found {other:?}"
            )));
        }
    };
    let lines = typed.next().and_then(|lines| lines.parse().ok()).unwrap_or(1_000_000);
    let mut out = BufWriter::new(io::stdout().lock());
    corpus::write(&mut out, lines, every)?;
    out.flush()
}
