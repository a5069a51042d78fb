# Words of an explanation: checks, outcomes, warnings, what changed.

explanation-unknown-number = Another version of the service gave the number { $number }; this version has no text for it.
    .title = A number of another version
    .remedy = Operator: look the number up with the version of the service that gave it.

## What the answer was: outcome-<word>

outcome-tokens = Tokens were issued
outcome-code = An authorization code was issued
outcome-answer = The request was answered
outcome-refusal = The request was turned down
outcome-fault = The service failed
outcome-page-sign_in = The sign-in page was shown
outcome-page-consent = The consent page was shown
outcome-page-account = The choice of accounts was shown
outcome-page-stay_signed_in = The question whether to stay signed in was shown

## What goes well and will not for long: warning-<kind>

warning-secret_expires = The client secret expires in { $value } days. Add a new one before that.
warning-parameter_ignored = The parameter “{ $value }” is not used here and was ignored.

## What changed: event-<kind>

event-secret_added = Client { $subject }: secret { $detail } added
event-redirect_uri_removed = Client { $subject }: redirect URI { $detail } removed
event-key_rotated = Signing key { $detail } is now in use
event-version = Version { $detail } of the service started
