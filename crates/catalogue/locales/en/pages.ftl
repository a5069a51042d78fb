## Every page

page-language-name = English
page-direction = ltr
page-languages = Language
duration-minutes = { $number } min
duration-hours = { $number } hours
duration-days = { $number } days
page-cancel = Cancel
page-title-error = Error:
help-heading = Trouble signing in?
help-contact = Contact { $contact }

## Sign-in

sign-in-heading = Sign in
sign-in-lead = to continue to { $app }
sign-in-username = User name
sign-in-password = Password
sign-in-submit = Sign in
sign-in-forgot = Forgot password?
sign-in-whole-address = User names here are usually whole addresses, such as name@example.com.

app-name-administration = Admit administration
app-name-account = Your account

## Forgotten password

reset-heading = Reset your password
reset-explanation = Type your user name. If the account has a confirmed email address, a code and a link are sent there.
reset-send = Send the email
reset-back = Back to sign-in
reset-code-heading = Check your email
reset-code-explanation = If this account exists and has a confirmed email address, an email with a code of eight digits was sent there. It is valid for ten minutes.
reset-code = Code from the email
reset-no-mail = No email arrived?
reset-no-mail-hint = Look into the folder for unwanted email. An account without a confirmed email address gets none: ask your administrator for a new password. After another email, only its code works on this page.
reset-send-again = Send another email
reset-link-heading = Go on with the new password?
reset-link-explanation = You have requested this email in this browser. Go on to choose a new password.
reset-link-submit = Choose a new password
reset-link-other-heading = This is another browser
reset-link-other-explanation = If you requested the email, open the link in the browser in which you did, or type the code of the email there.
reset-link-request = The request for the email
reset-link-not-you = If you did not request this email, do nothing and give its code to nobody. Your password stays as it is.
new-password-heading = Choose a new password
new-password = New password
new-password-hint = At least { $minimum } characters. Four words that have nothing to do with each other are a good choice.
new-password-repeat = Repeat the new password
new-password-end-sessions = Sign out everywhere else
new-password-submit = Set the password

## Sign-up, invitation and terms of use

sign-in-sign-up = Create an account
sign-up-heading = Create an account
sign-up-explanation = Type your email address. A code is sent there, which proves that the address is yours. It becomes your user name.
sign-up-email = Email address
sign-up-back = I have an account
sign-up-code-explanation = An email was sent to this address. Type its code of eight digits here within ten minutes. If the address has an account already, the email says so, and has no code.
sign-up-other-address = Another address
sign-up-no-mail-hint = Look into the folder for unwanted email, and check the address above. After another email, only its code works on this page.
sign-up-name = Your name
sign-up-given_name = Given names
sign-up-family_name = Family names
sign-up-nickname = Nickname
sign-up-phone_number = Phone number
create-account-heading = Complete your account
create-account-password = Password
create-account-repeat = Repeat the password
create-account-submit = Create the account
terms-heading = New terms of use
terms-explanation = The terms of use have changed. Read them, and accept them to go on.
terms-accept = I accept the terms of use (version { $version })
terms-read = Read the terms of use (opens another page)
terms-submit = Continue
invitation-heading = You are invited
invitation-explanation = { $tenant } invites you to create an account with this email address.
invitation-submit = Accept the invitation
invitation-not-you = If you do not expect an invitation, close this page. Nothing happens without a click.

## Second factor

