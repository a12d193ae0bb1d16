//! A real Chromium, driven over WebDriver: one driver process and one empty profile per test, so that tests share nothing.
//! Everything waits until its condition holds, for at most [`PATIENCE`]; nothing sleeps for a fixed time.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::extensions::query::{ElementQueryable, ElementWaitable};
use thirtyfour::{By, ChromiumLikeCapabilities, Cookie, DesiredCapabilities, WebDriver, WebElement};

/// How long a condition may take on a busy machine with two cores.
const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(50);
const DESKTOP: (u32, u32) = (1280, 900);
const PHONE: (u32, u32) = (390, 844);
/// How the console tells that the product said no.
const REFUSED: [&str; 4] = ["status of 409", "status of 412", "status of 413", "status of 422"];
const AXE: &str = include_str!("../fixtures/axe.min.js");

/// Field order matters: the session ends before its driver, the driver before the profile is removed.
pub struct Browser {
    driver: WebDriver,
    _process: Driver,
    _profile: tempfile::TempDir,
    base: String,
}

struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // The process may have ended already; either way it is gone afterwards.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const DRIVER: &str = "/usr/bin/chromedriver";
const CHROMIUM: &str = "/usr/bin/chromium";

/// False where Chromium or its driver is not installed; a line on the terminal tells. Panics there when [`crate::ALL`] is set.
pub fn is_there() -> bool {
    crate::all_or_told([DRIVER, CHROMIUM].iter().all(|program| Path::new(program).exists()), || {
        format!("in a browser: {CHROMIUM} or {DRIVER} is missing (Debian: apt-get install chromium chromium-driver)")
    })
}

impl Browser {
    /// Opens a browser for the server at `base` (`http://127.0.0.1:8080`).
    pub async fn open(base: &str) -> Result<Self> {
        Self::start(base, true).await
    }

    /// The same with JavaScript switched off for pages.
    pub async fn open_without_scripts(base: &str) -> Result<Self> {
        Self::start(base, false).await
    }

