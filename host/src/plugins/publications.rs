//! What a plugin published for everybody: one card for a record, while the project runs.

use super::model::Phase;
use super::site::Site;
use crate::http::list::{List, Paging};
use crate::http::panel::{NoNames, Panel};
use crate::http::texts::Locale;
use crate::{App, Refusal};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Map, Value};
use std::collections::HashMap;
use twoway_entity::plugins::{publication, record};
use twoway_ids::{Millis, Uuid};
use twoway_manifest::{Shown, ViewModel};

/// A card as everybody may see it: names of persons and ways to records are left out.
pub struct Card {
    /// The kind of its record.
    pub kind: String,
    pub view: ViewModel,
    pub published_at: Millis,
    pub until: Option<Millis>,
}

impl Card {
    /// The card drawn, under the name of its record's kind.
    pub fn panel(&self, site: &Site, locale: Locale) -> Panel {
        let plugin = site.loaded.manifest.title.get(locale.as_str()).to_string();
        Panel::new(locale, self.title(site, locale), plugin, &site.loaded.texts, &self.view, &NoNames)
    }

    pub fn title(&self, site: &Site, locale: Locale) -> String {
        site.loaded.word(locale, &format!("record-{}", self.kind))
    }

    /// The texts that it uses.
    pub fn words(&self, site: &Site, locale: Locale) -> Map<String, Value> {
        let keys = self.view.text_keys().into_iter();
        keys.map(|key| (key.clone(), site.loaded.word(locale, &key).into())).collect()
    }
}

/// A page of the cards that are neither withdrawn nor over, the newest first. A project that does not run shows none.
pub async fn cards(app: &App, site: &Site, paging: &Paging) -> Result<List<Card>, Refusal> {
    use publication::Column as C;
    let limit = paging.limit()?;
    let after = paging.after::<Millis>()?;
    if site.phase() != Phase::Running {
        return Ok(List { items: Vec::new(), next: None });
    }
    let mut found = publication::Entity::find()
        .filter(C::TenantId.eq(app.tenant))
        .filter(C::ProjectId.eq(site.project()))
        .filter(C::WithdrawnAt.is_null())
        .filter(Condition::any().add(C::Until.is_null()).add(C::Until.gt(app.now())));
    if let Some((at, target)) = after {
        let tie = Condition::all().add(C::PublishedAt.eq(at)).add(C::Target.lt(target.to_string()));
        found = found.filter(Condition::any().add(C::PublishedAt.lt(at)).add(tie));
    }
    let found = found.order_by_desc(C::PublishedAt).order_by_desc(C::Target).limit(limit + 1);
    let rows = found.all(app.db.read()).await?;
    let page = paging.list(rows, |row| (row.published_at, record_of(row).unwrap_or_default()))?;
    let kinds = kinds(app, site, page.items.iter().filter_map(record_of).collect()).await?;
    let card = |row: publication::Model| {
        let kind = kinds.get(&record_of(&row)?)?.clone();
        let view = ViewModel::parse(row.card).ok()?;
        Some(Card { kind, view: without_names(view), published_at: row.published_at, until: row.until })
    };
    Ok(List { items: page.items.into_iter().filter_map(card).collect(), next: page.next })
}

fn record_of(row: &publication::Model) -> Option<Uuid> {
    Uuid::parse_str(&row.target).ok()
}

async fn kinds(app: &App, site: &Site, ids: Vec<Uuid>) -> Result<HashMap<Uuid, String>, Refusal> {
    use record::Column as C;
    let kinds: Vec<(Uuid, String)> = record::Entity::find()
        .select_only()
        .columns([C::Id, C::Kind])
        .filter(C::TenantId.eq(app.tenant))
        .filter(C::ProjectId.eq(site.project()))
        .filter(C::Id.is_in(ids))
        .into_tuple()
        .all(app.db.read())
        .await?;
    Ok(kinds.into_iter().collect())
}

fn without_names(mut view: ViewModel) -> ViewModel {
    let facts = view.facts.iter_mut().map(|fact| &mut fact.value);
    let cells = view.tables.iter_mut().flat_map(|table| table.rows.iter_mut().flatten());
    for shown in facts.chain(cells) {
        if matches!(shown, Shown::Person(_) | Shown::Record(_)) {
            *shown = Shown::Nothing;
        }
    }
    view
}
