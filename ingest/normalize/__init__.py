"""From many spellings to one: links, texts, times, platforms and ids."""
