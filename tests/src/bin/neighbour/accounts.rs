//! Accounts, as one key may report them: many names of one, and many under one name.

use anyhow::{Result, ensure};
use oxeye_tests::backend::Oxeye;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use rand::Rng as _;
use serde_json::{Value, json};

/// A member of the guild who is linked to a player.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    name: &'static str,
    account: u64,
    is_hidden: bool,
}

/// A member who is linked.
pub(crate) const LINKED: Member = Member {
    name: "Linked",
    account: 1,
    is_hidden: false,
};

/// A member who hides.
pub(crate) const HIDDEN: Member = Member {
    name: "Hidden",
    account: 2,
    is_hidden: true,
};

/// Number of players in a list.
const PLAYERS: usize = 990;

/// Returns a UUID that Mojang may have given.
fn uuid(number: u64) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}

/// Returns the UUID of an account that was probably never reported.
pub(crate) fn any_uuid() -> String {
    uuid(rand::rng().random_range(1_000..1 << 48))
}

/// Links a member of the local guild to a player whose account a server has reported.
pub(crate) async fn link(oxeye: &Oxeye, plugin: &Plugin, member: Member, now: i64) -> Result<()> {
    let join = json!({"player": member.name, "uuid": uuid(member.account)});
    let joined = oxeye
        .ask(&Request::post("/join").bearer(plugin.key()).json(&join))
        .await;
    ensure!(joined.status == 200, "a join was refused: {joined}");
    let lines = [
        json!({"oxeye": 1, "exported_at": now}),
        json!({
            "type": "linked_member", "guild_id": "0", "user_id": member.account.to_string(),
            "player": member.name, "linked_at": now, "confirmed_by_user_id": null,
            "hidden_since_at": member.is_hidden.then_some(now),
        }),
    ];
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let request = Request::post("/api/import").body(lines);
    let answer = oxeye
        .operator(request.header("Content-Type", "application/x-ndjson"))
        .await;
    ensure!(answer.status == 200, "the import was refused: {answer}");
    let added = &answer.json()["added_count"];
    ensure!(*added == 1, "the member was not linked: {answer}");
    Ok(())
}

/// One list of players who were never there, all of them the same account.
pub(crate) fn names_of(member: Member, at: i64) -> Vec<Value> {
    let of_list: u64 = rand::rng().random();
    let player = |number: usize| {
        let name = format!("{}_{of_list:016x}_{number}", &member.name[..4]);
        json!({"player": name, "uuid": uuid(member.account)})
    };
    let players: Vec<_> = (0..PLAYERS).map(player).collect();
    vec![json!({"type": "sync", "players": players, "at": at})]
}

/// One list of the same players each time, all of them other accounts than before.
pub(crate) fn other_accounts(at: i64) -> Vec<Value> {
    let player = |number: usize| json!({"player": format!("Same_{number}"), "uuid": any_uuid()});
    let players: Vec<_> = (0..PLAYERS).map(player).collect();
    vec![json!({"type": "sync", "players": players, "at": at})]
}
