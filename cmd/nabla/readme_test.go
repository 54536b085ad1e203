package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The commands of the README do what they say: all lines of its sh blocks run in
// an empty folder, one after the other. go test is this test itself.
func TestREADMECommands(t *testing.T) {
	program := filepath.Join(t.TempDir(), "nabla")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	folder := t.TempDir()
	commands := shellLines(t, filepath.Join("..", "..", "README.md"))
	ran := 0
	for _, line := range commands {
		words := strings.Fields(line)
		if line == "go test ./..." {
			continue
		}
		if len(words) < 4 || strings.Join(words[:3], " ") != "go run ./cmd/nabla" {
			t.Errorf("README: %q is no command of ours", line)
			continue
		}
		cmd := exec.Command(program, words[3:]...)
		cmd.Dir = folder
		var errors strings.Builder
		cmd.Stderr = &errors
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("%s: %v\n%s", line, err, errors.String())
		}
		if len(out) == 0 {
			t.Errorf("%s: prints nothing", line)
		}
		ran++
	}
	if ran < 10 {
		t.Errorf("%d commands found in the README, want at least 10", ran)
	}
}

// shellLines returns the lines of the sh blocks of a Markdown file.
func shellLines(t *testing.T, file string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines []string
	inside := false
	for s := bufio.NewScanner(f); s.Scan(); {
		switch text := strings.TrimSpace(s.Text()); {
		case text == "```sh":
			inside = true
		case strings.HasPrefix(text, "```"):
			inside = false
		case inside && text != "":
			lines = append(lines, text)
		}
	}
	return lines
}
