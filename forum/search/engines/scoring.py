"""How much a match counts, by where it is: the same on every engine."""

BOOSTS = {"title": 3.0, "names": 4.0, "body": 1.0}
EXACTLY = 1.3  # a word as it was typed weighs more than a word of the same stem
WHOLE = 2.0  # a reference that is all of a name, besides its parts
