# Settings
setting-confirm_by = Meals are confirmed by
setting-second_call_minutes = Reminded again after
setting-unopened_in_a_row = Doors shut in a row until it is reported
setting-meals_each = Most meals that a courier carries at once
setting-most_elders = Most people on the list
setting-kitchen_licensed_until = Kitchen licensed until

# Roles
role-dispatcher = Dispatcher
role-courier = Courier

# Elders
record-elder = Elder
field-elder-number = Number
field-elder-name = Name
field-elder-phone = Telephone
field-elder-address = Address
field-elder-contact_phone = Emergency contact's telephone
field-elder-diet = Diet
field-elder-courier = Courier now
field-elder-unopened = Times in a row that nobody opened
field-elder-leaving = Why they left
state-elder-listed = Listed
state-elder-unreached = To be looked for
state-elder-paused = Paused
state-elder-removed = Removed
choice-diet-ordinary = Ordinary
choice-diet-soft = Soft
choice-diet-low_salt = Low in salt
choice-diet-low_sugar = Low in sugar
choice-leaving-own_wish = Own wish
choice-leaving-moved_away = Moved away
choice-leaving-other_help = Looked after otherwise
choice-leaving-deceased = Died

# Rounds
record-round = Round
field-round-date = Date
field-round-meals = Meals
state-round-open = Open
state-round-closed = Closed

# Meals
record-meal = Meal
field-meal-number = Number
field-meal-round = Round
field-meal-elder = Elder
field-meal-date = Date
field-meal-courier = Courier
field-meal-dispatched_at = Left at
field-meal-ended_at = Ended at
field-meal-timing = In time
field-meal-remark = Remark
state-meal-planned = In the kitchen
state-meal-dispatched = On its way
state-meal-delivered = Delivered
state-meal-unopened = Nobody opened
state-meal-cancelled = Cancelled
choice-timing-in_time = In time
choice-timing-late = Late

# Incidents
incident-elder-unreached = Elder { $number } did not open { $times } times in a row. Somebody has to go there at once.

# Actions
action-list-elder = Put an elder on the list
input-list-elder-name = Name
input-list-elder-phone = Telephone
input-list-elder-address = Address
input-list-elder-contact_phone = Emergency contact's telephone
input-list-elder-diet = Diet
input-list-elder-consent = They agreed, separately, that this is used to bring meals
action-pause-elder = Pause
action-resume-elder = Resume
action-check-on-elder = Say what the visit found
input-check-on-elder-at_home = At home and well (not ticked: in hospital or away, meals pause)
action-remove-elder = Take off the list
input-remove-elder-leaving = Why
action-plan-round = Plan a round
input-plan-round-date = Date
action-close-round = Close the round
action-dispatch = Give to a courier
input-dispatch-courier = Courier
action-take-on = Take it on
action-confirm-delivered = Confirm the delivery
action-report-unopened = Report that nobody opened
input-report-unopened-knocked_and_called = Knocked and called, no answer to either
input-report-unopened-remark = Remark (no name, no address)
action-cancel-meal = Cancel
input-cancel-meal-reason = Reason

# Views and indicators
view-public-card = Meals to the door
view-staff-panel = Today's round
view-sponsor-panel = Deliveries
indicator-meals-in-time = Meals delivered in time
indicator-meals-delivered = Meals delivered
indicator-doors-unopened = Doors that stayed shut
label-meals-delivered = Meals delivered so far
label-elders-listed = Elders on the list
label-rounds-held = Rounds held
label-in-time = Delivered in time
label-none-yet = None yet
label-no-round-today = No round is planned for today
label-delivered-today = Delivered today
label-in-the-kitchen = In the kitchen
label-on-their-way = On their way
label-doors-unopened = Doors that stayed shut
label-open-meals = Not delivered yet
label-no-open-meals = Every meal of today has come to its end
label-meal = Meal
label-courier = Courier
label-state = State
label-since = Left at
label-unreached-alert = { $elders } { $elders ->
    [one] elder
   *[other] elders
} did not open again and again, and nobody has looked yet
label-late-alert = { $meals } { $meals ->
    [one] meal is
   *[other] meals are
} overdue
label-unreached = To be looked for
label-nobody-unreached = Nobody has to be looked for
label-elder = Elder
label-times-in-a-row = Times in a row

# What is refused
refusal-consent-missing = A diet is sensitive personal data: tick that the person agreed to its use, separately.
refusal-list-full = The list is full ({ $limit }). Ask the office whether it may grow.
refusal-too-late = The meals of { $date } were due already. Plan a later day.
refusal-round-exists = There is a round for { $date }. Open that one.
refusal-nobody-listed = Nobody on the list gets a meal. Put somebody on the list first.
refusal-licence-expired = The kitchen is licensed until { $until }. The office renews this in the settings when it has seen the new licence.
refusal-no-health-certificate = This person has no health certificate in date and may not carry meals. Choose another courier, or have the office record the certificate.
refusal-certificates-not-granted = This project cannot ask for health certificates, so nobody can be chosen. Couriers take meals on by themselves.
refusal-not-today = This meal is for { $date }. It can only be given out on that day.
refusal-too-many-meals = A courier carries { $limit } meals at once at most. Choose another.
refusal-who-carries = There is nobody to be recorded as the courier. The courier has to sign in.
refusal-not-your-meal = Another courier has this meal. That courier or a dispatcher can end it.
refusal-elder-is-gone = The elder's record is gone. Cancel this meal.
refusal-try-the-door-first = Knock and call first; report it when there is no answer to either.
refusal-meals-still-open = Meals that have not come to an end: { $meals }. Confirm, report or cancel them first.
refusal-second-person-needed = Two different people of the staff take somebody off the list.
refusal-elders-unreached = Elders whom nobody has looked for yet: { $elders }. Say first what the visit found.

# Notices
notice-meal-assigned-title = A meal for you to bring
notice-meal-assigned = { $number }: bring it and confirm by { $time }.
notice-meal-reassigned-title = A meal went to somebody else
notice-meal-reassigned = { $number } is brought by another courier now.
notice-meals-unconfirmed-title = Meals are not confirmed
notice-meals-unconfirmed = It is { $time }. Meals that nobody has confirmed: { $meals }. Call their couriers.
notice-meals-still-unconfirmed-title = Meals are still not confirmed
notice-meals-still-unconfirmed = { $minutes } minutes overdue. Meals that nobody has confirmed: { $meals }. Please step in.
notice-door-unopened-title = Nobody opened
notice-door-unopened = { $number }: no answer to knocking and calling. Call the emergency contact.
notice-elder-unreached-title = Nobody opened again
notice-elder-unreached = Elder { $number } did not open { $times } times in a row. Somebody has to go there at once.
notice-meals-handed-back-title = Meals need another courier
notice-meals-handed-back = A courier may not go on. Meals that need another: { $meals }.
