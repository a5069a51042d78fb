# Mails to users.

## Where a mail came from

mail-origin-lead = This email was caused by a request:
mail-origin-time = Time
mail-origin-browser = Browser
mail-origin-place = Network address
mail-origin-account = Account
mail-browser-unknown = Not known
mail-place-unknown = Not known

## The end of every mail

user-mail-automatic = This email was sent automatically by { $tenant } ({ $host }).
user-mail-contact = Help: { $contact }

## A code and a link to reset the password

reset-mail-subject = Your code to reset the password: { $tenant }
reset-mail-heading = Reset your password
reset-mail-lead = Somebody asked to reset the password of your account { $username } at { $tenant }. If it was you, use the code or the link within ten minutes. Each works once.
reset-mail-code = Code
reset-mail-code-hint = Type this code only on { $host }, on the page on which you asked for it. Never pass it on, not even to somebody who says they are from { $tenant }.
reset-mail-link-lead = Or open this link in the browser in which you asked for the email; it works in no other one:
reset-mail-link = Choose a new password
reset-mail-not-you = If it was not you, you need not do anything: your password stays as it is. Delete this email. If such emails come again, tell your administrator.

## A notice after the password was reset

reset-notice-subject = Your password was changed: { $tenant }
reset-notice-heading = Your password was changed
reset-notice-lead = The password of your account { $username } at { $tenant } was reset by a code or link that was sent to this address.
reset-notice-signed-out = You were signed out everywhere else.
reset-notice-not-signed-out = Other browsers and apps in which you are signed in stay signed in.
reset-notice-not-you = If it was not you, somebody else can read your email. Secure your mailbox first, with a new password of its own. Then open { $origin }, choose “Forgot password?” in a sign-in, and set another password. Tell your administrator at once.
password-notice-lead = The password of your account { $username } at { $tenant } was set on the account page.
password-notice-replaced-lead = The password of your account { $username } at { $tenant } was replaced while signing in: it had expired, or an administrator had set it for the first sign-in.
password-notice-not-you = If it was not you, somebody else is signed in to your account. Open { $origin }, choose “Forgot password?” in a sign-in, set another password, and sign out everywhere else. Tell your administrator at once.

## A notice that a temporary access pass was created

access-pass-notice-subject = You were given a temporary access pass: { $tenant }
access-pass-notice-heading = You were given a temporary access pass
access-pass-notice-lead = An administrator created a temporary access pass for your account { $username } at { $tenant }. With it, you sign in without your password and second step, and set new ones up.
access-pass-notice-until = It is valid until { $until }.
access-pass-notice-once = It works once.
access-pass-notice-how = This email does not contain the pass: your administrator gives it to you. Type it only on { $host }, in place of your password, and never pass it on.
access-pass-notice-not-you = If you did not ask for it, somebody else may be pretending to be you. Tell your administrator at once.

## Sign-up and invitation

sign-up-mail-subject = Your code to create an account: { $tenant }
sign-up-mail-heading = Create your account
sign-up-mail-lead = Somebody asked to create an account with this email address at { $tenant }. If it was you, type the code within ten minutes. It works once.
sign-up-mail-code = Code
sign-up-mail-code-hint = Type this code only on { $host }, on the page on which you asked for it. Never pass it on, not even to somebody who says they are from { $tenant }.
sign-up-mail-not-you = If it was not you, you need not do anything: no account is created without the code. Delete this email.
account-exists-mail-subject = You already have an account: { $tenant }
account-exists-mail-heading = You already have an account
account-exists-mail-lead = Somebody asked to create an account with this email address at { $tenant }, but the address has one already. If it was you, sign in with the user name { $username }. If you do not know the password, choose “Forgot password?” there. If you were invited and have not set a password yet, open the link of the invitation.
account-exists-mail-not-you = If it was not you, you need not do anything: nothing was changed. Delete this email.
invitation-mail-subject = You are invited to { $tenant }
invitation-mail-heading = You are invited
invitation-mail-lead = An administrator of { $tenant } invites you to create an account with this email address.
invitation-mail-link-lead = Open this link and accept the invitation. It works once:
invitation-mail-link = Accept the invitation
invitation-mail-origin = An administrator caused this email:
invitation-mail-expires = The link is valid until { $expires }.
invitation-mail-not-you = If you do not expect an invitation, delete this email. Without a click on the page of the link, nothing happens. Pass the link on to nobody.

## A code that proves an email address

address-mail-subject = Your code to confirm this address: { $tenant }
address-mail-heading = Confirm this email address
address-mail-lead = Somebody who is signed in to the account { $username } at { $tenant } gave this address as theirs. If it was you, type the code within ten minutes. It works once.
address-mail-code-hint = Type this code only on { $host }, on the page on which you asked for it. Never pass it on, not even to somebody who says they are from { $tenant }.
address-mail-not-you = If it was not you, somebody mistyped an address. You need not do anything: without the code, nothing happens. Delete this email, and give its code to nobody.

## A notice to the earlier address

address-notice-subject = Your email address was changed: { $tenant }
address-notice-heading = Your email address was changed
address-notice-lead = Your account { $username } at { $tenant } has another email address now. This address, to which this email goes, gets no further ones.
address-notice-not-you = If it was not you, somebody else is signed in to your account. Tell your administrator at once: they can end every sign-in and set the address back.

## A notice after an account was deleted

deletion-notice-subject = Your account was deleted: { $tenant }
deletion-notice-heading = Your account was deleted
deletion-notice-lead = Your account { $username } at { $tenant } was deleted on the account page, and all apps were signed out. Backups and records of before stay for a while.
deletion-notice-not-you = If it was not you, somebody else was signed in to your account. Tell your administrator at once.
