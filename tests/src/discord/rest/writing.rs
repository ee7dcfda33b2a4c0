//! What is written into a message, whoever asked for it.

use std::time::Instant;

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::super::Written;
use super::super::answer::{self, Attachment};
use super::super::upload::UploadedFile;
use super::super::world::{Message, World};
use super::super::{limits, payloads};
use super::refusal::Refusal;

impl World {
    /// Refuses a request that breaks a rule, as Discord would, and records it for the story.
    pub(super) fn refuse_if(&mut self, violations: &[String]) -> Result<(), Refusal> {
        if violations.is_empty() {
            return Ok(());
        }
        for violation in violations {
            self.violated(violation);
        }
        let message = format!("Invalid Form Body: {}", violations.join("; "));
        Err(Refusal::new(StatusCode::BAD_REQUEST, 50_035, message))
    }

    /// Writes the given fields; the others stay as they were.
    pub(super) fn write(
        &mut self,
        id: u64,
        mut body: Map<String, Value>,
        uploads: Vec<UploadedFile>,
    ) -> Result<(), Refusal> {
        let unknown = || Refusal::unknown(10_008, "Message");
        let mut message = self.messages.get(&id).cloned().ok_or_else(unknown)?;
        let listed = body.remove("attachments");
        self.attach(&mut message, listed.as_ref(), uploads);
        body.remove("flags");
        message.body.append(&mut body);
        self.refuse_if(&limits::messages::violations(&message.body, &message.files))?;
        message.thinking = false;
        message.edition += 1;
        message.last_write = Some(Instant::now());
        if message.asked_by.is_none() {
            message.written.push(Written {
                at: Instant::now(),
                text: answer::text(&Value::Object(message.body.clone())),
                reply_lost: false,
            });
        }
        self.messages.insert(id, message);
        Ok(())
    }

    /// Without a list the old files stay; with one, only the files that it names by id.
    fn attach(
        &mut self,
        message: &mut Message,
        listed: Option<&Value>,
        uploads: Vec<UploadedFile>,
    ) {
        let entry = |id: u64| {
            let mut entries = listed.and_then(Value::as_array).into_iter().flatten();
            entries.find(|entry| number(&entry["id"]) == Some(id))
        };
        if listed.is_some_and(|listed| !listed.is_null()) {
            message.files.retain(|file| entry(file.id).is_some());
        }
        for upload in uploads {
            let description = entry(upload.number).and_then(|entry| entry["description"].as_str());
            let description = description.map(str::to_owned);
            let id = self.next_id();
            message.last_file = Some(Instant::now());
            message.files.push(Attachment {
                id,
                name: upload.name,
                description,
                bytes: upload.bytes,
            });
        }
    }

    pub(super) fn shown(&self, id: u64) -> Value {
        let message = self.messages.get(&id);
        message
            .map(|message| payloads::message(self, id, message))
            .unwrap_or_default()
    }
}

/// Ids arrive as text or as numbers.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}
