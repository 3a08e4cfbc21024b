"""Finding: analysis and queries of our own, an engine behind a port, an index that follows the record."""

import warnings

with warnings.catch_warnings():
    # Whoosh 2.7.4 is older than the Python it runs on: the compiler has remarks about its source, once per install
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    import whoosh.analysis
    import whoosh.codec.whoosh3
    import whoosh.index
    import whoosh.lang.stopwords
    import whoosh.query  # noqa: F401
