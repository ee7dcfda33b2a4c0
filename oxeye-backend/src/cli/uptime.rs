//! `oxeye uptime [SERVER]`: prints how much of the time servers were up.

use std::time::Duration;

use clap::Args;
use oxeye_db::{GuildId, KnownBy, TimeZone};
use oxeye_plugin_proto::UnixSeconds;
use oxeye_text::{Text, neutralise};

use super::backend::Backend;
use super::server_choice::{chosen, place, zone_of};
use crate::api_messages::uptime::{StretchLine, UptimeReport};
use crate::config::Config;
use crate::terminal::{columns, print_line};

const DAY_SECS: i64 = 24 * 3600;

/// The arguments of `oxeye uptime`.
#[derive(Debug, Args)]
pub(crate) struct UptimeArgs {
    /// The name of the server; without it, each server of the guild
    pub(crate) server: Option<String>,
    /// The number of days
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = super::wrong_use::days)]
    pub(crate) days: u16,
    /// Only servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub(crate) guild: Option<GuildId>,
    /// The time zone of the times; the default is that of the guild
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<TimeZone>,
    /// Print JSON instead of text: a list with one entry per server
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints the uptime of each chosen server.
pub(crate) async fn run(config: &Config, text: Text, args: UptimeArgs) -> anyhow::Result<()> {
    let backend = Backend::of(config, text)?;
    let servers = chosen(&backend, text, args.server.as_deref(), args.guild).await?;
    let question = [("days", args.days.to_string())];
    let mut reports: Vec<UptimeReport> = Vec::new();
    for server in &servers {
        let guild = server.guild_id.to_string();
        let path = [&place(&guild, server)[..], &["uptime"]].concat();
        if let Some(answer) = backend.find(&path, &question).await? {
            reports.push(answer.json().await?);
        }
    }
    if args.json {
        print_line(&serde_json::to_string_pretty(&reports)?)?;
    } else {
        let zone = zone_of(&backend, &servers, args.tz).await?;
        print_line(&page(text, &reports, zone))?;
    }
    Ok(())
}

fn page(text: Text, reports: &[UptimeReport], zone: TimeZone) -> String {
    let mut parts: Vec<String> = reports
        .iter()
        .map(|report| one(text, report, zone))
        .collect();
    parts.push(text.times_of_zone(&zone.to_string()));
    parts.join("\n\n")
}

fn one(text: Text, report: &UptimeReport, zone: TimeZone) -> String {
    let server = neutralise(report.server.as_str());
    let Some(percent) = report.up_percent else {
        let nothing = text.uptime_unknown(&server, report.day_count);
        return with_list(nothing, gaps(text, report, zone));
    };
    let long = |seconds| text.long_duration(Duration::from_secs(seconds));
    let known = long(report.up_secs + report.down_secs);
    let known = match report.unknown_secs {
        0 => text.uptime_known(&known),
        unknown => text.uptime_partly_known(&known, &long(unknown)),
    };
    let percent = text.amount(percent);
    let heading = match first_record(report) {
        Some(at) => text.uptime_heading_since(&server, &percent, &zone.show(at)),
        None => text.uptime_heading(&server, &percent, report.day_count),
    };
    let outages = format!(
        "{heading}\n{known}\n{}",
        text.uptime_outages(report.outage_count)
    );
    let page = with_list(
        outages,
        listed(text, &report.outages, report.outage_count, report, zone),
    );
    match report.gaps.is_empty() {
        true => page,
        false => with_list(
            format!("{page}\n{}", text.uptime_gaps()),
            gaps(text, report, zone),
        ),
    }
}

/// Returns when the first record was made, if that is within the days that were asked about.
fn first_record(report: &UptimeReport) -> Option<UnixSeconds> {
    let asked = i64::from(report.day_count) * DAY_SECS;
    let is_later = report.from_at.0 > report.to_at.0 - asked;
    is_later.then_some(report.from_at)
}

fn gaps(text: Text, report: &UptimeReport, zone: TimeZone) -> Option<String> {
    listed(text, &report.gaps, report.gap_count, report, zone)
}

/// Returns a line for each stretch, and at the end how many older ones there are; `None` if there are none at all.
fn listed(
    text: Text,
    stretches: &[StretchLine],
    count: usize,
    report: &UptimeReport,
    zone: TimeZone,
) -> Option<String> {
    let rows = rows(text, stretches, report.to_at, zone);
    let list = (!rows.is_empty()).then(|| columns(&rows, &[2]))?;
    match count.saturating_sub(rows.len()) {
        0 => Some(list),
        more => Some(format!("{list}\n{}", text.and_more(more))),
    }
}

