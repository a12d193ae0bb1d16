# The parts that pages are made of.
stepper = Progress
step-done = done
step-current = current step
step-next = still to come
step-skipped = not passed
next-step = Next step
history = History
history-empty = Nothing has happened here yet.
history-acting-for = for { $name }
history-reason = Reason: { $reason }
history-changes = { $n ->
    [one] Show 1 change
   *[other] Show { $n } changes
}
history-before = was:
history-after = now:
coverage-required = required
coverage-of = { $n } / { $of }
coverage-delivered = { $n } delivered
coverage-active = { $n } agreed
coverage-held = { $n } held
coverage-open = { $n } still open
coverage-minimum = at least { $n } needed
coverage-enough = minimum reached
pager = Pages
pager-shown = { $shown } on this page
pager-of = { $shown } on this page, { $total } in all
pager-first = First page
pager-next = Next page
panel-from = Provided by the plugin “{ $name }”
panel-published = Published
panel-of = { $value } / { $max }
panel-unavailable = The plugin “{ $name }” cannot show this part at the moment. Everything else works.

# Forms.
field-required = required
field-choose = Please choose
field-sealed = Kept encrypted; every view is logged
field-characters = characters
field-file-kept = A file is stored; it stays unless you choose another.
form-problem-by-rule = { $text } (Rule: { $rule })
form-summary = Some answers need a change. Everything you typed is still here
form-refused = This was not done. Everything you typed is still here
form-problem-missing = Please fill in “{ $label }”
form-problem-unknown = The form has no field “{ $label }”. Please reload the page and try again
form-problem-repeated = “{ $label }” stands there twice. Please send it once
form-problem-wrong-type = “{ $label }” is not in the right form. Please enter it again
form-problem-control-character = “{ $label }” holds a control character that cannot be kept. Please remove it
form-problem-too-long = “{ $label }” is over the limit of { $bound }. Please shorten it
form-problem-too-small = “{ $label }” cannot be less than { $bound }
form-problem-too-large = “{ $label }” cannot be more than { $bound }
form-problem-not-an-option = Please choose one of the options of “{ $label }”
form-problem-bad-date = “{ $label }” is not a date. Write it as year-month-day, such as 2026-11-23
form-problem-bad-time = “{ $label }” is not a time. Write it as hours:minutes, such as 16:30
form-problem-bad-email = “{ $label }” does not look like an e-mail address. Please check both sides of the @
form-problem-bad-phone = “{ $label }” should have 7 to 15 digits, with an area code if you like
form-problem-bad-id-number = “{ $label }” does not match its own check digit. Please compare it digit by digit
form-problem-bad-credit-code = “{ $label }” does not match its own check character. Please compare it with the licence
form-problem-outside-days = “{ $label }” must lie between the opening and the end of the time for mending
form-problem-frozen-before-required = “{ $label }” cannot be before the day from which the question must be answered
autosave-saving = Saving the draft…
autosave-saved = Draft saved
autosave-failed = The draft is not saved: the server cannot be reached. Your text is still on this page; please keep it open.
panel-person-hidden = (name not shown)
panel-record-hidden = (a record you may not see)
filter-count = { $n } entries

# Words that many pages share.
cancel = Cancel
filter-all = All
rule-cited = rule { $rule }
coverage-line = { $kind }: { $title }
filter-none = Nothing of this kind
filter-none-text = Look for something else, or choose “All”.
history-state = State
history-changed = changed
history-answers = Questions
history-answers-changed = { $n ->
    [one] 1 answer changed
   *[other] { $n } answers changed
}
