//! Looks at a page in Chromium: pictures of it are kept, nothing sticks out at any width, axe finds nothing, and no word is a
//! machine's.

use super::city::Person;
use super::markup::Reading;
use super::paths::REFERENCE;
use anyhow::Result;
use thirtyfour::Cookie;
use twoway_tests::browser::Browser;

/// The widths besides those of the pictures at which nothing may stick out.
const WIDTHS: [(u32, u32); 3] = [(360, 800), (768, 1024), (1280, 900)];

/// Elements that reach beyond the window, dates that break, and a menu that does not fit its row.
const UNSIGHTLY: &str = "const width = document.documentElement.clientWidth, found = [];
    if (document.documentElement.scrollWidth > width) {
        const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1);
        found.push(...wide.slice(0, 4).map(e => `${e.tagName.toLowerCase()}.${e.className} reaches ${Math.round(e.getBoundingClientRect().right)}`));
        if (!wide.length) found.push('it scrolls sideways');
    }
    found.push(...[...document.querySelectorAll('td time, th time, .day')].filter(e => new Set([...e.getClientRects()].map(r => Math.round(r.top))).size > 1)
        .slice(0, 4).map(e => `the date “${e.textContent}” breaks`));
    const rows = [...document.querySelectorAll('.nav-wide .site-nav > ul > li')].filter(e => e.getClientRects().length)
        .map(e => Math.round(e.getBoundingClientRect().top));
    if (width >= 1280 && new Set(rows).size > 1) found.push('the menu takes several rows');
    return found;";

pub struct Looker {
    pub browser: Browser,
    seated: Option<usize>,
    english: bool,
}

impl Looker {
    pub async fn open(base: &str) -> Result<Self> {
        let browser = Browser::open(base).await?;
        // Cookies can be set on a page of the site only.
        browser.goto("/").await?;
        Ok(Self { browser, seated: None, english: false })
    }

    async fn seat(&mut self, at: usize, person: &Person, english: bool) -> Result<()> {
        if self.seated != Some(at) || self.english != english {
            let mut cookies = person.cookies.clone();
            cookies.retain(|cookie| !english || cookie.name != "twoway_locale");
            if english {
                cookies.push(Cookie::new("twoway_locale", "en"));
            }
            self.browser.seat(&cookies).await?;
            (self.seated, self.english) = (Some(at), english);
        }
        Ok(())
    }

    async fn fits(&self, width: u32, height: u32) -> Result<Vec<String>> {
        self.browser.resize(width, height).await?;
        let found: Vec<String> = self.browser.driver().execute(UNSIGHTLY, Vec::new()).await?.convert()?;
        Ok(found.into_iter().map(|what| format!("at {width} px {what}")).collect())
    }

    /// Everything that can be seen of a page, and its pictures under `name`.
    pub async fn long(&mut self, at: usize, person: &Person, path: &str, name: &str) -> Result<Vec<String>> {
        self.seat(at, person, false).await?;
        self.browser.goto(path).await?;
        let mut found = Vec::new();
        for (width, height) in WIDTHS {
            found.extend(self.fits(width, height).await?);
        }
        self.browser.screenshot(name).await?;
        found.extend(self.browser.violations().await?);
        found.extend(self.browser.complaints().await?);
        self.seat(at, person, true).await?;
        self.browser.goto(path).await?;
        found.extend(self.fits(1280, 900).await?.into_iter().map(|what| format!("in English {what}")));
        if path != REFERENCE {
            let html = self.browser.driver().source().await?;
            found.extend(Reading::of(&html).blunders(true).into_iter().map(|what| format!("in English {what}")));
        }
        Ok(found)
    }

    /// The same page as another kind of person sees it: whether it fits a desk and a phone.
    pub async fn short(&mut self, at: usize, person: &Person, path: &str) -> Result<Vec<String>> {
        self.seat(at, person, false).await?;
        self.browser.goto(path).await?;
        let mut found = Vec::new();
        for (width, height) in [(1280, 900), (390, 844)] {
            found.extend(self.fits(width, height).await?);
        }
        found.extend(self.browser.complaints().await?);
        Ok(found)
    }
}
