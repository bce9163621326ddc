"""Parts that pages are made of: tables, marks, layout, pins and verdicts."""
