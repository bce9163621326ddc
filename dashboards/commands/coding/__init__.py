"""Commands for several people on the same groups: agreement and exchange of verdicts, attribution."""
