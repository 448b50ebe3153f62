"""Files, functions and classes stay small enough to be read in one go."""

import ast

FILE_LINES = 400
FUNCTION_LINES = 60
CLASS_LINES = 150
CLASS_METHODS = 12
LOOP_MARK = "# house: one loop"  # a solver's loop reads better in one piece

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(root):
    files = sorted((root / "src").rglob("*.py"))
    assert files, "there is no source to measure"
    for path in files:
        yield path.relative_to(root), path.read_text(encoding="utf-8")


def definitions(root, kind):
    for path, text in sources(root):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, kind):
                yield f"{path}:{node.lineno} {node.name}", node, text.splitlines()


def length(node):
    """Count the lines of a definition, its docstring apart."""
    lines = node.end_lineno - node.lineno + 1
    if ast.get_docstring(node, clean=False) is not None:
        docstring = node.body[0]
        lines -= docstring.end_lineno - docstring.lineno + 1
    return lines


def test_no_file_is_over_400_lines(root):
    long = {
        str(path): text.count("\n")
        for path, text in sources(root)
        if text.count("\n") > FILE_LINES
    }
    assert not long


def test_no_function_is_over_60_lines_unless_it_is_one_loop(root):
    long = {
        name: length(node)
        for name, node, lines in definitions(root, Function)
        if length(node) > FUNCTION_LINES
        and not any(
            LOOP_MARK in row for row in lines[node.lineno - 1 : node.end_lineno]
        )
    }
    assert not long


def test_no_class_is_over_150_lines_or_12_public_methods(root):
    large = {}
    for name, node, _ in definitions(root, ast.ClassDef):
        methods = [
            member
            for member in node.body
            if isinstance(member, Function) and not member.name.startswith("_")
        ]
        if length(node) > CLASS_LINES or len(methods) > CLASS_METHODS:
            large[name] = (length(node), len(methods))
    assert not large


def test_no_module_is_a_drawer_for_odds_and_ends(root):
    drawers = {"utils", "helpers", "common", "core", "manager", "base"}
    assert not [path for path, _ in sources(root) if path.stem in drawers]
