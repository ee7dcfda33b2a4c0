//! Bodies that the bot sends: JSON, or a form with `payload_json` and `files[n]`.

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use serde_json::Value;

/// A file of a form before it has an id.
#[derive(Debug, Clone)]
pub(super) struct UploadedFile {
    /// The `n` of `files[n]`, by which `attachments` refers to it.
    pub(super) number: u64,
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// A body of either kind.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) body: Value,
    pub(super) files: Vec<UploadedFile>,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = (StatusCode, String);

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let form = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
        let upload = if form {
            let form = Multipart::from_request(request, state)
                .await
                .map_err(refused)?;
            read_form(form).await
        } else {
            let bytes = axum::body::Bytes::from_request(request, state)
                .await
                .map_err(refused)?;
            let body = serde_json::from_slice(&bytes).map_err(refused);
            body.map(|body| Self {
                body,
                files: Vec::new(),
            })
        };
        upload.map_err(|(status, why)| {
            (
                status,
                format!("{{\"message\": \"{why}\", \"code\": 50109}}"),
            )
        })
    }
}

async fn read_form(mut form: Multipart) -> Result<Upload, (StatusCode, String)> {
    let mut upload = Upload {
        body: Value::Null,
        files: Vec::new(),
    };
    while let Some(field) = form.next_field().await.map_err(refused)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "payload_json" {
            let text = field.text().await.map_err(refused)?;
            upload.body = serde_json::from_str(&text).map_err(refused)?;
        } else if let Some(number) = name
            .strip_prefix("files[")
            .and_then(|rest| rest.strip_suffix(']'))
        {
            let number = number.parse().map_err(refused)?;
            let name = field.file_name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(refused)?.to_vec();
            upload.files.push(UploadedFile {
                number,
                name,
                bytes,
            });
        }
    }
    Ok(upload)
}

fn refused(why: impl std::fmt::Display) -> (StatusCode, String) {
    (StatusCode::BAD_REQUEST, why.to_string())
}
