//! What people miss, and which find it might be.

use crate::actions::*;
use crate::claim::{claimant, may_speak_for};
use crate::decide::{self, Trace};
use crate::records::*;
use crate::{Ctx, No, Notice};
use twoway_sdk::prelude::*;

/// From here on a find and a loss are laid side by side.
const WORTH_A_LOOK: u32 = 60;

pub fn report(ctx: &Ctx, host: &impl Host, _: (), input: ReportLoss) -> Outcome {
    if input.lost_to < input.lost_from {
        return Err(Refusal::at("lost_to", &No::PeriodEndsBeforeItStarts));
    }
    let loss = Loss {
        number: format!("L{:04}", host.count(&Query::<Loss>::all())? + 1),
        owner: claimant(ctx)?.clone(),
        category: input.category,
        area: input.area,
        lost_from: input.lost_from,
        lost_to: input.lost_to,
        description: input.description,
    };
    let id = host.create(LossState::Open, &loss)?;
    Ok(host.set_timer("loss-expiry", &id, ctx.now.plus_days(i64::from(ctx.settings.loss_days)))?)
}

pub fn renew(ctx: &Ctx, host: &impl Host, loss: Item<Loss>, _: RenewLoss) -> Outcome {
    may_speak_for(ctx, &loss.owner)?;
    Ok(host.set_timer("loss-expiry", &loss.id, ctx.now.plus_days(i64::from(ctx.settings.loss_days)))?)
}

pub fn close(ctx: &Ctx, host: &impl Host, mut loss: Item<Loss>, _: CloseLoss) -> Outcome {
    may_speak_for(ctx, &loss.owner)?;
    host.cancel_timer("loss-expiry", &loss.id);
    loss.state = LossState::Closed;
    host.save(&loss)
}

pub fn expire(_: &Ctx, host: &impl Host, mut loss: Item<Loss>) -> Outcome {
    if loss.state != LossState::Open {
        return Ok(());
    }
    loss.state = LossState::Expired;
    host.save(&loss)?;
    let key = format!("loss-expired/{}", loss.id.as_str());
    let notice = Notice::LossExpired { number: loss.number.clone() };
    Ok(host.notify(&key, &Audience::from(&loss.owner), &notice, false)?)
}

/// Pairs of a find and a loss that are worth a look, the likeliest first.
pub fn suggestions(finds: &[Item<FoundItem>], losses: &[Item<Loss>]) -> Vec<(usize, usize, u32)> {
    let mut pairs = Vec::new();
    for (f, find) in finds.iter().enumerate() {
        let found = Trace { category: find.category, area: &find.area, from: find.found_on, to: find.found_on };
        for (l, loss) in losses.iter().enumerate() {
            let lost = Trace { category: loss.category, area: &loss.area, from: loss.lost_from, to: loss.lost_to };
            let score = decide::similarity(&found, &lost);
            if score >= WORTH_A_LOOK {
                pairs.push((f, l, score));
            }
        }
    }
    pairs.sort_by_key(|(_, _, score)| std::cmp::Reverse(*score));
    pairs
}
