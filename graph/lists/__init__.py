"""The analyst's own lists of domains, keywords and hashes, matched as attributes of posts. None is shipped."""
