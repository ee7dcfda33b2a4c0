//! The cap, the secret, and joins per address.

use futures_util::future::join_all;

use super::*;

#[tokio::test]
async fn at_the_cap_a_join_is_told_when_to_come_back() {
    let site = site(&[("MAX_SERVERS", "1")]).await;
    site.joined("Ada").await;

    let refused = site.join("Bob").await;

    assert_eq!(refused.error(503), "Maximum server limit reached");
    assert_eq!(refused.header("retry-after"), "3");
    assert_eq!(site.join("Ada").await.status, 200);
}

#[tokio::test]
async fn a_thousand_joins_at_the_cap_are_all_refused() {
    let site = site(&[("MAX_SERVERS", "1")]).await;
    site.joined("Ada").await;

    for _ in 0..10 {
        let refusals = join_all((0..100).map(|_| site.join("Bob"))).await;
        assert!(refusals.iter().all(|refused| refused.status == 503));
    }

    assert_eq!(site.fleet.slots(), 1);
}

#[tokio::test]
async fn with_a_secret_only_those_who_know_it_may_join() {
    let site = site(&[("FLEET_JOIN_SECRET", "a-secret-that-is-long-enough")]).await;
    let join = |headers: &'static [(&str, &str)]| {
        let site = &site;
        async move {
            site.ask(Method::POST, "/api/player/join", headers, "{}")
                .await
        }
    };

    let refused = join(&[]).await;
    assert!(refused.error(401).contains("shared secret"));
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    let wrong = join(&[("authorization", "Bearer a-secret-that-is-long-enougH")]).await;
    assert_eq!(wrong.status, 401);
    let right = join(&[("authorization", "Bearer a-secret-that-is-long-enough")]).await;
    assert_eq!(right.status, 200);
    // The other way to a server is no way around it.
    assert_eq!(site.get("/game").await.status, 401);
    assert_eq!(site.fleet.slots(), 1);
}

#[tokio::test]
async fn an_address_that_joins_too_often_has_to_wait() {
    let site = site(&[("FLEET_JOINS_PER_MINUTE", "3")]).await;
    for player in ["a", "b", "c"] {
        site.joined(player).await;
    }

    let refused = site.join("d").await;

    assert_eq!(refused.error(429), "too many joins from your address");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    assert_eq!(site.get("/game").await.status, 429);
    // Only joins are limited.
    assert_eq!(site.get("/api/servers").await.status, 200);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_its_own_limit() {
    let site = site(&[
        ("FLEET_JOINS_PER_MINUTE", "1"),
        ("TRUSTED_PROXIES", "127.0.0.0/8"),
    ])
    .await;
    let join_from = |client: &'static str| {
        let (site, headers) = (&site, [("x-forwarded-for", client)]);
        async move {
            site.ask(Method::POST, "/api/player/join", &headers, "{}")
                .await
        }
    };

    assert_eq!(join_from("192.0.2.1").await.status, 200);
    assert_eq!(join_from("192.0.2.1").await.status, 429);
    assert_eq!(join_from("192.0.2.2").await.status, 200);
    assert_eq!(join_from("2001:db8::1").await.status, 200);
    assert_eq!(join_from("2001:db8::2").await.status, 429);
}

#[tokio::test]
async fn without_trusted_proxies_a_forwarded_address_means_nothing() {
    let site = site(&[("FLEET_JOINS_PER_MINUTE", "1")]).await;
    site.joined("Ada").await;

    let headers = [("x-forwarded-for", "192.0.2.2")];
    let refused = site
        .ask(Method::POST, "/api/player/join", &headers, "{}")
        .await;

    assert_eq!(refused.status, 429);
}
