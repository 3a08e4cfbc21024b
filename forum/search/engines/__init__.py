"""Which engine a site uses: SEARCH_URL says."""

from forum.kernel.settings import Settings
from forum.search.engine import Engine
from forum.search.engines.postgres.engine import PostgresEngine
from forum.search.engines.tantivy.engine import TantivyEngine
from forum.search.engines.whoosh.engine import WhooshEngine


def choose(settings: Settings) -> Engine:
    """The engine the operator asked for; Whoosh in DATA_DIR when nothing was said.

    Each keeps its index in a place of its own, so that one can be built while another answers.
    """
    if settings.search_engine == "postgresql":
        return PostgresEngine(settings.search_database)
    if settings.search_engine == "tantivy":
        return TantivyEngine(settings.data_path / "search-tantivy")
    return WhooshEngine(settings.data_path / "search")
