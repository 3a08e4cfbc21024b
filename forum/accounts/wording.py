"""What Flask-Security says, in our words: its own speak of tokens, and of half of them there is no Portuguese.

Where a new release says something we have no words for, it says so in its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_security.babel import FsDomain

from forum.kernel.i18n import _

_TOO_OLD = _("This link is too old. Tell us your address, and we send you a new one.")
_OVER = _("That took too long. Please begin again.")
_CODE = _("This code is not right. It changes twice a minute: type the newest.")
_PASSKEY = _("This passkey is not known here. Use another, or your password.")
_CUT = _(
    "This link does not work; perhaps a part of it is missing. Open it from the mail again, or let us send a new one."
)
_USED = _(
    "This link does not work: it was used already, or a part of it is missing. Tell us your address, and we send a new one."
)
_ADDRESS = _("This is not an e-mail address: something is missing, or is there twice.")

#: By its own name for each: the sentence, and how it looks. What stands in % is filled in by Flask-Security.
MESSAGES: Mapping[str, tuple[Any, str]] = {
    # links in mails
    "CONFIRM_REGISTRATION": (_("Thank you. We have sent a link to %(email)s."), "success"),
    "EMAIL_CONFIRMED": (_("Thank you. Your address is confirmed."), "success"),
    "ALREADY_CONFIRMED": (_("Your address is confirmed already."), "info"),
    "INVALID_CONFIRMATION_TOKEN": (_CUT, "error"),
    "CONFIRMATION_EXPIRED": (_TOO_OLD, "error"),
    "CONFIRMATION_REQUEST": (_("If %(email)s waits for confirmation, we have sent a link there."), "info"),
    "PASSWORD_RESET_REQUEST": (_("If there is an account with %(email)s, we have sent a link there."), "info"),
    "INVALID_RESET_PASSWORD_TOKEN": (_USED, "error"),
    "PASSWORD_RESET_EXPIRED": (_TOO_OLD, "error"),
    "CHANGE_EMAIL_SENT": (_("We have sent a link to %(email)s. Open it, and that is your address."), "success"),
    "CHANGE_EMAIL_CONFIRMED": (_("Your address is changed."), "success"),
    "CHANGE_EMAIL_EXPIRED": (_("This link is too old. Please begin again."), "error"),
    # it says this where a link that changes an address was cut or used, and of forms no browser sends
    "API_ERROR": (_("This does not work, or not any more. Please begin again."), "error"),
    # addresses and passwords
    "EMAIL_NOT_PROVIDED": (_("Please type your address."), "error"),
    "INVALID_EMAIL_ADDRESS": (_ADDRESS, "error"),
    "EMAIL_ALREADY_ASSOCIATED": (_("There is an account with %(email)s already."), "error"),
    "PASSWORD_NOT_PROVIDED": (_("Please type your password."), "error"),
    "INVALID_PASSWORD": (_("This is not your password. Please try again."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (_("The two are not the same. Please type them again."), "error"),
    "PASSWORD_IS_THE_SAME": (_("This is your password already. Please choose another."), "error"),
    "PASSWORD_CHANGE": (_("You have a new password."), "success"),
    "PASSWORD_RESET": (_("You have a new password, and are signed in."), "success"),
    "PASSWORD_RESET_NO_LOGIN": (_("You have a new password. Sign in with it now."), "success"),
    # who is asking
    "UNAUTHENTICATED": (_("Please sign in to see this page."), "info"),
    "ANONYMOUS_USER_REQUIRED": (_("You are signed in already."), "info"),
    "REAUTHENTICATION_REQUIRED": (_("Please show once more that it is you."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (_("Thank you. You can go on."), "success"),
    # the second step
    "TWO_FACTOR_PERMISSION_DENIED": (_("The code comes after the password. Please sign in first."), "info"),
    "INVALID_CODE": (_CODE, "error"),
    "TWO_FACTOR_INVALID_TOKEN": (_CODE, "error"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (_("You are signed in."), "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (_("From now on we ask for a code when you sign in."), "success"),
    "TWO_FACTOR_DISABLED": (_("We no longer ask for a code when you sign in."), "success"),
    "TWO_FACTOR_SETUP_EXPIRED": (_OVER, "error"),
    "INVALID_RECOVERY_CODE": (_("This recovery code is not right, or was used already."), "error"),
    "NO_RECOVERY_CODES_SETUP": (_("You have no recovery codes yet."), "info"),
    # passkeys
    "WEBAUTHN_EXPIRED": (_OVER, "error"),
    "WEBAUTHN_NAME_REQUIRED": (_("Please give the passkey a name."), "error"),
    "WEBAUTHN_NAME_INUSE": (_("You have a passkey called %(name)s already."), "error"),
    "WEBAUTHN_NAME_NOT_FOUND": (_("You have no passkey called %(name)s."), "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (_("Please use letters, numbers and usual punctuation only."), "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": (_("The passkey %(name)s is taken away."), "success"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (_("You can sign in with the passkey %(name)s now."), "success"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (_("This passkey is in use already."), "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (_PASSKEY, "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (_PASSKEY, "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (_PASSKEY, "error"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (_PASSKEY, "error"),
    "WEBAUTHN_NO_VERIFY": (_("The passkey could not be checked. Please try again."), "error"),
}

#: The names of fields in its forms, as it writes them.
LABELS: Mapping[str, Any] = {
    "Email Address": _("E-mail"),
    "Password": _("Password"),
    "New Password": _("New password"),
    "Retype Password": _("The same password again"),
    "Authentication Code": _("The code"),
    "Recovery Code": _("Recovery code"),
    "Nickname": _("Name"),
}


class Wording(FsDomain):  # type: ignore[misc]
    """Its catalogue, with our words before its own."""

    def gettext(self, string: Any, **variables: Any) -> str:
        ours = LABELS.get(string, string) if isinstance(string, str) else string
        if isinstance(ours, str):
            return str(super().gettext(ours, **variables))  # type: ignore[no-untyped-call]
        return str(ours) % variables if variables else str(ours)


def settings() -> dict[str, Any]:
    """What tells Flask-Security our sentences."""
    return {f"SECURITY_MSG_{name}": said for name, said in MESSAGES.items()}


def init_app(app: Flask) -> None:
    app.extensions["security"].i18n_domain = Wording(app)  # type: ignore[no-untyped-call]
