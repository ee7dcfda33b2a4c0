//! Servers that the fleet starts, as servers in Oxeye.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::fleet::Fleet;

#[tokio::test]
async fn each_server_of_the_fleet_is_a_server_in_oxeye_while_it_exists() {
    let oxeye = Oxeye::start().await;
    let fleet = Fleet::beside(&oxeye).await;

    let joined = fleet.join("alex").await;
    oxeye.knows("fleet-alex").await;
    oxeye.becomes("fleet-alex", "online").await;
    oxeye.shows("fleet-alex", &["alex"]).await;

    fleet.leave(&joined).await;
    oxeye.shows("fleet-alex", &[]).await;
    oxeye.becomes("fleet-alex", "disconnected").await;
    assert_eq!(oxeye.last_seen("fleet-alex").await, ["alex"]);

    fleet.join("alex").await;
    oxeye.shows("fleet-alex", &["alex"]).await;
    assert_eq!(oxeye.sessions("fleet-alex", "alex").await, 2);
}
