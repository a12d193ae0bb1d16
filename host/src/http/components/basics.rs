use super::super::page::Shell;
use super::super::texts::Locale;
use super::super::writing::written;
use askama::Template;
use chrono::{DateTime, FixedOffset};
use std::fmt;

/// HTML that a template drew: not escaped again where it is put into another template.
#[derive(Clone, Debug, Default)]
pub struct Markup(String);

impl Markup {
    /// Draws a partial. Drawing can only fail for lack of memory, so a failure is logged and nothing is shown.
    pub fn of(template: &impl Template) -> Self {
        match template.render() {
            Ok(html) => Self(html),
            Err(error) => {
                tracing::error!(%error, "a part of a page could not be drawn");
                Self::default()
            }
        }
    }

    /// For HTML written by the host itself; never for what a person or a plugin wrote.
    pub(in crate::http) fn trusted(html: String) -> Self {
        Self(html)
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Markup {}

/// What a state, a message or an alert means for the reader. The colour never stands alone: a word and an icon go with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Not started, ended without result, or of no weight.
    #[default]
    Neutral,
    /// Going on.
    Active,
    /// Reached, confirmed.
    Good,
    /// Waits for somebody, or will be late.
    Attention,
    /// Refused, overdue, stopped.
    Bad,
}

impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Active => "tone-active",
            Self::Good => "tone-good",
            Self::Attention => "tone-attention",
            Self::Bad => "tone-bad",
        }
    }

    pub fn icon(self) -> &'static str {
        match self {
            Self::Neutral => "circle",
            Self::Active => "player-play",
            Self::Good => "circle-check",
            Self::Attention => "clock",
            Self::Bad => "alert-triangle",
        }
    }
}

/// The state of a thing: a word, an icon and a colour.
#[derive(Clone, Debug)]
pub struct StateBadge {
    pub word: String,
    pub tone: Tone,
    pub icon: &'static str,
}

impl StateBadge {
    pub fn new(word: impl Into<String>, tone: Tone) -> Self {
        Self { word: word.into(), tone, icon: tone.icon() }
    }

    pub fn icon(mut self, icon: &'static str) -> Self {
        self.icon = icon;
        self
    }

    /// The badge of a lifecycle's state: its word is the text `state-<machine>-<state>`; `machine` is `call`, `proposal`,
    /// `adoption`, `project` or `evaluation`, `state` the inner key with `-` for `_`.
    pub fn of(locale: Locale, machine: &str, state: &str, tone: Tone) -> Self {
        Self::new(locale.t(&format!("state-{machine}-{}", state.replace('_', "-"))), tone)
    }

    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&BadgeHtml { shell, badge: self })
    }
}

#[derive(Template)]
#[template(path = "components/badge.html")]
struct BadgeHtml<'a> {
    shell: &'a Shell,
    badge: &'a StateBadge,
}

/// A point in time as people say it; the exact time is shown on hover and read by screen readers.
#[derive(Clone, Debug)]
pub struct Moment {
    /// RFC 3339, for machines.
    pub iso: String,
    /// `2026-11-23 18:30`; written in the reader's language where it is drawn.
    pub exact: String,
    /// Words, or a date like the above.
    pub said: String,
    /// Said as a distance from now, so that paper needs the date beside it.
    pub relative: bool,
    /// Set for deadlines within a day: the browser counts the rest down.
    pub countdown: bool,
}

const DAY: i64 = 86_400_000;

/// Milliseconds since the epoch on the clocks of China, which know one zone and no summer time.
fn local(millis: i64) -> DateTime<FixedOffset> {
    let zone = FixedOffset::east_opt(8 * 3600);
    let utc = DateTime::from_timestamp_millis(millis).unwrap_or_default();
    match zone {
        Some(zone) => utc.with_timezone(&zone),
        None => utc.fixed_offset(),
    }
}

