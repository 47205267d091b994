"""man(7) from what the project has in other forms: values of program_help, Markdown's tables and code."""
import re


def plain(text):
    """Text as roff: no escape, no control line."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^(?=[.'])", r"\\&", text)


def marked(text):
    """A line of Markdown: code and stress become bold, links their words."""
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    parts = re.split(r"`([^`]+)`|\*\*([^*]+)\*\*", text)
    out = []
    for at in range(0, len(parts), 3):
        out.append(plain(parts[at]))
        strong = parts[at + 1] or parts[at + 2] if at + 2 < len(parts) else None
        if strong:
            out.append(f"\\fB{plain(strong)}\\fR")
    return re.sub(r"^(?=[.'])", r"\\&", "".join(out))


def entry(names, argument, text):
    left = ", ".join(f"\\fB{plain(name)}\\fR" for name in re.split(r",\s*", names))
    return f".TP\n{left}{' ' + plain(argument) if argument else ''}\n{plain(text) or 'As it is called.'}\n"


def options(command):
    return "".join(entry(each.names, each.argument, each.text) for each in [*command.operands, *command.options] if "--help" not in each.names)


def commands(program):
    """Each command that does something, under its whole name."""
    out = []
    for command in program.all():
        if command is program:
            continue
        out.append(f".SS \"{plain(' '.join(command.path))}\"\n{plain(command.about)}\n")
        if command.commands:
            out.append(".PP\nCommands: " + ", ".join(f"\\fB{plain(inner.path[-1])}\\fR" for inner in command.commands) + ".\n")
        out.append(options(command))
    return "".join(out)


def table(markdown, heading):
    """The first table under that heading, its first column a tag. Its head's own row is left out."""
    under = markdown.split(f"\n## {heading}\n", 1)[1]
    rows = re.search(r"(?m)^\|.*\n(?:\|.*\n)+", under).group(0).splitlines()[2:]
    out = []
    for row in rows:
        key, what = (cell.strip() for cell in row.strip().strip("|").split(" | ", 1))
        out.append(f".TP\n{marked(key)}\n{marked(what)}\n")
    return "".join(out)


def code(markdown, heading):
    """The first fenced block under that heading."""
    under = markdown.split(f"\n## {heading}\n", 1)[1]
    block = re.search(r"(?ms)^```\w*\n(.*?)^```", under).group(1)
    return verbatim(block)


def verbatim(text):
    return ".PP\n.nf\n.RS 4\n" + plain(text.rstrip("\n")) + "\n.RE\n.fi\n"
