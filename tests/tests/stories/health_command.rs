//! `oxeye health`, which health checks of containers run.

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::watched::WAIT_LIMIT;

/// Runs the command repeatedly until it exits with this code, and returns what it said. An answer about the store is
/// reused for a second.
async fn exits_with(oxeye: &Oxeye, code: i32) -> String {
    let asking = async {
        loop {
            let health = oxeye.command(&["health"]).await;
            if health.code == Some(code) {
                return health.out + &health.log;
            }
        }
    };
    let exited = tokio::time::timeout(WAIT_LIMIT, asking).await;
    exited.unwrap_or_else(|_| panic!("oxeye health never exited with {code}"))
}

#[tokio::test]
async fn oxeye_is_healthy_while_it_can_store_reports() {
    let mut oxeye = Setup::new()
        .set("OPERATOR_LISTEN", "127.0.0.1:0")
        .start()
        .await;
    let health = oxeye
        .shell()
        .without("OPERATOR_TOKEN")
        .arguments(&["health"]);
    let fine = health.run().await;
    assert_eq!(fine.code, Some(0), "{fine:?}");
    let sentence = format!("the Oxeye at {} can store reports", oxeye.url());
    assert_eq!(fine.out, sentence);

    let (store, away) = (
        oxeye.folder().join("oxeye.db"),
        oxeye.folder().join("away.db"),
    );
    std::fs::rename(&store, &away).expect("the store is ours");
    let said = exits_with(&oxeye, 1).await;
    assert!(said.contains("cannot store reports"), "{said}");
    std::fs::rename(&away, &store).expect("the store is ours");
    exits_with(&oxeye, 0).await;

    oxeye.terminate().await;
    let said = exits_with(&oxeye, 1).await;
    assert!(said.contains("no Oxeye is running at"), "{said}");
}
