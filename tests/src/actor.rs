use crate::TestApp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, redirect};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;
use twoway::{App, Who, accounts};
use twoway_ids::{MINUTE, Millis, Uuid};

/// Everybody's password.
pub const PASSWORD: &str = "四点半的楼梯口有灯";

/// A person, or nobody, at the API.
#[derive(Clone)]
pub struct Actor {
    pub account: Uuid,
    pub login: String,
    pub name: String,
    /// Where the actor's role is held.
    pub organization: Option<Uuid>,
    app: App,
    base: String,
    client: Client,
    token: Arc<Mutex<Option<Token>>>,
    headers: HeaderMap,
}

struct Token {
    access: String,
    refresh: String,
    at: Millis,
}

/// Status, headers and body of an answer. A body that is no JSON is kept as text.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    /// Sends a request made with [`Actor::request`].
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        answer(request).await
    }

    /// Status and body for a snapshot: each id becomes `[id 1]`, `[id 2]` … in the order of appearance.
    pub fn stable(&self) -> Value {
        let mut seen = HashMap::new();
        json!({ "status": self.status, "body": stabilised(&self.body, &mut seen) })
    }

    /// The id in the body's `id`.
    pub fn id(&self) -> Uuid {
        let text = self.body["id"].as_str().unwrap_or_else(|| panic!("no id in {self:?}"));
        Uuid::parse_str(text).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    /// The problem's code; empty where the body is no problem.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// Panics with the answer unless it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        self
    }
}

fn stabilised(value: &Value, seen: &mut HashMap<String, usize>) -> Value {
    match value {
        Value::Object(map) => {
            map.iter().map(|(k, v)| (k.clone(), stabilised(v, seen))).collect::<serde_json::Map<_, _>>().into()
        }
        Value::Array(list) => list.iter().map(|v| stabilised(v, seen)).collect(),
        Value::String(text) => {
            let mut out = text.clone();
            let is_id = |word: &str| Uuid::parse_str(word).is_ok();
            let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|w| is_id(w));
            for word in words.map(str::to_string).collect::<Vec<_>>() {
                let next = seen.len() + 1;
                let number = *seen.entry(word.clone()).or_insert(next);
                out = out.replace(&word, &format!("[id {number}]"));
            }
            out.into()
        }
        other => other.clone(),
    }
}

impl Actor {
    pub(crate) fn new(app: &TestApp, account: Uuid, login: &str, name: &str, organization: Option<Uuid>) -> Self {
        let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().expect("a client");
        Self {
            account,
            login: login.to_string(),
            name: name.to_string(),
            organization,
            app: app.app.clone(),
            base: app.base.clone(),
            client,
            token: Arc::default(),
            headers: HeaderMap::new(),
        }
    }

    pub(crate) fn nobody(app: &TestApp) -> Self {
        Self::new(app, Uuid::nil(), "", "", None)
    }

    /// The person for calls of actions without HTTP.
    pub async fn who(&self) -> Who {
        let held = accounts::held(self.app.db.read(), self.app.tenant, self.account).await.expect("roles can be read");
        let actor = twoway::Actor {
            account: self.account,
            session: Uuid::nil(),
            name: self.name.clone(),
            locale: "zh-CN".into(),
            held,
        };
        Who::person(self.app.tenant, Arc::new(actor))
    }

