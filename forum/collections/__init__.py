"""Reading lists: entries in an order somebody chose, with a word about each."""
