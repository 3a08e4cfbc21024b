"""The embedded engine, for a community of up to some twenty thousand documents."""
