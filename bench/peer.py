"""What the Python peers share: jobs come as JSON lines, times go back as such.

A job is made ready once and kept, so that asking for it again costs no set-up.
The answer is microseconds for each unit of the job (a step or an epoch), over
at least TURN seconds. See work.go for the fields of a job.
"""

import json
import sys
import time

TURN = 0.02  # seconds


def timed(call, times):
    """Seconds that so many calls take."""
    start = time.perf_counter()
    for _ in range(times):
        call()
    return time.perf_counter() - start


def calls_of_a_turn(call):
    """How many calls take a turn. Making them warms the caches up."""
    times = 1
    while True:
        took = timed(call, times)
        if took >= TURN:
            return times
        times = int(min(1.5 * times * TURN / max(took, 1e-9), 100 * times)) + 1


def serve(version, prepare):
    """Answers jobs until the input ends.

    prepare(job) returns a function and how many units a call of it does, or
    raises ValueError for a job that the library has no counterpart for.
    """
    print(json.dumps({"version": version}), flush=True)
    ready = {}
    for line in sys.stdin:
        try:
            if line not in ready:
                call, units = prepare(json.loads(line))
                ready[line] = call, units, calls_of_a_turn(call)
            call, units, times = ready[line]
            answer = {"us": timed(call, times) / times / units * 1e6}
        except ValueError as problem:
            answer = {"error": str(problem)}
        print(json.dumps(answer), flush=True)
