//! The sentences about deaths, in English: those of current versions of the game, and those of older ones
//! that differ.

use super::sentence::{is_item, killer_in};

/// The texts before a message that was too long to be sent as a whole, the newest first.
const TOO_LONG: [&str; 3] = [
    "Actually, the message was too long to deliver fully. Sorry! Here's a stripped version: ",
    "Actually, the message was too long to deliver fully. Sorry! Here's stripped version: ",
    "Actually, message was too long to deliver fully. Sorry! Here's stripped version: ",
];

/// What stands between the killer and the victim in the one sentence that begins with the killer.
const KILLER_SHOWED: &str = " showed ";
/// What follows the victim in that sentence.
const NOT_JUST_THE_FLOOR: &str = " that not just the floor is lava";
const HOT_SULFUR_CUBE: &str = "sulfurCubeHot";

/// The cause of a death in a fight with a creature.
const MOB: &str = "mob";

/// A word of many sentences, and the one in its place until 1.16.
const WHILE: &str = " while ";
const OLDER_WHILE: &str = " whilst ";

/// How a player died.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Death<'t> {
    /// The game's word for the cause.
    pub(super) cause: &'static str,
    /// The text in the place of the killer. It may be the name of a player, of a creature or of neither.
    pub(super) killer: Option<&'t str>,
}

impl Death<'_> {
    /// Returns the game's word for the cause. For the same sentence it is another one if a player was the killer.
    pub(super) fn cause_by(self, is_player: bool) -> &'static str {
        match self.cause {
            MOB if is_player => "player",
            cause => cause,
        }
    }
}

/// Reads what follows the name of the player who died.
pub(super) fn read(rest: &str) -> Option<Death<'_>> {
    let has_older_word = rest.contains(OLDER_WHILE);
    SENTENCES.iter().find_map(|(cause, sentence)| {
        let killer = killer_in(rest, sentence).or_else(|| {
            let older = has_older_word && sentence.contains(WHILE);
            older.then(|| killer_in(rest, &sentence.replace(WHILE, OLDER_WHILE)))?
        })?;
        Some(Death {
            cause,
            killer: (!killer.is_empty()).then_some(killer),
        })
    })
}

/// A death in a sentence that begins with the killer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ShownDeath<'t> {
    pub(super) cause: &'static str,
    /// The text in the place of the killer, from the start of the message.
    pub(super) killer: &'t str,
    /// The text in the place of the player who died.
    pub(super) victim: &'t str,
}

/// Returns a message without what the game puts before one that was too long.
pub(super) fn without_apology(message: &str) -> &str {
    let mut texts = TOO_LONG.iter();
    texts
        .find_map(|text| message.strip_prefix(text))
        .unwrap_or(message)
}

/// Reads a whole message that begins with the killer.
pub(super) fn read_from_killer(message: &str) -> Option<ShownDeath<'_>> {
    let (killer, rest) = message.split_once(KILLER_SHOWED)?;
    let (victim, rest) = rest.split_once(NOT_JUST_THE_FLOOR)?;
    let ends = rest.is_empty() || rest.strip_prefix(" using ").is_some_and(is_item);
    ends.then_some(ShownDeath {
        cause: HOT_SULFUR_CUBE,
        killer,
        victim,
    })
}

