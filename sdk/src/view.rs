use serde_json::{Map, Value};
use twoway_manifest::{Alert, AlertLevel, Fact, Progress, Shown, Table, ViewModel, Words};

/// What an indicator is worth over a period.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Thousandths of the indicator's unit.
    pub value_milli: i64,
    /// How many cases it rests on. Zero says: nothing to measure yet.
    pub sample: u64,
    pub evidence: Map<String, Value>,
}

impl Measure {
    /// `part` of `whole`, in percent.
    pub fn percent(part: u64, whole: u64) -> Self {
        let value_milli = (part as i64 * 100_000).checked_div(whole as i64).unwrap_or(0);
        Self { value_milli, sample: whole, evidence: Map::new() }
    }

    pub fn count(cases: u64) -> Self {
        Self { value_milli: cases as i64 * 1_000, sample: cases, evidence: Map::new() }
    }

    /// The middle of the values (each in whole units); of an even number, the mean of the two in the middle.
    pub fn median(mut values: Vec<i64>) -> Self {
        values.sort_unstable();
        let (n, middle) = (values.len(), values.len() / 2);
        let value_milli = match n {
            0 => 0,
            _ if n % 2 == 1 => values[middle] * 1_000,
            _ => (values[middle - 1] + values[middle]) * 500,
        };
        Self { value_milli, sample: n as u64, evidence: Map::new() }
    }
}

/// Builds what a view shows, part by part.
#[derive(Debug, Default)]
pub struct Panel(ViewModel);

impl Panel {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn alert(mut self, level: AlertLevel, text: impl Into<Words>) -> Self {
        self.0.alerts.push(Alert { level, text: text.into() });
        self
    }

    pub fn fact(mut self, label: impl Into<Words>, value: Shown) -> Self {
        self.0.facts.push(Fact { label: label.into(), value });
        self
    }

    /// A figure.
    pub fn number(self, label: impl Into<Words>, value: u64) -> Self {
        self.fact(label, Shown::Number(value as i64))
    }

    /// A bar: so many of so many.
    pub fn progress(mut self, label: impl Into<Words>, value: u64, max: u64) -> Self {
        self.0.progress.push(Progress { label: label.into(), value, max });
        self
    }

    /// A table: its title, what is said when it is empty, its columns, its rows.
    pub fn table<const N: usize, W: Into<Words>>(
        mut self,
        title: W,
        empty: W,
        columns: [W; N],
        rows: impl IntoIterator<Item = [Shown; N]>,
    ) -> Self {
        self.0.tables.push(Table {
            title: title.into(),
            empty: empty.into(),
            columns: columns.into_iter().map(Into::into).collect(),
            rows: rows.into_iter().take(ViewModel::MAX_ROWS).map(Vec::from).collect(),
        });
        self
    }

    pub fn done(self) -> ViewModel {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_in_thousandths() {
        assert_eq!((Measure::percent(7, 8).value_milli, Measure::percent(7, 8).sample), (87_500, 8));
        assert_eq!(Measure::percent(0, 0).value_milli, 0);
        assert_eq!(Measure::median(vec![9, 1, 4]).value_milli, 4_000);
        assert_eq!(Measure::median(vec![9, 1, 4, 5]).value_milli, 4_500);
        assert_eq!(Measure::median(vec![]).sample, 0);
    }
}
