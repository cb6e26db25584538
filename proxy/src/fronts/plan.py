"""What every client is told: whom to ask, and with which credentials."""

from world import NAME

from lab import GATEWAY_TOKEN, HOOKS_TOKEN, PASSWORD, USER, basic

BIG = 70_000  # bytes of a WebSocket message that takes the longest form of a length

KEYS = {"AUTH_USERNAME": USER, "AUTH_PASSWORD": PASSWORD, "OPENCLAW_GATEWAY_TOKEN": GATEWAY_TOKEN,
        "HOOKS_ENABLED": "true", "HOOKS_TOKEN": HOOKS_TOKEN}


def plan(ca, client, websocket_over_h2=False, plain=None, drain=False):
    """@param client the name of the client, which makes the names of its streams its own
    @param plain where Seawall itself is asked in plain HTTP, or None
    @param drain whether it only asks for a page, for what the gateway holds back, and for pages until there is one again"""
    return {"host": NAME, "ca": str(ca), "id": client, "big": BIG, "websocketOverH2": websocket_over_h2, "plain": plain, "drain": drain,
            "basic": basic(USER, PASSWORD),
            "token": f"Bearer {GATEWAY_TOKEN}", "hooksToken": f"Bearer {HOOKS_TOKEN}"}
