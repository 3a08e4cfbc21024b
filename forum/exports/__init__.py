"""Taking things along: citations of one thing, and whole lists as files, always as the reader sees them."""