    async fn start(base: &str, scripts: bool) -> Result<Self> {
        let (process, port) = start_driver()?;
        let profile = tempfile::tempdir()?;
        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_binary(CHROMIUM)?;
        for flag in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--lang=zh-CN",
        ] {
            wanted.add_arg(flag)?;
        }
        wanted.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
        wanted.set_browser_log_level(thirtyfour::LoggingPrefsLogLevel::All)?;
        if !scripts {
            wanted.add_experimental_option(
                "prefs",
                json!({ "profile.managed_default_content_settings.javascript": 2 }),
            )?;
        }
        let driver =
            WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await.context("Chromium does not start")?;
        let browser =
            Self { driver, _process: process, _profile: profile, base: base.trim_end_matches('/').to_string() };
        browser.resize(DESKTOP.0, DESKTOP.1).await?;
        Ok(browser)
    }

    /// Ends the session. Dropping does too, but blocks a thread meanwhile.
    pub async fn close(self) -> Result<()> {
        let Self { driver, _process, _profile, .. } = self;
        Ok(driver.quit().await?)
    }

    /// The session itself, for what has no word here.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Loads `path` and waits until the page is there.
    pub async fn goto(&self, path: &str) -> Result<()> {
        Ok(self.driver.goto(format!("{}{path}", self.base)).await?)
    }

    /// The path and query where the browser is.
    pub async fn here(&self) -> Result<String> {
        let url = self.driver.current_url().await?;
        Ok(url.query().map_or_else(|| url.path().to_string(), |q| format!("{}?{q}", url.path())))
    }

    /// Types into the field with this label (the label's beginning is enough), replacing what is there. Dates are `YYYY-MM-DD`,
    /// times `HH:MM`, instants `YYYY-MM-DDTHH:MM`; a question with answers to choose from takes a part of one.
    pub async fn fill(&self, label: &str, value: &str) -> Result<()> {
        self.set(self.field("", label).await?, label, value).await
    }

    /// The same in the innermost section, form, row or list item that says `part` and has such a field.
    pub async fn fill_in(&self, part: &str, label: &str, value: &str) -> Result<()> {
        let says = format!("[starts-with(normalize-space(.), {})]", quoted(label));
        let scope = within(part, &format!("*[self::label or self::legend]{says}"));
        self.set(self.field(&scope, label).await?, label, value).await
    }

    /// What stands in the field with this label.
    pub async fn value(&self, label: &str) -> Result<String> {
        Ok(self.field("", label).await?.prop("value").await?.unwrap_or_default())
    }

    async fn set(&self, input: WebElement, label: &str, value: &str) -> Result<()> {
        let kind = input.attr("type").await?.unwrap_or_default();
        match (input.tag_name().await?.as_str(), kind.as_str()) {
            ("fieldset", _) => {
                let answer = format!(".//label[contains(normalize-space(.), {})]", quoted(value));
                let Ok(answer) = input.find(By::XPath(answer)).await else {
                    bail!("“{label}” has no answer “{value}”, but:\n{}", input.text().await?);
                };
                tick(&answer).await?;
            }
            ("select", _) => {
                let option = format!(".//option[contains(normalize-space(.), {})]", quoted(value));
                let Ok(option) = input.find(By::XPath(option)).await else {
                    bail!("“{label}” has no option “{value}”, but:\n{}", input.text().await?);
                };
                option.click().await?;
            }
            // What the browser expects from the keyboard depends on its language; the value does not.
            (_, "date" | "time" | "datetime-local") => {
                let script = "arguments[0].value = arguments[1];
                    for (const name of ['input', 'change']) arguments[0].dispatchEvent(new Event(name, { bubbles: true }));";
                self.driver.execute(script, vec![input.to_json()?, value.into()]).await?;
            }
            (_, "file") => input.send_keys(value).await?,
            _ => {
                input.clear().await?;
                input.send_keys(value).await?;
            }
        }
        Ok(())
    }

    /// Chooses the file at `path` in the field with this label.
    pub async fn attach(&self, label: &str, path: &Path) -> Result<()> {
        self.fill(label, path.to_str().context("a path in UTF-8")?).await
    }

    /// Ticks the box or picks the answer with this label, under the question `question` where several have it.
    pub async fn choose(&self, question: Option<&str>, label: &str) -> Result<()> {
        let within = question
            .map_or(String::new(), |q| format!("//fieldset[legend[starts-with(normalize-space(.), {})]]", quoted(q)));
        self.tick(&format!("{within}//label[normalize-space(.)={}]", quoted(label))).await
    }

    /// Ticks the box whose label begins so.
    pub async fn pick_box(&self, beginning: &str) -> Result<()> {
        self.tick(&format!("//label[.//input][starts-with(normalize-space(.), {})]", quoted(beginning))).await
    }

    /// Ticks the box with this label in the innermost section, form, row or list item that says `part` and has such a box.
    pub async fn choose_in(&self, part: &str, label: &str) -> Result<()> {
        let label = format!("label[normalize-space(.)={}]", quoted(label));
        self.tick(&format!("{}//{label}", within(part, &label))).await
    }

    async fn tick(&self, label: &str) -> Result<()> {
        tick(&self.one(label).await?).await
    }

    /// Presses the button, link or menu with exactly this text, and waits for the page that it leads to.
    pub async fn press(&self, text: &str) -> Result<()> {
        let element = self.one(&format!("//{}", button(text))).await?;
        self.click(element).await.with_context(|| format!("“{text}” cannot be pressed"))
    }

    /// The same in the innermost section, form, row or list item that says `part` and has such a button.
    pub async fn press_in(&self, part: &str, text: &str) -> Result<()> {
        let element = self.one(&format!("{}//{}", within(part, &button(text)), button(text))).await?;
        self.click(element).await.with_context(|| format!("“{text}” beside “{part}” cannot be pressed"))
    }

    /// Confirms in the dialog that a button opened, with the dialog's own button.
    pub async fn agree(&self) -> Result<()> {
        let element = self.one("//dialog[@open]//form//button[1]").await?;
        self.click(element).await.context("the dialog cannot be confirmed")
    }

    /// Takes the tick out of the box with this label.
    pub async fn untick(&self, label: &str) -> Result<()> {
        let choice = self.one(&format!("//label[normalize-space(.)={}]", quoted(label))).await?;
        if choice.find(By::Css("input")).await?.is_selected().await? {
            choice.click().await?;
        }
        Ok(())
    }

    /// Opens the menu's page with this name. The number of waiting tasks beside the name is no part of it.
    pub async fn press_in_menu(&self, entry: &str) -> Result<()> {
        let name = format!("span[normalize-space(.)={}]", quoted(entry));
        let path = format!("//nav[contains(@class, 'site-nav')]//a[{name}]");
        let folded = format!("{path}/ancestor::details[contains(@class, 'kept')][not(@open)]/summary");
        if let Ok(summary) = self.driver.find(By::XPath(folded)).await {
            summary.click().await?;
        }
        let link = self.one(&path).await?;
        self.click(link).await.with_context(|| format!("the menu's “{entry}” cannot be opened"))
    }

    /// Follows the first link whose text contains `text`.
    pub async fn follow(&self, text: &str) -> Result<()> {
        let link = self.one(&format!("//a[contains(normalize-space(.), {})]", quoted(text))).await?;
        self.click(link).await.with_context(|| format!("the link “{text}” cannot be followed"))
    }

    /// Follows the first link in the innermost section, form, row or list item that says `part` and has one.
    pub async fn follow_in(&self, part: &str) -> Result<()> {
        let link = self.one(&format!("{}//a[@href]", within(part, "a[@href]"))).await?;
        self.click(link).await.with_context(|| format!("the link beside “{part}” cannot be followed"))
    }

    /// Clicks, and where that leads to another page, waits until the old one is gone: else the next question might still be
    /// answered by it.
    async fn click(&self, element: WebElement) -> Result<()> {
        element.scroll_into_view().await?;
        element.wait_until().wait(PATIENCE, POLL).clickable().await?;
        let script = "const e = arguments[0], form = e.form;
            const swaps = [e, form].some(x => x?.getAttributeNames().some(n => /^(data-)?hx-/.test(n)));
            if (swaps || e.target === '_blank') return false;
            if (e.tagName === 'A') return !!e.getAttribute('href') && !e.getAttribute('href').startsWith('#') && !e.hasAttribute('download');
            return e.type === 'submit' && !!form && form.method !== 'dialog';";
        let leads_on: bool = self.driver.execute(script, vec![element.to_json()?]).await?.convert()?;
        let page = self.driver.find(By::Tag("html")).await?;
        element.click().await?;
        if leads_on {
            page.wait_until().wait(PATIENCE, POLL).stale().await.context("no other page came")?;
        }
        Ok(())
    }

    /// Signs in with the form, and comes to the page `back`.
    pub async fn sign_in(&self, login: &str, password: &str, back: &str) -> Result<()> {
        self.goto(&format!("/sign-in?back={back}")).await?;
        self.fill("登录名", login).await?;
        self.fill("密码", password).await?;
        self.press("登录账号").await
    }

    /// Everything that the page shows now.
    pub async fn text(&self) -> Result<String> {
        Ok(self.driver.find(By::Tag("body")).await?.text().await?)
    }

    /// Whether the page shows `text` now.
    pub async fn shows(&self, text: &str) -> Result<bool> {
        Ok(self.text().await?.contains(text))
    }

    /// Waits until the page shows `text`.
    pub async fn see(&self, text: &str) -> Result<()> {
        // The innermost element: its visibility is the text's.
        let contains = format!("contains(normalize-space(.), {})", quoted(text));
        self.one(&format!("//body//*[not(self::script or self::style)][{contains}][not(*[{contains}])]"))
            .await
            .map(drop)
    }

    /// Waits until a table has a row with these first cells.
    pub async fn see_row(&self, cells: &[&str]) -> Result<()> {
        let says = |(n, cell): (usize, &&str)| {
            format!("[normalize-space(*[self::th or self::td][{}])={}]", n + 1, quoted(cell))
        };
        self.one(&format!("//tr{}", cells.iter().enumerate().map(says).collect::<String>())).await.map(drop)
    }

    /// That `text` is not on the page which is shown now.
    pub async fn see_no(&self, text: &str) -> Result<()> {
        ensure!(!self.shows(text).await?, "{} shows “{text}”", self.here().await?);
        Ok(())
    }

    /// The first visible element at an XPath; the error shows where the browser is and what it shows.
    pub async fn one(&self, path: &str) -> Result<WebElement> {
        let since = Instant::now();
        loop {
            let error = match self.driver.query(By::XPath(path)).wait(PATIENCE, POLL).and_displayed().first().await {
                Ok(element) => return Ok(element),
                Err(error) => error,
            };
            // The page was replaced between finding the element and asking whether it is visible: ask the new page.
            if matches!(error.as_inner(), WebDriverErrorInner::StaleElementReference(_)) && since.elapsed() < PATIENCE {
                continue;
            }
            let shown = self.driver.find(By::Tag("body")).await?.text().await?;
            let shown: String = shown.chars().take(1500).collect();
            bail!("{path} is not on {}: {error}\nThe page shows:\n{shown}", self.here().await?);
        }
    }

    /// A field by its label, or the group of answers by its question.
    async fn field(&self, scope: &str, label: &str) -> Result<WebElement> {
        let says = format!("[starts-with(normalize-space(.), {})]", quoted(label));
        let path = format!("{scope}//label[@for]{says} | {scope}//fieldset[legend{says}]");
        let found = self.one(&path).await?;
        match found.attr("for").await? {
            Some(id) => Ok(self.driver.find(By::Id(id)).await?),
            None => Ok(found),
        }
    }

    /// Sets the viewport, in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// The cookies of the person who sits at the browser, so that somebody else can take the seat.
    pub async fn cookies(&self) -> Result<Vec<Cookie>> {
        Ok(self.driver.get_all_cookies().await?)
    }

    /// Seats the person with these cookies; none for somebody who is not signed in.
    pub async fn seat(&self, cookies: &[Cookie]) -> Result<()> {
        self.driver.delete_all_cookies().await?;
        for cookie in cookies {
            self.driver.add_cookie(cookie.clone()).await?;
        }
        Ok(())
    }

    /// Keeps the whole page as `target/screenshots/<name>-1280.png` and `-390.png`; a name may begin with a folder.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        for (width, height) in [PHONE, DESKTOP] {
            self.resize(width, height).await?;
            let long =
                self.number("return document.documentElement.scrollHeight").await?.clamp(i64::from(height), 12_000);
            let clip = json!({ "x": 0, "y": 0, "width": width, "height": long, "scale": 1 });
            let shot = self
                .driver
                .cdp()
                .send_raw(
                    "Page.captureScreenshot",
                    json!({ "format": "png", "captureBeyondViewport": true, "clip": clip }),
                )
                .await?;
            let data = shot.get("data").and_then(Value::as_str).context("a picture")?;
            let file = screenshots().join(format!("{name}-{width}.png"));
            std::fs::create_dir_all(file.parent().context("a folder")?)?;
            std::fs::write(file, base64::Engine::decode(&base64::engine::general_purpose::STANDARD, data)?)?;
        }
        Ok(())
    }

    /// That axe finds nothing serious or critical, and the browser has nothing to complain of in its console, at phone and desktop
    /// width; other findings are not errors.
    pub async fn axe(&self) -> Result<()> {
        let mut findings = Vec::new();
        for (width, height) in [(360, 800), (768, 1024), DESKTOP] {
            self.resize(width, height).await?;
            findings.extend(self.violations().await?.into_iter().map(|f| format!("at {width} px: {f}")));
        }
        findings.extend(self.complaints().await?);
        ensure!(
            findings.is_empty(),
            "{} has {} findings:\n{}",
            self.here().await?,
            findings.len(),
            findings.join("\n")
        );
        Ok(())
    }

    /// What axe finds serious or critical on the page as it is, at the width that it has.
    pub async fn violations(&self) -> Result<Vec<String>> {
        self.driver.execute(AXE, Vec::new()).await?;
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(
              r => done(r.violations.filter(v => v.impact === 'serious' || v.impact === 'critical').flatMap(v =>
                v.nodes.map(n => `${v.impact} ${v.id}: ${v.help}\\n    ${n.target.join(' ')}\\n    ${n.html.slice(0, 200)}\\n    ${n.failureSummary}`))),
              e => done([`axe failed: ${e}`]));";
        Ok(self.driver.execute_async(script, Vec::new()).await?.convert()?)
    }

    /// Errors in the browser's console: scripts that failed, files that are missing, what the content policy refused. A page that
    /// was itself answered with 4xx or 5xx is no complaint, and neither is a refusal that somebody has met on the way here.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let here = self.driver.current_url().await?;
        let log = self.driver.browser_log().await?;
        Ok(log
            .into_iter()
            .filter(|entry| entry.level == "SEVERE" && !entry.message.starts_with(here.as_str()))
            .filter(|entry| !REFUSED.iter().any(|status| entry.message.contains(status)))
            .map(|entry| format!("console: {}", entry.message))
            .collect())
    }

    /// That nothing sticks out to the right at this width.
    pub async fn no_horizontal_scroll(&self, width: u32) -> Result<()> {
        self.resize(width, 800).await?;
        let script = "const w = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= w) return [];
            return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > w + 1)
              .map(e => `${e.tagName.toLowerCase()}.${e.className} reaches ${Math.round(e.getBoundingClientRect().right)}`).slice(0, 12);";
        let wide: Vec<String> = self.driver.execute(script, Vec::new()).await?.convert()?;
        self.resize(DESKTOP.0, DESKTOP.1).await?;
        ensure!(wide.is_empty(), "{} scrolls sideways at {width} px:\n{}", self.here().await?, wide.join("\n"));
        Ok(())
    }

    async fn number(&self, script: &str) -> Result<i64> {
        Ok(self.driver.execute(script, Vec::new()).await?.convert()?)
    }
}

