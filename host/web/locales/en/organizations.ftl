# Organisations and roles in them.
refusal-own-organization = Nobody verifies their own organisation.
wayout-own-organization = Ask the administrator above it or the lead office.
refusal-already-verified = This organisation is verified already.
refusal-already-founded = The lead office exists already.
refusal-organization-place = An organisation of this kind cannot stand below the chosen one.
wayout-organization-place = Enterprises, teams and recipients stand below the lead office, a local node or a hub.
refusal-credit-code-taken = Another organisation is registered with this credit code.
wayout-credit-code-taken = Ask its administrator to invite you.
refusal-role-place = There is no such role in an organisation of this kind.
refusal-last-of-its-role = This is the last person with this role, so it cannot be ended.
wayout-last-of-its-role = Give the role to somebody else first.
refusal-organization-unverified = “{ $organization }” is not verified yet.
wayout-organization-unverified = Wait for the local administrator, or ask the lead office.
notice-organization-verified = “{ $organization }” is verified and may act now.
notice-role-granted = You have a new role at “{ $organization }”.
