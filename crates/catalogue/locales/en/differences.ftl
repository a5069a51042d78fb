# How a value differs from what would have been accepted: difference-<kind>.

difference-trailing_slash = only by a slash at the end
difference-letter_case = only by upper and lower case
difference-query_or_fragment = only by a query or fragment at the end
difference-scheme = only by the scheme
difference-port = only by the port
difference-malformed = it cannot be read: { $detail }
difference-id_of_secret = the id of the secret was sent in place of the secret
difference-white_space_around = white space stands around the value
difference-revoked_token_replayed = a refresh token that had been replaced came again
difference-revoked_code_replayed = its authorization code came again
difference-revoked_by_client = the client revoked it
difference-revoked_by_administrator = an administrator revoked it
difference-refresh_token_as_code = a refresh token was sent in place of the code
