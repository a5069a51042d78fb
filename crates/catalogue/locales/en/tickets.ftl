# Reports and tickets.
