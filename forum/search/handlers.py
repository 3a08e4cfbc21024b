"""In every turn of the worker the index follows what was committed, so what was written is found seconds later."""

from forum.kernel.health import Unwell, check
from forum.kernel.jobs import each_turn
from forum.search import engine, indexer

#: With more documents than this the embedded engine gets slow; see docs/decisions/search-engine.md.
COMFORTABLE = 20_000

indexer.listen()


@each_turn
def follow_the_record() -> None:
    """Bring the index up to date, or build it a little further."""
    while indexer.catch_up(engine.current()):
        pass


@check("search")
def the_index_answers() -> str:
    """How many documents there are, or that the index is being built."""
    health = engine.current().health()
    if not health.ready:
        raise Unwell("The index is not ready. A running worker builds it; `forum reindex` does it now.")
    if health.documents > COMFORTABLE:
        return f"{health.documents} documents: more than the embedded engine answers quickly"
    return f"{health.documents} documents"
