"""Who is asking."""

from flask_login import current_user

from forum.accounts.models import Member


def reader() -> Member | None:
    """Whoever is looking: a member who may take part, or None for a visitor."""
    asking = current_user
    return asking._get_current_object() if asking.is_authenticated else None


def member() -> Member:
    """The signed-in member; only behind @sign_in_required."""
    asking = reader()
    assert asking is not None, "a view that calls member() stands behind @sign_in_required"
    return asking
