use anyhow::Context;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The settings of one host. Order: these defaults, then `twoway.toml` in the working folder, then `TWOWAY_…` variables.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address and port of the site.
    pub listen: String,
    /// Address and port of `/metrics`; empty: not served. Never the public address.
    pub metrics_listen: String,
    /// How the site is reached from outside; `https://` switches cookies to `Secure`.
    pub public_url: String,
    /// Database, keys, attachments and compiled plugins live here.
    pub data: PathBuf,
    /// `postgres://…`; empty: SQLite in `data`.
    pub database_url: String,
    /// Folder with `.twk` packages that are offered to the office.
    pub plugins: PathBuf,
    /// Minutes east of UTC for all local dates.
    pub utc_offset_minutes: i32,
    /// Largest attachment, in bytes.
    pub attachment_limit: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".into(),
            metrics_listen: String::new(),
            public_url: "http://127.0.0.1:8080".into(),
            data: "data".into(),
            database_url: String::new(),
            plugins: "target/plugins".into(),
            utc_offset_minutes: 480,
            attachment_limit: 10 << 20,
        }
    }
}

impl Config {
    /// Reads the settings. An unknown name or a wrong type is an error that names it.
    pub fn load() -> anyhow::Result<Self> {
        Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file("twoway.toml"))
            .merge(Env::prefixed("TWOWAY_").ignore(&["log"]))
            .extract()
            .context("the settings cannot be read (twoway.toml or a TWOWAY_ variable)")
    }

    pub fn database(&self) -> String {
        if self.database_url.is_empty() {
            format!("sqlite:{}", self.data.join("twoway.db").display())
        } else {
            self.database_url.clone()
        }
    }

    /// The settings in force as TOML, the database's password left out.
    pub fn print(&self) -> anyhow::Result<String> {
        let mut shown = self.clone();
        if let Some((scheme, rest)) = self.database_url.split_once("://")
            && let Some((user, place)) = rest.rsplit_once('@')
        {
            let name = user.split(':').next().unwrap_or_default();
            shown.database_url = format!("{scheme}://{name}:…@{place}");
        }
        Ok(toml::to_string(&shown)?)
    }

    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_password_is_not_printed() {
        let url = "postgres://twoway:se@cret@db.example/twoway".to_string();
        let printed = Config { database_url: url, ..Config::default() }.print().expect("printed");
        assert!(printed.contains("postgres://twoway:…@db.example/twoway"), "{printed}");
        assert!(!printed.contains("cret"), "{printed}");
    }
}