/// Each cause with a sentence. A cause is the game's own word for it, without what tells apart whether
/// somebody or something helped. The first sentence that matches counts, so longer ones come first.
#[rustfmt::skip]
pub(super) const SENTENCES: [(&str, &str); 114] = [
    // The whole sentence.
    ("sonic_boom", "was obliterated by a sonically-charged shriek"),
    ("sweetBerryBush", "was poked to death by a sweet berry bush"),
    ("badRespawnPoint", "was killed by [Intentional Game Design]"),
    ("fallingStalactite", "was skewered by a falling stalactite"),
    ("anvil", "was squashed by a falling anvil"),
    ("fallingBlock", "was squashed by a falling block"),
    (HOT_SULFUR_CUBE, "died because not just the floor is lava"),
    ("outsideBorder", "left the confines of this world"),
    ("dragonBreath", "was roasted in dragon's breath"),
    ("even_more_magic", "was killed by even more magic"),
    ("hotFloor", "discovered the floor was lava"),
    ("fell.accident.twisting_vines", "fell off some twisting vines"),
    ("dragonBreath", "was roasted in dragon breath"),
    ("hotFloor", "discovered floor was lava"),
    ("stalagmite", "was impaled on a stalagmite"),
    ("fell.accident.weeping_vines", "fell off some weeping vines"),
    ("flyIntoWall", "experienced kinetic energy"),
    ("fall", "hit the ground too hard"),
    ("lightningBolt", "was struck by lightning"),
    ("fell.accident.generic", "fell from a high place"),
    ("cramming", "was squished too much"),
    ("dryout", "died from dehydration"),
    ("lava", "tried to swim in lava"),
    ("outOfWorld", "fell out of the world"),
    ("fell.accident.water", "fell out of the water"),
    ("cactus", "was pricked to death"),
    ("fireworks", "went off with a bang"),
    ("inWall", "suffocated in a wall"),
    ("fell.accident.scaffolding", "fell off scaffolding"),
    ("magic", "was killed by magic"),
    ("fell.accident.other_climbable", "fell while climbing"),
    ("fell.accident.vines", "fell off some vines"),
    ("sting", "was stung to death"),
    ("fell.killer", "was doomed to fall"),
    ("inFire", "went up in flames"),
    ("fell.accident.ladder", "fell off a ladder"),
    ("starve", "starved to death"),
    ("onFire", "burned to death"),
    ("freeze", "froze to death"),
    ("wither", "withered away"),
    ("genericKill", "was killed"),
    ("drown", "drowned"),
    ("explosion", "blew up"),
    ("generic", "died"),
    // With the killer and an item.
    ("sonic_boom", "was obliterated by a sonically-charged shriek while trying to escape {killer} wielding {item}"),
    ("fireworks", "went off with a bang due to a firework fired from {item} by {killer}"),
    ("onFire", "was burned to a crisp while fighting {killer} wielding {item}"),
    ("onFire", "was burnt to a crisp while fighting {killer} wielding {item}"),
    ("fell.finish", "fell too far and was finished by {killer} using {item}"),
    ("thorns", "was killed by {item} while trying to hurt {killer}"),
    ("witherSkull", "was shot by a skull from {killer} using {item}"),
    ("thorns", "was killed by {item} trying to hurt {killer}"),
    ("sting", "was stung to death by {killer} using {item}"),
    ("fell.assist", "was doomed to fall by {killer} using {item}"),
    ("fireball", "was fireballed by {killer} using {item}"),
    ("explosion.player", "was blown up by {killer} using {item}"),
    ("thrown", "was pummeled by {killer} using {item}"),
    ("spear", "was speared by {killer} using {item}"),
    ("indirectMagic", "was killed by {killer} using {item}"),
    ("mace_smash", "was smashed by {killer} with {item}"),
    ("trident", "was impaled by {killer} with {item}"),
    (MOB, "got finished off by {killer} using {item}"),
    (MOB, "was slain by {killer} using {item}"),
    (MOB, "was slaim by {killer} using {item}"),
    ("arrow", "was shot by {killer} using {item}"),
    // With the killer.
    ("sonic_boom", "was obliterated by a sonically-charged shriek while trying to escape {killer}"),
    ("sweetBerryBush", "was poked to death by a sweet berry bush while trying to escape {killer}"),
    ("fallingStalactite", "was skewered by a falling stalactite while fighting {killer}"),
    ("flyIntoWall", "experienced kinetic energy while trying to escape {killer}"),
    ("anvil", "was squashed by a falling anvil while fighting {killer}"),
    ("fall", "hit the ground too hard while trying to escape {killer}"),
    ("fallingBlock", "was squashed by a falling block while fighting {killer}"),
    ("outsideBorder", "left the confines of this world while fighting {killer}"),
    ("dryout", "died from dehydration while trying to escape {killer}"),
    ("cactus", "walked into a cactus while trying to escape {killer}"),
    ("magic", "was killed by magic while trying to escape {killer}"),
    ("stalagmite", "was impaled on a stalagmite while fighting {killer}"),
    ("outOfWorld", "didn't want to live in the same world as {killer}"),
    ("lightningBolt", "was struck by lightning while fighting {killer}"),
    ("onFire", "was burned to a crisp while fighting {killer}"),
    ("fireworks", "went off with a bang while fighting {killer}"),
    ("inWall", "suffocated in a wall while fighting {killer}"),
    ("onFire", "was burnt to a crisp while fighting {killer}"),
    ("hotFloor", "walked into the danger zone due to {killer}"),
    ("dragonBreath", "was roasted in dragon's breath by {killer}"),
    ("fell.finish", "fell too far and was finished by {killer}"),
    ("inFire", "walked into a fire while fighting {killer}"),
    ("inFire", "walked into fire while fighting {killer}"),
    ("lava", "tried to swim in lava while trying to escape {killer}"),
    ("lava", "tried to swim in lava to escape {killer}"),
    ("starve", "starved to death while fighting {killer}"),
    ("thorns", "was killed while trying to hurt {killer}"),
    ("dragonBreath", "was roasted in dragon breath by {killer}"),
    ("drown", "drowned while trying to escape {killer}"),
    ("hotFloor", "walked into danger zone due to {killer}"),
    ("wither", "withered away while fighting {killer}"),
    ("genericKill", "was killed while fighting {killer}"),
    ("indirectMagic", "was killed by {killer} using magic"),
    ("thorns", "was killed trying to hurt {killer}"),
    ("witherSkull", "was shot by a skull from {killer}"),
    ("freeze", "was frozen to death by {killer}"),
    ("sting", "was stung to death by {killer}"),
    ("fell.assist", "was doomed to fall by {killer}"),
    ("fireball", "was fireballed by {killer}"),
    ("cramming", "was squashed by {killer}"),
    ("explosion.player", "was blown up by {killer}"),
    ("generic", "died because of {killer}"),
    ("thrown", "was pummeled by {killer}"),
    ("mace_smash", "was smashed by {killer}"),
    ("spear", "was speared by {killer}"),
    ("trident", "was impaled by {killer}"),
    (MOB, "got finished off by {killer}"),
    (MOB, "was slain by {killer}"),
    ("arrow", "was shot by {killer}"),
];
