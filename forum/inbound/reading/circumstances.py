"""What the reader must know besides the mail itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """How a mail came, and who we are.

    Args:
        our_address: what our own mail comes from; a mail from there went in a circle.
        our_domain: of the addresses that can be answered, and of the return addresses of our mail.
        auth_host: the name our mail server signs its Authentication-Results with (authserv-id, RFC 8601 2.5); empty
            where nobody's word is to be trusted.
    """

    envelope_from: str = ""
    envelope_to: str = ""
    our_address: str = ""
    our_domain: str = ""
    auth_host: str = ""

    @property
    def came_back(self) -> bool:
        """Whether it was sent to the return address of a mail of ours."""
        left, _at, domain = self.envelope_to.casefold().rpartition("@")
        return bool(domain) and domain == self.our_domain.casefold() and left.startswith("b-")
