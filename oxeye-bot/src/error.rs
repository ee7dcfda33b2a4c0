//! What can go wrong in a command, and who is told about it.

mod alerts;
mod figures;
mod notices;

use oxeye_db::{LinkMemberError, PlayerName, PresenceKinds, ServerName, StoreError, UnixSeconds};
use oxeye_plugin_proto::InvalidServerName;
use oxeye_text::{Facts, SettingError, Text, WatchRefusal, cut, escape_markdown, neutralise};
use serenity::all::Permissions;

use crate::counters::template::{self, InvalidTemplate};
use crate::rest::RestError;
use crate::view::{board_answers, channel_link, presence};

pub(crate) use alerts::AlertMistake;
pub(crate) use figures::FigureMistake;
pub(crate) use notices::NoticeMistake;

/// Longest part of a typed name that we repeat, in UTF-16 units.
const TYPED_NAME_LIMIT: usize = 64;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BotError {
    /// The member who asked can put it right, and is told how.
    #[error("the member who asked made a mistake")]
    Mistake(#[from] Mistake),
    /// Our fault: we log it and show one friendly sentence instead.
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    /// Discord did not accept what we sent.
    #[error("Discord: {}", crate::failure::describe_error(.0))]
    Discord(Box<serenity::Error>),
    /// Discord did not carry out a request other than an answer.
    #[error(transparent)]
    Rest(#[from] RestError),
}

impl From<serenity::Error> for BotError {
    fn from(error: serenity::Error) -> Self {
        Self::Discord(Box::new(error))
    }
}

/// A mistake that the member who asked can put right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{self:?}")]
pub(crate) enum Mistake {
    /// One of our commands was used outside of a guild.
    OutsideGuild,
    /// The button belongs to a message from another version of Oxeye.
    OldButton,
    /// The button needs a permission that the member lacks.
    NeedsManageServer,
    /// The same message was refreshed a moment ago.
    JustRefreshed,
    /// The member turned to another page or range of the same message less than a moment ago.
    TurnedTooFast,
    /// The server of the button or menu is no longer linked.
    ServerGone,
    /// This guild has no server that the text could mean.
    UnknownServer(String),
    /// A linked server already has the name.
    NameTaken(ServerName),
    /// Nothing reports for the server, so it has no key.
    NoKeyToRotate(ServerName),
    /// The guild has removed the bot meanwhile, so nothing is linked to it or shown in its channels.
    BotRemoved,
    /// Another server, linked or not, already has the new name.
    NameInUse(ServerName),
    /// The channel of this id has no counter; those of the others have.
    NoCounter(u64, Vec<u64>),
    /// The channel cannot have a counter.
    CounterNeedsVoice,
    /// The guild has as many counters as it may have.
    TooManyCounters(usize),
    /// A counter cannot show this.
    InvalidTemplate(#[from] InvalidTemplate),
    /// The bot lacks permissions in the channel.
    MissingPermissions { channel: u64, missing: Permissions },
    /// Discord says that the bot lacks a permission in the channel, and it seems to have all that it needs.
    RefusedDespitePermissions { channel: u64, needed: Permissions },
    /// The channel does not exist.
    ChannelGone,
    /// The channel is of a kind that cannot have a board.
    NotForBoards(u64),
    /// The channel is a locked thread.
    ThreadLocked(u64),
    /// The channel is a forum whose posts need a tag.
    ForumNeedsTag(u64),
    /// Discord refuses the board for a reason that we do not know.
    BoardNotAccepted { channel: u64, code: u32 },
    /// The guild has as many boards as it may have.
    TooManyBoards(usize),
    /// The channel has no board; the others have one.
    NoBoard(u64, Vec<u64>),
    /// An alert cannot be set or tested.
    Alert(AlertMistake),
    /// A member cannot be told about a player.
    Notice(NoticeMistake),
    /// A server cannot have this name.
    InvalidName(#[from] InvalidServerName),
    /// An address is not watched, for this reason.
    Unwatchable(WatchRefusal),
    /// The fleet does not answer.
    FleetSilent,
    /// The operator has turned members' sessions off.
    PresenceOff,
    /// The guild keeps no sessions of members.
    PresenceNotSetUp,
    /// No kind of session has this name.
    UnknownPresenceKind(String),
    /// None of the wanted kinds can be seen, but only these.
    PresenceNotSeen(PresenceKinds),
    /// The address of a server that has none is to be watched no longer.
    NoAddressOf(ServerName),
    /// A question about players cannot be answered.
    Figure(FigureMistake),
    /// A text names no moment.
    NoMoment,
    /// A setting cannot have the value.
    InvalidSetting(SettingError),
    /// The guild does not show its members such a thing.
    TurnedOff,
    /// The moment lies in the future.
    FutureMoment,
    /// The member is not linked to a player.
    NotLinked,
    /// The member is neither linked to a player nor has joined.
    NothingToHide,
    /// Nothing is kept about the member.
    NothingKept,
    /// No player can have the name.
    InvalidPlayer,
    /// No server of the guild knows the player, or another member is linked to them. Nobody learns which, since
    /// the player may be hiding.
    UnknownPlayer(PlayerName),
    /// The member is linked to this player.
    MemberTaken(PlayerName),
    /// Another member is linked to this player. Only for those who may manage the guild, and for the player.
    PlayerTaken(PlayerName),
    /// Nobody has confirmed in time that the member is a player.
    RequestExpired,
    /// The member has asked another question since.
    RequestReplaced,
    /// A member who is linked to a player by now has asked.
    RequestAnswered,
    /// The member has asked too often, and may ask again from then on.
    AskedTooOften(UnixSeconds),
    /// The code that was to be typed in the game no longer counts.
    CodeOver,
    /// The member has just left, and may join again from then on.
    JustLeft(UnixSeconds),
    /// The guild deleted sessions just now, and may do so again from then on.
    JustDeleted(UnixSeconds),
    /// A moderator may not confirm their own request.
    OwnRequest,
}

impl From<InvalidTemplate> for BotError {
    fn from(error: InvalidTemplate) -> Self {
        Mistake::from(error).into()
    }
}

impl From<InvalidServerName> for BotError {
    fn from(error: InvalidServerName) -> Self {
        Mistake::from(error).into()
    }
}

impl From<SettingError> for Mistake {
    fn from(error: SettingError) -> Self {
        Self::InvalidSetting(error)
    }
}

impl From<WatchRefusal> for BotError {
    fn from(refusal: WatchRefusal) -> Self {
        Mistake::Unwatchable(refusal).into()
    }
}

impl Mistake {
    /// Says what is wrong with a channel.
    fn about_channel(&self, text: Text) -> String {
        match self {
            Self::MissingPermissions { channel, missing } => {
                board_answers::missing_permissions(text, *channel, *missing)
            }
            Self::RefusedDespitePermissions { channel, needed } => {
                board_answers::refused_despite_permissions(text, *channel, *needed)
            }
            Self::NotForBoards(channel) => text.not_for_boards(&channel_link(*channel)),
            Self::ThreadLocked(channel) => text.thread_is_locked(&channel_link(*channel)),
            Self::ForumNeedsTag(channel) => text.forum_needs_tag(&channel_link(*channel)),
            Self::BoardNotAccepted { channel, code } => {
                text.board_not_accepted(&channel_link(*channel), &code.to_string())
            }
            _ => text.channel_gone(),
        }
    }

    /// Returns what is wrong and what to do about it, as markdown.
    pub(crate) fn sentence(&self, text: Text) -> String {
        let shown = |name: &ServerName| escape_markdown(name.as_str());
        let named = |player: &PlayerName| escape_markdown(player.as_str());
        let relative = |until: &UnixSeconds| format!("<t:{}:R>", until.0);
        match self {
            Self::OutsideGuild => text.guild_only(),
            Self::OldButton => text.old_button(),
            Self::NeedsManageServer => text.needs_manage_server(),
            Self::JustRefreshed => text.just_refreshed(),
            Self::TurnedTooFast => text.turned_too_fast(),
            Self::ServerGone => text.server_gone(),
            Self::UnknownServer(typed) => text.unknown_server(&shown_typed(typed)),
            Self::NameTaken(name) => text.name_taken(&shown(name)),
            Self::NoKeyToRotate(name) => text.no_key_to_rotate(&shown(name)),
            Self::BotRemoved => text.bot_removed(),
            Self::NameInUse(name) => text.name_in_use(&shown(name)),
            Self::NoCounter(channel, others) => no_counter(text, *channel, others),
            Self::CounterNeedsVoice => text.counter_needs_voice(),
            Self::TooManyCounters(count) => text.too_many_counters(*count),
            Self::InvalidTemplate(error) => invalid_template(text, error),
            Self::ChannelGone => text.channel_gone(),
            Self::MissingPermissions { .. }
            | Self::RefusedDespitePermissions { .. }
            | Self::NotForBoards(_)
            | Self::ThreadLocked(_)
            | Self::ForumNeedsTag(_)
            | Self::BoardNotAccepted { .. } => self.about_channel(text),
            Self::TooManyBoards(count) => text.too_many_boards(*count),
            Self::NoBoard(channel, others) => no_board(text, *channel, others),
            Self::Alert(mistake) => mistake.sentence(text),
            Self::Notice(mistake) => mistake.sentence(text),
            Self::InvalidName(error) => text.invalid_server_name(error),
            Self::Unwatchable(refusal) => Facts::in_discord(text).watch_refusal(refusal),
            Self::FleetSilent => text.fleet_silent(),
            Self::Figure(mistake) => mistake.sentence(text),
            Self::NoMoment => text.no_moment(),
            Self::InvalidSetting(error) => Facts::in_discord(text).setting_error(error),
            Self::TurnedOff => text.turned_off_here(),
            Self::FutureMoment => text.moment_in_future(),
            Self::NotLinked => text.not_linked(),
            Self::NothingToHide => text.nothing_to_hide(),
            Self::NothingKept => text.nothing_kept(),
            Self::InvalidPlayer => text.player_name_invalid(),
            Self::UnknownPlayer(player) => text.player_unknown_here(&named(player)),
            Self::MemberTaken(player) => text.member_taken(&named(player)),
            Self::PlayerTaken(player) => text.player_taken(&named(player)),
            Self::RequestExpired => text.member_request_expired(),
            Self::RequestReplaced => text.member_request_replaced(),
            Self::RequestAnswered => text.member_request_answered(),
            Self::AskedTooOften(until) => text.member_asked_too_often(&relative(until)),
            Self::CodeOver => text.member_code_over(),
            Self::PresenceOff => text.presence_off(),
            Self::PresenceNotSetUp => text.presence_not_set_up(),
            Self::UnknownPresenceKind(typed) => unknown_presence_kind(text, typed),
            Self::PresenceNotSeen(seen) => text.presence_only_voice(&presence::list(text, *seen)),
            Self::JustDeleted(until) => text.presence_just_deleted(&relative(until)),
            Self::OwnRequest => text.member_own_request(),
            Self::JustLeft(until) => text.presence_just_left(&relative(until)),
            Self::NoAddressOf(name) => text.no_address_of(&format!("**{}**", shown(name))),
        }
    }
}

/// Returns what a member has typed, as it is safe to repeat.
fn shown_typed(typed: &str) -> String {
    escape_markdown(&cut(typed, TYPED_NAME_LIMIT))
}

/// Explains why a member was not linked to a player.
pub(crate) fn not_linked_to(player: &PlayerName, error: LinkMemberError) -> BotError {
    let mistake = match error {
        LinkMemberError::UnknownPlayer => Mistake::UnknownPlayer(player.clone()),
        LinkMemberError::MemberTaken(player) => Mistake::MemberTaken(player),
        LinkMemberError::PlayerTaken => Mistake::PlayerTaken(player.clone()),
        LinkMemberError::BotRemoved => Mistake::BotRemoved,
        LinkMemberError::Store(error) => return BotError::Store(error),
    };
    mistake.into()
}

fn no_counter(text: Text, channel: u64, others: &[u64]) -> String {
    let channel = channel_link(channel);
    if others.is_empty() {
        return text.no_counter(&channel);
    }
    let others: Vec<_> = others.iter().map(|other| channel_link(*other)).collect();
    text.no_counter_but(&channel, &others.join(", "))
}

fn invalid_template(text: Text, error: &InvalidTemplate) -> String {
    let placeholders = template::placeholders();
    match error {
        InvalidTemplate::NoPlaceholder => {
            text.template_without_placeholder(&placeholders, template::EXAMPLE)
        }
        InvalidTemplate::TooLong => text.template_too_long(template::LIMIT),
        InvalidTemplate::Unknown(typed) => {
            // Between backticks nothing can be escaped.
            let typed = cut(&neutralise(typed), TYPED_NAME_LIMIT).replace('`', "'");
            text.template_unknown_placeholder(&typed, &placeholders)
        }
    }
}

fn unknown_presence_kind(text: Text, typed: &str) -> String {
    // Between backticks nothing can be escaped.
    let typed = cut(&neutralise(typed), TYPED_NAME_LIMIT).replace('`', "'");
    text.presence_unknown_kind(&typed, &presence::list(text, PresenceKinds::all()))
}

fn no_board(text: Text, channel: u64, others: &[u64]) -> String {
    if others.is_empty() {
        return text.no_board(&channel_link(channel));
    }
    let others: Vec<_> = others.iter().copied().map(channel_link).collect();
    text.no_board_but(&channel_link(channel), &text.list(&others))
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);
    const GERMAN: Text = Text::of(Locale::German);

    #[test]
    fn a_typed_name_is_escaped_and_cut() {
        let text = Mistake::UnknownServer("@everyone `x` ".repeat(500)).sentence(ENGLISH);
        assert!(text.contains(r"\@everyone \`x\`"));
        assert!(text.len() < 500);
    }

    #[test]
    fn a_template_that_cannot_be_used_is_explained_with_what_can_be_replaced() {
        let sentence = |typed: &str| {
            let error = typed.parse::<template::Template>().unwrap_err();
            Mistake::from(error).sentence(ENGLISH)
        };
        assert_eq!(
            sentence("Players"),
            "That text would never change. It needs at least one of `{online}`, `{max}`, `{state}`, \
             `{dot}`, `{server}`, for example `🟢 {online}/{max}`."
        );
        assert!(sentence(&"x".repeat(200)).contains("more than 100 characters"));
        let sentence = sentence("{on`line} **");
        assert!(
            sentence.starts_with("`{on'line}` stands for nothing"),
            "{sentence}"
        );
    }

    #[test]
    fn an_invalid_name_is_explained_in_the_members_language() {
        let error = ServerName::try_from("x".repeat(65)).unwrap_err();
        let mistake = Mistake::from(error);
        assert_eq!(
            mistake.sentence(ENGLISH),
            "A server name can have at most 64 characters, but this one has more."
        );
        assert_eq!(
            mistake.sentence(GERMAN),
            "Ein Servername darf höchstens 64 Zeichen haben, dieser hat mehr."
        );
    }
}
