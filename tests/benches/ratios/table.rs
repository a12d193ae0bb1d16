use crate::measure::Cost;
use std::fmt::{self, Display};

/// All figures of one run, with what they should be.
#[derive(Default)]
pub struct Table {
    lines: Vec<Line>,
    short: Vec<String>,
    missing: Vec<String>,
}

enum Line {
    Heading(String),
    Row { name: String, cost: Option<Cost>, figure: String, goal: String, verdict: &'static str },
}

/// What a figure should be.
#[derive(Clone, Copy)]
pub enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

impl Goal {
    fn met(self, figure: f64) -> bool {
        match self {
            Self::AtMost(bound) => figure <= bound,
            Self::AtLeast(bound) => figure >= bound,
        }
    }
}

/// A figure with its unit, such as 1.25 and " ×".
pub struct Figure {
    pub value: f64,
    pub decimals: usize,
    pub unit: &'static str,
}

impl Figure {
    pub fn times(value: f64) -> Self {
        Self { value, decimals: 2, unit: " ×" }
    }

    fn write(&self, value: f64) -> String {
        format!("{value:.*}{}", self.decimals, self.unit)
    }
}

impl Table {
    pub fn heading(&mut self, text: impl Into<String>) {
        self.lines.push(Line::Heading(text.into()));
    }

    /// What something costs, without a goal of its own.
    pub fn cost(&mut self, name: impl Into<String>, cost: Cost) {
        self.row(name.into(), Some(cost), String::new(), String::new(), "");
    }

    /// A figure that only informs.
    pub fn figure(&mut self, name: impl Into<String>, cost: Option<Cost>, figure: &Figure) {
        self.row(name.into(), cost, figure.write(figure.value), String::new(), "");
    }

    pub fn judged(&mut self, name: impl Into<String>, cost: Option<Cost>, figure: &Figure, goal: Goal) {
        let name = name.into();
        let met = goal.met(figure.value);
        let wanted = match goal {
            Goal::AtMost(bound) => format!("≤ {}", figure.write(bound)),
            Goal::AtLeast(bound) => format!("≥ {}", figure.write(bound)),
        };
        if !met {
            self.short.push(format!("{name}: {}, goal {wanted}", figure.write(figure.value)));
        }
        self.row(name, cost, figure.write(figure.value), wanted, if met { "met" } else { "FALLS SHORT" });
    }

    /// A figure that cannot be taken in this run, and why.
    pub fn missing(&mut self, what: impl Into<String>) {
        self.missing.push(what.into());
    }

    fn row(&mut self, name: String, cost: Option<Cost>, figure: String, goal: String, verdict: &'static str) {
        self.lines.push(Line::Row { name, cost, figure, goal, verdict });
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |n: f64| if n < 10.0 { format!("{n:.1}") } else { format!("{n:.0}") };
        writeln!(
            f,
            "\n{:<58} {:>9} {:>9} {:>9} {:>10} {:>11}",
            "each operation", "wall µs", "CPU µs", "faults", "figure", "goal"
        )?;
        for line in &self.lines {
            match line {
                Line::Heading(text) => writeln!(f, "\n{text}")?,
                Line::Row { name, cost, figure, goal, verdict } => {
                    let costs = cost.map(|c| [number(c.wall), number(c.cpu), format!("{:.2}", c.faults)]);
                    let [wall, cpu, faults] = costs.unwrap_or_default();
                    let line =
                        format!("  {name:<56} {wall:>9} {cpu:>9} {faults:>9} {figure:>10} {goal:>11}  {verdict}");
                    writeln!(f, "{}", line.trim_end())?;
                }
            }
        }
        let mut list = |title: &str, items: &[String]| -> fmt::Result {
            writeln!(f, "\n{title}{}", if items.is_empty() { " nothing" } else { "" })?;
            items.iter().try_for_each(|item| writeln!(f, "  {item}"))
        };
        list("Falls short of its goal:", &self.short)?;
        list("Not measured:", &self.missing)
    }
}
