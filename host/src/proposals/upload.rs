//! Files on their way in and out over HTTP.

use super::files;
use super::queries::{Sight, files_of, find_visible};
use crate::{App, Refusal, Who};
use axum::extract::Multipart;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fmt::Write;
use twoway_ids::Uuid;

/// What an upload form held.
pub struct Upload {
    /// As the client named it; not yet checked.
    pub name: String,
    pub bytes: Vec<u8>,
    /// The hash that the client computed.
    pub sha256: Option<String>,
    /// `_version` of a page's form.
    pub version: Option<i32>,
}

/// Reads an upload form and stops as soon as the file is larger than `limit`.
pub async fn read(mut form: Multipart, limit: usize) -> Result<Upload, Refusal> {
    let unreadable = |error: axum::extract::multipart::MultipartError| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Refusal::TooLarge { limit }
        } else {
            Refusal::BadRequest("the multipart form cannot be read".into())
        }
    };
    let (mut file, mut sha256, mut version) = (None, None, None);
    while let Some(mut part) = form.next_field().await.map_err(unreadable)? {
        match part.name().unwrap_or_default() {
            "file" if file.is_none() => {
                let name = part.file_name().unwrap_or_default().to_string();
                let mut bytes = Vec::new();
                while let Some(chunk) = part.chunk().await.map_err(unreadable)? {
                    if bytes.len() + chunk.len() > limit {
                        return Err(Refusal::TooLarge { limit });
                    }
                    bytes.extend_from_slice(&chunk);
                }
                file = Some((name, bytes));
            }
            "sha256" => sha256 = Some(part.text().await.map_err(unreadable)?),
            "_version" => version = part.text().await.map_err(unreadable)?.trim().parse().ok(),
            // What a page's form says of itself: which button was pressed.
            own if own.starts_with('_') => {}
            other => {
                let field = other.to_string();
                return Err(Refusal::field(&field, twoway_manifest::FieldProblem::Unknown));
            }
        }
    }
    let (name, bytes) = file.ok_or_else(|| Refusal::field("file", twoway_manifest::FieldProblem::Missing))?;
    Ok(Upload { name, bytes, sha256: sha256.filter(|s| !s.trim().is_empty()), version })
}

/// A file as a download: never shown inside the site, never guessed at by the browser.
pub async fn send(app: &App, who: &Who, proposal: Uuid, file: Uuid) -> Result<Response, Refusal> {
    let seen = find_visible(app.db.read(), who, proposal).await?;
    if seen.sight < Sight::Review {
        return Err(Refusal::NotFound);
    }
    let files = files_of(app.db.read(), who.tenant, proposal).await?;
    let file = files.into_iter().find(|f| f.id == file).ok_or(Refusal::NotFound)?;
    let bytes = files::read(app, &file.sha256).await?;
    let disposition = format!("attachment; filename*=UTF-8''{}", percent_encoded(&file.name));
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let plain =
        |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, plain(&file.media_type));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")),
    );
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// RFC 8187: everything but letters and digits as `%XX`.
fn percent_encoded(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
