//! The ids of our buttons and menus. They carry everything their handler needs, so buttons work
//! after a restart.
//!
//! Anyone who can see a message can press its buttons, so an id is a request, never a permission.

mod top;

use std::fmt;
use std::str::FromStr;

use oxeye_db::{NoticeId, PageStart, PlayerName, Range, ServerId, UnixSeconds};
use oxeye_text::Setting;

pub(crate) use self::top::{RankedById, TopId, TopPart};

/// A member who wants to be linked to a player, once somebody confirms it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MemberRequest {
    pub(crate) user: u64,
    pub(crate) player: PlayerName,
    pub(crate) expires_at: UnixSeconds,
}

/// A button or menu of ours. As text it is `ox1:<letter>[:<what it is about>]`, for example
/// `ox1:p:<server id>:<where a page begins>`, where 1 is the version of this format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CustomId {
    /// Shows the current status of this server.
    Refresh(ServerId),
    /// Shows the current overview.
    RefreshOverview,
    /// The menu that opens a server. The menu's value says which one.
    Open,
    /// The same menu below a board: it opens the server for the member alone.
    OpenBeside,
    /// Shows everybody who was seen on this server recently, in a message of its own.
    ShowAll(ServerId),
    /// Turns to another page of those who were seen on this server recently.
    Page(ServerId, PageStart),
    /// Shows the chart of this server, or of all servers together, over another range.
    Chart(Option<ServerId>, Range),
    /// Shows a part of a leaderboard.
    Top(TopId),
    /// Has the member who presses it told when this player comes on.
    Notify(PlayerName),
    /// Ends this notice. The button is also in direct messages, which belong to no guild.
    EndNotice(NoticeId),
    /// Disconnects this server.
    Disconnect(ServerId),
    /// Issues a code for a new key of this server.
    RotateKey(ServerId),
    /// The menu of a setting of the guild. Its values say what was chosen.
    Setting(Setting),
    /// The modal that asks for a value of this setting.
    AskedSetting(Setting),
    /// Has sessions kept for this many days, although others are deleted.
    KeepDays(u16),
    /// Shows the settings of the guild.
    ShowSettings,
    /// Shows this page of what the member may use.
    Help(usize),
    /// Leaves everything as it is.
    Keep,
    /// Links a member to a player.
    ConfirmMember(MemberRequest),
    /// Asks those who may manage the guild to confirm that the member who presses it is this player.
    AskModerators(PlayerName),
    /// Does not link this member to a player.
    RejectMember(u64),
    /// Forgets everything about the member who presses it, whose player this is.
    ForgetMe(Option<PlayerName>),
}

/// The id is not ours, or comes from another version of Oxeye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnknownCustomId;

impl fmt::Display for CustomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refresh(server) => write!(f, "ox1:r:{server}"),
            Self::RefreshOverview => f.write_str("ox1:a"),
            Self::Open => f.write_str("ox1:o"),
            Self::OpenBeside => f.write_str("ox1:b"),
            Self::ShowAll(server) => write!(f, "ox1:s:{server}"),
            Self::Page(server, PageStart { position, after }) => {
                write!(f, "ox1:p:{server}:{position}")?;
                after.map_or(Ok(()), |after| write!(f, ":{}", after.0))
            }
            Self::Chart(Some(server), range) => write!(f, "ox1:c:{server}:{range}"),
            Self::Chart(None, range) => write!(f, "ox1:c:-:{range}"),
            Self::Top(top) => write!(f, "ox1:t:{top}"),
            Self::Notify(player) => write!(f, "ox1:N:{player}"),
            Self::EndNotice(notice) => write!(f, "ox1:w:{}", notice.0),
            Self::Disconnect(server) => write!(f, "ox1:d:{server}"),
            Self::RotateKey(server) => write!(f, "ox1:K:{server}"),
            Self::Setting(setting) => write!(f, "ox1:S:{}", setting.key()),
            Self::AskedSetting(setting) => write!(f, "ox1:M:{}", setting.key()),
            Self::KeepDays(days) => write!(f, "ox1:R:{days}"),
            Self::ShowSettings => f.write_str("ox1:S"),
            Self::Help(page) => write!(f, "ox1:h:{page}"),
            Self::Keep => f.write_str("ox1:k"),
            // Hexadecimal, since Discord allows 100 characters and a name may have 64 UTF-16 units.
            Self::ConfirmMember(request) => {
                let (user, expires_at) = (request.user, request.expires_at.0);
                write!(f, "ox1:m:{user:x}:{expires_at:x}:{}", request.player)
            }
            Self::AskModerators(player) => write!(f, "ox1:q:{player}"),
            Self::RejectMember(user) => write!(f, "ox1:n:{user:x}"),
            Self::ForgetMe(None) => f.write_str("ox1:f"),
            Self::ForgetMe(Some(player)) => write!(f, "ox1:f:{player}"),
        }
    }
}

