"""A demo authority of the benchmarks' own, on free ports, and what they measure of its daemon."""
import contextlib
import json
import os
import pathlib
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

TOP = pathlib.Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
# Optimised like a release: a load generator that is slow measures itself.
TOOLS = TOP / "build/bench/programs"


def say(text):
    print(text, file=sys.stderr, flush=True)


def check(command, **options):
    done = subprocess.run(list(map(str, command)), cwd=TOP, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        say(f"FAILED: {' '.join(map(str, command))}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        sys.exit(1)
    return done.stdout


def json_lines(command, **options):
    return [json.loads(line) for line in check(command, **options).splitlines()]


def write_result(file, result):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    say(f"written to {file}")


def build_tools(*targets):
    """Benchmark programs, as a release is compiled. Not in quick builds: some replace single files of the product."""
    check(["cmake", "--preset", "release", "-B", TOOLS, "-DINKAN_TESTS=ON", "-DINKAN_QUICK_BUILD=OFF"])
    check(["ninja", "-C", TOOLS, "inkand", "inkan", "inkan-portal", *targets])  # what a demo takes, and more


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_rss_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmHWM")


def free_ports(count):
    probes = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Demo:
    """Made by packaging/quickstart from `programs` (a build folder) in `folder`; removed by demo()."""

    def __init__(self, folder, programs):
        port, public_port, portal_port, proof_port = free_ports(4)
        self.folder = folder
        self.set_up = {**os.environ, "INKAN_DEMO_DIR": str(folder), "INKAN_DEMO_PORT": str(port), "INKAN_DEMO_PUBLIC_PORT": str(public_port),
                       "INKAN_DEMO_PORTAL_PORT": str(portal_port), "INKAN_DEMO_PROOF_PORT": str(proof_port), "INKAN_BUILD": str(programs)}
        check([TOP / "packaging/quickstart", "--clean"], env=self.set_up)
        check([TOP / "packaging/quickstart"], env=self.set_up)
        text = check(["bash", "-c", f"set -a; . {shlex.quote(str(folder / 'env'))}; env -0"])
        self.env = {**os.environ, **dict(pair.split("=", 1) for pair in text.split("\0") if pair)}
        self.port = urllib.parse.urlsplit(self.env["INKAN_API"]).port
        self.pid = int((folder / "inkand.pid").read_text(encoding="ascii"))

    def load(self, pid, clients, seconds):
        """Certificates issued by issue_load in so many seconds, with the CPU that the daemon spent on each."""
        before = cpu_seconds(pid)
        row = json_lines([TOOLS / "tests/bench/issue_load", HOST, self.port, self.env["INKAN_CA"], self.env["INKAN_WEB_TIER_CERT"],
                          self.env["INKAN_WEB_TIER_KEY"], seconds, clients], env=self.env)[0]
        row["server_cpu_us"] = (cpu_seconds(pid) - before) * 1e6 / max(row["issued"], 1)
        return row

    def stop(self):
        check([TOP / "packaging/quickstart", "--down"], env=self.set_up)

    @contextlib.contextmanager
    def daemon(self, program):
        """Another daemon on the same state and ports, while the demo's own is stopped."""
        with (self.folder / "logs/bench.log").open("ab") as log, \
                subprocess.Popen([program, "--config", self.folder / "inkand.toml"], cwd=self.folder, env=self.env, stdout=log, stderr=log) as process:
            try:
                self.wait_until_ready(process)
                yield process.pid
            finally:
                process.terminate()

    def wait_until_ready(self, process):
        for _ in range(300):
            with contextlib.suppress(urllib.error.URLError, OSError):
                if urllib.request.urlopen(self.env["INKAN_PUBLIC"] + "/readyz", timeout=5).status == 200:
                    return
            if process.poll() is not None:
                sys.exit(f"{process.args[0]} ended; see {self.folder}/logs/bench.log")
            time.sleep(0.1)
        sys.exit(f"{process.args[0]} is not ready after 30 s; see {self.folder}/logs/bench.log")


@contextlib.contextmanager
def demo(programs, folder=TOP / "build/bench/demo"):
    made = Demo(folder, programs)
    try:
        yield made
    finally:
        check([TOP / "packaging/quickstart", "--clean"], env=made.set_up)
