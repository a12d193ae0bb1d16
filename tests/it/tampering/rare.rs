//! Rows of which the stories leave none at their end.

use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use twoway_entity::adoptions::{DeliveryState, PartnerState, Party, Side, delivery, partner};
use twoway_entity::agreements::{ScanState, seal_scan, template, trade};
use twoway_entity::assisted::{entry, point};
use twoway_entity::calendar::calendar_day;
use twoway_entity::call_desk::{channel, follower, inquiry, invitation, invitation_use, template as call_template};
use twoway_entity::evaluations::notice as evaluation_notice;
use twoway_entity::files::document;
use twoway_entity::fulfilment::{
    AskKind, Cause, UseChangeState, ask, proof, receipt, release, settlement, use_change, use_consent,
};
use twoway_entity::mail::{MailKind, MailState, Rhythm, message as mail, setting as mail_setting};
use twoway_entity::notices::wording;
use twoway_entity::objections::{Ground, ObjectionState, Target, evidence, item_notice, objection};
use twoway_entity::papers::sheet_import;
use twoway_entity::plugins::{IncidentState, disclosure, incident, plugin_task, publication};
use twoway_entity::proposals::{attachment, disqualification};
use twoway_entity::propose::{
    CoApplicantState, MergerState, Part, author, co_applicant, comment as remark, late_submission, merger,
};
use twoway_entity::reviews::{
    InterestKind, PlanState, Reads, SlotState, comment, interest, judge, letter_template, live_score, phase, plan,
    plan_line, plan_load, profile, roadshow, second_item, second_round, setting, slot,
};
use twoway_ids::Uuid;
use twoway_tests::TestApp;

