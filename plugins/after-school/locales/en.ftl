# Settings
setting-capacity = Most children the room may hold
setting-children_per_adult = Most children for each adult
setting-min_adults = Fewest adults present
setting-no_show_minutes = Remind of missing children after
setting-overdue_minutes = A pick-up is overdue after
setting-code_minutes = A pick-up code is valid for
setting-insured_until = Insured until
setting-fire_checked_on = Last fire and first-aid check

# Roles
role-site-lead = Site lead
role-volunteer = Volunteer
role-guardian = Guardian

# Enrolment
record-enrolment = Enrolment
field-enrolment-number = Number
field-enrolment-pupil_name = Child's name
field-enrolment-birth_date = Birth date
field-enrolment-school_class = School and class
field-enrolment-allergies = Allergies and medication
field-enrolment-guardian = Guardian
field-enrolment-first_contact_name = First contact
field-enrolment-first_contact_phone = First contact's telephone
field-enrolment-second_contact_name = Second contact
field-enrolment-second_contact_phone = Second contact's telephone
field-enrolment-consent_care = Consent to the care agreement
field-enrolment-consent_data = Consent to processing the child's data
field-enrolment-consent_portrait = Consent to pictures (optional, may be withdrawn)
field-enrolment-reason = Remark
state-enrolment-applied = Applied
state-enrolment-waitlisted = On the waiting list
state-enrolment-enrolled = Enrolled
state-enrolment-suspended = Suspended
state-enrolment-declined = Declined
state-enrolment-left = Left

# Pick-up adults
record-pickup-adult = Pick-up adult
field-pickup-adult-enrolment = Child
field-pickup-adult-name = Name
field-pickup-adult-relation = Relation to the child
field-pickup-adult-phone = Telephone
field-pickup-adult-adult_confirmed = Document seen in person: eighteen or older
field-pickup-adult-valid_from = Valid from
field-pickup-adult-valid_to = Valid to
field-pickup-adult-reason = Remark
state-pickup-adult-valid = Valid
state-pickup-adult-barred = Barred
state-pickup-adult-removed = Removed
choice-relation-parent = Parent
choice-relation-grandparent = Grandparent
choice-relation-relative = Other relative
choice-relation-neighbour = Neighbour
choice-relation-other = Other

# Days
record-day = Day
field-day-date = Date
field-day-starts_at = Starts at
field-day-ends_at = Ends at
field-day-opened_at = Opened at
field-day-closed_at = Closed at
field-day-reason = Remark
state-day-planned = Planned
state-day-opened = Open
state-day-closing = Closing
state-day-closed = Closed
state-day-cancelled = Cancelled

# Presence
record-presence = Helper's presence
field-presence-day = Day
field-presence-person = Helper
field-presence-counts = Counts towards the ratio
field-presence-since = Since
field-presence-until = Until
state-presence-present = Present
state-presence-left = Left

# Visits
record-visit = Visit
field-visit-day = Day
field-visit-date = Date
field-visit-enrolment = Child
field-visit-number = Number
field-visit-guardian = Guardian
field-visit-arrived_at = Arrived at
field-visit-released_at = Handed over at
field-visit-taken_by = Taken by
field-visit-proof = Proof
field-visit-pickup = Pick-up
field-visit-absence = Reason of absence
field-visit-checked_how = How it was checked
state-visit-expected = Expected
state-visit-in_care = In care
state-visit-overdue = Not fetched in time
state-visit-absent_unexplained = Absent, unexplained
state-visit-absent_reported = Excused
state-visit-released = Picked up
choice-proof-code = One-time code
choice-proof-two_staff = Confirmed by two of the staff
choice-pickup-on_time = On time
choice-pickup-late = Late
choice-absence-ill = Ill
choice-absence-at_home = At home
choice-absence-school_event = School event
choice-absence-other = Other

