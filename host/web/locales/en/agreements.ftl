# From interest to agreement: due diligence, trades, public notice.
field-interest-trade = What your organisation trades in
field-interest-trade-help = Choose the main business. Trades that may not be advertised, such as tobacco, cannot adopt (Charity Law, art. 40).
field-interest-state_owned = Is your organisation owned or run by the State, in whole or in part?
field-interest-state_owned-help = Gifts of State assets need an approval and a filing before the signature (Charity Law, art. 43).
field-interest-own_products = Are the goods you would give your own products?
field-interest-own_products-help = Who gives its own products answers for their quality (Charity Law, art. 36). Choose “No” if you give no goods.
trades = Trades
trades-lead = Sponsors choose their main business from this list. Whoever chooses a blocked one is told why at once. The starter values are a suggestion: check them against your own documents.
trade-column-title = Trade
trade-column-state = May adopt
trade-column-basis = Basis
trade-column-do = Do
trade-blocked = Blocked
trade-allowed = May adopt
trade-new = Add a trade
trade-edit = Change
trade-lead = A change concerns later interests only.
trade-save = Save
field-trade-key = Key
field-trade-key-help = Small letters, digits and hyphens, such as tobacco. It cannot be changed later.
field-trade-title = Name of the trade
field-trade-blocked = Blocked from adopting
field-trade-basis = Basis
field-trade-basis-help = For a block: the document and its article.
event-trades-trade-set = Trade changed
machine-trades = Trades

diligence = Due diligence
diligence-empty = Nothing on record yet
diligence-empty-text = The lead office checks within ten working days of the interest.
diligence-column-topic = Topic
diligence-column-outcome = Result
diligence-column-source = Source
diligence-column-on = Looked up on
diligence-topic-credit = Credit
diligence-topic-credit-help = The enterprise credit system and the lists of the untrustworthy.
diligence-topic-related = Related parties
diligence-topic-related-help = The sponsor's declaration about related parties (Charity Law, art. 40).
diligence-topic-trade = Trade
diligence-topic-trade-help = Whether the registered business is what the sponsor says (Charity Law, art. 40).
diligence-topic-goods = Goods
diligence-topic-goods-help = Goods are usable, safe, hygienic and kind to the environment (Charity Law, art. 36).
diligence-topic-recipient = Recipient of the money
diligence-topic-recipient-help = Its certificate is valid for the whole period (Charity Law, art. 26).
diligence-topic-state-approval = Approval of State assets
diligence-topic-state-approval-help = The approval comes before the signature (Charity Law, art. 43).
diligence-outcome-clear = Nothing against it
diligence-outcome-concern = A concern
field-diligence-outcome = result
field-diligence-source = source
field-diligence-checked_on = looked up on
field-diligence-certificate = number of the certificate or approval
field-diligence-valid_until = valid until
field-diligence-note = note
diligence-certificate-goods = Needed for the sponsor's own products.
diligence-certificate-recipient = The number of the qualification, such as that for public fundraising.
diligence-certificate-state-approval = The number of the approval.
diligence-certificate = Number: { $number }
diligence-valid-until = Valid until { $day }
diligence-save = Save the findings only
diligence-stated-trade = The sponsor says that it trades in: { $trade }.
diligence-fact-trade = Trade
diligence-fact-state-owned = State-owned
diligence-fact-own-products = Gives its own products
known = About the team
known-name = Name
known-label = These facts are
known-verified = Verified
known-self-declared = Self-declared
known-introduction = Introduction
known-proposals = Proposals so far
known-completed = Projects completed
notice-adoption-check-due = “{ $project }”: { $sponsor } has waited { $days } working days to be checked
event-adoption-diligence-recorded = Findings recorded
event-adoption-check-reminded = The office was reminded to check
refusal-trade-blocked = Who trades in “{ $trade }” cannot adopt. Basis: { $basis }.
wayout-trade-blocked = Choose your main business if this was a slip; ask the lead office about the list.
refusal-no-findings = Nothing was entered.
refusal-diligence-missing = Not yet looked at: { $topic ->
    [credit] credit
    [related] related parties
    [trade] trade
    [goods] goods
    [recipient] recipient of the money
   *[other] approval of State assets
}.
wayout-diligence-missing = The lead office records this topic first.
refusal-diligence-concern = A concern stands in the way: { $topic ->
    [credit] credit
    [related] related parties
    [trade] trade
    [goods] goods
    [recipient] recipient of the money
   *[other] approval of State assets
}.
wayout-diligence-concern = Record the topic again once it is cleared; otherwise decline.
refusal-goods-certificate-missing = Own products need a certificate of quality (Charity Law, art. 36).
wayout-goods-certificate-missing = Enter the certificate's number.
refusal-goods-expire-early = The goods expire on { $until }, before they are needed on { $needed } (Charity Law, art. 36).
wayout-goods-expire-early = Agree on other goods, or on an earlier delivery.
refusal-recipient-certificate-missing = The recipient's certificate and its validity are not on record (Charity Law, art. 26).
wayout-recipient-certificate-missing = Enter the number and until when it is valid.
refusal-recipient-certificate-short = The recipient's certificate ends on { $until }, before the delivery due on { $needed } (Charity Law, art. 26).
wayout-recipient-certificate-short = Let the recipient renew it and check again, or choose another recipient.
refusal-state-approval-missing = A State-owned sponsor needs an approval before the text is frozen (Charity Law, art. 43).
wayout-state-approval-missing = Ask for the approval and record its number in the due diligence.

