#!/usr/bin/env python3
"""packaging/oci/Containerfile, read: its stages for tests/packages/oci, and by itself what can be judged without building anything.

    container_file.py ROOT     ROOT: the packages' files, unpacked"""
import dataclasses
import json
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
FILE = TOP / "packaging" / "oci" / "Containerfile"
KNOWN = {"ARG", "FROM", "RUN", "COPY", "WORKDIR", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "ENV", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


@dataclasses.dataclass
class Step:
    line: int
    instruction: str
    rest: str


@dataclasses.dataclass
class Stage:
    name: str
    base: str  # an image, or the name of an earlier stage
    steps: list

    def last(self, instruction):
        return next((step.rest for step in reversed(self.steps) if step.instruction == instruction), None)

    def all(self, instruction):
        return [step for step in self.steps if step.instruction == instruction]

    def command(self):
        return json.loads(self.last("ENTRYPOINT")) + json.loads(self.last("CMD") or "[]")


def steps_of(text):
    """Comments leave, also from between lines that continue; a backslash at the end continues a line."""
    joined, begun = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("#") or (not joined and not line.strip()):
            continue
        begun = begun or number
        if line.endswith("\\"):
            joined += line[:-1]
            continue
        instruction, _, rest = (joined + line).strip().partition(" ")
        if instruction not in KNOWN:
            raise SystemExit(f"{FILE.name}:{begun}: {instruction} is not known here")
        yield Step(begun, instruction, re.sub(r"\s+", " ", rest).strip())
        joined, begun = "", 0


def substituted(text, values):
    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda found: values.get(found[1] or found[2], ""), text)


def pair(rest):
    name, _, value = rest.partition("=")
    return name, value.strip('"')


def read(text=None):
    """Its stages in order; what ARG says before the first FROM is good in FROM."""
    outside, stages = {}, []
    for step in steps_of(text or FILE.read_text(encoding="utf-8")):
        if step.instruction == "FROM":
            base, _, name = substituted(step.rest, outside).partition(" AS ")
            stages.append(Stage(name, base, []))
        elif stages:
            stages[-1].steps.append(step)
        elif step.instruction == "ARG":
            name, value = pair(step.rest)
            outside[name] = value
        else:
            raise SystemExit(f"{FILE.name}:{step.line}: {step.instruction} before FROM")
    return stages


def mounts_of(rest):
    """The --mount options of a RUN as dictionaries, and what is left: the command."""
    mounts = []
    while rest.startswith("--mount="):
        option, _, rest = rest.partition(" ")
        mounts.append(dict(each.split("=", 1) for each in option.removeprefix("--mount=").split(",")))
    return mounts, rest


def judge_command(step, own_packages):
    """What hadolint would say of a RUN, and whether apt knows what it is to install."""
    command = mounts_of(step.rest)[1]
    if subprocess.run(["sh", "-n", "-c", command], capture_output=True).returncode != 0:
        yield f"line {step.line}: the shell does not read it"
    if re.search(r"(?<!\|)\|(?!\|)", command):
        yield f"line {step.line}: of a pipe only the last part's failure would count"
    for words in re.findall(r"apt-get install ([^&|;]+)", command):
        if "apt-get update &&" not in command:
            yield f"line {step.line}: apt-get install without an update in the same step"
        for option in ("-y", "--no-install-recommends"):
            if option not in words.split():
                yield f"line {step.line}: apt-get install without {option}"
        for name in words.split():
            own = re.fullmatch(r"/packages/(.+)_\*\.deb", name)
            if name.startswith(("-", "$")):
                continue
            if own and own[1] not in own_packages or not own and not known_to_apt(name):
                yield f"line {step.line}: there is no package {name}"


# Without lists (nobody ran apt-get update) apt knows what is installed, and nothing else.
LISTS = any(pathlib.Path("/var/lib/apt/lists").glob("*_Packages*"))


def known_to_apt(name):
    return not LISTS or subprocess.run(["apt-cache", "show", name], capture_output=True).returncode == 0


