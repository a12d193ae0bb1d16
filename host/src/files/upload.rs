//! Files on their way in and out over HTTP.

use super::content::{self, CheckedFile};
use crate::http::input::Form;
use crate::{App, Refusal};
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fmt::Write;
use twoway_manifest::FieldProblem;

/// Files in one form.
const MOST_FILES: usize = 10;
/// Bytes of all text fields together.
const MOST_TEXT: usize = 1 << 20;

/// A posted upload form: its text fields as of any other form, and its files.
pub struct UploadForm {
    pub form: Form,
    files: Vec<UploadedFile>,
}

/// A file as the client sent it; nothing is checked but its size.
pub struct UploadedFile {
    pub field: String,
    pub name: String,
    pub bytes: Vec<u8>,
}

impl UploadForm {
    /// Reads the form and stops as soon as a file is larger than `limit`, or the files are too many.
    ///
    /// Errors: [`Refusal::TooLarge`], `too-many-files`, [`Refusal::BadRequest`].
    pub async fn read(mut parts: Multipart, limit: usize) -> Result<Self, Refusal> {
        let (mut pairs, mut files, mut text_bytes) = (Vec::new(), Vec::new(), 0);
        while let Some(mut part) = parts.next_field().await.map_err(|e| unreadable(&e, limit))? {
            let field = part.name().unwrap_or_default().to_string();
            if let Some(name) = part.file_name().map(str::to_string) {
                let bytes = read_part(&mut part, limit, limit).await?;
                // A browser sends an empty file where none was chosen.
                if name.is_empty() && bytes.is_empty() {
                    continue;
                }
                if files.len() == MOST_FILES {
                    return Err(Refusal::rule("too-many-files").with("most", MOST_FILES));
                }
                files.push(UploadedFile { field, name, bytes });
            } else {
                let bytes = read_part(&mut part, MOST_TEXT - text_bytes, MOST_TEXT).await?;
                text_bytes += bytes.len();
                let text = String::from_utf8(bytes)
                    .map_err(|_| Refusal::BadRequest("a field of the form is not UTF-8".into()))?;
                pairs.push((field, text));
            }
        }
        Ok(Self { form: Form(pairs), files })
    }

    /// Takes the file of this field out of the form and checks it; none where none was chosen.
    ///
    /// Errors: those of [`content::check`].
    pub fn file(&mut self, field: &str, limit: usize) -> Result<Option<CheckedFile>, Refusal> {
        let Some(at) = self.files.iter().position(|f| f.field == field) else { return Ok(None) };
        let file = self.files.remove(at);
        content::check(&file.name, file.bytes, limit, None).map(Some)
    }

    /// All files of this field, checked, in the order in which they were chosen.
    pub fn files(&mut self, field: &str, limit: usize) -> Result<Vec<CheckedFile>, Refusal> {
        let mut checked = Vec::new();
        while let Some(file) = self.file(field, limit)? {
            checked.push(file);
        }
        Ok(checked)
    }

    /// The file of this field as it came.
    ///
    /// Errors: the field is missing.
    pub fn required(&mut self, field: &str) -> Result<UploadedFile, Refusal> {
        let at = self.files.iter().position(|f| f.field == field);
        at.map(|at| self.files.remove(at)).ok_or_else(|| Refusal::field(field, FieldProblem::Missing))
    }

    /// Refuses what nobody asked for: text fields outside of `fields`, and files that were not taken. What a page's form says of
    /// itself, which begins with an underscore, may stay.
    pub fn nothing_else(&self, fields: &[&str]) -> Result<(), Refusal> {
        let texts = self.form.0.iter().map(|(name, _)| name.as_str());
        let unasked = texts.filter(|name| !name.starts_with('_') && !fields.contains(name));
        match unasked.chain(self.files.iter().map(|f| f.field.as_str())).next() {
            Some(name) => Err(Refusal::field(name, FieldProblem::Unknown)),
            None => Ok(()),
        }
    }
}

fn unreadable(error: &MultipartError, limit: usize) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Refusal::TooLarge { limit }
    } else {
        Refusal::BadRequest("the multipart form cannot be read".into())
    }
}

/// `left`: bytes that may still come; `limit`: what the refusal says.
async fn read_part(part: &mut Field<'_>, left: usize, limit: usize) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(|e| unreadable(&e, limit))? {
        if bytes.len() + chunk.len() > left {
            return Err(Refusal::TooLarge { limit });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// A kept file as a download: never shown as a page of the site, never guessed at by the browser. The caller has made sure that it may be
/// seen.
pub async fn send(app: &App, name: &str, media_type: &str, sha256: &str) -> Result<Response, Refusal> {
    Ok(send_bytes(name, media_type, content::read(app, sha256).await?))
}

/// The same with bytes that the caller has read, because they are kept under seal.
pub fn send_bytes(name: &str, media_type: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename*=UTF-8''{}", percent_encoded(name));
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let plain =
        |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, plain(media_type));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")),
    );
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// RFC 8187: everything but letters and digits as `%XX`.
pub fn percent_encoded(name: &str) -> String {
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