step-adoption-in-notice = Public notice
adoption-notice-hold = Hold the notice
adoption-notice-hold-lead = When somebody objects. The agreement does not come into force until the notice runs on.
adoption-notice-hold-submit = Hold the notice
adoption-notice-resume = Resume the notice
adoption-notice-resume-lead = Say how the objection was answered. If the time is over, the agreement comes into force at once.
adoption-notice-resume-submit = Resume the notice
next-adoption-in-notice = All have confirmed; it is in public notice. Without an objection the agreement comes into force by itself.
next-adoption-notice-held = Somebody objects; the notice is held: { $reason }
next-adoption-objected = Somebody objected during the notice. The agreement does not come into force before that is answered.
announced = Adoptions in public notice
announced-lead = Whoever knows of related parties or improper promotion signs in and chooses “Object”. The adoption objected to waits; all others go on.
announced-anonymous = A sponsor
announced-until = { $sponsor } adopts: { $lines }; in public notice until { $until }
announced-held = { $sponsor } adopts: { $lines }; held because of an objection
announced-objected = { $sponsor } adopts: { $lines }; in public notice until { $until }, an objection is being handled
announced-answers = Objections to adoptions, answered
event-adoption-announce = Public notice begun
event-adoption-notice-held = Public notice held
event-adoption-notice-resumed = Public notice resumed
flash-notice-held = The notice is held; all parties were told.
flash-notice-resumed = The notice runs on.
notice-adoption-announced = All parties have confirmed the agreement on “{ $project }”; it is in public notice until { $until }, then it comes into force
notice-adoption-notice-held = The public notice on “{ $project }” is held: { $reason }
notice-adoption-notice-resumed = The public notice on “{ $project }” runs on: { $reason }
refusal-notice-held-already = The notice is held already.
refusal-notice-not-held = The notice is not held.

