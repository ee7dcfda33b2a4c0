//! Where the log is and how to read it.

use std::path::PathBuf;

use regex::bytes::Regex;

use super::{Found, Given, InvalidSetting, OFF};
use crate::log::{ActivityKinds, ActivityOptions, ActivityPatterns, Family, LogOptions, Patterns};

/// Where the log comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LogFrom {
    /// A file that is followed.
    File(PathBuf),
    /// Standard input.
    Input,
}

/// Returns where the log is, if it is a source.
pub(super) fn log(given: &Given, found: &Found) -> anyhow::Result<Option<LogFrom>> {
    Ok(match given.text("log").map(str::trim) {
        Some(OFF) => None,
        Some("-") => Some(LogFrom::Input),
        _ => {
            let path = given.path("log").or_else(|| found.log.clone());
            path.map(LogFrom::File)
        }
    })
}

/// Returns how to read the log.
pub(super) fn log_options(given: &Given) -> Result<LogOptions, InvalidSetting> {
    let patterns = Patterns {
        join: given.read("join_pattern", str::parse)?,
        leave: given.read("leave_pattern", str::parse)?,
        boot: given.read("boot_pattern", str::parse)?,
        start: given.read("start_pattern", str::parse)?,
        stop: given.read("stop_pattern", str::parse)?,
    };
    let kinds = given.read("activity", str::parse)?;
    let member_codes = given.read("member_codes", |text| match text {
        "on" => Ok(true),
        OFF => Ok(false),
        _ => Err("it must be on or off"),
    })?;
    let activity = ActivityOptions {
        member_codes: member_codes.unwrap_or(true),
        kinds: kinds.unwrap_or(ActivityKinds::USUAL),
        patterns: ActivityPatterns {
            death: given.read("death_pattern", str::parse)?,
            kill: given.read("kill_pattern", str::parse)?,
            advancement: given.read("advancement_pattern", str::parse)?,
            goal: given.read("goal_pattern", str::parse)?,
            challenge: given.read("challenge_pattern", str::parse)?,
        },
    };
    Ok(LogOptions {
        activity,
        family: given.read("family", str::parse::<Family>)?,
        patterns,
        prefix: given.read("log_prefix", |text| {
            Regex::new(text).map_err(|_| "it must be a regular expression")
        })?,
    })
}
