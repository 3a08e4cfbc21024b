"""Telling whoever suggested a change what became of it."""

from flask_babel import force_locale
from flask_babel import gettext as _

from forum.glossary.events import SuggestionDecided
from forum.glossary.models import TermSuggestion, Verdict
from forum.kernel.db import db
from forum.kernel.events import handles
from forum.kernel.mail import Message, address_of, promise


@handles(SuggestionDecided)
def tell_who_suggested(event: SuggestionDecided) -> None:
    suggestion = db.session.get(TermSuggestion, event.suggestion_id)
    if suggestion is None or suggestion.author is None or not suggestion.author.is_admitted:
        return
    author, concept = suggestion.author, suggestion.concept
    with force_locale(author.language):
        name = concept.label(author.language) if concept else _("a new concept")
        lines = [_("You suggested for “%(concept)s”:", concept=name), suggestion.words]
        taken = suggestion.verdict is Verdict.TAKEN
        lines.append(_("It was taken up. Thank you.") if taken else _("It was not taken up."))
        if suggestion.answer:
            lines.append(suggestion.answer)
        lines.append(address_of(f"/glossary/{concept.slug}" if concept else "/glossary"))
        subject = _("Your suggestion for the glossary")
    promise(
        Message(
            to=author.email,
            subject=subject,
            text="\n\n".join(lines) + "\n",
            language=author.language,
            key=f"term-suggestion-{suggestion.id}",
            kind="notice",
            member_id=author.id,
        )
    )
