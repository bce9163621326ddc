"""Handing a finding over: the document that fits, its elements, the ledger of what was sent, and what became of it."""
