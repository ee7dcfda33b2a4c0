//! Members who are linked to players, who hide, and who are forgotten.

use oxeye_db::{
    ActivityReport, FeedEvent, GuildId, LinkMemberError, LinkedMember, PageStart, PortableRecord,
    ServerId, ServerStatus, UnixSeconds, Uuid,
};
use serde_json::json;

use crate::site::{DAY, GUILD, NOW, Site, of_guild, player};

const OTHER: GuildId = GuildId(8);
/// Ids that occur in no file by chance.
const ALEX: u64 = 0x1234_5678_9abc_def1;
const STEVE: u64 = 0x1234_5678_9abc_def2;
const MODERATOR: u64 = 0x1234_5678_9abc_def3;
const ACCOUNT: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);

impl Site {
    /// Links a member to a player, as the moderator says.
    async fn is_player(&self, user: u64, name: &str) -> Result<(), LinkMemberError> {
        let moderator = Some(MODERATOR);
        let linked = self
            .database
            .link_member(GUILD, user, player(name), moderator, NOW);
        linked.await
    }

    async fn hides(&self, user: u64) -> Option<LinkedMember> {
        let hidden = self.database.hide_member(GUILD, user, NOW);
        hidden.await.unwrap()
    }

    async fn members(&self) -> Vec<(u64, String)> {
        let members = self.database.linked_members(None).await.unwrap();
        let members = members.into_iter();
        members
            .map(|member| (member.user, member.player.to_string()))
            .collect()
    }

    fn seen(&self, server: ServerId) -> ServerStatus {
        let server = of_guild(&self.database, server);
        self.database.status(server, 100, NOW).unwrap()
    }

    fn pages(&self, server: ServerId) -> (Vec<String>, usize) {
        let server = of_guild(&self.database, server);
        let start = PageStart::default();
        let page = self
            .database
            .last_seen_page(server, start, 30, NOW)
            .unwrap();
        let names = page.players.iter();
        let names = names.map(|one| one.player_name.to_string()).collect();
        (names, page.total)
    }

    /// Returns how often the bytes of a member's id occur in the store's files.
    fn copies_of_id(&self, user: u64) -> usize {
        let files = std::fs::read_dir(self.folder()).unwrap();
        let contents = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        let copies = |bytes: Vec<u8>| {
            let windows = bytes.windows(8);
            let same = windows.filter(|window| *window == user.to_be_bytes());
            same.count()
        };
        contents.map(copies).sum()
    }
}

fn last_seen(status: &ServerStatus) -> Vec<&str> {
    let players = status.last_seen.iter();
    players.map(|one| one.player_name.as_str()).collect()
}

#[tokio::test]
async fn somebody_who_hides_is_counted_but_not_named_until_they_show_again() {
    let site = Site::new();
    let server = site.linked("survival").await;
    for name in ["Alex", "Steve"] {
        site.join(server, name, NOW.0 - 50).await;
    }
    let picture = async || {
        let picture = site
            .database
            .status_picture(of_guild(&site.database, server));
        picture.await.unwrap().unwrap()
    };
    let with_both = picture().await;
    site.is_player(ALEX, "Alex").await.unwrap();
    assert_eq!(
        site.online(server),
        ["Alex", "Steve"],
        "a link hides nobody"
    );

    assert!(site.hides(ALEX).await.is_some());

    assert_eq!(site.online(server), ["Steve"]);
    assert_eq!(site.seen(server).hidden_count, 1);
    assert_eq!(site.database.distinct_online(GUILD), 2);
    let without = picture().await;
    assert_ne!(without, with_both);
    let whole = site
        .database
        .whole_status(of_guild(&site.database, server), 9, NOW)
        .unwrap();
    assert_eq!((whole.online.len(), whole.hidden_count), (2, 0));

    site.leave(server, "Alex", NOW.0 - 20).await;
    site.leave(server, "Steve", NOW.0 - 10).await;
    let status = site.seen(server);
    assert_eq!(last_seen(&status), ["Steve"]);
    assert_eq!(status.last_seen_total, 1);
    assert_eq!(site.pages(server), (vec!["Steve".to_owned()], 1));

    let shown = site.database.show_member(GUILD, ALEX).await.unwrap();
    assert_eq!(shown.unwrap().hidden_since, None);
    assert_eq!(last_seen(&site.seen(server)), ["Steve", "Alex"]);
    assert_eq!(site.pages(server).1, 2);
}

