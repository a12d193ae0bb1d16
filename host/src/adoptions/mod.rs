//! Adoptions (认领): an enterprise takes on lines of a pooled proposal, from the first interest over the hold, the agreement and
//! its signatures to what is delivered. Money is paid by the sponsor to the named recipient and never touches the platform.

pub mod actions;
pub mod agreement;
mod api;
pub mod bars;
pub mod conditions;
pub mod diligence;
pub mod first_delivery;
pub mod fulfilment;
pub mod jobs;
pub mod known;
pub mod lists;
pub mod model;
pub mod notice;
mod pages;
pub mod partners;
pub mod plan;
pub mod proofs;
pub mod queries;
pub mod receipts;
pub mod rules;
pub mod scans;
pub mod sponsors;
mod state;
pub mod statement;
pub mod templates;
pub mod trades;
mod use_change;
pub mod versions;

pub use api::{Doc, routes};
pub use pages::announcement;
pub use partners::PartnerMachine;
pub use state::{
    AGREED, AdoptionEvent, AdoptionMachine, AdoptionState, DeliveryEvent, DeliveryMachine, DeliveryState, ENDED,
    HOLDING, RESERVED, RUNNING, STANDING, reserves,
};
pub use twoway_entity::adoptions::{Party, Side};
pub use use_change::{FROZEN, UseChangeMachine};
