setting-most_places = Most places in a slot

role-volunteer = Volunteer

record-slot = Slot
field-slot-label = Time
field-slot-places = Places
field-slot-volunteers = Volunteers
state-slot-open = Open
state-slot-full = Full
state-slot-over = Over

action-offer-slot = Offer a slot
input-offer-slot-label = Time
input-offer-slot-places = Places
action-sign-up = Sign up
action-end-slot = End

view-public-card = Slots for volunteers
view-staff-panel = Sign-ups
label-open-slots = Open slots
label-full-slots = Full slots
indicator-slots-filled = Slots filled

refusal-slot-full = All { $places } places are taken.
refusal-signed-up-already = You have signed up already.
refusal-too-many-places = A slot has { $most } places at most.

notice-slot-filled-title = A slot is full
notice-slot-filled = { $label } is full.
