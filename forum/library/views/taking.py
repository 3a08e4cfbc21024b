"""Taking files out of a form: into the store first, while no database lock is held, then remembered as waiting."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request

from forum.accounts.session import member
from forum.kernel.db import pause
from forum.kernel.errors import Invalid
from forum.library import operations
from forum.library.holdings import MOST_PENDING, pending_files
from forum.library.models import PendingFile
from forum.library.operations import AlreadyHere
from forum.library.receiving import Received, receive
from forum.web.transactions import keep_despite_errors


@dataclass
class Sent:
    """What became of the files of a form.

    Args:
        pending: those that wait, the ones sent before included.
        errors: a sentence for each that was not taken.
        here: those the library has already.
        only_took_in: the person pressed a button that changes the list of files, not the one that sends the form.
    """

    pending: list[PendingFile] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    here: list[AlreadyHere] = field(default_factory=list)
    only_took_in: bool = False

    def __bool__(self) -> bool:
        return bool(self.pending)


def take_files_in() -> Sent:
    """Store the files of this request and remember them for its member, whatever becomes of the rest of the form."""
    sent = Sent()
    received = _receive_all(sent)
    by = member()
    keep_despite_errors()
    tokens = request.form.getlist("pending")
    for got in received:
        try:
            tokens.append(operations.keep(got, by=by).token)
        except AlreadyHere as found:
            sent.here.append(found)
            sent.errors.append(str(found))
    dropped = request.form.get("drop", "")
    for waiting in pending_files([dropped], by=by) if dropped else ():
        operations.drop(waiting, by=by)
    sent.pending = pending_files(tokens, by=by)
    sent.only_took_in = bool(dropped) or "upload" in request.form
    return sent


def _receive_all(sent: Sent) -> list[Received]:
    uploads = [upload for upload in request.files.getlist("files") if upload.filename][:MOST_PENDING]
    if uploads:
        pause()  # looking up who asks took SQLite's write lock; storing may take long
    received = []
    for upload in uploads:
        try:
            received.append(receive(upload.stream, upload.filename or ""))  # type: ignore[arg-type]
        except Invalid as refused:
            sent.errors.append(str(refused))
    return received
