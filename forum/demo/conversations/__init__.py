"""What the invented members say to one another, region by region."""

from forum.demo.conversations import africa, americas, arab_states, asia_pacific, europe, worldwide

CONVERSATIONS = (
    *worldwide.CONVERSATIONS,
    *africa.CONVERSATIONS,
    *americas.CONVERSATIONS,
    *arab_states.CONVERSATIONS,
    *asia_pacific.CONVERSATIONS,
    *europe.CONVERSATIONS,
)
