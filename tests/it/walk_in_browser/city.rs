//! The demo city at the end of its story, and the people who walk through it.

use std::path::Path;
use thirtyfour::Cookie;
use twoway::demo::{Player, Script};
use twoway::{http, plugins};
use twoway_tests::{Backend, PASSWORD, PageClient, TestApp};

/// The city's story, what becomes of its first project, and a day on which something of every kind is under way.
const STORY: [&str; 3] = ["host/demo/zunyi.json", "tests/fixtures/journey.json", "tests/fixtures/walk.json"];

/// Who looks: the kind of person, and the login of one of that kind. Nobody has no login.
const PEOPLE: [(&str, &str); 20] = [
    ("office", "zhoumin"),
    ("office", "wujianguo"),
    ("reviewer", "qianwenbo"),
    ("reviewer", "sunli"),
    ("evaluator", "baixue"),
    ("sponsor", "linhai"),
    ("sponsor", "tangliang"),
    ("sponsor", "meiyu"),
    ("team", "chenguilan"),
    ("team", "yangzhigang"),
    ("team", "zhaoxiuying"),
    ("volunteer", "guojun"),
    ("volunteer", "xieting"),
    ("guardian", "wangfang"),
    ("citizen", "huxiaoyan"),
    ("recipient", "shanmin"),
    ("district", "luohongmei"),
    ("supervisor", "shenjing"),
    ("auditor", "hewei"),
    ("nobody", ""),
];

pub struct Person {
    pub kind: &'static str,
    pub login: &'static str,
    pub pages: PageClient,
    pub cookies: Vec<Cookie>,
}

/// The city as it stands, on the built plugins in `folder`.
pub async fn built(folder: &Path) -> (TestApp, Vec<Person>) {
    let app = TestApp::with(Backend::Sqlite, |config| config.plugins = folder.into()).await;
    plugins::take_bundled(&app.app).await.expect("the built plugins are taken");
    let router = http::router(app.app.clone()).expect("the site is complete");
    let mut player = Player::new(&app.app, &router, PASSWORD, app.now());
    for path in STORY {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
        let text = std::fs::read_to_string(file).expect("the script is there");
        let script = Script::parse(&text).expect("the script is sound");
        if let Err(problem) = player.play(&script, &|_, _| {}).await {
            panic!("{path}: {problem:#}");
        }
    }
    let mut people = Vec::new();
    for (kind, login) in PEOPLE {
        let pages = app.registered(login).pages().await;
        let cookies = pages.sign_in_cookies().iter().filter_map(|c| c.split(';').next()?.split_once('='));
        let cookies = cookies.map(|(name, value)| Cookie::new(name, value)).collect();
        people.push(Person { kind, login, pages, cookies });
    }
    (app, people)
}
