"""Measures Signet against what a person would use instead, one function per figure.

Times are medians of interleaved repetitions, so that a busy machine slows both sides alike.
Started by Benchmarks/run, which builds the programs first.
"""

import argparse
import json
import math
import os
import pathlib
import queue
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIGNET = ROOT / "bin" / "signet"
FILLER = os.environ.get("SIGNET_BENCHMARK_PROGRAM", "")
EXAMPLE = ROOT / "examples" / "tumour"
PEOPLE = ("ada", "ravi", "jane", "kim")


class Place:
    """A directory with keys, git settings and nothing of the person who measures."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "keys").mkdir()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(self.folder / "gitconfig"),
            "SIGNET_ONNXRUNTIME": os.environ.get("SIGNET_ONNXRUNTIME", ""),
            "LANG": "C.UTF-8",
        }
        for person in PEOPLE:
            self.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person, "-f", self.key(person))
        self.sign_as("ada")
        (self.folder / "metrics.json").write_text('{"accuracy": {"value": 0.93, "n": 1000}}')
        (self.folder / "CARD.md").write_text("# Intended use\n\nMeasuring.\n")
        (self.folder / "model.bin").write_bytes(os.urandom(512))

    def key(self, person):
        return self.folder / "keys" / person

    def sign_as(self, person):
        """What stock git is told of the person who signs."""
        signers = "".join(
            f'{one} namespaces="git" {self.key(one).with_suffix(".pub").read_text()}' for one in PEOPLE
        )
        (self.folder / "signers").write_text(signers)
        (self.folder / "gitconfig").write_text(
            f"[user]\nname = {person.capitalize()}\nemail = {person}@example.com\n"
            f"signingkey = {self.key(person)}.pub\n[gpg]\nformat = ssh\n"
            f'[gpg "ssh"]\nallowedSignersFile = {self.folder}/signers\n'
            "[init]\ndefaultBranch = main\n[gc]\nauto = 0\n"
        )

    def run(self, *command, input=None, accepted=(0,)):
        done = subprocess.run(
            [str(part) for part in command], env=self.environment, cwd=self.folder, text=True,
            input=input, stdin=None if input is not None else subprocess.DEVNULL, capture_output=True,
        )
        if done.returncode not in accepted:
            sys.exit(f"error: {command} ended with {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def timed(self, *command, input=None, accepted=(0,)):
        """The milliseconds a program took, its start included."""
        start = time.perf_counter()
        self.run(*command, input=input, accepted=accepted)
        return (time.perf_counter() - start) * 1000

    def run_measured(self, *command):
        """The JSON that a program printed, and the most memory it had, in KiB."""
        with tempfile.TemporaryFile() as output:
            program = subprocess.Popen(
                [str(part) for part in command], env=self.environment, cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=output)
            _, status, usage = os.wait4(program.pid, 0)
            program.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            if program.returncode != 0:
                sys.exit(f"error: {command} ended with {program.returncode}\n{output.read().decode()}")
            return json.load(output), usage.ru_maxrss

    def signet(self, *arguments, person=None):
        key = ("--key", self.key(person)) if person else ()
        return self.run(SIGNET, *arguments, *key)

    def registry(self, name, environments="dev"):
        path = self.folder / name
        self.sign_as("ada")
        people = []
        for person in PEOPLE[1:]:
            people += ["--principal", f"{person},{person.capitalize()},{person}@example.com,{self.key(person)}"]
        self.signet("init", path, "--environments", environments, *people, person="ada")
        return path

    def fill(self, registry, models, versions, approve=True, keygen=False, threads=1):
        """Fills a registry in one process; the seconds of each step, and of all."""
        command = [FILLER, registry, "--models", models, "--versions", versions, "--registrar", self.key("ravi")]
        if approve:
            command += ["--approver", self.key("jane")]
        if keygen:
            command += ["--ssh-keygen"]
        command += ["--threads", threads]
        return json.loads(self.run(*command))


class Report:
    """The table: a figure, what was measured, what it is beside, what was promised."""

    def __init__(self):
        self.rows = []

    def add(self, figure, measured, beside, promise, holds):
        self.rows.append((figure, measured, beside, promise, {True: "yes", False: "**no**", None: ""}[holds]))
        print("  ".join(self.rows[-1]), file=sys.stderr, flush=True)

    def print(self):
        print(f"\n{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores\n")
        print("| figure | measured | beside | promised | holds |\n|---|---|---|---|---|")
        for row in self.rows:
            print("| " + " | ".join(row) + " |")


def median(values):
    return statistics.median(values)


def milliseconds(values):
    return f"{median(values):.1f} ms (least {min(values):.1f})"


class Registries:
    """Filled registries by size, each made once: in memory, then copied to the disk."""

    def __init__(self, place, sizes):
        self.place, self.sizes, self.made = place, sizes, {}

    def of(self, size):
        if size not in self.made:
            # At most 1,000 models: what is longer has more versions of each.
            models = size if size < 100 else min(size // 10, 1000)
            versions = size // models
            path = self.place.registry(f"of-{size}.git")
            memory = pathlib.Path("/dev/shm")
            start = time.perf_counter()
            if memory.is_dir() and shutil.disk_usage(memory).free > 8 << 30:
                with tempfile.TemporaryDirectory(dir=memory) as folder:
                    shutil.move(path, folder)
                    self.place.fill(pathlib.Path(folder) / path.name, models, versions)
                    subprocess.run(["cp", "-a", f"{folder}/{path.name}", path], check=True)
            else:
                self.place.fill(path, models, versions)
            print(f"filled {size} versions in {time.perf_counter() - start:.0f} s", file=sys.stderr)
            self.made[size] = path
        return self.made[size]


def resolve(place, registries, report, quick):
    """`signet resolve` as a cold process, the newest step judged each time."""
    empty = empty_program(place)
    for size in registries.sizes:
        path = registries.of(size)
        git = ("git", "-C", path)
        tip = place.run(*git, "rev-parse", "env/dev").strip()
        before = place.run(*git, "rev-parse", "env/dev^").strip()
        model = newest_model(place, path, tip)
        note = path / "signet" / "verified" / "dev" / "tip"
        ask = (SIGNET, "resolve", model, "--env", "dev", "--registry", path, "--format", "json")
        place.run(*ask)
        known, judged, nothing, stock = [], [], [], []
        for _ in range(20 if quick else 40):
            known.append(place.timed(*ask))
            note.write_text(before + "\n")
            judged.append(place.timed(*ask))
            nothing.append(place.timed(empty))
            stock.append(place.timed(*git, "rev-parse", "--verify", "env/dev"))
        beside = f"empty program {median(nothing):.1f} ms, git rev-parse {median(stock):.1f} ms"
        report.add(
            f"`signet resolve`, {size} versions, an approval to judge", milliseconds(judged), beside,
            "≤ 25 ms", median(judged) <= 25)
        report.add(
            f"`signet resolve`, {size} versions, nothing new", milliseconds(known), beside, "≤ 25 ms",
            median(known) <= 25)


def newest_model(place, path, tip):
    subject = place.run("git", "-C", path, "show", "-s", "--format=%s", tip)
    return subject.split()[1].split("@")[0]


def empty_program(place):
    """A Swift program that does nothing, with Foundation, linked as Signet is."""
    program = place.folder / "empty"
    if not program.exists():
        source = place.folder / "empty.swift"
        source.write_text("import Foundation\nexit(Int32(CommandLine.arguments.count) - 1)\n")
        subprocess.run(["swiftc", "-O", "-static-stdlib", source, "-o", program], check=True)
    return program


def hooks(place, registries, report, quick):
    """What git waits for its hooks in a push of one approval that plain git made, as git tells it."""
    count = 15 if quick else 100
    for size in registries.sizes:
        path, clone = (place.folder / f"{name}-{size}.git" for name in ("hooked", "clone"))
        subprocess.run(["cp", "-a", registries.of(size), path], check=True)
        for index in range(count):
            place.signet(
                "register", f"pushed-{index}", "--artifact", place.folder / "model.bin",
                "--metrics", place.folder / "metrics.json", "--card", place.folder / "CARD.md",
                "--registry", path, person="ravi")
        # As docs/operations.md asks: of so many loose objects git itself is slow.
        place.run("git", "-C", path, "-c", "core.hooksPath=/dev/null", "gc", "-q")
        place.run("git", "clone", "-q", "--bare", path, clone)
        place.sign_as("jane")
        git = ("git", "-C", clone)
        pushes, costs = [], []
        for index in range(count):
            merge = approval(place, git, f"promote/dev/pushed-{index}/v1")
            trace = place.folder / "trace"
            place.environment["GIT_TRACE2_EVENT"] = str(trace)
            pushes.append(place.timed(*git, "push", "-q", path, f"{merge}:refs/heads/env/dev"))
            del place.environment["GIT_TRACE2_EVENT"]
            costs.append(waited_for_hooks(trace))
            trace.unlink()
        costs.sort()
        cost, worst = median(costs), costs[math.ceil(len(costs) * 0.99) - 1]
        report.add(
            f"hooks of one approval, {size:,} versions", f"p50 {cost:.1f} ms, p99 {worst:.1f} ms (of {count})",
            f"the push they are part of {median(pushes):.0f} ms, git rev-parse {git_start(place, path):.1f} ms",
            "p50 ≤ 75 ms, p99 ≤ 150 ms", cost <= 75 and worst <= 150)
        for folder in (path, clone):
            shutil.rmtree(folder)


def waited_for_hooks(trace):
    """The milliseconds of all hooks in git's trace of itself."""
    events = [json.loads(line) for line in trace.read_text().splitlines()]
    hooks = {
        (event["sid"], event["child_id"]) for event in events
        if event["event"] == "child_start" and event["child_class"] == "hook"}
    return 1000 * sum(
        event["t_rel"] for event in events
        if event["event"] == "child_exit" and (event["sid"], event["child_id"]) in hooks)


