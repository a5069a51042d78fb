# How a value differs from what would have been accepted: difference-<kind>.
