//! A whole message, in every form that Discord accepts.

use std::sync::Arc;

use serenity::builder::{
    CreateActionRow, CreateAllowedMentions, CreateAttachment, CreateEmbed,
    CreateInteractionResponseFollowup, CreateInteractionResponseMessage, EditAttachments,
    EditInteractionResponse,
};

/// File name of an attached picture.
pub(crate) const PICTURE_FILE: &str = "status.png";

/// File name of an attached icon.
pub(crate) const ICON_FILE: &str = "icon.png";
/// The name of the file with what is kept about a member.
const DATA_FILE: &str = "oxeye-data.json";

/// File names of attached pictures of figures.
pub(crate) const CHART_FILE: &str = "chart.png";
pub(crate) const TOP_FILE: &str = "top.png";
pub(crate) const PLAYER_FILE: &str = "player.png";

/// A PNG to attach.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    /// The file name, which says what it shows.
    pub(crate) file: &'static str,
    pub(crate) png: Arc<[u8]>,
    /// Alt text, at most 1024 characters.
    pub(crate) alt: String,
}

/// The content of a message. None of our messages ever mentions anyone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Message {
    pub(crate) content: String,
    pub(crate) embed: Option<CreateEmbed>,
    pub(crate) rows: Vec<CreateActionRow>,
    pub(crate) picture: Option<Picture>,
    /// A PNG to attach as `icon.png`, which says nothing that the text does not say.
    pub(crate) icon: Option<Arc<[u8]>>,
    /// JSON to attach as `oxeye-data.json`.
    pub(crate) data: Option<String>,
    /// Whether only the member who asked sees it. Discord accepts this for new messages only, not for
    /// edits.
    pub(crate) ephemeral: bool,
}

impl Message {
    /// Makes a text that only the member who asked sees.
    pub(crate) fn private(content: impl Into<String>) -> Self {
        Self {
            content: content.into(),
            ephemeral: true,
            ..Self::default()
        }
    }

    /// Returns the message so that only the member who asked sees it.
    pub(crate) fn for_one(self) -> Self {
        Self {
            ephemeral: true,
            ..self
        }
    }

    /// Adds paragraphs below the text.
    pub(crate) fn add_paragraphs(&mut self, paragraphs: &[String]) {
        for paragraph in paragraphs {
            self.content.push_str("\n\n");
            self.content.push_str(paragraph);
        }
    }

    /// Returns a new message (callback type 4).
    pub(crate) fn to_new(&self) -> CreateInteractionResponseMessage {
        let mut message = CreateInteractionResponseMessage::new()
            .allowed_mentions(CreateAllowedMentions::new())
            .ephemeral(self.ephemeral)
            .add_files(self.attachments());
        if !self.content.is_empty() {
            message = message.content(&self.content);
        }
        if let Some(embed) = &self.embed {
            message = message.embed(embed.clone());
        }
        if !self.rows.is_empty() {
            message = message.components(self.rows.clone());
        }
        message
    }

    /// Returns an update that replaces the message whose button was pressed (callback type 7).
    ///
    /// We send all parts, even empty ones, so that nothing of the old message remains. serenity
    /// always sends `attachments` here, so without a picture the old one is removed.
    pub(crate) fn to_update(&self) -> CreateInteractionResponseMessage {
        CreateInteractionResponseMessage::new()
            .allowed_mentions(CreateAllowedMentions::new())
            .content(&self.content)
            .embeds(self.embed.iter().cloned().collect())
            .components(self.rows.clone())
            .add_files(self.attachments())
    }

    /// Returns an edit that replaces the answer that was already sent (PATCH of `@original`).
    ///
    /// We always send `attachments`: without it, Discord keeps the old picture beside the new one.
    pub(crate) fn to_edit(&self) -> EditInteractionResponse {
        let attachments = self
            .attachments()
            .fold(EditAttachments::new(), EditAttachments::add);
        EditInteractionResponse::new()
            .allowed_mentions(CreateAllowedMentions::new())
            .content(&self.content)
            .embeds(self.embed.iter().cloned().collect())
            .components(self.rows.clone())
            .attachments(attachments)
    }

    /// Returns a further message that follows the first answer.
    pub(crate) fn to_followup(&self) -> CreateInteractionResponseFollowup {
        CreateInteractionResponseFollowup::new()
            .allowed_mentions(CreateAllowedMentions::new())
            .content(&self.content)
            .ephemeral(self.ephemeral)
    }

    fn attachments(&self) -> impl Iterator<Item = CreateAttachment> {
        let picture = self.picture.as_ref().map(|picture| {
            CreateAttachment::bytes(&*picture.png, picture.file).description(&picture.alt)
        });
        let icon = self.icon.as_ref();
        let icon = icon.map(|png| CreateAttachment::bytes(&**png, ICON_FILE));
        let data = self.data.as_ref();
        let data = data.map(|json| CreateAttachment::bytes(json.as_bytes(), DATA_FILE));
        picture.into_iter().chain(icon).chain(data)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn with_picture() -> Message {
        let picture = Picture {
            file: PICTURE_FILE,
            png: Arc::from(*b"png"),
            alt: "nobody".to_owned(),
        };
        Message {
            embed: Some(CreateEmbed::new().title("x")),
            picture: Some(picture),
            ..Message::default()
        }
    }

    fn value(message: impl serde::Serialize) -> Value {
        serde_json::to_value(message).unwrap()
    }

    #[test]
    fn no_form_of_a_message_mentions_anyone() {
        let message = with_picture();
        let nobody = json!({"parse": [], "users": [], "roles": []});
        assert_eq!(value(message.to_new())["allowed_mentions"], nobody);
        assert_eq!(value(message.to_update())["allowed_mentions"], nobody);
        assert_eq!(value(message.to_edit())["allowed_mentions"], nobody);
        assert_eq!(value(message.to_followup())["allowed_mentions"], nobody);
    }

    #[test]
    fn an_edit_replaces_the_old_picture_or_removes_it() {
        let edit = value(with_picture().to_edit());
        assert_eq!(
            edit["attachments"],
            json!([{"id": 0, "filename": "status.png", "description": "nobody"}])
        );
        assert_eq!(
            value(Message::default().to_edit())["attachments"],
            json!([])
        );
        assert_eq!(
            value(Message::default().to_update())["attachments"],
            json!([])
        );
    }

    #[test]
    fn nothing_of_the_old_message_survives_an_update() {
        let update = value(Message::private("done").to_update());
        assert_eq!(update["content"], "done");
        assert_eq!(update["embeds"], json!([]));
        assert_eq!(update["components"], json!([]));
    }

    #[test]
    fn a_private_message_is_ephemeral() {
        assert_eq!(value(Message::private("x").to_new())["flags"], 64);
        assert_eq!(value(with_picture().to_new())["flags"], 0);
    }
}
