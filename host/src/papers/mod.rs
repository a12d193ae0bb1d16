//! Papers: what leaves the house as a file. Spreadsheets of exactly what a page shows, spreadsheets that come in, and PDF.
//!
//! `sheet` and `pdf` make files of what they are given and may be called by every feature. The exports, imports and papers beside them
//! read all features and are read by none: a page leads to them by an address.

pub mod buttons;
mod documents;
mod download;
mod exports;
mod imports;
pub mod pdf;
pub mod sheet;

pub use download::Reader;

use crate::http::Routes;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Description;

/// What the parts say of their operations.
pub struct Doc;

impl OpenApi for Doc {
    fn openapi() -> Description {
        let mut all = exports::Doc::openapi();
        all.merge(documents::Doc::openapi());
        all.merge(imports::Doc::openapi());
        all
    }
}

pub fn routes(routes: Routes) -> Routes {
    imports::routes(documents::routes(exports::routes(routes)))
}
