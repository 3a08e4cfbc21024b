"""How a newcomer comes in: what an invitation opens, and who is written to."""

import pytest
from sqlalchemy import select

from forum.accounts import operations
from forum.accounts.models import Invitation, Standing
from forum.accounts.queries import handle_for
from forum.kernel.db import db
from forum.kernel.errors import NotAllowed, Refused


@pytest.fixture
def nadia(cast, make):
    return make.member("nadia", approved_at=None)


@pytest.mark.parametrize(
    ("sign_up", "inviter", "standing"),
    [
        ("approval", None, Standing.WAITING),
        ("approval", "bao", Standing.WAITING),
        ("approval", "chidi", Standing.ADMITTED),
        ("invitation", "bao", Standing.ADMITTED),
        ("open", None, Standing.ADMITTED),
    ],
)
def test_an_invitation_admits_at_once_where_its_maker_could(cast, nadia, sign_up, inviter, standing):
    token = operations.invite(by=getattr(cast, inviter)) if inviter else None
    operations.arrive(nadia, token=token, sign_up=sign_up)
    assert nadia.standing is standing


def test_only_the_hash_of_a_token_is_kept(cast):
    token = operations.invite(by=cast.bao)
    assert token not in db.session.scalars(select(Invitation.token_hash)).all()


def test_nobody_invites_a_whole_town_in_a_day(cast):
    for _number in range(operations.INVITATIONS_A_DAY):
        operations.invite(by=cast.bao)
    with pytest.raises(Refused):
        operations.invite(by=cast.bao)


def test_only_moderators_admit_and_refuse(cast, nadia):
    with pytest.raises(NotAllowed):
        operations.approve(nadia, by=cast.ana)
    with pytest.raises(NotAllowed):
        operations.refuse(nadia, by=cast.ana, reason="No.")
    assert nadia.standing is Standing.WAITING


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Ana María Quispe", "ana-maria-quispe"),
        ("Bao", "bao-2"),
        ("محمد", "member"),
        ("x" * 80, "x" * 34),
        ("%", "member"),
    ],
)
def test_a_handle_is_made_from_any_name(cast, name, handle):
    assert handle_for(name) == handle


def test_who_refused_is_kept_until_somebody_admits_after_all(cast, nadia):
    operations.refuse(nadia, by=cast.chidi, reason="We could not find who you are.")
    assert nadia.refused_by_id == cast.chidi.id and nadia.standing is Standing.REFUSED
    operations.approve(nadia, by=cast.sofia)
    assert (nadia.refused_at, nadia.refused_by_id, nadia.refused_reason) == (None, None, None)
