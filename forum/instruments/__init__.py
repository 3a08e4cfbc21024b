"""Treaties, rules and guidelines people cite: their names, and where in the forum each is cited."""
