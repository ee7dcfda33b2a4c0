//! What people ask for: hours by game, channel or artist, and who played together. Pure functions over sessions.

use std::collections::BTreeMap;

use hashbrown::HashSet;

use super::key::PresenceKey;
use super::kinds::PresenceKind;
use super::session::PresenceSession;
use crate::ids::UserId;
use crate::record::span::Span;

/// The shortest listening that counts, in seconds. What is skipped is not listened to.
const SHORTEST_LISTENING: u64 = 30;

/// What a figure is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PresenceSubject {
    /// A game.
    Game {
        /// Its newest name.
        name: String,
        /// The application, if it is known.
        application: Option<u64>,
    },
    /// A voice channel.
    Channel {
        /// Its id.
        id: u64,
        /// Its newest name; empty if it was never known.
        name: String,
    },
    /// An artist.
    Artist(String),
    /// A member who streams.
    Member(UserId),
}

/// How much time went into something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceFigure {
    /// What it is about.
    pub subject: PresenceSubject,
    /// The time of all members together, in seconds.
    pub secs: u64,
    /// Number of members.
    pub members: usize,
}

/// How much time went into everything of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PresenceTop {
    /// The subjects, those with most time first.
    pub figures: Vec<PresenceFigure>,
    /// The time of all members together, in seconds. A track counts once however many artists it has.
    pub total_secs: u64,
    /// Number of members.
    pub members: usize,
}

/// A member with whom another played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayedTogether {
    /// The other member.
    pub user: UserId,
    /// The time of all games together, in seconds.
    pub secs: u64,
    /// The names of the games, with the time in seconds, the longest first.
    pub games: Vec<(String, u64)>,
}

/// Adds up sessions of one kind.
#[derive(Debug, Default)]
pub(super) struct Sum {
    of: BTreeMap<String, Subtotal>,
    total_secs: u64,
    members: HashSet<UserId>,
}

#[derive(Debug)]
struct Subtotal {
    subject: PresenceSubject,
    secs: u64,
    members: HashSet<UserId>,
}

impl Sum {
    /// Adds the part of a session that lies in a span of time. Of sessions of one subject, the newest has to come last.
    pub(super) fn add(&mut self, session: &PresenceSession, span: Span) {
        let secs = session.secs_within(span);
        if secs == 0 || !counts(session) {
            return;
        }
        self.total_secs += secs;
        self.members.insert(session.user);
        for (key, subject) in subjects(session) {
            let subtotal = self.of.entry(key).or_insert_with(|| Subtotal {
                subject: subject.clone(),
                secs: 0,
                members: HashSet::new(),
            });
            if !is_nameless(&subject) {
                subtotal.subject = subject;
            }
            subtotal.secs += secs;
            subtotal.members.insert(session.user);
        }
    }

    /// Returns the subjects with most time.
    pub(super) fn top(self, limit: usize) -> PresenceTop {
        let figures = self.of.into_values().map(|subtotal| PresenceFigure {
            subject: subtotal.subject,
            secs: subtotal.secs,
            members: subtotal.members.len(),
        });
        let mut figures: Vec<_> = figures.collect();
        // The order of their keys decides among equals.
        figures.sort_by_key(|figure| std::cmp::Reverse(figure.secs));
        figures.truncate(limit);
        PresenceTop {
            figures,
            total_secs: self.total_secs,
            members: self.members.len(),
        }
    }
}

fn counts(session: &PresenceSession) -> bool {
    session.kind() != PresenceKind::Spotify || session.duration_secs() >= SHORTEST_LISTENING
}

/// Returns what a session counts for, each with a key that tells it from others.
fn subjects(session: &PresenceSession) -> Vec<(String, PresenceSubject)> {
    let PresenceSession { key, about, .. } = session;
    match key.kind {
        PresenceKind::Game => {
            let subject = PresenceSubject::Game {
                name: about.name.clone(),
                application: key.application(),
            };
            vec![(key.subject.clone(), subject)]
        }
        PresenceKind::Voice | PresenceKind::ScreenShare | PresenceKind::Camera => {
            let id = key.place.map_or(0, |place| place.channel);
            let subject = PresenceSubject::Channel {
                id,
                name: about.name.clone(),
            };
            vec![(id.to_string(), subject)]
        }
        PresenceKind::Spotify => {
            let artists: BTreeMap<_, _> = about
                .artists
                .iter()
                .map(|artist| {
                    (
                        artist.to_lowercase(),
                        PresenceSubject::Artist(artist.clone()),
                    )
                })
                .collect();
            artists.into_iter().collect()
        }
        PresenceKind::Streaming => {
            let user = session.user;
            vec![(user.to_string(), PresenceSubject::Member(user))]
        }
    }
}

fn is_nameless(subject: &PresenceSubject) -> bool {
    matches!(subject, PresenceSubject::Channel { name, .. } if name.is_empty())
}

/// Adds up the time in which others played what a user played.
#[derive(Debug)]
pub(super) struct Company {
    own: BTreeMap<PresenceKey, Vec<Span>>,
    others: BTreeMap<UserId, BTreeMap<PresenceKey, (String, u64)>>,
}

impl Company {
    /// Takes the sessions of the user, each cut to what may be shown.
    pub(super) fn of(own: &[(PresenceSession, Span)]) -> Self {
        let mut games: BTreeMap<PresenceKey, Vec<Span>> = BTreeMap::new();
        for (session, span) in own {
            let known = games.entry(session.key.clone()).or_default();
            known.extend(session.known_within(*span));
        }
        Self {
            own: games,
            others: BTreeMap::new(),
        }
    }

    /// Adds the part of another's session that lies in a span of time.
    pub(super) fn add(&mut self, session: &PresenceSession, span: Span) {
        let Some(own) = self.own.get(&session.key) else {
            return;
        };
        let known = session.known_within(span);
        let common = own
            .iter()
            .flat_map(|one| known.iter().map(|two| one.within(*two).seconds()));
        let secs: u64 = common.sum();
        if secs == 0 {
            return;
        }
        let games = self.others.entry(session.user).or_default();
        let game = games.entry(session.key.clone()).or_default();
        game.0.clone_from(&session.about.name);
        game.1 += secs;
    }

    /// Returns those with whom the user played longest.
    pub(super) fn longest(self, limit: usize) -> Vec<PlayedTogether> {
        let others = self.others.into_iter().map(|(user, games)| {
            let mut games: Vec<_> = games.into_values().collect();
            games.sort_by_key(|(_, secs)| std::cmp::Reverse(*secs));
            PlayedTogether {
                user,
                secs: games.iter().map(|(_, secs)| secs).sum(),
                games,
            }
        });
        let mut others: Vec<_> = others.collect();
        others.sort_by_key(|other| std::cmp::Reverse(other.secs));
        others.truncate(limit);
        others
    }
}