passkey-use = Sign in with a passkey
passkey-not-used = No passkey was used. Try again, or sign in another way.
passkey-needs-script = This browser cannot use passkeys here: JavaScript is off, or the browser is too old. Use another browser or device.
second-factor-passkey = Confirm with a passkey: with the fingerprint, face or PIN with which you unlock your device.
second-factor-heading = Confirm that it is you
second-factor-explanation = Type the code that your authenticator app shows now for this account.
second-factor-code = Code from the app
second-factor-submit = Continue
second-factor-other-account = Use another account
second-factor-no-app = Cannot confirm this way?
second-factor-recovery-code = Recovery code
second-factor-recovery-hint = One of the codes that you were given when you set up your second step. Each works once.
second-factor-recovery-submit = Use the recovery code
second-factor-no-recovery-codes = You have no recovery codes left. Ask your administrator for a temporary access pass.
second-factor-access-pass = Temporary access pass
second-factor-access-pass-hint = The code of 16 letters and digits that your administrator gave you.
second-factor-access-pass-submit = Use the temporary access pass
second-factor-passkey-only = This app accepts a passkey only.
set-up-heading = Set up a second step
set-up-explanation = To sign in, you need a second step besides your password: a code from an app on your phone.
set-up-soon = Soon you need a second step besides your password to sign in: a code from an app on your phone. Set it up now, or later.
set-up-from = Required from
set-up-later = Set up later
set-up-install = Open an authenticator app on your phone, such as those of your phone’s maker or password manager.
set-up-scan = Scan this picture with the app.
set-up-qr-code = QR code with the key for the app
set-up-key = Or type this key into the app:
set-up-type = Type the code that the app then shows.
set-up-name = A name for this phone or app (optional)
set-up-submit = Set up
recovery-heading = Keep your recovery codes
recovery-explanation = If you lose your phone, one of these codes lets you sign in. Print them or write them down, and keep them in a safe place.
recovery-once = Each code works once. This page shows them only now: choose the language after you have kept them.
recovery-continue = I have kept them – continue

## Account

