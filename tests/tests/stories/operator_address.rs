//! An operator API with an address of its own.

use std::net::{IpAddr, SocketAddr};

use oxeye_tests::backend::{OPERATOR_TOKEN, Setup};
use oxeye_tests::raw::{self, Connection, Request};
use oxeye_tests::watched::WAIT_LIMIT;
use serde_json::json;

fn apart() -> Setup {
    Setup::new().set("OPERATOR_LISTEN", "127.0.0.1:0")
}

/// Opens connections with a request in flight, each from another address: the backend waits for their bodies.
async fn busy_connections(address: SocketAddr, count: u8, request: &Request) -> Vec<Connection> {
    let body = br#"{"code": "oxeye-0123456789"}"#;
    let request = request.clone().header("Expect", "100-continue");
    let request = request
        .header("Content-Type", "application/json")
        .body(*body)
        .bytes();
    let (head, _) = request.split_at(request.len() - body.len());
    let mut busy = Vec::new();
    for number in 1..=count {
        let source = IpAddr::from([127, 0, 0, 10 + number]);
        let opened = Connection::open_from(source, address).await;
        let mut wire = opened.expect("the backend listens");
        wire.send(head).await.expect("the backend reads");
        let go_on = wire.answer().await.expect("an answer");
        assert_eq!(go_on.status, 100, "{go_on}");
        busy.push(wire);
    }
    busy
}

#[tokio::test]
async fn the_public_address_answers_nothing_of_the_operator_api() {
    let oxeye = apart().start().await;
    let server = oxeye.linked("survival").await;
    server.joins("Alex").await;

    for path in [
        "/api",
        "/api/servers",
        "/api/servers/0/survival/status",
        "/api/backup",
    ] {
        let answer = oxeye.ask(&Request::get(path).bearer(OPERATOR_TOKEN)).await;
        assert_eq!(answer.status, 404, "{path}: {answer}");
        assert!(answer.error().contains("OPERATOR_LISTEN"), "{answer}");
    }
    for address in [oxeye.address(), oxeye.operator_address()] {
        for path in ["/health", "/readyz"] {
            let answer = raw::ask(address, &Request::get(path)).await;
            assert_eq!(answer.status, 200, "{path}: {answer}");
        }
    }
    let join = Request::post("/join").json(&json!({"player": "Steve"}));
    let join = join.bearer(server.key());
    let answer = raw::ask(oxeye.operator_address(), &join).await;
    assert_eq!(answer.status, 404, "{answer}");
    assert!(answer.error().contains("HOST and PORT"), "{answer}");
    assert_eq!(oxeye.online("survival").await, ["Alex"]);
}

#[tokio::test]
async fn commands_find_the_operator_api_through_the_environment_dotenv_or_a_file() {
    let oxeye = apart().start().await;
    oxeye.linked("survival").await.syncs(&["Alex"]).await;
    let listen = oxeye.operator_address().to_string();
    let status = async |setup: Setup| setup.arguments(&["status"]).run().await;

    let by_environment = status(oxeye.shell()).await;
    assert!(by_environment.out.contains("Alex"), "{by_environment:?}");
    let elsewhere = oxeye.shell().without("OPERATOR_LISTEN");
    let without = status(elsewhere.again()).await;
    assert_eq!(without.code, Some(1), "{without:?}");
    assert!(
        without.log.contains("OPERATOR_LISTEN says where"),
        "{without:?}"
    );

    let file = oxeye.folder().join("oxeye.toml");
    std::fs::write(&file, format!("operator_listen = {listen:?}\n")).expect("a file");
    let file = file.display().to_string();
    let by_file = elsewhere.again().arguments(&["--config", &file, "status"]);
    let by_file = by_file.run().await;
    assert!(by_file.out.contains("Alex"), "{by_file:?}");
    let dotenv = oxeye.folder().join(".env");
    std::fs::write(dotenv, format!("OPERATOR_LISTEN={listen}\n")).expect("a file");
    let by_dotenv = status(elsewhere).await;
    assert!(by_dotenv.out.contains("Alex"), "{by_dotenv:?}");
}

#[tokio::test]
async fn check_names_both_addresses() {
    let mut oxeye = apart().start().await;
    let (public, operator) = (oxeye.url(), oxeye.operator_address());

    let check = oxeye.command(&["check"]).await;
    assert_eq!(check.code, Some(0), "{check:?}");
    let line = format!("running at {public}, with the operator API at http://{operator}");
    assert!(check.out.contains(&line), "{}", check.out);

    oxeye.terminate().await;
    let status = oxeye.command(&["status"]).await;
    let sentence = format!("no Oxeye is running at http://{operator}");
    assert!(status.log.contains(&sentence), "{}", status.log);
    assert!(
        status.log.contains("or set OPERATOR_LISTEN"),
        "{}",
        status.log
    );
}

#[tokio::test]
async fn a_full_public_address_leaves_room_for_the_operator() {
    let oxeye = apart().set("MAX_CONNECTIONS", "4").start().await;
    oxeye.linked("survival").await;

    let connect = Request::post("/connect");
    let _public = busy_connections(oxeye.address(), 4, &connect).await;

    let full = oxeye.ask(&Request::get("/health")).await;
    assert_eq!(full.status, 503, "{full}");
    assert_eq!(oxeye.status("survival").await["online_count"], 0);
}

#[tokio::test]
async fn a_full_operator_api_leaves_room_for_plugins() {
    let oxeye = apart().set("MAX_CONNECTIONS", "4").start().await;
    let server = oxeye.linked("survival").await;

    let link = Request::post("/api/links").bearer(OPERATOR_TOKEN);
    let _operators = busy_connections(oxeye.operator_address(), 4, &link).await;

    let full = oxeye.operator(Request::get("/health")).await;
    assert_eq!(full.status, 503, "{full}");
    server.joins("Alex").await;
}

#[tokio::test]
async fn a_crowd_leaves_room_for_the_operator_even_if_few_files_may_be_open() {
    let oxeye = apart().after("ulimit -S -n 300").start().await;
    oxeye.has_logged("has room for 22 connections").await;

    let mut crowd = Vec::new();
    for number in 0..360_u16 {
        let number = u8::try_from(number % 8).expect("a digit");
        let source = IpAddr::from([127, 0, 1, number]);
        let opened = Connection::open_from(source, oxeye.address()).await;
        crowd.push(opened.expect("the backend listens"));
    }

    let health = oxeye.operator(Request::get("/health")).await;
    assert_eq!(health.status, 200, "{health}");
    let health = oxeye.ask(&Request::get("/health")).await;
    assert_eq!(health.status, 200, "{health}");
    drop(crowd);
}

#[tokio::test]
async fn a_stop_finishes_the_requests_at_both_addresses() {
    let mut oxeye = apart().start().await;
    let connect = Request::post("/connect");
    let link = Request::post("/api/links").bearer(OPERATOR_TOKEN);
    let public = busy_connections(oxeye.address(), 1, &connect).await;
    let operators = busy_connections(oxeye.operator_address(), 1, &link).await;

    oxeye.signal("TERM");
    oxeye.has_logged("stopping once").await;

    // The code was never issued, and a link needs the name of a server.
    for (wires, status) in [(public, 404), (operators, 422)] {
        for mut wire in wires {
            wire.send(br#"{"code": "oxeye-0123456789"}"#)
                .await
                .expect("the connection is open");
            assert_eq!(wire.answer().await.expect("an answer").status, status);
        }
    }
    let code = oxeye.ends_within(WAIT_LIMIT).await.code();
    assert_eq!(code, Some(0), "{}", oxeye.log());
}
