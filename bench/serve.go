package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"
)

// turn is how long a measurement takes at least.
const turn = 20 * time.Millisecond

// prepare makes work ready: a call does so many units of it.
type prepare func(work) (call func() error, units float64, err error)

// served are the peers that are Go packages, with their modules.
var served = map[string]struct {
	module  string
	prepare prepare
}{
	goDeep: {"github.com/patrikeh/go-deep", prepareGoDeep},
	goMLX:  {"github.com/gomlx/gomlx", prepareGoMLX},
}

// serveNamed answers work until the input ends, as peer.py does, or does one of the
// other things that need a process of their own.
func serveNamed(name string, rounds int) error {
	switch name {
	case servedProducts:
		return printProducts(rounds)
	case servedSpin:
		return spin()
	}
	p, ok := served[name]
	if !ok {
		return fmt.Errorf("no peer %q", name)
	}
	// Libraries may print; that is no answer.
	out := json.NewEncoder(os.Stdout)
	os.Stdout = os.Stderr
	if err := out.Encode(map[string]string{"version": moduleVersion(p.module)}); err != nil {
		return err
	}
	ready := map[string]func() (float64, error){}
	for lines := bufio.NewReader(os.Stdin); ; {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if ready[line] == nil {
			if ready[line], err = stopwatch(line, p.prepare); err != nil {
				ready[line] = func() (float64, error) { return 0, err }
			}
		}
		us, err := ready[line]()
		a := answer{Microseconds: us}
		if err != nil {
			a.Error = err.Error()
		}
		if err := out.Encode(a); err != nil {
			return err
		}
	}
}

// stopwatch returns a function that times work over a turn.
func stopwatch(line string, prepare prepare) (func() (float64, error), error) {
	var w work
	if err := json.Unmarshal([]byte(line), &w); err != nil {
		return nil, err
	}
	call, units, err := prepare(w)
	if err != nil {
		return nil, err
	}
	calls := 1
	for {
		took, err := timed(call, calls)
		if err != nil {
			return nil, err
		}
		if took >= turn {
			break
		}
		calls = int(min(1.5*float64(calls)*float64(turn)/float64(max(took, 1)), 100*float64(calls))) + 1
	}
	return func() (float64, error) {
		took, err := timed(call, calls)
		return took.Seconds() / float64(calls) / units * 1e6, err
	}, nil
}

// timed makes calls.
func timed(call func() error, calls int) (time.Duration, error) {
	start := time.Now()
	for range calls {
		if err := call(); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

// moduleVersion is the version that this program was built with.
func moduleVersion(path string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == path {
				return m.Version
			}
		}
	}
	return "unknown"
}
