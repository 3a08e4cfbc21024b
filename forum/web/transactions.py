"""One unit of work per request: it commits when the answer is a success and vanishes when it is not."""

from flask import Flask, Response, g, request

from forum.kernel.db import begin_mode, db

#: GETs that write, because a link in a mail can be nothing else. They must take SQLite's write lock at once.
WRITING_GETS: set[str] = set()


def keep_despite_errors() -> None:
    """Commit what was written although the form comes back with errors (422): for files that need not be sent again.

    Whoever asks for this makes what may fail afterwards a savepoint of its own.
    """
    g.kept_despite_errors = True


def init_app(app: Flask) -> None:
    """Open each request in the right mode, and close its transaction in one place."""

    @app.before_request
    def choose_the_transaction() -> None:
        reads = request.method in ("GET", "HEAD", "OPTIONS") and request.endpoint not in WRITING_GETS
        begin_mode.set("deferred" if reads else "immediate")

    @app.after_request
    def one_transaction_per_request(response: Response) -> Response:
        if response.status_code < 400 or (response.status_code == 422 and g.get("kept_despite_errors")):
            db.session.commit()
        else:
            db.session.rollback()
        return response
