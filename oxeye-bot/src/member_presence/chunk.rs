//! What the gateway answers about members of a guild.

use std::collections::HashMap;

use oxeye_db::{GuildId, UserId};
use serde_json::Value;

use super::fields::{id, list};

/// An answer that says what members do.
#[derive(Debug, PartialEq)]
pub(super) struct Chunk<'a> {
    pub(super) guild: GuildId,
    /// The members, each with their presence. Somebody who is offline has none.
    pub(super) members: Vec<(UserId, Option<&'a Value>)>,
}

impl<'a> Chunk<'a> {
    /// Reads an answer; `None` if it does not say what anybody does.
    pub(super) fn of(payload: &'a Value) -> Option<Self> {
        let guild = id(payload, "guild_id").map(GuildId)?;
        let presences = payload["presences"].as_array()?.iter();
        let presences = presences.filter_map(|one| Some((user(one)?, one)));
        let presences: HashMap<_, _> = presences.collect();
        let members = list(payload, "members").iter().filter_map(user);
        let members = members.map(|user| (user, presences.get(&user).copied()));
        Some(Self {
            guild,
            members: members.collect(),
        })
    }
}

fn user(of: &Value) -> Option<UserId> {
    id(&of["user"], "id").map(UserId)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn somebody_without_a_presence_is_offline() {
        let playing = json!({"user": {"id": "5"}, "activities": []});
        let answer = json!({"guild_id": "1", "members": [{"user": {"id": "5"}}, {"user": {"id": 6}}],
                            "presences": [playing]});

        let chunk = Chunk::of(&answer).unwrap();

        assert_eq!(chunk.guild, GuildId(1));
        let expected = [(UserId(5), Some(&playing)), (UserId(6), None)];
        assert_eq!(chunk.members, expected);
    }

    #[test]
    fn an_answer_that_does_not_say_what_anybody_does_says_nothing() {
        for odd in [
            json!({"guild_id": "1", "members": [{"user": {"id": "5"}}]}),
            json!({"guild_id": "1", "members": [{"user": {"id": "5"}}], "presences": null}),
            json!({"members": [{"user": {"id": "5"}}], "presences": []}),
            json!(5),
        ] {
            assert_eq!(Chunk::of(&odd), None, "{odd}");
        }
    }

    #[test]
    fn odd_members_and_presences_cost_no_other() {
        let odd = [
            json!(null),
            json!(5),
            json!({"user": null}),
            json!({"user": {"id": "x"}}),
        ];
        let mut members = odd.to_vec();
        members.push(json!({"user": {"id": "5"}}));
        let answer = json!({"guild_id": 1, "members": members, "presences": odd});

        let chunk = Chunk::of(&answer).unwrap();

        assert_eq!(chunk.members, [(UserId(5), None)]);
    }
}
