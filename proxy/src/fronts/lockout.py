"""Guesses lock out the network they come from, and nobody else (README, "Logging in")."""

import http.client

import plan
import world

from lab import basic, trusting

GUESSES = 10


def lockout(front):
    """What is wrong, in sentences."""
    told = plan.plan(front.ca(), "lockout")
    is_v6 = ":" in front.site
    guesser, same, other = ((world.GUESSER_V6, world.SAME_V6, world.OTHER_V6) if is_v6
                            else (world.GUESSER, world.SAME, world.OTHER))
    found = []
    for number in range(GUESSES):
        status = ask(told, guesser, basic(plan.USER, f"guess-number-{number}"))
        if status != 401:
            found.append(f"guess {number + 1} got {status} (expected: 401)")
    for sender, expected in ((same, 429), (other, 200), (front.client, 200)):
        status = ask(told, sender, told["basic"])
        if status != expected:
            found.append(f"after {GUESSES} guesses from {guesser}, {sender} got {status} (expected: {expected})")
    return found


def ask(told, sender, authorization):
    connection = http.client.HTTPSConnection(told["host"], timeout=15, source_address=(sender, 0),
                                             context=trusting(told["ca"]))
    try:
        connection.request("GET", "/", headers={"Authorization": authorization})
        return connection.getresponse().status
    finally:
        connection.close()
