//! All tests that need a whole host. One program, so that it is linked once; one module per feature.

mod accounts;
mod adoptions;
mod bad_input;
mod calls;
mod demo;
mod design;
mod housekeeping;
mod http;
mod journey;
mod killed;
mod limits;
mod mail;
mod objections;
mod office;
mod organizations;
mod people_in_browser;
mod plugins;
mod projects;
mod refusals;
mod reviews;
mod showcase;
mod start;
mod stock;
mod tampering;
mod tidy;
mod walk_in_browser;
