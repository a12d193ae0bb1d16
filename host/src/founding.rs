//! The beginning of a new platform: the lead office and the first person who may give roles to others.

use crate::accounts::{self, Registration};
use crate::lifecycle::Command;
use crate::organizations::{self, Grant};
use crate::{App, Refusal, Who};
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;

pub struct Founding {
    pub office: String,
    pub login: String,
    pub name: String,
    pub password: String,
}

/// Makes the lead office with its first clerk, who also administers the system. Refuses with `already-founded` afterwards.
pub async fn found(app: &App, founding: Founding) -> Result<Uuid, Refusal> {
    let office = organizations::found(app, &founding.office).await?;
    let registration = Registration {
        login: founding.login,
        name: founding.name,
        password: founding.password,
        locale: "zh-CN".to_string(),
    };
    let account = accounts::register(app, &Who::anyone(app.tenant), registration).await?;
    let who = app.system("founding");
    for role in [Role::LeadOffice, Role::SystemAdmin] {
        let grant = Grant { organization: office, account, role };
        organizations::grant(app, &who, &Command::default(), grant).await?;
    }
    Ok(office)
}

/// Whether this database has a lead office yet.
pub async fn is_founded(app: &App) -> Result<bool, Refusal> {
    organizations::is_founded(app.db.read(), &app.system("founding")).await
}
