"""What a browser may send to sign up and sign in; the other account forms are Flask-Security's own."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, session
from flask_security import LoginForm, RegisterFormV2
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, StopValidation, ValidationError

from forum.accounts.models import Member, Standing
from forum.accounts.queries import HANDLE_RULE, handle_for, handle_is_free, open_invitation
from forum.accounts.zones import zone_said, zones_by_country
from forum.kernel import clock
from forum.kernel.i18n import _
from forum.web import languages

#: The charter and the child-protection policy a newcomer accepts; the date of their wording.
CHARTER_VERSION = "2026-11"


def offered_languages() -> list[tuple[str, str]]:
    return [(code, languages.NAMES[code]) for code in languages.offered()]


def one_line(form: Any, field: Any) -> None:
    """A name goes into headers and lists: no control characters, no blank dressed up as a name."""
    field.data = " ".join("".join(c if c.isprintable() else " " for c in field.data or "").split())
    if not field.data:
        raise StopValidation(str(_("Please fill this in.")))


class SignInForm(LoginForm):
    """Address and password. Once they are right, `standing` says what else stands in the way."""

    email = EmailField(_("E-mail"), [*LoginForm.email.kwargs["validators"]], render_kw={"autocomplete": "username"})
    password = PasswordField(
        _("Password"), [DataRequired(_("Please type your password."))], render_kw={"autocomplete": "current-password"}
    )
    stay = BooleanField(_("Keep me signed in on this device"))
    remember = None  # type: ignore[assignment]  # a second cookie that outlives our list of sessions
    standing: Standing | None = None

    def validate(self, **kwargs: Any) -> bool:
        good = super().validate(**kwargs)
        if isinstance(self.user, Member) and self.user_authenticated and not good:
            self.standing = self.user.standing
        if good:
            session.permanent = self.stay.data
        return good


class SignUpForm(RegisterFormV2):
    """Who somebody is, and what they agree to."""

    name = StringField(
        _("Your name"),
        [DataRequired(_("Please tell us your name.")), Length(max=Member.NAME_LENGTH), one_line],
        render_kw={"autocomplete": "name"},
    )
    handle = StringField(
        _("Short name for mentions"), [Optional(), Length(max=40)], render_kw={"autocomplete": "nickname"}
    )
    email = EmailField(_("E-mail"), [*RegisterFormV2.email.kwargs["validators"]], render_kw={"autocomplete": "email"})
    password = PasswordField(
        _("Password"), [DataRequired(_("Please choose a password."))], render_kw={"autocomplete": "new-password"}
    )
    language = SelectField(_("Language of the forum and of its mails"), choices=offered_languages)
    is_adult = BooleanField(_("I am 18 years old or older"), [InputRequired(_("The forum is for adults only."))])
    accepts_charter = BooleanField(
        _("I accept the charter and the child-protection policy"),
        [InputRequired(_("Everyone here has accepted them; please read them."))],
    )
    invitation = HiddenField()
    # the browser fills it in; it is nobody's fault where it does not
    time_zone = HiddenField(filters=[zone_said], render_kw={"data-here": True})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_submitted():
            self.language.data = languages.chosen()
            self.invitation.data = request.args.get("invitation", "")
        # whoever comes with one that was used may ask to join as everybody may, where everybody may
        self.invitation_has_ended = bool(self.invitation.data) and open_invitation(self.invitation.data) is None
        if self.invitation_has_ended and not self.is_submitted():
            self.invitation.data = ""

    def validate_handle(self, field: Any) -> None:
        field.data = field.data.strip().lstrip("@").lower()
        if not HANDLE_RULE.fullmatch(field.data):
            raise ValidationError(str(_("Use small letters a to z, digits and hyphens.")))
        if not handle_is_free(field.data):
            raise ValidationError(str(_("Somebody has this short name already.")))

    def validate_invitation(self, field: Any) -> None:
        by_invitation_only = current_app.config["SIGN_UP"] == "invitation"
        if self.invitation_has_ended:
            field.data = field.data if by_invitation_only else ""
            raise ValidationError(str(_("This invitation has been used or has ended. Please ask for a new one.")))
        if not field.data and by_invitation_only:
            raise ValidationError(str(_("Joining is by invitation. Please ask a member to invite you.")))

    def to_dict(self, only_user: bool) -> dict[str, Any]:
        values: dict[str, Any] = super().to_dict(only_user)
        if only_user:
            values["handle"] = self.handle.data or handle_for(self.name.data or "")
            values["adult_stated_at"] = values["charter_accepted_at"] = clock.now()
            values["charter_version"] = CHARTER_VERSION
        return values


class InviteForm(FlaskForm):
    email = EmailField(
        _("Their e-mail, if we should write to them"),
        [Optional(), Email(_("This is not an e-mail address.")), Length(max=254)],
    )


class RefuseForm(FlaskForm):
    reason = TextAreaField(
        _("Reason, which they will read"),
        [DataRequired(_("Please give a reason; they will read it.")), Length(max=500)],
        render_kw={"rows": 3},
    )


class LanguageForm(FlaskForm):
    language = SelectField(_("Language of the forum and of its mails"), choices=offered_languages)
    time_zone = SelectField(_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now, before = clock.now(), self.time_zone.object_data or ""
        self.time_zone.choices = zones_by_country(languages.chosen(), now, besides=before)


class EraseForm(FlaskForm):
    sure = BooleanField(
        _("I understand that this cannot be undone"), [InputRequired(_("Please tick this if you are sure."))]
    )
