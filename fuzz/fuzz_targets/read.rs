//! Any bytes are read to the end, by any block size, and the balance sheet adds up.

#![no_main]

use credtrail::app::analyze;
use credtrail::app::analyze::Question;
use credtrail::ingest::Options;
use credtrail::ingest::source::Input;
use credtrail::model::Profile;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let question = Question::new(Profile::default());
    let told = |block, threads| {
        let inputs = [Input::Memory("log".to_owned(), bytes.to_vec())];
        let options = Options { block, threads, ..Options::default() };
        let evidence = analyze::gather(&inputs, &question, &options).expect("a good profile");
        assert!(evidence.sources.iter().all(|source| source.sheet.is_balanced()));
        credtrail::report::json::report(&analyze::judge(evidence, &question))
    };
    assert!(told(1 << 20, 1) == told(64, 2), "block size or threads show");
});
