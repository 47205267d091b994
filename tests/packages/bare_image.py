"""Where there is no container engine: the Containerfile's own steps, done in a bare Debian 12 root, and what comes of them run as an engine would.

What is read here is what the file says, in the way of its reference; what an engine does besides (layers, registries, networks) is not tried. It needs
root, unshare, overlayfs and debootstrap; its caller stands in a mount namespace of its own, so that every mount ends with it."""
import glob
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess

import container_file

# What debian:bookworm-slim leaves out of packages.
SLIM = "".join(f"path-exclude /usr/share/{part}\n" for part in ("doc/*", "man/*", "info/*", "lintian/*", "linda/*", "locale/*")) + "path-include /usr/share/doc/*/copyright\n"
# Of this machine: by which way packages come.
WAY = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def run(*command, **options):
    done = subprocess.run([str(each) for each in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise SystemExit(f"{shlex.join(map(str, command))}: exit {done.returncode}\n{done.stdout[-6000:]}")
    return done.stdout


def debian(cache):
    """The root that stands for debian:bookworm-slim; made once."""
    base = cache / "bookworm"
    if (cache / "ready").exists():
        return base
    shutil.rmtree(base, ignore_errors=True)
    cache.mkdir(parents=True, exist_ok=True)
    sources = "".join(path.read_text() for path in sorted(pathlib.Path("/etc/apt").glob("sources.list*/*.sources")) + [pathlib.Path("/etc/apt/sources.list")] if path.is_file())
    mirror = re.search(r"^URIs: (\S+)", sources, re.MULTILINE) or re.search(r"^deb (?:\[.*?\] )?(\S+)", sources, re.MULTILINE)
    if not mirror:
        raise SystemExit("where Debian's packages come from is told by no file in /etc/apt")
    run("debootstrap", "--variant=minbase", "bookworm", base, mirror[1])
    (base / "etc/dpkg/dpkg.cfg.d/slim").write_text(SLIM)
    (base / "etc/apt/sources.list").unlink(missing_ok=True)
    for pattern, into in (("/etc/apt/sources.list", "etc/apt"), ("/etc/apt/sources.list.d/debian.sources", "etc/apt/sources.list.d"), ("/etc/apt/apt.conf.d/99*", "etc/apt/apt.conf.d"),
                          ("/usr/share/keyrings/debian-*", "usr/share/keyrings"), ("/usr/local/share/ca-certificates/*", "usr/local/share/ca-certificates"),
                          ("/etc/npmrc", "etc"), (str(pathlib.Path.home() / ".npmrc"), "root")):
        for file in glob.glob(pattern):
            (base / into).mkdir(parents=True, exist_ok=True)
            shutil.copy(file, base / into)
    (cache / "ready").touch()
    return base


class Root:
    """A stage under way, or done: its files over those of what it is made from."""

    def __init__(self, work, name, lower):
        self.layers, self.path = [work / name / "upper", *lower], work / name / "root"
        for folder in (self.layers[0], work / name / "work", self.path):
            folder.mkdir(parents=True)
        run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={':'.join(map(str, lower))},upperdir={self.layers[0]},workdir={work / name / 'work'}", self.path)
        for file in ("resolv.conf", "hosts"):
            shutil.copy(f"/etc/{file}", self.path / "etc" / file)

    def command(self, arguments, environment, user="0:0", folder="/", mounts=(), read_only=False):
        """The command line of a process in it: alone in its process table, below its own mounts."""
        for _, target in mounts:  # an engine makes them where they are missing
            (self.path / str(target).lstrip("/")).mkdir(parents=True, exist_ok=True)
        script = ["set -e", f"cd {shlex.quote(str(self.path))}"]
        if read_only:
            script += ["mount --bind . .", f"cd {shlex.quote(str(self.path))}", "mount -o remount,bind,ro ."]
        script += ["mount --rbind /dev dev", "mount -t proc proc proc", "mount -t tmpfs tmpfs tmp", "chmod 1777 tmp"]
        script += [f"mount --bind {shlex.quote(str(source))} ./{shlex.quote(str(target).lstrip('/'))}" for source, target in mounts]
        uid, _, gid = user.partition(":")
        become = [] if uid == "0" else ["setpriv", "--reuid", uid, "--regid", gid, "--clear-groups", "--bounding-set", "-all", "--no-new-privs"]
        there = ["env", "-i", *(f"{name}={value}" for name, value in environment.items()), *become, "sh", "-c", 'cd "$0" && exec "$@"', folder, *arguments]
        script.append("exec chroot . " + shlex.join(there))
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--ipc", "--uts", "sh", "-c", "\n".join(script)]


class Builder:
    def __init__(self, work, context, base, arguments, say):
        self.work, self.context, self.base, self.arguments, self.say = work, context, base, arguments, say
        self.roots = {}

    def build(self, stage):
        lower = self.roots[stage.base].layers if stage.base in self.roots else [self.base]
        self.root, self.folder, self.environment = Root(self.work, stage.name, lower), "/", {"PATH": PATH, "HOME": "/root"}
        self.declared = {}
        self.roots[stage.name] = self.root
        for step in stage.steps:
            do = {"RUN": self.do_run, "COPY": self.do_copy, "ARG": self.do_arg, "ENV": self.do_env, "WORKDIR": self.do_workdir}.get(step.instruction)
            if do:
                self.say(f"{stage.name}: {step.instruction} {step.rest[:110]}")
                do(step.rest)
        return self.root

    def do_arg(self, rest):
        name, value = container_file.pair(rest)
        self.declared[name] = self.arguments.get(name, value)

    def do_env(self, rest):
        name, value = container_file.pair(rest)
        self.environment[name] = container_file.substituted(value, self.environment | self.declared)

    def do_workdir(self, rest):
        self.folder = rest
        (self.root.path / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)

    def do_copy(self, rest):
        source, target = rest.split(" ")
        into = self.root.path / target.lstrip("/")
        into.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.context / source, into, symlinks=True)

    def do_run(self, rest):
        mounts, command = container_file.mounts_of(rest)
        bound = []
        for mount in mounts:
            bound.append((self.roots[mount["from"]].path / mount["source"].lstrip("/"), mount["target"]))
        way = {name: os.environ[name] for name in WAY if name in os.environ}
        environment = self.environment | self.declared | way | {"DEBIAN_FRONTEND": "noninteractive"}
        run(*self.root.command(["/bin/sh", "-c", command], environment, folder=self.folder, mounts=bound))
        for _, target in bound:
            (self.root.path / target.lstrip("/")).rmdir()


class BareContainer:
    def __init__(self, image, process, how):
        self.image, self.process, self.how = image, process, how

    def healthy(self):
        """HEALTHCHECK's own command, beside it."""
        check = self.image.stage.last("HEALTHCHECK").partition(" CMD ")[2]
        return subprocess.run(self.image.line(["/bin/sh", "-c", check], **self.how), stdin=subprocess.DEVNULL, capture_output=True).returncode == 0

    def running(self):
        return self.process.poll() is None

    def stop(self):
        """STOPSIGNAL to the process that is number 1 in there; its exit status."""
        inside = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        os.kill(int(inside[0]), getattr(signal, self.image.stage.last("STOPSIGNAL")))
        return self.process.wait(60)


class BareImage:
    def __init__(self, stage, root):
        self.stage, self.root = stage, root
        self.environment = {"PATH": PATH, "HOME": "/"} | dict(container_file.pair(step.rest) for step in stage.all("ENV"))

    def line(self, arguments, volumes, environment):
        return self.root.command(arguments, self.environment | environment, self.stage.last("USER"), "/", volumes, read_only=True)

    def run(self, arguments, volumes=(), environment=None, entrypoint=None):
        entry = [entrypoint] if entrypoint else json.loads(self.stage.last("ENTRYPOINT"))
        return run(*self.line([*entry, *arguments], volumes, environment or {}))

    def start(self, log, volumes=(), environment=None):
        how = {"volumes": volumes, "environment": environment or {}}
        process = subprocess.Popen(self.line(self.stage.command(), **how), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        return BareContainer(self, process, how)
