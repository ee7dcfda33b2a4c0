//! The sentences about deaths that the game prints, as it prints them: each with the game's word for the cause.

use super::*;

/// Those of 26.3. Steve dies, Alex is the killer if there is one.
#[rustfmt::skip]
const CURRENT: [(&str, &str); 102] = [
    ("anvil", "Steve was squashed by a falling anvil"),
    ("anvil", "Steve was squashed by a falling anvil while fighting Alex"),
    ("arrow", "Steve was shot by Alex"),
    ("arrow", "Steve was shot by Alex using [Bow]"),
    ("badRespawnPoint", "Steve was killed by [Intentional Game Design]"),
    ("cactus", "Steve was pricked to death"),
    ("cactus", "Steve walked into a cactus while trying to escape Alex"),
    ("cramming", "Steve was squished too much"),
    ("cramming", "Steve was squashed by Alex"),
    ("dragonBreath", "Steve was roasted in dragon's breath"),
    ("dragonBreath", "Steve was roasted in dragon's breath by Alex"),
    ("drown", "Steve drowned"),
    ("drown", "Steve drowned while trying to escape Alex"),
    ("dryout", "Steve died from dehydration"),
    ("dryout", "Steve died from dehydration while trying to escape Alex"),
    ("even_more_magic", "Steve was killed by even more magic"),
    ("explosion", "Steve blew up"),
    ("explosion.player", "Steve was blown up by Alex"),
    ("explosion.player", "Steve was blown up by Alex using [Bow]"),
    ("fall", "Steve hit the ground too hard"),
    ("fall", "Steve hit the ground too hard while trying to escape Alex"),
    ("fallingBlock", "Steve was squashed by a falling block"),
    ("fallingBlock", "Steve was squashed by a falling block while fighting Alex"),
    ("fallingStalactite", "Steve was skewered by a falling stalactite"),
    ("fallingStalactite", "Steve was skewered by a falling stalactite while fighting Alex"),
    ("fireball", "Steve was fireballed by Alex"),
    ("fireball", "Steve was fireballed by Alex using [Bow]"),
    ("fireworks", "Steve went off with a bang"),
    ("fireworks", "Steve went off with a bang due to a firework fired from [Bow] by Alex"),
    ("fireworks", "Steve went off with a bang while fighting Alex"),
    ("flyIntoWall", "Steve experienced kinetic energy"),
    ("flyIntoWall", "Steve experienced kinetic energy while trying to escape Alex"),
    ("freeze", "Steve froze to death"),
    ("freeze", "Steve was frozen to death by Alex"),
    ("generic", "Steve died"),
    ("generic", "Steve died because of Alex"),
    ("genericKill", "Steve was killed"),
    ("genericKill", "Steve was killed while fighting Alex"),
    ("hotFloor", "Steve discovered the floor was lava"),
    ("hotFloor", "Steve walked into the danger zone due to Alex"),
    ("indirectMagic", "Steve was killed by Alex using magic"),
    ("indirectMagic", "Steve was killed by Alex using [Bow]"),
    ("inFire", "Steve went up in flames"),
    ("inFire", "Steve walked into fire while fighting Alex"),
    ("inWall", "Steve suffocated in a wall"),
    ("inWall", "Steve suffocated in a wall while fighting Alex"),
    ("lava", "Steve tried to swim in lava"),
    ("lava", "Steve tried to swim in lava to escape Alex"),
    ("lightningBolt", "Steve was struck by lightning"),
    ("lightningBolt", "Steve was struck by lightning while fighting Alex"),
    ("mace_smash", "Steve was smashed by Alex"),
    ("mace_smash", "Steve was smashed by Alex with [Bow]"),
    ("magic", "Steve was killed by magic"),
    ("magic", "Steve was killed by magic while trying to escape Alex"),
    ("player", "Steve was slain by Alex"),
    ("player", "Steve was slain by Alex using [Bow]"),
    ("onFire", "Steve burned to death"),
    ("onFire", "Steve was burned to a crisp while fighting Alex"),
    ("onFire", "Steve was burned to a crisp while fighting Alex wielding [Bow]"),
    ("outOfWorld", "Steve fell out of the world"),
    ("outOfWorld", "Steve didn't want to live in the same world as Alex"),
    ("outsideBorder", "Steve left the confines of this world"),
    ("outsideBorder", "Steve left the confines of this world while fighting Alex"),
    ("sonic_boom", "Steve was obliterated by a sonically-charged shriek"),
    ("sonic_boom", "Steve was obliterated by a sonically-charged shriek while trying to escape Alex"),
    ("sonic_boom", "Steve was obliterated by a sonically-charged shriek while trying to escape Alex wielding [Bow]"),
    ("spear", "Steve was speared by Alex"),
    ("spear", "Steve was speared by Alex using [Bow]"),
    ("stalagmite", "Steve was impaled on a stalagmite"),
    ("stalagmite", "Steve was impaled on a stalagmite while fighting Alex"),
    ("starve", "Steve starved to death"),
    ("starve", "Steve starved to death while fighting Alex"),
    ("sting", "Steve was stung to death"),
    ("sting", "Steve was stung to death by Alex"),
    ("sting", "Steve was stung to death by Alex using [Bow]"),
    ("sulfurCubeHot", "Steve died because not just the floor is lava"),
    ("sulfurCubeHot", "Alex showed Steve that not just the floor is lava"),
    ("sulfurCubeHot", "Alex showed Steve that not just the floor is lava using [Bow]"),
    ("sweetBerryBush", "Steve was poked to death by a sweet berry bush"),
    ("sweetBerryBush", "Steve was poked to death by a sweet berry bush while trying to escape Alex"),
    ("thorns", "Steve was killed while trying to hurt Alex"),
    ("thorns", "Steve was killed by [Bow] while trying to hurt Alex"),
    ("thrown", "Steve was pummeled by Alex"),
    ("thrown", "Steve was pummeled by Alex using [Bow]"),
    ("trident", "Steve was impaled by Alex"),
    ("trident", "Steve was impaled by Alex with [Bow]"),
    ("wither", "Steve withered away"),
    ("wither", "Steve withered away while fighting Alex"),
    ("witherSkull", "Steve was shot by a skull from Alex"),
    ("witherSkull", "Steve was shot by a skull from Alex using [Bow]"),
    ("fell.accident.generic", "Steve fell from a high place"),
    ("fell.accident.ladder", "Steve fell off a ladder"),
    ("fell.accident.other_climbable", "Steve fell while climbing"),
    ("fell.accident.scaffolding", "Steve fell off scaffolding"),
    ("fell.accident.twisting_vines", "Steve fell off some twisting vines"),
    ("fell.accident.vines", "Steve fell off some vines"),
    ("fell.accident.weeping_vines", "Steve fell off some weeping vines"),
    ("fell.assist", "Steve was doomed to fall by Alex"),
    ("fell.assist", "Steve was doomed to fall by Alex using [Bow]"),
    ("fell.finish", "Steve fell too far and was finished by Alex"),
    ("fell.finish", "Steve fell too far and was finished by Alex using [Bow]"),
    ("fell.killer", "Steve was doomed to fall"),
];

