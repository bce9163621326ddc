"""Files of a run for other tools: tables and networks."""
