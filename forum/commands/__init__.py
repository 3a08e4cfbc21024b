"""The commands that concern the site as a whole; those of one slice live beside it, in its `commands.py`."""