# Reports
record-report = Report of an incident
field-report-number = Number
field-report-visit = Visit
field-report-happened = What happened
field-report-account = Account
field-report-reported_by = Reported by
state-report-open = Open
state-report-settled = Settled
choice-happened-refused_pickup = A pick-up was refused
choice-happened-hurt = A child was hurt
choice-happened-other = Something else
incident-refused-pickup = Somebody who may not take the child wanted to, and was refused ({ $number }).
incident-child-hurt = A child was hurt ({ $number }).
incident-other-trouble = Something went wrong ({ $number }).
incident-children-not-fetched = { $minutes } minutes after the end { $children } { $children ->
    [one] child is
   *[other] children are
} still here.
evidence-entered_by = Entered by
evidence-counts = Counts towards the ratio

# Actions
action-apply = Apply for a place
input-apply-pupil_name = Child's name
input-apply-birth_date = Birth date
input-apply-school_class = School and class
input-apply-allergies = Allergies and medication
input-apply-guardian = Guardian
input-apply-first_contact_name = First contact
input-apply-first_contact_phone = First contact's telephone
input-apply-second_contact_name = Second contact
input-apply-second_contact_phone = Second contact's telephone
input-apply-consent_care = The guardian agrees to the care agreement
input-apply-consent_data = The guardian agrees to the processing of the child's data
input-apply-consent_portrait = The guardian agrees to pictures (optional, may be withdrawn)
action-accept = Give a place
action-waitlist = Put on the waiting list
action-decline = Decline
input-decline-reason = Reason
action-change-consents = Change consents
input-change-consents-consent_care = Consent to the care agreement
input-change-consents-consent_data = Consent to processing the child's data
input-change-consents-consent_portrait = Consent to pictures
action-resume = Resume
action-leave = Record the leaving
input-leave-reason = Reason
action-add-pickup-adult = Add a pick-up adult
input-add-pickup-adult-name = Name
input-add-pickup-adult-relation = Relation to the child
input-add-pickup-adult-phone = Telephone
input-add-pickup-adult-adult_confirmed = Document seen in person: eighteen or older
input-add-pickup-adult-valid_from = Valid from
input-add-pickup-adult-valid_to = Valid to (may stay empty)
action-bar-adult = Bar from pick-up
input-bar-adult-reason = Reason
action-unbar-adult = Lift the bar
input-unbar-adult-reason = Reason
action-remove-adult = Remove from the list
action-plan-day = Plan a day
input-plan-day-date = Date
input-plan-day-starts_at = Starts at
input-plan-day-ends_at = Ends at
action-cancel-day = Cancel the day
input-cancel-day-reason = Reason (guardians will read it)
action-check-in = Check in
input-check-in-person = Helper (empty: yourself)
action-check-out = Check out
action-open-day = Open
action-begin-closing = Begin closing
action-close-day = Close the day
action-arrive = Record the arrival
action-report-absence = Excuse
input-report-absence-absence = Reason
action-send-code = Send a pick-up code to the guardian
action-release = Hand over with a code
input-release-taken_by = Taken by
input-release-code = Pick-up code
action-release-by-two = Hand over, confirmed by two
input-release-by-two-taken_by = Taken by
input-release-by-two-checked_how = How it was checked (document, photo, call back …)
action-report-incident = Report an incident
input-report-incident-happened = What happened
input-report-incident-account = Account (when, where, who, what was done)

# Pages
view-public-card = After-school care
view-staff-panel = Today
view-sponsor-panel = What became of the adoption
label-today = Today
label-no-day-today = No day is planned for today.
label-children-in-care = In care
label-children-expected = Expected
label-children-released = Picked up
label-adults-that-count = Adults that count
label-ratio-use = Children to adults
label-who-is-here = Children here
label-nobody-here = No child is here.
label-number = Number
label-child = Visit
label-state = State
label-since = Since
label-helpers = Helpers here
label-no-helpers = No helper is here.
label-helper = Helper
label-counts = Counts
label-counts-yes = Yes
label-counts-no = No
label-overdue-alert = { $children } { $children ->
    [one] child was
   *[other] children were
} not fetched in time. Call the guardians now.
label-ratio-alert = Too few adults are here. Call in another helper, or take in no more children.
label-sessions-held = Days held
label-children-enrolled = Children enrolled
label-next-day = Next day
label-none-yet = None yet
label-verified-releases = Hand-overs with a proof
label-on-time-pickups = Picked up on time

# Indicators
indicator-verified-releases = Hand-overs with a proof
indicator-on-time-pickups = Picked up on time
indicator-sessions-held = Days held
indicator-unexplained-absences = Unexplained absences

