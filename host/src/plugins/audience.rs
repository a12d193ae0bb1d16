//! To whom a plugin speaks: pseudonyms and roles become accounts, in the host only.

use super::people::{MAX_MEMBERS, given_roles, member_by_pseudonym};
use super::site::Site;
use crate::Refusal;
use crate::http::texts::Locale;
use crate::lifecycle::Step;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap};
use twoway_entity::accounts::{Role, account, membership};
use twoway_entity::organizations::organization;
use twoway_entity::plugins::{project_member, record, sent_notice};
use twoway_ids::Uuid;

/// The page of a record, or of the place.
pub(super) fn link(project: Uuid, record: Option<&str>) -> String {
    match record {
        Some(record) => format!("/projects/{project}/place/records/{record}"),
        None => format!("/projects/{project}/place"),
    }
}

/// Everybody whom an audience names.
#[derive(Default)]
struct Named {
    accounts: BTreeSet<Uuid>,
    /// Names of guests: the project's lead is asked to tell them.
    guests: BTreeSet<String>,
}

/// Sends a notice once for its key, in each reader's language.
pub(super) async fn send(
    step: &Step,
    site: &Site,
    key: &str,
    audience: &str,
    (template, values): (&str, &Value),
    urgent: bool,
) -> Result<(), Refusal> {
    if !first_time(step, site, key).await? {
        return Ok(());
    }
    let named = named(step, site, audience).await?;
    let values = with_names(step, site, values).await?;
    let target = audience.strip_prefix("related:").and_then(|rest| rest.split_once('/')).map(|(id, _)| id);
    let link = link(site.project(), target);
    let locales = locales(step, &named.accounts).await?;
    for account in &named.accounts {
        let locale = locales.get(account).copied().unwrap_or_default();
        let content = json!({
            "plugin": site.loaded.manifest.title.get(locale.as_str()),
            "title": site.loaded.say(locale, &format!("notice-{template}-title"), &values),
            "text": site.loaded.say(locale, &format!("notice-{template}"), &values),
        });
        crate::notices::tell(step, *account, "notice-plugin", content, link.clone(), urgent).await?;
    }
    for guest in &named.guests {
        let text = site.loaded.say(Locale::default(), &format!("notice-{template}"), &values);
        let content = json!({"name": guest, "text": text, "project": site.row.title});
        for account in leads(step, site, &[]).await? {
            crate::notices::tell(step, account, "notice-plugin-guest", content.clone(), link.clone(), urgent).await?;
        }
    }
    Ok(())
}

async fn first_time(step: &Step, site: &Site, key: &str) -> Result<bool, Refusal> {
    use sent_notice::Column as C;
    let key: String = key.chars().take(200).collect();
    step.wrote(sent_notice::Entity, (site.project(), key.as_str()));
    let row = sent_notice::ActiveModel {
        tenant_id: Set(step.who().tenant),
        project_id: Set(site.project()),
        key: Set(key),
        at: Set(step.now()),
    };
    let added = sent_notice::Entity::insert(row)
        .on_conflict(OnConflict::columns([C::TenantId, C::ProjectId, C::Key]).do_nothing().to_owned())
        .exec_without_returning(step.tx())
        .await?;
    Ok(added == 1)
}

async fn named(step: &Step, site: &Site, audience: &str) -> Result<Named, Refusal> {
    if let Some(role) = audience.strip_prefix("role:") {
        return by_role(step, site, role).await;
    }
    let mut named = Named::default();
    for pseudonym in pseudonyms(step, site, audience).await? {
        match member_by_pseudonym(step.tx(), step.who().tenant, site.project(), &pseudonym).await? {
            Some(project_member::Model { account_id: Some(account), .. }) => {
                named.accounts.insert(account);
            }
            Some(guest) => {
                named.guests.insert(guest.name);
            }
            None => {}
        }
    }
    Ok(named)
}

/// `related:<record>/<field>` names the persons who stand in that field, sealed or not; everything else is a person.
async fn pseudonyms(step: &Step, site: &Site, audience: &str) -> Result<Vec<String>, Refusal> {
    let Some((id, key)) = audience.strip_prefix("related:").and_then(|rest| rest.split_once('/')) else {
        return Ok(vec![audience.to_string()]);
    };
    let Ok(id) = Uuid::parse_str(id) else { return Ok(Vec::new()) };
    let row = record::Entity::find_by_id((step.who().tenant, id)).one(step.tx()).await?;
    let Some(row) = row.filter(|r| r.project_id == site.project()) else { return Ok(Vec::new()) };
    let Some(field) = site.kind(&row.kind)?.fields.iter().find(|f| f.key == key) else { return Ok(Vec::new()) };
    Ok(match site.open(&row, field)? {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(list)) => list.iter().filter_map(|v| Some(v.as_str()?.to_string())).collect(),
        _ => Vec::new(),
    })
}

async fn by_role(step: &Step, site: &Site, role: &str) -> Result<Named, Refusal> {
    let mut named = Named::default();
    match role {
        "office" => named.accounts = holders(step, &[Role::LeadOffice], Over::Path(&site.row.path)).await?,
        "project-lead" => named.accounts = leads(step, site, &[]).await?,
        "sponsor" => {
            let roles = [Role::SponsorMember, Role::SponsorSignatory];
            named.accounts = holders(step, &roles, Over::Organizations(&site.sponsors)).await?;
        }
        _ => {
            for member in present(step, site).await? {
                if role != "participant" && !given_roles(&member).iter().any(|r| r == role) {
                    continue;
                }
                match member.account_id {
                    Some(account) => {
                        named.accounts.insert(account);
                    }
                    None => {
                        named.guests.insert(member.name);
                    }
                }
            }
        }
    }
    Ok(named)
}

