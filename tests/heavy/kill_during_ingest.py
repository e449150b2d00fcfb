"""`kill -9` at many moments of an ingest, then a normal run: the same results as without the kills.

Half of the kills hit the first ingest into an empty store, half a later one that adds files to a
ledger. After each kill the ledger must be the old one or the new one, with all its files. What a
killed ingest leaves lying about stays for the next one.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from tallyclerk.simulate import simulate
from tallyclerk.store import Manifest

KILLS = 50
LATER = "*2026-1*"
"""Files that come after the first ingest, where there is one."""


@dataclass(frozen=True)
class Scene:
    """A ledger before and after an ingest.

    Attributes:
        name: What the ingest finds.
        config: The configuration.
        before: A copy of the store before, None where there is none.
        manifests: What the manifest may be: the old one (None = no file) and the new one.
        seconds: How long the ingest takes.
    """

    name: str
    config: Path
    before: Path | None
    manifests: tuple[bytes | None, bytes | None]
    seconds: float

    @property
    def store(self) -> Path:
        """The store that is killed."""
        return self.config.parent / ".tallyclerk"

    def restore(self) -> None:
        """Take back an ingest that was done before it could be killed."""
        shutil.rmtree(self.store, ignore_errors=True)
        if self.before:
            shutil.copytree(self.before, self.store)


def say(text: str) -> None:
    """Print at once, for this takes minutes."""
    print(text, flush=True)  # noqa: T201


def command(config: Path, *args: str) -> list[str]:
    """A command of ours as a process."""
    return [sys.executable, "-m", "tallyclerk", "--config", str(config), *args]


def ingest(config: Path) -> float:
    """Ingest to the end; gives the seconds it took."""
    start = time.perf_counter()
    subprocess.run(command(config, "ingest"), stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def results(config: Path) -> bytes:
    """What `tally` prints."""
    done = subprocess.run(
        command(config, "tally", "--format", "json"), capture_output=True, check=True
    )
    return done.stdout


def manifest_of(store: Path) -> bytes | None:
    """The manifest as it is on disk."""
    path = store / "manifest.json"
    return path.read_bytes() if path.exists() else None


def killed(scene: Scene, delay: float) -> bool:
    """Begin an ingest and kill it after `delay` seconds; whether it still ran then."""
    process = subprocess.Popen(
        command(scene.config, "ingest"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(delay)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def complaints(scene: Scene) -> Iterator[str]:
    """What is wrong with a store after a kill."""
    found = manifest_of(scene.store)
    if found not in scene.manifests:
        yield "the manifest is neither the old one nor the new one"
    manifest = Manifest.load(scene.store)
    for name in manifest.known_files() if manifest else ():
        if not (scene.store / name).is_file():
            yield f"{name} is in the manifest and not on disk"


def scenes(folder: Path, shipments: int) -> Iterator[Scene]:
    """A first ingest, and one that adds to a ledger."""
    config = folder / "config.toml"
    simulate(folder, shipments, seed=11, truth=False)
    seconds = ingest(config)
    new = manifest_of(folder / ".tallyclerk")
    (folder / ".tallyclerk").rename(folder / "whole")
    yield Scene("an empty store", config, None, (None, new), seconds)

    later = [path for path in (folder / "exports").rglob(LATER) if path.is_file()]
    for path in later:
        path.rename(path.with_name(f"{path.name}.later"))
    shutil.rmtree(folder / ".tallyclerk", ignore_errors=True)
    ingest(config)
    old = manifest_of(folder / ".tallyclerk")
    shutil.copytree(folder / ".tallyclerk", folder / "before")
    for path in later:
        path.with_name(f"{path.name}.later").rename(path)
    seconds = ingest(config)
    new = manifest_of(folder / ".tallyclerk")
    scene = Scene("a ledger with more to read", config, folder / "before", (old, new), seconds)
    scene.restore()
    yield scene


def kill_often(scene: Scene, kills: int) -> list[str]:
    """Kill so many ingests, spread over the time that one takes, in a fixed mixed order."""
    say(f"{scene.name}: an ingest takes {scene.seconds:.1f} s; {kills} kills")
    delays = [scene.seconds * (place + 0.5) / kills for place in range(kills)]
    random.Random(5).shuffle(delays)  # noqa: S311 nothing secret
    wrong: list[str] = []
    seen: Counter[str] = Counter()
    for number, delay in enumerate(delays, 1):
        was_running = killed(scene, delay)
        is_new = manifest_of(scene.store) == scene.manifests[1]
        what = f"{'killed' if was_running else 'done'}, {'new' if is_new else 'old'} ledger"
        seen[what] += 1
        say(f"  {number:2d}. after {delay:5.2f} s: {what}")
        wrong += [f"{scene.name}, kill after {delay:.2f} s: {text}" for text in complaints(scene)]
        if is_new:
            scene.restore()
    say("  " + "; ".join(f"{what}: {count}" for what, count in sorted(seen.items())))
    return wrong


def main() -> int:
    """Run it all; 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shipments", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=KILLS)
    args = parser.parse_args()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        expected = None
        for scene in scenes(Path(name), args.shipments):
            wrong += kill_often(scene, args.kills // 2)
            ingest(scene.config)
            found = results(scene.config)
            if expected is None:
                shutil.rmtree(scene.store)
                (Path(name) / "whole").rename(scene.store)
                expected = results(scene.config)
            if found != expected:
                first = next(
                    pair
                    for pair in zip_longest(*map(bytes.splitlines, (expected, found)))
                    if pair[0] != pair[1]
                )
                wrong.append(f"{scene.name}: the results differ from those without kills: {first}")
            say(f"  then a normal run: {'the same results' if found == expected else 'DIFFERENT'}")
    for text in wrong:
        say(f"WRONG: {text}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
