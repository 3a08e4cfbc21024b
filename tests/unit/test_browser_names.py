"""One recognises one's own telephone in the list of browsers that are signed in."""

import pytest

from forum.accounts.browsers import browser_name

ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) "
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
PC = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (ANDROID + "Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome · Android"),
        (ANDROID + "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36", "Samsung Internet · Android"),
        (PHONE + "Version/17.5 Mobile/15E148 Safari/604.1", "Safari · iPhone"),
        (PHONE + "FxiOS/127.0 Mobile/15E148 Safari/605.1.15", "Firefox · iPhone"),
        (PC + "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox · Linux"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15",
            "Safari · Mac",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("x" * 200, "x" * 60),
        ("", ""),
    ],
)
def test_a_browser_is_called_what_people_call_it(header, name):
    assert browser_name(header) == name
