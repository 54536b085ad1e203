package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Paragraphs are filled, columns and what goes on below them stay columns.
func TestHelpText(t *testing.T) {
	text := "one line\nand the next\n\n  name   what it is,\n         in two lines\n  other  short\nnot a column"
	want := "one line and the next\n\n  name   what it is, in two lines\n  other  short\nnot a column"
	if got := helpText(text); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	long := "  name  " + strings.Repeat("word ", 20) + "end"
	for i, line := range strings.Split(helpText(long), "\n") {
		if len(line) > textWidth || i > 0 && !strings.HasPrefix(line, strings.Repeat(" ", 8)+"word") {
			t.Errorf("line %d: %q", i, line)
		}
	}
}

// slow are examples that other tests run in less time, foreign those for other shells.
var (
	slow    = []string{"nabla bench", "nabla demos", "nabla demos --folds --markdown", "nabla bench B --epoch 60000 --predict", "nabla lesson --all --out docs/lessons"}
	foreign = []string{"completion"}
)

// The examples in the help of each command run as they stand, one after the other, in
// a folder that holds the user's own files that they speak of.
func TestExamplesOfHelp(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell")
	}
	bin := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(bin, "nabla"), ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	ran := 0
	root := rootCommand(newConsole(nil, &bytes.Buffer{}, &bytes.Buffer{}))
	for _, command := range append(root.Commands(), root) {
		if slices.Contains(foreign, command.Name()) {
			continue
		}
		folder := ownFiles(t)
		for line := range strings.Lines(command.Example) {
			line = strings.TrimSpace(line)
			if slices.Contains(slow, line) {
				continue
			}
			cmd := exec.Command(shell, "-c", line)
			cmd.Dir, cmd.Env = folder, append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", line, err, out)
			}
			ran++
		}
	}
	if ran < 60 {
		t.Errorf("%d examples ran", ran)
	}
	t.Logf("%d examples ran", ran)
}

// ownFiles is a folder with data of a user.
func ownFiles(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	iris := "sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm,species\n" +
		strings.Repeat("5.1,3.5,1.4,0.2,setosa\n6.4,3.2,4.5,1.5,versicolor\n6.3,3.3,6.0,2.5,virginica\n", 10)
	houses := "area,rooms,price\n" + strings.Repeat("50,2,150\n80,3,240\n120,5,330\n65,2,190\n95,4,260\n", 10)
	for name, text := range map[string]string{"data.csv": iris, "new.csv": iris, "houses.csv": houses} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
