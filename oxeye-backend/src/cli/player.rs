//! `oxeye player NAME`: prints how long and how often somebody played, on each server and on all of them together.

use std::time::Duration;

use anyhow::bail;
use clap::Args;
use oxeye_db::record::person_figures::{DAYS, PersonFigures};
use oxeye_db::{GuildId, TimeZone, UnixSeconds};
use oxeye_plugin_proto::PlayerName;
use oxeye_process::clock;
use oxeye_text::{Facts, PlayerText, Text, neutralise};

use super::backend::Backend;
use super::picture_file::PictureArgs;
use super::player_names::named;
use super::server_choice::{chosen, of_player, why_no_player, zone_of};
use crate::api_messages::persons::PersonReport;
use crate::api_messages::players::PlayerReport;
use crate::config::Config;
use crate::terminal::{columns, print_line};

/// The arguments of `oxeye player`.
#[derive(Debug, Args)]
pub(crate) struct PlayerArgs {
    /// The name of the player
    pub(crate) name: PlayerName,
    /// Only on this server; without it, on each server of the guild
    #[arg(long, value_name = "SERVER")]
    pub(crate) server: Option<String>,
    /// Only servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub(crate) guild: Option<GuildId>,
    /// The time zone whose midnight ends a day; the default is that of the guild
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<TimeZone>,
    #[command(flatten)]
    pub(crate) picture: PictureArgs,
    /// Print JSON instead of text: a list with one entry per server
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints what is known about the player, for each server where they have been.
pub(crate) async fn run(config: &Config, text: Text, args: PlayerArgs) -> anyhow::Result<()> {
    let picture = args.picture.file(config, text)?;
    let backend = Backend::of(config, text)?;
    let servers = chosen(&backend, text, args.server.as_deref(), args.guild).await?;
    let zone = zone_of(&backend, &servers, args.tz).await?;
    let question = [("tz", zone.to_string())];
    let reports: Vec<PlayerReport> =
        of_player(&backend, &servers, &args.name, &[], &question).await?;
    if reports.is_empty() {
        let nobody = Text::nobody_called;
        bail!(why_no_player(&backend, text, &servers, &args.name, nobody).await?);
    }
    if let (Some(picture), [first, ..]) = (picture, &reports[..]) {
        let guild = first.guild_id.to_string();
        let player = first.player.as_str();
        let path = ["api", "guilds", &guild, "persons", player, "picture.png"];
        let title = text.player_alt(&neutralise(player), usize::from(DAYS));
        let title = title.trim_end_matches(':');
        picture.save(&backend, &path, &question, title).await?;
    }
    if args.json {
        return Ok(print_line(&serde_json::to_string_pretty(&reports)?)?);
    }
    let together = match (&args.server, &reports[..]) {
        (None, [first, ..]) => together(&backend, first, zone).await?,
        _ => None,
    };
    let now = clock::now();
    let together = together.map(|figures| Facts::in_terminal(text).person(&figures, now));
    Ok(print_line(&page(text, &reports, together, zone, now))?)
}

/// Asks what is known of the player on all servers of the guild together.
async fn together(
    backend: &Backend,
    player: &PlayerReport,
    zone: TimeZone,
) -> anyhow::Result<Option<PersonFigures>> {
    let guild = player.guild_id.to_string();
    let path = ["api", "guilds", &guild, "persons", player.player.as_str()];
    let answer = backend.find(&path, &[("tz", zone.to_string())]).await?;
    let Some(answer) = answer else {
        return Ok(None);
    };
    let report: PersonReport = answer.json().await?;
    Ok(Some(report.into_figures()?))
}

fn page(
    text: Text,
    reports: &[PlayerReport],
    together: Option<PlayerText>,
    zone: TimeZone,
    now: UnixSeconds,
) -> String {
    let mut texts: Vec<String> = reports
        .iter()
        .map(|report| one(text, report, zone, now))
        .collect();
    texts.extend(together.map(|said| {
        let lines = said.lines.iter().map(|line| format!("  {line}"));
        let all: Vec<_> = [text.player_together(&said.title)]
            .into_iter()
            .chain(lines)
            .collect();
        all.join("\n")
    }));
    texts.push(text.times_of_zone(&zone.to_string()));
    texts.join("\n\n")
}

fn one(text: Text, report: &PlayerReport, zone: TimeZone, now: UnixSeconds) -> String {
    let time = |at: Option<UnixSeconds>| at.map_or_else(|| text.never(), |at| zone.show(at));
    let long = |seconds| text.long_duration(Duration::from_secs(seconds));
    let last_seen = match (report.joined_at, report.last_seen_at) {
        (Some(since), _) => text.seen_now(&long(now.saturating_since(since).as_secs())),
        (None, Some(at)) => text.seen_at(&zone.show(at), &text.time_since(at, now)),
        (None, None) => time(None),
    };
    let played = &report.playtime;
    let mut lines = vec![
        (text.first_seen(), time(report.first_seen_at)),
        (text.last_seen(), last_seen),
        (text.today(), long(played.today_secs)),
        (text.this_week(), long(played.week_secs)),
        (text.this_month(), long(played.month_secs)),
        (
            text.last_days(report.day_count),
            long(played.last_days_secs),
        ),
        (text.in_all(), long(played.total_secs)),
        (text.sessions(), sessions(text, report)),
    ];
    if report.imported_secs > 0 {
        let imported = text.imported_playtime(&long(report.imported_secs));
        lines.push((text.imported(), imported));
    }
    let rows: Vec<Vec<String>> = lines
        .into_iter()
        .map(|(word, figure)| vec![String::new(), word, figure])
        .collect();
    let player = named(
        text,
        &report.player,
        &report.former_names,
        report.until_at,
        zone,
    );
    let server = neutralise(report.server.as_str());
    let heading = text.player_on_server(&player, &server);
    format!("{heading}\n{}", columns(&rows, &[]))
}

fn sessions(text: Text, report: &PlayerReport) -> String {
    let long = |seconds| text.long_duration(Duration::from_secs(seconds));
    match report.session_count {
        0 => text.sessions_none(),
        1 => "1".to_owned(),
        several => text.sessions_of_player(
            several,
            &long(report.longest_session_secs),
            &long(report.average_session_secs),
        ),
    }
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;
    use serde_json::json;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);
    const GERMAN: Text = Text::of(Locale::German);

