# The administration pages.

## Every page

admin-heading = Administration
admin-section-requests = Requests
admin-section-refusals = Refusals
admin-section-tickets = Tickets
admin-sign-out = Sign out

## The way in

admin-sign-in-lead = For administrators of an organization. You sign in as you do everywhere else.
admin-signed-out = You have signed out.
admin-tenant = Organization
admin-tenant-hint = The short name of its tenant, as in the addresses of its sign-in.
admin-tenant-malformed = A tenant’s name has only letters, digits, hyphens, dots and underscores. The name that people read, such as “Demo Company”, is another one.
admin-continue = Continue
