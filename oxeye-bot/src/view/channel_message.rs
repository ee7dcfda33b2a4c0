//! A message that the bot posts in a channel and edits later, as the REST client sends it.

use std::sync::Arc;

use oxeye_db::UnixSeconds;
use serde_json::{Value, json};
use serenity::builder::{CreateActionRow, CreateEmbed};
use serenity::model::Timestamp;
use sha2::{Digest, Sha256};

use super::message::{ICON_FILE, Picture};
use crate::rest::{File, Payload};

/// The content of a message in a channel. None of our messages ever mentions anyone.
#[derive(Debug, Clone, Default)]
pub(crate) struct ChannelMessage {
    pub(crate) content: String,
    pub(crate) embeds: Vec<CreateEmbed>,
    pub(crate) rows: Vec<CreateActionRow>,
    pub(crate) picture: Option<Picture>,
    /// A PNG to attach as `icon.png`, which says nothing that the text does not say.
    pub(crate) icon: Option<Arc<[u8]>>,
}

impl ChannelMessage {
    /// Returns the message for a new post as for an edit: all parts are there, even empty ones, so that
    /// nothing of the old message remains. `changed_at`, which the last embed shows, is when what people
    /// see last changed.
    pub(crate) fn to_payload(&self, changed_at: UnixSeconds) -> Payload {
        let mut json = self.json();
        let embeds = json["embeds"].as_array_mut();
        if let Some(last) = embeds.and_then(|embeds| embeds.last_mut())
            && let Ok(changed_at) = Timestamp::from_unix_timestamp(changed_at.0)
        {
            last["timestamp"] = json!(changed_at);
        }
        Payload {
            json,
            files: self.files(),
        }
    }

    /// Returns the SHA-256 of everything that people see, except when it last changed.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.json().to_string());
        for file in self.files() {
            hash.update([0]);
            hash.update(&*file.bytes);
        }
        hash.finalize().into()
    }

    fn json(&self) -> Value {
        json!({
            "content": self.content,
            "embeds": self.embeds,
            "components": self.rows,
            "attachments": self.attachments(),
            "allowed_mentions": {"parse": []},
        })
    }

    /// Describes the files in the order of [`Self::files`]. An edit keeps no file that is not listed.
    fn attachments(&self) -> Vec<Value> {
        let pictures = self.picture.iter();
        let pictures = pictures.map(|picture| (picture.file, Some(&picture.alt)));
        let icons = self.icon.iter().map(|_| (ICON_FILE, None));
        let numbered = pictures.chain(icons).enumerate();
        let attachment = |(id, (name, alt)): (usize, (&str, Option<&String>))| match alt {
            Some(alt) => json!({"id": id, "filename": name, "description": alt}),
            None => json!({"id": id, "filename": name}),
        };
        numbered.map(attachment).collect()
    }

    fn files(&self) -> Vec<File> {
        let file = |name, bytes: &Arc<[u8]>| File {
            name,
            bytes: Arc::clone(bytes),
        };
        let picture = self.picture.iter();
        let picture = picture.map(|picture| file(picture.file, &picture.png));
        let icon = self.icon.iter().map(|png| file(ICON_FILE, png));
        picture.chain(icon).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> ChannelMessage {
        ChannelMessage {
            content: "@everyone".to_owned(),
            embeds: vec![CreateEmbed::new().title("a"), CreateEmbed::new().title("b")],
            picture: Some(Picture {
                file: "status.png",
                png: Arc::from(*b"png"),
                alt: "nobody".to_owned(),
            }),
            icon: Some(Arc::from(*b"icon")),
            ..ChannelMessage::default()
        }
    }

    #[test]
    fn a_payload_has_its_files_and_mentions_nobody() {
        let payload = message().to_payload(UnixSeconds(1_700_000_000));

        assert_eq!(payload.json["allowed_mentions"], json!({"parse": []}));
        assert_eq!(
            payload.json["attachments"],
            json!([{"id": 0, "filename": "status.png", "description": "nobody"},
                   {"id": 1, "filename": "icon.png"}])
        );
        let files: Vec<_> = payload.files.iter().map(|file| file.name).collect();
        assert_eq!(files, ["status.png", "icon.png"]);
        assert_eq!(&*payload.files[1].bytes, b"icon");
    }

    #[test]
    fn only_the_last_embed_says_when_the_message_changed() {
        let payload = message().to_payload(UnixSeconds(1_700_000_000));

        assert!(payload.json["embeds"][0]["timestamp"].is_null());
        assert_eq!(
            payload.json["embeds"][1]["timestamp"],
            "2023-11-14T22:13:20Z"
        );
    }

    #[test]
    fn an_empty_message_replaces_everything() {
        let payload = ChannelMessage::default().to_payload(UnixSeconds(0));

        assert_eq!(payload.json["content"], "");
        for part in ["embeds", "components", "attachments"] {
            assert_eq!(payload.json[part], json!([]), "{part}");
        }
    }

    #[test]
    fn the_hash_changes_with_everything_that_people_see() {
        let same = message().hash();
        assert_eq!(message().hash(), same);

        let changes: [fn(&mut ChannelMessage); 5] = [
            |message| message.content.push('!'),
            |message| message.embeds.truncate(1),
            |message| message.picture = None,
            |message| message.picture.as_mut().unwrap().png = Arc::from(*b"other"),
            |message| message.icon = Some(Arc::from(*b"other")),
        ];
        for change in changes {
            let mut changed = message();
            change(&mut changed);
            assert_ne!(changed.hash(), same);
        }
    }
}
