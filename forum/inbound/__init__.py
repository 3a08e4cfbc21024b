"""Mail that comes in: kept first, read by a process that can do no harm, and turned into the same operations as the web."""
