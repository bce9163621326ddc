"""Commands on facts about platforms, and on the analyst's own lists."""
