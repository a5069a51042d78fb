# The administration pages.

## Every page

admin-heading = Administration
admin-section-requests = Requests
admin-section-refusals = Refusals
admin-section-changes = Changes
admin-section-tickets = Tickets
admin-section-nodes = Nodes
admin-sign-out = Sign out

## Sign-in

admin-sign-in-lead = For administrators of a tenant. Sign in with your usual account.
admin-signed-out = You have signed out.
admin-tenant = Tenant
admin-tenant-hint = The short name of the tenant, as in the URL of its sign-in page.
admin-tenant-unknown = There is no tenant with this name. Check the spelling.
admin-tenant-malformed = The short name of a tenant contains only letters, digits, hyphens, dots and underscores. It differs from the display name, such as “Demo Company”.
admin-continue = Continue

## List of requests

admin-requests-none = No matching requests.
admin-search = Search
admin-search-clear = Clear
admin-search-more = More filters
admin-status-succeeded = Succeeded
admin-status-refused = Refused
admin-status-failed = Failed
admin-rows-earlier = { $count } earlier
admin-rows-later = { $count } later
admin-verdict-succeeded = The request succeeded.
admin-search-user = User
admin-search-user-example = name, address or ID
admin-search-client = App
admin-search-client-example = name or ID
admin-search-from = From ({ $zone })
admin-search-until = Until ({ $zone })
admin-search-failed-only = Only refused
admin-problem-id = An ID has 36 characters, such as 6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12.
admin-problem-user = No user has this name, address or ID. Sign-ins with it as an unknown user name are listed.
admin-problem-many-users = More than { $most } users match; the first { $most } are listed. Type more of the name.
admin-property-typed-username = Typed user name (unknown)
admin-problem-client = No app has this name, and this is not a valid app ID.
admin-problem-number = An error number has only digits, with or without AADSTS or ADMIT before them.
admin-problem-time = Enter a date, or a date with hour and minute: 2026-11-22 14:30.
admin-problem-order = This time must be later than “From”.
admin-row-time = Time
admin-row-response = Response
admin-row-client = App
admin-row-user = User
admin-row-none = Unknown
admin-pager = Pages
admin-pager-newest = Newest
admin-pager-older = Older

## One request

admin-back = All requests
admin-compared = Comparison
admin-expected = Expected
admin-received = Received
admin-checks = Checks
admin-check-passed = Passed:
admin-check-stopped = Failed:
admin-properties = Request
admin-property-duration = Duration
admin-property-endpoint = Endpoint
admin-property-status = HTTP status
admin-property-response = Response
admin-property-attributed-client = Attributed to app
admin-property-grant-type = Grant type
admin-property-grant = Grant
admin-property-remote-address = Remote address
admin-property-cause = Internal cause
admin-cause = Only the operator of the service can see the cause: “admit explain { $trace_id }”.
admin-milliseconds = { $n } ms
admin-timeline = Timeline of the sign-in
admin-timeline-hint = All requests of the same sign-in, grant or correlation ID.
admin-timeline-truncated = The timeline has more requests; the nearest ones are shown.
admin-current = This request
admin-of-user = Other requests of { $user }
admin-of-client = Other requests of { $client }
admin-adjacent-all = Show all
admin-offset-milliseconds = +{ $milliseconds } ms
admin-offset-seconds = +{ $seconds } s
admin-offset-minutes = +{ $minutes } min { $seconds } s
admin-offset-hours = +{ $hours } h { $minutes } min
admin-offset-days = +{ $days } d { $hours } h

## Chart of refusals

admin-refusals-lead = Refused requests over time, by error number.
admin-refusals-none = No request was refused in this period.
admin-range = Period
admin-range-24h = 24 hours
admin-range-7d = 7 days
admin-range-30d = 30 days
admin-chart-label = Chart of refusals over time. The table below has the same figures.
admin-chart-hint = Times are in the time zone { $zone }. A numbered line marks a change, the hatched column has not ended.
admin-chart-successes = Successful requests
admin-chart-successes-hint = The faint background shows the successful requests, at most { $count }.
admin-unit-hour = Refusals per hour
admin-unit-6-hours = Refusals per 6 hours
admin-unit-day = Refusals per day
admin-legend = Error numbers
admin-others = All other numbers
admin-changes = Changes
admin-changes-none = Nothing changed in this period.
admin-figures = Figures as a table
admin-total = Total

## The page of changes

admin-changes-lead = What changed in this tenant and in the service, and who changed it. The newest changes are first.
admin-changes-many = { $count } changes
admin-changes-more = and { $count } more
admin-changes-nothing = Nothing has changed here yet.
admin-changes-what = Change
admin-changes-who = By

## The page of nodes

admin-nodes-lead = The nodes that serve this installation with one database. A node that was not seen for five seconds is not listed.
admin-nodes-one = One node serves this installation.
admin-nodes-address = Node
admin-nodes-this = this node
admin-nodes-id = ID
admin-nodes-version = Version
admin-nodes-started = Started
admin-nodes-seen = Last seen

## Ending what was given

admin-revoke-heading = End what was given
admin-revoke-lead = Ends sessions, grants and tokens of a user, of an app, or of all users and apps. The app or the user can sign in again at once.
admin-revoke-kind = Given to
admin-revoke-kind-user = a user
admin-revoke-kind-app = an app
admin-revoke-kind-tenant = all users and apps of this tenant
admin-revoke-name = User name, or name or ID of the app
admin-revoke-name-hint = Leave this empty for all users and apps.
admin-revoke-unknown = No user or app has this name, or several apps have it. Check the spelling, or enter the ID of the app.
admin-revoke-review = Continue
admin-revoke-confirm-user = This ends every session of { $name }, and revokes every grant and refresh token, in every browser and app.
admin-revoke-confirm-app = This revokes every grant, refresh token and access token of the app { $name }, for all users.
admin-revoke-confirm-tenant = This ends every session and revokes every grant and token of { $name }, for all users and apps. You are signed out, too.
admin-revoke-lasting = It cannot be undone. APIs that verify access tokens themselves accept them until they expire.
admin-revoke-end = End all of it
admin-revoke-change = Change the selection