/// One of each, with content that fits the tables; what they belong to is not there.
pub async fn rows(app: &TestApp) {
    let (tenant_id, now) = (Set(app.app.tenant), app.now());
    let id = || Set(twoway_ids::new_id(now));
    let (of, moment, word) = (Set(Uuid::from_u128(7)), Set(now), || Set("word".to_string()));
    let (tenant_id_of, of_id, at_moment) = (tenant_id.clone(), of.clone(), moment.clone());
    let day = calendar_day::ActiveModel {
        tenant_id: tenant_id.clone(),
        day: Set("2026-10-01".into()),
        works: Set(false),
        name: word(),
    };
    let words = template::ActiveModel {
        tenant_id: tenant_id.clone(),
        key: Set("city".into()),
        name: word(),
        body: word(),
        retired: Set(false),
        changed_by: Set(None),
        changed_at: moment.clone(),
    };
    let paper = seal_scan::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        adoption_id: of.clone(),
        agreement_id: of.clone(),
        party: Set(Party::Sponsor),
        organization_id: Set(None),
        recipient_id: Set(None),
        hash: word(),
        uploaded_by: of.clone(),
        uploaded_at: moment.clone(),
        state: Set(ScanState::Waiting),
        answered_by: Set(None),
        answered_at: Set(None),
        reason: Set(None),
    };
    let listed = trade::ActiveModel {
        tenant_id: tenant_id.clone(),
        key: Set("betel-nut".into()),
        title: word(),
        blocked: Set(true),
        basis: word(),
    };
    let file = attachment::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        proposal_id: of.clone(),
        name: word(),
        media_type: word(),
        size: Set(4),
        sha256: word(),
        uploaded_by: of.clone(),
        uploaded_at: moment.clone(),
    };
    let proof = document::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        owner_kind: word(),
        owner_id: of.clone(),
        purpose: word(),
        name: word(),
        media_type: word(),
        size: Set(4),
        sha256: word(),
        uploaded_by: of.clone(),
        uploaded_at: moment.clone(),
    };
    let sentence = wording::ActiveModel {
        tenant_id: tenant_id.clone(),
        template: word(),
        zh_cn: Set(Some("word".into())),
        en: Set(None),
        looked_at: Set(false),
        edited_by: of.clone(),
        edited_at: moment.clone(),
        version: Set(1),
    };
    let wish = mail_setting::ActiveModel {
        tenant_id: tenant_id.clone(),
        account_id: of.clone(),
        address: word(),
        confirmed_at: Set(None),
        nonce: of.clone(),
        code_until: moment.clone(),
        code_wrong: Set(0),
        rhythm: Set(Rhythm::Soon),
        quiet_from: Set(4),
        quiet_to: Set(4),
        since: moment.clone(),
        last_sent_at: Set(None),
    };
    let letter = mail::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        account_id: of.clone(),
        address: word(),
        kind: Set(MailKind::Notices),
        notices: Set(json!(["word"])),
        urgent: Set(false),
        due_at: moment.clone(),
        created_at: moment.clone(),
        sent_at: Set(None),
        reason: Set(None),
        released_by: Set(None),
        state: Set(MailState::Held),
        version: Set(1),
    };
    let delivered = delivery::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        adoption_id: of.clone(),
        commitment_id: of.clone(),
        line_id: of.clone(),
        quantity: Set(4),
        delivered_on: Set("2026-11-23".into()),
        evidence: word(),
        recorded_side: Set(Side::Sponsor),
        recorded_by: of.clone(),
        answered_by: Set(None),
        answered_at: Set(None),
        reason: Set(None),
        state: Set(DeliveryState::Recorded),
        version: Set(1),
        created_at: moment.clone(),
    };
    let given_back = release::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        adoption_id: of.clone(),
        organization_id: of.clone(),
        commitment_id: of.clone(),
        line_id: of.clone(),
        quantity: Set(4),
        cause: Set(Cause::Lapsed),
        reason: word(),
        at: moment.clone(),
    };
    let asked = ask::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        adoption_id: of.clone(),
        commitment_id: Set(None),
        kind: Set(AskKind::Termination),
        reason: word(),
        due_on: Set(None),
        asked_by: of.clone(),
        asked_at: moment.clone(),
        agreed: Set(None),
        answered_by: Set(None),
        answered_at: Set(None),
        answer: Set(None),
    };
    let change = use_change::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        proposal_id: of.clone(),
        line_id: of.clone(),
        new_use: word(),
        reason: word(),
        asked_by: of.clone(),
        due_at: moment.clone(),
        ended_at: Set(None),
        state: Set(UseChangeState::Open),
        version: Set(1),
        created_at: moment.clone(),
    };
    let consent = use_consent::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        change_id: of.clone(),
        adoption_id: of.clone(),
        organization_id: of.clone(),
        agreed: Set(None),
        answered_by: Set(None),
        answered_at: Set(None),
        note: Set(None),
    };
    let slip = receipt::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        recipient_id: of.clone(),
        sponsor_id: of.clone(),
        adoption_id: of.clone(),
        delivery_id: of.clone(),
        number: Set(Some("word".into())),
        donor: Set(None),
        what: word(),
        quantity: Set(4),
        unit: word(),
        handler: word(),
        received_on: Set("2026-11-23".into()),
        created_by: of.clone(),
        created_at: moment.clone(),
        voided_at: Set(None),
        voided_by: Set(None),
        void_reason: Set(None),
    };
    let facts = proof::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        adoption_id: of.clone(),
        kind: Set(twoway_entity::needs::NeedKind::People),
        facts: Set(json!({ "roster": "word" })),
    };
    let settling = settlement::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        proposal_id: of.clone(),
        delivered_at: moment.clone(),
        thanks_due_at: moment.clone(),
        reminded: Set(0),
        thanks: Set(None),
        thanks_public: Set(false),
        thanked_by: Set(None),
        thanked_at: Set(None),
        surplus: Set(None),
        surplus_text: Set(None),
        surplus_by: Set(None),
        surplus_at: Set(None),
        closed_at: Set(None),
    };
    let look = disclosure::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        project_id: of.clone(),
        record_id: of.clone(),
        account_id: of.clone(),
        reason: word(),
        at: moment.clone(),
        expires_at: moment.clone(),
    };
    let upload = sheet_import::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        kind: word(),
        target_id: Set(None),
        account_id: of.clone(),
        name: word(),
        upload: Set(json!({})),
        created_at: moment.clone(),
        confirmed_at: Set(None),
        version: Set(1),
    };
    let task = plugin_task::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        project_id: of.clone(),
        key: word(),
        assignee: word(),
        action: word(),
        target_id: Set(None),
        due_at: Set(None),
        opened_at: moment.clone(),
        closed_at: Set(None),
    };
    let card = publication::ActiveModel {
        tenant_id: tenant_id.clone(),
        project_id: of.clone(),
        target: word(),
        card: Set(json!({ "title": "word" })),
        published_at: moment.clone(),
        until: Set(None),
        withdrawn_at: Set(None),
    };
    let objected = objection::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        call_id: Set(None),
        organization_id: of.clone(),
        path: word(),
        target: Set(Target::Project),
        target_id: of.clone(),
        title: word(),
        ground: Set(Ground::Other),
        statement: word(),
        wish: word(),
        key: Set(vec![7]),
        objector: Set(vec![7]),
        objector_mark: word(),
        request_mark: Set(None),
        against_id: Set(None),
        handler_id: Set(None),
        second_handler_id: Set(None),
        due_at: Set(None),
        extended: Set(false),
        extension_reason: Set(None),
        dismissal: Set(None),
        result: Set(None),
        answer: Set(None),
        answered_at: Set(None),
        review_reason: Set(None),
        second_answer: Set(None),
        second_answered_at: Set(None),
        public_answer: Set(None),
        published_at: Set(None),
        state: Set(ObjectionState::Withdrawn),
        version: Set(1),
        created_at: moment.clone(),
    };
    let renoticed = item_notice::ActiveModel {
        tenant_id: tenant_id.clone(),
        proposal_id: of.clone(),
        call_id: of.clone(),
        started_at: moment.clone(),
        ends_at: moment.clone(),
    };
    let expert = profile::ActiveModel {
        tenant_id: tenant_id.clone(),
        account_id: of.clone(),
        areas: Set(json!(["word"])),
        most: Set(Some(4)),
        changed_by: of.clone(),
        changed_at: moment.clone(),
    };
    let tied = interest::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        account_id: of.clone(),
        kind: Set(InterestKind::Family),
        organization_id: Set(None),
        mark: Set(None),
        note: word(),
        added_by: of.clone(),
        added_at: moment.clone(),
        ended_at: Set(None),
    };
    let planned = plan::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        call_id: of.clone(),
        path: word(),
        made_by: of.clone(),
        made_at: moment.clone(),
        wanted: Set(4),
        lacking: Set(1),
        skipped: Set(0),
        state: Set(PlanState::Proposed),
        version: Set(1),
    };
    let line = plan_line::ActiveModel {
        tenant_id: tenant_id.clone(),
        plan_id: of.clone(),
        proposal_id: of.clone(),
        reviewers: Set(json!([])),
        lacking: Set(1),
        conflicts: Set(0),
        asked: Set(0),
        full: Set(0),
        by_hand: Set(false),
        applied_at: Set(None),
    };
    let load = plan_load::ActiveModel {
        tenant_id: tenant_id.clone(),
        plan_id: of.clone(),
        reviewer_id: of.clone(),
        before: Set(1),
        planned: Set(1),
        expert: Set(0),
        most: Set(None),
    };
    let set = setting::ActiveModel {
        tenant_id: tenant_id.clone(),
        call_id: of.clone(),
        hide_proposer: Set(true),
        hide_reviewers: Set(true),
        vetoes: Set(1),
        shortest_reason: Set(50),
        budget: Set(None),
        supervised: Set(true),
        changed_by: of.clone(),
        changed_at: moment.clone(),
    };
    let template = letter_template::ActiveModel {
        tenant_id: tenant_id.clone(),
        call_id: of.clone(),
        outcome: word(),
        text: word(),
        changed_by: of.clone(),
        changed_at: moment.clone(),
    };
    let terms =
        roadshow::ActiveModel { tenant_id: tenant_id.clone(), call_id: of.clone(), weight: Set(50), trim_from: Set(5) };
    let judging = judge::ActiveModel {
        tenant_id: tenant_id.clone(),
        call_id: of.clone(),
        account_id: of.clone(),
        added_at: moment.clone(),
    };
    let turn = slot::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        call_id: of.clone(),
        proposal_id: of.clone(),
        path: word(),
        position: Set(1),
        starts_at: Set(None),
        place: word(),
        first: Set(None),
        live: Set(None),
        combined: Set(None),
        countersigned_by: Set(None),
        state: Set(SlotState::Planned),
        version: Set(1),
    };
    let given = live_score::ActiveModel {
        tenant_id: tenant_id.clone(),
        slot_id: of.clone(),
        judge_id: of.clone(),
        points: Set(4),
        note: word(),
        at: moment.clone(),
    };
    let scoring = phase::ActiveModel {
        tenant_id: tenant_id.clone(),
        call_id: of.clone(),
        number: Set(1),
        title: word(),
        starts_at: moment.clone(),
        ends_at: moment.clone(),
        scores: Set(true),
        reads: Set(Reads::Never),
        discusses: Set(false),
    };
    let said = comment::ActiveModel {
        tenant_id: tenant_id.clone(),
        id: id(),
        call_id: of.clone(),
        proposal_id: of.clone(),
        author_id: of.clone(),
        text: word(),
        at: moment.clone(),
    };
    let saved = call_template::Model {
        tenant_id: app.app.tenant,
        id: twoway_ids::new_id(now),
        organization_id: Uuid::from_u128(7),
        path: "/word/".into(),
        name: "word".into(),
        description: "word".into(),
        content: json!({}),
        created_by: Uuid::from_u128(7),
        created_at: now,
        retired_at: None,
        version: 1,
    };
    let follows = follower::Model {
        tenant_id: app.app.tenant,
        call_id: Uuid::from_u128(7),
        account_id: Uuid::from_u128(8),
        since: now,
    };
    let inquired = inquiry::Model {
        tenant_id: app.app.tenant,
        id: twoway_ids::new_id(now),
        call_id: Uuid::from_u128(7),
        path: "/word/".into(),
        asker_id: Uuid::from_u128(8),
        question: "word".into(),
        asked_at: now,
        due_at: now,
        answer: None,
        answered_by: None,
        answered_at: None,
    };
    let published = channel::Model {
        tenant_id: app.app.tenant,
        id: twoway_ids::new_id(now),
        call_id: Uuid::from_u128(7),
        path: "/word/".into(),
        kind: "site".into(),
        name: "word".into(),
        planned_on: "2026-11-26".into(),
        planned_by: Uuid::from_u128(8),
        planned_at: now,
        link: None,
        aired_at: None,
        proven_by: None,
        proven_at: None,
    };
    let invited = invitation::Model {
        tenant_id: app.app.tenant,
        id: twoway_ids::new_id(now),
        call_id: Uuid::from_u128(7),
        path: "/word/".into(),
        note: "word".into(),
        code_hash: "word".into(),
        masked: "word".into(),
        uses: 1,
        used: 1,
        expires_at: now,
        made_by: Uuid::from_u128(8),
        made_at: now,
        revoked_by: None,
        revoked_at: None,
    };
    let began = invitation_use::Model {
        tenant_id: app.app.tenant,
        id: twoway_ids::new_id(now),
        invitation_id: invited.id,
        call_id: Uuid::from_u128(7),
        account_id: Uuid::from_u128(8),
        organization_id: None,
        proposal_id: Uuid::from_u128(9),
        used_at: now,
    };
    let belated = late_submission::Model {
        tenant_id: app.app.tenant,
        id: twoway_ids::new_id(now),
        call_id: Uuid::from_u128(7),
        path: "/word/".into(),
        reason: "word".into(),
        submitted_at: now,
        accepted_by: None,
        accepted_at: None,
        note: None,
    };
    let reported = incident::ActiveModel {
        tenant_id,
        id: id(),
        project_id: of,
        key: word(),
        what: word(),
        target_id: Set(None),
        severity: word(),
        state: Set(IncidentState::Reported),
        version: Set(1),
        content: Set(vec![7]),
        reported_at: moment,
        reported_by: Set(None),
        answer: Set(None),
        answered_by: Set(None),
        answered_at: Set(None),
    };
    let merged = merger::ActiveModel {
        tenant_id: tenant_id_of.clone(),
        id: id(),
        path: word(),
        source_id: of_id.clone(),
        target_id: of_id.clone(),
        reason: word(),
        proposed_by: of_id.clone(),
        source_agreed: Set(None),
        source_named: Set(false),
        target_agreed: Set(None),
        target_named: Set(false),
        due_at: at_moment.clone(),
        ended_reason: Set(None),
        state: Set(MergerState::Proposed),
        version: Set(1),
        created_at: at_moment.clone(),
    };
    let along = co_applicant::ActiveModel {
        tenant_id: tenant_id_of.clone(),
        id: id(),
        proposal_id: of_id.clone(),
        account_id: Set(None),
        organization_id: Set(None),
        part: Set(Part::View),
        invited_by: of_id.clone(),
        invited_at: at_moment.clone(),
        state: Set(CoApplicantState::Invited),
        version: Set(1),
    };
    let remarked = remark::ActiveModel {
        tenant_id: tenant_id_of.clone(),
        id: id(),
        proposal_id: of_id.clone(),
        author_id: of_id.clone(),
        text: word(),
        at: at_moment.clone(),
    };
    let on_paper = entry::ActiveModel {
        tenant_id: tenant_id_of.clone(),
        proposal_id: of_id.clone(),
        name: word(),
        contact: word(),
        organization: Set(None),
        credit_code: Set(None),
        id_hash: word(),
        id_tail: word(),
        minor: Set(None),
        guardian: Set(None),
        received_on: word(),
        entered_by: of_id.clone(),
        entered_at: at_moment.clone(),
        handed_to: Set(None),
        handed_at: Set(None),
    };
    let to_mend = point::ActiveModel {
        tenant_id: tenant_id_of.clone(),
        id: id(),
        proposal_id: of_id.clone(),
        number: Set(1),
        question: Set(None),
        text: word(),
        answer: Set(None),
        answered_by: Set(None),
        answered_at: Set(None),
    };
    let heard = evaluation_notice::ActiveModel {
        tenant_id: tenant_id_of.clone(),
        evaluation_id: of_id.clone(),
        began_at: at_moment.clone(),
        ends_at: at_moment.clone(),
    };
    let proves = evidence::ActiveModel {
        tenant_id: tenant_id_of.clone(),
        id: id(),
        objection_id: of_id.clone(),
        number: Set(1),
        name: Set(vec![7]),
        media_type: word(),
        size: Set(4),
        sha256: word(),
        uploaded_at: at_moment.clone(),
    };
    let beside = partner::ActiveModel {
        tenant_id: tenant_id_of.clone(),
        id: id(),
        adoption_id: of_id.clone(),
        organization_id: of_id.clone(),
        share: word(),
        trade: word(),
        related_party: Set(false),
        invited_by: of_id.clone(),
        invited_at: at_moment.clone(),
        answered_by: Set(None),
        answered_at: Set(None),
        state: Set(PartnerState::Invited),
        version: Set(1),
    };
    let taken_out = disqualification::ActiveModel {
        tenant_id: tenant_id_of.clone(),
        id: id(),
        proposal_id: of_id.clone(),
        path: word(),
        reason: word(),
        proposed_by: of_id.clone(),
        proposed_at: at_moment.clone(),
        decided_by: Set(None),
        decided_at: Set(None),
        drop_reason: Set(None),
    };
    let again = second_round::ActiveModel {
        tenant_id: tenant_id_of.clone(),
        call_id: of_id.clone(),
        weight: Set(50),
        started_by: of_id.clone(),
        started_at: at_moment.clone(),
    };
    let read_twice = second_item::ActiveModel {
        tenant_id: tenant_id_of.clone(),
        call_id: of_id.clone(),
        proposal_id: of_id.clone(),
        first: Set(Some(8_000)),
    };
    let author = author::ActiveModel {
        tenant_id: tenant_id_of,
        id: id(),
        proposal_id: of_id.clone(),
        source_id: of_id.clone(),
        account_id: of_id,
        organization_id: Set(None),
        named: Set(false),
        at: at_moment,
    };
    app.step(move |step| async move {
        let tx = step.tx();
        step.wrote_rows(&[proves.insert(tx).await?]);
        step.wrote_rows(&[beside.insert(tx).await?]);
        step.wrote_rows(&[taken_out.insert(tx).await?]);
        step.wrote_rows(&[again.insert(tx).await?]);
        step.wrote_rows(&[read_twice.insert(tx).await?]);
        step.wrote_rows(&[heard.insert(tx).await?]);
        step.wrote_rows(&[merged.insert(tx).await?]);
        step.wrote_rows(&[author.insert(tx).await?]);
        step.wrote_rows(&[along.insert(tx).await?]);
        step.wrote_rows(&[remarked.insert(tx).await?]);
        step.wrote_rows(&[on_paper.insert(tx).await?]);
        step.wrote_rows(&[to_mend.insert(tx).await?]);
        Ok(())
    })
    .await;
    app.step(move |step| async move {
        let tx = step.tx();
        step.wrote_rows(&[day.insert(tx).await?]);
        step.wrote_rows(&[listed.insert(tx).await?]);
        step.wrote_rows(&[paper.insert(tx).await?]);
        step.wrote_rows(&[words.insert(tx).await?]);
        step.wrote_rows(&[file.insert(tx).await?]);
        step.wrote_rows(&[proof.insert(tx).await?]);
        step.wrote_rows(&[sentence.insert(tx).await?]);
        step.wrote_rows(&[wish.insert(tx).await?]);
        step.wrote_rows(&[letter.insert(tx).await?]);
        step.wrote_rows(&[delivered.insert(tx).await?]);
        step.wrote_rows(&[given_back.insert(tx).await?]);
        step.wrote_rows(&[asked.insert(tx).await?]);
        step.wrote_rows(&[change.insert(tx).await?]);
        step.wrote_rows(&[consent.insert(tx).await?]);
        step.wrote_rows(&[slip.insert(tx).await?]);
        step.wrote_rows(&[facts.insert(tx).await?]);
        step.wrote_rows(&[settling.insert(tx).await?]);
        step.wrote_rows(&[look.insert(tx).await?]);
        step.wrote_rows(&[upload.insert(tx).await?]);
        step.wrote_rows(&[task.insert(tx).await?]);
        step.wrote_rows(&[card.insert(tx).await?]);
        step.wrote_rows(&[objected.insert(tx).await?]);
        step.wrote_rows(&[renoticed.insert(tx).await?]);
        step.wrote_rows(&[call_template::ActiveModel::from(saved).reset_all().insert(tx).await?]);
        step.wrote_rows(&[follower::ActiveModel::from(follows).reset_all().insert(tx).await?]);
        step.wrote_rows(&[inquiry::ActiveModel::from(inquired).reset_all().insert(tx).await?]);
        step.wrote_rows(&[reported.insert(tx).await?]);
        step.wrote_rows(&[terms.insert(tx).await?]);
        step.wrote_rows(&[judging.insert(tx).await?]);
        step.wrote_rows(&[turn.insert(tx).await?]);
        step.wrote_rows(&[given.insert(tx).await?]);
        step.wrote_rows(&[set.insert(tx).await?]);
        step.wrote_rows(&[template.insert(tx).await?]);
        step.wrote_rows(&[scoring.insert(tx).await?]);
        step.wrote_rows(&[said.insert(tx).await?]);
        step.wrote_rows(&[expert.insert(tx).await?]);
        step.wrote_rows(&[tied.insert(tx).await?]);
        step.wrote_rows(&[planned.insert(tx).await?]);
        step.wrote_rows(&[line.insert(tx).await?]);
        step.wrote_rows(&[load.insert(tx).await?]);
        step.wrote_rows(&[channel::ActiveModel::from(published).reset_all().insert(tx).await?]);
        step.wrote_rows(&[invitation::ActiveModel::from(invited).reset_all().insert(tx).await?]);
        step.wrote_rows(&[late_submission::ActiveModel::from(belated).reset_all().insert(tx).await?]);
        step.wrote_rows(&[invitation_use::ActiveModel::from(began).reset_all().insert(tx).await?]);
        Ok(())
    })
    .await;
}