/// Starts the driver on a port that the system chooses, and reads from its output which one.
fn start_driver() -> Result<(Driver, u16)> {
    let mut child = Command::new(DRIVER)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("chromedriver is missing: install the packages chromium and chromium-driver")?;
    let output = child.stdout.take().context("the driver's output")?;
    let driver = Driver(child);
    for line in BufReader::new(output).lines() {
        let line = line?;
        if let Some(port) = line.split("started successfully on port ").nth(1) {
            let port = port.trim_end_matches('.').parse().with_context(|| format!("a port in “{line}”"))?;
            return Ok((driver, port));
        }
    }
    bail!("chromedriver ended without naming its port")
}

fn screenshots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots")
}

/// Chooses the answer of this label, unless it is chosen already.
async fn tick(label: &WebElement) -> Result<()> {
    if !label.find(By::Css("input")).await?.is_selected().await? {
        label.click().await?;
    }
    Ok(())
}

/// Whatever one presses; what is kept from people's eyes is no such thing.
fn button(text: &str) -> String {
    format!(
        "*[self::button or self::summary or self::a][normalize-space(.)={}][not(@aria-hidden='true')]",
        quoted(text)
    )
}

/// The innermost part of a page that says `part` and contains `wanted`.
fn within(part: &str, wanted: &str) -> String {
    let parts = "*[self::section or self::form or self::tr or self::li or self::fieldset]";
    let fits = format!("[contains(normalize-space(.), {})][.//{wanted}]", quoted(part));
    format!("//{parts}{fits}[not(.//{parts}{fits})]")
}

/// A text as an XPath literal, which knows no escapes.
fn quoted(text: &str) -> String {
    if !text.contains('"') {
        return format!("\"{text}\"");
    }
    let parts: Vec<String> = text.split('"').map(|part| format!("\"{part}\"")).collect();
    format!("concat({})", parts.join(", '\"', "))
}
