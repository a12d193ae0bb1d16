//! A walk through the whole house: every page of the route table, as every kind of person who comes to it by following links from
//! the front page, in the demo city at the end of its story. A page that nobody can come to is a finding, and so is a link that
//! leads where its reader may not go.

mod city;
mod look;
mod markup;
mod paths;

use anyhow::{Result, ensure};
use axum::http::Method;
use paths::Pages;
use std::collections::BTreeSet;
use std::path::PathBuf;
use twoway::http::{Access, Door, Route, site};
use twoway_tests::{TestApp, browser};

/// Page routes that answer with no page, or that nobody is led to, and why that is right.
const NOT_WALKED: [(&str, &str); 50] = [
    ("/office/mails/{id}", "the city holds no mail back: mail::pages looks at one"),
    ("/adoptions/{id}/agreement.txt", "a file: its text is on the agreement's page"),
    ("/adoptions/{id}/agreement.pdf", "a file: papers::pdf reads it"),
    ("/adoptions/{id}/statement.pdf", "a file: papers::pdf reads it"),
    ("/proposals/{id}/needs.pdf", "a file: papers::pdf reads it"),
    ("/proposals/{id}/receipt.pdf", "a file: papers::pdf reads it"),
    ("/organizations/import/template", "a file: papers::imports reads it"),
    ("/proposals/{id}/needs/import/template", "a file: papers::imports reads it"),
    ("/calls/{id}/scores/import/template", "a file: papers::imports reads it"),
    ("/imports/{id}", "somebody who has just uploaded a sheet is led there: papers::imports"),
    ("/adoptions/export", "a file: papers::exports reads it"),
    ("/organizations/export", "a file: papers::exports reads it"),
    ("/calls/{id}/results/export", "a file: papers::exports reads it"),
    ("/office/calls/{id}/screening/export", "a file: papers::exports reads it"),
    ("/office/calls/{id}/reviews/export", "a file: papers::exports reads it"),
    ("/office/calls/{id}/deliberation/export", "a file: papers::exports reads it"),
    ("/proposals/{id}/needs/export", "a file: papers::exports reads it"),
    ("/seal-scans/{id}/file", "a file: the agreement's page links to it"),
    ("/proposals/{id}/attachments/{file}", "a file: the city's people attach none"),
    ("/projects/{id}/evaluation", "leads on to /evaluations/{id}"),
    ("/problems/{code}", "programs are led there by the API's answers; looked at by people_in_browser"),
    ("/p/{id}/cards", "no plugin of the city publishes cards; projects::in_browser looks at the page"),
    ("/office/calls/{id}/form-file", "a file: calls::form_files reads it"),
    ("/office/calls/{id}/documents", "no call of the city is a purchase: calls::documents looks at the page"),
    ("/calls/{id}/documents/{document}", "a file: calls::documents reads it"),
    ("/adoption-asks/{id}/answer", "nobody asks for a delay in the city: adoptions::fulfilment_pages answers one"),
    ("/adoptions/{id}/papers/{file}", "a file of a hardship: adoptions::fulfilment files it"),
    ("/adoptions/{id}/surplus", "no adoption of the city is at its end: adoptions::fulfilment_pages decides one"),
    ("/adoptions/{id}/thanks", "the same: adoptions::fulfilment_pages writes one"),
    ("/deliveries/{id}/files/{file}", "a file: adoptions::fulfilment reads it"),
    (
        "/office/calls/{id}/decisions",
        "the deliberation's form leads there with what was marked: reviews::several decides",
    ),
    ("/office/calls/{id}/second-round", "no call of the city has one: reviews::second begins one"),
    ("/mergers/{id}", "no two proposals of the city are merged: journey::year looks at one"),
    ("/office/calls/templates/{id}", "the city saved no template: calls::templates looks at one"),
    ("/office/inquiries/{id}", "nobody asks about a call in the city: calls::desk answers one"),
    ("/receipts/{id}/void", "no receipt of the city is wrong: adoptions::fulfilment voids one"),
    ("/use-changes/{id}/answer/{adoption}", "no use is changed in the city: journey::three_sponsors answers"),
    ("/use-changes/{id}/withdraw", "the same: adoptions::fulfilment_pages takes one back"),
    ("/calls/{id}/invitation", "no call of the city is by invitation: calls::invitations gives a code"),
    ("/office/calls/{id}/invitations", "the same: calls::invitations looks at the list"),
    ("/office/calls/{id}/invitations/new", "the same: calls::invitations makes codes"),
    ("/objections/{id}/files/{file}", "a file: objections::files reads it"),
    ("/disclosures/{id}/photos/{file}", "a file: projects::disclosures reads it"),
    ("/office/call-channels/{id}/file", "a file: calls::channels reads it"),
    ("/office/call-channels/{id}/proof", "no channel of the city waits for a proof: calls::channels gives one"),
    ("/proposals/{id}/accept-late", "nothing came late in the city: calls::late accepts one"),
    ("/proposals/{id}/paper", "nothing came on paper in the city: journey::year types two in"),
    ("/proposals/{id}/paper/hand-over", "the same: proposals::paper hands one over"),
    ("/proposals/{id}/paper/scans/{file}", "a file: proposals::paper reads it"),
    ("/sponsor-bars/{id}/lift", "nobody is barred in the city: adoptions::bars lifts one"),
];

