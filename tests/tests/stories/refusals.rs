//! What the running Oxeye refuses: a sentence and a code in the API, and on the command line a sentence in the
//! language of the person who typed it.

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::raw::Request;
use serde_json::json;

/// Words that an English sentence can hardly do without, and that are not German.
const ENGLISH_WORDS: &[&str] = &[
    "the", "is", "are", "of", "this", "that", "there", "and", "to", "not", "no", "it", "has",
    "with", "one",
];

/// Commands about the server "nope".
const ABOUT_NOPE: [&[&str]; 6] = [
    &["remove", "nope"],
    &["remove", "nope", "--yes"],
    &["unlink", "nope"],
    &["rename", "nope", "new"],
    &["unwatch", "nope"],
    &["watch", "mc.example.org", "--server", "nope"],
];

async fn in_german() -> Oxeye {
    Setup::new().set("LANG", "de_DE.UTF-8").start().await
}

/// A command that is refused with these words, and in German throughout.
async fn is_refused(oxeye: &Oxeye, arguments: &[&str], words: &str) {
    let ended = oxeye.command(arguments).await;
    assert_eq!(ended.code, Some(1), "{arguments:?}: {ended:?}");
    let sentence = ended.log.trim();
    assert!(sentence.contains(words), "{arguments:?}: {sentence}");
    let is_letter = |c: char| c.is_alphabetic();
    let english = sentence
        .split(|c: char| !is_letter(c))
        .find(|word| ENGLISH_WORDS.contains(word));
    assert_eq!(english, None, "{arguments:?}: {sentence}");
    assert_eq!(ended.out, "", "{arguments:?}");
}

#[tokio::test]
async fn where_no_server_is_linked_every_command_says_in_german_how_to_link_one() {
    let oxeye = in_german().await;
    for command in ABOUT_NOPE {
        let words =
            "Es ist noch kein Server verknüpft; `oxeye link NAME` gibt einen Verknüpfungscode aus";
        is_refused(&oxeye, command, words).await;
    }

    let by_api = oxeye
        .operator(Request::post("/api/servers/0/nope/remove"))
        .await;
    assert_eq!(by_api.status, 404, "{by_api}");
    assert!(by_api.error().contains("POST /api/links"), "{by_api}");
    assert_eq!(by_api.json()["code"], "unknown_guild", "{by_api}");
}

#[tokio::test]
async fn servers_that_are_not_there_or_there_already_are_explained_in_german() {
    let oxeye = in_german().await;
    let _survival = oxeye.linked("survival").await;
    let _creative = oxeye.linked("creative").await;
    let _elsewhere = oxeye.linked_in(7, "hub").await;

    let missing = "es gibt keinen lokalen Server mit diesem Namen; die lokalen Server sind: creative und survival";
    for command in ABOUT_NOPE {
        is_refused(&oxeye, command, missing).await;
    }
    for (command, words) in [
        (
            &["unlink", "nope", "--guild", "7"][..],
            "in der Guild 7 gibt es keinen Server mit diesem Namen; ihre Server sind: hub",
        ),
        (
            &["unlink", "nope", "--guild", "8"],
            "die Guild 8 hat keine Server; diese Guilds haben welche: 0, 7",
        ),
        (
            &["link", "survival"],
            "ein Server mit diesem Namen ist schon verknüpft",
        ),
        (
            &["rename", "survival", "Creative"],
            "ein anderer Server heißt schon so",
        ),
        (
            &["unwatch", "survival"],
            "für diesen Server wird keine Adresse beobachtet",
        ),
    ] {
        is_refused(&oxeye, command, words).await;
    }
    let unlinked = oxeye.command(&["unlink", "survival"]).await;
    assert_eq!(unlinked.code, Some(0), "{unlinked:?}");
    is_refused(
        &oxeye,
        &["unlink", "survival"],
        "dieser Server ist nicht verknüpft",
    )
    .await;
}

#[tokio::test]
async fn addresses_and_players_are_refused_in_german() {
    let oxeye = in_german().await;
    oxeye.linked("survival").await.syncs(&["Alex"]).await;
    for (command, words) in [
        (
            &["watch", "10.0.0.1"][..],
            "Diese Adresse liegt nicht im öffentlichen Internet",
        ),
        (&["watch", "example.org:22"], "Ports unter 1024"),
        (&["watch", "https://example.org"], "Das ist eine Webadresse"),
        (
            &["forget", "alex", "--yes"],
            "mit genau diesem Namen ist nichts bekannt; meintest du „Alex“?",
        ),
        (
            &["forget", "Steve", "--yes"],
            "mit genau diesem Namen ist nichts bekannt",
        ),
    ] {
        is_refused(&oxeye, command, words).await;
    }
}

#[tokio::test]
async fn a_file_that_is_not_imported_is_refused_in_german() {
    let oxeye = in_german().await;
    let file = oxeye.folder().join("lines.jsonl");
    let path = file.display().to_string();
    let header = r#"{"oxeye":1,"exported_at":0}"#;
    let rounded = r#"{"type":"server","guild_id":1234567890123457000,"server":"a"}"#;
    let damaged = r#"{"type":"server","guild_id":0}"#;
    let long = "x".repeat(9000);
    for (lines, words) in [
        ("Hallo".to_owned(), "stammt nicht von `oxeye export`"),
        (
            r#"{"oxeye":99,"exported_at":0}"#.to_owned(),
            "haben die Version 99, dieses Oxeye liest die Versionen 1 bis 7",
        ),
        (
            format!("{header}\n{rounded}"),
            "Zeile 2: ein Programm wie jq oder JavaScript hat die Guild-ID 1234567890123457000 vielleicht gerundet",
        ),
        (
            format!("{header}\n{damaged}"),
            "Zeile 2: `server` fehlt. Ab Zeile 2 wurde nichts importiert",
        ),
        (
            format!("{header}\n{long}"),
            "Zeile 2 ist länger als 8.192 Bytes",
        ),
    ] {
        std::fs::write(&file, lines).expect("a file can be written");
        is_refused(&oxeye, &["import", &path], words).await;
    }
}

#[tokio::test]
async fn the_api_names_the_facts_of_an_error_beside_its_sentence() {
    let oxeye = Oxeye::start().await;
    let _survival = oxeye.linked("survival").await;

    let unknown = oxeye
        .operator(Request::get("/api/servers/0/nope/status"))
        .await;
    assert_eq!(unknown.status, 404, "{unknown}");
    let sentence = "There is no server of that name in guild 0; its servers are: survival.";
    assert_eq!(
        unknown.json(),
        json!({"error": sentence, "code": "unknown_server", "guild_id": "0", "servers": ["survival"]}),
    );
    let elsewhere = oxeye.operator(Request::get("/api/nothing")).await;
    assert_eq!(elsewhere.json()["code"], "unknown_route", "{elsewhere}");
    let nobody = oxeye.operator(Request::new("DELETE", "/api/players/Alex"));
    assert_eq!(nobody.await.json()["code"], "nobody_to_forget");
}
