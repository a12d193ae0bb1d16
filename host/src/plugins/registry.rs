use crate::http::texts::{Locale, Texts, json_values};
use crate::{App, Config, Refusal};
use anyhow::Context;
use sea_orm::EntityTrait;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};
use tokio::sync::Mutex;
use twoway_entity::plugins::plugin_package;
use twoway_manifest::{Description, Manifest};
use twoway_runtime::{Compiler, Plugin, Runtime, RuntimeConfig};

/// A plugin that is ready to decide, with its words.
pub struct Loaded {
    pub plugin: Arc<Plugin>,
    pub manifest: Manifest,
    pub texts: Texts,
}

impl Loaded {
    pub fn description(&self) -> &Description {
        self.plugin.description()
    }

    /// One of the plugin's sentences; the key where the plugin has no such text.
    pub fn say(&self, locale: Locale, key: &str, values: &Map<String, Value>) -> String {
        self.texts.get(locale, key, &json_values(values)).unwrap_or_else(|| key.to_string())
    }

    pub fn word(&self, locale: Locale, key: &str) -> String {
        self.say(locale, key, &Map::new())
    }
}

/// The plugins that this process has loaded. The database holds the packages, so that all hosts see the same ones; here they are
/// only kept warm. The engine and its threads start with the first plugin.
pub struct Registry {
    config: RuntimeConfig,
    runtime: OnceLock<Runtime>,
    loaded: Mutex<HashMap<String, Arc<Loaded>>>,
}

impl Registry {
    pub fn new(config: RuntimeConfig) -> Self {
        Self { config, runtime: OnceLock::new(), loaded: Mutex::default() }
    }

    /// With a runtime that others use too.
    pub fn sharing(config: RuntimeConfig, runtime: Runtime) -> Self {
        Self { config, runtime: runtime.into(), loaded: Mutex::default() }
    }

    /// Compiled code in `data/code`, compiled by this program when it is started as `<program> compile`.
    pub fn of_this_program(config: &Config) -> anyhow::Result<Self> {
        let compiler = Compiler::this_program().context("the running program cannot be found")?;
        Ok(Self::new(RuntimeConfig::new(config.data.join("code"), compiler)))
    }

    pub fn runtime(&self) -> Result<Runtime, Refusal> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime.clone());
        }
        let started = Runtime::new(self.config.clone()).context("the plugin engine cannot start")?;
        Ok(self.runtime.get_or_init(|| started).clone())
    }

    /// The plugin with this digest, loaded at the first asking. While one is compiled, others wait: compiling is rare and costly.
    ///
    /// Errors: [`Refusal::NotFound`] when there is no such package; internal when it no longer loads.
    pub async fn load(&self, app: &App, digest: &str) -> Result<Arc<Loaded>, Refusal> {
        let mut loaded = self.loaded.lock().await;
        if let Some(found) = loaded.get(digest) {
            return Ok(found.clone());
        }
        let row = plugin_package::Entity::find_by_id((app.tenant, digest.to_string())).one(app.db.read()).await?;
        let row = row.ok_or(Refusal::NotFound)?;
        let manifest: Manifest = serde_json::from_value(row.manifest)?;
        let texts = texts(&serde_json::from_value(row.texts)?);
        let (runtime, limits) = (self.runtime()?, manifest.clone());
        let plugin = tokio::task::spawn_blocking(move || runtime.load(&row.component, &limits))
            .await
            .map_err(|e| anyhow::anyhow!("loading a plugin was lost: {e}"))?
            .map_err(|e| anyhow::anyhow!("the plugin {digest} does not load: {e}"))?;
        let ready = Arc::new(Loaded { plugin, manifest, texts });
        loaded.insert(digest.to_string(), ready.clone());
        Ok(ready)
    }
}

/// The words of a package: locale → Fluent sources.
pub(super) fn texts(sources: &BTreeMap<String, Vec<String>>) -> Texts {
    let of = |locale: Locale| -> Vec<&str> {
        sources.get(locale.as_str()).into_iter().flatten().map(String::as_str).collect()
    };
    // The gate has refused packages whose texts cannot be read; what is left is shown as it is.
    Texts::new(&of(Locale::ZhCn), &of(Locale::En)).0
}
