//! One session of a member: what they did, from when until when, and what of that time is known.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use super::key::PresenceKey;
use super::kinds::PresenceKind;
use crate::ids::UserId;
use crate::record::span::Span;

/// One session of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceSession {
    /// The number of the session.
    pub id: i64,
    /// The member.
    pub user: UserId,
    /// What it is a session of.
    pub key: PresenceKey,
    /// What there is to show about it.
    pub about: PresenceDetails,
    /// When it began.
    pub started_at: UnixSeconds,
    /// The last evidence of it.
    pub seen_at: UnixSeconds,
    /// How it ended; `None` while it lasts.
    pub end: Option<PresenceEnd>,
    /// The times in between of which nothing is known, in order. They lie between `started_at` and `seen_at`.
    pub gaps: Vec<Span>,
}

/// The end of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresenceEnd {
    /// When it ended.
    pub at: UnixSeconds,
    /// Whether that is an estimate, made because nothing was heard any more.
    pub is_estimated: bool,
}

/// What there is to show about a session. Changes while it lasts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PresenceDetails {
    /// The name of the game, the stream or the track; of the channel, if it is known.
    pub name: String,
    /// A first line of text.
    pub details: Option<String>,
    /// A second line of text.
    pub state: Option<String>,
    /// Where a stream can be watched.
    pub url: Option<String>,
    /// The artists of a track.
    pub artists: Vec<String>,
    /// The album of a track.
    pub album: Option<String>,
    /// Spotify's id of a track.
    pub track_id: Option<String>,
    /// The connection to voice, which tells a session that goes on from a new one.
    pub connection: Option<[u8; 8]>,
}

impl PresenceSession {
    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> PresenceKind {
        self.key.kind
    }

    /// Whether the session lasts.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.end.is_none()
    }

    /// Whether the end is an estimate.
    #[must_use]
    pub fn has_estimated_end(&self) -> bool {
        self.end.is_some_and(|end| end.is_estimated)
    }

    /// Returns its end, or the last evidence while it lasts.
    #[must_use]
    pub fn until(&self) -> UnixSeconds {
        self.end.map_or(self.seen_at, |end| end.at)
    }

    /// Returns the time from its beginning to its end, or to the last evidence.
    #[must_use]
    pub fn span(&self) -> Span {
        Span {
            from: self.started_at,
            to: self.until(),
        }
    }

    /// Returns the time of which nothing is known, in seconds.
    #[must_use]
    pub fn gap_secs(&self) -> u64 {
        self.gaps.iter().map(|gap| gap.seconds()).sum()
    }

    /// Returns the time that counts, in seconds.
    #[must_use]
    pub fn duration_secs(&self) -> u64 {
        self.secs_within(Span::ALL)
    }

    /// Returns how much of a span of time counts, in seconds.
    #[must_use]
    pub fn secs_within(&self, span: Span) -> u64 {
        let gaps = self.gaps.iter();
        let unknown: u64 = gaps.map(|gap| gap.within(span).seconds()).sum();
        let all = self.span().within(span).seconds();
        all.saturating_sub(unknown)
    }

    /// Returns the times within a span of which is known that it lasted.
    pub(super) fn known_within(&self, span: Span) -> Vec<Span> {
        let mut from = self.started_at;
        let mut known = Vec::with_capacity(self.gaps.len() + 1);
        for gap in &self.gaps {
            known.push(Span { from, to: gap.from });
            from = gap.to;
        }
        let to = self.until();
        known.push(Span { from, to });
        let known = known.into_iter().map(|part| part.within(span));
        known.filter(|part| part.seconds() > 0).collect()
    }

    /// Returns the part of the session since a time; `None` if nothing is left of it.
    pub(crate) fn since(mut self, from: UnixSeconds) -> Option<Self> {
        if !self.is_open() && self.until() <= from {
            return None;
        }
        if self.started_at < from {
            self.started_at = from;
            self.seen_at = self.seen_at.max(from);
            for gap in &mut self.gaps {
                gap.from = gap.from.max(from);
            }
            self.gaps.retain(|gap| gap.seconds() > 0);
        }
        Some(self)
    }

    /// Adds the time from the last evidence to a moment as unknown, and takes the moment as evidence.
    pub(super) fn add_gap(&mut self, to: UnixSeconds) {
        let gap = Span {
            from: self.seen_at,
            to: to.max(self.seen_at),
        };
        self.seen_at = gap.to;
        match self.gaps.last_mut() {
            Some(last) if last.to == gap.from => last.to = gap.to,
            _ if gap.seconds() > 0 => self.gaps.push(gap),
            _ => {}
        }
    }

    /// Ends the session at a moment that is evidence.
    pub(super) fn end_at(&mut self, at: UnixSeconds) {
        self.seen_at = self.seen_at.max(at);
        self.end = Some(PresenceEnd {
            at: self.seen_at,
            is_estimated: false,
        });
    }

    /// Ends the session some time after its last evidence, as an estimate.
    pub(super) fn end_by_estimate(&mut self, grace: Duration) {
        self.end = Some(PresenceEnd {
            at: self.seen_at.plus(grace),
            is_estimated: true,
        });
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::presence::key::PresenceKey;

    pub(crate) fn span(from: i64, to: i64) -> Span {
        Span {
            from: UnixSeconds(from),
            to: UnixSeconds(to),
        }
    }

    /// A session of a game from 100 to 500 that was not heard of from 200 to 300.
    fn with_a_gap() -> PresenceSession {
        PresenceSession {
            id: 1,
            user: UserId(5),
            key: PresenceKey::of_name(PresenceKind::Game, "Factorio"),
            about: PresenceDetails::default(),
            started_at: UnixSeconds(100),
            seen_at: UnixSeconds(500),
            end: None,
            gaps: vec![span(200, 300)],
        }
    }

    #[test]
    fn a_gap_counts_in_no_span_of_time() {
        let session = with_a_gap();

        assert_eq!(session.duration_secs(), 300);
        assert_eq!(session.gap_secs(), 100);
        assert_eq!(session.secs_within(span(0, 250)), 100);
        assert_eq!(session.secs_within(span(200, 300)), 0);
        assert_eq!(session.secs_within(span(250, 1_000)), 200);
        assert_eq!(session.secs_within(span(600, 700)), 0);
    }

    #[test]
    fn the_part_since_a_time_has_only_its_own_gaps() {
        let since = |at| with_a_gap().since(UnixSeconds(at));

        assert_eq!(since(50), Some(with_a_gap()));
        assert_eq!(since(250).unwrap().gaps, [span(250, 300)]);
        assert_eq!(since(250).unwrap().duration_secs(), 200);
        assert_eq!(since(400).unwrap().gaps, []);
        // It lasts, so something of it will be left.
        assert_eq!(since(600).unwrap().duration_secs(), 0);
        let mut ended = with_a_gap();
        ended.end_at(UnixSeconds(500));
        assert_eq!(ended.since(UnixSeconds(500)), None);
    }

    #[test]
    fn adjacent_gaps_are_one_and_an_empty_gap_is_none() {
        let mut session = with_a_gap();

        session.add_gap(UnixSeconds(400));
        session.add_gap(UnixSeconds(500));
        assert_eq!(session.gaps, [span(200, 300)]);
        session.add_gap(UnixSeconds(600));
        session.add_gap(UnixSeconds(700));

        assert_eq!(session.gaps, [span(200, 300), span(500, 700)]);
        assert_eq!(session.seen_at, UnixSeconds(700));
    }
}