/// Those of older versions that differ. Before 1.7, items had no brackets.
#[rustfmt::skip]
const OLDER: [(&str, &str); 26] = [
    ("anvil", "Steve was squashed by a falling anvil whilst fighting Alex"),
    ("cactus", "Steve walked into a cactus whilst trying to escape Alex"),
    ("dragonBreath", "Steve was roasted in dragon breath"),
    ("dragonBreath", "Steve was roasted in dragon breath by Alex"),
    ("drown", "Steve drowned whilst trying to escape Alex"),
    ("dryout", "Steve died from dehydration whilst trying to escape Alex"),
    ("fall", "Steve hit the ground too hard whilst trying to escape Alex"),
    ("fell.accident.water", "Steve fell out of the water"),
    ("flyIntoWall", "Steve experienced kinetic energy whilst trying to escape Alex"),
    ("hotFloor", "Steve discovered floor was lava"),
    ("hotFloor", "Steve walked into danger zone due to Alex"),
    ("inFire", "Steve walked into fire whilst fighting Alex"),
    ("inFire", "Steve walked into a fire whilst fighting Alex"),
    ("lava", "Steve tried to swim in lava while trying to escape Alex"),
    ("player", "Steve got finished off by Alex using [Bow]"),
    ("player", "Steve got finished off by Alex using Bow"),
    ("player", "Steve was slain by Alex using Bow"),
    ("player", "Steve was slaim by Alex using [Bow]"),
    ("arrow", "Steve was shot by Alex using Bow"),
    ("onFire", "Steve was burnt to a crisp whilst fighting Alex"),
    ("onFire", "Steve was burnt to a crisp whilst fighting Alex wielding [Bow]"),
    ("sonic_boom", "Steve was obliterated by a sonically-charged shriek whilst trying to escape Alex wielding [Bow]"),
    ("sweetBerryBush", "Steve was poked to death by a sweet berry bush whilst trying to escape Alex"),
    ("thorns", "Steve was killed trying to hurt Alex"),
    ("thorns", "Steve was killed by [Bow] trying to hurt Alex"),
    ("wither", "Steve withered away whilst fighting Alex"),
];

