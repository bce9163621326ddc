"""Words for methods: how a run is quoted and cited, and what published methods link beside it."""
