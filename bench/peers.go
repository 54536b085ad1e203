package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
)

// peer is another program in a process of its own, which takes work line by line:
// in turns with nabla, and without paying for its start each time.
type peer struct {
	name, version string
	cmd           *exec.Cmd
	in            io.WriteCloser
	out           *bufio.Reader
}

// startPeers starts those that are installed, each with one thread.
func startPeers(python string) []*peer {
	self, err := os.Executable()
	check(err)
	var list []*peer
	for _, c := range []struct {
		name string
		args []string
	}{
		{pyTorch, []string{python, "torch_peer.py"}},
		{scikitLearn, []string{python, "sklearn_peer.py"}},
		{goDeep, []string{self, "-serve", goDeep}},
		{goMLX, []string{self, "-serve", goMLX}},
	} {
		p, err := startPeer(c.name, c.args)
		if err != nil {
			log.Printf("%s is left out: %v", c.name, err)
			continue
		}
		log.Printf("%s %s", p.name, p.version)
		list = append(list, p)
	}
	return list
}

func startPeer(name string, args []string) (*peer, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "GOMAXPROCS=1", "PYTHONDONTWRITEBYTECODE=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &peer{name: name, cmd: cmd, in: in, out: bufio.NewReader(out)}
	var hello struct{ Version string }
	if err := p.read(&hello); err != nil {
		p.stop()
		return nil, fmt.Errorf("%s does not start: %w", filepath.Base(args[len(args)-1]), err)
	}
	p.version = hello.Version
	return p, nil
}

// read decodes an answer.
func (p *peer) read(v any) error {
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return err
	}
	return json.Unmarshal(line, v)
}

// answer is what a peer says about work.
type answer struct {
	Microseconds float64 `json:"us"`
	Error        string  `json:"error,omitempty"`
}

// microseconds is the time of one unit of the work, as nabla's.
func (p *peer) microseconds(w work) (float64, error) {
	line, err := json.Marshal(w)
	if err != nil {
		return 0, err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return 0, fmt.Errorf("%s: %w", p.name, err)
	}
	var a answer
	if err := p.read(&a); err != nil {
		return 0, fmt.Errorf("%s: %w", p.name, err)
	}
	if a.Error != "" {
		return 0, errors.New(p.name + ": " + a.Error)
	}
	return a.Microseconds, nil
}

// stop ends the process: it does when its input ends.
func (p *peer) stop() {
	p.in.Close()
	p.cmd.Wait()
}

func stopPeers(list []*peer) {
	for _, p := range list {
		p.stop()
	}
}
