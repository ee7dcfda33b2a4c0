//! A thousand players whose names look like everything to which Discord gives a meaning: whatever names them shows
//! them exactly as they are, notifies nobody, and breaks no limit.

use std::collections::BTreeSet;

use oxeye_render::{
    Fonts, Head, MAX_HEADS, PictureEntry, Skin, TopRow, default_head, status_picture, top_picture,
};
use oxeye_tests::chat::reading::{Reading, read, readings};
use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, ChannelKind, PendingAnswer, Person};
use oxeye_tests::odd_names::{SHAPES, as_seen, names, without_isolates};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use oxeye_tests::skins;
use oxeye_tests::watched::WAIT_LIMIT;
use serde_json::json;

/// The name of the server, which is as odd.
const SERVER: &str = "*_|<@1>|_* [x](http://e) :y: ש";

/// What Discord and our own promise allow a picture.
const MOST_BYTES: usize = 150_000;

/// One in so many of the shapes has a skin.
const ONE_WITH_SKIN_OF: usize = 3;
/// Places on one page of a leaderboard.
const PAGE: usize = 10;

/// Returns the skin of a player who has one.
fn skin_of(name: &str) -> Option<Vec<u8>> {
    let number = SHAPES.iter().position(|shape| *shape == name)?;
    let has_one = number.is_multiple_of(ONE_WITH_SKIN_OF);
    has_one.then(|| skins::busy_skin(u32::try_from(number).expect("a small number")))
}

/// Returns the head with which a player is to be drawn.
fn head_of(name: &str) -> Head {
    match skin_of(name) {
        Some(skin) => Skin::decode(&skin).expect("a skin").head(),
        None => default_head(name),
    }
}

/// A guild on whose server all of these players are.
struct Crowd {
    community: Community,
    server: Plugin,
    names: Vec<String>,
}

impl Crowd {
    async fn of(count: usize) -> Self {
        let community = Community::start().await;
        let server = community.oxeye.linked_from(&community.guild, SERVER).await;
        let names = names(count);
        let crowd = Self {
            community,
            server,
            names,
        };
        crowd.is_on(&crowd.names).await;
        crowd
    }

    async fn is_on(&self, names: &[String]) {
        let player = |name: &String| match skin_of(name) {
            Some(_) => {
                json!({"player": name, "texture_hash": skins::texture_hash(name).to_string()})
            }
            None => json!({"player": name}),
        };
        let players: Vec<_> = names.iter().map(player).collect();
        let sync = Request::post("/sync").json(&json!({"players": players}));
        let answer = self.server.ask(sync).await;
        assert_eq!(answer.status, 200, "{answer}");
        for name in names {
            let Some(skin) = skin_of(name) else {
                continue;
            };
            let skin = json!({"player": name, "texture_hash": skins::texture_hash(name).to_string(),
                "skin_data": skins::base64(&skin)});
            let answer = self.server.ask(Request::post("/skin").json(&skin)).await;
            assert_eq!(answer.status, 200, "{answer}");
        }
    }

    fn member(&self) -> Person {
        self.community.guild.member()
    }

    /// Returns all names in the order in which those are shown who have joined at the same moment.
    fn in_order(&self) -> Vec<String> {
        let mut names = self.names.clone();
        names.sort_unstable();
        names
    }
}

/// Returns a text as it stands in a URL.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Checks that a message notifies nobody, that nothing in it acts but times, our commands and what is `allowed`, and that its
/// pictures are small and described. Returns its texts as people read them.
#[track_caller]
fn seen(answer: &Answer, allowed: &[&str]) -> Vec<String> {
    let mentions = answer.body["allowed_mentions"].as_object();
    let mentions = mentions.unwrap_or_else(|| panic!("anybody may be notified: {answer:?}"));
    assert_eq!(mentions["parse"], json!([]));
    assert!(
        mentions.values().all(|whom| *whom == json!([])),
        "{mentions:?}"
    );
    let all = readings(&answer.body);
    for act in all.iter().flat_map(|reading| &reading.acts) {
        // Our own sentences name commands.
        let is_ours = act.starts_with("<t:") || act.starts_with("`/oxeye ");
        assert!(
            is_ours || allowed.contains(&act.as_str()),
            "{act:?} in {all:?}"
        );
    }
    for file in &answer.files {
        let picture = image::load_from_memory_with_format(&file.bytes, image::ImageFormat::Png);
        let picture = picture.expect("a PNG");
        assert!(picture.width() > 30 && picture.height() > 15, "{picture:?}");
        assert!(file.bytes.len() < MOST_BYTES, "{} bytes", file.bytes.len());
        let alt = file.description.as_deref().unwrap_or_default();
        assert!((1..=1_024).contains(&alt.chars().count()), "{alt}");
    }
    let texts = all.into_iter().map(|Reading { text, .. }| text);
    let texts = texts.filter(|text| !text.is_empty());
    texts.map(|text| without_isolates(&text)).collect()
}