# Signing.
agreement-party-recipient = Recipient ({ $name })
agreement-code-send = Send the code
agreement-code = Code
agreement-code-help = Six digits, sent to the notices of your own account; valid for ten minutes and five tries.
flash-code-sent = The code is in your notices. Use it within ten minutes.
notice-signing-code = Code to sign the agreement on “{ $project }”: { $code }, valid for { $minutes } minutes. Tell nobody
agreement-text-recipient-party = Recipient: { $name }
agreement-text-gift = By law: a gift in the public interest
agreement-text-gift-body = This is a gift in the public interest, which cannot be revoked at will even before it is handed over (Civil Code, arts. 658 and 660). A giver whose situation becomes markedly worse, so that its business suffers severely, may stop (art. 666).
agreement-text-method = How it is signed
agreement-text-method-body = The parties agree: whoever a party has authorised signs in to an own account, reads the text, and enters the one-time code sent to that account to confirm the text's SHA-256; this counts as a signature or seal (Electronic Signature Law, art. 13).
event-adoption-code-sent = Code to sign sent
event-adoption-warning-read = The sponsor read the warning
refusal-code-missing = Send the code first, then enter the six digits.
wayout-code-missing = It is sent to the notices of your own account and valid for ten minutes.
refusal-code-wrong = That is not the code; { $left } tries are left.
wayout-code-wrong = Look at the newest code in your notices.
refusal-code-used-up = This code was tried five times and is of no use any more.
wayout-code-used-up = Send a new one.
work-sign-as-recipient = Confirm an agreement as the recipient

# Templates, the delivery plan, versions.
agreement-templates = Agreement templates
agreement-templates-lead = The words from which agreements are drafted. The starter templates are a suggestion: check them against your own documents. A change shows in drafts at once; frozen agreements keep their words.
agreement-template-column-name = Name
agreement-template-column-origin = From
agreement-template-column-state = State
agreement-template-column-do = Do
agreement-template-own = This office
agreement-template-starter = Starter template
agreement-template-in-use = In use
agreement-template-retired = Retired
agreement-template-edit = Change
agreement-template-new = New template
agreement-template-retire = Retire
agreement-template-retire-title = Retire “{ $name }”?
agreement-template-retire-text = No agreement can be frozen with it any more; drafts must choose another. Frozen agreements stay as they are.
agreement-template-restore = Use again
agreement-template-save = Save the template
agreement-template-preview = Preview
agreement-template-lead = What stands in braces is filled in for each adoption. The names, kind, quantity, quality, use and delivery time that the Charity Law (art. 39) asks for must all be there.
agreement-template-clauses = The clauses on performance, on gifts in the public interest and on how it is signed are added to every agreement.
agreement-template-place-project = Project
agreement-template-place-version = Number of the version
agreement-template-place-sponsor = Name of the sponsor
agreement-template-place-sponsor_code = Credit code of the sponsor
agreement-template-place-team = Team
agreement-template-place-recipients = Names of the recipients
agreement-template-place-office = Lead office
agreement-template-place-purpose = Use
agreement-template-place-lines = Kinds and quantities
agreement-template-place-quality = Quality
agreement-template-place-schedule = Delivery times and plan
agreement-template-place-recipient = How and by whom it is received
agreement-template-place-publicity = Whether the sponsor is named
agreement-template-place-naming = Naming
agreement-template-place-surplus = What happens to a surplus
field-template-name = Name of the template
field-template-body = Text
field-template-key = Key
field-template-key-help = Small letters, digits and hyphens. It cannot be changed later.
field-adoption-template = Template
agreement-text-recipient-team = Received by: { $name }
agreement-text-plan = { $title }: { $quantity } { $unit } on { $day }
agreement-plan = Delivery plan
agreement-plan-lead = In how many parts each line comes, and on which days. The parts add up to the quantity.
agreement-plan-of-line = { $title } ({ $unit })
agreement-plan-help = One part in each row: the day (year-month-day), a space, and the quantity. { $n } in all, by { $day } at the latest.
agreement-plan-save = Save the plan
agreement-versions = Versions
agreement-versions-lead = Each time the text is sent back a new version begins. Choose any two to compare.
agreement-version-column-number = Version
agreement-version-column-created = Drafted
agreement-version-column-frozen = Frozen
agreement-version-column-by = Frozen by
agreement-version-column-term = Term
agreement-version-column-before = Earlier
agreement-version-column-after = Later
agreement-version-empty = There is no text yet
agreement-version-draft = Draft
agreement-version-from = Earlier version
agreement-version-to = Later version
agreement-version-compared = Version { $from } against version { $to }
agreement-version-changes = Terms that differ
agreement-version-same = The terms are the same
agreement-version-text = The whole text
machine-agreement-templates = Agreement templates
event-agreement-templates-template-saved = Template saved
event-agreement-templates-template-retired = Template retired
event-agreement-templates-template-restored = Template in use again
event-adoption-plan-changed = Delivery plan changed
refusal-agreement-template-retired = The chosen template is retired or does not exist.
wayout-agreement-template-retired = Choose one that is in use.
refusal-template-incomplete = The template does not say { $what ->
    [names] the names
    [kind] the kind
    [quantity] the quantity
    [quality] the quality
    [use] the use
    [time] the delivery time
   *[other] what happens to a surplus
} (Charity Law, arts. 39 and 58).
wayout-template-incomplete = Add to the text: { $english }
refusal-plan-too-long = A plan has { $most } parts at most.
refusal-plan-part-empty = The quantity of “{ $line }” on { $on } must be more than 0.
refusal-plan-part-past = { $on } for “{ $line }” is over.
refusal-plan-part-late = { $on } for “{ $line }” is after { $due }, when it is needed.
wayout-plan-part-late = Choose an earlier day, or speak with the team first.
refusal-plan-not-whole = { $planned } { $unit } of “{ $line }” are planned, { $agreed } { $unit } were agreed (Charity Law, art. 39).
wayout-plan-not-whole = Change the plan so that the parts add up.