account-heading = Your account
account-section-sign-in = Sign-in
account-section-profile = Profile
account-section-email = Email
account-section-sessions = Browsers
account-section-apps = Apps
account-section-activity = Activity
account-section-data = Your data
account-access-pass = Temporary access pass
account-access-pass-until = Your administrator gave you a temporary access pass. It is valid until
account-access-pass-once = It works once.
account-access-pass-several = It works more than once until then.
account-access-pass-explanation = Set up a passkey, an authenticator app or a password before it expires. If you did not ask for a pass, tell your administrator.
account-password = Password
account-password-set = Set
account-change-password = Change the password
account-set-password = Set a password
account-no-password = You have no password. You sign in with a passkey, and need no password for that.
account-new-password = New password
account-password-rules = At least { $minimum } characters. Neither a common password nor your name: four words that have nothing to do with each other are a good one. You type it once, so let your password manager store it or write it down.
account-password-changed = Your password is changed.
account-end-others = Sign out everywhere else
account-end-others-hint = Other browsers and all apps ask for the new password.
account-warning-only-passkey = One passkey is your only way to sign in. Add another one on a second device, or set a password.
account-warning-one-second-factor = Your second step depends on one device. Add another app or passkey, and keep your recovery codes, so that you can sign in if you lose it.
account-warning-second-factor-needed = A second step is required for your account. Set one up now, or you are asked to at your next sign-in.
account-ask-remove-app = Remove the authenticator app “{ $name }”?
account-do-remove-app = Remove it
account-ask-remove-passkey = Remove the passkey “{ $name }”?
account-do-remove-passkey = Remove it
account-ask-end-sessions = Sign out everywhere?
account-do-end-sessions = Sign out everywhere
account-others-remain = { $number ->
    [one] One other app or passkey remains as your second step.
   *[other] { $number } other apps and passkeys remain as your second step.
}
account-no-second-factor-then = It is your last second step. From then on, your password alone signs you in.
account-policy-asks = A second step is required for your account: you set up another one at your next sign-in.
account-codes-removed = Your recovery codes are removed, too.
account-password-only-then = It is your last passkey. From then on, you sign in with your password.
account-last-way = It is your only way to sign in, so it cannot be removed now. Set a password first, or add another passkey.
account-this-browser-too = Every browser and every app is signed out, this browser included.
account-apps-later = What an app has received already may stay valid for up to an hour or so.
account-passkeys = Passkeys
account-passkey = Passkey
account-no-passkeys = With a passkey, you sign in as you unlock your device: no password to type, and nothing that a false page could steal.
account-last-used = last used
account-passkey-synchronized = on all your devices
account-passkey-one-device = on one device
account-add-passkey = Add a passkey
account-passkey-explanation = Your device creates a passkey and keeps it. Give it a name by which you recognize the device.
account-passkey-name = Name (optional)
account-passkey-create = Create a passkey
account-passkey-not-created = No passkey was created. The device may have one for this account already.
account-second-step = Second step
account-second-step-on = After your password, you confirm with a code of one of these apps:
account-second-step-off = You sign in with your password alone. Set up an authenticator app or a passkey, so that a person who learns your password cannot sign in.
account-passkey-second-step = After your password, you confirm with a passkey.
account-remove-named = Remove { $name }
account-app = Authenticator app
account-added = added
account-remove = Remove
account-add-app = Add an authenticator app
account-recovery-codes = Recovery codes
account-recovery-left = { $number ->
    [0] You have no recovery codes left. If you lose your phone, you cannot sign in.
    [one] You have one recovery code left.
   *[other] You have { $number } recovery codes left.
}
account-new-recovery-codes = Create new codes
account-sessions = Where you are signed in
account-sessions-explanation = If you think that somebody else uses your account, sign out everywhere: in every browser and every app.
account-end-sessions = Sign out everywhere
account-this-browser = This browser
account-browser-unknown = Unknown browser
account-signed-in = signed in
account-address = from the address
account-session-used = an app was last opened
account-session-expires = until
account-session-apps = Apps:
account-end-session = Sign out
account-end-session-named = Sign out of the browser of { $time }
account-end-other-sessions = Sign out of all other browsers
account-sessions-hint = Some apps keep their own access after you sign out of a browser. To end that, too, sign out everywhere.
account-apps = Apps with access
account-apps-explanation = These apps can do this for you.
account-no-apps = You have not given any app access.
account-app-since = Since
account-app-last-used = last used
account-withdraw = Withdraw access
account-withdraw-named = Withdraw the access of { $name }
account-app-by-administrator = Your administrator gave this app access for all users. Only your administrator can withdraw it.
account-possible-apps = Apps that may have access
account-possible-apps-explanation = Your administrator allowed these apps for all users. If you have used one, it may still have access; that is not recorded. “Sign out everywhere” ends it.
account-ask-withdraw = Withdraw the access of { $name }?
account-do-withdraw = Withdraw access
account-asks-again = The app can do nothing more for you. If you open it again, it asks for your consent again.
account-activity = Recent activity
account-activity-explanation = What happened with your account. If something was not you, say so: you are signed out everywhere, and your support learns of it.
account-activity-unrecorded = This service keeps no records of activity, or cannot read them now.
account-no-activity = Nothing is recorded yet.
account-activity-signed-in = You signed in to { $app }
account-activity-signed-in-somewhere = You signed in
account-activity-signed-out = You signed out
account-activity-failed = A request failed
account-activity-times = { $number } times
account-activity-by-administrator = by an administrator
account-activity-password_set = Password set
account-activity-authenticator_app_added = Authenticator app “{ $detail }” added
account-activity-authenticator_app_removed = Authenticator app “{ $detail }” removed
account-activity-passkey_added = Passkey “{ $detail }” added
account-activity-passkey_removed = Passkey “{ $detail }” removed
account-activity-recovery_codes_created = Recovery codes created
account-activity-recovery_code_used = Recovery code used
account-activity-access_pass_created = Temporary access pass created, valid until { $detail }
account-activity-access_pass_used = Temporary access pass used
account-activity-access_pass_revoked = Temporary access pass revoked
account-activity-user_tokens_revoked = Signed out everywhere
account-activity-user_enabled = Account switched on
account-activity-user_disabled = Account switched off
account-activity-user_expiry_set = Account can be used until { $detail }
account-activity-user_expiry_removed = Account can be used without an end
account-activity-administrator_added = Made an administrator
account-activity-administrator_removed = No administrator any more
account-activity-user_role_added = Role { $detail } given
account-activity-user_role_removed = Role { $detail } taken away
account-activity-username_changed = User name changed
account-activity-user_changed = Profile changed: { $detail }
account-activity-consent_withdrawn = Access of an app withdrawn: { $detail }
account-activity-grant_revoked = Access of an app ended: { $detail }
account-activity-session_ended = Signed out of another browser, or of all others
account-not-me = This was not me
account-not-me-named = This was not me: { $what }, { $time }
account-ask-not-me = “{ $name }” was not you?
account-do-not-me = Sign out everywhere and report it
account-ticket-opened = Your support gets a ticket with the details of this request.
account-reported = You are signed out everywhere
account-reported-explanation = Every browser and every app has to sign in again. If somebody else may know your password, sign in and change it now.
account-reported-ticket = Your report is ticket
account-report-not-stored = Your report could not be stored. Tell your support what happened.
account-reported-next = Sign in and change the password
account-reported-text = The user { $username } says that this was not them: { $what }, { $time }, address { $address }. All their sessions were ended.
account-data = Download your data
account-data-explanation = A file (JSON) with what this service knows about you: your profile, how you sign in, the apps with access, where you are signed in, and your recent activity. It contains no password, no key and no code. Keep it where others cannot read it.
account-download = Download
account-profile = Your profile
account-profile-explanation = Apps that you sign in to may see this.
account-profile-fixed = Your administrator keeps these details. Ask them if something is wrong.
account-profile-saved = Your profile is changed.
account-profile-name = Display name
account-profile-given_name = Given names
account-profile-middle_name = Middle names
account-profile-family_name = Family names
account-profile-nickname = Nickname
account-profile-locale = Language
account-profile-locale-hint = Emails of this service and apps use it. The pages follow your browser, or the language that you choose at their end.
account-profile-zoneinfo = Time zone
account-profile-zoneinfo-hint = The name of a region and a city, such as Asia/Jakarta. Times on these pages follow it.
account-profile-none = No choice
account-profile-save = Save
account-by-administrator = Only your administrator can change this.
account-email = Email address
account-email-changed = Your email address is confirmed.
account-email-verified = confirmed
account-email-unverified = not confirmed
account-email-none = You have no email address here.
account-email-verify = Confirm this address
account-email-new = New email address
account-email-address = Email address
account-email-hint = We send a code to this address. Until you type it here, nothing changes.
account-email-username-stays = You still sign in with the user name { $username }.
account-email-send = Send the code
account-email-by-administrator = Only your administrator can change your email address.
account-email-code-heading = Type the code from the email
account-email-code-explanation = An email with a code of eight digits is on its way. The code is valid for ten minutes, on this page. If nothing comes, look into the folder for unwanted emails, and check the address:
account-email-confirm = Confirm the address
account-email-again = Another address, or send again
account-delete = Delete my account
account-delete-hint = You lose access to everything that you sign in to with this account.
account-delete-warning = A deleted account cannot be brought back. You lose access to everything that you sign in to with it.
account-delete-removed = What is removed now
account-delete-profile = Your name, your email address and everything else in your profile
account-delete-sign-in = Your password, passkeys, authenticator apps and recovery codes
account-delete-apps = The access of every app. All browsers and apps are signed out.
account-delete-kept = What stays for a while
account-delete-history = Records of your sign-ins and changes, with your user name, until their time is up
account-delete-in-apps = What apps have stored about you themselves. Ask each app to delete it.
account-delete-backups = Backups of this service that were made before
account-delete-download = Download your data first
account-delete-type = Type your user name to confirm: { $username }
account-deleted = Your account is deleted
account-deleted-explanation = You are signed out everywhere. An app that you signed in to may show your details until it notices.
account-sign-out = Sign out of this browser

