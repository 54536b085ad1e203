package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// nabla is the program of this repository, built with its own go.mod. What it
// measures is what people get: nabla bench goes through the public API.
type nabla struct{ path string }

// buildNabla compiles the program to a path.
func buildNabla(path string) (*nabla, error) {
	build := exec.Command("go", "build", "-o", path, "./cmd/nabla")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return &nabla{path}, nil
}

// netResult is what nabla bench --json says of a network.
type netResult struct {
	Step       float64 `json:"us_per_step"`
	Allocs     int     `json:"allocs_per_step"`
	PredAllocs int     `json:"allocs_per_prediction"`
	GFLOPS     float64 `json:"gflops"`
	Share      float64 `json:"peak_share"`
	Epoch      float64 `json:"us_per_epoch"`
}

// bench runs nabla bench for work, with more flags.
func (n *nabla) bench(w work, flags ...string) (netResult, error) {
	args := []string{"bench", w.layers(), "--json", "--quiet", "--batch", strconv.Itoa(w.Batch), "--threads", strconv.Itoa(w.Threads),
		"--dtype", w.DType, "--activation", w.Activation, "--loss", w.Loss, "--optimizer", w.Optimizer}
	out, err := n.run(append(args, flags...)...)
	if err != nil {
		return netResult{}, err
	}
	var result struct{ Nets map[string]netResult }
	if err := json.Unmarshal(out, &result); err != nil {
		return netResult{}, err
	}
	return result.Nets[w.layers()], nil
}

// run executes a command and returns its output.
func (n *nabla) run(args ...string) ([]byte, error) {
	cmd := exec.Command(n.path, args...)
	out, err := cmd.Output()
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("nabla %s: %w: %s", strings.Join(args, " "), err, e.Stderr)
	}
	return out, err
}

// microseconds is the time of one unit of the work, a step or an epoch.
func (n *nabla) microseconds(w work) (float64, error) {
	if w.Kind == "epoch" {
		r, err := n.bench(w, "--repeat", "1", "--epoch", strconv.Itoa(w.Rows))
		return r.Epoch, err
	}
	r, err := n.bench(w, "--repeat", "1")
	return r.Step, err
}

// revision is the commit that was measured, with a + when code was changed since.
func revision() string {
	head, err := exec.Command("git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	text := strings.TrimSpace(string(head))
	changed := exec.Command("git", "diff", "--quiet", "HEAD", "--", ":(top)*.go", ":(top)*.s", ":(top)go.mod", ":(top,exclude)bench")
	changed.Stderr = os.Stderr
	if changed.Run() != nil {
		text += "+"
	}
	return text
}
