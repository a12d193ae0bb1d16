//! One browser at which the journey's people sit in turn, and the calendar by which they do.

use crate::plugins::shipped::packed;
use anyhow::{Context, Result, ensure};
use std::collections::HashMap;
use std::ops::Deref;
use thirtyfour::Cookie;
use twoway_ids::{HOUR, Millis};
use twoway_sdk::{Date, TimeOfDay};
use twoway_tests::browser::Browser;
use twoway_tests::{Actor, PASSWORD, TestApp};

/// China is this many minutes east of Greenwich.
const OFFSET: i16 = 480;

/// The Monday on which the journey begins. The host's clock starts six weeks before; what is prepared without pages happens then.
const FIRST_DAY: &str = "2027-01-04";

/// How long a seat is kept for somebody who comes back, well below the time after which a session is over.
const SEAT: Millis = 6 * HOUR;

/// A text that nobody wrote stands on a page as its key.
const KEYS: &[&str] = &[
    "action-",
    "activation-",
    "adoption-",
    "agreement-",
    "calendar-",
    "call-",
    "choice-",
    "delivery-",
    "evaluation-",
    "event-",
    "field-",
    "flash-",
    "gate-",
    "grant-",
    "indicator-",
    "input-",
    "label-",
    "member-",
    "needs-",
    "next-",
    "objection-",
    "objections-",
    "notice-",
    "place-",
    "project-",
    "proposal-",
    "queue-",
    "record-",
    "refusal-",
    "results-",
    "review-",
    "setting-",
    "state-",
    "timeline-",
    "wayout-",
    "work-",
];

pub struct Walk<'a> {
    pub app: &'a TestApp,
    browser: Browser,
    seats: HashMap<String, (Millis, Vec<Cookie>)>,
}

impl Deref for Walk<'_> {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

/// Puts the built plugins into the host's folder and lets the host take them; false where none are built.
pub async fn take_plugins(app: &TestApp) -> bool {
    let folder = &app.app.config.plugins;
    std::fs::create_dir_all(folder).expect("the data folder takes a folder");
    for id in ["after-school", "lost-found"] {
        let Some(package) = packed(id) else { return false };
        std::fs::write(folder.join(format!("{id}.twk")), package).expect("the folder takes a package");
    }
    assert_eq!(twoway::plugins::take_bundled(&app.app).await.expect("the folder can be read"), 2, "both pass the gate");
    true
}

/// The day `n` days after the first, as forms take it: `2027-01-04`.
pub fn date(n: i64) -> String {
    Date::parse(FIRST_DAY).expect("a date").plus_days(n).to_string()
}

/// The same day as pages write it: `2027年1月4日`.
pub fn said(n: i64) -> String {
    let day = date(n);
    let [year, month, day] = day.split('-').map(|part| part.trim_start_matches('0')).collect::<Vec<_>>()[..] else {
        panic!("{day} is no date");
    };
    format!("{year}年{month}月{day}日")
}

/// That day at a time of local clocks: `2027-01-04T09:00`.
pub fn instant(n: i64, time: &str) -> String {
    format!("{}T{time}", date(n))
}

impl<'a> Walk<'a> {
    pub async fn begin(app: &'a TestApp) -> Result<Self> {
        Ok(Self { app, browser: Browser::open(&app.base).await?, seats: HashMap::new() })
    }

    pub async fn end(self) -> Result<()> {
        self.browser.close().await
    }

    /// Lets the clock come to `time` on day `n`, doing what falls due on the way.
    pub async fn until(&self, n: i64, time: &str) {
        let day = Date::parse(FIRST_DAY).expect("a date").plus_days(n);
        let then = day.moment(TimeOfDay::parse(time).expect("a time"), OFFSET).0;
        assert!(then >= self.app.now(), "{day} {time} is over");
        self.app.advance(then - self.app.now()).await;
    }

    /// Seats a person at their workbench: signed in with the form, or as they left.
    pub async fn sits(&mut self, who: &Actor) -> Result<()> {
        let now = self.app.now();
        match self.seats.get(&who.login).filter(|(at, _)| now - at < SEAT) {
            Some((_, cookies)) => {
                self.browser.seat(cookies).await?;
                self.browser.goto("/work").await?;
            }
            None => {
                self.browser.seat(&[]).await?;
                self.browser.sign_in(&who.login, PASSWORD, "/work").await?;
                self.seats.insert(who.login.clone(), (now, self.browser.cookies().await?));
            }
        }
        self.browser.see("工作台").await.with_context(|| format!("{} cannot sit down", who.name))
    }

    /// Seats a person and opens a task of theirs from the workbench.
    pub async fn takes_up(&mut self, who: &Actor, task: &str, about: &str) -> Result<()> {
        self.sits(who).await?;
        self.press_in(about, task).await.with_context(|| format!("{} has no task “{task}”", who.name))
    }

    /// Nobody who has signed in, on the front page.
    pub async fn nobody_sits(&self) -> Result<()> {
        self.browser.seat(&[]).await?;
        self.browser.goto("/").await
    }

    /// Fills fields one after the other.
    pub async fn fill_all(&self, fields: &[(&str, &str)]) -> Result<()> {
        for (label, value) in fields {
            self.fill(label, value).await?;
        }
        Ok(())
    }

    /// Presses a button that asks again, and agrees.
    pub async fn press_and_agree(&self, button: &str) -> Result<()> {
        self.press(button).await?;
        self.agree().await
    }

    /// Looks at a station: no text is missing. On one of the two databases the picture is kept, and the page stands the checks for
    /// those who read it with other means.
    pub async fn look(&self, name: &str) -> Result<()> {
        let text = self.text().await?;
        let is_key = |word: &&str| KEYS.iter().any(|key| word.starts_with(key)) && !word.contains(['/', '.']);
        let leaked: Vec<&str> = text.split_whitespace().filter(is_key).collect();
        ensure!(leaked.is_empty(), "{name} shows keys: {leaked:?}");
        if self.keeps_pictures() {
            self.screenshot(&format!("journey/{name}")).await?;
            self.no_horizontal_scroll(360).await.with_context(|| name.to_string())?;
            self.axe().await.with_context(|| name.to_string())?;
            self.resize(1280, 900).await?;
        }
        Ok(())
    }

    /// The picture alone, for whoever looks for what went wrong.
    pub async fn keep(&self, name: &str) {
        if self.keeps_pictures() {
            let kept = self.screenshot(&format!("journey/{name}")).await;
            if let Err(problem) = kept {
                eprintln!("no picture of {name}: {problem:#}");
            }
        }
    }

    fn keeps_pictures(&self) -> bool {
        self.app.app.db.backend() == sea_orm::DbBackend::Sqlite
    }
}
