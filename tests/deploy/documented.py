#!/usr/bin/env python3
"""documented.py DOCUMENT SHELL...: runs the commands of a document, in order, in one shell that SHELL starts, and
compares what they print with what the document says.

A command is a line that begins with `$ ` in a block that begins with ```console; it goes on after a \\ at the end, and up
to the END of a here-document. What follows up to the next command is its output: numbers but 0 may be others,
columns wider, and a line `...` stands for any lines. A command with no output below it may print what it likes. Every command
has to end with 0, unless the last line of its output is `(exit N)`. Ends with 1 at the first command that does
something else."""

import re
import subprocess
import sys

MARK = "documented-command-ended"


def steps_of(text):
    """[(command, [line of output])], in order."""
    steps = []
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for said in re.findall(r"^\$ (.*\n(?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            command = re.match(r".*<<'END'\n(?:.*\n)*?END\n|(?:.*\\\n)*.*\n", said).group()
            steps.append((command.rstrip("\n"), said[len(command):].splitlines()))
    return steps


def with_any_numbers(line):
    return re.sub(r" +", " ", re.sub(r"\d+(\.\d+)?", lambda n: n[0] if n[0] == "0" else "N", line.rstrip()))


def matches(said, expected):
    """Whether the lines are those, with `...` for any number of lines."""
    pattern = "".join("(?:.*\n)*" if line == "..." else re.escape(with_any_numbers(line) + "\n") for line in expected)
    return re.fullmatch(pattern, "".join(with_any_numbers(line) + "\n" for line in said)) is not None


def run(shell, command):
    shell.stdin.write(f"{{ {command}\n}} </dev/null\nprintf '\\n{MARK} %s\\n' $?\n")
    shell.stdin.flush()
    said = []
    for line in shell.stdout:
        if line.startswith(MARK):
            return said[:-1] if said[-1:] == [""] else said, int(line.split()[1])
        said.append(line.rstrip("\n"))
    sys.exit("\n".join([*said, f"the shell ended in: {command}"]))


def main():
    steps = steps_of(open(sys.argv[1], encoding="utf-8").read())
    if not steps:
        sys.exit(f"{sys.argv[1]} has no commands")
    pipe = subprocess.PIPE
    shell = subprocess.Popen(sys.argv[2:], stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True)
    for command, expected in steps:
        print(f"$ {command}", flush=True)
        said, code = run(shell, command)
        print("\n".join(said))
        expected_code = 0
        if expected and (exit_line := re.fullmatch(r"\(exit (\d+)\)", expected[-1])):
            expected_code = int(exit_line.group(1))
            expected = expected[:-1]
        if code != expected_code:
            sys.exit(f"it ended with {code}, not {expected_code}: {command}")
        if expected and not matches(said, expected):
            sys.exit("the document says otherwise:\n" + "\n".join(expected))
    shell.stdin.close()
    print(f"{len(steps)} commands of {sys.argv[1]} do what it says")


if __name__ == "__main__":
    main()
