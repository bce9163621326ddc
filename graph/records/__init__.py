"""Records that leave beside the findings: the legal position of the platforms, and what a case holds and why."""
