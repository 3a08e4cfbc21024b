"""What `/readyz` and `forum check` say about the index."""

from forum.kernel import health
from forum.search import engine


@health.check("search")
def the_index_answers() -> str:
    """Asked of the engine itself, whichever it is."""
    found = engine.current().health()
    if not found.ready:
        raise health.Unwell(
            f"the index cannot answer{': ' + found.trouble if found.trouble else ''}; run: forum reindex"
        )
    return f"{found.documents} documents"
