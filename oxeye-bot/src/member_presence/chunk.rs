//! What the gateway answers about members of a guild.

use std::collections::HashMap;

use oxeye_db::{GuildId, UserId};
use serde_json::Value;

use super::fields::{id, list, number};

/// An answer about members.
#[derive(Debug, PartialEq)]
pub(super) struct Chunk<'a> {
    pub(super) guild: GuildId,
    /// The members, each with their presence. Somebody who is offline has none.
    pub(super) members: Vec<(UserId, Option<&'a Value>)>,
    /// Those who are no members.
    pub(super) left: Vec<UserId>,
}

impl<'a> Chunk<'a> {
    /// Reads an answer. Without a list of presences, it does not say what members do, so it names none.
    pub(super) fn of(payload: &'a Value) -> Option<Self> {
        let guild = id(payload, "guild_id").map(GuildId)?;
        let not_found = list(payload, "not_found").iter();
        let left = not_found
            .filter_map(|one| number(one).map(UserId))
            .collect();
        let Some(presences) = payload["presences"].as_array() else {
            let members = Vec::new();
            return Some(Self {
                guild,
                members,
                left,
            });
        };
        let presences = presences.iter().filter_map(|one| Some((user(one)?, one)));
        let presences: HashMap<_, _> = presences.collect();
        let members = list(payload, "members").iter().filter_map(user);
        let members = members.map(|user| (user, presences.get(&user).copied()));
        Some(Self {
            guild,
            members: members.collect(),
            left,
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
    fn an_answer_without_presences_names_only_those_who_left() {
        for odd in [json!(null), json!({}), json!("")] {
            let answer = json!({"guild_id": "1", "members": [{"user": {"id": "5"}}],
                                "presences": odd, "not_found": ["7", 8, null, "x", {}]});

            let chunk = Chunk::of(&answer).unwrap();

            assert_eq!(chunk.members, []);
            assert_eq!(chunk.left, [UserId(7), UserId(8)]);
        }
        assert_eq!(Chunk::of(&json!({"members": [], "presences": []})), None);
        assert_eq!(Chunk::of(&json!(5)), None);
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
