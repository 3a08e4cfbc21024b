"""Congresses and meetings in the words of schema.org, for those who gather events. https://schema.org/Event"""

from __future__ import annotations

from typing import Any

from flask import current_app

from forum.meetings.models import Congress, Meeting

SCHEDULED = "https://schema.org/EventScheduled"
STATUS = {
    "postponed": "https://schema.org/EventPostponed",
    "cancelled": "https://schema.org/EventCancelled",
}
ATTENDANCE = {
    "in-person": "https://schema.org/OfflineEventAttendanceMode",
    "online": "https://schema.org/OnlineEventAttendanceMode",
    "hybrid": "https://schema.org/MixedEventAttendanceMode",
}


def structured(event: Congress | Meeting) -> dict[str, Any]:
    """What is known of an event; partial dates stay partial, which ISO 8601 allows."""
    folder = "congresses" if isinstance(event, Congress) else "meetings"
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "identifier": event.reference,
        "name": event.title,
        "url": f"{current_app.config['BASE_URL']}/{folder}/{event.reference}",
        "startDate": event.start_date,
        "endDate": event.end_date,
        "eventStatus": STATUS.get(event.state, SCHEDULED) if isinstance(event, Meeting) else SCHEDULED,
        "eventAttendanceMode": ATTENDANCE.get(event.format or ""),
        "organizer": [{"@type": "Organization", "name": name} for name in event.organisers],
        "inLanguage": list(event.languages),
        "sameAs": event.source_url,
    }
    if event.city or event.country_code:
        address = {"@type": "PostalAddress", "addressLocality": event.city, "addressCountry": event.country_code}
        found["location"] = {"@type": "Place", "name": event.venue or event.city, "address": _known(address)}
    return _known(found)


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, [], "")}
