use super::*;

fn limit_of(per_address: u32, all: u32) -> AddressLimit {
    let [per_address, all] = [per_address, all].map(|rate| NonZeroU32::new(rate).unwrap());
    AddressLimit::new(per_address, all)
}

fn limit() -> AddressLimit {
    limit_of(5, 600)
}

fn stranger(number: u32) -> IpAddr {
    IpAddr::from((number + (10 << 24)).to_be_bytes())
}

#[test]
fn the_sixth_attempt_of_an_address_has_to_wait_but_other_addresses_do_not() {
    let limit = limit();
    let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));

    for _ in 0..5 {
        limit.check(one).unwrap();
    }

    let wait = limit.check(one).expect_err("five are allowed");
    assert!(
        wait > Duration::from_secs(10) && wait <= Duration::from_secs(12),
        "{wait:?}"
    );
    limit.check(other).unwrap();
}

#[test]
fn all_addresses_of_an_ipv6_network_count_as_one() {
    let limit = limit();
    for host in 0..5 {
        limit
            .check(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, host]))
            .unwrap();
    }

    limit
        .check(IpAddr::from([0x2001, 0xdb8, 0, 1, 9, 9, 9, 9]))
        .expect_err("the same /64");
    limit
        .check(IpAddr::from([0x2001, 0xdb8, 0, 2, 0, 0, 0, 1]))
        .unwrap();
}

#[test]
fn a_site_with_many_addresses_does_not_use_up_the_attempts_of_others() {
    let limit = limit();
    let host = |site: u16, number: u16| IpAddr::from([0x2001, 0xdb8, site, number, 0, 0, 0, 1]);

    let started = Instant::now();
    let let_in = (0..10_000).filter(|number| limit.check(host(1, *number)).is_ok());
    let let_in = let_in.count() as u64;

    // A tenth of 600, and one more for each second that the test takes.
    let most = |started: Instant| 61 + started.elapsed().as_secs();
    assert!((60..=most(started)).contains(&let_in), "{let_in}");
    limit.check(host(2, 1)).unwrap();
    let started = Instant::now();
    let let_in = (0..256).filter(|number| limit.check(stranger(*number)).is_ok());
    let let_in = let_in.count() as u64;
    assert!(
        (60..=most(started)).contains(&let_in),
        "an IPv4 /24: {let_in}"
    );
    limit.check(stranger(256)).unwrap();
}

#[test]
fn a_site_may_ask_at_least_as_often_as_one_address() {
    let limit = limit_of(600, 600);
    for _ in 0..600 {
        limit.check(stranger(1)).unwrap();
    }
}

#[test]
fn an_address_refused_by_the_overall_limit_takes_no_place_in_the_table() {
    let limit = limit();

    let refused = (0..10_000).filter(|number| limit.check(stranger(*number)).is_err());

    assert!(refused.count() > 9_000);
    assert!(limit.tables.lock().addresses.known.len() < 1_000);
}

#[test]
fn a_full_table_locks_nobody_out() {
    let limit = limit_of(600, 60_000);
    let known = IpAddr::from([192, 0, 2, 1]);
    limit.check(known).unwrap();
    for number in 0..10_000 {
        limit.check(stranger(number)).unwrap();
    }
    assert_eq!(limit.tables.lock().addresses.known.len(), MAX_NETWORKS);

    limit.check(known).unwrap();
    limit.check(IpAddr::from([192, 0, 2, 2])).unwrap();
}
