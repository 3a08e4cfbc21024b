"""Which engine a site uses: SEARCH_URL says. Only that one is loaded: each brings libraries that weigh something."""

from importlib import import_module

from forum.kernel.settings import Settings
from forum.search.engine import Engine


def choose(settings: Settings) -> Engine:
    """The engine the operator asked for; Whoosh in DATA_DIR when nothing was said.

    Each keeps its index in a place of its own, so that one can be built while another answers.
    """
    chosen: Engine
    if settings.search_engine == "postgresql":
        chosen = import_module("forum.search.engines.postgres.engine").PostgresEngine(settings.search_database)
    elif settings.search_engine == "tantivy":
        tantivy = import_module("forum.search.engines.tantivy.engine")
        chosen = tantivy.TantivyEngine(settings.data_path / "search-tantivy")
    else:
        chosen = import_module("forum.search.engines.whoosh.engine").WhooshEngine(settings.data_path / "search")
    return chosen
