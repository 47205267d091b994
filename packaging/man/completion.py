"""Completion for bash, out of what --help says."""

HEAD = """# bash completion for {name}, made from its --help by packaging/man/manual.
_{function}() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} path={name} words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path ${{COMP_WORDS[i]}}" in
      {paths}) path="$path ${{COMP_WORDS[i]}}" ;;
    esac
  done
  # The value of an option: a file's name, for what bash knows.
  case "$prev" in
    {valued}) COMPREPLY=(); return ;;
  esac
  case "$path" in
"""
TAIL = """  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}}
complete -o default -F _{function} {name}
"""


def bash(program):
    name = program.path[0]
    common = [option for each in program.options for option in each.options()]
    valued = sorted({option for command in program.all() for each in command.options if each.wants_value() for option in each.options()})
    paths = [" ".join(command.path) for command in program.all() if command is not program]
    out = [HEAD.format(name=name, function=name.replace("-", "_"), paths=" | ".join(f"'{path}'" for path in paths) or "''",
                       valued=" | ".join(valued))]
    for command in program.all():
        own = [option for each in command.options for option in each.options()]
        words = sorted({inner.path[-1] for inner in command.commands}) + sorted({*own, *common}, key=lambda option: option.lstrip("-"))
        out.append(f"    '{' '.join(command.path)}') words='{' '.join(words)}' ;;\n")
    out.append(TAIL.format(name=name, function=name.replace("-", "_")))
    return "".join(out)
