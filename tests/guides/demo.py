"""The demo authority of packaging/quickstart in a temporary folder, and a reader's shell in a folder beside it."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from guide import Fault
from session import Session

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/e2e"))
from authority import free_port  # noqa: E402


class Demo:
    def __init__(self, build):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="inkan-guides-"))
        self.dir = self.folder / "build/demo"  # as the guides have it, from the reader's folder
        ports = {f"INKAN_DEMO_{name}": str(free_port()) for name in ("PORT", "PUBLIC_PORT", "PORTAL_PORT", "PROOF_PORT")}
        self.quick = dict(os.environ, INKAN_BUILD=str(build), INKAN_DEMO_DIR=str(self.dir), **ports)
        self.api_port = ports["INKAN_DEMO_PORT"]

    def quickstart(self, *arguments):
        done = subprocess.run([str(TOP / "packaging/quickstart"), *arguments], cwd=TOP, env=self.quick, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise Fault(f"packaging/quickstart {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def restart(self):
        self.quickstart("--down")
        self.quickstart()

    def configure(self, old, new):
        """Once in inkand.toml; behind it if `old` is empty."""
        file = self.dir / "inkand.toml"
        text = file.read_text()
        if old and text.count(old) != 1:
            raise Fault(f"inkand.toml has {old} {text.count(old)} times")
        file.write_text(text.replace(old, new) if old else text + new)

    def remove(self):
        try:
            self.quickstart("--clean")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


def plain_environment():
    """Without what a developer's own shell has of Inkan."""
    return {name: value for name, value in os.environ.items() if not name.startswith("INKAN_") and name != "SOFTHSM2_CONF"}


@contextlib.contextmanager
def demo(reading, build):
    """A running demo; `reading` has a shell in its folder. All is gone afterwards."""
    world = Demo(build)
    try:
        world.said = world.quickstart()
        reading.session = Session(world.folder, plain_environment())
        try:
            yield world
        finally:
            reading.session.close()
    finally:
        world.remove()
