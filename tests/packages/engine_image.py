"""The Containerfile by podman or docker, behind what bare_image offers. Everything is at the host's network, so both are called alike."""
import json
import shutil
import subprocess
import time
import uuid

from bare_image import run


def engine():
    """The engine that works here, or none: a client without its daemon is none."""
    return next((name for name in ("podman", "docker") if shutil.which(name) and subprocess.run([name, "info"], capture_output=True).returncode == 0), None)


class EngineContainer:
    def __init__(self, name, command):
        self.name, self.command = name, command

    def healthy(self):
        check = json.loads(run(self.name, "inspect", "--format", "{{json .Config.Healthcheck.Test}}", self.command))
        return subprocess.run([self.name, "exec", self.command, "/bin/sh", "-c", check[1]], capture_output=True).returncode == 0

    def running(self):
        return run(self.name, "inspect", "--format", "{{.State.Running}}", self.command).strip() == "true"

    def stop(self):
        run(self.name, "stop", "-t", "60", self.command)
        for _ in range(100):
            if not self.running():
                break
            time.sleep(0.1)
        return int(run(self.name, "inspect", "--format", "{{.State.ExitCode}}", self.command))


class EngineImage:
    def __init__(self, name, context, stage, arguments, made):
        # made: folders in place of stages
        self.name, self.image, self.containers = name, f"inkan-test-{stage.name}", []
        kept = ["--format", "docker"] if name == "podman" else []  # OCI's own format has no health check
        options = [option for pair in arguments.items() for option in ("--build-arg", "=".join(pair))]
        options += [option for other, folder in made.items() for option in ("--build-context", f"{other}={folder}")]
        run(name, "build", *kept, *options, "--file", context / "packaging/oci/Containerfile", "--target", stage.name, "--tag", self.image, context)

    def options(self, volumes, environment):
        return ["--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--network", "host", "--tmpfs", "/tmp",
                *(option for source, target in volumes for option in ("--volume", f"{source}:{target}")),
                *(option for pair in (environment or {}).items() for option in ("--env", "=".join(pair)))]

    def run(self, arguments, volumes=(), environment=None, entrypoint=None):
        entry = ["--entrypoint", entrypoint] if entrypoint else []
        return run(self.name, "run", "--rm", *self.options(volumes, environment), *entry, self.image, *arguments)

    def start(self, log, volumes=(), environment=None):
        container = f"inkan-test-{uuid.uuid4().hex[:8]}"
        run(self.name, "run", "--detach", "--name", container, *self.options(volumes, environment), self.image)
        subprocess.Popen([self.name, "logs", "--follow", container], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self.containers.append(container)
        return EngineContainer(self.name, container)

    def remove(self):
        for container in self.containers:
            subprocess.run([self.name, "rm", "--force", container], capture_output=True)
        subprocess.run([self.name, "rmi", self.image], capture_output=True)
