use super::{address, naming, tone_of};
use crate::http::components::Tone;
use crate::http::page::Shell;
use crate::http::panel::{Names, NoNames, Panel};
use crate::plugins::hooks::{self, Shown};
use crate::plugins::records::{Reader, title};
use crate::plugins::site::Site;
use crate::plugins::view;
use crate::{App, Refusal, Who};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;
use std::sync::Arc;
use twoway_entity::plugins::record;
use twoway_ids::Uuid;
use twoway_manifest::{Shown as Value, ViewModel, Visibility};

/// For whom a page asks for the plugin's views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The project's public page: public views, without a name or a link.
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
