//! Papers say what their pages say, and their text can be copied.

use super::*;
use crate::adoptions::{active, books, frozen, held, money, pooled, room, sign};
use crate::calls::world::*;
use serde_json::json;
use twoway::http::texts::Locale;
use twoway::papers::pdf::{Block, Document, Fonts, Letter, letter, write};
use twoway_entity::organizations::OrganizationKind;
use twoway_tests::{on_both_databases, pdf};

const NOON: i64 = 1_795_406_400_000;

/// Kept for who wants to look at it.
fn shown(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("TWOWAY_TEST_PAPERS") {
        std::fs::write(std::path::Path::new(&folder).join(name), bytes).expect("written");
    }
}

#[test]
fn a_letter_is_set_and_can_be_copied() {
    let paragraphs = [
        "感谢贵单位认领“四点半学校”项目所需的儿童绘本300册，项目已于3月1日在红花岗区、凤冈县、湄潭县三地启动。"
            .to_string(),
        "放学后到家长下班前，孩子们有人接、有书读、有人陪。（详见《项目执行报告》。）谨此致谢！".to_string(),
    ];
    let given = Letter {
        language: Locale::ZhCn,
        heading: "感谢信",
        recipient: "遵义某某有限公司",
        paragraphs: &paragraphs,
        signer: "遵义市精神文明建设办公室",
        date: NOON,
    };
    let document = letter(&given);
    let bytes = write(&document, &Fonts::default()).expect("a PDF");
    shown("letter.pdf", &bytes);
    let paper = pdf::read(&bytes);
    assert_eq!(paper.pages.len(), 1);
    let text = paper.text();
    assert!(text.starts_with("感谢信遵义某某有限公司："), "{text}");
    for paragraph in &paragraphs {
        assert!(text.contains(paragraph.as_str()), "{text}");
    }
    assert!(text.contains("遵义市精神文明建设办公室2026年11月23日"), "{text}");
    assert!(text.contains(&document.hash()) && text.contains("第 1 页，共 1 页"), "{text}");
    assert!(paper.raw.contains("(zh-CN)"), "the language of the document");
    assert_eq!(bytes, write(&document, &Fonts::default()).expect("again"), "the same document gives the same bytes");
    let later = letter(&Letter { date: NOON + 86_400_000, ..given });
    assert_ne!(bytes, write(&later, &Fonts::default()).expect("a PDF"));
}

#[test]
fn characters_of_other_fonts_are_set_beside_those_of_our_own() {
    let rare = "\u{4DAE}"; // 䶮, a given name that GB 2312 lacks and our subset holds
    let document =
        Document::new("名", Locale::ZhCn, NOON).block(Block::Paragraph(format!("刘{rare}与㐂，\u{1F600}。")));
    // What no font has is shown as 〓, and copied as what it is.
    let text = pdf::read(&write(&document, &Fonts::default()).expect("a PDF")).text();
    assert!(text.contains(&format!("刘{rare}与㐂，\u{1F600}。")), "{text}");
    // Debian's file, where it is installed, has the second one too.
    let file = std::path::PathBuf::from("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc");
    if file.exists() {
        let bytes = write(&document, &Fonts::new(&[file])).expect("a PDF");
        let paper = pdf::read(&bytes);
        assert!(paper.says(&format!("刘{rare}与㐂，\u{1F600}。")), "{}", paper.text());
        assert_eq!(paper.raw.matches("/FontFile3").count(), 2, "two subsets lie in the file");
    }
}

