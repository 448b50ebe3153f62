"""The reference model, as it lies in the tree."""

from benchmarks.subjects.registry import ROOT, model

from bereket import Model, RouteParams, read_model

CASPIAN = ROOT / "models" / "caspian"
QUESTION = RouteParams("XIAN", "TEH", "containers_general")


@model("caspian")
def caspian() -> Model:
    """Return 228 places."""
    return read_model(CASPIAN)
