"""What every client is told: whom to ask, and with which credentials."""

import base64

from world import NAME

USER = "admin"
PASSWORD = "correct-horse-battery-9-staple"
GATEWAY_TOKEN = "5d1f3c8a97b24e60a1c7f9d2e8b3640f5d1f3c8a97b24e60a1c7f9d2e8b3640f"
HOOKS_TOKEN = "c0a81e7b52f94d36b8e1a7d49f20c563c0a81e7b52f94d36b8e1a7d49f20c563"
BIG = 70_000  # bytes of a WebSocket message that takes the longest form of a length

KEYS = {"AUTH_USERNAME": USER, "AUTH_PASSWORD": PASSWORD, "OPENCLAW_GATEWAY_TOKEN": GATEWAY_TOKEN,
        "HOOKS_ENABLED": "true", "HOOKS_TOKEN": HOOKS_TOKEN}


def plan(ca, client, websocket_over_h2=False, plain=None, drain=False):
    """@param client the name of the client, which makes the names of its streams its own
    @param plain where Seawall itself is asked in plain HTTP, or None
    @param drain whether it only asks for a page, for what the gateway holds back, and for pages until there is one again"""
    return {"host": NAME, "ca": str(ca), "id": client, "big": BIG, "websocketOverH2": websocket_over_h2, "plain": plain, "drain": drain,
            "basic": "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode(),
            "token": f"Bearer {GATEWAY_TOKEN}", "hooksToken": f"Bearer {HOOKS_TOKEN}"}
