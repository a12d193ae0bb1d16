# The public words of each lifecycle's states: state-<machine>-<state>.

machine-call = Call
state-call-draft = Draft
state-call-internal-review = Internal review
state-call-previewed = Announced
state-call-open = Open
state-call-closed = Closed
state-call-screening = Screening
state-call-reviewing = In review
state-call-deliberating = Deliberating
state-call-public-notice = Public notice
state-call-concluded = Concluded
state-call-archived = Archived
state-call-cancelled = Cancelled
state-call-suspended = Suspended

machine-proposal = Proposal
state-proposal-draft = Draft
state-proposal-submitted = Submitted
state-proposal-screening = Screening
state-proposal-returned-for-fix = Returned for a fix
state-proposal-ineligible = Not eligible
state-proposal-eligible = Eligible
state-proposal-under-review = Under review
state-proposal-shortlisted = Shortlisted
state-proposal-roadshow = Roadshow
state-proposal-decided-pending = Decided, not yet published
state-proposal-in-notice = In public notice
state-proposal-approved = Approved
state-proposal-pooled = In the pool
state-proposal-matched = Matched
state-proposal-converted = Became a project
state-proposal-not-selected = Not selected
state-proposal-withdrawn = Withdrawn
state-proposal-merged-into = Merged
state-proposal-expired = Expired
state-proposal-disqualified = Disqualified

machine-adoption = Adoption
state-adoption-interested = Interested
state-adoption-held = Held
state-adoption-agreement = Drafting the agreement
state-adoption-signing = Awaiting confirmation
state-adoption-active = Active
state-adoption-delivered = Delivered
state-adoption-declined = Declined
state-adoption-lapsed = Lapsed
state-adoption-withdrawn = Withdrawn

machine-project = Project
state-project-incubating = Incubating
state-project-ready-check = Readiness check
state-project-ready = Ready
state-project-running = Running
state-project-paused = Paused
state-project-midterm = Midterm check
state-project-rectifying = Rectifying
state-project-suspended = Suspended
state-project-closing = Closing
state-project-accepted = Accepted
state-project-settled = Settled
state-project-archived = Archived
state-project-terminated = Terminated

machine-session = Session
state-session-planned = Planned
state-session-open = Open
state-session-closed = Closed
state-session-verified = Verified

machine-evaluation = Evaluation
state-evaluation-planned = Planned
state-evaluation-self-evaluated = Self-evaluated
state-evaluation-evidence-check = Evidence check
state-evaluation-site-visit = Site visit
state-evaluation-survey = Survey
state-evaluation-scored = Scored
state-evaluation-in-notice = In public notice
state-evaluation-final = Final
state-evaluation-applied = Applied

machine-job = Job
state-job-waiting = Waiting
state-job-running = Running
state-job-done = Done
state-job-cancelled = Cancelled
state-job-dead = Needs a person
