//! The embedded files under `/static`. A file is addressed with its content hash (`?v=…`) and may then be kept for ever; without
//! the hash it is asked for again each time. Text files are compressed once, at their first use.

use super::components::Markup;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use flate2::{Compression, write::GzEncoder};
use include_dir::{Dir, DirEntry, include_dir};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{LazyLock, OnceLock};

static STATIC: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/web/static");
static FILES: LazyLock<BTreeMap<&'static str, Asset>> = LazyLock::new(|| {
    let mut files = BTreeMap::new();
    collect(&STATIC, &mut files);
    files
});

struct Asset {
    bytes: &'static [u8],
    content_type: &'static str,
    /// The first 16 hex digits of the SHA-256.
    hash: String,
    gzip: OnceLock<Option<Vec<u8>>>,
}

fn collect(dir: &'static Dir<'static>, files: &mut BTreeMap<&'static str, Asset>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(dir) => collect(dir, files),
            DirEntry::File(file) => {
                let (Some(name), Some(content_type)) = (file.path().to_str(), content_type(file.path())) else {
                    continue;
                };
                let digest = Sha256::digest(file.contents());
                let hash = hex::encode(&digest[..8]);
                files.insert(name, Asset { bytes: file.contents(), content_type, hash, gzip: OnceLock::new() });
            }
        }
    }
}

/// Files of other kinds (notes about their origin) are not served.
fn content_type(path: &std::path::Path) -> Option<&'static str> {
    Some(match path.extension()?.to_str()? {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    })
}

impl Asset {
    fn gzip(&self) -> Option<&[u8]> {
        self.gzip
            .get_or_init(|| {
                if self.content_type == "image/png" {
                    return None;
                }
                let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
                encoder.write_all(self.bytes).ok()?;
                encoder.finish().ok()
            })
            .as_deref()
    }
}

/// The address of an embedded file; one that does not exist gets an address that answers 404.
pub fn url(name: &str) -> String {
    match FILES.get(name) {
        Some(asset) => format!("/static/{name}?v={}", asset.hash),
        None => format!("/static/{name}"),
    }
}

/// An icon of the sprite `icons.svg`. The names are those of the files that `web/static/VENDORED.md` lists.
pub fn icon(name: &str) -> Markup {
    static SPRITE: LazyLock<String> = LazyLock::new(|| url("icons.svg"));
    Markup::trusted(format!(
        r##"<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{name}"/></svg>"##,
        *SPRITE
    ))
}

/// `GET /static/{*path}`
pub async fn serve(Path(path): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    let Some(asset) = FILES.get(path.as_str()) else { return StatusCode::NOT_FOUND.into_response() };
    let etag = format!("\"{}\"", asset.hash);
    let addressed_by_hash = uri.query().and_then(|q| q.strip_prefix("v=")) == Some(asset.hash.as_str());
    let caching = if addressed_by_hash { "public, max-age=31536000, immutable" } else { "no-cache" };
    let common = [
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::ETAG, HeaderValue::from_str(&etag).unwrap_or(HeaderValue::from_static("\"\""))),
    ];
    let is = |name, wanted: &str| headers.get(name).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains(wanted));
    if is(header::IF_NONE_MATCH, &etag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type))];
    match asset.gzip().filter(|_| is(header::ACCEPT_ENCODING, "gzip")) {
        Some(gzip) => {
            (common, content_type, [(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))], gzip.to_vec())
                .into_response()
        }
        None => (common, content_type, asset.bytes).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_visit_stays_under_150_kilobytes() {
        let total: usize = FILES.values().map(|a| a.gzip().map_or(a.bytes.len(), <[u8]>::len)).sum();
        assert!(total > 10_000, "the files are embedded");
        assert!(total <= 150_000, "all embedded files together weigh {total} bytes compressed");
    }

    #[test]
    fn every_icon_that_is_drawn_is_in_the_sprite() {
        let sprite = std::str::from_utf8(FILES["icons.svg"].bytes).expect("text");
        let mut missing = Vec::new();
        for (file, source) in super::super::texts::tests::sources() {
            for call in ["icon(\"", "icon: \""] {
                for part in source.split(call).skip(1) {
                    let name = part.split('"').next().unwrap_or_default();
                    if !name.contains('{') && !sprite.contains(&format!("id=\"{name}\"")) {
                        missing.push(format!("{file}: {name}"));
                    }
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[tokio::test]
    async fn an_embedded_file_is_kept_for_ever_by_its_hash_only() {
        let ask = |uri: String| async move {
            let path = uri.split('?').next().unwrap_or_default().trim_start_matches("/static/").to_string();
            serve(Path(path), uri.parse().expect("an address"), HeaderMap::new()).await
        };
        let by_hash = ask(url("twoway.css")).await;
        assert_eq!(by_hash.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        let by_name = ask("/static/twoway.css".into()).await;
        assert_eq!(by_name.headers()[header::CACHE_CONTROL], "no-cache");
        assert_eq!(ask("/static/VENDORED.md".into()).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(ask("/static/../Cargo.toml".into()).await.status(), StatusCode::NOT_FOUND);
    }
}
