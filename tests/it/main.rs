//! All tests that need a whole host. One program, so that it is linked once; one module per feature.

mod accounts;
mod calls;
mod demo;
mod http;
mod organizations;
mod plugins;
mod tidy;
