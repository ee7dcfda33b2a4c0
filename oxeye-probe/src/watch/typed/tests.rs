//! Tests of what a typed address may be.

use super::*;

#[track_caller]
fn check(text: &str, expected: Result<&str, InvalidTypedAddress>) {
    let parsed = TypedAddress::parse(text).map(|address| address.to_string());
    assert_eq!(parsed, expected.map(str::to_owned), "{text:?}");
}

#[test]
fn an_address_is_accepted_as_people_write_it() {
    check("play.example.org", Ok("play.example.org"));
    check(" Play.Example.ORG. ", Ok("play.example.org"));
    check("mc_1.example.org:25566", Ok("mc_1.example.org:25566"));
    check("minecraft", Ok("minecraft"));
    check("eu-1.mc--x.example.org", Ok("eu-1.mc--x.example.org"));
    check("1.1.1.1:19132", Ok("1.1.1.1:19132"));
    check("1.1.1.1.", Ok("1.1.1.1"));
    check("2606:4700::1", Ok("2606:4700::1"));
    check("[2606:4700::1]", Ok("2606:4700::1"));
    check("[2606:4700::1]:1024", Ok("[2606:4700::1]:1024"));
    check("::ffff:10.0.0.1", Ok("10.0.0.1"));
    check("bücher.example", Ok("xn--bcher-kva.example"));
}

#[test]
fn what_is_no_address_is_refused() {
    check("", Err(InvalidTypedAddress::Empty));
    check(" \t", Err(InvalidTypedAddress::Empty));
    check(&"a".repeat(300), Err(InvalidTypedAddress::TooLong));
    for url in [
        "https://example.org",
        "minecraft://x",
        "me:pw@host",
        "host/x",
        "a?b",
        "a#b",
    ] {
        check(url, Err(InvalidTypedAddress::Url));
    }
    let (long_label, long_name) = ("a".repeat(64), "a.".repeat(128));
    for text in [
        "@everyone",
        "a b",
        "a..b",
        ".a",
        "a,b",
        "[::1",
        "[::1]x",
        "[a]",
        "fe80::1%eth0",
        "ex ample.org",
        "a:b:c",
        "*.example.org",
        "a\0b",
        "\u{202e}a",
        "\\",
        "..",
        ":25565",
        "-x",
        "--help",
        "-",
        "x-",
        "-x.example.org:25566",
        "play.example-.org",
        "play.-example.org",
        "play.example.org-",
        &long_label,
        &long_name,
    ] {
        check(text, Err(InvalidTypedAddress::Host));
    }
}

#[test]
fn an_ip_address_in_an_odd_spelling_is_refused() {
    for text in [
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0x",
        "127.1",
        "0177.0.0.1",
        "127.0.0.01",
        "1.1.1.256",
        "1.2.3.4.5",
        "127.0.0.0x1",
        "a.1",
    ] {
        check(text, Err(InvalidTypedAddress::OddIp));
    }
    check("１２７.0.0.１", Ok("127.0.0.1"));
}

#[test]
fn a_port_of_other_services_or_none_at_all_is_refused() {
    for port in ["0", "65536", "x", "", "-1", "+25565", "2 5"] {
        check(&format!("host:{port}"), Err(InvalidTypedAddress::Port));
    }
    check("host:22", Err(InvalidTypedAddress::LowPort(22)));
    check("[::1]:1023", Err(InvalidTypedAddress::LowPort(1023)));
    check("host:65535", Ok("host:65535"));
}