## Stay signed in

after-access-pass-heading = Set up how you sign in
after-access-pass-explanation = You signed in with a temporary access pass. Set up a passkey, an authenticator app or a password of your own now, on your account page.
after-access-pass-until = You stay signed in until
after-access-pass-set-up = Set up now
after-access-pass-continue = Continue to { $app }
after-access-pass-note = After setting up, open the app again.
stay-heading = Stay signed in?
stay-explanation = If you stay signed in, this browser does not ask for your password again for a while.
stay-yes = Yes, stay signed in
stay-no = No
stay-shared-device = Choose “No” if others use this device too.

## Continue to an app

continue-title = Continue
continue-heading = Continue as { $name } to { $app }?
continue-trust = Continue only if you just opened this app yourself: another program on this device could use its name.
continue-submit = Continue

## Account choice

choose-heading = Choose an account
choose-lead = to continue to { $app }
choose-signed-in = Signed in
choose-signed-out = Needs a password
choose-other = Use another account

## Consent

consent-title = Permissions
consent-heading = Allow { $app }?
consent-publisher = Published by { $publisher }.
consent-requested = The app can then
consent-scope-openid = Recognize you when you sign in
consent-scope-profile = See your name and profile, such as your picture, language and date of birth
consent-scope-email = See your email address
consent-scope-address = See your postal address
consent-scope-phone = See your phone number
consent-scope-offline-access = Keep this access while you are not using the app
consent-claim-name = See your name
consent-claim-preferred-username = See your user name
consent-claim-nickname = See your nickname
consent-claim-links = See the addresses of your profile and web pages
consent-claim-picture = See your picture
consent-claim-gender = See your gender
consent-claim-birthdate = See your date of birth
consent-claim-language = See your language and time zone
consent-claim-updated-at = See when your profile last changed
consent-claim-oid = See your user ID
consent-scope-other = Use a permission that has no description
consent-mark-write = can make changes
consent-mark-offline = lasting access
consent-destination = You go on to
consent-accept = Allow
consent-trust = Allow this only if you know and trust the app.

