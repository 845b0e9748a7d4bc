"""Loads documents that `annexa oscal` wrote with compliance-trestle (PyPI), and writes them out again.

    python tests/oscal/load.py FILE…

Ends with 0 and a notice where compliance-trestle is not installed.
"""

import json
import pathlib
import sys

try:
    from trestle.oscal.assessment_results import AssessmentResults
    from trestle.oscal.catalog import Catalog
    from trestle.oscal.component import ComponentDefinition
    from trestle.oscal.poam import PlanOfActionAndMilestones
    from trestle.oscal.profile import Profile
except ImportError:
    print("skipped: `pip install compliance-trestle` first")
    sys.exit(0)

MODELS = {
    "assessment-results": AssessmentResults,
    "catalog": Catalog,
    "component-definition": ComponentDefinition,
    "plan-of-action-and-milestones": PlanOfActionAndMilestones,
    "profile": Profile,
}

for name in sys.argv[1:]:
    path = pathlib.Path(name).resolve()
    document = json.loads(path.read_text(encoding="utf-8"))
    (kind,) = document
    loaded = MODELS[kind].oscal_read(path)
    again = json.loads(loaded.oscal_serialize_json())
    if again[kind].keys() != document[kind].keys():
        sys.exit(f"{name}: something was lost in {kind}")
    print(f"{name}: {kind} {loaded.uuid}")
