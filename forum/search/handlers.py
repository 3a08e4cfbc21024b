"""In every turn of the worker the index follows what was committed, so what was written is found seconds later."""

from forum.kernel.jobs import each_turn
from forum.search import changes, engine, indexer

changes.listen()


@each_turn
def follow_the_record() -> None:
    """Bring the index up to date, or build it a little further."""
    while indexer.catch_up(engine.current()):
        pass
