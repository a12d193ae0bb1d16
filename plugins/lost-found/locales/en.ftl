# Settings
setting-desk = Where and when owners come
setting-announce_workdays = Announce within
setting-document_workdays = Hand documents and cards to the police within
setting-keep_days = Keep after the announcement for
setting-claims_in_30_days = Claims of one person in thirty days
setting-matches_needed = Marks that usually have to fit
setting-loss_days = A reported loss is open for

# Roles
role-custodian = Custodian
role-checker = Checker

# Found items
record-found-item = Found item
field-found-item-number = Number
field-found-item-category = Kind
field-found-item-area = Area
field-found-item-found_on = Found on
field-found-item-description = Public description
field-found-item-exact_place = Exact place
field-found-item-marks = Secret marks
field-found-item-tier = Value
field-found-item-perishable = Perishable
field-found-item-dangerous = Dangerous
field-found-item-kept_at = Kept at
field-found-item-finder = Finder
field-found-item-received_by = Received by
field-found-item-received_on = Received on
field-found-item-announced_on = Announced on
field-found-item-returned_on = Returned on
field-found-item-days_to_return = Time to return
field-found-item-remark = Remark
state-found-item-received = Received
state-found-item-announced = Announced
state-found-item-claim_pending = Claimed
state-found-item-returned = Returned
state-found-item-wrongly_returned = Returned to the wrong person
state-found-item-transfer_due = Year is over
state-found-item-closed = Closed
state-found-item-handed_to_police = With the police
state-found-item-transferred = Transferred by law
state-found-item-disposed = Disposed of
choice-category-wallet = Wallet
choice-category-phone = Telephone
choice-category-keys = Keys
choice-category-bag = Bag
choice-category-clothing = Clothing
choice-category-electronics = Electronics
choice-category-id_document = Identity document
choice-category-bank_card = Bank card
choice-category-other = Other
choice-tier-normal = Normal
choice-tier-valuable = Valuable
book-custody = Custody book
entry-custody-place = Kept at
entry-custody-by = Handled by
incident-wrong-release = { $number } was returned to the wrong person.

# Claims
record-claim = Claim
field-claim-number = Number
field-claim-item = Found item
field-claim-claimant = Claimant
field-claim-filed_on = Filed on
field-claim-story = How it was lost
field-claim-answered = Answers
field-claim-matched = Answers that fit
field-claim-checked_by = Checked by
field-claim-document_seen = Identity document seen
field-claim-remark = Remark
state-claim-filed = To be checked
state-claim-approved = Approved, to be fetched
state-claim-handed_over = Handed over
state-claim-rejected = Rejected
state-claim-withdrawn = Withdrawn

# Losses
record-loss = Loss
field-loss-number = Number
field-loss-owner = Owner
field-loss-category = Kind
field-loss-area = Area
field-loss-lost_from = Lost from
field-loss-lost_to = Lost to
field-loss-description = Description
state-loss-open = Searching
state-loss-closed = Closed
state-loss-expired = Expired

# Actions
action-register = Register a found item
input-register-category = Kind
input-register-area = Area (public: district, street or line only)
input-register-found_on = Found on
input-register-description = Public description (no numbers, names or marks)
input-register-exact_place = Exact place (internal)
input-register-marks = Secret marks (one per line; nobody can read them afterwards)
input-register-tier = Value
input-register-perishable = Perishable
input-register-dangerous = Dangerous
input-register-kept_at = Kept at
input-register-finder = Finder
action-announce = Announce
action-hand-to-police = Hand to the police
input-hand-to-police-receipt = Number of the receipt
action-dispose = Dispose of perishables
input-dispose-reason = Why and how
action-transfer = Transfer after the year
input-transfer-receipt = Number of the receipt
action-file-claim = Claim
input-file-claim-number = Number of the thing, as announced
input-file-claim-answers = What only you can know of it (one per line)
input-file-claim-story = How it was lost
action-approve-claim = Approve
input-approve-claim-document_seen = Identity document seen in person
input-approve-claim-why_although_few = What proves it, although few marks fit
action-reject-claim = Reject
input-reject-claim-reason = Reason (the claimant will read it)
action-withdraw-claim = Withdraw
action-hand-over = Hand over to the owner
action-report-wrong-release = Report a return to the wrong person
input-report-wrong-release-reason = What happened
action-settle-wrong-release = Settle the wrong return
input-settle-wrong-release-outcome = Outcome
action-report-loss = Report a loss
input-report-loss-category = Kind
input-report-loss-area = Area
input-report-loss-lost_from = Lost from
input-report-loss-lost_to = Lost to
input-report-loss-description = Description
action-renew-loss = Renew
action-close-loss = Close

