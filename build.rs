//! Links the program at a fixed address where the linker is known to do so.
//!
//! polars holds some hundred thousand pointers to its own code; in a position-independent program
//! the loader rewrites each of them at every start, before `main`, also for `--help`. At a fixed
//! address there is nothing to rewrite: the program starts in half the time. Stack, heap and
//! libraries stay where chance puts them, and there is no unsafe code here to be led astray.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |part: &str| env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
