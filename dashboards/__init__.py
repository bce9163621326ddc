"""From findings to people: the command, the pages and the briefing."""
