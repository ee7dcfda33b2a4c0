//! Authentication on `/api`: a handler that takes [`Operator`] answers only to whoever holds the operator token.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};

use crate::http::app::App;
use crate::http::bearer::bearer_token;
use crate::http::error::ApiError;

/// Proof that the request came with the operator token.
pub(crate) struct Operator;

impl FromRequestParts<Arc<App>> for Operator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let token = bearer_token(&parts.headers).ok_or(ApiError::NotOperator)?;
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        if same(&digest, &app.operator_token_sha256) {
            Ok(Operator)
        } else {
            Err(ApiError::NotOperator)
        }
    }
}

/// Compares digests without stopping at the first difference, so that the time taken tells nothing.
fn same(left: &[u8; 32], right: &[u8; 32]) -> bool {
    let difference = left
        .iter()
        .zip(right)
        .fold(0, |difference, (left, right)| difference | (left ^ right));
    std::hint::black_box(difference) == 0
}
