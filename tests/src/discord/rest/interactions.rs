//! Answers to interactions: the callback, and the message that it creates.

use std::time::Instant;

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::super::limits;
use super::super::upload::{Upload, UploadedFile};
use super::super::world::{Message, TIME_TO_ANSWER, World};
use super::refusal::Refusal;

const EPHEMERAL: u64 = 64;

impl World {
    pub(super) fn callback(&mut self, id: u64, token: &str, upload: Upload) -> Result<(), Refusal> {
        let kind = upload.body["type"].as_u64().unwrap_or_default();
        self.acknowledge(id, token, kind)?;
        let data = upload.body["data"].as_object().cloned().unwrap_or_default();
        match kind {
            4 => self.answer_with(id, data, upload.files)?,
            5 => self.defer(id, &data),
            6 => {}
            7 => {
                let message = self
                    .interactions
                    .get(&id)
                    .and_then(|interaction| interaction.original);
                self.write(message.unwrap_or_default(), data, upload.files)?;
            }
            8 => self.suggest(id, &data)?,
            9 => self.open_modal(id, data)?,
            _ => self.refuse_if(&[format!("a callback has the type {kind}")])?,
        }
        if let Some(interaction) = self.interactions.get_mut(&id) {
            interaction.callback = Some(kind);
            interaction.answered = Some(Instant::now());
        }
        Ok(())
    }

    /// Accepts one callback per interaction, within three seconds.
    fn acknowledge(&mut self, id: u64, token: &str, kind: u64) -> Result<(), Refusal> {
        let unknown = || Refusal::new(StatusCode::NOT_FOUND, 10_062, "Unknown interaction");
        let interaction = self.interactions.get(&id).ok_or_else(unknown)?;
        if interaction.token != token {
            return Err(unknown());
        }
        let late = interaction.sent.elapsed();
        if interaction.callback.is_some() {
            if !interaction.reply_was_lost {
                self.violated("a second callback was sent for one interaction");
            }
            let message = "Interaction has already been acknowledged.";
            return Err(Refusal::new(StatusCode::BAD_REQUEST, 40_060, message));
        }
        if late > TIME_TO_ANSWER {
            self.violated(format!("an interaction was answered after {late:?}"));
            return Err(unknown());
        }
        let of_menu = interaction.original.is_some();
        if matches!(kind, 6 | 7) && !of_menu {
            self.refuse_if(&[format!(
                "a callback of type {kind} answers something that is not a component"
            )])?;
        }
        Ok(())
    }

    fn answer_with(
        &mut self,
        id: u64,
        data: Map<String, Value>,
        files: Vec<UploadedFile>,
    ) -> Result<(), Refusal> {
        let message = self.new_message(id, &data);
        let written = self.write(message, data, files);
        if written.is_err() {
            self.messages.remove(&message);
            return written;
        }
        self.is_original(id, message);
        written
    }

    fn defer(&mut self, id: u64, data: &Map<String, Value>) {
        let message = self.new_message(id, data);
        self.is_original(id, message);
    }

    fn is_original(&mut self, interaction: u64, message: u64) {
        if let Some(interaction) = self.interactions.get_mut(&interaction) {
            interaction.original = Some(message);
        }
    }

    fn open_modal(&mut self, id: u64, modal: Map<String, Value>) -> Result<(), Refusal> {
        let modal = Value::Object(modal);
        self.refuse_if(&limits::modals::violations(&modal))?;
        if let Some(interaction) = self.interactions.get_mut(&id) {
            interaction.modal = Some(modal);
        }
        Ok(())
    }

    fn suggest(&mut self, id: u64, data: &Map<String, Value>) -> Result<(), Refusal> {
        let choices = data
            .get("choices")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        self.refuse_if(&limits::commands::choice_violations(
            "autocomplete",
            &choices,
        ))?;
        if let Some(interaction) = self.interactions.get_mut(&id) {
            interaction.choices = Some(choices);
        }
        Ok(())
    }

    fn new_message(&mut self, interaction: u64, data: &Map<String, Value>) -> u64 {
        let id = self.next_id();
        let flags = data
            .get("flags")
            .and_then(Value::as_u64)
            .unwrap_or_default();
        let asked = self.interactions.get(&interaction);
        let message = Message {
            channel: asked.map(|asked| asked.channel).unwrap_or_default(),
            asked_by: asked.map(|asked| asked.user.clone()),
            ephemeral: flags & EPHEMERAL != 0,
            thinking: true,
            ..Message::in_channel(0)
        };
        self.messages.insert(id, message);
        id
    }

    fn original(&mut self, token: &str) -> Result<u64, Refusal> {
        let unknown = || Refusal::new(StatusCode::NOT_FOUND, 10_015, "Unknown Webhook");
        let interaction = self.interaction_of(token).ok_or_else(unknown)?;
        let interaction = self.interactions.get(&interaction).ok_or_else(unknown)?;
        interaction.callback.ok_or_else(unknown)?;
        let message = interaction.original.ok_or_else(unknown)?;
        let there = self
            .messages
            .get(&message)
            .is_some_and(|message| !message.deleted);
        there.then_some(message).ok_or_else(unknown)
    }

    pub(super) fn edit_original(&mut self, token: &str, upload: Upload) -> Result<Value, Refusal> {
        let id = self.original(token)?;
        let body = upload.body.as_object().cloned().unwrap_or_default();
        self.write(id, body, upload.files)?;
        Ok(self.shown(id))
    }

    pub(super) fn read_original(&mut self, token: &str) -> Result<Value, Refusal> {
        self.original(token).map(|id| self.shown(id))
    }

    pub(super) fn delete_original(&mut self, token: &str) -> Result<(), Refusal> {
        let id = self.original(token)?;
        if let Some(message) = self.messages.get_mut(&id) {
            message.deleted = true;
            message.edition += 1;
        }
        Ok(())
    }

    pub(super) fn followup(&mut self, token: &str, upload: Upload) -> Result<Value, Refusal> {
        let original = self.original(token)?;
        if self
            .messages
            .get(&original)
            .is_some_and(|message| message.thinking)
        {
            // Discord documents this as a deprecated alias for editing the original.
            self.refuse_if(&[
                "a followup was sent after a defer, instead of editing @original".to_owned(),
            ])?;
        }
        let interaction = self.interaction_of(token).unwrap_or_default();
        let body = upload.body.as_object().cloned().unwrap_or_default();
        let id = self.new_message(interaction, &body);
        self.write(id, body, upload.files)?;
        if let Some(interaction) = self.interactions.get_mut(&interaction) {
            interaction.followups += 1;
        }
        Ok(self.shown(id))
    }
}
