//! What players wear, and which textures lead to a skin.

use oxeye_plugin_proto::TextureHash;

use super::*;
use crate::events::SkinAnswer;

const TEXTURE: TextureHash = TextureHash([1; 32]);

/// A player of an account that Mojang knows joins with a texture, or again. Returns whether its skin is wanted.
fn joins(world: &mut World, at: i64) -> SkinAnswer {
    let mut ledger = Ledger::new(&world.players, &world.sessions);
    let event = JoinEvent {
        texture_hash: Some(TEXTURE),
        ..join(0, Some(uuid_of(1)), None)
    };
    world
        .state
        .player_join(&event, UnixSeconds(at), &mut ledger)
}

#[test]
fn a_player_who_changes_their_skin_while_online_is_drawn_again_with_the_new_one() {
    let (mut world, now) = (World::new(), UnixSeconds(START));
    world.step(&Step::Join(0, None), START);
    for (texture, is_new) in [
        (TEXTURE, true),
        (TEXTURE, false),
        (TextureHash([2; 32]), true),
    ] {
        let before = world.state.revision;
        let mut ledger = Ledger::new(&world.players, &world.sessions);
        let entry = SyncPlayer {
            texture_hash: Some(texture),
            ..SyncPlayer::new(player(0))
        };

        world
            .state
            .sync_players(&vec![entry].into(), now, &mut ledger);

        assert_eq!(world.state.players[&player(0)].texture, Some(texture));
        let changes = ledger.into_changes();
        let is_change = |change: &StoreChange| matches!(change, StoreChange::TextureChanged(..));
        assert_eq!(changes.iter().any(is_change), is_new);
        assert_eq!(world.state.revision, before + u64::from(is_new));
    }
}

#[test]
fn a_skin_is_looked_up_only_for_the_account_that_is_on() {
    let (mut world, now) = (World::new(), UnixSeconds(START));
    world.step(&Step::As(1, Box::new(Step::Join(0, None))), START);
    let is_skinless = |account| world.state.is_skinless(&player(0), uuid_of(account), now);
    assert!(is_skinless(1) && !is_skinless(2));
}

#[test]
fn a_skin_that_is_no_longer_kept_is_asked_for_again() {
    let (mut world, now) = (World::new(), UnixSeconds(START));
    world.state.restore_texture(TEXTURE, now);
    assert_eq!(joins(&mut world, START), SkinAnswer::Known);

    world.state.forget_textures(&[TEXTURE]);

    assert_eq!(joins(&mut world, START + 1), SkinAnswer::Wanted);
}

#[test]
fn the_use_of_a_texture_is_saved_once() {
    let mut world = World::new();
    world.state.restore_texture(TEXTURE, UnixSeconds(START));
    joins(&mut world, START + 1);
    let uses = world.state.textures().unsaved();
    assert_eq!(uses, [(TEXTURE, UnixSeconds(START + 1))]);

    world.state.note_saved_uses(&uses);

    assert_eq!(world.state.textures().unsaved(), []);
}

#[test]
fn a_picture_is_drawn_again_when_a_skin_arrives_or_was_looked_up() {
    let (mut world, later) = (World::new(), UnixSeconds(START + 60));
    joins(&mut world, START);
    let before = world.state.revision;
    assert!(world.state.is_skinless(&player(0), uuid_of(1), later));

    world.state.note_looked_up_skin();
    assert_eq!(world.state.revision, before + 1);
    world.state.learn_skin(TEXTURE, true, later);
    assert_eq!(world.state.revision, before + 2);
    world.state.learn_skin(TEXTURE, false, later);
    assert_eq!(world.state.revision, before + 2, "it is the same skin");
    assert!(!world.state.is_skinless(&player(0), uuid_of(1), later));
}