## The address of a sign-in that finished, or that no app started

flow-finished-heading = You are signed in to { $app }
flow-finished-lead = This sign-in is complete. Go on to the app, or close this page.
flow-finished-continue = Continue to { $app }
flow-not-started-heading = Sign in from your app
flow-not-started-lead = This address is part of a sign-in, and an app starts a sign-in. Open the app that you want to use, and sign in there.

## Signing out

sign-out-heading = Sign out?
sign-out-lead = { $app } asks to sign you out.
sign-out-choose = Choose the account to sign out of.
sign-out-explanation = Apps that you opened with it sign you out too, if they can.
sign-out-submit = Sign out
sign-out-all = Sign out of all accounts
signed-out-heading = You are signed out
signed-out-lead = If others use this device too, close all windows of this browser.
signed-out-apps = These apps are signing you out:
signed-out-apps-note = If one of them still shows you as signed in, sign out there as well, or close all windows of this browser.
signed-out-others = Other accounts are still signed in in this browser

## Error page

error-page-others = For developers and administrators
error-page-nothing-developer = You cannot fix this yourself: the developer of the app has to change something.
error-page-nothing-administrator = You cannot fix this yourself: your administrator can.
error-page-nothing-operator = You cannot fix this yourself. Try again in a few minutes.
error-page-nothing-user = Go back to the app and try again.
error-page-fixed-by = Who can fix this:
error-page-start-again = Begin again
error-page-details = Details for support
error-page-copy = Click or tap the box to select all details. Copy them and send them to your support.
error-page-number = Error number
error-page-trace-id = Trace ID
error-page-correlation-id = Correlation ID
error-page-timestamp = Timestamp
error-page-lookup = More about { $label }
error-page-more = What this error means
error-page-fix = Fix it
error-page-declaration = Write this into a file “fix.toml”:
error-page-apply = Then run this command:
error-page-command = Run this command:
error-page-start-page = Start page of this service: apps, secrets and users
advice-redirect-uri = If the request has a mistake, correct it in the app. Register the address only if your app is really there.
advice-code-challenge = Let the app send “code_challenge” (PKCE, RFC 7636): most libraries do it by themselves or have an option for it. Only for a library that cannot, make it optional:
advice-white-space = The secret is right, but there is white space around it. Remove the space or line break where the app reads the secret.
advice-scope = If the name in the request is a typing mistake, correct it in the app. Add it only if your API has it.
advice-name = If the name in the request is a typing mistake, correct it in the app. Add it only if it is new.
registered-redirect-uris = Registered redirect URIs of the app
registered-origins = Origins from which pages of the app may send requests
registered-scopes = Scopes of the APIs
registered-permissions = Permissions of the app
registered-resources = Registered APIs
registered-clients = Registered apps
registered-tenants = Tenants
registered-credentials = Credentials of the app
registered-grant-types = Grant types of the app
registered-accepted = Accepted values
registered-nearest = nearest
registered-more = and { $count } more
registered-nothing = None.
report-no-error = Trouble signing in

