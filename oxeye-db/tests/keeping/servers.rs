//! Renaming and removing servers.

use oxeye_db::testing::TestStore;
use oxeye_db::{
    AboutEvent, AboutText, GuildId, Icon, IssueCodeError, RenameError, ServerAbout, SkinAnswer,
    SkinId, TextureHash, UnixSeconds, Uuid,
};

use crate::site::{GUILD, NOW, Site, of_guild, player, server_name};

impl Site {
    async fn rename(&self, server: oxeye_db::ServerId, name: &str) -> Result<(), RenameError> {
        let name = server_name(name);
        self.database
            .rename_server(of_guild(&self.database, server), name)
            .await
    }

    fn names(&self) -> Vec<String> {
        let servers = self.database.known_servers(NOW);
        servers
            .iter()
            .map(|server| server.name.to_string())
            .collect()
    }
}

#[tokio::test]
async fn a_renamed_server_is_still_the_same_server_even_after_a_restart() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.join(server, "Alex", NOW.0).await;

    site.rename(server, "Skyblock").await.unwrap();

    let status = site
        .database
        .status(of_guild(&site.database, server), 9, NOW)
        .unwrap();
    assert_eq!(status.name.as_str(), "Skyblock");
    let find = |site: &Site, name| {
        site.database
            .find_server(GUILD, &server_name(name))
            .map(|(server, _)| server.id())
    };
    assert_eq!(find(&site, "survival"), None);
    assert_eq!(find(&site, "Skyblock"), Some(server));
    site.join(server, "Steve", NOW.0).await;
    let site = site.restarted().await;
    assert_eq!(find(&site, "SKYBLOCK"), Some(server));
    assert_eq!(site.online(server), ["Alex", "Steve"]);
}

#[tokio::test]
async fn a_name_is_taken_in_any_case_but_only_within_its_guild() {
    let site = Site::new();
    let (one, two) = (site.linked("One").await, site.linked("Zwei Türme").await);

    for taken in ["Zwei Türme", "zwei türme", "ZWEI TÜRME"] {
        let refused = site.rename(one, taken).await;
        assert!(matches!(refused, Err(RenameError::NameTaken)), "{taken}");
        let code = site
            .database
            .issue_link_code(GUILD, server_name(taken), NOW)
            .await;
        assert!(matches!(code, Err(IssueCodeError::NameTaken)), "{taken}");
    }
    // A disconnected server keeps its name.
    site.database
        .disconnect(of_guild(&site.database, two), NOW)
        .await
        .unwrap();
    let refused = site.rename(one, "zwei TÜRME").await;
    assert!(matches!(refused, Err(RenameError::NameTaken)));

    site.rename(one, "ONE").await.unwrap();
    assert_eq!(site.names(), ["ONE", "Zwei Türme"]);
    assert_eq!(site.database.guild_server(GuildId(8), one), None);
    assert_eq!(site.linked("ZWEI türme").await, two);
    assert_eq!(site.names(), ["ONE", "ZWEI türme"]);
}

#[tokio::test]
async fn a_code_for_the_old_name_links_the_server_under_the_new_one() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.database
        .disconnect(of_guild(&site.database, server), NOW)
        .await
        .unwrap();
    let name = server_name("Survival");
    let code = site.database.issue_link_code(GUILD, name, NOW).await;

    site.rename(server, "skyblock").await.unwrap();
    let key = site
        .database
        .redeem_link_code(&code.unwrap().code, NOW)
        .await;

    let linked = site.database.authenticate(&key.unwrap().api_key, NOW);
    let linked = linked.unwrap();
    assert_eq!(linked.id, server);
    assert_eq!(site.names(), ["skyblock"]);
}