#[tokio::test]
async fn who_hides_is_hidden_after_a_restart_and_in_no_other_guild() {
    let site = Site::new();
    let server = site.linked("survival").await;
    let (elsewhere, _) = site.database.link(OTHER, "survival", NOW).await;
    for server in [server, elsewhere] {
        site.join(server, "Alex", NOW.0 - 50).await;
    }
    site.is_player(ALEX, "Alex").await.unwrap();
    let hidden = site.hides(ALEX).await.unwrap();
    assert_eq!(hidden.hidden_since, Some(NOW));
    // Hiding twice is hiding since the first time.
    let later = UnixSeconds(NOW.0 + 60);
    let again = site.database.hide_member(GUILD, ALEX, later).await.unwrap();
    assert_eq!(again, Some(hidden));

    let site = site.restarted().await;

    assert!(site.online(server).is_empty());
    let elsewhere = site.database.guild_server(OTHER, elsewhere).unwrap();
    let status = site.database.status(elsewhere, 9, NOW).unwrap();
    assert_eq!(status.online[0].player, player("Alex"));
}

#[tokio::test]
async fn only_the_servers_that_know_somebody_look_different_when_they_hide() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.linked("creative").await;
    site.stay(server, "Alex", NOW.0 - 60, NOW.0 - 30).await;
    site.is_player(ALEX, "Alex").await.unwrap();
    let mut changes = site.database.changes();

    site.hides(ALEX).await;
    site.hides(ALEX).await;
    site.database.unlink_member(GUILD, ALEX).await.unwrap();
    site.join(server, "Steve", NOW.0).await;

    for what in ["hidden", "shown", "the join"] {
        match changes.next().await {
            Some(FeedEvent::Server(change)) => assert_eq!(change.server, server, "{what}"),
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_player_has_one_member_and_a_member_one_player() {
    let site = Site::new();
    let server = site.linked("survival").await;
    let (elsewhere, _) = site.database.link(OTHER, "survival", NOW).await;
    site.stay(server, "Alex", NOW.0 - 50, NOW.0 - 40).await;
    site.stay(server, "Steve", NOW.0 - 50, NOW.0 - 40).await;
    site.stay(elsewhere, "Herobrine", NOW.0 - 50, NOW.0 - 40)
        .await;

    // At the same time, in whatever order the writer takes them.
    let (one, other) = tokio::join!(site.is_player(ALEX, "Alex"), site.is_player(STEVE, "Alex"));
    assert_ne!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
    let (winner, refused) = if one.is_ok() {
        (ALEX, other)
    } else {
        (STEVE, one)
    };
    assert!(matches!(refused, Err(LinkMemberError::PlayerTaken)));
    let unlinked = site.database.unlink_member(GUILD, winner).await.unwrap();
    assert!(unlinked.is_some());

    site.is_player(ALEX, "Alex").await.unwrap();
    let other = site.is_player(ALEX, "Steve").await;
    assert!(matches!(other, Err(LinkMemberError::MemberTaken(name)) if name == player("Alex")));
    for unknown in ["Herobrine", "alex", "Nobody"] {
        let refused = site.is_player(STEVE, unknown).await;
        assert!(
            matches!(refused, Err(LinkMemberError::UnknownPlayer)),
            "{unknown}"
        );
    }
    assert_eq!(site.members().await, [(ALEX, "Alex".to_owned())]);
    let alex = player("Alex");
    let holder = site.database.member_of_player(GUILD, &alex).await;
    assert_eq!(holder.unwrap().unwrap().user, ALEX);

    site.hides(ALEX).await;
    let unlinked = site.database.unlink_member(GUILD, ALEX).await.unwrap();
    assert_eq!(unlinked.unwrap().confirmed_by, Some(MODERATOR));
    assert_eq!(site.copies_of_id(ALEX), 0);
    assert_eq!(
        last_seen(&site.seen(server)).len(),
        2,
        "nobody hides any more"
    );
    site.is_player(STEVE, "Alex").await.unwrap();
    assert!(site.hides(ALEX).await.is_none());
}

#[tokio::test]
async fn a_player_is_meant_by_a_name_in_another_case_if_only_one_has_it() {
    let site = Site::new();
    let server = site.linked("survival").await;
    for name in ["jeb_", "Alex", "ALEX"] {
        site.stay(server, name, NOW.0 - 50, NOW.0 - 40).await;
    }
    let meant = async |typed| {
        let found = site.database.player_of_guild(GUILD, player(typed)).await;
        found.unwrap().map(|name| name.to_string())
    };

    assert_eq!(meant("JEB_").await.as_deref(), Some("jeb_"));
    assert_eq!(meant("ALEX").await.as_deref(), Some("ALEX"));
    assert_eq!(meant("alex").await, None);
    assert_eq!(meant("Steve").await, None);
    let elsewhere = site.database.player_of_guild(OTHER, player("jeb_")).await;
    assert_eq!(elsewhere.unwrap(), None);
}

#[tokio::test]
async fn a_guild_that_has_removed_the_bot_links_nobody() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay(server, "Alex", NOW.0 - 50, NOW.0 - 40).await;
    site.database.guild_removed(GUILD, NOW).await.unwrap();

    let refused = site.is_player(ALEX, "Alex").await;

    assert!(
        matches!(refused, Err(LinkMemberError::BotRemoved)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_linked_player_is_known_when_their_last_session_is_deleted() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay(server, "Alex", NOW.0 - 50, NOW.0 - 40).await;
    site.is_player(ALEX, "Alex").await.unwrap();
    site.hides(ALEX).await;

    let later = UnixSeconds(NOW.0 + 400 * DAY);
    let expired = site.database.expire_sessions(later, later).await.unwrap();
    assert_eq!((expired.sessions, expired.players), (1, 0));

    let site = site.restarted().await;
    assert_eq!(site.members().await, [(ALEX, "Alex".to_owned())]);
    site.join(server, "Alex", later.0).await;
    assert!(site.online(server).is_empty(), "still hidden");
}

#[tokio::test]
async fn a_member_is_forgotten_in_their_guild_to_the_last_byte_and_in_no_other() {
    for is_elsewhere in [false, true] {
        let site = Site::new();
        let server = site.linked("survival").await;
        let (elsewhere, _) = site.database.link(OTHER, "survival", NOW).await;
        let servers = [server, elsewhere].into_iter();
        let servers: Vec<_> = servers.take(1 + usize::from(is_elsewhere)).collect();
        for server in servers {
            site.join_as(server, "Xylophonist", ACCOUNT, NOW.0 - 50)
                .await;
            site.leave(server, "Xylophonist", NOW.0 - 40).await;
            site.join(server, "Xylophonist", NOW.0 - 30).await;
            for (who, killer) in [("Xylophonist", "Steve"), ("Steve", "Xylophonist")] {
                let details = json!({"killer": killer});
                let event = json!({"player": who, "event_type": "death", "details": details});
                let report = ActivityReport::Single {
                    event: serde_json::from_value(event).unwrap(),
                    idempotency_key: None,
                };
                let taken = site.database.take_activity(server.into(), report, NOW);
                taken.await.unwrap();
            }
        }
        site.is_player(ALEX, "Xylophonist").await.unwrap();
        site.hides(ALEX).await;

        let name = player("Xylophonist");
        let forgotten = site.database.forget_player_in(GUILD, name.clone(), NOW);

        let forgotten = forgotten.await.unwrap().unwrap();
        assert_eq!((forgotten.sessions, forgotten.servers), (2, 1));
        assert_eq!(
            (forgotten.activity_guilds, forgotten.activity_mentions),
            (1, 1)
        );
        assert!(forgotten.is_wiped);
        assert!(site.members().await.is_empty());
        assert_eq!(site.copies_of_id(ALEX), 0);
        let data = site.database.player_data(GUILD, name.clone(), NOW);
        assert_eq!(data.await.unwrap(), Default::default());
        if is_elsewhere {
            let data = site.database.player_data(OTHER, name.clone(), NOW).await;
            let data = data.unwrap();
            assert_eq!(data.servers[0].sessions.len(), 2);
            assert_eq!(data.accounts[0].uuid, ACCOUNT);
            assert!(!data.activity.is_empty());
        } else {
            assert_eq!(site.files_with("Xylophonist"), Vec::<String>::new());
            assert_eq!(site.copies_of(ACCOUNT), 0);
        }
        // A player who comes back is somebody new, and hides from nobody.
        site.join(server, "Xylophonist", NOW.0).await;
        assert_eq!(site.online(server), ["Xylophonist"]);
        let site = site.restarted().await;
        assert_eq!(site.online(server), ["Xylophonist"]);
    }
}

#[tokio::test]
async fn a_player_whom_the_operator_forgets_has_no_member_any_more() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay(server, "Alex", NOW.0 - 50, NOW.0 - 40).await;
    site.is_player(ALEX, "Alex").await.unwrap();
    site.hides(ALEX).await;

    let forgotten = site.database.forget_player(player("Alex"), NOW).await;

    assert!(forgotten.unwrap().is_some());
    assert!(site.members().await.is_empty());
    assert_eq!(site.copies_of_id(ALEX), 0);
    site.join(server, "Alex", NOW.0).await;
    assert_eq!(site.online(server), ["Alex"]);
}

#[tokio::test]
async fn everything_kept_about_a_player_is_in_their_data() {
    let site = Site::new();
    let (one, two) = (site.linked("one").await, site.linked("two").await);
    site.linked("three").await;
    site.join_as(one, "Alex", ACCOUNT, NOW.0 - 50).await;
    site.leave(one, "Alex", NOW.0 - 40).await;
    site.join(two, "Alex", NOW.0 - 30).await;
    site.join(two, "Steve", NOW.0 - 30).await;

    let data = site.database.player_data(GUILD, player("Alex"), NOW).await;

    let data = data.unwrap();
    assert_eq!(data.accounts.len(), 1);
    let [one, two] = &data.servers[..] else {
        panic!("{data:?}")
    };
    assert_eq!((one.server.as_str(), two.server.as_str()), ("one", "two"));
    assert_eq!(one.last_seen, Some(UnixSeconds(NOW.0 - 40)));
    assert_eq!(two.last_seen, None);
    assert_eq!((one.sessions.len(), two.sessions.len()), (1, 1));
    assert!(one.sessions[0].end.is_some() && two.sessions[0].end.is_none());
}

#[tokio::test]
async fn members_are_exported_and_imported_once() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.join(server, "Alex", NOW.0 - 50).await;
    site.is_player(ALEX, "Alex").await.unwrap();
    site.hides(ALEX).await;
    let mut export = site.database.export();
    let mut records = Vec::new();
    while let Some(chunk) = export.next_chunk().await {
        records.extend(chunk.unwrap());
    }
    let other = Site::new();
    let only: Vec<_> = records
        .iter()
        .filter(|record| matches!(record, PortableRecord::LinkedMember(_)))
        .cloned()
        .collect();

    let early = other.database.import(only, None, NOW).await.unwrap();
    let first = other
        .database
        .import(records.clone(), None, NOW)
        .await
        .unwrap();
    let again = other.database.import(records, None, NOW).await.unwrap();

    assert_eq!(
        (early.added, early.skipped),
        (0, 1),
        "the guild has no server yet"
    );
    assert_eq!((first.added, first.skipped), (2, 0));
    assert_eq!((again.added, again.skipped), (0, 2));
    let members = |site: &Site| {
        let database = site.database.clone();
        async move { database.linked_members(Some(GUILD)).await.unwrap() }
    };
    assert_eq!(members(&other).await, members(&site).await);
    let (server, _) = other
        .database
        .find_server(GUILD, &crate::site::server_name("survival"))
        .unwrap();
    let status = other.database.status(server, 9, NOW).unwrap();
    assert_eq!(last_seen(&status), [""; 0], "hidden at once");
}

#[tokio::test]
async fn the_members_of_a_guild_that_removed_the_bot_go_after_30_days() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay(server, "Xylophonist", NOW.0 - 50, NOW.0 - 40)
        .await;
    site.is_player(ALEX, "Xylophonist").await.unwrap();
    site.hides(ALEX).await;
    site.database.guild_removed(GUILD, NOW).await.unwrap();
    let delete = async |now| site.database.delete_removed_guilds(UnixSeconds(now)).await;
    assert_eq!(delete(NOW.0 + 30 * DAY - 1).await.unwrap(), []);
    assert_eq!(site.members().await.len(), 1);

    let deleted = delete(NOW.0 + 30 * DAY).await;

    assert_eq!(deleted.unwrap(), [GUILD]);
    assert!(site.members().await.is_empty());
    for user in [ALEX, MODERATOR] {
        assert_eq!(site.copies_of_id(user), 0);
    }
    assert_eq!(site.files_with("Xylophonist"), Vec::<String>::new());
}