## One error number

error-detail-all = All error numbers
error-detail-request = Your request
error-detail-what = Description
error-detail-message = Message of the service
error-detail-steps = What to do
error-detail-properties = Properties
error-detail-name = Name
error-detail-error = OAuth 2.0 error
role-name-developer = The developer of the app
role-name-administrator = Your administrator
role-name-user = You, or the user who signs in
role-name-operator = The operator of this service
error-detail-error-on-authorize = OAuth 2.0 error at the authorization endpoint
error-detail-suberror = Suberror
error-detail-error-none = None (shown on a page only)
error-detail-status = HTTP status
error-detail-parameters = Parameters
error-detail-since = Since version
error-detail-related = Related error numbers
error-detail-retired = This service no longer returns this error number, since version { $version }.
error-detail-example = Example
error-detail-example-request = Request
error-detail-example-response = Response
error-detail-example-page = The response is a page of this service with the texts above, in the language of the user.
error-detail-sample-values = Values in italics are examples. The error itself names those of your request.
error-detail-example-braces = Values in braces are secret or differ from request to request. Parameters are decoded, one per line.
error-detail-replaces = Equivalent Microsoft numbers
error-detail-replaces-hint = This service returns the number above instead of each of these.
error-detail-microsoft-only-heading = This service does not return this error number
error-detail-microsoft-only-meaning = Meaning at Microsoft
error-detail-microsoft-only-reason = Reason
error-detail-microsoft-only-nearest = Nearest error number here
error-detail-microsoft-only-about = Feature
error-detail-microsoft-only-error = OAuth 2.0 error at Microsoft
error-detail-microsoft-only-status = HTTP status at Microsoft
role-user = User
role-developer = Developer
role-administrator = Administrator
role-operator = Operator
error-detail-unknown-heading = Unknown error number
error-detail-unknown-text = This service has no error number “{ $code }”.
error-detail-unknown-step = Check the number, or search all error numbers.

## All error numbers

index-heading = Error numbers
index-lead = All error numbers of this service and how to fix each one.
index-search-label = Number or words
index-search-submit = Search
index-search-hint = One misspelled letter per word is accepted. You can also paste a complete error message.
index-not-here = only at Microsoft
index-microsoft-only-heading = { $count } error numbers of Microsoft only
index-microsoft-only-lead = Their meaning at the Microsoft identity platform, and why this service does not return them.
index-found = Error numbers found: { $count }
index-nothing = No error number matches “{ $query }”. Try fewer or other words, or only the number.
index-page-only = Shown on a page only
index-show-all = Show all error numbers

## Form post

form-post-heading = Back to the app
form-post-lead = You are being returned to the app. If nothing happens, use the button.
form-post-continue = Continue

## Page not found

not-found-heading = Page not found
not-found-text = There is no page at this address. It may be incomplete, or the page may have moved.
not-found-step-address = Check the address for typing errors.
not-found-step-app = To sign in, go back to your app and start there.
not-found-lookup = Look up an error number