/// `2026-11-23 18:30` on the clocks of China.
pub fn exact(millis: i64) -> String {
    local(millis).format("%Y-%m-%d %H:%M").to_string()
}

/// `2026-11-23` on the clocks of China.
pub fn local_day(millis: i64) -> String {
    local(millis).format("%Y-%m-%d").to_string()
}

fn day(locale: Locale, millis: i64) -> String {
    written(locale, &local_day(millis))
}

impl Moment {
    fn plain(millis: i64, said: String) -> Self {
        Self { iso: local(millis).to_rfc3339(), exact: exact(millis), said, relative: false, countdown: false }
    }

    fn relative(millis: i64, said: String) -> Self {
        Self { relative: true, ..Self::plain(millis, said) }
    }

    /// `2026-11-23 18:30`, said exactly.
    pub fn exactly(millis: i64) -> Self {
        Self::plain(millis, exact(millis))
    }

    /// A date that belongs to no hour: `2026-11-23`.
    pub fn on(day: &str) -> Self {
        let (iso, exact, said) = (day.to_string(), day.to_string(), day.to_string());
        Self { iso, exact, said, relative: false, countdown: false }
    }

    /// The day alone: `2026年11月23日`.
    pub fn day(locale: Locale, millis: i64) -> Self {
        Self::plain(millis, day(locale, millis))
    }

    /// Something past: "刚刚", "12分钟前", "3小时前", "昨天 16:28", then the day.
    pub fn past(locale: Locale, millis: i64, now: i64) -> Self {
        let minutes = (now - millis) / 60_000;
        let days = day_number(now) - day_number(millis);
        let clock = local(millis).format("%H:%M").to_string();
        let said = match (days, minutes) {
            (_, ..=0) => locale.t("moment-just-now"),
            (_, 1..=59) => locale.t1("moment-minutes-ago", "n", minutes),
            (0, _) => locale.t1("moment-hours-ago", "n", minutes / 60),
            (1, _) => locale.t1("moment-yesterday", "time", clock),
            _ => return Self::day(locale, millis),
        };
        Self::relative(millis, said)
    }

    /// A deadline: "还剩3个工作日", "今天 16:30 截止", "已过期2天". `working_days` counts from the office's calendar; without it
    /// calendar days are said.
    pub fn due(locale: Locale, millis: i64, now: i64, working_days: Option<u32>) -> Self {
        let days = day_number(millis) - day_number(now);
        let clock = local(millis).format("%H:%M").to_string();
        let said = if millis < now {
            match (now - millis) / DAY {
                0 => locale.t1("moment-overdue-since", "time", if days == 0 { clock } else { exact(millis) }),
                late => locale.t1("moment-overdue-days", "n", late),
            }
        } else {
            match (days, working_days) {
                (0, _) => locale.t1("moment-due-today", "time", clock),
                (1, _) => locale.t1("moment-due-tomorrow", "time", clock),
                (_, Some(n)) => locale.t1("moment-working-days-left", "n", n),
                (n, None) => locale.t1("moment-days-left", "n", n),
            }
        };
        let soon = (0..DAY).contains(&(millis - now));
        Self { countdown: soon, ..Self::relative(millis, said) }
    }

    pub fn html(&self, shell: &Shell) -> Markup {
        let (exact, said) = (written(shell.locale, &self.exact), written(shell.locale, &self.said));
        // In a narrow place a moment breaks between day and clock, and nowhere else.
        let (day, said) = match (said == self.said, said.rsplit_once(' ')) {
            (true, _) => (None, said),
            (false, Some((day, clock))) if clock.contains(':') => (Some(day.to_string()), format!(" {clock}")),
            (false, _) => (Some(said), String::new()),
        };
        Markup::of(&MomentHtml { moment: self, exact, day, said, shell })
    }
}

/// Days since the epoch on the clocks of China.
fn day_number(millis: i64) -> i64 {
    (millis + 8 * 3_600_000).div_euclid(DAY)
}

