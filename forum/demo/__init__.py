"""A community that does not exist, for looking around: `forum demo`. Everybody and everything said is invented."""