on_both_databases! {
    async fn an_agreement_is_printed_with_its_hash_and_signatures(app: &TestApp) {
        let team = app.team(1).await;
        let recipient = app.recipient(1).await;
        let to = recipient.organization.expect("a recipient");
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), money(to)]).await;
        let sponsor = app.sponsor(1).await;
        let early = held(app, &app.sponsor(2).await, proposal, &[(lines[0], 5)]).await;
        let of = |id| format!("/api/v1/adoptions/{id}/agreement.pdf");
        app.sponsor(2).await.get(&of(early)).await.expect(404);
        let (id, hash) = frozen(app, &sponsor, proposal, &[(lines[0], 120), (lines[1], 3_000)]).await;
        let unsigned = pdf::read(&file(&sponsor, &of(id)).await.bytes).text();
        assert!(unsigned.contains("等待确认") && unsigned.contains(&hash), "{unsigned}");
        sign(&sponsor, id, "sponsor", &hash).await.expect(200);
        sign(&recipient, id, "recipient", &hash).await.expect(200);
        sign(&team, id, "team", &hash).await.expect(200);
        sign(&app.office().await, id, "office", &hash).await.expect(200);

        let paper = file(&sponsor, &of(id)).await;
        shown("agreement.pdf", &paper.bytes);
        assert_eq!(paper.headers["content-type"], "application/pdf");
        assert_eq!(paper.name(), "认领协议-四点半学校.pdf");
        let paper_read = pdf::read(&paper.bytes);
        let text = paper_read.text();
        let agreement = sponsor.get(&format!("/api/v1/adoptions/{id}/agreement")).await.expect(200).body;
        for line in agreement["text"].as_str().expect("a text").lines() {
            assert!(paper_read.says(line), "{line} in {text}");
        }
        assert!(text.contains(&hash) && !text.contains("等待确认"), "{text}");
        for name in [&sponsor.name, &team.name, &app.office().await.name] {
            assert!(text.contains(name.as_str()), "{name} in {text}");
        }
        assert_eq!(file(&team, &of(id)).await.bytes, paper.bytes, "the same for all parties");
        app.sponsor(2).await.get(&of(id)).await.expect(404);
        app.anon().get(&of(id)).await.expect(401);
        let page = sponsor.pages().await.get(&format!("/adoptions/{id}/agreement")).await.expect(200);
        assert!(page.body.as_str().is_some_and(|text| text.contains(&format!("/adoptions/{id}/agreement.pdf"))));
    }

    async fn needs_and_statements_are_printed(app: &TestApp) {
        let team = app.team(1).await;
        let recipient = app.organization(OrganizationKind::Recipient, "遵义市慈善总会").await;
        let (proposal, lines) = pooled(app, &team, "四点半学校", &[books(), room(), money(recipient)]).await;
        let sponsor = app.sponsor(1).await;
        let waiting = held(app, &sponsor, proposal, &[(lines[1], 1)]).await;
        let id = active(app, &app.sponsor(2).await, &team, &[], proposal, &[(lines[0], 120)]).await;
        let sponsor = app.sponsor(2).await;
        let poster = file(&app.anon(), &format!("/api/v1/proposals/{proposal}/needs.pdf")).await;
        shown("needs.pdf", &poster.bytes);
        let read = pdf::read(&poster.bytes);
        for said in ["儿童绘本", "100–300 册", "180 册", "周二活动室", "须整项认领", "遵义市慈善总会", "平台不收取任何款项", &format!("/proposals/{proposal}/needs")] {
            assert!(read.says(said), "{said} in {}", read.text());
        }
        let statement = |id| format!("/api/v1/adoptions/{id}/statement.pdf");
        app.sponsor(1).await.get(&statement(waiting)).await.expect(404);
        let commitment = sponsor.get(&format!("/api/v1/adoptions/{id}")).await.body["lines"][0]["id"].clone();
        let delivery = json!({"commitment": commitment, "quantity": 50, "delivered_on": "2026-11-23", "evidence": "入库单 2026-007，验收人赵队长", "proof": {"goods_note": "入库单 2026-007", "condition": "good"}});
        let delivery = sponsor.post(&format!("/api/v1/adoptions/{id}/deliveries"), delivery).await.expect(201).id();
        team.post(&format!("/api/v1/deliveries/{delivery}/confirm"), json!({})).await.expect(200);
        let paper = file(&sponsor, &statement(id)).await;
        shown("statement.pdf", &paper.bytes);
        let read = pdf::read(&paper.bytes);
        for said in ["企业2", "120 册", "50 册", "入库单 2026-007，验收人赵队长", "已确认", "2026年11月23日", "不代替票据"] {
            assert!(read.says(said), "{said} in {}", read.text());
        }
        app.sponsor(1).await.get(&statement(id)).await.expect(404);
        let english = pdf::read(&file(&sponsor.with("accept-language", "en"), &statement(id)).await.bytes).text();
        assert!(english.contains("Statement of an adoption"), "{english}");
        let page = sponsor.pages().await.get(&format!("/adoptions/{id}")).await.expect(200);
        assert!(page.body.as_str().is_some_and(|text| text.contains("/statement.pdf")));
    }

    async fn a_proposal_is_printed_as_it_was_handed_in(app: &TestApp) {
        let (team, office) = (app.team(1).await, app.office().await);
        let call = open_call(app).await;
        let id = draft(&team, call, "四点半学校").await;
        let path = format!("/api/v1/proposals/{id}/receipt.pdf");
        team.get(&path).await.expect(404);
        submit(&team, id).await.expect(200);
        let view = team.get(&format!("/api/v1/proposals/{id}")).await.expect(200).body;
        let (receipt, hash) = (view["receipt"].as_str().expect("a number"), view["receipt_hash"].as_str().expect("a hash"));
        let paper = file(&team, &path).await;
        shown("proposal.pdf", &paper.bytes);
        assert!(paper.name().contains(receipt), "{}", paper.name());
        let read = pdf::read(&paper.bytes);
        for said in [receipt, hash, "四点半学校", "放学后到家长下班前，由志愿者看护。", "每周一至周五开放", "13900001111", "志愿队1"] {
            assert!(read.says(said), "{said} in {}", read.text());
        }
        assert_eq!(file(&team, &path).await.bytes, paper.bytes);
        app.team(2).await.get(&path).await.expect(404);
        app.reviewer(1).await.get(&path).await.expect(404);
        app.anon().get(&path).await.expect(401);
        file(&office, &path).await;
        let page = team.pages().await.get(&format!("/proposals/{id}")).await.expect(200);
        assert!(page.body.as_str().is_some_and(|text| text.contains("/receipt.pdf")));
    }
}
