"""What the forms of threads offer to choose from."""

from __future__ import annotations

from forum.community.queries import all_regions, all_themes
from forum.threads.forms import TitleForm
from forum.web.languages import chosen


def offer_tags(form: TitleForm) -> None:
    """Let a form choose among all regions and themes, in the reader's language."""
    language = chosen()
    form.regions.choices = [(r.id, r.label(language)) for r in all_regions()]
    form.themes.choices = [(t.id, t.label(language)) for t in all_themes()]