    /// The same person, sending one header more: `If-Match`, `Idempotency-Key`, `Accept-Language` …
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        changed.headers.insert(name, HeaderValue::from_str(value).expect("a header's value"));
        changed
    }

    /// The same person, asking another host of the same database.
    #[must_use]
    pub fn at_host(&self, base: &str) -> Self {
        Self { base: base.to_string(), ..self.clone() }
    }

    /// The same person, acting on the version that they saw.
    #[must_use]
    pub fn at_version(&self, version: i32) -> Self {
        self.with("if-match", &format!("\"{version}\""))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.request(method, path).await;
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request).await
    }

    /// A request with the person's token, for what the verbs cannot say: uploads, raw bodies.
    pub async fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base)).headers(self.headers.clone());
        match self.token().await {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// The access token, signed in or refreshed as the clock moves.
    pub async fn token(&self) -> Option<String> {
        if self.login.is_empty() {
            return None;
        }
        let mut token = self.token.lock().await;
        let now = self.app.now();
        if let Some(token) = token.as_ref().filter(|t| t.at + 9 * MINUTE > now) {
            return Some(token.access.clone());
        }
        let refreshed = match token.as_ref() {
            Some(old) => self.tokens("/api/v1/session/refresh", json!({ "refresh_token": old.refresh })).await,
            None => None,
        };
        let fresh = match refreshed {
            Some(fresh) => fresh,
            None => {
                let signed_in =
                    self.tokens("/api/v1/session", json!({ "login": self.login, "password": PASSWORD })).await;
                signed_in.unwrap_or_else(|| panic!("{} cannot sign in", self.login))
            }
        };
        let access = fresh.access.clone();
        *token = Some(fresh);
        Some(access)
    }

    async fn tokens(&self, path: &str, body: Value) -> Option<Token> {
        let request = self.client.post(format!("{}{path}", self.base)).json(&body);
        let answer = answer(request).await;
        let text = |name: &str| answer.body[name].as_str().map(str::to_string);
        Some(Token { access: text("access_token")?, refresh: text("refresh_token")?, at: self.app.now() })
    }

    /// The person at a browser, signed in.
    pub async fn pages(&self) -> PageClient {
        let jar = Client::builder().redirect(redirect::Policy::none()).cookie_store(true).no_proxy().build();
        let client = jar.expect("a client");
        let mut browser =
            PageClient { base: self.base.clone(), client, headers: HeaderMap::new(), cookies: Vec::new() };
        if !self.login.is_empty() {
            let answer = browser.post("/sign-in", &[("login", &self.login), ("password", PASSWORD)]).await;
            assert_eq!(answer.status, 303, "{} cannot sign in: {}", self.login, answer.body);
            let cookies = answer.headers.get_all("set-cookie").iter();
            browser.cookies = cookies.filter_map(|c| c.to_str().ok()).map(str::to_string).collect();
        }
        browser
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.expect("a readable body");
    let body = serde_json::from_str(&text).unwrap_or_else(|_| if text.is_empty() { Value::Null } else { text.into() });
    Answer { status, headers, body }
}

/// A browser as far as pages need one without script: cookies and forms. It follows no redirect by itself.
#[derive(Clone)]
pub struct PageClient {
    base: String,
    client: Client,
    headers: HeaderMap,
    /// What the sign-in set.
    cookies: Vec<String>,
}

impl PageClient {
    /// The `Set-Cookie` headers of the sign-in.
    pub fn sign_in_cookies(&self) -> &[String] {
        &self.cookies
    }

    /// The same browser, sending one header more.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        changed.headers.insert(name, HeaderValue::from_str(value).expect("a header's value"));
        changed
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.client.get(format!("{}{path}", self.base)).header("accept", "text/html")).await
    }

    /// With a header of this request alone: a cookie that the browser has from elsewhere.
    pub async fn get_with(&self, path: &str, name: &str, value: &str) -> Answer {
        let request = self.client.get(format!("{}{path}", self.base)).header("accept", "text/html");
        answer(request.header(name, value)).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body: String =
            reqwest::Url::parse_with_params("http://x/", form).expect("a form").query().unwrap_or_default().into();
        let request = self.client.post(format!("{}{path}", self.base));
        let request = request.header("accept", "text/html").header("content-type", "application/x-www-form-urlencoded");
        answer(request.headers(self.headers.clone()).body(body)).await
    }

    /// Sends a form with a file.
    pub async fn upload(&self, path: &str, form: reqwest::multipart::Form) -> Answer {
        let request = self.client.post(format!("{}{path}", self.base)).header("accept", "text/html");
        answer(request.headers(self.headers.clone()).multipart(form)).await
    }

    pub async fn request(&self, method: Method, path: &str) -> Answer {
        let request = self.client.request(method, format!("{}{path}", self.base)).header("accept", "text/html");
        answer(request.headers(self.headers.clone())).await
    }
}