#[derive(Template)]
#[template(path = "components/moment.html")]
struct MomentHtml<'a> {
    moment: &'a Moment,
    exact: String,
    day: Option<String>,
    said: String,
    shell: &'a Shell,
}

/// How much a button stands out. One primary button per page at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    Primary,
    #[default]
    Plain,
    /// Ends or takes away something.
    Danger,
    /// A link among text.
    Quiet,
}

impl Look {
    pub fn class(self) -> &'static str {
        match self {
            Self::Primary => "btn btn-primary",
            Self::Plain => "btn",
            Self::Danger => "btn btn-outline-danger",
            Self::Quiet => "btn btn-link",
        }
    }
}

/// What exactly will happen, before it does. Without script it opens below its button, with script as a dialog.
#[derive(Clone, Debug)]
pub struct Confirm {
    pub title: String,
    pub text: String,
    /// What happens to whom, one line each.
    pub points: Vec<String>,
    /// The word on the button that does it: the verb, never "OK".
    pub ok: String,
}

/// A link, or a form of one button that posts.
#[derive(Clone, Debug)]
pub struct ActionButton {
    pub label: String,
    pub href: String,
    pub posts: bool,
    pub look: Look,
    pub icon: Option<&'static str>,
    /// Hidden fields that are posted.
    pub hidden: Vec<(String, String)>,
    pub confirm: Option<Confirm>,
}

impl ActionButton {
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
            posts: false,
            look: Look::Plain,
            icon: None,
            hidden: Vec::new(),
            confirm: None,
        }
    }

    pub fn post(label: impl Into<String>, action: impl Into<String>) -> Self {
        Self { posts: true, ..Self::link(label, action) }
    }

    pub fn look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    pub fn primary(self) -> Self {
        self.look(Look::Primary)
    }

    pub fn icon(mut self, icon: &'static str) -> Self {
        self.icon = Some(icon);
        self
    }

    /// A hidden field: `.with("_version", version)`.
    pub fn with(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.hidden.push((name.into(), value.to_string()));
        self
    }

    pub fn confirm(mut self, confirm: Confirm) -> Self {
        self.confirm = Some(confirm);
        self
    }

    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&ButtonHtml { shell, button: self })
    }
}

#[derive(Template)]
#[template(path = "components/button.html")]
struct ButtonHtml<'a> {
    shell: &'a Shell,
    button: &'a ActionButton,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23 10:00 in China.
    const NOW: i64 = 1_795_399_200_000;

    #[test]
    fn deadlines_are_said_as_people_say_them() {
        let due = |offset: i64, working: Option<u32>| Moment::due(Locale::ZhCn, NOW + offset, NOW, working).said;
        assert_eq!(exact(NOW), "2026-11-23 10:00");
        assert_eq!(due(6 * 3_600_000, Some(0)), "今天 16:00 截止");
        assert_eq!(due(DAY, None), "明天 10:00 截止");
        assert_eq!(due(4 * DAY, Some(3)), "还剩 3 个工作日");
        assert_eq!(due(4 * DAY, None), "还剩 4 天");
        assert_eq!(due(-3 * DAY, None), "已过期 3 天");
        assert!(Moment::due(Locale::ZhCn, NOW + 1, NOW, None).countdown);
    }

    #[test]
    fn the_past_is_near_or_a_date() {
        let past = |offset: i64| Moment::past(Locale::ZhCn, NOW - offset, NOW).said;
        assert_eq!(past(0), "刚刚");
        assert_eq!(past(12 * 60_000), "12 分钟前");
        assert_eq!(past(3 * 3_600_000), "3 小时前");
        assert_eq!(past(16 * 3_600_000), "昨天 18:00");
        assert_eq!(past(5 * DAY), "2026年11月18日");
        assert_eq!(Moment::day(Locale::En, NOW).said, "23 Nov 2026");
    }
}
