use super::script::{Founding, Person, Script, Step};
use super::words::Words;
use crate::calendar::Calendar;
use crate::{App, jobs};
use anyhow::{Context, bail, ensure};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use tower::ServiceExt;
use twoway_ids::{MINUTE, Millis};

/// Told after each step: how many are done of how many.
pub type Progress<'a> = &'a dyn Fn(usize, usize);

/// A token is used for less than its ten minutes, then the person signs in anew.
const TOKEN_AGE: Millis = 8 * MINUTE;

/// Largest answer that the script looks at.
const ANSWER_LIMIT: usize = 4 << 20;

/// Plays scripts one after the other, against one host with a simulated clock. What one script learnt, the next one knows.
pub struct Player<'a> {
    app: &'a App,
    router: &'a Router,
    password: &'a str,
    words: Words,
    people: BTreeMap<String, Person>,
    founder: Option<String>,
    tokens: HashMap<String, (Millis, String)>,
}

impl<'a> Player<'a> {
    /// `today` is the day from which the scripts count; `password` is everybody's.
    pub fn new(app: &'a App, router: &'a Router, password: &'a str, today: Millis) -> Self {
        let calendar = Calendar { utc_offset: app.config.utc_offset_minutes, ..Calendar::default() };
        let mut words = Words::new(today, calendar);
        words.learn("password".into(), json!(password));
        Self { app, router, password, words, people: BTreeMap::new(), founder: None, tokens: HashMap::new() }
    }

    /// Plays one script. The first one founds the office, so it needs an empty database.
    pub async fn play(&mut self, script: &Script, progress: Progress<'_>) -> anyhow::Result<()> {
        if let Some(founding) = &script.founding {
            self.found(founding).await?;
        }
        self.register(&script.people).await?;
        for (done, step) in script.steps.iter().enumerate() {
            let note = || format!("step {}: {}", done + 1, step.note.as_deref().unwrap_or(&step.ask));
            self.step(step).await.with_context(note)?;
            progress(done + 1, script.steps.len());
        }
        Ok(())
    }

    async fn found(&mut self, founding: &Founding) -> anyhow::Result<()> {
        self.app.clock.set(self.words.moment(&founding.at)?);
        let clerk = crate::founding::Founding {
            office: founding.office.clone(),
            login: founding.login.clone(),
            name: founding.name.clone(),
            password: self.password.to_string(),
        };
        let office = crate::founding::found(self.app, clerk).await.context("the office could not be founded")?;
        self.words.learn("office".into(), json!(office));
        self.founder = Some(founding.login.clone());
        Ok(())
    }

    /// Everybody signs up; `{account.<short name>}` is known afterwards.
    async fn register(&mut self, people: &BTreeMap<String, Person>) -> anyhow::Result<()> {
        for (short, person) in people {
            self.people.insert(short.clone(), person.clone());
            if self.founder.as_ref() != Some(&person.login) {
                let body =
                    json!({"login": person.login, "name": person.name, "password": self.password, "locale": "zh-CN"});
                let request = Request::post("/api/v1/accounts").header(header::CONTENT_TYPE, "application/json");
                let (status, answer) = self.send(request.body(Body::from(body.to_string()))?).await?;
                ensure!(status < 400, "{} could not be registered: {answer}", person.login);
            }
            let token = self.token(short).await?;
            let request = Request::get("/api/v1/me").header(header::AUTHORIZATION, format!("Bearer {token}"));
            let (_, me) = self.send(request.body(Body::empty())?).await?;
            self.words.learn(format!("account.{short}"), me["id"].clone());
        }
        Ok(())
    }

    async fn step(&mut self, step: &Step) -> anyhow::Result<()> {
        if let Some(at) = &step.at {
            let at = self.words.moment(at)?;
            ensure!(at >= self.app.now(), "the clock would run backwards");
            jobs::run_until(self.app, at).await?;
        }
        if step.each.is_empty() {
            return self.ask(step, &Map::new()).await;
        }
        for own in &step.each {
            self.ask(step, own).await.with_context(|| Value::Object(own.clone()).to_string())?;
        }
        Ok(())
    }

