# What no public text or file may hold.
refusal-payment-code-file = The name of the file says “{ $found }”: a payment code. The platform takes no money and leads to no account (Charity Law, art. 23 and 27).
wayout-payment-code-file = Do not upload payment codes. For money choose a line of the kind “Money” and name its recipient.
