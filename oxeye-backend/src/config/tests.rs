mod files;

use oxeye_probe::AddressPolicy;
use oxeye_process::logging::LogFilter;

use super::*;

fn read(values: &[(&'static str, &str)]) -> Result<Config, ConfigError> {
    Config::read(&Sources::none(&list::LIST).and(values))
}

#[track_caller]
fn check_refused(name: &'static str, value: &str, expected: &str) {
    let sentence = read(&[(name, value)])
        .expect_err("this value must be refused")
        .to_string();
    assert!(sentence.starts_with(name), "{sentence}");
    assert!(sentence.contains(expected), "{sentence}");
}

#[test]
fn without_any_setting_every_default_is_accepted() {
    let config = read(&[]).unwrap();

    assert_eq!(config.http.listen.to_string(), "0.0.0.0:3000");
    assert_eq!(config.store.path, Path::new("oxeye.db"));
    assert_eq!(config.store.folder(), Path::new("."));
    assert_eq!(config.store.recent_window, Duration::from_secs(86_400));
    assert_eq!(config.store.session_retention, None);
    assert_eq!(config.http.request_body_limit, 1_048_576);
    assert_eq!(config.http.request_timeout, Duration::from_secs(10));
    assert_eq!(config.http.max_connections, 1024);
    assert_eq!(config.http.link_attempts_per_min.get(), 5);
    let requests = config.rate_limits.requests;
    assert_eq!(requests.replenish_interval(), Duration::from_millis(20));
    assert_eq!(requests.burst_size().get(), 200);
    assert_eq!(config.time_zone, oxeye_db::TimeZone::UTC);
    assert_eq!(config.logs.filter, LogFilter::default());
    assert_eq!(config.discord.last_seen_shown, 10);
    assert_eq!(config.discord.presence, DiscordPresence::Off);
    assert!(config.discord.token.is_none() && config.operator_token.is_none());
}

#[test]
fn a_bad_value_is_refused_with_its_name_its_value_and_what_is_expected() {
    check_refused(
        "PORT",
        "70000",
        r#"PORT is "70000" (environment), but a port number from 0 to 65535"#,
    );
    check_refused("PORT", "http", "\"http\"");
    check_refused("HOST", "everywhere", "an IP address");
    check_refused("RECENT_ACTIVITY_WINDOW_HOURS", "0", "from 1 to 8760");
    check_refused("SESSION_RETENTION_DAYS", "-1", "from 0 to 36500");
    check_refused("SESSION_RETENTION_DAYS", "30d", "a whole number of days");
    check_refused("RECENT_ACTIVITY_WINDOW_HOURS", "8761", "from 1 to 8760");
    check_refused("REQUEST_BODY_LIMIT", "1023", "from 1024 to 16777216");
    check_refused("REQUEST_BODY_LIMIT", "16777217", "from 1024 to 16777216");
    check_refused("REQUEST_TIMEOUT_SECS", "-1", "\"-1\"");
    check_refused("MAX_CONNECTIONS", "1.5", "a whole number");
    check_refused("RATE_LIMIT_EVENTS_PER_SEC", "0", "from 1 to");
    check_refused("RATE_LIMIT_BATCH_EVENTS_PER_SEC", "0", "from 1 to");
    check_refused("MAX_NEW_PLAYERS_PER_HOUR", "many", "from 1 to");
    check_refused("LOG_FORMAT", "xml", "text or json");
    check_refused("LAST_SEEN_SHOWN", "51", "from 0 to 50");
    check_refused("LAST_SEEN_SHOWN", "all", "a whole number of players");
    check_refused("RUST_LOG", "info,=loud", "a level");
    check_refused("RUST_LOG", "inof", "a level");
    check_refused("RUST_LOG", "oxeye_db=debug,wran", "a level");
    check_refused("TRUSTED_PROXIES", "10.0.0.0/33", "a list such as");
    check_refused("TIME_ZONE", "CEST", "such as Europe/Berlin");
    check_refused("DISCORD_API_BASE", "discord.com", "an address such as");
    check_refused("DISCORD_PRESENCE", "yes", "off or voice or on");
    check_refused("FLEET_URL", "127.0.0.1:8090", "an address such as");
    check_refused("SKIN_LOOKUP", "yes", "mojang or off");
    check_refused(
        "SKIN_LOOKUP_BASE",
        "ftp://127.0.0.1",
        r#"SKIN_LOOKUP_BASE is "ftp://127.0.0.1" (environment), but an address such as"#,
    );
    check_refused("SKIN_LOOKUP_BASE", "127.0.0.1:80", "an address such as");
    check_refused("SKIN_LOOKUP_BASE", "http://127.0.0.1/?a=b", "an address");
    check_refused("DATABASE_PATH", ":memory:", "the path of a file");
    check_refused("ACTIVITY_RESP_LISTEN", "6379", "such as 127.0.0.1:6379");
    check_refused("ACTIVITY_RESP_LISTEN", "localhost:6379", "an IP address");
    check_refused("OPERATOR_LISTEN", "3001", "such as 127.0.0.1:3001");
    check_refused("OPERATOR_LISTEN", "localhost:3001", "an IP address");
    check_refused("WATCH_ADDRESSES", "on", "public or any or off");
    check_refused("WATCH_DNS_SERVER", "1.1.1.1", "such as 192.0.2.53:53");
    check_refused("WATCH_DNS_SERVER", "1.1.1.1:0", "such as 192.0.2.53:53");
    check_refused("WATCH_INTERVAL_SECS", "0", "from 1 to 30");
    check_refused("WATCH_PER_GUILD", "1001", "a whole number of addresses");
    check_refused("WATCH_TOTAL", "many", "a whole number of addresses");
}

#[test]
fn redis_clients_are_answered_only_where_an_address_is_given() {
    assert_eq!(read(&[]).unwrap().resp_listen, None);
    let loopback = ("ACTIVITY_RESP_LISTEN", "[::1]:6379");
    let listen = read(&[loopback]).unwrap().resp_listen;
    assert_eq!(listen, Some("[::1]:6379".parse().unwrap()));
}

#[test]
fn skins_are_looked_up_at_mojang_unless_that_is_off() {
    let base = |values| read(values).unwrap().skin_lookup.map(String::from);

    let mojang = "https://sessionserver.mojang.com/";
    assert_eq!(base(&[]).as_deref(), Some(mojang));
    assert_eq!(base(&[("SKIN_LOOKUP", "Off")]), None);
    let mirror = ("SKIN_LOOKUP_BASE", "http://127.0.0.1:8123/mojang/");
    let expected = "http://127.0.0.1:8123/mojang";
    assert_eq!(base(&[mirror]).as_deref(), Some(expected));
}

#[test]
fn the_fleet_is_where_its_address_says_or_nowhere() {
    assert_eq!(read(&[]).unwrap().fleet_url, None);
    let config = read(&[("FLEET_URL", "http://fleet.lan:8090/")]).unwrap();
    assert_eq!(config.fleet_url.as_deref(), Some("http://fleet.lan:8090"));
}

#[test]
fn the_password_in_an_address_is_used_and_never_shown() {
    let address = "https://me:hunter2@fleet.lan/a/";
    let config = read(&[("FLEET_URL", address)]).unwrap();
    let used = config.fleet_url.unwrap();
    assert_eq!(used, "https://me:hunter2@fleet.lan/a");
    assert_eq!(without_credentials(&used), "https://fleet.lan/a");
    let odd = without_credentials("http:me:hunter2@fleet.lan");
    assert_eq!(odd, "http://fleet.lan");

    let refused = read(&[("FLEET_URL", "https://me:hunter2@fleet.lan/?a=b")]).unwrap_err();
    assert!(!refused.to_string().contains("hunter2"), "{refused}");
}

#[test]
fn public_addresses_are_watched_unless_that_is_off() {
    let watch = |word| read(&[("WATCH_ADDRESSES", word)]).unwrap().watch;

    let settings = read(&[]).unwrap().watch.unwrap();
    assert_eq!(settings.policy, AddressPolicy::Public);
    assert_eq!((settings.per_guild, settings.total), (10, 1_000));
    assert_eq!(settings.interval, Duration::from_secs(30));
    assert_eq!(settings.dns, None);
    assert_eq!(watch("Any").unwrap().policy, AddressPolicy::Any);
    assert_eq!(watch("off"), None);
}

#[test]
fn a_filter_of_the_log_may_be_a_level_or_a_list() {
    for filter in [
        "info",
        "WARN",
        "off",
        "info,oxeye_db=debug",
        "warn,oxeye_bot=trace",
        "oxeye_backend[request{id=7}]=debug,info",
    ] {
        assert_eq!(
            read(&[("RUST_LOG", filter)])
                .unwrap()
                .logs
                .filter
                .to_string(),
            filter
        );
    }
}

#[test]
fn a_refused_token_is_not_shown() {
    for name in ["DISCORD_TOKEN", "OPERATOR_TOKEN", "READER_TOKEN"] {
        let sentence = read(&[(name, "very secret")])
            .expect_err("a blank is refused")
            .to_string();

        assert!(
            sentence.starts_with(name) && !sentence.contains("very"),
            "{sentence}"
        );
    }
}

#[test]
fn a_redis_address_that_cannot_be_used_is_refused_without_its_password() {
    for url in [
        "127.0.0.1:6379",
        "http://127.0.0.1:6379",
        "redis://:hunter2@127.0.0.1:port",
        "redis://:hunter2@127.0.0.1:6379/first",
        "rediss://:hunter2@127.0.0.1:6379",
    ] {
        let sentence = read(&[("REDIS_URL", url)]).expect_err(url).to_string();

        assert!(sentence.starts_with("REDIS_URL"), "{sentence}");
        assert!(!sentence.contains("hunter2"), "{sentence}");
    }
    let config = read(&[("REDIS_URL", "redis://user:hunter2@[::1]:6379/1")]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn an_empty_value_counts_as_not_set() {
    let config = read(&[("DISCORD_TOKEN", ""), ("PORT", "")]).unwrap();

    assert!(config.discord.token.is_none());
    assert_eq!(config.http.listen.port(), 3000);
}

#[test]
fn proxies_may_be_networks_or_single_addresses() {
    let config = read(&[("TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7,fd00::/8")]).unwrap();

    let shown: Vec<String> = config
        .http
        .trusted_proxies
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(shown, ["10.0.0.0/8", "192.0.2.7/32", "fd00::/8"]);
}

#[test]
fn every_interface_is_reached_through_loopback() {
    assert_eq!(read(&[]).unwrap().local_url(), "http://127.0.0.1:3000");
    assert_eq!(
        read(&[("HOST", "::")]).unwrap().local_url(),
        "http://[::1]:3000"
    );
    assert_eq!(
        read(&[("HOST", "192.0.2.1"), ("PORT", "80")])
            .unwrap()
            .local_url(),
        "http://192.0.2.1:80"
    );
}

#[test]
fn the_operator_api_may_have_an_address_of_its_own() {
    let config = read(&[]).unwrap();
    assert_eq!(config.operator_url(), "http://127.0.0.1:3000");
    assert_eq!(config.operator_port_setting(), "PORT");

    let config = read(&[("OPERATOR_LISTEN", "[::]:3001")]).unwrap();
    assert_eq!(config.operator_url(), "http://[::1]:3001");
    assert_eq!(config.local_url(), "http://127.0.0.1:3000");
    assert_eq!(config.operator_port_setting(), "OPERATOR_LISTEN");
}

#[test]
fn the_address_of_the_operator_api_is_not_that_of_everybody() {
    let both = |host, operator| {
        let values = [
            ("HOST", host),
            ("PORT", "3000"),
            ("OPERATOR_LISTEN", operator),
        ];
        read(&values).map_err(|error| error.to_string())
    };
    for (host, operator) in [
        ("0.0.0.0", "127.0.0.1:3000"),
        ("127.0.0.1", "0.0.0.0:3000"),
        ("127.0.0.1", "127.0.0.1:3000"),
    ] {
        let sentence = both(host, operator).expect_err(operator);
        assert!(
            sentence.contains("different from HOST and PORT"),
            "{sentence}"
        );
    }
    both("127.0.0.1", "127.0.0.2:3000").unwrap();
    both("0.0.0.0", "127.0.0.1:0").unwrap();
}

#[test]
fn a_proxy_may_be_written_as_ipv6_although_it_is_ipv4() {
    let proxies = "::ffff:10.0.0.0/104, ::ffff:192.0.2.7, fd00::/8, ::/0";

    let config = read(&[("TRUSTED_PROXIES", proxies)]).unwrap();

    let networks: Vec<_> = config
        .http
        .trusted_proxies
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(networks, ["10.0.0.0/8", "192.0.2.7/32", "fd00::/8", "::/0"]);
}