    async fn ask(&mut self, step: &Step, own: &Map<String, Value>) -> anyhow::Result<()> {
        let line = self.words.fill_line(&step.ask, own)?;
        let (method, path) = line.split_once(' ').with_context(|| format!("'{line}' is not a method and a path"))?;
        let mut request = Request::builder().method(method).uri(path).header(header::ACCEPT_LANGUAGE, "zh-CN");
        if let Some(who) = &step.who {
            let who = self.words.fill_line(who, own)?;
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token(&who).await?));
        }
        if let Some(version) = &step.version {
            let version = self.words.fill(version, own)?;
            request = request.header(header::IF_MATCH, format!("\"{version}\""));
        }
        let body = match &step.with {
            Some(with) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(self.words.fill(with, own)?.to_string())
            }
            None => Body::empty(),
        };
        let answer = self.send(request.body(body)?).await?;
        match (&step.refused, answer) {
            (None, (status, body)) if status < 400 => self.keep(step, own, &body),
            (Some(code), (status, body)) if status >= 400 && body["code"] == *code => Ok(()),
            (_, (status, body)) => bail!("{line} was answered with {status}: {body}"),
        }
    }

    async fn send(&self, request: Request<Body>) -> anyhow::Result<(u16, Value)> {
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), ANSWER_LIMIT).await?;
        Ok((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    async fn token(&mut self, who: &str) -> anyhow::Result<String> {
        let now = self.app.now();
        if let Some((since, token)) = self.tokens.get(who)
            && now - since < TOKEN_AGE
        {
            return Ok(token.clone());
        }
        let login = self
            .people
            .get(who)
            .map(|p| p.login.clone())
            .with_context(|| format!("the script has no person '{who}'"))?;
        let body = json!({"login": login, "password": self.password}).to_string();
        let request =
            Request::post("/api/v1/session").header(header::CONTENT_TYPE, "application/json").body(Body::from(body))?;
        let (status, answer) = self.send(request).await?;
        let token =
            answer["access_token"].as_str().with_context(|| format!("'{who}' could not sign in: {status} {answer}"))?;
        self.tokens.insert(who.to_string(), (now, token.to_string()));
        Ok(token.to_string())
    }

    fn keep(&mut self, step: &Step, own: &Map<String, Value>, answer: &Value) -> anyhow::Result<()> {
        for (word, place) in &step.keep {
            let word = self.words.fill_line(word, own)?;
            let place = self.words.fill(place, own)?;
            let found = find(answer, &place).with_context(|| format!("the answer has nothing at {place}: {answer}"))?;
            let value = if place["find"] == "digits" { json!(code_in(found)?) } else { found.clone() };
            self.words.learn(word, value);
        }
        Ok(())
    }
}

/// `"/id"`, or `{"at": "/id"}`, or `{"in": "/items", "where": {"/name": "…"}, "at": "/id"}` for one of a list.
fn find<'a>(answer: &'a Value, place: &Value) -> Option<&'a Value> {
    if let Some(pointer) = place.as_str() {
        return answer.pointer(pointer);
    }
    let from = match (place["in"].as_str(), place["where"].as_object()) {
        (Some(list), Some(wanted)) => answer
            .pointer(list)?
            .as_array()?
            .iter()
            .find(|item| wanted.iter().all(|(pointer, value)| item.pointer(pointer) == Some(value)))?,
        _ => answer,
    };
    from.pointer(place["at"].as_str()?)
}

/// The first run of exactly six digits in a text.
fn code_in(value: &Value) -> anyhow::Result<String> {
    let text = value.as_str().context("not a text")?;
    text.split(|c: char| !c.is_ascii_digit())
        .find(|run| run.len() == 6)
        .map(str::to_string)
        .with_context(|| format!("no six-digit code in '{text}'"))
}
