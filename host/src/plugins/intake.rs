//! How a package comes in: from the host's plugins folder at the start, or from an upload. The gate checks it, the child process
//! compiles it, and the database keeps it for all hosts.

use crate::lifecycle::{Command, Step};
use crate::refusal::stale_if_taken;
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use twoway_entity::accounts::Role;
use twoway_entity::plugins::{Trust, plugin_package};
use twoway_runtime::{Files, Package, digest, inspect, read_twk};

/// The largest file that may be uploaded: a component and its papers.
pub const MAX_PACKAGE: usize = 8 << 20;

/// Why a file did not come in: for a person of the office, with the gate's own words for the author.
#[derive(Debug)]
pub enum NotTaken {
    /// The gate's words.
    Gate(String),
    Other(Refusal),
}

impl From<Refusal> for NotTaken {
    fn from(refusal: Refusal) -> Self {
        Self::Other(refusal)
    }
}

impl From<NotTaken> for Refusal {
    fn from(problem: NotTaken) -> Self {
        match problem {
            NotTaken::Gate(words) => Refusal::rule("plugin-not-accepted").with("problem", words),
            NotTaken::Other(refusal) => refusal,
        }
    }
}

/// A checked and compiled package, ready to be stored.
struct Checked {
    package: Package,
    sources: BTreeMap<String, Vec<String>>,
}

/// Takes an uploaded `.twk` file. The same package twice is no error. Returns its digest.
///
/// Errors: `plugin-not-accepted` with the gate's words; [`Refusal::NotAllowed`] for all but the system's and the lead office's people.
pub async fn upload(app: &App, who: &Who, command: &Command, file: Vec<u8>) -> Result<String, Refusal> {
    if !who.holds(&[Role::SystemAdmin, Role::LeadOffice]) {
        return Err(Refusal::NotAllowed);
    }
    if file.len() > MAX_PACKAGE {
        return Err(Refusal::TooLarge { limit: MAX_PACKAGE });
    }
    let checked = check(app, file).await?;
    store(app, who, command, checked, "upload").await
}

/// Takes all `.twk` files of the host's plugins folder. One that is not accepted is logged and passed over: a host starts without it.
pub async fn take_bundled(app: &App) -> Result<usize, Refusal> {
    let folder = app.config.plugins.clone();
    let files = tokio::task::spawn_blocking(move || listed(&folder)).await.map_err(|e| anyhow::anyhow!("{e}"))?;
    let mut taken = 0;
    for path in files {
        let read = tokio::fs::read(&path).await.map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))?;
        match check(app, read).await {
            Ok(checked) => {
                store(app, &app.system("plugins.bundled"), &Command::default(), checked, "folder").await?;
                taken += 1;
            }
            Err(NotTaken::Gate(problem)) => {
                tracing::error!(file = %path.display(), problem, "a bundled plugin is not accepted");
            }
            Err(NotTaken::Other(refusal)) => return Err(refusal),
        }
    }
    Ok(taken)
}

fn listed(folder: &std::path::Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "twk"))
        .collect();
    files.sort();
    files
}

async fn check(app: &App, file: Vec<u8>) -> Result<Checked, NotTaken> {
    let runtime = app.plugins.runtime()?;
    let gate = |error: &dyn std::fmt::Display| NotTaken::Gate(error.to_string());
    let checking = tokio::task::spawn_blocking(move || {
        let files = read_twk(&file).map_err(|e| gate(&e))?;
        let sources = sources(&files);
        let package = Package::from_files(files, &[]).map_err(|e| gate(&e))?;
        let inspection = inspect(&package.component).map_err(|e| gate(&e))?;
        inspection.fits(&package.manifest).map_err(|e| gate(&e))?;
        inspection.offers(&package.description).map_err(|e| gate(&e))?;
        if matches!(package.trust, twoway_runtime::Trust::Modified) {
            return Err(NotTaken::Gate("the files are not those that were listed or signed".to_string()));
        }
        runtime.load_package(&package).map_err(|e| gate(&e))?;
        Ok(Checked { package, sources })
    });
    checking.await.map_err(|e| Refusal::from(anyhow::anyhow!("checking a package was lost: {e}")))?
}

