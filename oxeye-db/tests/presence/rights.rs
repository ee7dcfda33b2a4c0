//! What members agreed to counts only as long as their guild wants it and has the bot.

use futures_util::future::join_all;
use oxeye_db::{Joined, Observation, PresenceKind, PresenceKinds, UserId};

use crate::site::{ALEX, GUILD, OTHER, Site, at, game, voice};

#[tokio::test]
async fn a_kind_that_a_guild_drops_has_to_be_agreed_to_again() {
    let site = Site::with_alex().await;
    let games = PresenceKinds::NONE.with(PresenceKind::Game);
    let all = PresenceKinds::all();
    site.presence()
        .set_up(GUILD, all.without(games), at(10))
        .await
        .unwrap();
    site.presence().set_up(GUILD, all, at(20)).await.unwrap();

    let site = site.restarted(20).await;
    site.does(ALEX, &[game("Minecraft")], 30).await;

    let presence = site.presence();
    assert_eq!(presence.not_agreed(GUILD, ALEX), games);
    assert_eq!(site.told(ALEX).await, []);
    let agreed = presence.agreed(GUILD, ALEX);
    assert!(!agreed.iter().any(|(kind, _)| *kind == PresenceKind::Game));
    let again = presence.join(GUILD, ALEX, at(40)).await.unwrap();
    assert_eq!(again, Joined::More(games));
    let agreed = presence.agreed(GUILD, ALEX);
    assert!(agreed.contains(&(PresenceKind::Game, at(40))));
    assert!(agreed.contains(&(PresenceKind::Voice, at(0))));
    site.does(ALEX, &[game("Minecraft")], 50).await;
    assert_eq!(site.told(ALEX).await, [("game", 50, 50, true, 0)]);
}

#[tokio::test]
async fn whoever_joins_while_the_guild_is_switched_off_has_not_joined() {
    let site = Site::with_alex().await;
    let presence = site.presence();
    for round in 1..=20 {
        let (off, on) = (at(10 * round), at(10 * round + 5));
        // While the first of them are written, the others wait, and are written together.
        let joining = (1_000..1_040).map(|user| presence.join(GUILD, UserId(user), off));
        let switching_off = presence.set_up(GUILD, PresenceKinds::NONE, off);
        let (_, switched_off) = tokio::join!(join_all(joining), switching_off);
        switched_off.unwrap();

        let here = presence.members(GUILD);
        presence
            .set_up(GUILD, PresenceKinds::all(), on)
            .await
            .unwrap();
        assert_eq!((here, presence.members(GUILD)), (vec![], vec![]));
    }

    let site = site.restarted(300).await;

    assert_eq!(site.presence().members(GUILD), []);
}

/// A store whose two guilds Alex joined, of which the other one keeps voice only.
async fn in_two_guilds() -> Site {
    let site = Site::with_alex().await;
    let presence = site.presence();
    let in_voice = PresenceKinds::in_voice();
    presence.set_up(OTHER, in_voice, at(0)).await.unwrap();
    presence.join(OTHER, ALEX, at(0)).await.unwrap();
    site
}

impl Site {
    /// The other guild tells that Alex plays.
    async fn plays_in_the_other_guild(&self, now: i64) {
        let what = Observation::Activities {
            guild: OTHER,
            user: ALEX,
            activities: vec![game("Minecraft")],
        };
        self.observes(what, now).await;
    }

    async fn loses_the_bot(&self, now: i64) {
        self.store.guild_removed(GUILD, at(now)).await.unwrap();
    }
}

#[tokio::test]
async fn a_guild_that_removed_the_bot_licenses_nothing_and_its_data_stays() {
    let site = in_two_guilds().await;
    site.plays_in_the_other_guild(10).await;
    assert_eq!(site.told(ALEX).await.len(), 1);

    site.loses_the_bot(40).await;

    let ended = [("game", 10, 40, false, 30)];
    assert_eq!(site.told(ALEX).await, ended);
    site.plays_in_the_other_guild(200).await;
    assert_eq!(site.told(ALEX).await, ended);
    let site = site.restarted(300).await;
    site.plays_in_the_other_guild(400).await;
    assert_eq!(site.told(ALEX).await, ended);
    // The other guild's own consent counts as before.
    let user = ALEX;
    let here = Some(voice(1));
    let told = Observation::Voice {
        guild: OTHER,
        user,
        voice: here,
    };
    site.observes(told, 410).await;
    assert_eq!(site.told(ALEX).await.len(), 2);
    // Somebody who leaves the other guild takes nothing of this one along.
    site.presence().leave(OTHER, ALEX).await.unwrap();
    assert_eq!(site.told(ALEX).await, ended);
}

#[tokio::test]
async fn a_guild_that_has_the_bot_again_finds_its_members_as_they_were() {
    let site = in_two_guilds().await;
    site.plays_in_the_other_guild(10).await;
    site.loses_the_bot(40).await;

    site.store.guild_returned(GUILD, at(5_000)).await.unwrap();
    site.plays_in_the_other_guild(5_010).await;

    let told = site.told(ALEX).await;
    assert_eq!(told[0], ("game", 10, 40, false, 30));
    assert_eq!(told[1], ("game", 5_010, 5_010, true, 0));
}

#[tokio::test]
async fn a_guild_that_shows_itself_before_the_store_knows_it_is_back_is_heard() {
    let site = in_two_guilds().await;
    site.loses_the_bot(40).await;

    site.shows(&[(ALEX, voice(1))], &[], 5_000).await;

    let voice = ("voice", 5_000, 5_000, true, 0);
    assert_eq!(site.told(ALEX).await, [voice]);
    site.store.guild_returned(GUILD, at(5_001)).await.unwrap();
    site.minutes(5_040, 5_100).await;
    assert_eq!(site.told(ALEX).await, [("voice", 5_000, 5_100, true, 100)]);
}