# A sponsor's public page.
sponsor-lead = What this organisation agreed to be named with. No amounts of money, no ranking.
sponsor-column-project = Project
sponsor-column-line = What
sponsor-column-quantity = How much
sponsor-column-state = State
sponsor-delivered = Delivered
sponsor-under-way = Under way

# Sealed papers.
scans = Sealed papers
scan-lead = Whoever cannot use a code prints the frozen text, seals it and uploads the scan. It counts as this party's confirmation when another clerk of the lead office has held it against the text (Electronic Signature Law, art. 3).
scan-empty = Nothing was handed in
scan-empty-text = Every party can confirm with a code instead.
scan-column-party = Party
scan-column-file = Scan
scan-column-state = State
scan-open = Download
scan-waiting = Awaits a second person
scan-accepted = Accepted
scan-refused = Sent back: { $reason }
scan-answer = The scan of: { $party }
scan-accept = It is right, and counts
scan-accept-title = Accept the sealed paper of { $party }?
scan-accept-text = Compare version, words and seal; the text is the one with this hash.
scan-refuse = Send it back
scan-upload-heading = Hand in a sealed paper
scan-upload = Upload it for a second person
field-scan-signer = Party
field-scan-file = Scan
field-scan-file-help = PDF or picture, with the whole text and the page with the seal.
field-scan-warned = The sponsor's paper shows the warning, and whoever sealed it has read it
flash-scan-uploaded = Uploaded. Another clerk of the lead office looks at it.
notice-scan-uploaded = A sealed paper for the agreement on “{ $project }” awaits you
notice-scan-refused = A sealed paper for the agreement on “{ $project }” was sent back: { $reason }
event-adoption-scan-uploaded = Sealed paper uploaded
event-adoption-scan-refused = Sealed paper sent back
work-accept-scan = Compare a sealed paper
refusal-scan-waits = A scan of this party waits already.
wayout-scan-waits = Wait for the answer; a wrong one can be sent back.
refusal-scan-answered = This scan was answered already.
refusal-scan-second-person = Who uploaded a scan does not accept it: another clerk does (Electronic Signature Law, arts. 3 and 13).