/// All that can be opened; links lead to pages and to files of the API.
fn table(app: &TestApp) -> Vec<Route> {
    let routes = site::routes(app.app.clone()).table();
    routes.into_iter().filter(|route| route.method == Method::GET).collect()
}

/// `/projects/{id}/place/log` → `projects-id-place-log`; `/` → `home`.
fn picture(route: &str) -> String {
    let name = route.trim_matches('/').replace(['{', '}'], "").replace('/', "-");
    if name.is_empty() { "home".to_string() } else { name }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_can_be_come_to_and_looks_after_itself() -> Result<()> {
    if !browser::is_there() {
        return Ok(());
    }
    let Some(folder) = std::env::var_os("TWOWAY_TEST_PLUGINS").map(PathBuf::from) else {
        eprintln!(
            "skipped: TWOWAY_TEST_PLUGINS is not set, and the demo city lives on the built plugins (make plugins)"
        );
        return Ok(());
    };
    let (app, people) = city::built(&folder).await;
    let table = table(&app);
    let (mut pages, mut wrong) = (Pages::new(), Vec::new());
    for (at, person) in people.iter().enumerate() {
        paths::walk(&table, at, person, &mut pages, &mut wrong).await;
    }
    pages.retain(|_, visits| !visits.is_empty());
    wrong.extend(missing(&table, &pages));

    let mut looker = look::Looker::open(&app.base).await?;
    let mut pictured = BTreeSet::new();
    // By person, so that the seat is changed seldom; each kind of person looks at another page of the route where there are several.
    let mut looks: Vec<_> =
        pages.iter().enumerate().map(|(n, (key, visits))| (key, &visits[n % visits.len()])).collect();
    looks.sort_by_key(|(_, visit)| visit.person);
    for ((route, kind), visit) in looks {
        let person = &people[visit.person];
        let found = if pictured.insert(*route) {
            looker.long(visit.person, person, &visit.path, &picture(route)).await?
        } else {
            looker.short(visit.person, person, &visit.path).await?
        };
        wrong.extend(found.into_iter().map(|what| format!("{route} as {kind}, {}: {what}", visit.path)));
    }
    looker.browser.close().await?;
    app.finish().await;
    ensure!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

/// Routes to which no link led, and public ones that are shown only to those who are signed in.
fn missing(table: &[Route], pages: &Pages) -> Vec<String> {
    let walked: BTreeSet<&str> = pages.keys().map(|(route, _)| *route).collect();
    let public: BTreeSet<&str> = pages.keys().filter(|(_, kind)| *kind == "nobody").map(|(route, _)| *route).collect();
    let excused = |route: &Route| NOT_WALKED.iter().any(|(path, _)| *path == route.path);
    let mut found = Vec::new();
    for route in table.iter().filter(|route| route.door == Door::Page && !excused(route)) {
        if !walked.contains(route.path) {
            found.push(format!("{}: nobody is led there", route.path));
        } else if route.access == Access::Public && !public.contains(route.path) {
            found.push(format!("{}: public, but who is not signed in is not led there", route.path));
        }
    }
    found
}
