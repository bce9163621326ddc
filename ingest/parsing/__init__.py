"""From bytes to records: delimited tables and JSON of any shape, damaged ones included."""
