# Words of an explanation: checks, outcomes, warnings, what changed.
