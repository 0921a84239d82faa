"""The simulator as a command: its options, what it prints, how it ends. Light to import."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from headswap_tui.simulator.faults import Rule
    from headswap_tui.simulator.request_log import LoggedRequest
    from headswap_tui.simulator.server import Simulator

FAULTS: Final = """\
faults of the service (values are numbers or words; each has a default):
  throttle  code  server_error  garble=html  slow  drip  hang=headers
  unknown_status  revoked  offline  drop=before|inside|noise
faults of the file host:
  media_expired  media_error  media_throttle  media_redirect=URL|loop
  media_html  media_empty  media_gzip  media_ignore_range  media_wrong_range
  media_no_content_range  media_ignore_if_range  media_no_validators
  media_longer  media_shorter  media_no_length  media_changed
  media_cut  media_reset  media_stall  media_slow  media_bandwidth

examples, three downloads that break off after 500 kB and three links in ten
that have expired:
  headswap-tui simulate --fault media_reset=500000*3
  headswap-tui simulate --fault media_expired=403@0.3
"""
EXIT_DONE, EXIT_USAGE, EXIT_INTERRUPTED = 0, 2, 130


@dataclass(frozen=True)
class Options:
    """How to run the simulator alone."""

    port: int = 0
    """0: any free one."""
    seed: int = 1
    speed: float = 1.0
    """2: lives run twice as fast."""
    tasks: int | None = None
    """How many there are at the start; `None`: the demo's."""
    faults: list[Rule] = field(default_factory=list)
    """What goes wrong from the start."""
    verbose: bool = False
    """Whether every request is reported on stderr."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` the options of `simulate`."""
    parser.epilog = FAULTS
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="port on 127.0.0.1 (default: any free one)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="same seed, same tasks (default: 1)")
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="X", help="how fast tasks live (default: 1)")
    parser.add_argument("--tasks", type=_count, metavar="N", help="tasks at the start (default: the demo's)")
    parser.add_argument(
        "--fault",
        dest="faults",
        type=_fault,
        action="append",
        default=[],
        metavar="NAME[=VALUE]",
        help="misbehave (names below); NAME=VALUE*TIMES@PROBABILITY, such as throttle=5*3; repeatable",
    )
    parser.add_argument("--verbose", dest="report_requests", action="store_true", help="report every request on stderr")


def run(args: argparse.Namespace) -> int:
    """Run until a signal; the exit code. `args` holds what `add_arguments` added."""
    options = Options(args.port, args.seed, args.speed, args.tasks, args.faults, args.report_requests)
    return serve(options)


def serve(options: Options, out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Serve until SIGINT (130), SIGTERM or SIGHUP (0); 2 if the port is taken. To be called in the main thread."""
    from headswap_tui.simulator.demo import populate  # the command line starts without a web server
    from headswap_tui.simulator.server import Simulator

    out, err = out or sys.stdout, err or sys.stderr
    simulator = Simulator(seed=options.seed, speed=options.speed, port=options.port)
    if options.verbose:
        simulator.requests.listener = _reporter(err)
    ended = threading.Event()
    code = EXIT_DONE

    def leave(number: int, _: object) -> None:
        nonlocal code
        code = EXIT_INTERRUPTED if number == signal.SIGINT else EXIT_DONE
        ended.set()

    before = {number: signal.signal(number, leave) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        try:
            simulator.start()
        except OSError as error:
            err.write(f"cannot listen on {simulator.base_url}: {error.strerror or error}\n")
            return EXIT_USAGE
        populate(simulator, options.tasks)
        for rule in options.faults:
            simulator.faults.add(rule)
        out.write(greeting(simulator))
        out.flush()
        ended.wait()
        simulator.stop()
        return code
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def greeting(simulator: Simulator) -> str:
    """What is printed at the start: where it is, the key, and lines to paste into a shell."""
    url, key = simulator.base_url, simulator.api_key
    tasks = simulator.world.tasks()
    some_id = tasks[0].id if tasks else "ID"
    return f"""\
simulator  {url}
key        {key}
token      {simulator.token}
world      {len(tasks)} tasks, seed {simulator.world.seed}, speed {simulator.world.speed:g}

the dashboard on it
  export HEADSWAP_BASE_URL={url} HEADSWAP_API_KEY={key} HEADSWAP_PROFILE=simulator
  curl -s {url}/_sim/ids | headswap-tui add - && headswap-tui
ask for a task
  curl -s -H 'x-api-key: {key}' '{url}{simulator.detail_path}?_id={some_id}'
create one, as the platform does it or with a life of your choice
  curl -s -H 'x-api-key: {key}' -d '{{}}' {url}{simulator.create_path}
  curl -s -d '{{"queue_s": 5, "processing_s": 30, "outcome": "failed"}}' {url}/_sim/tasks
misbehave, and stop that
  curl -s -d '{{"fault": "throttle", "value": 5, "times": 3}}' {url}/_sim/faults
  curl -s -X DELETE {url}/_sim/faults
look
  curl -s {url}/_sim/tasks
  curl -s {url}/_sim/requests

Ctrl-C ends it.
"""


def _reporter(err: TextIO) -> Callable[[LoggedRequest, int], None]:
    def report(request: LoggedRequest, status: int) -> None:
        about = f" {request.task_id}" if request.task_id else ""
        err.write(f"{status or 'none'} {request.method} {request.path}{about}\n")
        err.flush()

    return report


def _fault(text: str) -> Rule:
    from headswap_tui.simulator.faults import parse_rule  # only where the option is used

    try:
        return parse_rule(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _port(text: str) -> int:
    port = _whole(text)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError(f"a port is 0 to 65535, not {text}")
    return port


def _count(text: str) -> int:
    count = _whole(text)
    if not 0 <= count <= 100_000:
        raise argparse.ArgumentTypeError(f"0 to 100000 tasks, not {text}")
    return count


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a number: {text!r}") from None
    if not 0 < speed <= 100_000:
        raise argparse.ArgumentTypeError(f"a speed is above 0 and at most 100000, not {text}")
    return speed


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a whole number: {text!r}") from None
