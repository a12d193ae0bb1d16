//! Files that belong to something: a proof, a scan, a photo. The bytes lie by their hash in `blobs` under the data folder. Whose they
//! are and who may see them is for the feature to say that owns the thing; it has routes of its own and calls [`send`] when it has
//! looked.

mod content;
mod documents;
mod upload;

pub use content::{ALLOWED, CheckedFile, check, folder, keep, kept, read};
pub use documents::{Owner, attach, detach, named, of};
pub use upload::{UploadForm, UploadedFile, percent_encoded, send, send_bytes};