def git_start(place, path):
    """The milliseconds of a small git command: how fast the machine is at this moment."""
    return median([place.timed("git", "-C", path, "rev-parse", "--verify", "env/dev") for _ in range(15)])


def approval(place, git, branch):
    """The merge that `git merge --no-ff -S` makes, without a work tree."""
    tree = place.run(*git, "merge-tree", "--write-tree", "env/dev", branch).split()[0]
    tip = place.run(*git, "rev-parse", "env/dev").strip()
    merge = place.run(
        *git, "commit-tree", "-S", "-p", tip, "-p", branch, "-m", f"Merge {branch}", tree).strip()
    place.run(*git, "update-ref", "refs/heads/env/dev", merge)
    return merge


def concurrent(place, registries, report, quick):
    """Approvals of different models pushed by plain git, many at once: each lands or is told why.

    Whoever finds the environment moved makes the merge again on the new tip, as the refusal says.
    """
    count, workers = (50, 8) if quick else (200, 8)
    path = place.registry("concurrent.git")
    for index in range(count):
        place.signet(
            "register", f"at-once-{index}", "--artifact", place.folder / "model.bin", "--metrics",
            place.folder / "metrics.json", "--card", place.folder / "CARD.md", "--registry", path, person="ravi")
    place.sign_as("jane")
    waiting, outcomes = queue.SimpleQueue(), []
    for index in range(count):
        waiting.put(index)

    def work(number):
        clone = place.folder / f"clone-{number}.git"
        place.run("git", "clone", "-q", "--mirror", path, clone)
        git = ("git", "-C", clone)
        while True:
            try:
                index = waiting.get_nowait()
            except queue.Empty:
                return
            outcomes.append(push_until_it_lands(place, git, path, f"promote/dev/at-once-{index}/v1"))

    start = time.perf_counter()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - start
    landed = sum(outcome.landed for outcome in outcomes)
    attempts = sum(outcome.attempts for outcome in outcomes)
    unsaid = sum(outcome.unsaid for outcome in outcomes)
    known = json.loads(place.run(SIGNET, "status", "--registry", path, "--format", "json"))
    there = sum(one["environments"][0].get("version") == 1 for one in known["models"])
    place.run(SIGNET, "verify", "--registry", path)
    report.add(
        f"{count} approvals of different models, {workers} pushing at once",
        f"{landed} landed, {landed / took:.1f}/s; {attempts - landed} pushes told to merge again",
        f"{there} in dev afterwards; refusals without a reason: {unsaid}", "all land, none lost",
        landed == there == count and unsaid == 0)