impl FromStr for CustomId {
    type Err = UnknownCustomId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.strip_prefix("ox1:").ok_or(UnknownCustomId)?;
        let server = |id: &str| id.parse().map(ServerId).map_err(|_| UnknownCustomId);
        match rest.split_once(':') {
            Some(("r", id)) => server(id).map(Self::Refresh),
            Some(("s", id)) => server(id).map(Self::ShowAll),
            Some(("p", page)) => {
                let (id, start) = page.split_once(':').ok_or(UnknownCustomId)?;
                Ok(Self::Page(server(id)?, page_start(start)?))
            }
            Some(("c", chart)) => {
                let (id, range) = chart.split_once(':').ok_or(UnknownCustomId)?;
                let server = match id {
                    "-" => None,
                    id => Some(server(id)?),
                };
                let range = range.parse().map_err(|_| UnknownCustomId)?;
                Ok(Self::Chart(server, range))
            }
            Some(("t", top)) => top.parse().map(Self::Top),
            Some(("N", player)) => player_name(player).map(Self::Notify),
            Some(("w", id)) => {
                let id = id.parse().map_err(|_| UnknownCustomId)?;
                Ok(Self::EndNotice(NoticeId(id)))
            }
            Some(("d", id)) => server(id).map(Self::Disconnect),
            Some(("K", id)) => server(id).map(Self::RotateKey),
            Some(("S", key)) => setting(key).map(Self::Setting),
            Some(("M", key)) => setting(key).map(Self::AskedSetting),
            Some(("R", days)) => days
                .parse()
                .map(Self::KeepDays)
                .map_err(|_| UnknownCustomId),
            Some(("h", page)) => page.parse().map(Self::Help).map_err(|_| UnknownCustomId),
            Some(("m", request)) => member_request(request).map(Self::ConfirmMember),
            Some(("q", player)) => player_name(player).map(Self::AskModerators),
            Some(("n", id)) => user(id).map(Self::RejectMember),
            Some(("f", player)) => player_name(player).map(|player| Self::ForgetMe(Some(player))),
            Some(_) => Err(UnknownCustomId),
            None => match rest {
                "a" => Ok(Self::RefreshOverview),
                "o" => Ok(Self::Open),
                "b" => Ok(Self::OpenBeside),
                "k" => Ok(Self::Keep),
                "S" => Ok(Self::ShowSettings),
                "f" => Ok(Self::ForgetMe(None)),
                _ => Err(UnknownCustomId),
            },
        }
    }
}

/// Reads the name of a setting.
fn setting(key: &str) -> Result<Setting, UnknownCustomId> {
    Setting::of_key(key).map_err(|_| UnknownCustomId)
}

/// Reads a member's id.
fn user(text: &str) -> Result<u64, UnknownCustomId> {
    u64::from_str_radix(text, 16).map_err(|_| UnknownCustomId)
}

fn player_name(text: &str) -> Result<PlayerName, UnknownCustomId> {
    PlayerName::try_from(text).map_err(|_| UnknownCustomId)
}

/// Reads `<member>:<expiry>:<player>`. The name may have colons.
fn member_request(text: &str) -> Result<MemberRequest, UnknownCustomId> {
    let (id, rest) = text.split_once(':').ok_or(UnknownCustomId)?;
    let (expires_at, player) = rest.split_once(':').ok_or(UnknownCustomId)?;
    let expires_at = i64::from_str_radix(expires_at, 16).map_err(|_| UnknownCustomId)?;
    Ok(MemberRequest {
        user: user(id)?,
        player: player_name(player)?,
        expires_at: UnixSeconds(expires_at),
    })
}

/// Reads `60` or `60:1764000000`.
fn page_start(text: &str) -> Result<PageStart, UnknownCustomId> {
    let (position, after) = match text.split_once(':') {
        Some((position, after)) => (position, Some(after)),
        None => (text, None),
    };
    let after = after.map(|after| after.parse().map(UnixSeconds));
    Ok(PageStart {
        position: position.parse().map_err(|_| UnknownCustomId)?,
        after: after.transpose().map_err(|_| UnknownCustomId)?,
    })
}

#[cfg(test)]
mod tests {
    use oxeye_db::testing::player;

    use super::*;

