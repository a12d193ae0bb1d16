use crate::calendar::Calendar;
use anyhow::{Context, bail};
use serde_json::{Map, Value};
use twoway_ids::{MINUTE, Millis};

/// The words that a script has learnt so far, and the day that it counts from.
pub struct Words {
    known: Map<String, Value>,
    today: Millis,
    calendar: Calendar,
}

impl Words {
    pub fn new(now: Millis, calendar: Calendar) -> Self {
        let today = calendar.start_of(calendar.local_day(now));
        Self { known: Map::new(), today, calendar }
    }

    pub fn learn(&mut self, word: String, value: Value) {
        self.known.insert(word, value);
    }

    /// `-40 09:30` → the moment.
    pub fn moment(&self, text: &str) -> anyhow::Result<Millis> {
        let (days, time) = text.split_once(' ').with_context(|| format!("'{text}' is not a moment like -40 09:30"))?;
        let days: i64 = days.parse().with_context(|| format!("'{text}': the days are not a number"))?;
        let (hours, minutes) = time.split_once(':').with_context(|| format!("'{text}' has no time"))?;
        let minutes: i64 = hours.parse::<i64>()? * 60 + minutes.parse::<i64>()?;
        let day = self.calendar.local_day(self.today) + chrono::TimeDelta::days(days);
        Ok(self.calendar.start_of(day) + minutes * MINUTE)
    }

    /// Replaces `{word}`, `{moment:-40 09:30}` (milliseconds) and `{day:-40}` (`YYYY-MM-DD`) everywhere in `value`. A text that is
    /// nothing but one word becomes the word's value with its type.
    pub fn fill(&self, value: &Value, own: &Map<String, Value>) -> anyhow::Result<Value> {
        Ok(match value {
            Value::String(text) => self.fill_text(text, own)?,
            Value::Array(list) => Value::Array(list.iter().map(|v| self.fill(v, own)).collect::<Result<_, _>>()?),
            Value::Object(map) => {
                let mut filled = Map::new();
                for (key, value) in map {
                    filled.insert(self.fill_line(key, own)?, self.fill(value, own)?);
                }
                Value::Object(filled)
            }
            other => other.clone(),
        })
    }

    /// The same for a text that stays a text.
    pub fn fill_line(&self, text: &str, own: &Map<String, Value>) -> anyhow::Result<String> {
        Ok(match self.fill_text(text, own)? {
            Value::String(text) => text,
            other => other.to_string(),
        })
    }

    /// The innermost word first, so that `{team.{who}}` works, and a word whose value names another one.
    fn fill_text(&self, text: &str, own: &Map<String, Value>) -> anyhow::Result<Value> {
        let mut text = text.to_string();
        while let Some(close) = text.find('}') {
            let open =
                text[..close].rfind('{').with_context(|| format!("'{text}' closes a word that it did not open"))?;
            let value = self.word(&text[open + 1..close], own)?;
            let alone = open == 0 && close + 1 == text.len();
            match value {
                Value::String(word) => text.replace_range(open..=close, &word),
                value if alone => return Ok(value),
                value => text.replace_range(open..=close, &value.to_string()),
            }
        }
        Ok(text.into())
    }

    fn word(&self, word: &str, own: &Map<String, Value>) -> anyhow::Result<Value> {
        if let Some(moment) = word.strip_prefix("moment:") {
            return Ok(self.moment(moment)?.into());
        }
        if let Some(days) = word.strip_prefix("day:") {
            let day = self.calendar.local_day(self.today) + chrono::TimeDelta::days(days.parse()?);
            return Ok(day.to_string().into());
        }
        match own.get(word).or_else(|| self.known.get(word)) {
            Some(value) => Ok(value.clone()),
            None => bail!("the script does not know the word '{word}'"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_lone_word_keeps_its_type_and_a_moment_counts_from_today() {
        let calendar = Calendar { utc_offset: 480, ..Calendar::default() };
        let now = calendar.start_of("2026-11-23".parse().expect("a day")) + 15 * MINUTE;
        let mut words = Words::new(now, calendar);
        words.learn("call".into(), json!(7));
        let filled =
            words.fill(&json!({"a": "{call}", "b": "/calls/{call}", "c": ["{day:-1}"]}), &Map::new()).expect("fits");
        assert_eq!(filled, json!({"a": 7, "b": "/calls/7", "c": ["2026-11-22"]}));
        assert_eq!(words.moment("-1 08:30").expect("fits"), now - 15 * MINUTE - 930 * MINUTE);
        let own = json!({"who": "ca", "what": "{call}"});
        let own = own.as_object().expect("words");
        assert_eq!(words.fill(&json!(["{{who}ll}", "{what}"]), own).expect("fits"), json!([7, 7]));
        assert!(words.fill(&json!("{nobody}"), &Map::new()).is_err());
    }
}
