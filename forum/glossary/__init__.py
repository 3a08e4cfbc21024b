"""The community's own words: one meaning, its terms in five languages, and which of them are no longer used."""
