#!/usr/bin/env python3
"""The CP/CPS template in packaging/doc, in both languages, held against RFC 3647's outline, against each other, and against what it names.

  cps.py ROOT

Under each heading stand what the software does, what the operator must say [in brackets], and last what stands behind it: "Behind it: config
`crl.shards`; leaf `crl.issue`." A name may be followed by its value: `crl.refresh_hours = 24`."""
import dataclasses
import pathlib
import re
import sys

from cps_names import Names

HEADING = re.compile(r"(#{2,4}) (\d+(?:\.\d+)*)\.? (\S.*)")
PART = re.compile(r"(\S+) (`[^`]+`(?:(?:, |、)`[^`]+`)*)")


@dataclasses.dataclass(frozen=True)
class Language:
    name: str
    file: str
    label: str
    end: str
    kinds: dict
    title: re.Pattern


ENGLISH = Language("en", "packaging/doc/cps.md", "Behind it: ", ".",
                   {kind: kind for kind in ("config", "profile", "pack", "rule", "check", "leaf", "route", "command", "metric", "role")}, re.compile(r"[A-Z]"))
JAPANESE = Language("ja", "packaging/doc/cps.ja.md", "裏付け：", "。",
                    {"設定": "config", "プロファイル": "profile", "ポリシーパック": "pack", "規則": "rule", "検査": "check", "監査ログ": "leaf", "API": "route",
                     "コマンド": "command", "メトリクス": "metric", "役割": "role"}, re.compile(r"[ぁ-んァ-ヶ一-龠]"))


@dataclasses.dataclass
class Section:
    number: str
    title: str
    hashes: int
    paragraphs: list
    behind: list = dataclasses.field(default_factory=list)  # (kind, item)

    def prompts(self):
        return [each for each in self.paragraphs if each.startswith("[")]


def parse(text, language, faults):
    """The numbered sections of a document; whatever stands before the first is for its reader alone."""
    sections = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        first, *rest = paragraph.split("\n")
        if first.startswith("##"):
            heading = HEADING.fullmatch(first)
            if not heading:
                faults.append(f"{language.file}: \"{first}\" is no heading of the form \"### 1.1 Title\"")
                continue
            sections.append(Section(heading[2], heading[3], len(heading[1]), []))
            paragraph = "\n".join(rest)
        if sections and paragraph:
            sections[-1].paragraphs.append(paragraph)
    for section in sections:
        read_behind(section, language, faults)
        for prompt in section.prompts():
            if not prompt.endswith("]") or prompt.count("[") != prompt.count("]"):
                faults.append(f"{language.file}: {section.number}: a bracket is not closed at the end of its paragraph")
    return sections


def read_behind(section, language, faults):
    where = f"{language.file}: {section.number}"
    at = [i for i, each in enumerate(section.paragraphs) if each.startswith(language.label.strip())]
    if not at:
        return
    if at != [len(section.paragraphs) - 1]:
        faults.append(f"{where}: \"{language.label.strip()}\" must stand once, and last")
        return
    line = section.paragraphs.pop().replace("\n", " ")
    if not line.startswith(language.label) or not line.endswith(language.end):
        faults.append(f"{where}: must be \"{language.label}…{language.end}\"")
    for part in line.removeprefix(language.label).removesuffix(language.end).split("; "):
        match = PART.fullmatch(part)
        if not match or match[1] not in language.kinds:
            faults.append(f"{where}: \"{part}\" is not a kind ({', '.join(language.kinds)}) and what it names in backticks")
            continue
        section.behind += [(language.kinds[match[1]], item) for item in re.findall(r"`([^`]+)`", match[2])]
    if len(set(section.behind)) != len(section.behind):
        faults.append(f"{where}: names something twice")


def hold_outline(sections, language, outline, faults):
    """Every heading of RFC 3647 §6 once, in its order; in English by its words too."""
    found, wanted = [section.number for section in sections], [number for number, _ in outline]
    faults += [f"{language.file}: {number} is missing" for number in wanted if number not in found]
    faults += [f"{language.file}: {number} is no heading of RFC 3647" for number in found if number not in wanted]
    faults += [f"{language.file}: {number} stands there more than once" for number in sorted(set(found)) if found.count(number) > 1]
    if sorted(found) == sorted(wanted) and found != wanted:
        wrong = next(here for here, there in zip(found, wanted) if here != there)
        faults.append(f"{language.file}: {wrong} is out of order")
    titles = dict(outline)
    for section in sections:
        if section.hashes != min(section.number.count(".") + 2, 4):
            faults.append(f"{language.file}: {section.number}: has {section.hashes} #")
        if language is ENGLISH and section.title != titles.get(section.number, section.title):
            faults.append(f"{language.file}: {section.number}: is \"{section.title}\", in the RFC \"{titles[section.number]}\"")
        if not language.title.search(section.title):
            faults.append(f"{language.file}: {section.number}: \"{section.title}\" is not in the document's language")
        has_inner = any(number.startswith(section.number + ".") for number in wanted)
        if not section.paragraphs and not has_inner:
            faults.append(f"{language.file}: {section.number}: says nothing, not even what the operator must say")


def hold_names(sections, language, names, faults):
    for section in sections:
        for kind, item in section.behind:
            if why := names.fault(kind, item):
                faults.append(f"{language.file}: {section.number}: {kind} `{item}`: {why}")
    events = {item for section in sections if section.number == "5.4.1" for kind, item in section.behind if kind == "leaf"}
    faults += [f"{language.file}: 5.4.1 does not name leaf `{leaf}`, which there is: add it" for leaf in sorted(names.known["leaf"] - events)]


def hold_together(english, japanese, faults):
    theirs = {section.number: section for section in japanese}
    for ours in english:
        other = theirs.get(ours.number)
        if not other:
            continue  # told by hold_outline
        if ours.behind != other.behind:
            apart = sorted({item for _, item in set(ours.behind) ^ set(other.behind)})
            faults.append(f"{ours.number}: English and Japanese do not name the same: {', '.join(apart) or 'another order'}")
        if len(ours.prompts()) != len(other.prompts()) or len(ours.paragraphs) != len(other.paragraphs):
            faults.append(f"{ours.number}: English and Japanese are not of the same paragraphs")


def read_outline(root):
    lines = (root / "tests/architecture/rfc3647_outline.txt").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split(" ", 1)) for line in lines]


def judge(texts, outline, names):
    """Faults of the documents, by language: {"en": text, "ja": text}."""
    faults, parsed = [], {}
    for language in (ENGLISH, JAPANESE):
        parsed[language.name] = sections = parse(texts[language.name], language, faults)
        hold_outline(sections, language, outline, faults)
        hold_names(sections, language, names, faults)
    hold_together(parsed["en"], parsed["ja"], faults)
    return faults


def read(root):
    return {language.name: (root / language.file).read_text(encoding="utf-8") for language in (ENGLISH, JAPANESE)}


def main():
    root = pathlib.Path(sys.argv[1])
    faults = judge(read(root), read_outline(root), Names(root))
    for fault in faults:
        print(f"cps: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
