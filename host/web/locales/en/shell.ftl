# The frame of every page.
brand = Twoway
skip-to-content = Skip to content
crumbs = You are here
menu = Main menu
menu-kept = Manage
menu-open = Open the menu
nav-home = Home
nav-calls = Calls
nav-hall = Hall
nav-projects = Projects
nav-workbench = Workbench
nav-proposals = Proposals
nav-reviews = Reviews
nav-pool = Pool
nav-adoptions = Adoptions
nav-evaluations = Evaluations
nav-organizations = Organisations
nav-plugins = Plugins
nav-jobs = Background jobs
nav-audit = Log
nav-count = { $n ->
    [one] 1 thing waits
   *[other] { $n } things wait
}
acting-for = Acting for
acting-switch = Act for another body:
elder-on = Large type
elder-off = Standard type
sign-in = Sign in
sign-out = Sign out
footer-about = Twoway: people ask, projects come to them, society takes part.
footer-money = The platform takes and holds no money. Financial support goes directly to a qualified recipient and is proven by its receipts.
footer-organizations = Organisations
footer-calendar = Working days
footer-api = API reference
dialog-close = Not now
list-comma = ,{" "}
nothing = none
quantity = { $n } { $unit }
answer-yes = Yes
answer-no = No

# Shown once, after something was done.
flash-saved = Saved.
flash-draft-saved = The draft is saved. You can come back to it at any time.
flash-submitted = Submitted. You can follow it in the workbench.
flash-withdrawn = Withdrawn.
flash-returned = Returned. They will be told what needs to change.
flash-approved = Approved.
flash-signed-out = You have signed out.

# Points in time.
moment-just-now = just now
moment-minutes-ago = { $n } min ago
moment-hours-ago = { $n } h ago
moment-yesterday = yesterday { $time }
moment-due-today = due today { $time }
moment-due-tomorrow = due tomorrow { $time }
moment-working-days-left = { $n ->
    [one] 1 working day left
   *[other] { $n } working days left
}
moment-days-left = { $n ->
    [one] 1 day left
   *[other] { $n } days left
}
moment-overdue-since = was due { $time }
moment-overdue-days = { $n ->
    [one] 1 day overdue
   *[other] { $n } days overdue
}
countdown-left = left:

unit-yuan = CNY
unit-people = people
unit-hours = hours
unit-minutes = minutes
unit-days = days
unit-working-days = working days
unit-items = items
unit-sessions = sessions
unit-percent = %
unit-count = in number
