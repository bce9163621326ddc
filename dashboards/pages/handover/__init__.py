"""Page Handing over: the builder of a report, the ledger, and what became of reported posts."""
