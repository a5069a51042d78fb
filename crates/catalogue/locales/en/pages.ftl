## Every page

page-language-name = English
page-direction = ltr
page-languages = Language
page-cancel = Cancel

## Sign-in

sign-in-heading = Sign in
sign-in-lead = to continue to { $app }
sign-in-username = User name
sign-in-password = Password
sign-in-submit = Sign in

## Stay signed in

stay-heading = Stay signed in?
stay-explanation = If you stay signed in, this browser does not ask for your password again for a while.
stay-yes = Yes, stay signed in
stay-no = No
stay-shared-device = Choose “No” if others use this device too.

## Choice of accounts

choose-heading = Choose an account
choose-lead = to continue to { $app }
choose-signed-in = Signed in
choose-signed-out = Asks for the password
choose-other = Use another account

## Consent

consent-title = Permissions
consent-heading = Allow { $app }?
consent-publisher = Published by { $publisher }.
consent-publisher-unknown = Nobody has verified who publishes this app.
consent-signed-in = You are signed in with this account
consent-asks = The app asks to
consent-scope-openid = Know that it is you who signs in
consent-scope-profile = See your name and your basic profile
consent-scope-email = See your email address
consent-scope-offline-access = Keep this access while you are not using the app
consent-scope-other = Use a permission that has no description
consent-destination = Next, you go to
consent-accept = Allow
consent-trust = Allow this only if you know and trust the app.

## Error page

error-page-steps = What you can do
error-page-others = For those who look after the app
error-page-nothing-developer = This cannot be mended from here: the app itself has to change. If the app has a support address, send it the details below.
error-page-nothing-administrator = This cannot be mended from here. Send the details below to an administrator of your organization.
error-page-nothing-operator = This cannot be mended from here. Try again later, and send the details below to whoever runs this service if it stays.
error-page-nothing-user = Go back to the app and try again.
error-page-mended-by = Who can mend this:
error-page-start-again = Start again
error-page-details = Details for support
error-page-copy = One click on the box selects all of it. Copy it and send it to whoever helps you.
error-page-number = Error number
error-page-trace-id = Trace ID
error-page-correlation-id = Correlation ID
error-page-timestamp = Timestamp
error-page-lookup = More about { $label }

## Look-up of error numbers

lookup-all = All error numbers
lookup-what = What it means
lookup-said = What the service said
lookup-steps = What to do
lookup-facts = At a glance
lookup-name = Name
lookup-error = OAuth 2.0 error
lookup-developer = The developer of the app
lookup-administrator = The administrator of your organization
lookup-user = You, or whoever signs in
lookup-operator = Whoever runs this service
lookup-error-on-authorize = OAuth 2.0 error at the authorization endpoint
lookup-suberror = Suberror
lookup-error-none = None: it is shown on a page only
lookup-status = HTTP status
lookup-parameters = Parameters
lookup-since = Since version
lookup-related = Related numbers
lookup-retired = This number is no longer given, since version { $version }.
lookup-example = For example
lookup-example-request = This request
lookup-example-answer = gets this answer:
lookup-example-page = The answer is a page of this service, which says what stands above, in the reader’s language.
lookup-example-braces = What stands in braces is secret, or differs from one request to the next. Parameters stand one on each line, decoded.
lookup-stands-for = Microsoft’s numbers for the same
lookup-stands-for-hint = Here they all are this number.
lookup-foreign-heading = This service does not give this number
lookup-foreign-meaning = What it means at the Microsoft identity platform
lookup-foreign-reason = Why it is not given here
lookup-foreign-nearest = The number to look for here
lookup-foreign-about = What it is about
lookup-foreign-error = OAuth 2.0 error there
lookup-foreign-status = HTTP status there
who-user = User
who-developer = Developer
who-administrator = Administrator
who-operator = Operator
lookup-unknown-heading = There is no such number
lookup-unknown-text = “{ $code }” is not the number of an error that this service gives.
lookup-unknown-step = Check the number, or search all of them.

## Index of error numbers

index-heading = Error numbers
index-lead = Everything that this service can refuse, and what to do about it.
index-search-label = Number or words
index-search-submit = Search
index-search-hint = One misspelled letter does no harm. A whole error message can be pasted, too.
index-not-here = only at Microsoft
index-foreign-heading = { $count } numbers that only Microsoft gives
index-foreign-lead = What they mean at the Microsoft identity platform, and why this service does not give them.
index-found = Numbers found: { $count }
index-nothing = Nothing found for “{ $query }”. Try fewer or other words, or only the number.
index-page-only = Shown on a page only
index-show-all = Show all numbers

## Form post

form-post-heading = Back to the app
form-post-lead = You are being taken back to the app. If that does not happen by itself, go on with the button.
form-post-continue = Continue

## Wrong address

not-found-heading = There is nothing at this address
not-found-text = The address may be incomplete, or the page may have moved.
not-found-step-address = Check the address for typing errors.
not-found-step-app = To sign in, go back to your app and begin there.
not-found-lookup = Look up an error number
