use anyhow::Context;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use ipnet::IpNet;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

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
    /// Proxies in front of the host whose `X-Forwarded-For` is believed: addresses or networks (`10.0.0.0/8`).
    #[serde(deserialize_with = "list_or_words")]
    pub trusted_proxies: Vec<Network>,
    /// `postgres://…`; empty: SQLite in `data`.
    pub database_url: String,
    /// Folder with `.twk` packages that are offered to the office.
    pub plugins: PathBuf,
    /// Minutes east of UTC for all local dates.
    pub utc_offset_minutes: i32,
    /// Largest attachment, in bytes.
    pub attachment_limit: usize,
    /// How mail leaves the host.
    pub mail: MailBy,
    /// The sender of all mail: `Twoway <twoway@example.org>`.
    pub mail_from: String,
    pub smtp_host: String,
    pub smtp_port: u16,
    pub smtp_security: SmtpSecurity,
    /// Empty: the server takes mail without a sign-in.
    pub smtp_user: String,
    pub smtp_password: String,
    /// Font files for characters of papers that the font in the binary lacks, in their order.
    pub fonts: Vec<PathBuf>,
}

/// How mail leaves the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailBy {
    /// As files in `data/mail`.
    File,
    Smtp,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpSecurity {
    /// TLS from the first byte (port 465).
    Tls,
    /// Plain at first, then TLS; without it nothing is sent (port 587).
    Starttls,
    /// Only for a server on the same machine.
    None,
}

/// An address, or all addresses of a network. Written `192.0.2.7` or `192.0.2.0/24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network(IpNet);

impl Network {
    fn of(address: IpAddr) -> Self {
        Self(address.into())
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network
            .map(Self)
            .map_err(|_| format!("'{text}' is neither an address (192.0.2.7) nor a network (192.0.2.0/24)"))
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        if network.0.prefix_len() == network.0.max_prefix_len() {
            network.0.addr().to_string()
        } else {
            network.0.to_string()
        }
    }
}

/// A list in `twoway.toml`; in an environment variable also words with commas between them.
fn list_or_words<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Network>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        List(Vec<String>),
        Words(String),
    }
    let words = match Given::deserialize(from)? {
        Given::List(list) => list,
        Given::Words(words) => words.split(',').filter(|w| !w.trim().is_empty()).map(str::to_string).collect(),
    };
    words.iter().map(|word| word.parse().map_err(D::Error::custom)).collect()
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".into(),
            metrics_listen: String::new(),
            public_url: "http://127.0.0.1:8080".into(),
            // A proxy on the same machine.
            trusted_proxies: vec![
                Network::of(IpAddr::from([127, 0, 0, 1])),
                Network::of(std::net::Ipv6Addr::LOCALHOST.into()),
            ],
            data: "data".into(),
            database_url: String::new(),
            plugins: "target/plugins".into(),
            utc_offset_minutes: 480,
            attachment_limit: 10 << 20,
            mail: MailBy::File,
            mail_from: "Twoway <twoway@localhost.localdomain>".into(),
            smtp_host: "127.0.0.1".into(),
            smtp_port: 587,
            smtp_security: SmtpSecurity::Starttls,
            smtp_user: String::new(),
            smtp_password: String::new(),
            // Debian's package fonts-noto-cjk.
            fonts: vec!["/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc".into()],
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

    /// The settings in force as TOML, passwords left out.
    pub fn print(&self) -> anyhow::Result<String> {
        let mut shown = self.clone();
        if let Some((scheme, rest)) = self.database_url.split_once("://")
            && let Some((user, place)) = rest.rsplit_once('@')
        {
            let name = user.split(':').next().unwrap_or_default();
            shown.database_url = format!("{scheme}://{name}:…@{place}");
        }
        // The driver also takes the password as a parameter of the address.
        if let Some((place, parameters)) = shown.database_url.clone().split_once('?') {
            let hidden = parameters.split('&').map(|parameter| match parameter.split_once('=') {
                Some((name, _)) if name.eq_ignore_ascii_case("password") => format!("{name}=…"),
                _ => parameter.to_string(),
            });
            shown.database_url = format!("{place}?{}", hidden.collect::<Vec<_>>().join("&"));
        }
        if !shown.smtp_password.is_empty() {
            shown.smtp_password = "…".into();
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
    fn proxies_are_addresses_and_networks() {
        let read = |toml: &str| {
            let given = Figment::from(Serialized::defaults(Config::default())).merge(Toml::string(toml));
            given.extract::<Config>().map_err(|error| error.to_string())
        };
        let config = read("trusted_proxies = [\"10.0.0.0/8\", \"::1\"]").expect("read");
        let contains = |address: &str| config.trusted_proxies.iter().any(|n| n.contains(address.parse().expect("one")));
        assert!(contains("10.1.2.3") && contains("::1") && !contains("127.0.0.1"));
        assert!(read("trusted_proxies = \"10.0.0.1, 10.0.0.2\"").is_ok_and(|c| c.trusted_proxies.len() == 2));
        assert!(read("trusted_proxies = []").is_ok_and(|c| c.trusted_proxies.is_empty()));
        let problem = read("trusted_proxies = [\"proxy.example\"]").expect_err("refused");
        assert!(problem.contains("'proxy.example' is neither an address"), "{problem}");
        let printed = Config::default().print().expect("printed");
        assert!(printed.contains("trusted_proxies = [\"127.0.0.1\", \"::1\"]"), "{printed}");
    }

    #[test]
    fn passwords_are_not_printed() {
        let url = "postgres://twoway:se@cret@db.example/twoway".to_string();
        let printed = Config { database_url: url, ..Config::default() }.print().expect("printed");
        assert!(printed.contains("postgres://twoway:…@db.example/twoway"), "{printed}");
        let url = "postgres://db.example/twoway?user=twoway&password=se@cret&sslmode=require".to_string();
        let printed = Config { database_url: url, ..Config::default() }.print().expect("printed");
        assert!(!printed.contains("cret"), "{printed}");
        let url = "postgres://db.example/twoway?user=twoway&password=secret&sslmode=require".to_string();
        let printed = Config { database_url: url, ..Config::default() }.print().expect("printed");
        assert!(printed.contains("?user=twoway&password=…&sslmode=require"), "{printed}");
        assert!(!printed.contains("cret"), "{printed}");
        let printed = Config { smtp_password: "secret".into(), ..Config::default() }.print().expect("printed");
        assert!(printed.contains("smtp_password = \"…\"") && !printed.contains("cret"), "{printed}");
    }

    #[test]
    fn mail_is_set_by_words() {
        let read = |toml: &str| {
            Figment::from(Serialized::defaults(Config::default())).merge(Toml::string(toml)).extract::<Config>().ok()
        };
        let config = read("mail = \"smtp\"\nsmtp_security = \"tls\"\nsmtp_port = 465").expect("read");
        assert_eq!((config.mail, config.smtp_security, config.smtp_port), (MailBy::Smtp, SmtpSecurity::Tls, 465));
        assert!(read("mail = \"pigeon\"").is_none());
    }
}
