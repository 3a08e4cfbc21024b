"""Resources in the words of schema.org. https://schema.org/CreativeWork"""

from __future__ import annotations

from typing import Any

from flask import current_app

from forum.library.models import Resource


def structured(resource: Resource) -> dict[str, Any]:
    """What is known of a resource."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "name": resource.title,
        "url": f"{current_app.config['BASE_URL']}/library/{resource.id}",
        "abstract": resource.abstract,
        "datePublished": str(resource.year) if resource.year else None,
        "publisher": {"@type": "Organization", "name": resource.publisher} if resource.publisher else None,
        "inLanguage": list(resource.languages),
        "sameAs": resource.url,
    }
    return {name: value for name, value in found.items() if value not in (None, [], "")}
