#!/usr/bin/env python3
"""Prints the bill of materials of built programs, as CycloneDX 1.5 (https://cyclonedx.org) in JSON.

    deploy/sbom.py PROGRAM... > cordboard.cdx.json      (./dev sbom does it for the release build)

It has every Debian package of which a shared library is linked, directly or by another library, and every
package of headers that is compiled in (the -dev packages of cmake/packages.txt). Same machine, same output.
Ends with 1 when a library belongs to no package.
"""

import json
import pathlib
import re
import subprocess
import sys

NOT_SHIPPED = {"libgtest-dev", "libgmock-dev", "libbenchmark-dev"}  # of tests and benchmarks only
ROOT = pathlib.Path(__file__).resolve().parent.parent


def output(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def linked_libraries(program):
    """The files that the loader would map, beside the program and the kernel's own vdso."""
    return {str(pathlib.Path(path).resolve()) for path in re.findall(r"(?:=> )?(/\S+) \(0x", output("ldd", program))}


def packages_of(paths):
    """Of the files; dpkg is asked once, since it reads the lists of all packages for an answer."""
    # It knows the path of before or after /lib became a link to /usr/lib.
    known = {name: path for path in paths for name in (path, path.removeprefix("/usr"))}
    found = subprocess.run(["dpkg", "-S", *known], capture_output=True, text=True).stdout
    packages = {known[name]: package for package, name in re.findall(r"^([^:, ]+).*: (/.*)$", found, re.MULTILINE)}
    if unknown := paths - packages.keys():
        sys.exit(f"sbom: of no Debian package: {', '.join(sorted(unknown))}")
    return set(packages.values())


def packages_of_headers():
    lines = (ROOT / "cmake/packages.txt").read_text().splitlines()
    words = [line.split("#")[0].split() for line in lines]
    return {word[1] for word in words if len(word) > 1 and word[0] == "build" and word[1].endswith("-dev")} - NOT_SHIPPED


def licenses_of(package):
    """The short names in Debian's machine-readable copyright file; nothing when it is not machine-readable."""
    path = pathlib.Path("/usr/share/doc") / package / "copyright"
    text = path.read_text(errors="replace") if path.exists() else ""
    if "copyright-format/1.0" not in text:
        return []
    names = re.findall(r"^License:[ \t]*(\S.*)$", text, re.MULTILINE)
    return [{"license": {"name": name}} for name in sorted({name.strip() for name in names})]


def component(package):
    version, source, architecture = output(
        "dpkg-query", "-W", "-f", "${Version}|${source:Package}|${Architecture}\n", package).splitlines()[0].split("|")
    found = {
        "type": "library",
        "bom-ref": f"{package}@{version}",
        "supplier": {"name": "Debian"},
        "name": package,
        "version": version,
        "purl": f"pkg:deb/debian/{package}@{version}?arch={architecture}&distro=debian-12",
        "properties": [{"name": "debian:source", "value": source}],
    }
    licenses = licenses_of(package)
    if licenses:
        found["licenses"] = licenses
    return found


def project_version():
    return re.search(r"project\(cordboard VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text()).group(1)


def bill(programs):
    libraries = set().union(*(linked_libraries(program) for program in programs))
    packages = packages_of(libraries) | packages_of_headers()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "cordboard", "version": project_version()}},
        "components": [component(package) for package in sorted(packages)],
    }


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    print(json.dumps(bill(sys.argv[1:]), indent=2))