#[test]
fn every_sentence_of_the_game_is_read() {
    for (cause, sentence) in CURRENT.iter().chain(&OLDER) {
        let killer = if sentence.contains("Alex") {
            " by Alex"
        } else {
            ""
        };
        check(sentence, &format!("Steve died of {cause}{killer}"));
    }
}

#[test]
fn a_sentence_may_begin_with_a_creature_or_name_its_item() {
    for killer in ["Zombie", "Sulfur Cube", "Zombie Villager"] {
        for item in ["", " using [Iron Sword]"] {
            check(
                &format!("{killer} showed Steve that not just the floor is lava{item}"),
                "Steve died of sulfurCubeHot",
            );
        }
    }
    check(
        "Alex showed .Some Body that not just the floor is lava",
        ".Some Body died of sulfurCubeHot by Alex",
    );
    check(
        ".Some Body showed Steve that not just the floor is lava",
        "Steve died of sulfurCubeHot by .Some Body",
    );
}

#[test]
fn no_chat_passes_for_a_sentence_that_begins_with_the_killer() {
    let mut log = Log::usual();
    for line in [
        "<Steve> Zombie showed Alex that not just the floor is lava",
        "* Steve showed Alex that not just the floor is lava",
        "* showed Alex that not just the floor is lava",
        "[Server] showed Alex that not just the floor is lava",
        "[Server] Zombie showed Alex that not just the floor is lava",
        "Steve: Zombie showed Alex that not just the floor is lava",
        "Steve says Zombie showed Alex that not just the floor is lava",
        "Named entity Wolf['Rex'/12, l='world'] died: Zombie showed Alex that not just the floor is lava",
        "Zombie showed Herobrine that not just the floor is lava",
        "Zombie showed Alex that not just the floor is lava.",
        "Zombie showed Alex that not just the floor is lava using magma",
        " showed Alex that not just the floor is lava",
    ] {
        check_silent(&mut log, &format!("{VANILLA}{line}"));
    }
}

#[test]
fn a_message_that_was_too_long_is_read_in_every_version() {
    for apology in [
        "Actually, the message was too long to deliver fully. Sorry! Here's a stripped version: ",
        "Actually, the message was too long to deliver fully. Sorry! Here's stripped version: ",
        "Actually, message was too long to deliver fully. Sorry! Here's stripped version: ",
    ] {
        check(
            &format!("{apology}Steve was slain by Zombie using [x]"),
            "Steve died of mob",
        );
    }
}
