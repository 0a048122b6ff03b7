//! Laws of reading: what must not change a result.

use credtrail::ingest::Options;
use credtrail::ingest::read;
use credtrail::ingest::source::Input;
use credtrail::model::Profile;
use proptest::prelude::ProptestConfig;

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a sample")
}

fn told(bytes: &[u8], block: usize, threads: usize) -> String {
    let inputs = [Input::Memory("log".to_owned(), bytes.to_vec())];
    let options = Options { block, threads, ..Options::default() };
    let reading = read(&inputs, &Profile::default(), &options).expect("the profile is good");
    for source in &reading.sources {
        assert!(source.sheet.is_balanced());
        assert_eq!(source.sheet.bytes, bytes.len() as u64);
    }
    format!("{reading:?}")
}

#[test]
fn block_size_and_threads_change_nothing() {
    for name in
        ["formats/sidekiq7_pretty.log", "formats/edge_invalid_utf8.log", "duplicate-run.log"]
    {
        let bytes = sample(name);
        let whole = told(&bytes, 1 << 20, 1);
        for (block, threads) in [(1, 1), (7, 8), (100, 2), (4096, 3), (4 << 20, 8)] {
            let same = told(&bytes, block, threads) == whole;
            assert!(same, "{name}: {block} B, {threads} threads");
        }
    }
}

#[test]
fn odd_bytes_are_all_accounted_for() {
    for bytes in [&b""[..], b"\n", b"\0\0\0", b"\xff\xfe", b"credentialing_hubspot_id", b"\r\n\r\n"]
    {
        told(bytes, 1 << 20, 2);
    }
    let mut long = vec![b'x'; 3 << 20];
    long.extend_from_slice(b" credentialing_hubspot_id=30278823850");
    told(&long, 1 << 16, 2);
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_sheet_adds_up_on_mutated_logs(
        at in 0_usize..4000, bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..40),
        cut in 0_usize..60, block in 1_usize..9000,
    ) {
        let mut log = sample("formats/sidekiq7_pretty.log");
        let at = at.min(log.len());
        let end = (at + cut).min(log.len());
        log.splice(at..end, bytes);
        proptest::prop_assert!(told(&log, block, 2) == told(&log, 1 << 20, 1));
    }
}
