"""From a case to a run: pipeline, tables, caveats, power and comparison with published methods."""
