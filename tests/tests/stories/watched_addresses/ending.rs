//! How the watching of a guild ends.

use oxeye_tests::watched::WAIT_LIMIT;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::{settings, watched, with_discord};

/// The answer of a server on which nobody is.
const STATUS: &str = r#"{"players":{"online":0,"max":20}}"#;

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
    let _ = question.read(&mut [0; 512]).await.unwrap();
    let length = u8::try_from(STATUS.len()).unwrap();
    let answer = [&[length + 2, 0, length], STATUS.as_bytes()].concat();
    question.write_all(&answer).await.unwrap();
    asked.answer().await;

    let ending = async { while !watched(&oxeye).await.is_empty() {} };
    let ended = timeout(WAIT_LIMIT, ending).await;
    assert!(ended.is_ok(), "{:?}", watched(&oxeye).await);
    let oxeye = oxeye.restart().await;
    assert!(watched(&oxeye).await.is_empty());
}
