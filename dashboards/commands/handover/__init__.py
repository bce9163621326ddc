"""Commands that hand a finding over: ``report`` and ``ledger``."""
