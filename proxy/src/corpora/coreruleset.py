# coreruleset.py TESTS OUT: the Core Rule Set's regression tests of rules 920 and 921 as raw requests, one JSON object a
# line: id, why, b64.
import base64
import glob
import json
import os
import sys

import yaml


def raw(spec):
    if spec.get("encoded_request"):
        return base64.b64decode(spec["encoded_request"])
    if spec.get("raw_request"):
        return spec["raw_request"].encode()
    headers = {str(name): str(value) for name, value in (spec.get("headers") or {}).items()}
    data = spec.get("data")
    body = ("\r\n".join(map(str, data)) if isinstance(data, list) else str(data)).encode() if data is not None else b""
    framed = {name.lower() for name in headers} & {"content-length", "transfer-encoding"}
    if body and not framed and not spec.get("stop_magic"):
        headers["Content-Length"] = str(len(body))
    head = f'{spec.get("method", "GET")} {spec.get("uri", "/")} {spec.get("version", "HTTP/1.1")}\r\n'
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return head.encode() + b"\r\n" + body


tests, out = sys.argv[1:]
count = 0
with open(out, "w") as lines:
    for path in sorted(glob.glob(os.path.join(tests, "REQUEST-92[01]-*", "*.yaml"))):
        with open(path) as file:
            document = yaml.safe_load(file)
        for test in document["tests"]:
            for number, stage in enumerate(test["stages"]):
                case = {"id": test["test_title"] + (f".{number}" if number else ""),
                        "why": " ".join(str(test.get("desc", "")).split()),
                        "b64": base64.b64encode(raw(stage["stage"]["input"])).decode()}
                lines.write(json.dumps(case) + "\n")
                count += 1
print(count, "cases of", tests)
