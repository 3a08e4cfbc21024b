"""Searches somebody keeps: what they asked, and what has come since that answers it."""
