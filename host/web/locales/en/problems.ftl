# Refusals that any request may meet, and the pages about the API.
refusal-invalid-input = Some of the input is wrong; see each field.
refusal-signed-out = This needs a sign-in, or yours has ended.
wayout-signed-out = Sign in again.
refusal-not-allowed = Your present role does not allow this.
wayout-not-allowed = If you also act for another organisation, switch to it; for a new right ask your administrator.
refusal-not-found = Not there, or not open to you.
refusal-stale-version = Somebody has just changed this; what you saw is no longer the newest version.
wayout-stale-version = Look at the newest version first.
refusal-plugin-refused = The rules of this project do not allow it.
refusal-plugin-unavailable = The project's program cannot decide at present.
wayout-plugin-unavailable = Try again later; if it fails again, tell the office the reference.
refusal-bad-request = The request cannot be read.
refusal-too-large = Too large: at most { $limit } bytes.
refusal-busy = The system is busy.
wayout-busy = Try again in a moment.
refusal-too-many-requests = Too much came from your network address in a short time. Try again in { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
  }.
wayout-too-many-requests = If you share a network with others, their failed attempts count too; whoever is signed in goes on undisturbed.
refusal-internal = Something went wrong in the system; nothing was done.
refusal-unavailable = Not possible at present; nothing was written.
wayout-unavailable = Try again later.
refusal-unsupported-media-type = Wrong content type: the API takes application/json in UTF-8.
refusal-unsupported-encoding = Compressed or otherwise encoded bodies are not taken; send it as it is.
refusal-method-not-allowed = This address does not know that method.
refusal-cross-site = The request came from another site and was refused to protect your account.
wayout-cross-site = Do it again from a page of this site.
refusal-idempotency-key-reused = This idempotency key belongs to another request.
wayout-idempotency-key-reused = Use a new key for a new request.
refusal-wrong-state = This cannot be done at the present stage.
wayout-wrong-state = Reload the page to see where it stands.

problem-bad-request = The request cannot be read: { $why }
problem-title = Problem { $code }
problem-way-out = What to do
problem-for-programs = Programs go by the code, never by the text.
docs-title = API reference
docs-lead = All operations are below /api/v1 and answer in JSON; failures are application/problem+json. The full description:
docs-part = Part of the API
docs-public = No sign-in needed.
docs-token = Needs an access token: Authorization: Bearer.
docs-parameters = Parameters
docs-body = Request body
docs-answers = Answers
docs-schemas = Data structures
