"""Several people on the same groups: agreement of their verdicts, and attribution, which is kept apart."""
