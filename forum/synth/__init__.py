"""A large invented community, the same for the same seed: to measure with, never to be mistaken for people.

Rows are made here and put in by the thousand, without operations and their events: run `forum reindex` afterwards.
"""
