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

## Requests: the list

admin-requests-lead = What happened in your organization, the newest first. All times are UTC.
admin-requests-none = Nothing is remembered that fits.
admin-search = Search
admin-search-clear = Clear
admin-search-user = User name or ID
admin-search-client = App, by name or ID
admin-search-from = From (UTC)
admin-search-until = Until (UTC)
admin-search-failed-only = Only what was turned down
admin-problem-id = An ID has 36 characters, such as 6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12.
admin-problem-user = There is no user with this name or ID. Type all of it.
admin-problem-client = There is no app with this name, and this cannot be an app’s ID.
admin-problem-number = A number has only digits, with or without AADSTS or ADMIT before them.
admin-problem-time = A time is a date, or a date and an hour and minute: 2026-11-22 14:30.
admin-problem-order = This is not after “From”, so nothing lies between the two.
admin-row-time = Time (UTC)
admin-row-answer = Answer
admin-row-client = App
admin-row-user = User
admin-row-none = Not known
admin-pager = Pages
admin-pager-newest = Newest
admin-pager-older = Older

## Requests: one of them

admin-back = All requests
admin-compared = What was compared
admin-expected = Expected
admin-received = Received
admin-checks = Checks, in order
admin-check-passed = Passed:
admin-check-stopped = Stopped here:
admin-facts = The request
admin-fact-duration = Duration
admin-fact-endpoint = Address
admin-fact-status = HTTP status
admin-fact-answer = Answer
admin-fact-owner = Taken for the app
admin-fact-grant-type = Grant type
admin-fact-grant = Grant
admin-fact-peer = Sent from
admin-fact-cause = Inside the service
admin-cause = The cause is for whoever runs the service: “admit explain { $trace_id }” shows it.
admin-milliseconds = { $n } ms
admin-timeline = Timeline of the sign-in
admin-timeline-hint = Every request that belongs to the same sign-in, grant or correlation ID.
admin-timeline-cut = There are more requests than these; the nearest are shown.
admin-present = This request
admin-of-user = Around it: user { $user }
admin-of-client = Around it: app { $client }
admin-neighbours-all = Show all
admin-offset-milliseconds = +{ $milliseconds } ms
admin-offset-seconds = +{ $seconds } s
admin-offset-minutes = +{ $minutes } min { $seconds } s
admin-offset-hours = +{ $hours } h { $minutes } min
admin-offset-days = +{ $days } d { $hours } h

## Refusals: the chart

admin-refusals-lead = How often requests were turned down, by number.
admin-refusals-none = Nothing was turned down in this time.
admin-span = Period
admin-span-24h = 24 hours
admin-span-7d = 7 days
admin-span-30d = 30 days
admin-chart-label = Chart of refusals over time. The table below has the same figures.
admin-chart-hint = All times are UTC. A numbered line marks what changed.
admin-legend = Numbers
admin-others = All other numbers
admin-changes = What changed
admin-changes-none = Nothing changed in this time.
admin-figures = The same figures as a table
admin-total = Total