/// The accounts that lead the project, and those that hold one of `also` over it.
pub(super) async fn leads(step: &Step, site: &Site, also: &[Role]) -> Result<BTreeSet<Uuid>, Refusal> {
    let mut accounts: BTreeSet<Uuid> = site.row.lead_id.into_iter().collect();
    if let Some(team) = site.row.team_id {
        accounts.extend(holders(step, &[Role::TeamLead], Over::Organizations(&[team])).await?);
    }
    if !also.is_empty() {
        accounts.extend(holders(step, also, Over::Path(&site.row.path)).await?);
    }
    Ok(accounts)
}

enum Over<'a> {
    /// At an organisation on the way from the root to this path.
    Path(&'a str),
    Organizations(&'a [Uuid]),
}

async fn holders(step: &Step, roles: &[Role], over: Over<'_>) -> Result<BTreeSet<Uuid>, Refusal> {
    use membership::Column as C;
    let tenant = step.who().tenant;
    let organizations: Vec<Uuid> = match over {
        Over::Organizations(ids) => ids.to_vec(),
        Over::Path(path) => {
            let mut above = vec!["/".to_string()];
            for part in path.split('/').filter(|p| !p.is_empty()) {
                above.push(format!("{}{part}/", above.last().map_or("/", String::as_str)));
            }
            organization::Entity::find()
                .filter(organization::Column::TenantId.eq(tenant))
                .filter(organization::Column::Path.is_in(above))
                .limit(50)
                .all(step.tx())
                .await?
                .into_iter()
                .map(|o| o.id)
                .collect()
        }
    };
    let held = membership::Entity::find()
        .filter(C::TenantId.eq(tenant))
        .filter(C::OrganizationId.is_in(organizations))
        .filter(C::Role.is_in(roles.iter().copied()))
        .filter(C::EndedAt.is_null())
        .limit(500)
        .all(step.tx())
        .await?;
    Ok(held.into_iter().map(|m| m.account_id).collect())
}

async fn present(step: &Step, site: &Site) -> Result<Vec<project_member::Model>, Refusal> {
    Ok(project_member::Entity::find()
        .filter(project_member::Column::TenantId.eq(step.who().tenant))
        .filter(project_member::Column::ProjectId.eq(site.project()))
        .filter(project_member::Column::EndedAt.is_null())
        .limit(MAX_MEMBERS)
        .all(step.tx())
        .await?)
}

/// Tells those who may be the second person of an action that it waits for one.
pub(super) async fn ask_second(step: &Step, site: &Site, action: &str, confirmation: Uuid) -> Result<(), Refusal> {
    let Some(described) = site.loaded.description().action(action) else { return Ok(()) };
    let mut accounts = BTreeSet::new();
    for role in &described.roles {
        accounts.append(&mut by_role(step, site, role).await?.accounts);
    }
    let me = step.who().account();
    let locales = locales(step, &accounts).await?;
    for account in accounts.into_iter().filter(|a| Some(*a) != me) {
        let locale = locales.get(&account).copied().unwrap_or_default();
        let values =
            json!({"project": site.row.title, "action": site.loaded.word(locale, &format!("action-{action}"))});
        let link = format!("/projects/{}/place/confirmations/{confirmation}", site.project());
        crate::notices::tell(step, account, "notice-plugin-confirm", values, link, true).await?;
    }
    Ok(())
}

/// The account behind a pseudonym; none for guests and strangers.
pub(super) async fn account_of(step: &Step, site: &Site, pseudonym: &str) -> Result<Option<Uuid>, Refusal> {
    let member = member_by_pseudonym(step.tx(), step.who().tenant, site.project(), pseudonym).await?;
    Ok(member.filter(|m| m.ended_at.is_none()).and_then(|m| m.account_id))
}

async fn locales(step: &Step, accounts: &BTreeSet<Uuid>) -> Result<HashMap<Uuid, Locale>, Refusal> {
    let found = account::Entity::find()
        .filter(account::Column::TenantId.eq(step.who().tenant))
        .filter(account::Column::Id.is_in(accounts.iter().copied()))
        .all(step.tx())
        .await?;
    Ok(found.into_iter().map(|a| (a.id, Locale::parse(&a.locale).unwrap_or_default())).collect())
}

/// Values in which pseudonyms have become names: the plugin never knew them, the reader does.
async fn with_names(step: &Step, site: &Site, values: &Value) -> Result<Map<String, Value>, Refusal> {
    let mut values = values.as_object().cloned().unwrap_or_default();
    for value in values.values_mut() {
        let Some(pseudonym) = value.as_str().filter(|text| text.starts_with("p-") && text.len() == 22) else {
            continue;
        };
        let Some(member) = member_by_pseudonym(step.tx(), step.who().tenant, site.project(), pseudonym).await? else {
            continue;
        };
        *value = name_of(step, &member).await?.into();
    }
    Ok(values)
}

async fn name_of(step: &Step, member: &project_member::Model) -> Result<String, Refusal> {
    let Some(account) = member.account_id else { return Ok(member.name.clone()) };
    let found = account::Entity::find_by_id((step.who().tenant, account)).one(step.tx()).await?;
    Ok(found.map_or_else(String::new, |a| a.name))
}
