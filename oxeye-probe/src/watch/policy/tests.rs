//! Tests of which places may be asked.

use super::*;

#[track_caller]
fn check(policy: AddressPolicy, ips: &[&str], expected: Result<(), Forbidden>) {
    for text in ips {
        let ip: IpAddr = text.parse().expect(text);
        assert_eq!(policy.check(ip, 25565), expected, "{text}");
    }
}

#[test]
fn addresses_of_machines_on_the_internet_are_public() {
    let public = [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.0.1",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2a00::1",
        "2606:4700::1",
        "2001:200::1",
        "::ffff:1.1.1.1",
        "64:ff9b::1.1.1.1",
        "2002:101:101::1",
    ];
    check(AddressPolicy::Public, &public, Ok(()));
    check(AddressPolicy::Any, &public, Ok(()));
}

#[test]
fn private_and_reserved_addresses_are_not_public() {
    let private = [
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.0.9",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "240.0.0.1",
        "0.1.2.3",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "fec0::1",
        "2001:db8::1",
        "2001::1",
        "2001:1ff::1",
        "3fff::1",
        "5f00::1",
        "100::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b:1::1.1.1.1",
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "::127.0.0.1",
    ];
    check(AddressPolicy::Public, &private, Err(Forbidden::NotPublic));
    check(AddressPolicy::Any, &private, Ok(()));
}

#[test]
fn no_policy_allows_what_is_no_machine() {
    let nobody = [
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "::",
        "ff02::1",
        "::ffff:0.0.0.0",
    ];
    for policy in [AddressPolicy::Public, AddressPolicy::Any] {
        check(policy, &nobody, Err(Forbidden::NoMachine));
    }
}

#[test]
fn no_policy_allows_a_port_of_another_service() {
    let ip = IpAddr::from([1, 1, 1, 1]);
    for port in [0, 22, 80, 443, 1023] {
        for policy in [AddressPolicy::Public, AddressPolicy::Any] {
            assert_eq!(policy.check(ip, port), Err(Forbidden::LowPort(port)));
        }
    }
    assert_eq!(AddressPolicy::Public.check(ip, 1024), Ok(()));
}
