"""Time zones: found by country, recognised by the clock."""

from datetime import UTC, datetime, timedelta

import pytest
from babel.dates import get_timezone_location

from forum.accounts.zones import NOT_SAID, is_zone, zone_in_words, zone_of_country, zone_said, zones_by_country

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def test_they_stand_by_country_in_the_readers_language_with_the_clock_there():
    choices = zones_by_country("fr", NOON)
    labels = [label for _zone, label in choices]
    assert dict(choices)["America/Lima"] == "Pérou · Lima · 07:00"
    assert dict(choices)["Asia/Singapore"] == "Singapour · 20:00"
    assert labels[0] == "UTC · 12:00"
    assert (
        labels.index("Égypte · Le Caire · 14:00") < labels.index("Fidji · 00:00") < labels.index("Pérou · Lima · 07:00")
    )
    assert all(is_zone(zone) for zone, _label in choices)
    assert not any(zone.startswith("Etc/") for zone, _label in choices)


def test_what_somebody_chose_before_is_always_among_them():
    assert "US/Pacific" not in dict(zones_by_country("en", NOON))
    assert dict(zones_by_country("en", NOON, besides="US/Pacific"))["US/Pacific"].startswith("US/Pacific · 4:00")
    assert "Mars/Olympus" not in dict(zones_by_country("en", NOON, besides="Mars/Olympus"))


@pytest.mark.parametrize(
    ("country", "zone"),
    [("PE", "America/Lima"), ("FR", "Europe/Paris"), ("BR", None), ("ES", None), ("XX", None), ("", None)],
)
def test_a_country_with_one_clock_has_one_zone(country, zone):
    assert zone_of_country(country, NOON) == zone


def test_a_browser_is_believed_when_it_names_a_zone():
    assert zone_said("Asia/Calcutta") == "Asia/Kolkata"
    assert zone_said("../../etc/passwd") == zone_said(None) == NOT_SAID


def test_the_names_of_places_are_made_once_in_each_language_and_one_alone_makes_no_other(monkeypatch):
    made = []

    def counted(zone, **named):
        made.append(zone)
        return get_timezone_location(zone, **named)

    monkeypatch.setattr("forum.accounts.zones.get_timezone_location", counted)
    assert zone_in_words("Africa/Kampala", "sw", NOON) == "Uganda · Kampala · 15:00"
    assert made == ["Africa/Kampala"]
    made.clear()
    before = zones_by_country("sw", NOON)
    assert len(made) == len(set(made)) > 400
    later = zones_by_country("sw", NOON + timedelta(minutes=5))
    assert len(made) == len(set(made))
    assert [zone for zone, _label in later] == [zone for zone, _label in before]
    assert dict(later)["Africa/Kampala"] == "Uganda · Kampala · 15:05"


@pytest.mark.parametrize("zone", ["UTC", "US/Pacific", "Europe/Lisbon", "Asia/Kathmandu"])
@pytest.mark.parametrize("language", ["en", "ar", "pt"])
def test_one_zone_alone_is_called_what_it_is_called_among_the_choices(zone, language):
    assert zone_in_words(zone, language, NOON) == dict(zones_by_country(language, NOON, besides=zone))[zone]


def test_a_zone_nobody_knows_keeps_its_name():
    assert zone_in_words("Mars/Olympus", "en", NOON) == "Mars/Olympus"
