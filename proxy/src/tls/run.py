"""Has testssl.sh, sslscan, nmap and openssl judge a running Seawall: with an ECDSA and an RSA certificate side by side,
and with the certificate of its own CA.

  proxy/src/tls/run            about two minutes
  KEEP=FOLDER proxy/src/tls/run   leaves what the tools wrote in that folder

Prints "ok …" or "FAIL …" for each check, and what testssl.sh finds low; exit 1 when one failed, 2 when the test could not
be made. Fails on any finding of testssl.sh above LOW that is not argued away below. Needs python3, openssl, testssl.sh,
sslscan and nmap, and what ./seawall needs (JDK 25 or newer, Maven). Everything listens on 127.0.0.1.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as xml

from lab import Checks, LabError, Seawall, build, free_port, judged, options, tool

NAME = "seawall.test"
# beyond LOW stands only this (LOW is that nothing is stapled: the operator's CA may have no OCSP, Let's Encrypt has none)
ARGUED = {
    "engine_problem": "of the openssl that testssl.sh found, not of the server",
}
ARGUED_OF_OWN_CA = ARGUED | {
    "cert_revocation": "a CA on this host alone, whose certificates are replaced and not revoked",
}
SEVERE = ("MEDIUM", "HIGH", "CRITICAL", "WARN", "FATAL")
checks = Checks()
check = checks.equal


def examine(lab):
    tools = {name: tool(name, package) for name, package in
             {"openssl": "openssl", "testssl": "testssl.sh", "sslscan": "sslscan", "nmap": "nmap"}.items()}
    build()
    pki = certificates(tools["openssl"], lab.place("pki"))
    files = Seawall(lab, free_port(), SEAWALL_TLS="files", SEAWALL_HOSTS=NAME,
                    SEAWALL_TLS_CERT=f"{pki / 'ec.pem'},{pki / 'rsa.pem'}", SEAWALL_TLS_KEY=f"{pki / 'ec.key'},{pki / 'rsa.key'}")
    own = Seawall(lab, free_port(), SEAWALL_HOSTS=NAME)
    files.started(pki / "ca.pem")
    own.started()
    # the slow ones beside the others
    judged_files = testssl(lab, tools["testssl"], "files", files, pki / "ca.pem")
    judged_own = testssl(lab, tools["testssl"], "own", own, own.ca, "--protocols", "--server-defaults", "--server-preference",
                         "--headers")
    by_openssl(tools["openssl"], files, pki / "ca.pem")
    by_sslscan(tools["sslscan"], files, lab.folder / "sslscan.xml")
    by_nmap(tools["nmap"], files, lab.folder / "nmap.xml")
    findings(*judged_files, "two certificates", ARGUED)
    findings(*judged_own, "own CA", ARGUED_OF_OWN_CA)
    if os.environ.get("KEEP"):
        for report in [*lab.folder.glob("*.json"), *lab.folder.glob("*.xml")]:
            shutil.copy(report, os.environ["KEEP"])


def certificates(openssl, folder):
    """A CA, and of it an ECDSA and an RSA certificate that say where they would be revoked."""
    def run(*arguments):
        made = subprocess.run([openssl, *arguments], cwd=folder, capture_output=True, text=True)
        if made.returncode:
            raise LabError(f"openssl {arguments[0]}: {made.stderr}")

    (folder / "leaf.cnf").write_text(f"""basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=DNS:{NAME},IP:127.0.0.1
