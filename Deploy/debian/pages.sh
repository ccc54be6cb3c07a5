#!/usr/bin/env bash
# pages.sh BINARY MANUAL_FOLDER: whether each command of a binary has a man page that says the same of it, and no page is of none.
set -euo pipefail
"$1" --experimental-dump-help | python3 -c '
import json, pathlib, re, sys

folder, version = pathlib.Path(sys.argv[1]), sys.argv[2]
wanted = {}

def visit(command, parents):
    path = parents + [command["commandName"]]
    wanted[".".join(path) + ".1"] = command
    for child in command.get("subcommands", []):
        if child["commandName"] != "help":
            visit(child, path)

def plain(text):
    return re.sub(r"[^a-z]", "", text.lower())

visit(json.load(sys.stdin)["command"], [])
pages = {page.name: page.read_text() for page in folder.glob("*.1")}
faults = [f"{name}: there is no page" for name in wanted.keys() - pages.keys()]
faults += [f"{name}: there is no such command" for name in pages.keys() - wanted.keys() if not name.endswith(".help.1")]
for name in wanted.keys() & pages.keys():
    page = pages[name]
    if plain(wanted[name].get("abstract", "")) not in plain(page):
        faults.append(f"{name}: the page does not say what the command is")
    for argument in wanted[name].get("arguments", []):
        for option in argument.get("names", []):
            if option["kind"] == "long" and not re.search("Fl .*-" + option["name"] + r"\b", page):
                faults.append(f"{name}: nothing of --" + option["name"])
print("\n".join(sorted(faults)) or f"{len(wanted)} commands of {version}, each with its page")
sys.exit(bool(faults))
' "$2" "$("$1" --version)"
