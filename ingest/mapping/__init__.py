"""From a format's own fields to the columns of posts, accounts and links."""
