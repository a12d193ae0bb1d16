# The second round.
second-round = Second round
second-round-lead = Choose what goes back to reviewers who have not read it, once, before any roadshow. The rest keeps its score and is decided together with these.
second-round-proposals = Proposals for the second round
second-round-proposals-help = In the order of their scores.
second-round-weight = Weight of the second round (%)
second-round-weight-help = Score = first × (100 − weight) % + second × weight %.
second-round-start = Begin the second round
second-round-formula = First round { $first } %, second round { $second } %
flash-second-round = The second round has begun; assign reviewers.
event-call-start-second-round = Second round begun
notice-second-round = “{ $title }” goes into the second round.
refusal-no-second-round-in-call = The announcement of this call names no second round, so none is added.
wayout-no-second-round-in-call = Decide without it; next time choose it under “How it runs” when drafting.
refusal-second-round-once = There is one second round only.
wayout-second-round-once = Go on assigning reviewers, or end the review and decide.
refusal-roadshow-before-second-round = The roadshow's proposals are chosen; a second round cannot follow.
refusal-not-in-second-round = This proposal is not in the second round; no reviewer is assigned to it.
refusal-second-round-missing = The announcement names a second round, and there was none: results cannot be released.
wayout-second-round-missing = First begin the second round on the deliberation's page.
