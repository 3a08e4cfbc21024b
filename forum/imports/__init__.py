"""Bringing many resources in at once, from CSV and RIS: checked first, nothing twice, safe to interrupt."""
