use super::{address, naming, tone_of};
use crate::http::components::Tone;
use crate::http::page::Shell;
use crate::http::panel::{Names, NoNames, Panel};
use crate::plugins::hooks::{self, Shown};
use crate::plugins::records::{Reader, title};
use crate::plugins::site::Site;
use crate::plugins::view;
use crate::{App, Refusal, Who};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use std::sync::Arc;
use twoway_entity::plugins::{publication, record};
use twoway_ids::Uuid;
use twoway_manifest::{Shown as Value, ViewModel, Visibility};

/// For whom a page asks for the plugin's views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The project's public page: public views and published cards, without a name or a link.
    Public,
    /// Sponsors and staff, as far as each may see.
    Inside,
}

/// The views of the whole project that this reader may see, drawn. A view that fails leaves a mark in its place; a project without
/// a plugin has none.
pub async fn panels(
    app: &App,
    who: &Who,
    shell: &Shell,
    project: Uuid,
    audience: Audience,
) -> Result<Vec<Panel>, Refusal> {
    let Some(site) = Site::find(app, project).await? else { return Ok(Vec::new()) };
    let mut drawn = Vec::new();
    for described in site.loaded.description().views.iter().filter(|v| v.on.is_none()) {
        if audience == Audience::Public && described.visibility != Visibility::Public {
            continue;
        }
        let shown = view(app, who, project, &described.name, None).await;
        if let Some(panel) = draw(app, who, shell, &site, &described.name, shown, audience).await? {
            drawn.push(panel);
        }
    }
    if audience == Audience::Public {
        drawn.extend(cards(app, shell, &site).await?);
    }
    Ok(drawn)
}

/// The view of one record, where the plugin has one that this reader may see.
pub(super) async fn of_record(
    app: &App,
    who: &Who,
    shell: &Shell,
    reader: &Reader,
    row: &record::Model,
) -> Result<Vec<Panel>, Refusal> {
    let site = &reader.site;
    let mut drawn = Vec::new();
    for described in site.loaded.description().views.iter().filter(|v| v.on.as_deref() == Some(row.kind.as_str())) {
        let shown = view(app, who, site.project(), &described.name, Some(row.id)).await;
        drawn.extend(draw(app, who, shell, site, &described.name, shown, Audience::Inside).await?);
    }
    Ok(drawn)
}

async fn draw(
    app: &App,
    who: &Who,
    shell: &Shell,
    site: &Site,
    name: &str,
    shown: Result<Shown, Refusal>,
    audience: Audience,
) -> Result<Option<Panel>, Refusal> {
    let locale = shell.locale;
    let heading = site.loaded.word(locale, &format!("view-{name}"));
    let plugin = site.loaded.manifest.title.get(locale.as_str()).to_string();
    match shown {
        Ok(hooks::Shown { view, site }) => {
            let texts = &site.loaded.texts;
            Ok(Some(match audience {
                Audience::Public => Panel::new(locale, heading, plugin, texts, &view, &NoNames),
                Audience::Inside => {
                    let known = Known::of(app, who, site.clone(), &view).await?;
                    Panel::new(locale, heading, plugin, texts, &view, &known)
                }
            }))
        }
        Err(Refusal::NotFound) => Ok(None),
        Err(Refusal::PluginUnavailable { .. } | Refusal::PluginSaysNo { .. } | Refusal::Busy) => {
            Ok(Some(Panel::unavailable(heading, plugin)))
        }
        Err(other) => Err(other),
    }
}

/// What the plugin published and did not withdraw, newest first; at most 24.
async fn cards(app: &App, shell: &Shell, site: &Site) -> Result<Vec<Panel>, Refusal> {
    use publication::Column as C;
    let rows = publication::Entity::find()
        .filter(C::TenantId.eq(app.tenant))
        .filter(C::ProjectId.eq(site.project()))
        .filter(C::WithdrawnAt.is_null())
        .filter(Condition::any().add(C::Until.is_null()).add(C::Until.gt(app.now())))
        .order_by_desc(C::PublishedAt)
        .limit(24)
        .all(app.db.read())
        .await?;
    let locale = shell.locale;
    let plugin = site.loaded.manifest.title.get(locale.as_str());
    let kinds = kinds_of(app, site, rows.iter().filter_map(|r| Uuid::parse_str(&r.target).ok()).collect()).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let view = ViewModel::parse(row.card).ok()?;
            let kind = kinds.get(&row.target)?;
            let heading = site.loaded.word(locale, &format!("record-{kind}"));
            Some(Panel::new(locale, heading, plugin.to_string(), &site.loaded.texts, &view, &NoNames))
        })
        .collect())
}

async fn kinds_of(app: &App, site: &Site, ids: Vec<Uuid>) -> Result<HashMap<String, String>, Refusal> {
    let rows = rows(app, site, ids).await?;
    Ok(rows.into_iter().map(|r| (r.id.to_string(), r.kind)).collect())
}

async fn rows(app: &App, site: &Site, ids: Vec<Uuid>) -> Result<Vec<record::Model>, Refusal> {
    Ok(record::Entity::find()
        .filter(record::Column::TenantId.eq(app.tenant))
        .filter(record::Column::ProjectId.eq(site.project()))
        .filter(record::Column::Id.is_in(ids))
        .all(app.db.read())
        .await?)
}

/// Names of persons and titles of records, for a reader inside the project.
struct Known {
    site: Arc<Site>,
    people: HashMap<String, String>,
    records: HashMap<String, (String, String)>,
}

impl Known {
    async fn of(app: &App, who: &Who, site: Arc<Site>, view: &ViewModel) -> Result<Self, Refusal> {
        let Some(insider) = crate::plugins::insider(app, &site, who).await? else {
            return Ok(Self { site, people: HashMap::new(), records: HashMap::new() });
        };
        let people = naming::people(app, who, &insider, site.project()).await?;
        let reader = Reader { site: site.clone(), insider };
        let mut records = HashMap::new();
        for row in rows(app, &site, named(view)).await? {
            if reader.sees_all(site.kind(&row.kind)?) {
                let href = address(site.project(), &format!("/records/{}", row.id));
                records.insert(row.id.to_string(), (title(&row), href));
            }
        }
        Ok(Self { site, people, records })
    }
}

fn named(view: &ViewModel) -> Vec<Uuid> {
    let cells = view.tables.iter().flat_map(|t| t.rows.iter().flatten());
    view.facts
        .iter()
        .map(|f| &f.value)
        .chain(cells)
        .filter_map(|shown| match shown {
            Value::Record(id) => Uuid::parse_str(id).ok(),
            _ => None,
        })
        .collect()
}

impl Names for Known {
    fn person(&self, pseudonym: &str) -> Option<String> {
        self.people.get(pseudonym).cloned()
    }

    fn record(&self, id: &str) -> Option<(String, String)> {
        self.records.get(id).cloned()
    }

    fn state_tone(&self, kind: &str, state: &str) -> Tone {
        tone_of(&self.site, kind, state)
    }
}
