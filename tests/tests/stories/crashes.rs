//! What survives when the backend is killed in the middle of its work.

use oxeye_tests::crash::{self, Plan};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_answered_is_lost_or_doubled_in_25_crashes_under_load() {
    let plan = Plan {
        cycles: 25,
        answers: 600,
    };

    let tally = crash::run(&plan).await.expect("the trial runs to its end");

    assert_eq!((tally.lost, tally.doubled), (0, 0), "{tally:?}");
    assert!(tally.acknowledged >= 25, "{tally:?}");
    let did = tally.activity;
    let broken = (did.lost, did.doubled, did.differing);
    assert_eq!(broken, (0, 0, 0), "{tally:?}");
    assert!(did.acknowledged >= 25, "{tally:?}");
}