class Outcome:
    def __init__(self):
        self.landed, self.attempts, self.unsaid = False, 0, 0


def push_until_it_lands(place, git, path, branch):
    outcome = Outcome()
    while not outcome.landed and outcome.attempts < 200:
        place.run(*git, "fetch", "-q", "origin", "+refs/heads/env/dev:refs/heads/env/dev")
        merge = approval(place, git, branch)
        pushed = subprocess.run(
            [*map(str, git), "push", "-q", str(path), f"{merge}:refs/heads/env/dev"], env=place.environment,
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
        outcome.attempts += 1
        outcome.landed = pushed.returncode == 0
        # Git's own word for a branch that somebody else has moved, or moves just now, is a reason too.
        reasons = ("signet: refused", "fetch first", "non-fast-forward", "cannot lock ref", "stale info")
        if not outcome.landed and not any(reason in pushed.stderr for reason in reasons):
            outcome.unsaid += 1
            print(pushed.stderr, file=sys.stderr)
    return outcome


def register(place, registries, report, quick):
    """Durable registrations a second: ssh-keygen signs, and a service key in this process."""
    sync = fsyncs(place.folder)
    count = 300 if quick else 1000
    path = place.registry("registering.git")
    seconds = place.fill(path, count, 1, approve=False)["register"]
    first, last = median(seconds[:100]), median(seconds[-100:])
    at_once = place.fill(place.registry("at-once.git"), count, 1, approve=False, threads=8)["all"]
    report.add(
        f"register, service key, one process, {count} models", f"{count / at_once:.0f}/s, eight at a time",
        f"one after the other {1 / median(seconds):.0f}/s; one file made durable: {sync:.0f}/s", "≥ 300/s",
        count / at_once >= 300)
    report.add(
        f"register, the last 100 of {len(seconds)} models against the first", f"{last / first:.2f}×",
        f"{1 / first:.0f}/s, then {1 / last:.0f}/s", "flat: ≤ 1.2×", last / first <= 1.2)
    path = place.registry("signing.git")
    seconds = place.fill(path, 60, 1, approve=False, keygen=True)["register"]
    commands = [
        place.timed(
            SIGNET, "register", f"one-{index}", "--no-propose", "--artifact", place.folder / "model.bin",
            "--metrics", place.folder / "metrics.json", "--card", place.folder / "CARD.md",
            "--registry", path, "--key", place.key("ravi"))
        for index in range(20)
    ]
    report.add(
        "register, ssh-keygen", f"{1 / median(seconds):.0f}/s",
        f"as a command of its own each: {1000 / median(commands):.0f}/s", "≥ 30/s",
        median(seconds) <= 1 / 30)


def fsyncs(folder):
    """How many small files a second the disk makes durable."""
    times = []
    for index in range(200):
        start = time.perf_counter()
        descriptor = os.open(folder / f"sync-{index}", os.O_CREAT | os.O_WRONLY)
        os.write(descriptor, b"x" * 200)
        os.fsync(descriptor)
        os.close(descriptor)
        times.append(time.perf_counter() - start)
    return 1 / median(times)


def verify(place, registries, report, quick):
    """`signet verify`, cold and with the signatures known, and a `git verify-commit` loop.

    Of the registry as it was written, and of a mirror of it, packed, which is what an auditor has.
    """
    peaks = {}
    for size in registries.sizes + (() if quick else (100_000,)):
        path = registries.of(size)
        commits = place.run("git", "-C", path, "rev-list", "--max-count=15", "env/dev").split()
        mirror = place.folder / f"mirror-{size}.git"
        place.run("git", "clone", "-q", "--mirror", "--no-local", path, mirror)
        known = place.folder / f"known-{size}"
        place.run(SIGNET, "verify", "--registry", mirror, "--cache", known)
        times = {"cold": [], "mirror": [], "known": [], "git": []}
        signatures = 0
        for _ in range(1 if size > 10_000 else 3 if size > 1000 else 7):
            for figure, copy, options in (
                ("cold", path, ()), ("mirror", mirror, ()), ("known", mirror, ("--cache", known))):
                command = (SIGNET, "verify", "--registry", copy, "--format", "json", *options)
                start = time.perf_counter()
                found, peak = place.run_measured(*command)
                took = time.perf_counter() - start
                signatures = sum(one["signatures"] for one in found["environments"]) + found["ledgerEntries"]
                times[figure].append(took / signatures * 1000)
                peaks[figure, size] = peak
            for one in commits:
                times["git"].append(place.timed("git", "-C", path, "verify-commit", one))
        report_verify(
            report, size, signatures, {figure: min(all) for figure, all in times.items()},
            median(times["git"]))
        shutil.rmtree(mirror)
    sizes = [size for size in (1000, 10_000, 100_000) if ("mirror", size) in peaks]
    for figure, name in (("cold", "as written"), ("mirror", "of a mirror")):
        told = ", ".join(f"{size:,}: {peaks[figure, size] / 1024:.0f} MB" for size in sizes)
        grows = peaks[figure, sizes[-1]] / peaks[figure, sizes[0]]
        report.add(
            f"`signet verify` {name}, most memory by versions", told, f"{grows:.2f}× from first to last",
            "flat", None)


def report_verify(report, size, signatures, least, git):
    """Three rows: by signature, the least of the repetitions against git's median."""
    for figure, name in (("cold", "as written"), ("mirror", "a mirror"), ("known", "a mirror, signatures known")):
        rate = 1000 / least[figure]
        if figure == "known":
            ratio = least["mirror"] / least["known"]
            beside, promise, holds = f"{ratio:.1f}× the same, cold", "≥ 5×", ratio >= 5
        else:
            ratio = git / least[figure]
            beside = f"git verify-commit {git:.1f} ms: {ratio:.0f}×"
            promise, holds = "≥ 100×, ≥ 12,000/s", ratio >= 100 and rate >= 12_000
        report.add(
            f"`signet verify`, {size:,} versions ({signatures:,} signatures), {name}",
            f"{least[figure]:.3f} ms each, {rate:,.0f}/s", beside, promise, None if size < 1000 else holds)


def trigger(place, registries, report, quick):
    """From the moment the environment's ref moved to the runner's start."""
    path = place.registry("watched.git")
    (path / "signet" / "config.yaml").write_text(
        f"apiVersion: signet/v1\nkind: Configuration\ndataDirectory: {EXAMPLE}\n")
    files = EXAMPLE / "v1"
    watcher = None
    delays = []
    for index in range(5 if quick else 12):
        place.signet(
            "register", f"tumour-{index}", "--artifact", files / "model.onnx", "--metrics",
            files / "metrics.json", "--card", files / "CARD.md", "--parameters",
            files / "parameters.yaml", "--registry", path, person="ravi")
        if watcher is None:
            watcher = subprocess.Popen(
                [SIGNET, "watch", "--registry", path], env=place.environment, stderr=subprocess.PIPE)
            watcher.stderr.readline()
        time.sleep(1.5)
        approving = subprocess.Popen(
            [SIGNET, "approve", f"tumour-{index}", "--env", "dev", "--reason", "measuring", "--registry",
             path, "--key", place.key("jane")], env=place.environment, stdout=subprocess.DEVNULL)
        started = first_child(watcher.pid)
        delays.append((started - (path / "refs/heads/env/dev").stat().st_mtime_ns) / 1e6)
        approving.wait()
        time.sleep(1)
    watcher.terminate()
    watcher.wait()
    report.add("ref update → runner started", milliseconds(delays), "", "≤ 100 ms", median(delays) <= 100)


def first_child(parent):
    """The time, in nanoseconds, at which the process has a child."""
    tasks = pathlib.Path(f"/proc/{parent}/task")
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for task in tasks.iterdir():
            try:
                if (task / "children").read_text():
                    return time.time_ns()
            except OSError:
                pass  # the thread has ended
        time.sleep(0.0005)
    sys.exit("error: the watcher started no runner within 20 s")


def runner(place, registries, report, quick):
    """The runner and a plain onnxruntime loop in Python over one CSV, start-up taken off both."""
    header, *lines = (EXAMPLE / "batch.csv").read_text().splitlines(keepends=True)
    for batch, rows, promise in ((256, 100_000 if quick else 400_000, 1.0), (1, 20_000 if quick else 60_000, 1.5)):
        files = {}
        for name, count in (("large", rows), ("small", batch)):
            files[name] = place.folder / f"{name}.csv"
            files[name].write_text(header + "".join((lines * (count // len(lines) + 1))[:count]))
        ours, plain = [], []
        for _ in range(5):
            ours.append(ours_once(place, files["large"], batch) - ours_once(place, files["small"], batch))
            plain.append(plain_once(place, files["large"], batch) - plain_once(place, files["small"], batch))
        ratio = median(plain) / median(ours)
        report.add(
            f"runner, batch {batch}", f"{rows / median(ours) * 1000:.0f} rows/s",
            f"Python {rows / median(plain) * 1000:.0f} rows/s: {ratio:.2f}×", f"≥ {promise}×", ratio >= promise)


def ours_once(place, data, batch):
    work = pathlib.Path(tempfile.mkdtemp(dir=place.folder))
    job = {
        "model": str(EXAMPLE / "v1/model.onnx"), "modelSHA256": sha256(EXAMPLE / "v1/model.onnx"),
        "input": str(data), "output": str(work / "out.csv"), "task": "classification",
        "features": features(), "label": "diagnosis", "id": "case", "positiveClass": "malignant",
        "quantization": "none", "batchSize": batch, "threads": 1, "gates": {},
        "library": os.environ["SIGNET_ONNXRUNTIME"], "workDirectory": str(work),
    }
    (work / "job.json").write_text(json.dumps(job))
    took = place.timed(SIGNET, "run-batch", work / "job.json")
    told = json.loads((work / "report.json").read_text())
    if told["status"] != "passed":
        sys.exit(f"error: the runner says {told}")
    shutil.rmtree(work)
    return took


def plain_once(place, data, batch):
    return place.timed(
        sys.executable, ROOT / "Benchmarks" / "plain_loop.py", EXAMPLE / "v1/model.onnx", data, batch,
        place.folder / "plain.csv", *features())


def features():
    names = (EXAMPLE / "batch.csv").open().readline().strip().split(",")
    return [name for name in names if name not in ("case", "diagnosis")]


def sha256(path):
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


FIGURES = {one.__name__: one for one in (resolve, hooks, concurrent, register, verify, trigger, runner)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="up to 1,000 versions (the default)")
    size.add_argument("--full", action="store_true", help="up to 10,000 versions")
    parser.add_argument("--only", action="append", choices=FIGURES, help="one figure; may be repeated")
    parser.add_argument("--keep", metavar="DIR", help="work there, and leave the registries")
    options = parser.parse_args()
    folder = options.keep or tempfile.mkdtemp(prefix="signet-benchmarks-")
    pathlib.Path(folder).mkdir(exist_ok=True)
    try:
        place, report = Place(folder), Report()
        registries = Registries(place, (10, 1000, 10_000) if options.full else (10, 1000))
        for name in options.only or FIGURES:
            place.sign_as("ada")
            FIGURES[name](place, registries, report, not options.full)
        report.print()
    finally:
        if not options.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
