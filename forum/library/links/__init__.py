"""Whether the addresses of resources still answer: asked politely, believed slowly, and never asked inside our own network."""
