//! `oxeye top [SERVER]`: prints who has most of something.

use std::num::NonZeroUsize;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use oxeye_db::record::leaderboard::RankedBy;
use oxeye_db::{GuildId, Range, TimeZone};
use oxeye_process::clock;
use oxeye_render::MAX_ROWS;
use oxeye_text::{Text, capitalised, neutralise, ranked_by};

use super::activity::counters;
use super::backend::Backend;
use super::picture_file::PictureArgs;
use super::player_names::named;
use super::server_choice::{chosen, common_place, guild_of};
use crate::api_messages::leaderboard::{KEPT_PER_SERVER, LeaderboardReport, StandingLine};
use crate::api_messages::servers::ServerLine;
use crate::config::Config;
use crate::terminal::{columns, print_beside, print_line};

/// The arguments of `oxeye top`.
#[derive(Debug, Args)]
pub(crate) struct TopArgs {
    /// The name of the server; without it, all servers of the guild combined
    pub(crate) server: Option<String>,
    /// today, week (since Monday), month (since the 1st), all, or a number of days such as 30d
    #[arg(long, default_value = "week")]
    pub(crate) range: Range,
    /// playtime, visits, or a counter of what players did, such as deaths
    #[arg(long, value_name = "WHAT", default_value = "playtime")]
    pub(crate) what: String,
    /// The number of players on a page
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = super::limit)]
    pub(crate) limit: usize,
    /// The number of the page
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) page: NonZeroUsize,
    /// Only servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub(crate) guild: Option<GuildId>,
    /// The time zone whose midnight ends a day; the default is that of the guild
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<TimeZone>,
    #[command(flatten)]
    pub(crate) picture: PictureArgs,
    /// Print JSON instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints the leaderboard.
pub(crate) async fn run(config: &Config, text: Text, args: TopArgs) -> anyhow::Result<()> {
    let picture = args.picture.file(config, text)?;
    let backend = Backend::of(config, text)?;
    let servers = chosen(&backend, text, args.server.as_deref(), args.guild).await?;
    let guild = guild_of(&servers);
    let mut path = match is_counter(&args.what) {
        false => common_place(&guild, &servers),
        true => {
            check_counter(&backend, text, &args, &guild).await?;
            vec!["api", "guilds", &guild]
        }
    };
    let before = args.page.get() - 1;
    let offset = before.saturating_mul(args.limit);
    let question = [
        ("what", args.what),
        ("range", args.range.to_string()),
        ("limit", args.limit.to_string()),
        ("offset", offset.to_string()),
    ];
    let zone = args.tz.map(|zone| ("tz", zone.to_string()));
    let question: Vec<_> = question.into_iter().chain(zone).collect();
    let place = path.clone();
    path.push("leaderboard");
    let answer = backend.find(&path, &question).await?;
    let answer = answer.with_context(|| text.server_vanished())?;
    let report: LeaderboardReport = answer.json().await?;
    let range = report.range_that_counts(args.range, clock::now());
    if let Some(picture) = picture {
        let path = [&place[..], &["leaderboard.png"]].concat();
        let heading = heading(text, &report, range, &servers);
        let title = heading.trim_end_matches(':');
        picture.save(&backend, &path, &question, title).await?;
        if report.players.len() > MAX_ROWS {
            print_beside(&text.picture_has_fewer_rows(MAX_ROWS))?;
        }
    }
    if args.json {
        print_line(&serde_json::to_string_pretty(&report)?)?;
    } else {
        print_line(&table(text, &report, range, &servers))?;
    }
    Ok(())
}

/// Whether something is counted by activity: on all servers of a guild together.
fn is_counter(what: &str) -> bool {
    !KEPT_PER_SERVER.contains(&what)
}

