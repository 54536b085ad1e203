package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pages are the documents whose commands run, and how many they have at least.
var pages = map[string]int{"README.md": 10, "docs/optimizers.md": 35}

// elsewhere are commands that have a test of their own.
var elsewhere = []string{"go test ./...", "go run ./docs/optimizers"}

// The commands of the pages do what they say: all lines of their sh blocks run in
// an empty folder, one after the other.
func TestCommandsOfPages(t *testing.T) {
	program := filepath.Join(t.TempDir(), "nabla")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for page, least := range pages {
		t.Run(page, func(t *testing.T) { runPage(t, program, page, least) })
	}
}

// runPage runs the commands of a page.
func runPage(t *testing.T, program, page string, least int) {
	folder := t.TempDir()
	commands := shellLines(t, filepath.Join("..", "..", page))
	ran := 0
	for _, line := range commands {
		words := shellWords(line)
		if slices.Contains(elsewhere, line) {
			continue
		}
		if len(words) < 4 || strings.Join(words[:3], " ") != "go run ./cmd/nabla" {
			t.Errorf("%q is no command of ours", line)
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
	if ran < least {
		t.Errorf("%d commands found, want at least %d", ran, least)
	}
	comparePictures(t, folder)
}

// comparePictures holds drawings of exact numbers that the pages show to what their
// commands have drawn.
func comparePictures(t *testing.T, folder string) {
	drawn, err := filepath.Glob(filepath.Join(folder, "*.svg"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range drawn {
		shown, err := os.ReadFile(filepath.Join("..", "..", "docs", "images", filepath.Base(file)))
		if err != nil {
			continue // not shown
		}
		if text, err := os.ReadFile(file); err != nil || !bytes.Equal(text, shown) {
			t.Errorf("docs/images/%s is not what the command draws (%v)", filepath.Base(file), err)
		}
	}
}

// shellWords cuts a line at its spaces, but not between single quotes.
func shellWords(line string) []string {
	var list []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			list = append(list, part)
		} else {
			list = append(list, strings.Fields(part)...)
		}
	}
	return list
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
