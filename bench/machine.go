package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"nabla/internal/kernel"
)

// machine is what the figures depend on.
type machine struct {
	model    string
	cores    int
	caches   []cache // of the first core, smallest first
	isa      string
	date     string
	system   string
	goText   string
	revision string
}

// cache is one level for data.
type cache struct {
	name  string // L1, L2 …
	bytes int
}

// describeMachine reads what Linux says of itself; elsewhere some of it is missing.
func describeMachine() machine {
	m := machine{model: "unknown processor", cores: runtime.NumCPU(), isa: kernel.ISA().String(), date: time.Now().Format(time.DateOnly),
		system: runtime.GOOS + "/" + runtime.GOARCH, goText: runtime.Version(), revision: revision()}
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		about := map[string]string{}
		for line := range strings.Lines(string(text)) {
			if key, value, ok := strings.Cut(line, ":"); ok && about[strings.TrimSpace(key)] == "" {
				about[strings.TrimSpace(key)] = strings.TrimSpace(value)
			}
		}
		m.model = fmt.Sprintf("%s (family %s, model %s)", about["model name"], about["cpu family"], about["model"])
	}
	if out, err := exec.Command("uname", "-sr").Output(); err == nil {
		m.system = strings.TrimSpace(string(out)) + " " + runtime.GOARCH
	}
	m.caches = dataCaches("/sys/devices/system/cpu/cpu0/cache")
	return m
}

// dataCaches reads a folder of sysfs.
func dataCaches(folder string) (list []cache) {
	paths, _ := filepath.Glob(filepath.Join(folder, "index*"))
	for _, path := range paths {
		read := func(name string) string {
			text, _ := os.ReadFile(filepath.Join(path, name))
			return strings.TrimSpace(string(text))
		}
		kib, err := strconv.Atoi(strings.TrimSuffix(read("size"), "K"))
		if err == nil && read("type") != "Instruction" {
			list = append(list, cache{"L" + read("level"), kib << 10})
		}
	}
	if list == nil { // the usual sizes, so that there is something to measure
		list = []cache{{"L1", 32 << 10}, {"L2", 1 << 20}, {"L3", 32 << 20}}
	}
	return list
}

// size writes bytes in binary units.
func size(bytes int) string {
	switch {
	case bytes >= 10<<20 || bytes%(1<<20) == 0 && bytes > 0:
		return fmt.Sprintf("%d MiB", bytes>>20)
	case bytes >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20))
	}
	return fmt.Sprintf("%d KiB", bytes>>10)
}