/// Fails if there is no leaderboard of the counter that is asked for.
async fn check_counter(
    backend: &Backend,
    text: Text,
    args: &TopArgs,
    guild: &str,
) -> anyhow::Result<()> {
    let counters = counters(backend, text, guild).await?;
    let what = neutralise(&args.what);
    if !counters.contains(&args.what) {
        let known = KEPT_PER_SERVER.map(str::to_owned).into_iter();
        let known: Vec<_> = known.chain(counters).collect();
        bail!(text.unknown_leaderboard(&what, &text.list(&known)));
    }
    if args.server.is_some() {
        bail!(text.counter_of_one_server(&what));
    }
    Ok(())
}

/// Says what the leaderboard is about.
fn heading(text: Text, report: &LeaderboardReport, range: Range, servers: &[ServerLine]) -> String {
    let place = match (&report.server, servers) {
        (Some(server), _) | (None, [ServerLine { server, .. }]) => neutralise(server.as_str()),
        (None, _) => all(text, servers),
    };
    let range = range_in_words(text, range);
    let heading = text.top_heading(&place, &range, &report.time_zone.to_string());
    match report.ranked_by() {
        RankedBy::Playtime => heading,
        by => {
            let by = capitalised(&neutralise(&ranked_by(text, &by)));
            format!("{by}, {heading}")
        }
    }
}

fn table(text: Text, report: &LeaderboardReport, range: Range, servers: &[ServerLine]) -> String {
    let by = report.ranked_by();
    let heading = heading(text, report, range, servers);
    if report.players.is_empty() && report.player_count > 0 {
        return text.top_page_empty(&heading, report.player_count);
    }
    if report.players.is_empty() {
        return match by {
            RankedBy::Counter(_) => text.counter_top_empty(&heading),
            RankedBy::Playtime | RankedBy::Visits => text.top_empty(&heading),
        };
    }
    let zone = report.time_zone.parse().unwrap_or(TimeZone::UTC);
    let standings = report.players.iter();
    let lines: Vec<Vec<String>> = standings.map(|one| row(text, &by, one, zone)).collect();
    let shown = report.offset + report.players.len();
    let more = report.player_count.saturating_sub(shown);
    let more = if more > 0 {
        format!("\n{}", text.and_more(more))
    } else {
        String::new()
    };
    format!("{heading}\n{}{more}", columns(&lines, &[0, 2, 3]))
}

/// Says which days a range covers.
pub(super) fn range_in_words(text: Text, range: Range) -> String {
    match range {
        Range::Today => text.today(),
        Range::Week => text.week_since_monday(),
        Range::Month => text.month_since_first(),
        Range::Days(days) => text.top_days(days),
        Range::All => text.top_all(),
    }
}

fn row(text: Text, by: &RankedBy, standing: &StandingLine, zone: TimeZone) -> Vec<String> {
    let place = vec![
        format!("{}.", standing.place),
        named(
            text,
            &standing.player,
            &standing.former_names,
            standing.until_at,
            zone,
        ),
    ];
    let figures = match (by, standing.playtime_secs, standing.session_count) {
        (RankedBy::Playtime | RankedBy::Visits, Some(seconds), Some(sessions)) => vec![
            text.long_duration(Duration::from_secs(seconds)),
            text.session_count(sessions),
        ],
        _ => vec![text.amount(standing.amount)],
    };
    [place, figures].concat()
}

