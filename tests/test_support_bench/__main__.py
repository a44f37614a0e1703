"""``python -m test_support_bench``: started by ``./setup/bench``, which makes the databases."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from .figures import Figure, table

#: in this order; those of SCALE work in the big database
SCENES = ("tickets", "calendar", "clock", "sweep", "recompute", "reports")
SCALE = {"sweep", "recompute"}
HELP = """\
What the engine costs beside the plain helpdesk and the peer addon helpdesk_mgmt_sla, in one run.

  ./setup/bench                 everything, some ten minutes
  ./setup/bench --quick         smaller sizes, a minute or two: its figures are no verdict on a big desk
  ./setup/bench --only sweep    one scene: tickets, calendar, clock, sweep, recompute, reports

What is compared takes turns in one process, figures are medians; so a busy machine makes the times longer and leaves
the ratios. The exit status is 1 when a figure that E-10, E-2.5 or R-11 allows is missed.
"""


def _child(scene: str, quick: bool, answer: Path) -> None:
    """One scene in a process of its own: its memory is its own."""
    from . import odoo_side  # Odoo is loaded by those who measure it

    odoo_side.start(os.environ["SUPPORT_BENCH_CONF"])
    plain, peer, ours, reports = os.environ["SUPPORT_BENCH_DATABASES"].split(os.pathsep)
    databases = {"plain": plain, "peer": peer, "ours": ours, "scale": ours, "reports": reports}
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"    {time.monotonic() - started:5.0f} s  {text}", flush=True)

    if scene == "populate":
        from .desks import OurDesk
        from .scale import populate

        tickets, due = (5000, 100) if quick else (250000, 1000)
        say(f"making {tickets:,} tickets with {4 * tickets:,} open clocks")
        with odoo_side.environment(databases["scale"]) as env:
            populate(OurDesk(env), tickets, due)
        figures: list[Figure] = []
    else:
        from importlib import import_module

        figures = import_module(f".scene_{scene}", __package__).run(databases, quick, say)
    answer.write_text(json.dumps([figure.as_dict() for figure in figures]))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./setup/bench", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--quick", action="store_true", help="smaller sizes")
    parser.add_argument("--only", metavar="SCENE", action="append", choices=SCENES, help="one scene; may be repeated")
    parser.add_argument("--markdown", action="store_true", help="print the table as docs/bench.md has it")
    parser.add_argument("--scene", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    folder = Path(os.environ["SUPPORT_BENCH_FOLDER"])
    answer = folder / "answer.json"
    if options.scene:
        _child(options.scene, options.quick, answer)
        return 0
    scenes = [scene for scene in SCENES if not options.only or scene in options.only]
    if SCALE.intersection(scenes):
        scenes.insert(next(i for i, scene in enumerate(scenes) if scene in SCALE), "populate")
    figures: list[Figure] = []
    started = time.monotonic()
    for scene in scenes:
        print(f"==> {scene}", flush=True)
        command = [sys.executable, "-m", __package__ or "", "--scene", scene, *(["--quick"] if options.quick else [])]
        answer.unlink(missing_ok=True)
        if subprocess.run(command, check=False).returncode:
            print(f"bench: the scene {scene} failed, see above", file=sys.stderr)
            return 2
        found = json.loads(answer.read_text())
        figures += [Figure(**{key: value for key, value in entry.items() if key != "kept"}) for entry in found]
    figures.sort(key=lambda figure: figure.scene == "memory")
    took = time.monotonic() - started
    result = folder / "figures.json"
    result.write_text(
        json.dumps(
            {"quick": options.quick, "seconds": round(took), "figures": [f.as_dict() for f in figures]}, indent=1
        )
    )
    missed = [figure for figure in figures if not figure.kept]
    print()
    print(table(figures, options.markdown))
    print(f"\n{took:.0f} s; as JSON: {result}")
    if missed:
        print(f"MISSED: {', '.join(figure.what for figure in missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
