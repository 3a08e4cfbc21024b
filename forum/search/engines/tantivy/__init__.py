"""The engine for one large machine: an index of its own in DATA_DIR, searched by compiled code."""