# Pages
view-public-card = Lost and found
view-staff-panel = Today
view-sponsor-panel = What became of the adoption
label-in-custody = In custody
label-returned-so-far = Returned
label-announced = Announced
label-nothing-announced = Nothing is announced at present.
label-number = Number
label-category = Kind
label-area = Area
label-found-on = Found on
label-description = Description
label-to-announce = To be announced
label-open-claims = Claims
label-no-open-claims = No claim is waiting.
label-item = Found item
label-claim = Claim
label-claimant = Claimant
label-matches = Fits / answers
label-state = State
label-suggestions = Perhaps related
label-no-suggestions = No reported loss resembles a find.
label-loss = Loss
label-similarity = Similarity
label-suggestions-only-advise = Similarity only advises. Two of the staff decide whether a thing is returned.
label-wrong-release-alert = { $items } { $items ->
    [one] thing was
   *[other] things were
} returned to the wrong person and not settled yet.
label-return-rate = Returned
label-median-days = Median days to return
label-none-yet = None yet

# Indicators
indicator-return-rate = Returned
indicator-median-days-to-return = Median days to return
indicator-wrong-releases = Returns to the wrong person

# Refusals
refusal-number-in-description = The public description of a document or card cannot hold numbers. Leave the digits out.
refusal-found-in-the-future = The day of the find cannot be after today.
refusal-dangerous-goes-to-police = Dangerous things are not announced. Hand it to the police.
refusal-perishable-is-disposed = Perishables are not announced. Two people dispose of them and record it.
refusal-not-perishable = Only perishables can be disposed of.
refusal-no-such-item = No announced thing has this number. Look at the announcement again.
refusal-finder-cannot-claim = Who found or received a thing cannot claim it.
refusal-claimed-already = You have claimed this already. Please wait for the check.
refusal-too-many-claims = One person can file { $limit } claims in thirty days. Come to the desk if your case is special.
refusal-not-compared-now = The marks cannot be compared now: too many tries, or not granted. Try later, or come to the desk.
refusal-who-claims = Sign in first, or let the staff do it for you.
refusal-not-your-own = You can do this only in your own cause.
refusal-checker-is-involved = The claimant and the finder can neither check nor hand over this thing. Ask a colleague.
refusal-document-not-seen = Look at the claimant's identity document first.
refusal-few-matches = { $matched } of the marks fit; { $needed } are usual. If something else proves it, write it down.
refusal-other-claim-approved = Another claim for this thing is approved. Reject it before you approve this one.
refusal-second-person-needed = Two of the staff have to confirm a return.
refusal-item-is-gone = The custody book says that this thing is no longer here.
refusal-period-ends-before-it-starts = The end cannot be before the start.
refusal-items-still-kept = { $items } things are still in custody, so the project cannot be closed.

# Notices
notice-announce-due-title = A find is to be announced
notice-announce-due = { $number } is not announced yet.
notice-police-due-title = A document is due
notice-police-due = { $number } is a document or a card. Hand it to the police.
notice-transfer-due-title = The year is over
notice-transfer-due = Nobody claimed { $number } within the time. Transfer it by law.
notice-claim-filed-title = A new claim
notice-claim-filed = Please check { $number }.
notice-claim-approved-title = Your claim is approved
notice-claim-approved = { $number } is approved. Bring your identity document: { $desk }
notice-claim-rejected-title = Your claim was not approved
notice-claim-rejected = { $number } was not approved. Reason: { $reason }. You can object at the desk.
notice-returned-to-other-title = Returned to somebody else
notice-returned-to-other = The thing that you claimed with { $number } went to another owner. You can object within thirty days.
notice-wrong-release-title = Returned to the wrong person
notice-wrong-release = { $number } went to the wrong person. Please act at once.
notice-loss-expired-title = Your report has expired
notice-loss-expired = { $number } has expired. Report it again if you are still searching.
notice-desk-closed-title = The desk is closed for now
notice-desk-closed = The project is suspended, so { $number } cannot be fetched for now. It is kept safe. Reason: { $reason }
notice-desk-open-title = The desk is open again
notice-desk-open = { $number } can be fetched. Bring your identity document: { $desk }
