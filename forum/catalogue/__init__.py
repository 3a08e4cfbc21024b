"""Any entry, whatever its kind: found by its reference or by words, and followed."""
