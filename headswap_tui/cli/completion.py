"""`completion`: scripts that make shells complete commands, flags, ids and tags."""

from __future__ import annotations

import argparse
from typing import Final

from headswap_tui.cli import exit_codes
from headswap_tui.cli.context import Context

EPILOG: Final = """\
bash   echo 'eval "$(headswap-tui completion bash)"' >> ~/.bashrc
zsh    echo 'eval "$(headswap-tui completion zsh)"' >> ~/.zshrc   # after compinit
fish   headswap-tui completion fish | source       in ~/.config/fish/config.fish
"""
SCRIPTS: Final = {
    "bash": """\
_headswap_tui() {
    local IFS=$'\\n'
    COMPREPLY=($(headswap-tui __complete bash "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _headswap_tui headswap-tui
""",
    "zsh": """\
_headswap_tui() {
    local line
    local -a found shown
    for line in "${(@f)$(headswap-tui __complete zsh "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        [[ -n $line ]] || continue
        found+=("${line%%$'\\t'*}")
        shown+=("${line/$'\\t'/  }")
    done
    if (( $#found )); then
        compadd -l -d shown -a found
    else
        _files
    fi
}
compdef _headswap_tui headswap-tui
""",
    "fish": """\
function __headswap_tui_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found (headswap-tui __complete fish $words[2..-1] 2>/dev/null)
    if set -q found[1]
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c headswap-tui -f -a '(__headswap_tui_complete)'
""",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `completion` takes."""
    parser.description = "Print a script that makes the shell complete commands, flags, and the ids and tags you track."
    parser.epilog = EPILOG
    parser.add_argument("shell", choices=list(SCRIPTS), metavar="bash|zsh|fish")


def run(args: argparse.Namespace, context: Context) -> int:
    """Print it; returns the exit status."""
    context.output.document(SCRIPTS[args.shell])
    return exit_codes.DONE
