"""What `/readyz` and `forum check` say about the index."""

from forum.kernel import health
from forum.search import engine

#: With more documents than this the embedded engine gets slow; see docs/decisions/search-engine.md.
COMFORTABLE = 20_000


@health.check("search")
def the_index_answers() -> str:
    """Asked of the engine itself, whichever it is."""
    found = engine.current().health()
    if not found.ready:
        raise health.Unwell(
            f"the index cannot answer{': ' + found.trouble if found.trouble else ''}; run: forum reindex"
        )
    if found.documents > COMFORTABLE:
        return f"{found.documents} documents: more than the embedded engine answers quickly"
    return f"{found.documents} documents"
