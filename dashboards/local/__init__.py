"""Things of this machine only: uploads, recent cases, interrupts and the log of crashes."""
