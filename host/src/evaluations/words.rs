//! Figures and grades as people read them.

use super::model::{Indicator, Source};
use super::state::Grade;
use crate::http::texts::Locale;
use crate::http::writing::grouped;
use crate::plugins::Loaded;
use crate::{App, Refusal};
use std::sync::Arc;

/// The words of a project's figures. All figures of one evaluation come from one plugin at most.
pub struct Words {
    locale: Locale,
    plugin: Option<Arc<Loaded>>,
}

impl Words {
    pub async fn of(app: &App, locale: Locale, indicators: &[Indicator]) -> Result<Self, Refusal> {
        let digest = indicators.iter().find_map(|i| match &i.source {
            Source::Plugin { digest, .. } => Some(digest),
            Source::Host => None,
        });
        let plugin = match digest {
            Some(digest) => Some(app.plugins.load(app, digest).await?),
            None => None,
        };
        Ok(Self { locale, plugin })
    }

    pub fn title(&self, indicator: &Indicator) -> String {
        let key = format!("indicator-{}", indicator.key);
        match (&indicator.source, &self.plugin) {
            (Source::Plugin { .. }, Some(plugin)) => plugin.word(self.locale, &key),
            _ => self.locale.t(&key),
        }
    }

    /// How it is computed: for a plugin's figure by exactly which plugin.
    pub fn formula(&self, indicator: &Indicator) -> String {
        let l = self.locale;
        match (&indicator.source, &self.plugin) {
            (Source::Plugin { version, digest, .. }, Some(plugin)) => {
                let short: String = digest.chars().take(12).collect();
                let name = plugin.manifest.title.get(l.as_str());
                l.t2("indicator-by-plugin", "plugin", name, "version", format!("{version}（{short}）"))
            }
            _ => l.t(&format!("indicator-{}-formula", indicator.key)),
        }
    }

    pub fn value(&self, indicator: &Indicator) -> String {
        quantity(self.locale, &indicator.unit, indicator.value_milli)
    }

    pub fn target(&self, indicator: &Indicator) -> Option<String> {
        indicator.target_milli.map(|target| quantity(self.locale, &indicator.unit, target))
    }
}

/// Thousandths of a unit with at most one decimal: 87,500 percent is `87.5%`.
pub fn quantity(locale: Locale, unit: &str, milli: i64) -> String {
    let tenths = (milli + 50).div_euclid(100);
    let number = match tenths.rem_euclid(10) {
        0 => tenths.div_euclid(10).to_string(),
        rest => format!("{}.{rest}", tenths.div_euclid(10)),
    };
    match unit {
        "percent" => format!("{number}%"),
        other => locale.t2("quantity", "n", grouped(&number), "unit", locale.t(&format!("unit-{other}"))),
    }
}

pub fn grade(locale: Locale, grade: Grade) -> String {
    locale.t(match grade {
        Grade::A => "grade-a",
        Grade::B => "grade-b",
        Grade::C => "grade-c",
        Grade::D => "grade-d",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousandths_are_said_with_their_unit() {
        assert_eq!(quantity(Locale::ZhCn, "percent", 66_666), "66.7%");
        assert_eq!(quantity(Locale::ZhCn, "days", 7_000), "7 天");
        assert_eq!(quantity(Locale::ZhCn, "percent", 0), "0%");
    }
}
