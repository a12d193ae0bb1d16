# The front page, the public page of a project, the workbench.
home-title = Good ideas, done together
home-lead = Citizens name needs, teams propose projects, enterprises adopt them; all of it in public.
home-go-calls = See the calls
home-go-hall = To the adoption hall
home-calls = Calls, open and announced
home-calls-empty = No call is open now
home-calls-empty-text = New calls are announced beforehand.
home-call-title = Call
home-call-state = State
home-call-when = When
home-hall = Needs that wait for a sponsor
home-hall-empty = No need waits for a sponsor now.
home-hall-all = See them all in the adoption hall
home-lines = { $n ->
    [one] one line
   *[other] { $n } lines
}
home-projects = Projects under way
home-projects-empty = No project is under way yet.
home-results = Projects with a result
home-roles = How to take part
home-role-citizen = Citizens
home-role-citizen-text = Saw a problem, have an idea? Answer a call; your authorship stays with it.
home-role-citizen-go = See the calls
home-role-team = Volunteer teams
home-role-team-text = Register the team, propose a project, carry it out with the support of sponsors.
home-role-team-go = Register a team
home-role-sponsor = Enterprises
home-role-sponsor-text = Choose needs in the adoption hall. Money goes to qualified recipients directly; this platform takes none.
home-role-sponsor-go = To the adoption hall
home-role-volunteer = Volunteers
home-role-volunteer-text = Register, join a team, lend a hand. Taking part is always your own choice.
home-role-volunteer-go = Register

public-sign-in-to-act = Sign in to take part
public-stopped = The project gives no service now. The reason:
public-result = Result
public-timeline = From call to result
public-dates = Period
public-from-until = { $from } to { $until }
public-call = Answers the call
public-cards = What the project publishes
public-cards-lead = Published while the project serves people, without personal data.
public-cards-all = See everything published
public-cards-none = Nothing is published at present
public-cards-none-text = What the project publishes appears here until it is withdrawn or its time is over.
timeline-call-open = The call opened
timeline-proposal-submit = Proposed
timeline-proposal-release = Selected, in public notice
timeline-proposal-pool = In the pool
timeline-proposal-convert = Became a project
timeline-adoption-named = Adopted by { $name }
timeline-adoption-anonymous = Adopted by a sponsor who is not named
timeline-project-ready = Everything in place
timeline-project-start = Started
timeline-project-suspend = Suspended
timeline-project-resume = Resumed
timeline-project-close = Final report handed in
timeline-project-accept = Accepted
timeline-project-terminate = Terminated
timeline-result = Result: { $grade }

work-title = Workbench
work-lead = { $n ->
    [one] One thing waits for you.
   *[other] { $n } things wait for you.
}
work-empty = Nothing waits for you
work-empty-text = New tasks are listed here by their due date.
work-column-what = What to do
work-column-about = About
work-column-due = Due
work-places = Projects in which I have a part
work-approve-call = Approve a call
work-screen-proposal = Screen a proposal
work-confirm-ineligible = Confirm an ineligible proposal
work-mend-proposal = Mend a proposal
work-review = Review a proposal
work-check-sponsor = Check a sponsor
work-hold-adoption = Hold the quantities
work-freeze-agreement = Check and freeze an agreement
work-draft-agreement = Draft an agreement
work-take-offer = Accept what the queue offers
work-confirm-agreement = Confirm an agreement
work-answer-delivery = Answer a delivery
work-plan-project = Write the plan
work-prepare-project = Prepare a project: plugin, readiness
work-start-project = Start a project
work-resume-project = Decide whether a project goes on
work-self-evaluate = Hand in a self-evaluation
work-grade = Grade a project
work-invite-evaluator = Invite an evaluator
work-finalize-evaluation = Make a result final
work-plugin-task = Task of a project
work-plugin-confirmation = Waits for your confirmation
work-dead-jobs = Failed background jobs
