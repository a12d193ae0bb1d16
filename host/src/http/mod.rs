//! The edge between HTTP and the product.

pub mod assets;
pub mod components;
pub mod form_view;
pub mod gallery;
pub mod page;
pub mod panel;
pub mod preferences;
pub mod texts;
