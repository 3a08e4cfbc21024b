"""Which page of a list is asked for, and the address of another one."""

from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _

from forum.kernel.errors import NotFound
from forum.kernel.paging import Page, T

__all__ = ["NoSuchPage", "Page", "asked_page", "no_such_page", "page_url"]

#: No list is longer; a larger number is not a page, and some databases cannot even hold it.
LARGEST = 1_000_000


class NoSuchPage(NotFound):
    """The list is there, and has no page of that number. Its error page leads back to the first."""

    def __init__(self) -> None:
        super().__init__(_("This list has no page of that number. It may have become shorter."))


def asked_page() -> int:
    """The page number in the address, 1 when none is named.

    Raises:
        NoSuchPage: it is not the number of any page.
    """
    asked = request.args.get("page", "1")
    if not (asked.isascii() and asked.isdigit()) or not 1 <= int(asked[:9]) <= LARGEST:
        raise NoSuchPage
    return int(asked[:9])


def no_such_page(found: Page[T]) -> Page[T]:
    """The page, unless it lies beyond the end of its list.

    Raises:
        NoSuchPage: it does.
    """
    if found.is_beyond_the_end:
        raise NoSuchPage
    return found


def page_url(number: int) -> str:
    """The present address with another page number; filters stay as they are."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    if number > 1:
        asked.append(("page", str(number)))
    return f"{request.path}?{urlencode(asked)}" if asked else request.path