fn all(text: Text, servers: &[ServerLine]) -> String {
    let names: Vec<String> = servers
        .iter()
        .map(|server| neutralise(server.server.as_str()))
        .collect();
    text.top_servers(&text.list(&names))
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::UnixSeconds;
    use oxeye_text::Locale;
    use serde_json::json;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);
    const GERMAN: Text = Text::of(Locale::German);

    fn report(server: Option<&str>, players: &[(&str, u64, u32)]) -> LeaderboardReport {
        let lines = players.iter().zip(1..).map(|((player, seconds, sessions), place)| {
            json!({"place": place, "player": player, "amount": seconds, "playtime_secs": seconds,
                "session_count": sessions})
        });
        let lines: Vec<_> = lines.collect();
        let report = json!({"guild_id": "0", "server": server, "what": "playtime", "range": "week",
            "time_zone": "UTC", "from_at": 0, "offset": 0, "players": lines, "player_count": 3});
        serde_json::from_value(report).unwrap()
    }

    #[test]
    fn the_player_who_played_most_comes_first() {
        let report = report(Some("survival"), &[("Alex", 90_000, 12), ("jeb_", 300, 1)]);

        assert_eq!(
            table(ENGLISH, &report, Range::Week, &[]),
            "survival, this week since Monday (days in UTC):\n\
             1.  Alex  1d 1h  12 sessions\n\
             2.  jeb_     5m    1 session\n\
             ...and 1 more"
        );
    }

    #[test]
    fn a_leaderboard_is_shown_in_german() {
        let report = report(None, &[("Alex", 90_000, 12), ("jeb_", 300, 1)]);

        assert_eq!(
            table(GERMAN, &report, Range::Days(30), &[]),
            " zusammen, in den letzten 30 Tagen (Tage in UTC):\n\
             1.  Alex  1 Tag 1 Std.  12 Sitzungen\n\
             2.  jeb_        5 Min.     1 Sitzung\n\
             … und 1 weiterer"
        );
    }

    #[test]
    fn a_player_with_several_names_is_shown_with_all_of_them() {
        let mut report = report(Some("survival"), &[("Bob", 120, 2), ("Alex", 60, 1)]);
        let name = |name: &str| name.parse().unwrap();
        report.players[0].former_names = vec![name("Alex"), name("Al")];
        report.players[1].until_at = Some(UnixSeconds(86_400));

        assert_eq!(
            table(ENGLISH, &report, Range::Week, &[]),
            "survival, this week since Monday (days in UTC):\n\
             1.  Bob (formerly Alex and Al)     2m  2 sessions\n\
             2.  Alex (until 1970-01-02 00:00)  1m   1 session\n\
             ...and 1 more"
        );
    }

    #[test]
    fn visits_and_counters_are_named_and_a_later_page_goes_on() {
        let mut report = report(Some("survival"), &[("Alex", 90_000, 12), ("jeb_", 300, 12)]);
        report.what = "visits".to_owned();
        report.offset = 20;
        report.player_count = 23;
        (report.players[0].place, report.players[1].place) = (20, 20);
        assert_eq!(
            table(ENGLISH, &report, Range::Week, &[]),
            "Visits, survival, this week since Monday (days in UTC):\n\
             20.  Alex  1d 1h  12 sessions\n\
             20.  jeb_     5m  12 sessions\n\
             ...and 1 more"
        );
        report.what = "deaths".to_owned();
        for line in &mut report.players {
            (line.playtime_secs, line.session_count) = (None, None);
        }
        report.players[1].amount = 1.5;
        assert_eq!(
            table(GERMAN, &report, Range::All, &[]),
            "Tode, survival, insgesamt (Tage in UTC):\n\
             20.  Alex  90.000\n\
             20.  jeb_     1,5\n\
             … und 1 weiterer"
        );
        report.players.clear();
        assert_eq!(
            table(ENGLISH, &report, Range::All, &[]),
            "Deaths, survival, all time (days in UTC): there are only 23 players, so this page is empty."
        );
        report.player_count = 0;
        assert_eq!(
            table(ENGLISH, &report, Range::All, &[]),
            "Deaths, survival, all time (days in UTC): nothing so far."
        );
    }

    #[test]
    fn an_empty_leaderboard_says_so() {
        let mut empty = report(Some("survival"), &[]);
        empty.player_count = 0;
        assert_eq!(
            table(ENGLISH, &empty, Range::Days(7), &[]),
            "survival, the last 7 days (days in UTC): nobody played."
        );
    }
}
