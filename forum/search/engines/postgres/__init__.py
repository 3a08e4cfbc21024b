"""The engine for several machines: tables in PostgreSQL, the site's own database or another."""
