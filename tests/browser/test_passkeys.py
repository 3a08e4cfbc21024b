"""Passkeys, made and used by a real browser with a virtual authenticator. https://www.w3.org/TR/webauthn-3/"""

import pytest

from tests.browser.conftest import PATIENCE, sign_in

PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def somebody(site, chromium):
    """A browser on a phone that keeps passkeys. A passkey needs a domain, which an address in numbers is not."""
    context = chromium.new_context(base_url=site.url.replace("127.0.0.1", "localhost"), locale="en")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
    yield page
    context.close()


def test_a_member_adds_a_passkey_and_signs_in_with_nothing_else(somebody):
    sign_in(somebody, "bao@example.org")
    somebody.goto("/me/settings/passkeys?lang=en")
    somebody.fill("main input[name=name]", "My phone")
    somebody.get_by_role("button", name="Add a passkey").click()
    somebody.get_by_role("button", name="Create the passkey now").click()
    somebody.wait_for_url("**/me/settings/security")

    somebody.context.clear_cookies()
    somebody.goto("/me?lang=en")
    assert "/sign-in" in somebody.url
    somebody.get_by_role("link", name="Use a passkey").click()
    use, go_on = (somebody.get_by_role("button", name=name) for name in ("Use my passkey now", "Go on"))
    use.or_(go_on).wait_for()
    if go_on.count():
        go_on.click()
    use.click()
    somebody.wait_for_url("**/me?lang=en")
    assert "Bao T." in somebody.locator("main").inner_text()

    somebody.goto("/me/settings/passkeys")
    somebody.locator("#passkeys li", has_text="My phone").get_by_role("button", name="Remove").click()
    somebody.locator("#passkeys").wait_for(state="detached")
