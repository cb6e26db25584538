# ruff: noqa: E402
# Run by Jython (2.7) inside the Autobahn suite: autobahn-client.py URL FOLDER CASES [AUTHORIZATION]
import sys

sys.setrecursionlimit(10000)  # the suite's own modules are deeper than Jython's default
url, folder, cases = sys.argv[1], sys.argv[2], sys.argv[3].split(',')

from autobahn import websocket

# the suite's configuration knows no request headers; its client factory does
parameters = websocket.WebSocketClientFactory.setSessionParameters


def with_header(self, *args, **named):
    parameters(self, *args, **named)
    self.headers = {'Authorization': sys.argv[4]} if len(sys.argv) > 4 else {}


websocket.WebSocketClientFactory.setSessionParameters = with_header

from autobahntestsuite import wstest

wstest.start({'mode': 'fuzzingclient'}, {
    'outdir': folder, 'failByDrop': False, 'servers': [{'agent': 'server', 'url': url}],
    'cases': cases, 'exclude-cases': [], 'exclude-agent-cases': {}})