    fn report(changes: &serde_json::Value) -> PlayerReport {
        let mut report = json!({"guild_id": "0", "server": "survival", "player": "Alex", "joined_at": null,
            "first_seen_at": 1_000_000, "last_seen_at": 1_080_000, "session_count": 3,
            "longest_session_secs": 7_200, "average_session_secs": 3_600, "day_count": 30, "time_zone": "UTC", "imported_secs": 0, "uuids": [],
            "playtime": {"total_secs": 10_800, "today_secs": 0, "week_secs": 60, "month_secs": 7_500,
                "last_days_secs": 7_500}});
        for (name, value) in changes.as_object().unwrap() {
            report[name] = value.clone();
        }
        serde_json::from_value(report).unwrap()
    }

    #[test]
    fn a_player_is_shown_in_words() {
        let now = UnixSeconds(1_083_600);

        assert_eq!(
            page(ENGLISH, &[report(&json!({}))], None, TimeZone::UTC, now),
            "Alex on survival\n  \
               first seen    1970-01-12 13:46\n  \
               last seen     1970-01-13 12:00 (1h ago)\n  \
               today         0s\n  \
               this week     1m\n  \
               this month    2h 5m\n  \
               last 30 days  2h 5m\n  \
               in all        3h\n  \
               sessions      3, the longest 2h, 1h on average\n\n\
             Time zone: UTC"
        );
    }

    #[test]
    fn a_player_with_another_name_before_is_shown_with_it() {
        let changes = json!({"former_names": ["Al"], "until_at": 86_400});
        let page = one(
            ENGLISH,
            &report(&changes),
            TimeZone::UTC,
            UnixSeconds(1_083_600),
        );

        let heading = "Alex (formerly Al) (until 1970-01-02 00:00) on survival\n";
        assert!(page.starts_with(heading), "{page}");
    }

    #[test]
    fn a_player_is_shown_in_german() {
        let now = UnixSeconds(1_083_600);

        assert_eq!(
            page(GERMAN, &[report(&json!({}))], None, TimeZone::UTC, now),
            "Alex auf survival\n  \
               zuerst gesehen   1970-01-12 13:46\n  \
               zuletzt gesehen  1970-01-13 12:00 (vor 1 Stunde)\n  \
               heute            0 Sek.\n  \
               diese Woche      1 Min.\n  \
               diesen Monat     2 Std. 5 Min.\n  \
               letzte 30 Tage   2 Std. 5 Min.\n  \
               insgesamt        3 Std.\n  \
               Sitzungen        3, die längste 2 Std., im Schnitt 1 Std.\n\n\
             Zeitzone: UTC"
        );
    }

    #[test]
    fn an_online_player_is_seen_now_and_imported_playtime_is_shown_separately() {
        let changes = json!({"joined_at": 1_000_000, "session_count": 1, "imported_secs": 90_000});
        let text = one(
            ENGLISH,
            &report(&changes),
            TimeZone::UTC,
            UnixSeconds(1_007_500),
        );

        assert!(text.contains("now, online for 2h 5m\n"), "{text}");
        assert!(text.ends_with("1d 1h from before Oxeye"), "{text}");
    }

    #[test]
    fn a_player_without_sessions_is_shown_too() {
        let changes = json!({"first_seen_at": null, "last_seen_at": null, "session_count": 0});
        let text = one(
            ENGLISH,
            &report(&changes),
            TimeZone::UTC,
            UnixSeconds(1_007_500),
        );

        assert!(text.contains("last seen     never\n"), "{text}");
        assert!(text.ends_with("sessions      none"), "{text}");
    }
}
