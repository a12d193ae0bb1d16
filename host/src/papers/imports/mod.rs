//! Spreadsheets that come in. What somebody uploads is read, every row is checked by the rules of the form that it stands for, and nothing
//! is written until the same person has seen what would be; then all of it in one transaction, or none. An upload that nobody confirms is
//! deleted after a day.

pub mod actions;
mod api;
mod check;
mod fields;
mod pages;
mod parse;

pub use api::{Doc, routes};
