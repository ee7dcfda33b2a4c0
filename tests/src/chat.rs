//! A message as HTML in the style of a chat client. The look is ours; what is in it is what the bot
//! sent.

mod markdown;
pub mod reading;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::discord::{Answer, Attachment};
use crate::skins;

const STYLE: &str = include_str!("chat/chat.css");

/// The age of the message when it is seen, in seconds.
const SEEN_AFTER: i64 = 20;

/// Returns the whole page, which needs no other file.
///
/// # Errors
/// If the message has no embed, or its embed shows a file that is not attached.
pub fn page(answer: &Answer) -> Result<String> {
    let embed = &answer.body["embeds"][0];
    let description = embed["description"].as_str().context("no description")?;
    let now = made_at(description)? + SEEN_AFTER;
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>/oxeye status</title>\n\
         <style>{STYLE}</style></head>\n<body>\n<article>\n{HEADER}{}{}</article>\n{MEASURE}</body></html>\n",
        self::embed(embed, &answer.files, now)?,
        buttons(&answer.body["components"]),
    ))
}

/// Tells the browser's caller how high the page is.
const MEASURE: &str = "<script>document.body.dataset.height = \
     Math.ceil(document.querySelector('article').getBoundingClientRect().bottom)</script>\n";

/// Who asked, and who answers.
const HEADER: &str = "<p class=\"asked\"><span class=\"face\">R</span><b>Robin</b> used \
     <span class=\"command\">/oxeye status</span></p>\n\
     <p class=\"author\"><span class=\"avatar\"></span><b>Oxeye</b> <span class=\"app\">APP</span> \
     <span class=\"clock\">Today at 18:42</span></p>\n";

/// Returns when the message was made: the latest of its times.
fn made_at(description: &str) -> Result<i64> {
    let times = description.split("<t:").skip(1);
    let times = times.filter_map(|rest| rest.split(':').next()?.parse().ok());
    times.max().context("no time in the description")
}

fn embed(embed: &Value, files: &[Attachment], now: i64) -> Result<String> {
    let text = |value: &Value| markdown::html(value.as_str().unwrap_or_default(), now);
    let colour = embed["color"].as_u64().context("no colour")?;
    let thumbnail = picture("thumbnail", &embed["thumbnail"]["url"], files)?;
    let image = picture("image", &embed["image"]["url"], files)?;
    let footer = match embed["footer"]["text"].as_str() {
        Some(footer) => format!("<p class=\"footer\">{footer}</p>\n"),
        None => String::new(),
    };
    Ok(format!(
        "<section style=\"border-color:#{colour:06x}\">\n{thumbnail}<h1>{}</h1>\n<p>{}</p>\n{image}{footer}</section>\n",
        text(&embed["title"]),
        text(&embed["description"]),
    ))
}

/// Returns an attached file as a picture within the page, or nothing if the embed has none.
fn picture(class: &str, url: &Value, files: &[Attachment]) -> Result<String> {
    let Some(url) = url.as_str() else {
        return Ok(String::new());
    };
    let name = url.strip_prefix("attachment://").context("not attached")?;
    let file = files.iter().find(|file| file.name == name);
    let data = skins::base64(&file.context("the file is missing")?.bytes);
    Ok(format!(
        "<img class=\"{class}\" alt=\"\" src=\"data:image/png;base64,{data}\">\n"
    ))
}

fn buttons(rows: &Value) -> String {
    let rows = rows.as_array().into_iter().flatten();
    let row = |row: &Value| {
        let buttons = row["components"].as_array().into_iter().flatten();
        let buttons: String = buttons.map(button).collect();
        format!("<div class=\"row\">{buttons}</div>\n")
    };
    rows.map(row).collect()
}

fn button(button: &Value) -> String {
    let label = button["label"].as_str().unwrap_or_default();
    let style = button["style"].as_u64().unwrap_or(2);
    let disabled = if button["disabled"] == true {
        " off"
    } else {
        ""
    };
    format!("<span class=\"button style{style}{disabled}\">{label}</span>")
}
