//! Tests against a service that takes connections and says nothing, or does not even do that.

use std::time::Duration;

use reqwest::Url;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::mojang::Mojang;
use super::trouble::Trouble;

const ACCOUNT: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);

async fn asked(listener: &TcpListener) -> Trouble {
    let base = format!("http://{}", listener.local_addr().unwrap());
    let base = Url::parse(&base).unwrap();
    let mojang = Mojang::with_timeout(&base, Duration::from_millis(50)).unwrap();
    mojang.skin_of(ACCOUNT).await.unwrap_err()
}

#[tokio::test]
async fn a_service_that_never_answers_is_given_up() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();

    assert_eq!(asked(&silent).await, Trouble::Silent);
}

#[tokio::test]
async fn a_service_that_is_not_there_is_reported_as_such() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);

    let mojang = Mojang::at(&Url::parse(&base).unwrap()).unwrap();

    let trouble = mojang.skin_of(ACCOUNT).await.unwrap_err();
    assert_eq!(trouble, Trouble::Unreachable);
}
