"""Which page of a list is asked for, and the address of another one."""

from urllib.parse import urlencode

from flask import request

from forum.kernel.errors import NotFound
from forum.kernel.paging import Page, T

__all__ = ["Page", "asked_page", "no_such_page", "page_url"]

#: No list is longer; a larger number is not a page, and some databases cannot even hold it.
LARGEST = 1_000_000


def asked_page() -> int:
    """The page number in the address, 1 when none is named.

    Raises:
        NotFound: it is not the number of any page.
    """
    asked = request.args.get("page", "1")
    if not (asked.isascii() and asked.isdigit()) or not 1 <= int(asked[:9]) <= LARGEST:
        raise NotFound
    return int(asked[:9])


def no_such_page(found: Page[T]) -> Page[T]:
    """The page, unless it lies beyond the end of its list.

    Raises:
        NotFound: it does.
    """
    if found.is_beyond_the_end:
        raise NotFound
    return found


def page_url(number: int) -> str:
    """The present address with another page number; filters stay as they are."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    if number > 1:
        asked.append(("page", str(number)))
    return f"{request.path}?{urlencode(asked)}" if asked else request.path
