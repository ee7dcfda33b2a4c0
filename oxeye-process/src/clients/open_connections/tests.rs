use std::time::Duration;

use super::*;

fn address(number: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, number])
}

fn let_in(all: &Arc<OpenConnections>, peer: IpAddr) -> OpenConnection {
    all.admit(peer, false).unwrap().connection
}

fn gave_way(connection: &OpenConnection) -> bool {
    connection.state.gives_way.is_cancelled()
}

async fn a_moment() {
    tokio::time::advance(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn the_connection_that_was_idle_longest_makes_room_for_a_new_one() {
    let all = OpenConnections::new(4);
    let mut held = Vec::new();
    for number in 0..4 {
        held.push(let_in(&all, address(number)));
        a_moment().await;
    }
    held[0].set_busy();
    held[1].set_busy();
    held[1].set_idle();

    let newcomer = let_in(&all, address(9));

    let closed: Vec<_> = held.iter().map(gave_way).collect();
    assert_eq!(closed, [false, false, true, false]);
    assert_eq!(all.table.lock().open.len(), 4);
    drop((held, newcomer));
    assert!(all.table.lock().open.is_empty() && all.table.lock().by_address.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_connection_with_a_request_in_flight_stays() {
    let all = OpenConnections::new(1);
    let held = let_in(&all, address(1));
    held.set_busy();

    assert_eq!(
        all.admit(address(2), false).unwrap_err(),
        NoRoom::ForAnybody
    );

    assert!(!gave_way(&held) && held.is_busy());
    drop(held);
    let_in(&all, address(2));
}

#[tokio::test(start_paused = true)]
async fn an_address_has_at_most_a_quarter_and_replaces_its_own_connections() {
    let all = OpenConnections::new(8);
    let other = let_in(&all, address(1));
    let mut held = Vec::new();
    for host in 0..3 {
        a_moment().await;
        held.push(let_in(
            &all,
            IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, host]),
        ));
    }

    assert!(gave_way(&held[0]) && !gave_way(&held[1]) && !gave_way(&other));
    assert_eq!(all.table.lock().open.len(), 3);
    held[1].set_busy();
    held[2].set_busy();
    let same_network = IpAddr::from([0x2001, 0xdb8, 0, 1, 9, 9, 9, 9]);
    let refused = all.admit(same_network, false).unwrap_err();
    assert_eq!(refused, NoRoom::ForThisAddress);
    let_in(&all, IpAddr::from([0x2001, 0xdb8, 0, 2, 0, 0, 0, 1]));
}

#[tokio::test(start_paused = true)]
async fn an_ipv4_address_written_as_ipv6_is_the_same_address() {
    let all = OpenConnections::new(8);
    let busy = ["192.0.2.1", "::ffff:192.0.2.1"].map(|peer| {
        let connection = let_in(&all, peer.parse().unwrap());
        connection.set_busy();
        connection
    });

    let refused = all.admit(address(1), false).unwrap_err();

    assert_eq!(refused, NoRoom::ForThisAddress);
    let_in(&all, "::ffff:192.0.2.2".parse().unwrap());
    drop(busy);
}

#[tokio::test(start_paused = true)]
async fn a_trusted_proxy_may_have_all_connections() {
    let all = OpenConnections::new(4);
    let proxy = || {
        all.admit(address(1), true)
            .map(|admitted| admitted.connection)
    };

    let held: Vec<_> = (0..4).map(|_| proxy().unwrap()).collect();
    held.iter().for_each(OpenConnection::set_busy);

    assert_eq!(proxy().unwrap_err(), NoRoom::ForAnybody);
}
