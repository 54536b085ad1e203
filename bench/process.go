package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// process is what whole programs cost.
type process struct {
	train, importTorch []float64 // seconds
	peak               int       // bytes of nabla train fashion-mnist
}

// Limits of the processes.
const (
	leastStart  = 0.2      // share of the time that import torch takes
	mostMemory  = 60 << 20 // above the data
	imageBytes  = 20000 * 28 * 28
	imageSource = "fashion-mnist"
)

// processes times nabla train iris beside python3 -c 'import torch', and measures the
// memory of a larger run.
func (r *report) processes(us *nabla, o options) error {
	for range o.rounds {
		took, _, err := whole(us.path, "train", "iris", "--quiet")
		if err != nil {
			return err
		}
		r.whole.train = append(r.whole.train, took)
		if took, _, err = whole(o.python, "-c", "import torch"); err == nil {
			r.whole.importTorch = append(r.whole.importTorch, took)
		}
	}
	_, memory, err := whole(us.path, "train", imageSource, "--quiet")
	r.whole.peak = memory
	return err
}

// whole runs a program and returns its seconds and its peak memory in bytes. A child
// never has less than this process had when it started it: measure early.
func whole(path string, args ...string) (seconds float64, memory int, err error) {
	cmd := exec.Command(path, args...)
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, 0, fmt.Errorf("%s %v: %w", path, args, err)
	}
	seconds = time.Since(start).Seconds()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		memory = int(usage.Maxrss) << 10 // Linux counts KiB
	}
	return seconds, memory, nil
}

// busyFactor is how much slower two threads may be beside another program than one
// thread alone.
const busyFactor = 1.25

// busy times nets on two threads for a second while another program keeps a core
// busy, and on one thread without it, in turns.
func (r *report) busy(us *nabla, o options) error {
	if runtime.NumCPU() < 2 {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, n := range nets {
		if demanded[n.name][1] == 0 {
			continue
		}
		one, two := n.step(), n.step()
		two.Threads = 2
		var ratios []float64
		for range min(o.rounds, 3) {
			alone, err := us.bench(one, "--repeat", "50")
			if err != nil {
				return err
			}
			other := exec.Command(self, "-serve", servedSpin)
			if err := other.Start(); err != nil {
				return err
			}
			beside, err := us.bench(two, "--repeat", "50")
			other.Process.Kill()
			other.Wait()
			if err != nil {
				return err
			}
			ratios = append(ratios, beside.Step/alone.Step)
		}
		r.beside = append(r.beside, besideBusy{n.name, median(ratios)})
	}
	return nil
}

// besideBusy is by what factor a net is slower.
type besideBusy struct {
	net    string
	factor float64
}

// servedSpin is the argument of -serve that keeps a core busy until it is killed, or
// for a minute.
const servedSpin = "spin"

func spin() error {
	for start := time.Now(); time.Since(start) < time.Minute; {
	}
	return nil
}