authorityInfoAccess=OCSP;URI:http://127.0.0.1:1/ocsp
crlDistributionPoints=URI:http://127.0.0.1:1/crl
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
""")
    ec = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
    run("req", "-x509", "-nodes", *ec, "-keyout", "ca.key", "-out", "ca.pem", "-days", "300", "-subj", "/CN=Test CA")
    for kind, key in {"ec": ec, "rsa": ("-newkey", "rsa:3072")}.items():
        run("req", "-nodes", *key, "-keyout", f"{kind}.key", "-out", f"{kind}.csr", "-subj", f"/CN={NAME}")
        run("x509", "-req", "-in", f"{kind}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-sha256",
            "-days", "200", "-extfile", "leaf.cnf", "-out", f"{kind}.pem")
        (folder / f"{kind}.key").chmod(0o600)
    return folder


def by_openssl(openssl, seawall, ca):
    def client(*arguments, say="", wait=0.0):
        """What s_client writes; it gets that text, and that time before the end of its input."""
        command = [openssl, "s_client", "-connect", f"127.0.0.1:{seawall.port}", "-CAfile", ca, *arguments]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            process.stdin.write(say.encode())
            process.stdin.flush()
            time.sleep(wait)
            return process.communicate(timeout=30)[0].decode(errors="replace")
        except BrokenPipeError:
            return process.communicate(timeout=30)[0].decode(errors="replace")

    for version in ("-tls1_2", "-tls1_3"):
        for wanted, algorithms in {"ECDSA": "ECDSA+SHA256", "RSA-PSS": "RSA-PSS+SHA256"}.items():
            said = client(version, "-sigalgs", algorithms)
            check(f"openssl {version} -sigalgs {algorithms} gets the {wanted} certificate", [wanted, "0 (ok)"],
                  [*re.findall(r"Peer signature type: (\S+)", said), *re.findall(r"Verify return code: (.*)", said)][:2])
        said = client(version)
        check(f"openssl {version} compresses nothing", ["NONE"], sorted(set(re.findall(r"Compression: (\S+)", said))))
        session = seawall.folder / f"session{version}"
        # in 1.3 the tickets come with the first answer
        said = client(version, "-sess_out", session, say=f"GET /healthz HTTP/1.1\r\nHost: {NAME}\r\n\r\n", wait=1)
        check(f"openssl {version} gets a ticket, and no early data", [True, set() if version == "-tls1_2" else {"0"}],
              ["TLS session ticket:" in said, set(re.findall(r"Max Early Data: (\d+)", said))])
        said = client(version, "-sess_in", session)
        check(f"openssl {version} resumes", ["Reused"], re.findall(r"^(New|Reused), ", said, re.M))
    said = client("-tls1_2", say="R\n", wait=2)
    check("openssl: a renegotiation is refused", True, "RENEGOTIATING" in said and "no renegotiation" in said)
    for name in (["-noservername"], ["-servername", "elsewhere.example"]):
        check(f"openssl {' '.join(name)} gets the certificate", [f"CN = {NAME}"],
              re.findall(r"^subject=(.*)", client(*name), re.M))
    for version in ("-tls1", "-tls1_1"):
        said = client(version, "-cipher", "ALL:@SECLEVEL=0")
        check(f"openssl {version} gets nothing", True, "alert protocol version" in said)
    for group in ("P-521", "ffdhe2048"):
        check(f"openssl -groups {group} gets nothing", True,
              "alert handshake failure" in client("-tls1_3", "-groups", group))


def by_sslscan(sslscan, seawall, report):
    subprocess.run([sslscan, f"--xml={report}", f"127.0.0.1:{seawall.port}"], capture_output=True, timeout=120)
    scan = xml.parse(report)
    check("sslscan: only TLS 1.2 and 1.3", ["1.2", "1.3"],
          sorted(p.get("version") for p in scan.iter("protocol") if p.get("enabled") == "1"))
    check("sslscan: no weak suite", set(),
          {c.get("cipher") for c in scan.iter("cipher") if c.get("strength") not in ("strong", "acceptable")})
    check("sslscan: no heartbleed", {"0"}, {h.get("vulnerable") for h in scan.iter("heartbleed")})


def by_nmap(nmap, seawall, report):
    subprocess.run([nmap, "-Pn", "-n", "-p", str(seawall.port), "--script", "ssl-enum-ciphers", "-oX", report,
                    "127.0.0.1"], capture_output=True, timeout=120)
    scan = xml.parse(report)
    check("nmap: least strength", ["A"],
          [e.text for e in scan.iter("elem") if e.get("key") == "least strength"])
    check("nmap: every suite", {"A"}, {e.text for e in scan.iter("elem") if e.get("key") == "strength"})
    check("nmap: warnings", [], [e.text for t in scan.iter("table") if t.get("key") == "warnings" for e in t])


def testssl(lab, program, name, seawall, ca, *only):
    """Starts it; returns the process and where its findings will be."""
    report = lab.folder / f"testssl-{name}.json"
    command = [program, "--quiet", "--color", "0", "--warnings", "batch", "--nodns", "min", "--ip", "127.0.0.1",
               "--add-ca", ca, "--jsonfile", report, *only, f"{NAME}:{seawall.port}"]
    return lab.start(command, lab.folder / f"testssl-{name}.log", lab.place("testssl")), report


def findings(process, report, what, argued):
    try:
        process.wait(300)
        found = json.loads(report.read_text())
    except (subprocess.TimeoutExpired, OSError, ValueError) as trouble:
        raise LabError(f"testssl.sh came to no end: {trouble}") from trouble
    if len(found) < 30:
        raise LabError(f"testssl.sh found only {len(found)} things to say: {found}")
    for finding in found:
        if finding["severity"] == "LOW" or finding["id"] in argued and finding["severity"] in SEVERE:
            print(f"   {finding['severity']} {finding['id']}: {finding['finding']}"
                  + (f" ({argued[finding['id']]})" if finding["id"] in argued else ""))
    check(f"testssl.sh, {what}: {len(found)} findings, none above LOW", [],
          [f"{f['severity']} {f['id']}: {f['finding']}" for f in found
           if f["severity"] in SEVERE and f["id"] not in argued])


if __name__ == "__main__":
    options(__doc__).parse_args()
    sys.exit(judged(checks, examine))
