"""What concerns a member, at once: a list on the site, and mail for what names them or a group they want all of."""