    #[track_caller]
    fn survive_the_round_trip(ids: impl IntoIterator<Item = CustomId>) {
        for id in ids {
            assert!(oxeye_text::width(&id.to_string()) <= 100);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn an_id_of_what_is_shown_survives_the_round_trip_through_text() {
        survive_the_round_trip([
            CustomId::Refresh(ServerId(i64::MIN)),
            CustomId::RefreshOverview,
            CustomId::Open,
            CustomId::OpenBeside,
            CustomId::ShowAll(ServerId(7)),
            CustomId::Page(ServerId(7), PageStart::default()),
            CustomId::Page(
                ServerId(i64::MIN),
                PageStart {
                    position: usize::MAX,
                    after: Some(UnixSeconds(i64::MIN)),
                },
            ),
            CustomId::Chart(Some(ServerId(i64::MIN)), Range::Days(3_660)),
            CustomId::Chart(None, Range::All),
            CustomId::Top(TopId {
                by: RankedById::Counter(u32::MAX),
                range: Range::Days(3_660),
                server: Some(ServerId(i64::MIN)),
                part: TopPart::Page(u32::MAX),
            }),
            CustomId::Top(TopId {
                by: RankedById::Playtime,
                range: Range::All,
                server: None,
                part: TopPart::Own,
            }),
            CustomId::Top(TopId {
                by: RankedById::Visits,
                range: Range::Today,
                server: None,
                part: TopPart::First,
            }),
            CustomId::Top(TopId {
                by: RankedById::Playtime,
                range: Range::All,
                server: None,
                part: TopPart::Beside,
            }),
            CustomId::Help(usize::MAX),
        ]);
        assert_eq!(CustomId::Refresh(ServerId(7)).to_string(), "ox1:r:7");
    }

    #[test]
    fn an_id_of_what_is_changed_survives_the_round_trip_through_text() {
        survive_the_round_trip([
            CustomId::Notify(player(&"🦀".repeat(32))),
            CustomId::Notify(player("a:b")),
            CustomId::EndNotice(NoticeId(i64::MAX)),
            CustomId::Disconnect(ServerId(7)),
            CustomId::RotateKey(ServerId(i64::MIN)),
            CustomId::Setting(Setting::TimeZone),
            CustomId::AskedSetting(Setting::RetentionDays),
            CustomId::KeepDays(u16::MAX),
            CustomId::ShowSettings,
            CustomId::Keep,
            CustomId::ConfirmMember(MemberRequest {
                user: u64::MAX,
                player: player(&"🦀".repeat(32)),
                expires_at: UnixSeconds(0x7fff_ffff),
            }),
            CustomId::ConfirmMember(MemberRequest {
                user: 7,
                player: player(":a:b:"),
                expires_at: UnixSeconds(9),
            }),
            CustomId::AskModerators(player(&"🦀".repeat(32))),
            CustomId::AskModerators(player("a:b")),
            CustomId::RejectMember(u64::MAX),
            CustomId::ForgetMe(None),
            CustomId::ForgetMe(Some(player(&"🦀".repeat(32)))),
            CustomId::ForgetMe(Some(player("a:b"))),
        ]);
    }

    #[test]
    fn ids_that_are_not_ours_are_refused() {
        for text in [
            "",
            "ox1",
            "ox1:",
            "ox1:x",
            "ox1:r",
            "ox1:r:",
            "ox1:r:seven",
            "ox1:k:1",
            "ox1:h",
            "ox1:h:-1",
            "ox1:S:",
            "ox1:S:hats",
            "ox1:M",
            "ox1:R:-1",
            "ox1:R:70000",
            "ox1:K",
            "ox1:K:",
            "ox1:s",
            "ox1:p:7",
            "ox1:p:7:",
            "ox1:p:7:-1",
            "ox1:p:7:99999999999999999999",
            "ox1:p:7:1:soon",
            "ox1:p:7:1:2:3",
            "ox1:w",
            "ox1:w:",
            "ox1:w:nine",
            "ox1:c",
            "ox1:c:7",
            "ox1:c:-:",
            "ox1:c:-:0d",
            "ox1:c:7:10000d",
            "ox1:c:seven:7d",
            "ox1:t",
            "ox1:t:p:week:-",
            "ox1:t:p:week:-:x",
            "ox1:t:p:week:-:-1",
            "ox1:t:p:week:-:4294967296",
            "ox1:t:p:0d:-:f",
            "ox1:t:p:week:seven:f",
            "ox1:t:c:week:-:f",
            "ox1:t:q:week:-:f",
            "ox1:t:p:week:-:f:f",
            "ox1:m:7:9",
            "ox1:m:7:9:",
            "ox1:m:seven:9:Alex",
            "ox1:m:7:soon:Alex",
            "ox1:n:",
            "ox1:q",
            "ox1:q:",
            "ox1:f:",
            "ox2:r:7",
        ] {
            assert_eq!(text.parse::<CustomId>(), Err(UnknownCustomId), "{text}");
        }
    }
}
