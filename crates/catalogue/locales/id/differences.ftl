# Bagaimana suatu nilai berbeda dari yang diterima: difference-<kind>.
