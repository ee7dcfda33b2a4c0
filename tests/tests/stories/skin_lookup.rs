//! Players whose servers send no skin get the face that Mojang knows, whatever state Mojang is in.

mod speed;

use std::time::{Duration, Instant};

use image::RgbaImage;
use oxeye_render::{Head, default_head};
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::mojang::{Account, HUGE, Mojang};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use oxeye_tests::skins;
use oxeye_tests::watched::WAIT_LIMIT;

const GREEN: [u8; 3] = [10, 200, 10];
const RED: [u8; 3] = [200, 10, 10];

/// Returns the UUID of an account that Mojang has authenticated.
fn account(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn skin([red, green, blue]: [u8; 3]) -> Account {
    Account::Skin(skins::skin(red, green, blue))
}

/// A Mojang that knows a green skin for everybody, and a backend with one server that asks it.
async fn all_green() -> (Mojang, Oxeye, Plugin) {
    let mojang = Mojang::start().await;
    mojang.knows_everybody(skin(GREEN));
    let (oxeye, server) = asking(&mojang).await;
    (mojang, oxeye, server)
}

async fn asking(mojang: &Mojang) -> (Oxeye, Plugin) {
    let oxeye = Setup::unlimited().mojang(mojang).start().await;
    let server = oxeye.linked("survival").await;
    (oxeye, server)
}

async fn picture(oxeye: &Oxeye) -> RgbaImage {
    let url = "/api/servers/0/survival/status.png";
    let picture = oxeye.operator(Request::get(url)).await;
    assert_eq!(picture.status, 200, "{picture}");
    image::load_from_memory(&picture.body)
        .expect("a PNG")
        .to_rgba8()
}

/// Whether a picture shows a head, each pixel of which is a square of 8 by 8.
fn shows(picture: &RgbaImage, head: &Head) -> bool {
    let is_at = |left: u32, top: u32| {
        let pixels = head.as_bytes().as_chunks::<3>().0.iter();
        (0..64).zip(pixels).all(|(at, pixel)| {
            let (x, y) = (left + at % 8 * 8, top + at / 8 * 8);
            picture.get_pixel(x, y).0[..3] == *pixel
        })
    };
    let (width, height) = (picture.width() - 63, picture.height() - 63);
    (0..height).any(|top| (0..width).any(|left| is_at(left, top)))
}

fn face(colour: [u8; 3]) -> Head {
    Head::from_bytes(&colour.repeat(64)).expect("64 pixels")
}

/// Asks for the picture until it shows a face.
async fn has_face(oxeye: &Oxeye, colour: [u8; 3]) {
    let face = face(colour);
    let asking = async { while !shows(&picture(oxeye).await, &face) {} };
    let outcome = tokio::time::timeout(WAIT_LIMIT, asking).await;
    assert!(outcome.is_ok(), "the picture never shows {colour:?}");
}

#[tokio::test]
async fn a_player_without_a_skin_gets_the_face_that_mojang_knows_and_keeps_it() {
    let (mojang, oxeye, server) = all_green().await;
    server.joins_as("Alex", &account(1)).await;
    has_face(&oxeye, GREEN).await;

    mojang.knows(&account(2), skin(RED));
    let oxeye = oxeye.restart().await;

    assert!(shows(&picture(&oxeye).await, &face(GREEN)));
    let server = oxeye.plugin_with_key_of(&server);
    server.joins_as("Steve", &account(2)).await;
    has_face(&oxeye, RED).await;
    assert_eq!(mojang.requests_for(&account(1)), 1);
}

#[tokio::test]
async fn a_player_who_was_online_before_a_restart_is_looked_up_after_it() {
    let mojang = Mojang::start().await;
    mojang.knows_everybody(skin(GREEN));
    let mut oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.joins_as("Alex", &account(1)).await;
    let before = picture(&oxeye).await;
    assert!(shows(&before, &default_head("Alex")));

    assert_eq!(oxeye.terminate().await, Some(0));
    let oxeye = oxeye.setup().mojang(&mojang).start().await;

    has_face(&oxeye, GREEN).await;
}

#[tokio::test]
async fn the_skin_that_the_plugin_sends_comes_first() {
    let (mojang, oxeye, server) = all_green().await;
    let [red, green, blue] = RED;
    let png = skins::skin(red, green, blue);
    server.joins_with_skin("Alex", "alex", &png).await;
    has_face(&oxeye, RED).await;

    server.joins_as("Alex", &account(1)).await;
    server.joins_as("Steve", &account(2)).await;

    has_face(&oxeye, GREEN).await;
    assert!(shows(&picture(&oxeye).await, &face(RED)));
    assert_eq!(mojang.requests_for(&account(1)), 0);
    // A skin that comes later replaces the one that was looked up.
    server.joins_with_skin("Steve", "alex", &png).await;
    let picture = picture(&oxeye).await;
    assert!(shows(&picture, &face(RED)) && !shows(&picture, &face(GREEN)));
}

#[tokio::test]
async fn accounts_that_mojang_does_not_know_are_not_asked_for() {
    let (mojang, oxeye, server) = all_green().await;

    let offline = "36532b5e-c442-3dbb-bf04-cc0d6c0a4d4a";
    let floodgate = "00000000-0000-0000-0009-01f123456789";
    let online = account(1);
    let players = [
        ("Alex", online.as_str()),
        ("Offline", offline),
        (".Bedrock", floodgate),
        ("Nobody", "00000000-0000-0000-0000-000000000000"),
    ];
    server.syncs_as(&players).await;

    has_face(&oxeye, GREEN).await;
    assert_eq!(mojang.profile_times().len(), 1);
}

#[tokio::test]
async fn an_account_with_something_wrong_keeps_a_default_head_and_delays_nobody() {
    let mojang = Mojang::start().await;
    let elsewhere = Mojang::start().await;
    let wrong = [
        ("Unknown", None),
        ("NoSkin", Some(Account::NoSkin)),
        (
            "Garbage",
            Some(Account::Skin(b"\x89PNG\r\n\x1a\n garbage".to_vec())),
        ),
        ("TooLarge", Some(Account::Skin(skins::png(128, 128, GREEN)))),
        ("Huge", Some(Account::Huge)),
        ("Redirect", Some(Account::Redirect)),
        (
            "Foreign",
            Some(Account::SkinAt(format!("{}/texture/1", elsewhere.url()))),
        ),
        (
            "Metadata",
            Some(Account::SkinAt("http://169.254.169.254/".to_owned())),
        ),
    ];
    let mut players = vec![("Zoe", account(0))];
    for (number, (name, fault)) in wrong.into_iter().enumerate() {
        players.push((name, account(number + 1)));
        if let Some(fault) = fault {
            mojang.knows(&account(number + 1), fault);
        }
    }
    mojang.knows(&account(0), skin(GREEN));
    let (oxeye, server) = asking(&mojang).await;

    let players: Vec<_> = players
        .iter()
        .map(|(name, uuid)| (*name, uuid.as_str()))
        .collect();
    server.syncs_as(&players).await;

    // Accounts are asked for one after the other, Zoe last.
    has_face(&oxeye, GREEN).await;
    let picture = picture(&oxeye).await;
    for (name, uuid) in &players[1..] {
        assert!(shows(&picture, &default_head(name)), "{name}");
        assert_eq!(mojang.requests_for(uuid), 1, "{name}");
    }
    assert!(
        mojang.bytes_of_huge() < HUGE / 4,
        "{}",
        mojang.bytes_of_huge()
    );
    let requests = mojang.requests();
    assert!(
        !requests.iter().any(|path| path.starts_with("/elsewhere")),
        "{requests:?}"
    );
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
    assert!(!oxeye.log().contains("SKIN_LOOKUP"), "{}", oxeye.log());
}

#[tokio::test]
async fn a_service_in_trouble_is_left_alone_for_a_while_and_the_log_says_why() {
    let faults = [
        (
            Account::answer("429 Too Many Requests", "", ""),
            "with status 429",
            10,
        ),
        (
            Account::answer("429 Too Many Requests", "retry-after: 1800\r\n", ""),
            "with status 429",
            1800,
        ),
        (
            Account::answer("503 Unavailable", "retry-after: never\r\n", ""),
            "with status 503",
            10,
        ),
        (
            Account::answer("302 Found", "location: /elsewhere\r\n", ""),
            "with status 302",
            10,
        ),
        (
            Account::answer(
                "200 OK",
                "content-type: text/html\r\n",
                "<html>Log in</html>",
            ),
            "something other than a profile",
            10,
        ),
        (Account::Closed, "closed the connection", 10),
    ];
    for (fault, words, pause) in faults {
        let mojang = Mojang::start().await;
        mojang.knows_everybody(fault);
        let (mut oxeye, server) = asking(&mojang).await;

        server.joins_as("Alex", &account(1)).await;

        let line = oxeye.has_logged("SKIN_LOOKUP").await;
        let expected = format!("asks again in {pause} s");
        assert!(line.contains(words) && line.contains(&expected), "{line}");
        server.joins_as("Steve", &account(2)).await;
        assert!(
            shows(&picture(&oxeye).await, &default_head("Alex")),
            "{words}"
        );
        let log = oxeye.whole_log().await;
        assert_eq!(log.matches("SKIN_LOOKUP").count(), 1, "{log}");
        assert!(
            !log.contains("000000000001"),
            "an account is in the log: {log}"
        );
        assert_eq!(mojang.requests().len(), 1, "{words}");
    }
}

#[tokio::test]
async fn a_pause_that_mojang_asks_for_is_kept_and_then_the_lookup_goes_on() {
    let mojang = Mojang::start().await;
    let too_many = Account::answer("429 Too Many Requests", "retry-after: 2\r\n", "");
    mojang.knows(&account(1), too_many);
    mojang.knows(&account(2), skin(GREEN));
    let (oxeye, server) = asking(&mojang).await;

    server
        .syncs_as(&[("Steve", &account(2)), ("Alex", &account(1))])
        .await;

    has_face(&oxeye, GREEN).await;
    let times = mojang.profile_times();
    assert_eq!(times.len(), 2);
    assert!(times[1] - times[0] >= Duration::from_secs(2), "{times:?}");
    oxeye.has_logged("skins are looked up again").await;
}

#[tokio::test]
async fn a_service_that_says_nothing_delays_neither_reports_nor_pictures_nor_the_stop() {
    let mojang = Mojang::start().await;
    mojang.knows_everybody(Account::Silence);
    let (mut oxeye, server) = asking(&mojang).await;
    server.joins_as("Alex", &account(1)).await;
    mojang.was_asked(1).await;

    let begin = Instant::now();
    server.joins_as("Steve", &account(2)).await;
    assert!(shows(&picture(&oxeye).await, &default_head("Steve")));
    oxeye.whole_log().await;

    // A lookup would have waited ten seconds for the service.
    assert!(
        begin.elapsed() < Duration::from_secs(9),
        "{:?}",
        begin.elapsed()
    );
    assert_eq!(mojang.requests().len(), 1);
}

#[tokio::test]
async fn nobody_is_asked_when_the_lookup_is_off_nor_by_the_demo() {
    let mojang = Mojang::start().await;
    mojang.knows_everybody(skin(GREEN));
    let off = Setup::new().mojang(&mojang).set("SKIN_LOOKUP", "off");
    let mut oxeye = off.start().await;
    let server = oxeye.linked("survival").await;
    server.joins_as("Alex", &account(1)).await;
    // A lookup would begin long before the demo has started.
    let demo = Setup::new().mojang(&mojang).set("HOST", "127.0.0.1");
    let demo = demo.arguments(&["serve", "--demo"]);
    let mut demo = demo.start().await;
    demo.has_logged("the demo is running").await;
    let shown = picture(&demo).await;

    assert!(!shows(&shown, &face(GREEN)));
    assert!(shows(&picture(&oxeye).await, &default_head("Alex")));
    oxeye.whole_log().await;
    demo.whole_log().await;
    assert_eq!(mojang.requests(), Vec::<String>::new());
}
