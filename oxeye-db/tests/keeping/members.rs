//! Members who are linked to players, and who hide.

use oxeye_db::{
    FeedEvent, GuildId, LinkMemberError, LinkedMember, PageStart, ServerId, ServerStatus,
    UnixSeconds,
};

use crate::site::{GUILD, NOW, Site, of_guild, player};

pub(crate) const OTHER: GuildId = GuildId(8);
/// Ids that occur in no file by chance.
pub(crate) const ALEX: u64 = 0x1234_5678_9abc_def1;
pub(crate) const STEVE: u64 = 0x1234_5678_9abc_def2;
pub(crate) const MODERATOR: u64 = 0x1234_5678_9abc_def3;

impl Site {
    /// Links a member to a player, as the moderator says.
    pub(crate) async fn is_player(&self, user: u64, name: &str) -> Result<(), LinkMemberError> {
        let moderator = Some(MODERATOR);
        let linked = self
            .database
            .link_member(GUILD, user, player(name), moderator, NOW);
        linked.await
    }

    pub(crate) async fn hides(&self, user: u64) -> Option<LinkedMember> {
        let hidden = self.database.hide_member(GUILD, user, NOW);
        hidden.await.unwrap()?.linked
    }

    pub(crate) async fn members(&self) -> Vec<(u64, String)> {
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
    pub(crate) fn copies_of_id(&self, user: u64) -> usize {
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

pub(crate) fn last_seen(status: &ServerStatus) -> Vec<&str> {
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
    assert_eq!(site.database.guild_occupancy(GUILD, NOW).players, 2);
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
    let shown = shown.unwrap().linked.unwrap();
    assert_eq!(shown.hidden_since, None);
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
    assert_eq!(again.unwrap().linked, Some(hidden));

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
