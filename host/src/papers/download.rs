//! Files on their way out, under a name in the reader's language.

use crate::files::percent_encoded;
use crate::http::list::LARGEST;
use crate::http::preferences::Preferences;
use crate::http::problem::wanted_locale;
use crate::http::texts::Locale;
use crate::http::{List, Paging};
use crate::papers::sheet::{Format, Head, Value, Writer};
use crate::{App, Refusal, Who};
use anyhow::Context;
use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::convert::Infallible;
use std::fs::File;
use tokio::io::AsyncReadExt;
use tokio::sync::{Semaphore, mpsc};

/// Files that the process makes at once: each keeps a processor busy.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// The language of who asks, at either door: what a page's reader chose, or what a program says it reads.
#[derive(Clone, Copy, Debug)]
pub struct Reader(pub Locale);

impl FromRequestParts<App> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Infallible> {
        Ok(Self(match parts.uri.path().starts_with("/api/") {
            true => wanted_locale(&parts.headers, parts.extensions.get::<Who>()),
            false => Preferences::from_headers(&parts.headers).locale,
        }))
    }
}

/// Runs what keeps a processor busy beside the other requests, at most two at a time.
pub async fn busy<T: Send + 'static>(work: impl FnOnce() -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
    let _permit = AT_ONCE.acquire().await.context("files are still made")?;
    tokio::task::spawn_blocking(work).await.context("a file was not finished")?
}

/// A file name that every system takes: `征集申报-2026-11-23.xlsx`.
pub fn file_name(parts: &[&str], ending: &str) -> String {
    let clean = |part: &&str| {
        let kept = part.chars().filter(|c| !c.is_control() && !"/\\:*?\"<>|".contains(*c));
        kept.take(60).collect::<String>().trim_matches(['.', ' ']).to_string()
    };
    let parts: Vec<String> = parts.iter().map(clean).filter(|part| !part.is_empty()).collect();
    format!("{}.{ending}", parts.join("-"))
}

/// The bytes as a download. The old `filename` is for clients that know no other.
pub fn download(name: &str, media_type: &'static str, body: impl Into<Body>) -> Response {
    let ending = name.rsplit_once('.').map_or("bin", |(_, ending)| ending);
    let disposition = format!("attachment; filename=\"twoway.{ending}\"; filename*=UTF-8''{}", percent_encoded(name));
    let mut response = body.into().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    response
}

/// A sheet of all rows that `page` gives, page by page, as a download. Only two pages are in memory at a time; the file is sent when it is
/// whole, so that nobody gets half of one.
///
/// Errors: `sheet-too-long`, and those of `page`.
pub async fn sheet<F, Fut>(name: &str, format: Format, head: Head, mut page: F) -> Result<Response, Refusal>
where
    F: FnMut(Paging) -> Fut,
    Fut: Future<Output = Result<List<Vec<Value>>, Refusal>>,
{
    let (to, mut from) = mpsc::channel::<Vec<Vec<Value>>>(1);
    let _permit = AT_ONCE.acquire().await.context("files are still made")?;
    let made = tokio::task::spawn_blocking(move || -> Result<File, Refusal> {
        let mut writer = Writer::open(format, &head)?;
        while let Some(rows) = from.blocking_recv() {
            for row in rows {
                writer.row(&row)?;
            }
        }
        Ok(writer.finish()?)
    });
    let mut cursor = None;
    loop {
        let list = page(Paging { cursor, limit: Some(LARGEST) }).await?;
        // Who cannot write any more says why when it is asked for the file.
        if to.send(list.items).await.is_err() || list.next.is_none() {
            break;
        }
        cursor = list.next;
    }
    drop(to);
    let file = made.await.context("a sheet was not finished")??;
    Ok(download(name, format.media_type(), streamed(file)))
}

/// All rows at once, where a page shows all of them at once.
pub async fn whole_sheet(name: &str, format: Format, head: Head, rows: Vec<Vec<Value>>) -> Result<Response, Refusal> {
    let file = busy(move || {
        let mut writer = Writer::open(format, &head)?;
        rows.iter().try_for_each(|row| writer.row(row))?;
        Ok(writer.finish()?)
    });
    Ok(download(name, format.media_type(), streamed(file.await?)))
}

fn streamed(file: File) -> Body {
    Body::from_stream(stream::try_unfold(tokio::fs::File::from_std(file), |mut file| async move {
        let mut chunk = vec![0; 1 << 16];
        let read = file.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(chunk), file)))
    }))
}