def judge_runtime(stage, root):
    """A stage that is run: as who, by what, and that this is what the package's unit does."""
    unit = (TOP / "packaging" / "systemd" / f"{stage.name}.service").read_text(encoding="utf-8")
    if " ".join(stage.command()) != re.search(r"^ExecStart=(.+)$", unit, re.MULTILINE)[1]:
        yield f"{stage.name}: {stage.command()} is not its unit's ExecStart"
    if not (root / stage.command()[0].lstrip("/")).is_file():
        yield f"{stage.name}: no package has {stage.command()[0]}"
    user = re.fullmatch(r"(\d+):(\d+)", stage.last("USER") or "")
    made = " ".join(step.rest for step in stage.all("RUN"))
    sysusers = (root / "usr/lib/sysusers.d" / f"{stage.name}.conf").read_text(encoding="utf-8")
    name, home, shell = re.search(r'^u\s+(\S+)\s+-\s+".*"\s+(\S+)\s+(\S+)$', sysusers, re.MULTILINE).groups()
    if not user or 0 in map(int, user.groups()):
        yield f"{stage.name}: USER {stage.last('USER')} is not two numbers, none of them root's"
    elif f"groupadd --system --gid {user[2]} {name} " not in made or not re.search(
            rf"useradd --system --uid {user[1]} --gid {user[2]} --home-dir {home} --no-create-home --shell {shell} {name}$|"
            rf"useradd --system --uid {user[1]} --gid {user[2]} --home-dir {home} --no-create-home --shell {shell} {name} ", made):
        yield f"{stage.name}: its user is not made as sysusers.d/{stage.name}.conf says: {name}, {home}, {shell}"
    if any(step.instruction == "RUN" for step in stage.steps[stage.steps.index(stage.all("USER")[0]):]):
        yield f"{stage.name}: a RUN behind USER"
    if "rm -rf /var/lib/apt/lists/*" not in made:
        yield f"{stage.name}: apt's lists stay in the image"
    for instruction, wanted in (("STOPSIGNAL", "SIGTERM"), ("HEALTHCHECK", None), ("VOLUME", None), ("EXPOSE", None)):
        if (stage.last(instruction) or "") == "" or wanted not in (None, stage.last(instruction)):
            yield f"{stage.name}: {instruction} {stage.last(instruction)}"
    tmpfiles = (root / "usr/lib/tmpfiles.d" / f"{stage.name}.conf").read_text(encoding="utf-8")
    for folder in json.loads(stage.last("VOLUME") or "[]"):
        if not re.search(rf"^d {folder} ", tmpfiles, re.MULTILINE):
            yield f"{stage.name}: the package makes no {folder}"


def judge_places(stages):
    """Each COPY and mount takes from somewhere."""
    seen = []
    for stage in stages:
        if not stage.name:
            yield f"a stage without a name, from {stage.base}"
        if stage.base not in seen and not re.fullmatch(r"\S+/debian:bookworm-slim", stage.base):
            yield f"{stage.name}: from {stage.base}: neither Debian 12 nor a stage before it"
        for step in stage.all("COPY"):
            source = step.rest.split(" ")[0]
            if source.startswith("--") or not (TOP / source).exists():
                yield f"line {step.line}: COPY of {source}, which is not in the tree"
        for step in stage.all("RUN"):
            for mount in mounts_of(step.rest)[0]:
                if mount.get("type") != "bind" or mount.get("from") not in seen:
                    yield f"line {step.line}: a mount from {mount.get('from')}, no stage before it"
            for script in re.findall(r"(?:^| )\./(\S+)", step.rest):
                if not (TOP / script).is_file():
                    yield f"line {step.line}: there is no {script}"
        seen.append(stage.name)


def runtime(stages):
    return [stage for stage in stages if stage.last("ENTRYPOINT")]


def judge(stages, root):
    control = (TOP / "packaging" / "debian" / "control").read_text(encoding="utf-8")
    own = set(re.findall(r"^Package: (\S+)$", control, re.MULTILINE))
    found = list(judge_places(stages))
    if {stage.name for stage in runtime(stages)} != {"inkand", "inkan-portal"}:
        found.append("the images are not inkand and inkan-portal")
    for stage in stages:
        found += [fault for step in stage.all("RUN") for fault in judge_command(step, own)]
    for stage in runtime(stages):
        found += judge_runtime(stage, root)
    return found


# Each has to be found in the file as it is, and its change has to be told: a judge that finds nothing judges nothing.
MISTAKES = [("USER 970:970", "USER 0:0"), ("--no-install-recommends systemd", "systemd"), ("/packages/inkand_*", "/packages/inkan-d_*"),
            (" curl ", " curll "), ("./packaging/deb ", "./packaging/debs "), ("COPY .git ", "COPY .gitt "), ("from=packages", "from=package"),
            ("STOPSIGNAL SIGTERM", "STOPSIGNAL SIGKILL"), ('"/usr/sbin/inkand"', '"/usr/bin/inkand"'), ("--uid 970", "--uid 969"),
            ("/var/lib/inkan\", ", "/var/lib/inkand\", "), ("&& rm -rf", "| rm -rf")]


def main(root):
    text = FILE.read_text(encoding="utf-8")
    found = judge(read(text), root)
    if not LISTS:
        print("names of Debian's packages: not judged, apt has no lists")
    for right, wrong in MISTAKES:
        if not LISTS and wrong == " curll ":
            continue
        if right not in text or not judge(read(text.replace(right, wrong)), root):
            found.append(f"not noticed: {wrong} for {right}")
    for fault in found:
        print(f"{FILE.relative_to(TOP)}: {fault}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
