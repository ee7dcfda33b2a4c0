//! How the watching of a guild ends.

use oxeye_tests::watched::WAIT_LIMIT;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::{settings, watched, with_discord};

/// The answer of a server on which nobody is.
const STATUS: &str = r#"{"players":{"online":0,"max":20}}"#;

/// Answers the ping of a server list.
async fn answers(question: &mut TcpStream) {
    let _ = question.read(&mut [0; 512]).await.expect("a question");
    let length = u8::try_from(STATUS.len()).expect("a short status");
    let answer = [&[length + 2, 0, length], STATUS.as_bytes()].concat();
    // After the end of the watching, nobody may be there to take it.
    let _ = question.write_all(&answer).await;
}

#[tokio::test]
async fn an_answer_that_comes_after_the_end_of_the_watching_changes_nothing() {
    let (_discord, guild, oxeye) = with_discord(settings()).await;
    let slow = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = slow.local_addr().unwrap().to_string();
    let moderator = guild.moderator();
    let watch = [("address", &*address), ("name", "hub")];
    let asked = moderator.sends("oxeye watch", &watch);
    let (mut first, _) = slow.accept().await.unwrap();
    answers(&mut first).await;
    asked.answer().await;
    let (mut second, _) = slow.accept().await.unwrap();

    let unwatch = [("server", "hub")];
    let done = moderator.types("oxeye unwatch", &unwatch).await.text();
    answers(&mut second).await;
    // The connection is closed once the answer has been taken or the question was given up.
    while second.read(&mut [0; 512]).await.is_ok_and(|read| read > 0) {}

    assert!(done.contains("**hub** is no longer watched"), "{done}");
    assert!(watched(&oxeye).await.is_empty());
    let list = guild.member().types("oxeye list", &[]).await.text();
    assert!(!list.contains("🟢"), "{list}");
    let twice = moderator.types("oxeye unwatch", &unwatch).await.text();
    assert_eq!(twice, "No address of **hub** is watched.");
}

#[tokio::test]
async fn an_address_that_is_being_added_while_the_guild_removes_the_bot_ends_with_the_guild() {
    let (_discord, guild, oxeye) = with_discord(settings()).await;
    let slow = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = slow.local_addr().unwrap().to_string();
    let options = [("address", &*address), ("name", "late")];
    let asked = guild.moderator().sends("oxeye watch", &options);
    let (mut question, _) = slow.accept().await.unwrap();

    guild.removes_the_bot();
    oxeye.has_logged("a guild removed the bot").await;
    answers(&mut question).await;
    asked.answer().await;

    let ending = async { while !watched(&oxeye).await.is_empty() {} };
    let ended = timeout(WAIT_LIMIT, ending).await;
    assert!(ended.is_ok(), "{:?}", watched(&oxeye).await);
    let oxeye = oxeye.restart().await;
    assert!(watched(&oxeye).await.is_empty());
}
