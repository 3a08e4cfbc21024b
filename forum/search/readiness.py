"""What `/readyz` and `forum check` say about the index."""

from forum.kernel import health
from forum.search import engine

#: What a site that outgrows an engine takes instead.
LARGER = {"whoosh": "tantivy:", "tantivy": "postgresql:"}


@health.check("search")
def the_index_answers() -> str:
    """Asked of the engine itself, whichever it is."""
    chosen = engine.current()
    found = chosen.health()
    if not found.ready:
        raise health.Unwell(
            f"the index cannot answer{': ' + found.trouble if found.trouble else ''}; run: forum reindex"
        )
    said = f"{chosen.name} answers from {found.documents} documents"
    if found.is_old:
        said = f"{said}, made by older rules; a running worker builds it anew meanwhile, or: forum reindex"
    if found.documents <= chosen.comfortable:
        return said
    larger = LARGER.get(chosen.name)
    advice = f"; set FORUM_SEARCH_URL={larger} and run: forum reindex" if larger else ""
    return f"{said}, more than it answers quickly ({chosen.comfortable}){advice}"