# Refusals
refusal-too-few-adults = { $present } of the adults here are counted (background query in date); { $needed } are needed. Ask another helper to check in.
refusal-ratio-broken = { $adults } adults cannot care for { $children } children: { $per_adult } for each adult at most. Call in another helper first.
refusal-room-full = The room holds { $capacity } children at most.
refusal-insurance-expired = The insurance ended on { $until }. Renew it and have the office update the settings.
refusal-site-check-expired = The last fire and first-aid check was on { $checked }, more than a year ago. Have the site checked and update the settings.
refusal-not-today = This is planned for { $date } and can only be done on that day.
refusal-day-exists = A day is planned for { $date } already.
refusal-day-in-the-past = { $date } has passed.
refusal-ends-before-it-starts = The end must come after the start.
refusal-day-not-open = The day is not open, so nobody can arrive.
refusal-children-still-here = { $children } children are still here.
refusal-visits-unexplained = { $children } children are still expected. Record their arrival or excuse, or wait until they are marked as missing.
refusal-already-present = Already checked in.
refusal-only-yourself = You can do this for yourself only. Ask the site lead to do it for others.
refusal-not-your-child = You can do this only for a child in your own care.
refusal-guardian-missing = Name the guardian.
refusal-contacts-are-the-same = The two contacts need different telephone numbers.
refusal-consent-data-missing = The guardian has not agreed to the processing of the child's data.
refusal-consent-care-missing = The guardian has not agreed to the care agreement.
refusal-no-place-left = All { $capacity } places are taken. The waiting list is open.
refusal-not-enrolled = This child is not enrolled at present.
refusal-list-full = A child has { $limit } pick-up adults at most.
refusal-not-an-adult = Pick-up adults are eighteen or older, and the staff has seen their document.
refusal-period-ends-before-it-starts = The last day cannot be before the first.
refusal-not-on-the-list = This person is not on the child's pick-up list. Call the guardian.
refusal-barred = This person is barred from taking the child. Call the guardian and the site lead.
refusal-not-valid-today = This person's permission does not cover today. Call the guardian.
refusal-wrong-code = The code is wrong or has expired. Send a new one, or hand over with two of the staff.
refusal-second-person-needed = A second member of the staff has to confirm.
refusal-last-child-needs-two-adults = Two adults have to be here until the last child has left.
refusal-codes-not-granted = This project has no pick-up codes. Hand over with two of the staff.
refusal-incidents-not-granted = This project cannot report incidents. Call the project's lead and the office at once.
refusal-who-reports = Somebody of the staff has to sign in and report it.
refusal-project-has-open-day = The day of { $date } is not closed yet, so the project cannot be closed.

# Notices
notice-place-given-title = Your child has a place
notice-place-given = Your child can come to after-school care. Please list who may pick them up.
notice-no-show-title = Your child has not arrived
notice-no-show = Your child was expected at { $time } and is neither here nor excused. Please get in touch with the site.
notice-pickup-overdue-title = Please fetch your child
notice-pickup-overdue = The day ended more than { $minutes } minutes ago. Your child is still here, with the staff.
notice-children-overdue-title = Children were not fetched
notice-children-overdue = { $children } children are still here. Call every contact, and the community and the police if need be.
notice-picked-up-title = Your child was picked up
notice-picked-up = Your child was picked up at { $time } by an adult on your list.
notice-day-cancelled-title = Closed on { $date }
notice-day-cancelled = After-school care on { $date } is cancelled. Reason: { $reason }
notice-day-not-opened-title = { $date } is not open yet
notice-day-not-opened = The start has passed and { $date } is still not open. Open or cancel it, and tell the guardians.
notice-helpers-missing-title = Too few adults are here
notice-helpers-missing = A helper does not count any more. { $adults } adults are left with { $children } children. Call in another helper at once.
notice-care-suspended-title = After-school care is suspended
notice-care-suspended = The project is suspended and takes in no children. Those who are here are handed over by the list as always. Reason: { $reason }
notice-care-resumed-title = After-school care goes on
notice-care-resumed = The project goes on. The site tells when it opens.