/// Waits until an answer has its picture, which may come after the text.
async fn with_picture(asked: &PendingAnswer) -> Answer {
    let settled = asked.settles(WAIT_LIMIT, "", true).await;
    settled.answer.expect("an answer")
}

/// Checks that the only picture of a message is this one.
#[track_caller]
fn shows(answer: &Answer, picture: &[u8]) {
    let [file] = &answer.files[..] else {
        panic!("not one picture: {answer:?}")
    };
    assert!(file.bytes == picture, "{} is another picture", file.name);
}

/// Draws those who are on, of whom these come first.
fn picture_of(players: &[String]) -> Vec<u8> {
    let (shown, others) = players.split_at(players.len().min(MAX_HEADS));
    assert!(
        shown.iter().any(|name| skin_of(name).is_some()),
        "{shown:?}"
    );
    let heads: Vec<_> = shown.iter().map(|name| head_of(name)).collect();
    let entries = shown.iter().zip(&heads);
    let entries: Vec<_> = entries
        .map(|(name, head)| PictureEntry { name, head })
        .collect();
    status_picture(&Fonts::default(), &entries, others.len())
}

/// Draws the page of a leaderboard that begins with the player of this number, where it says these lines in text. The
/// player of number 0 has played 100 units of time, and each other one unit less than the one before.
fn page_from(first: usize, lines: &[String]) -> Vec<u8> {
    let players: Vec<_> = SHAPES.iter().zip(0u8..).skip(first).take(PAGE).collect();
    assert_eq!(players.len(), lines.len());
    let heads: Vec<_> = players.iter().map(|(name, _)| head_of(name)).collect();
    let places: Vec<_> = players
        .iter()
        .map(|(_, number)| format!("{}.", number + 1))
        .collect();
    let rows = players.iter().zip(&heads).zip(places.iter().zip(lines));
    let rows = rows.map(|(((name, number), head), (place, line))| TopRow {
        place,
        name,
        head: Some(head),
        amount: line.rsplit_once(" · ").expect("an amount").1,
        share: f64::from(100 - number) / 100.0,
    });
    top_picture(&Fonts::default(), &rows.collect::<Vec<_>>())
}

/// Checks that a line names the first of these players and then says how many more there are. Returns how many it
/// names.
#[track_caller]
fn names_first(line: &str, players: &[String]) -> usize {
    let (_, more) = line.rsplit_once(", +").expect("not all fit");
    let more: usize = more.trim_end_matches(" more").parse().expect("a number");
    let shown = players.len() - more;
    assert_eq!(
        line,
        format!("{}, +{more} more", players[..shown].join(", "))
    );
    shown
}

