"""Completion for bash and zsh, out of what --help says."""

BASH = """# bash completion for {name}, made from its --help by packaging/man/manual.
_{function}() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} at={name} words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at ${{COMP_WORDS[i]}}" in
      {paths}) at="$at ${{COMP_WORDS[i]}}" ;;
    esac
  done
  # The value of an option: a file's name, for what bash knows.
  case "$prev" in
    {valued}) COMPREPLY=(); return ;;
  esac
  case "$at" in
{choices}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}}
complete -o default -F _{function} {name}
"""
ZSH = """#compdef {name}
# zsh completion for {name}, made from its --help by packaging/man/manual.
local at={name} i
local -a choices
for ((i = 2; i < CURRENT; i++)); do
  case "$at ${{words[i]}}" in
    ({paths}) at="$at ${{words[i]}}" ;;
  esac
done
case "${{words[CURRENT-1]}}" in
  ({valued}) _files; return ;;
esac
case "$at" in
{choices}
esac
if [[ ${{words[CURRENT]}} == */* ]]; then _files; else compadd -- $choices; fi
"""


def words_of(command, program):
    common = [option for each in program.options for option in each.options()]
    own = [option for each in command.options for option in each.options()]
    return sorted({inner.path[-1] for inner in command.commands}) + sorted({*own, *common}, key=lambda option: option.lstrip("-"))


def fill(template, program, choice):
    name = program.path[0]
    valued = sorted({option for command in program.all() for each in command.options if each.wants_value() for option in each.options()})
    paths = [" ".join(command.path) for command in program.all() if command is not program]
    choices = [choice.format(path=" ".join(command.path), words=" ".join(words_of(command, program))) for command in program.all()]
    return template.format(name=name, function=name.replace("-", "_"), paths=" | ".join(f"'{path}'" for path in paths), valued=" | ".join(valued),
                           choices="\n".join(choices))


def bash(program):
    return fill(BASH, program, "    '{path}') words='{words}' ;;")


def zsh(program):
    return fill(ZSH, program, "  ('{path}') choices=({words}) ;;")
