"""Pages that members of one kind share, with places kept open for the person.

A member's page is the same for every member with the same rights, language and time zone, but for a handful of spots:
their name, the token of a form, how far they have read. Such a page is made once for each kind of reader and edition of
the content, with those places open, and filled for each reader with what two or three small statements say about them.

* `places` are what a template sees: an `Open` value can be printed or settled, and nothing else.
* `pieces` are what is kept: the parts of the page in order, and how the places between them are filled.
* `pages` stands before the application, recognises who asks, and answers from what is kept.

Nothing personal can get into what is kept: while a shared page is made, the application is asked without the member's
cookies, so it cannot know who they are, and `reader()` gives the likeness of a kind of reader (`accounts.likeness`).
See docs/decisions/shared-pages.md.
"""

from forum.web.sharing.pages import keep_pages
from forum.web.sharing.places import init_app

__all__ = ["init_app", "keep_pages"]
