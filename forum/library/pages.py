"""The pages of a file as one reads them: a picture of the first, the text of each, and how far reading got.

Every address here is under the resource, asks whether its reader may see that, and then what the licence allows: text and
pictures made from a file are as good as the file (docs/decisions/text-of-files.md).
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from forum.accounts.session import member, reader, sign_in_required
from forum.kernel import blobs
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.library import languages, operations, reasons
from forum.library.holdings import get_file, may_have_files
from forum.library.marking import marked, quoted
from forum.library.models import FilePage, Resource, ResourceFile
from forum.library.queries import get_resource
from forum.web.hypermedia import page, see_other

bp = Blueprint("pages", __name__, url_prefix="/library/<int:resource_id>/files/<int:number>")

LONGEST_QUESTION = 300
NOT_IN_A_LINK = str.maketrans("[]", "()")  # what Markdown would take for the end of the words of a link


@bp.app_context_processor
def words() -> dict[str, object]:
    return {
        "why_not_read": reasons.why,
        "may_have_files": lambda resource: may_have_files(resource, reader()),
        "languages_of_files": languages.CHOICES,
    }


@bp.get("/preview")
def preview(resource_id: int, number: int) -> ResponseReturnValue:
    """A picture of the first page. Kept by browsers, and asked for again each time: who may see it can change."""
    file = _file_to_show(resource_id, number)
    if file.preview_key is None:
        raise NotFound
    response = Response(mimetype="image/webp")
    response.set_etag(file.preview_key.rpartition("/")[2].removesuffix(".webp"))
    response.cache_control.private = response.cache_control.no_cache = True
    response.make_conditional(request)
    if response.status_code != 304:
        try:
            response.set_data(b"".join(blobs.current().read(file.preview_key)))
        except blobs.NoSuchBlob as absent:
            raise NotFound from absent
    return response


@bp.get("/pages")
def go(resource_id: int, number: int) -> ResponseReturnValue:
    """To the page whose number was typed; the nearest there is, when it is none."""
    file = get_file(get_resource(resource_id, reader=reader()), number)
    typed = request.args.get("page", "1").strip()
    wanted = int(typed[:6]) if typed.isascii() and typed.isdigit() else 1
    return redirect(_address(file, max(1, min(wanted, _last_page(file))), _question()), 302)


@bp.get("/pages/<int:page_number>")
def show(resource_id: int, number: int, page_number: int) -> ResponseReturnValue:
    """What one page says, with the words somebody came for marked."""
    resource = get_resource(resource_id, reader=reader())
    file = get_file(resource, number)
    text = db.session.get(FilePage, (file.id, min(page_number, 2**31 - 1)))
    last = _last_page(file)
    if text is None and (page_number != 1 or last):
        raise NotFound
    typed = _question()
    may_read = may_have_files(resource, reader())
    pieces = (marked if may_read else quoted)(text.text, text.language, typed) if text else []
    return page(
        "library/page.html",
        fragment="text",
        resource=resource,
        file=file,
        text=text,
        number=page_number,
        last=last,
        typed=typed,
        may_read=may_read,
        pieces=pieces,
        hits=sum(piece.marked for piece in pieces),
        address=lambda to: _address(file, to, typed),
        discuss=_discussion_of(file, page_number),
    )


@bp.post("/read-again")
@sign_in_required
def read_again(resource_id: int, number: int) -> ResponseReturnValue:
    """Ask for another try."""
    file = get_file(get_resource(resource_id, reader=reader()), number)
    operations.read_again(file, by=member())
    return see_other(f"/library/{resource_id}#pages")


@bp.post("/language")
@sign_in_required
def say_language(resource_id: int, number: int) -> ResponseReturnValue:
    """Correct the language its text was taken to be in."""
    file = get_file(get_resource(resource_id, reader=reader()), number)
    operations.say_language(file, request.form.get("language", ""), by=member())
    return see_other(f"/library/{resource_id}#pages")


def _file_to_show(resource_id: int, number: int) -> ResourceFile:
    """
    Raises:
        NotFound: there is none, or not for this reader.
    """
    resource: Resource = get_resource(resource_id, reader=reader())
    if not may_have_files(resource, reader()):
        raise NotFound(_("The licence of this resource does not let us show what is in it."))
    return get_file(resource, number)


def _last_page(file: ResourceFile) -> int:
    return db.session.scalar(select(func.max(FilePage.number)).where(FilePage.file_id == file.id)) or 0


def _question() -> str:
    return " ".join(request.args.get("q", "")[:LONGEST_QUESTION].split())


def _discussion_of(file: ResourceFile, number: int) -> str:
    """The address that begins a thread about the resource, with a link to this page in its text."""
    title = _("Page %(number)s of “%(title)s”", number=number, title=file.resource.title)
    link = f"[{title.translate(NOT_IN_A_LINK)}]({_address(file, number, '')})\n\n"
    return f"/threads/new?{urlencode({'about': file.resource_id, 'page': number, 'title': title[:200], 'text': link})}"


def _address(file: ResourceFile, number: int, typed: str) -> str:
    place = f"/library/{file.resource_id}/files/{file.number}/pages/{number}"
    return f"{place}?{urlencode({'q': typed})}" if typed else place