fn with_list(heading: String, list: Option<String>) -> String {
    match list {
        Some(list) => format!("{heading}\n{list}"),
        None => heading,
    }
}

fn rows(
    text: Text,
    stretches: &[StretchLine],
    now: UnixSeconds,
    zone: TimeZone,
) -> Vec<Vec<String>> {
    let row = |stretch: &StretchLine| {
        let to = stretch.to_at;
        let length = to.unwrap_or(now).saturating_since(stretch.from_at);
        let how = KnownBy::from_word(&stretch.known_by).map(|known| in_words(text, known));
        vec![
            zone.show(stretch.from_at),
            to.map_or_else(|| text.uptime_until_now(), |to| zone.show(to)),
            text.long_duration(length),
            how.unwrap_or_default(),
        ]
    };
    stretches.iter().map(row).collect()
}

fn in_words(text: Text, known_by: KnownBy) -> String {
    match known_by {
        KnownBy::Report => text.known_by_report(),
        KnownBy::Probe => text.known_by_probe(),
        KnownBy::Silence => text.known_by_silence(),
        KnownBy::OxeyeOff => text.known_by_oxeye_off(),
        KnownBy::NoHeartbeats => text.known_by_no_heartbeats(),
        KnownBy::Unlinked => text.known_by_unlinked(),
        KnownBy::TooManyChanges => text.known_by_too_many_changes(),
    }
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;
    use serde_json::json;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);

    fn report(percent: Option<f64>, outages: &serde_json::Value) -> UptimeReport {
        let count = outages.as_array().unwrap().len();
        let gaps = json!([{"from_at": 0, "to_at": 7_200, "ended": "up", "known_by": "oxeye_off"}]);
        let report = json!({"guild_id": "0", "server": "survival", "day_count": 1, "from_at": 0,
            "to_at": 86_400, "up_percent": percent, "up_secs": 79_140, "down_secs": 60,
            "unknown_secs": 7_200, "outage_count": count, "outages": outages,
            "gap_count": 1, "gaps": gaps});
        serde_json::from_value(report).unwrap()
    }

    #[test]
    fn uptime_is_shown_with_its_outages_and_what_is_not_known() {
        let outages = json!([
            {"from_at": 80_000, "to_at": null, "ended": null, "known_by": "report"},
            {"from_at": 60_000, "to_at": 60_060, "ended": "up", "known_by": "report"},
        ]);
        assert_eq!(
            one(ENGLISH, &report(Some(99.92), &outages), TimeZone::UTC),
            "survival: up 99.92 % in the last 24 hours\n\
             known for 22h, nothing known for 2h\n\
             2 outages\n\
             1970-01-01 22:13  until now         1h 46m  reported\n\
             1970-01-01 16:40  1970-01-01 16:41      1m  reported\n\
             Nothing is known about:\n\
             1970-01-01 00:00  1970-01-01 02:00  2h  Oxeye was off"
        );
    }

    #[test]
    fn records_that_began_a_moment_ago_are_not_said_to_cover_all_days() {
        let mut report = report(Some(100.0), &json!([]));
        report.day_count = 30;
        report.from_at = UnixSeconds(86_397);
        (report.up_secs, report.down_secs, report.unknown_secs) = (3, 0, 0);
        report.gaps.clear();

        let in_german = Text::of(Locale::German);

        assert_eq!(
            one(ENGLISH, &report, TimeZone::UTC),
            "survival: up 100 % since 1970-01-01 23:59; nothing was recorded before\n\
             known for 3s\n\
             no outage"
        );
        assert_eq!(
            one(in_german, &report, TimeZone::UTC).lines().next(),
            Some(
                "survival: seit 1970-01-01 23:59 zu 100 % in Betrieb; davor ist nichts aufgezeichnet"
            )
        );
    }

    #[test]
    fn a_list_that_is_cut_says_how_many_are_missing() {
        let outages =
            json!([{"from_at": 60_000, "to_at": 60_060, "ended": "up", "known_by": "report"}]);
        let mut report = report(Some(99.92), &outages);
        report.outage_count = 36;
        report.gap_count = 3;

        let page = one(ENGLISH, &report, TimeZone::UTC);

        assert!(
            page.contains("1m  reported\n...and 35 more\nNothing"),
            "{page}"
        );
        assert!(page.ends_with("Oxeye was off\n...and 2 more"), "{page}");
    }

    #[test]
    fn without_any_knowledge_no_percentage_is_shown() {
        let unknown = one(ENGLISH, &report(None, &json!([])), TimeZone::UTC);
        assert!(
            unknown.starts_with("survival: nothing is known about the last 24 hours\n"),
            "{unknown}"
        );
        assert!(!unknown.contains('%'), "{unknown}");
    }
}
