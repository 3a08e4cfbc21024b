"""Mails as templates: a `.txt` with a block `subject` and a block `body`, written in its reader's language."""

from dataclasses import replace
from typing import Any

from flask import current_app
from flask_babel import force_locale

from forum.kernel.mail import Message
from forum.kernel.settings import KNOWN_LANGUAGES


def write(
    template: str,
    *,
    to: str,
    language: str,
    key: str = "",
    member_id: int | None = None,
    kind: str = "account",
    **context: Any,
) -> Message:
    """A letter from a template below `templates/`.

    Args:
        to: the address.
        language: the reader's, as a BCP 47 tag; the letter is in English where we do not speak it.
        key: names the letter, where it must not be sent twice; see `Message`.
        member_id: whose it is, where the address belongs to a member.
        kind: what sort of mail it is; see `Message`.
        context: what the template needs; `site_name` and `base_url` are there already.
    """
    language = language if language in KNOWN_LANGUAGES else KNOWN_LANGUAGES[0]
    found = current_app.jinja_env.get_template(template)
    everything = {
        "site_name": current_app.config["SITE_NAME"],
        "base_url": current_app.config["BASE_URL"].rstrip("/"),
        **context,
    }
    with force_locale(language):
        subject, body = ("".join(found.blocks[name](found.new_context(everything))) for name in ("subject", "body"))
    letter = Message(
        to=to,
        subject=subject.strip(),
        text=body.strip() + "\n",
        language=language,
        kind=kind,
        member_id=member_id,
    )
    return replace(letter, key=key) if key else letter