#[tokio::test]
async fn the_status_and_a_board_of_a_thousand_name_the_first_and_count_the_others() {
    let crowd = Crowd::of(1_000).await;
    let guild = &crowd.community.guild;
    let lobby = guild.channel(ChannelKind::Text, "lobby");
    let in_order = crowd.in_order();
    let on: Vec<_> = in_order.iter().map(|name| as_seen(name)).collect();

    let status = with_picture(&crowd.member().sends("oxeye status", &[])).await;
    let list = crowd.member().types("oxeye list", &[]).await;
    let now = [("time", "now")];
    let history = crowd.member().types("oxeye history", &now).await;
    let id = lobby.id_text();
    let options = [("channel", id.as_str())];
    guild.moderator().types("oxeye board post", &options).await;
    let board = lobby.message_says("1,000 online").await;

    let texts = seen(&status, &[]);
    assert_eq!(texts[0], SERVER);
    let lines: Vec<_> = texts[1].lines().collect();
    assert_eq!(lines[0], "🟢 1,000 online · updated [time]");
    assert!(names_first(lines[1], &on) > 10, "{lines:?}");
    assert_eq!(lines.len(), 2);
    shows(&status, &picture_of(&in_order));
    let texts = seen(&list, &[]);
    assert!(texts.iter().any(|text| text.contains(SERVER)), "{texts:?}");
    let texts = seen(&history, &[]);
    let line = texts[1].strip_prefix(&format!("{SERVER} (1,000): "));
    let shown = names_first(line.expect("the server"), &on);
    assert!(shown > 50, "{texts:?}");
    let texts = seen(&board, &[]);
    assert_eq!(texts[0], SERVER);
    let lines: Vec<_> = texts[1].lines().collect();
    assert_eq!(lines[0], "🟢 1,000 online");
    let (listed, more) = lines[1..].split_at(lines.len() - 2);
    for (line, name) in listed.iter().zip(&on) {
        assert_eq!(*line, format!("• {name} ([time])"));
    }
    assert_eq!(more, [format!("...and {} more", 1_000 - listed.len())]);
    crowd.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn a_dozen_at_a_time_are_named_with_the_time_at_which_they_joined() {
    let crowd = Crowd::of(1).await;

    for dozen in names(SHAPES.len()).chunks(12) {
        crowd.is_on(dozen).await;
        let status = crowd.member().types("oxeye status", &[]).await;

        let texts = seen(&status, &[]);
        let line = texts[1].lines().nth(1).expect("who is on");
        let line = line.strip_prefix("Joined: ").expect("when they joined");
        let line = line.strip_suffix(" ([time])").expect("a time");
        let mut named: Vec<_> = line.split(" ([time]), ").collect();
        named.sort_unstable();
        let mut expected: Vec<_> = dozen.iter().map(|name| as_seen(name)).collect();
        expected.sort_unstable();
        assert_eq!(named, expected);
    }
    crowd.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn each_of_a_thousand_who_left_stands_on_a_page_of_last_seen() {
    let crowd = Crowd::of(1_000).await;
    crowd.is_on(&[]).await;

    let status = crowd.member().types("oxeye status", &[]).await;
    let mut page = crowd.member().presses(&status, "Show all").await;
    let mut all = BTreeSet::new();
    for _ in 0..100 {
        let texts = seen(&page, &[]);
        assert_eq!(texts[0], SERVER);
        for line in texts[1].lines().skip(1) {
            let name = line
                .strip_prefix("• ")
                .and_then(|line| line.strip_suffix(" ([time])"));
            all.insert(name.unwrap_or_else(|| panic!("{line:?}")).to_owned());
        }
        if page.is_disabled("Next") {
            break;
        }
        page = crowd.member().presses(&page, "Next").await;
    }

    let expected: BTreeSet<_> = crowd.names.iter().map(|name| as_seen(name)).collect();
    assert_eq!(all, expected);
    let texts = seen(&status, &[]);
    assert!(texts[1].ends_with("\n...and 990 more"), "{texts:?}");
    crowd.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn a_leaderboard_names_them_in_text_and_in_a_picture() {
    let crowd = Crowd::of(SHAPES.len()).await;
    let guild = crowd.community.guild.id();
    crowd.is_on(&[]).await;
    let path = format!("/api/servers/{guild}/{}/status", encoded(SERVER));
    let status = crowd.community.oxeye.api(Request::get(path)).await;
    let from = status["heard_at"].as_i64().expect("it was heard") - 80_000;
    let stays = SHAPES.iter().zip(0..);
    let stays: Vec<_> = stays
        .map(|(name, number)| (*name, from, from + (100 - number) * 600))
        .collect();
    crowd.community.oxeye.had_stays(guild, SERVER, &stays).await;

    let options = [("range", "all time"), ("server", SERVER)];
    let top = with_picture(&crowd.member().sends("oxeye top", &options)).await;
    let next = top.component("Next");
    let (id, _) = next.rsplit_once(':').expect("it ends with the page");
    let mut places = Vec::new();
    for page in 0..SHAPES.len().div_ceil(PAGE) {
        let other = crowd.community.guild.another(100 + page as u64);
        let asked = other.sends_press(&top, &format!("{id}:{page}"));
        let shown = with_picture(&asked).await;
        let lines = seen(&shown, &[])[1]
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>();
        shows(&shown, &page_from(page * PAGE, &lines));
        places.extend(lines);
    }

    assert_eq!(
        seen(&top, &[])[0],
        format!("Top · playtime · all time · {SERVER}")
    );
    assert_eq!(places.len(), SHAPES.len());
    for ((place, name), number) in places.iter().zip(SHAPES).zip(1..) {
        let expected = format!("{number}. {} · ", as_seen(name));
        assert!(place.starts_with(&expected), "{place:?}, not {expected:?}");
    }
    crowd.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn each_is_found_by_the_name_and_offered_while_a_member_types_it() {
    let crowd = Crowd::of(1_000).await;
    let member = crowd.member();

    let asked: Vec<_> = SHAPES
        .map(|name| member.sends("oxeye player", &[("name", name)]))
        .into();
    for (name, asked) in SHAPES.iter().zip(&asked) {
        let shown = with_picture(asked).await;
        let texts = seen(&shown, &[]);
        assert_eq!(texts[0], as_seen(name));
        assert!(
            texts[1].contains(&format!("🟢 on {SERVER}, joined [time]")),
            "{texts:?}"
        );
        assert_eq!(shown.files.len(), 1, "{name}");
        let offered = member.is_typing("oxeye player", "name", name).await;
        let offered = offered.iter().find(|(_, value)| value == name);
        let (label, _) = offered.unwrap_or_else(|| panic!("{name:?} is not offered"));
        assert_eq!(without_isolates(label), as_seen(name));
    }
    crowd.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn questions_about_them_and_notices_name_them() {
    let crowd = Crowd::of(SHAPES.len()).await;
    let guild = &crowd.community.guild;
    let hub = crowd.community.oxeye.linked_from(guild, "hub").await;
    hub.syncs(&[]).await;
    crowd.is_on(&[]).await;
    let member = crowd.member();

    for (name, number) in SHAPES.iter().zip(100..) {
        let who = guild.another(number);
        let asked = who.types("oxeye me link", &[("name", name)]).await;
        let mention = format!("<@{}>", who.id());
        let texts = seen(&asked, &[&mention]);
        let expected = format!(
            "[mention] says: I am {} on the Minecraft servers.",
            as_seen(name)
        );
        assert!(texts[0].starts_with(&expected), "{texts:?}");
    }
    let told = [
        "||spoiler||",
        "<@&2>",
        "# Title",
        "a\u{202E}b",
        "\\*",
        "`code`",
    ];
    for (name, number) in told.iter().zip(300..) {
        let who = guild.another(number);
        let added = who.types("oxeye notify add", &[("name", name)]).await;
        assert!(
            seen(&added, &["`channel`"])[0]
                .contains(&format!("when {} comes online", as_seen(name)))
        );
        hub.joins(name).await;
        let told = who.is_told("is now on").await;
        let expected = format!("{} is now on hub", as_seen(name));
        assert!(seen(&told, &[])[0].starts_with(&expected), "{told:?}");
    }
    for name in &SHAPES[..20] {
        member.types("oxeye notify add", &[("name", name)]).await;
    }
    let list = member.types("oxeye notify list", &[]).await;
    let texts = seen(&list, &[]);
    let mut listed: Vec<_> = texts[0].lines().skip(1).collect();
    let mut expected: Vec<_> = SHAPES[..20]
        .iter()
        .map(|name| format!("• {}", as_seen(name)))
        .collect();
    listed.sort_unstable();
    expected.sort_unstable();
    assert_eq!(listed, expected);
    crowd.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn servers_with_such_names_are_shown_as_they_are_called() {
    let crowd = Crowd::of(3).await;
    let guild = &crowd.community.guild;
    let member = crowd.member();
    let other = crowd.community.oxeye.linked_from(guild, "||@here||").await;
    other.syncs(&["Alex"]).await;

    let overview = member.types("oxeye status", &[]).await;
    let chart = member.types("oxeye chart", &[("server", SERVER)]).await;
    let offered = member.is_typing("oxeye chart", "server", "").await;
    let question = [("server", "||@here||")];
    let question = guild.moderator().types("oxeye disconnect", &question).await;
    let unknown = [("server", "@everyone <@1> `x`")];
    let unknown = member.types("oxeye status", &unknown).await;

    let texts = seen(&overview, &[]);
    for name in [SERVER, "||@here||"] {
        assert!(texts.iter().any(|text| text.contains(name)), "{texts:?}");
        let labels = offered
            .iter()
            .map(|(label, _)| label)
            .chain(overview.menu().iter().map(|(label, _)| label))
            .cloned()
            .collect::<Vec<_>>();
        let named = labels
            .iter()
            .filter(|label| without_isolates(label).contains(name));
        assert_eq!(named.count(), 2, "{labels:?}");
    }
    assert!(seen(&chart, &[])[0].starts_with(&format!("{SERVER} · ")));
    assert!(seen(&question, &[])[0].starts_with("Disconnect ||@here||?"));
    assert!(seen(&unknown, &[])[0].contains("@everyone <@1> `x`"));
    assert_eq!(read(r"\|\|@here").acts, ["@here"], "the reader is strict");
    crowd.community.discord.keeps_the_rules();
}
