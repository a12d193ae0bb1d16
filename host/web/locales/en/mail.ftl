nav-mails = Mail
nav-wordings = Wording of notices
machine-mail = Mail
state-mail-waiting = to be sent
state-mail-held = to be looked at
state-mail-sent = sent
state-mail-dropped = not sent
state-mail-failed = could not be delivered
event-mail-created = Written
event-mail-add = More notices put in
event-mail-release = Looked at and let go
event-mail-send = Sent
event-mail-drop = Not to be sent
event-mail-fail = Refused by the mail server
event-account-mail-wished = Changed how to be told by mail
event-account-mail-confirmed = Confirmed the mail address
machine-wordings = Wording of notices
event-wordings-worded = Changed the wording of a notice
job-mail-collect = Put notices into mails
job-mail-send = Send a mail

mails-lead = Notices also go to the address that a person has confirmed. Those marked “look first” are sent when you have looked at them here.
mails-none = No mail here
mails-none-text = Which notices you look at first is set under “Wording of notices”.
mails-column-to = To
mails-column-what = Content
mails-column-due = When
mails-column-state = State
mails-to = Mail to { $name }
mails-text = Text
mails-facts = Facts
mails-not-yours = This mail needs no look by the office; its text is for its reader alone.
mails-read-meanwhile = Its reader has read everything on the site; it will not be sent.
mail-notices = { $n ->
    [one] 1 notice
   *[other] { $n } notices
}
mail-release = Looked at, send it
mail-try-again = Try once more
mail-drop = Do not send
mail-drop-title = Not send this mail?
mail-drop-text = The notices stay on the site, where the person sees them after signing in.
flash-mail-released = Let go; it will be sent shortly.
flash-mail-dropped = This mail will not be sent.
flash-mail-confirmed = The address is confirmed; notices will go there.
mail-dropped-by-office = The office decided not to send it.
mail-refused = The mail server of the receiver refused it; check the address.
mail-nobody = The account is closed.
mail-address-gone = The person has another address now.
mail-unwanted = The person wants no mail.

mail-settings = Notices by mail
mail-settings-lead = Notices on the site can also come to your mailbox.
mail-settings-open = Set notices by mail
mail-address = Mail address
mail-address-help = A new address has to be confirmed; without one you get no mail.
mail-address-confirmed = Notices go to { $address }.
mail-rhythm = When
mail-rhythm-soon = As they come (those of one hour in one mail)
mail-rhythm-daily = One mail each morning
mail-rhythm-urgent = Urgent notices only
mail-rhythm-never = No mail
mail-quiet-from = Quiet from
mail-quiet-to = Quiet until
mail-quiet-help = In this time only urgent notices are sent. Two equal times: no quiet time.
mail-code = Six-digit code
mail-code-sent = The code went to { $address } and counts for one day.
mail-confirm = Confirm the address
refusal-mail-too-many-codes = { $most } codes were sent today; no more can be sent.
wayout-mail-too-many-codes = Try again tomorrow, or check whether the address is right.
refusal-mail-nothing-to-confirm = No address waits to be confirmed.
wayout-mail-nothing-to-confirm = Enter your address and save first.
refusal-mail-code-over = The code no longer counts.
wayout-mail-code-over = Save your address again and you get another code.
refusal-mail-code-wrong = The code is wrong; { $left } tries are left.
wayout-mail-code-wrong = Check the six digits in the mail.

mail-subject-mark = [Twoway]{" "}
mail-subject-many = { $n ->
    [one] 1 new notice
   *[other] { $n } new notices
}
mail-greeting = Dear { $name },
mail-more = { $n ->
    [one] 1 more on the site:
   *[other] { $n } more on the site:
}
mail-code-subject = Confirm your address
mail-code-body = Your code is { $code }; it counts for one day. If you did not enter this address, ignore this mail.
mail-foot = This mail was sent by a system; please do not answer it.
mail-foot-settings = Change how you are told:

wordings-lead = Each sentence that the platform tells people can be put in your own words, in Chinese and in English; left empty, the platform’s own is used.
wordings-column-sentence = Notice
wordings-column-whose = Wording
wordings-column-mail = By mail
wordings-own = your own
wordings-platform = the platform’s
wordings-looked-at = look first
wordings-at-once = at once
wordings-edit = Change the wording
wordings-values = The sentence may have the blanks listed; the values stand there when it is sent.
wordings-no-values = This notice has no values.
wordings-zh = Chinese
wordings-en = English
wordings-original = The platform’s own: { $text }
wordings-look = The office looks at mails first
wordings-look-help = On the site the notice shows at once; the mail goes when it was let go under “Mail”.
refusal-wording-braces = The braces do not come in pairs.
wayout-wording-braces = Write a value as {"{"}title{"}"} and use no other braces.
wordings-value-action = what is to be done
wordings-value-at = when
wordings-value-by = last day of the condition
wordings-value-code = code
wordings-value-days = number of days
wordings-value-due = day when it is due
wordings-value-line = what is adopted
wordings-value-minutes = minutes
wordings-value-n = number
wordings-value-name = name
wordings-value-organization = organisation
wordings-value-place = place, or place in the queue
wordings-value-project = project
wordings-value-reason = reason
wordings-value-receipt = receipt number
wordings-value-reference = reference number
wordings-value-rule = rule
wordings-value-severity = how serious it is
wordings-value-skipped = how many were passed over
wordings-value-source = the proposal that is merged
wordings-value-sponsor = sponsor
wordings-value-target = the proposal that goes on
wordings-value-text = text
wordings-value-title = title
wordings-value-unit = unit
wordings-value-until = until when