fn sources(files: &Files) -> BTreeMap<String, Vec<String>> {
    let mut sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, content) in files {
        let locale = name.strip_prefix("locales/").and_then(|n| n.strip_suffix(".ftl"));
        if let (Some(locale), Ok(text)) = (locale, std::str::from_utf8(content)) {
            sources.entry(locale.to_string()).or_default().push(text.to_string());
        }
    }
    sources
}

async fn store(
    app: &App,
    who: &Who,
    command: &Command,
    checked: Checked,
    source: &'static str,
) -> Result<String, Refusal> {
    let package_digest = checked.package.digest.clone();
    let known = plugin_package::Entity::find_by_id((app.tenant, package_digest.clone())).count(app.db.read()).await?;
    if known > 0 {
        return Ok(package_digest);
    }
    let row = row(app, who, checked, source)?;
    let stored = app.act(who, command, move |step| async move { insert(&step, row).await }).await;
    match stored {
        // Another host took it in the same moment.
        Err(Refusal::Stale) => Ok(package_digest),
        other => other,
    }
}

fn row(app: &App, who: &Who, checked: Checked, source: &str) -> Result<plugin_package::ActiveModel, Refusal> {
    let Checked { package, sources } = checked;
    let trust = match package.trust {
        twoway_runtime::Trust::Signed { .. } => Trust::Trusted,
        _ if source == "folder" => Trust::Bundled,
        twoway_runtime::Trust::UnknownKey { .. } => Trust::UnknownKey,
        twoway_runtime::Trust::Modified | twoway_runtime::Trust::Unsigned => Trust::Unsigned,
    };
    Ok(plugin_package::ActiveModel {
        tenant_id: Set(app.tenant),
        digest: Set(package.digest),
        plugin_id: Set(package.manifest.id.clone()),
        plugin_version: Set(package.manifest.version.to_string()),
        trust: Set(trust),
        manifest: Set(serde_json::to_value(&package.manifest)?),
        description: Set(serde_json::to_value(&package.description)?),
        texts: Set(serde_json::to_value(sources)?),
        component_digest: Set(digest(&package.component)),
        component: Set(package.component),
        readme: Set(package.readme),
        changelog: Set(package.changelog.unwrap_or_default()),
        source: Set(source.to_string()),
        added_by: Set(who.account()),
        added_at: Set(app.now()),
        withdrawn_at: Set(None),
    })
}

async fn insert(step: &Step, row: plugin_package::ActiveModel) -> Result<String, Refusal> {
    let stored = row.insert(step.tx()).await.map_err(stale_if_taken)?;
    let payload = json!({
        "plugin": stored.plugin_id, "version": stored.plugin_version, "digest": stored.digest, "trust": stored.trust,
        "source": stored.source,
    });
    step.wrote(plugin_package::Entity, stored.digest.as_str());
    // The catalogue as a whole is one stream: packages have no id of their own.
    step.record("plugin-catalogue", step.who().tenant, "added", payload);
    Ok(stored.digest)
}

/// Takes a package out of the offer, or puts it back. Projects that run it go on.
pub async fn set_offered(app: &App, who: &Who, command: &Command, digest: &str, offered: bool) -> Result<(), Refusal> {
    if !who.holds(&[Role::SystemAdmin, Role::LeadOffice]) {
        return Err(Refusal::NotAllowed);
    }
    let digest = digest.to_string();
    app.act(who, command, move |step| async move {
        use plugin_package::Column as C;
        let at = (!offered).then_some(step.now());
        let changed = plugin_package::Entity::update_many()
            .col_expr(C::WithdrawnAt, Expr::value(at))
            .filter(C::TenantId.eq(step.who().tenant))
            .filter(C::Digest.eq(&digest))
            .exec(step.tx())
            .await?;
        if changed.rows_affected == 0 {
            return Err(Refusal::NotFound);
        }
        step.wrote(plugin_package::Entity, digest.as_str());
        let name = if offered { "offered" } else { "withdrawn" };
        step.record("plugin-catalogue", step.who().tenant, name, json!({ "digest": digest }));
        Ok(())
    })
    .await
}