#[tokio::test]
async fn a_removed_server_is_gone_from_memory_and_from_all_files() {
    let site = Site::new();
    let mut others = Vec::new();
    // Enough servers to split the pages with names.
    for number in 0..300 {
        others.push(
            site.linked(&format!("server-number-{}", number * 7_919 % 1_000))
                .await,
        );
    }
    let server = site.linked("Unforgettable realm").await;
    for number in 0..1_200 {
        let name = format!("OnlyHere{number}");
        let mut account = *b"AccountOfOne0000";
        account[12..].copy_from_slice(format!("{:04}", number * 7 % 1_200).as_bytes());
        let at = NOW.0 + number;
        site.join_as(server, &name, Uuid::from_bytes(account), at)
            .await;
        site.leave(server, &name, at).await;
    }
    let (own, shared) = (TextureHash([1; 32]), TextureHash([2; 32]));
    site.joins_in(server, "OnlyHere", own).await;
    site.sends_skin(server, "OnlyHere", own, 11).await;
    site.joins_in(server, "Alex", shared).await;
    site.sends_skin(server, "Alex", shared, 22).await;
    site.joins_in(others[0], "Alex", shared).await;
    site.sends_skin(others[0], "Alex", shared, 22).await;
    assert_eq!(site.database.guild_server(GuildId(8), server), None);
    let of_guild = of_guild(&site.database, server);

    let removed = site.database.remove_server(of_guild, NOW).await;

    let removed = removed.unwrap().unwrap();
    assert_eq!((removed.sessions, removed.players), (1_202, 1_201));
    assert!(removed.is_wiped);
    for text in ["Unforgettable realm", "OnlyHere", "AccountOfOne"] {
        assert_eq!(site.files_with(text), Vec::<String>::new());
    }
    let again = site.database.remove_server(of_guild, NOW).await;
    assert_eq!(again.unwrap(), None);
    let renamed = site.database.rename_server(of_guild, server_name("x"));
    assert!(matches!(renamed.await, Err(RenameError::Unknown)));
    let head = async |site: &Site, skin| site.database.head(SkinId([skin; 32])).await.unwrap();
    assert!(head(&site, 11).await.is_none() && head(&site, 22).await.is_some());
    let site = site.restarted().await;
    assert_eq!(site.database.known_servers(NOW).len(), 300);
    assert_eq!(site.online(others[0]), ["Alex"]);
    // The name is free for another server, which starts with no history.
    let other = site.linked("Unforgettable realm").await;
    assert_ne!(other, server);
    assert!(site.online(other).is_empty());
    assert_eq!(site.joins_in(other, "Alex", own).await, SkinAnswer::Wanted);
    let forgotten = site.database.forget_player(player("OnlyHere1"), NOW).await;
    assert_eq!(forgotten.unwrap(), None);
}

#[tokio::test]
async fn the_keys_and_codes_of_a_removed_server_are_not_valid_any_more() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.database
        .disconnect(of_guild(&site.database, server), NOW)
        .await
        .unwrap();
    let issued = site
        .database
        .issue_link_code(GUILD, server_name("SURVIVAL"), NOW)
        .await;
    let name = server_name("survival");
    let other = site
        .database
        .issue_link_code(GUILD, name, NOW)
        .await
        .unwrap();
    let key = site.database.redeem_link_code(&other.code, NOW).await;
    let key = key.unwrap().api_key;

    site.database
        .remove_server(of_guild(&site.database, server), NOW)
        .await
        .unwrap();

    assert!(site.database.authenticate(&key, NOW).is_none());
    let later = UnixSeconds(NOW.0 + 1);
    let code = issued.unwrap().code;
    site.database
        .redeem_link_code(&code, later)
        .await
        .unwrap_err();
}

#[tokio::test]
async fn what_a_server_says_about_itself_survives_a_restart_and_goes_with_the_link() {
    let store = TestStore::new(NOW);
    let (server, _) = store.link(GuildId::LOCAL, "survival", NOW).await;
    let of_guild = store.guild_server(GuildId::LOCAL, server).unwrap();
    let about = ServerAbout {
        version: AboutText::new("1.21.11"),
        max_players: Some(20),
        icon: Some(Icon::from_own_png(b"a picture")),
        ..ServerAbout::default()
    };
    let said = AboutEvent {
        about: about.clone(),
        at: None,
    };
    store.take_about(server, said, NOW).await.unwrap();

    let store = store.restarted(NOW).await;
    assert_eq!(*store.about(of_guild).unwrap(), about);

    store.disconnect(of_guild, NOW).await.unwrap();
    store.link(GuildId::LOCAL, "survival", NOW).await;
    assert_eq!(*store.about(of_guild).unwrap(), ServerAbout::default());
    let store = store.restarted(NOW).await;
    assert_eq!(*store.about(of_guild).unwrap(), ServerAbout::default());
}
