//! Senders that lost their memory send events again in another epoch, and events of one epoch may
//! arrive in another order.

use super::*;

/// Two stays of Alex, of which the second begins and ends in the second in which the first ends.
fn two_stays() -> [ServerEvent; 4] {
    [
        join("Alex", NOW - 50),
        leave("Alex", NOW - 40),
        join("Alex", NOW - 40),
        leave("Alex", NOW - 40),
    ]
}

const TWO_STAYS: [(i64, Option<i64>); 2] = [(NOW - 40, Some(NOW - 40)), (NOW - 50, Some(NOW - 40))];

#[tokio::test]
async fn events_sent_again_in_another_epoch_have_no_effect() {
    let world = World::new().await;

    for epoch in 1..4 {
        world.taken(epoch, 1, &two_stays()).await;

        assert_eq!(world.sessions("Alex").await, TWO_STAYS, "epoch {epoch}");
    }
}

#[tokio::test]
async fn events_of_one_second_mean_the_same_when_the_later_ones_arrive_first() {
    for first in 0..4 {
        let world = World::new().await;
        world.taken(1, 1, &[sync(&[], NOW - 60)]).await;
        let (earlier, later) = (&two_stays()[..first], &two_stays()[first..]);

        world.taken(1, 2 + first as u64, later).await;
        world.taken(1, 2, earlier).await;

        assert_eq!(world.sessions("Alex").await, TWO_STAYS, "{first}");
    }
}
