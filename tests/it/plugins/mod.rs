//! A plugin in a project: what it may decide, what the host keeps from it, and what happens when it fails.

mod books;
mod decisions;
pub mod fixture;
mod incidents;
mod pages;
mod retention;
mod secrets;
pub mod shipped;
mod trouble;

use serde_json::{Map, Value, json};
use twoway::lifecycle::Command;
use twoway::plugins::{self, Activation, Phase, Place};
use twoway_ids::{DAY, Uuid};
use twoway_manifest::{Ability, DataClass, Grant};
use twoway_tests::{Actor, Answer, TestApp};

/// A project whose plugin is the fixture.
pub struct Site<'a> {
    app: &'a TestApp,
    pub project: Uuid,
    pub lead: Actor,
    pub office: Actor,
    pub citizen: Actor,
}

fn full() -> Grant {
    Grant {
        abilities: Ability::ALL.into_iter().filter(|a| !matches!(a, Ability::Log | Ability::Records)).collect(),
        classes: [DataClass::P2, DataClass::P4].into(),
    }
}

/// Puts the fixture into the catalogue and answers its digest.
async fn uploaded(app: &TestApp) -> String {
    let admin = app.admin().await;
    let request = admin.request(axum::http::Method::POST, "/api/v1/plugins").await;
    let response = request.header("content-type", "application/octet-stream").body(fixture::package()).send().await;
    let response = response.expect("an answer");
    assert_eq!(response.status(), 201);
    let body: Value = response.json().await.expect("JSON");
    body["digest"].as_str().expect("a digest").to_string()
}

async fn activated(app: &TestApp, grant: Grant) -> Result<Site<'_>, twoway::Refusal> {
    let digest = uploaded(app).await;
    let (office, lead) = (app.office().await, app.team(1).await);
    let project = twoway_ids::new_id(app.now());
    let root = app.root().await;
    let place = Place {
        project,
        title: "留言簿项目".into(),
        path: format!("/{}/", root.simple()),
        team: lead.organization,
        lead: None,
        sponsors: vec![],
        phase: Phase::Running,
    };
    let activation = Activation { digest, settings: json!({"limit": 3}), grant, minors_data_confirmed: true };
    app.app
        .act(&office.who().await, &Command::default(), move |step| async move {
            plugins::activate(&step, &place, activation).await
        })
        .await?;
    Ok(Site { app, project, lead, office, citizen: app.citizen().await })
}

async fn site(app: &TestApp) -> Site<'_> {
    activated(app, full()).await.expect("activates")
}

impl Site<'_> {
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/projects/{}/{rest}", self.project)
    }

    pub async fn act(&self, actor: &Actor, action: &str, target: Option<&str>, input: Value) -> Answer {
        let mut body = Map::new();
        body.insert("input".into(), input);
        if let Some(target) = target {
            body.insert("target".into(), target.into());
        }
        actor.post(&self.path(&format!("actions/{action}")), body.into()).await
    }

    /// A note of the citizen's; its id.
    pub async fn note(&self, input: Value) -> String {
        let answer = self.act(&self.citizen, "write", None, input).await.expect(200);
        answer.body["records"][0].as_str().expect("a record").to_string()
    }

    pub async fn record(&self, actor: &Actor, id: &str) -> Answer {
        actor.get(&self.path(&format!("records/{id}"))).await
    }

    pub async fn notes(&self) -> Vec<Value> {
        let answer = self.lead.get(&self.path("records?kind=note&limit=100")).await.expect(200);
        answer.body["items"].as_array().cloned().expect("a list")
    }

    /// Makes the citizen a helper: first the paper, then the role.
    pub async fn helper(&self) -> String {
        let member = self.lead.post(&self.path("members"), json!({"login": self.citizen.login})).await.expect(201).body
            ["id"]
            .as_str()
            .expect("an id")
            .to_string();
        let now = self.app.now();
        let fact = json!({"predicate": "cleared", "document": "查字〔2026〕12号", "valid_from": now, "valid_until": now + 300 * DAY});
        self.office.post(&self.path(&format!("members/{member}/facts")), fact).await.expect(201);
        self.lead.put(&self.path(&format!("members/{member}/roles")), json!({"roles": ["helper"]})).await.expect(200);
        member
    }
}
