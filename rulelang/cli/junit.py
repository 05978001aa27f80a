"""The results of examples in the form of JUnit, which build servers show."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from rulelang.analysis.examples import ExampleRun
from rulelang.diagnostics.drawing import plain


def junit(suites: Iterable[tuple[str, Iterable[ExampleRun]]]) -> str:
    """Return a document with a suite for each ruleset, by name, and a case for each of its examples."""
    root = ET.Element("testsuites", name="rulelang")
    tests = failures = 0
    for name, runs in suites:
        listed = list(runs)
        failing = sum(not run.passes for run in listed)
        suite = ET.SubElement(root, "testsuite", name=_text(name), tests=str(len(listed)))
        suite.attrib.update(failures=str(failing), errors="0", skipped="0")
        for run in listed:
            _case(suite, name, run)
        tests, failures = tests + len(listed), failures + failing
    root.attrib.update(tests=str(tests), failures=str(failures), errors="0")
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _case(suite: ET.Element, ruleset: str, run: ExampleRun) -> None:
    case = ET.SubElement(suite, "testcase", name=_text(run.example.title), classname=_text(ruleset))
    if run.example.span is not None:
        case.attrib.update(file=_text(run.example.span.source.name), line=str(run.example.span.line))
    failing = [finding for finding in run.findings if not finding.as_expected]
    if failing:
        lines = [f"expected: {finding.expected}\nfound: {finding.found}" for finding in failing]
        ET.SubElement(case, "failure", message=_text(lines[0]), type="expectation").text = _text("\n".join(lines))


def _text(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return "\n".join(plain(line) for line in text.split("\n"))
