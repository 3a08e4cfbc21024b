"""What mail of a stream says about itself, so that mail programs can file it, lead to it and stop it."""

from __future__ import annotations

from forum.kernel.mail import address_of
from forum.notifications.addresses import list_id, reply_address
from forum.notifications.tokens import Token


def stream_headers(slug: str, *, stop: Token, stop_path: str, archive: str, archived_at: str = "") -> dict[str, str]:
    """All of them: RFC 2369, RFC 2919, RFC 5064, RFC 8058.

    Args:
        slug: of the group, or the name of another stream, such as "digest".
        stop: what a mail to its address stops.
        stop_path: the page whose POST stops the same, with neither cookie nor form token.
        archive: path of where the stream is kept.
        archived_at: path of what this mail says.
    """
    ways = [f"<{address_of(stop_path)}>"]
    if by_mail := reply_address(stop):
        ways.append(f"<mailto:{by_mail}?subject=STOP>")
    said = {
        "List-Id": list_id(slug),
        "List-Unsubscribe": ", ".join(ways),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Archive": f"<{address_of(archive)}>",
        "List-Help": f"<{address_of('/me/settings/mail')}>",
    }
    return said | ({"Archived-At": f"<{address_of(archived_at)}>"} if archived_at else {})
