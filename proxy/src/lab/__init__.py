"""What the suites share: a folder and processes that are gone afterwards, a Seawall started as a user starts it, stand-ins
for the gateway, clients that send exactly the bytes they are told to, and checks that print a line each.

A suite's `run` or `test` starts its program by `proxy/src/lab/python`, which is what finds this package."""

from .checks import Checks, given_up, judged, options
from .documents import between
from .gateways import Gateway, JsonGateway
from .http import Answer, Front, basic, distrustful, read, trusting
from .processes import Lab, LabError, configured, free_port, tool, until
from .programs import ROOT, build, cache, compiled, end_to_end_packages, jdk, npm_packages
from .recording import RecordingGateway
from .seawall import GATEWAY_TOKEN, HOOKS_TOKEN, PASSWORD, USER, Seawall

__all__ = ["GATEWAY_TOKEN", "HOOKS_TOKEN", "PASSWORD", "ROOT", "USER", "Answer", "Checks", "Front", "Gateway",
           "JsonGateway", "Lab", "LabError", "RecordingGateway", "Seawall", "basic", "between", "build", "cache",
           "compiled", "configured", "distrustful", "end_to_end_packages", "free_port", "given_up", "jdk",
           "judged", "npm_packages", "options", "read", "tool", "trusting", "until"]
