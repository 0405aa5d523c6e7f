"""The nouns of the program: frozen, comparable, free of behaviour that needs anything else of ours.

Every moment is an aware datetime in UTC. Chat ids are Telegram's (64-bit, negative for groups). Article texts are
plain text: no markup, no entities; whoever puts them into HTML escapes them there.
"""
