package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"nabla": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("GORACE", "halt_on_error=1")
			e.Setenv("NABLA_ISA", os.Getenv("NABLA_ISA")) // else scripts would run at the best level
			return nil
		},
		Condition: func(condition string) (bool, error) {
			if condition == "full" { // a device that is a full disk
				_, err := os.Stat("/dev/full")
				return err == nil, nil
			}
			if condition == "root" { // whom no permission stops
				return os.Geteuid() == 0, nil
			}
			if condition == "parallel" { // GNU's, not that of moreutils
				out, err := exec.Command("parallel", "--version").Output()
				return err == nil && strings.HasPrefix(string(out), "GNU parallel"), nil
			}
			return false, errors.New("unknown condition")
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"code":      exitCode,
			"interrupt": interrupt,
			"samecsv":   sameCSV,
			"sameruns":  sameRuns,
			"damage":    damage,
			"tensors":   tensors,
		},
	})
}

// oneLine is what every failure prints, and all it prints, on standard error; for
// a mistake in an expression, that and a mark under it are two lines more.
var oneLine = regexp.MustCompile(`\A(nabla: warning: .*\n)*nabla: error: [^\n]+\n(  [^\n]*\n  [ ]*\^~*\n)?\z`)

// exitCode is "code N command…": the command must exit with N. A failure must be
// one line, without words of Go's own, and leave no temporary file.
func exitCode(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		code = e.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
	if stderr := ts.ReadFile("stderr"); code == exitFailed || code == exitUsage {
		if !oneLine.MatchString(stderr) {
			ts.Fatalf("an error is one line, not %q", stderr)
		}
		for _, word := range []string{"panic", "goroutine", "runtime error", "bug", "strconv", "%!"} {
			if strings.Contains(stderr, word) {
				ts.Fatalf("the error has %q in it", word)
			}
		}
	}
	left, err := filepath.Glob(ts.MkAbs(".") + "/*/.nabla-*")
	ts.Check(err)
	if left != nil {
		ts.Fatalf("temporary files are left: %q", left)
	}
}

// interrupt is "interrupt FILE OUTPUT command…": the command gets a Ctrl-C once
// the file is there and not empty, and must exit with 130. Its standard output
// goes to OUTPUT, which may be the file.
func interrupt(ts *testscript.TestScript, _ bool, args []string) {
	path, err := lookPath(ts, args[2])
	ts.Check(err)
	out, err := os.Create(ts.MkAbs(args[1]))
	ts.Check(err)
	defer out.Close()
	cmd := exec.Command(path, args[3:]...)
	cmd.Dir = ts.MkAbs(".")
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = out, &stderr
	ts.Check(cmd.Start())
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		if info, err := os.Stat(ts.MkAbs(args[0])); err == nil && info.Size() > 0 {
			break
		}
		if time.Since(began) > 20*time.Second {
			cmd.Process.Kill()
			ts.Fatalf("%s did not come into being", args[0])
		}
	}
	ts.Check(cmd.Process.Signal(os.Interrupt))
	err = cmd.Wait()
	if e, ok := errors.AsType[*exec.ExitError](err); !ok || e.ExitCode() != exitInterrupted {
		ts.Fatalf("interrupted: %v\n%s", err, stderr.String())
	}
}

func lookPath(ts *testscript.TestScript, name string) (string, error) {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if path := filepath.Join(dir, name); exec.Command(path).Err == nil {
			if _, err := os.Stat(path); err == nil {
				return path, nil
			}
		}
	}
	return "", exec.ErrNotFound
}

// sameCSV is "samecsv A B": the files are equal apart from their last column,
// the seconds.
func sameCSV(ts *testscript.TestScript, _ bool, args []string) {
	seconds := regexp.MustCompile(`,[^,\n]*\n`)
	a, b := seconds.ReplaceAllString(ts.ReadFile(args[0]), "\n"), seconds.ReplaceAllString(ts.ReadFile(args[1]), "\n")
	if a != b || strings.Count(a, "\n") < 2 {
		ts.Fatalf("%s and %s differ:\n%s\n%s", args[0], args[1], a, b)
	}
}

// sameRuns is "sameruns A B": two files of a comparison, JSON lines or CSV, are equal
// apart from their seconds.
func sameRuns(ts *testscript.TestScript, _ bool, args []string) {
	inJSON := regexp.MustCompile(`"seconds[a-z_]*":(\[[^\]]*\]|[^,}]*)`)
	without := func(name string) string {
		text := ts.ReadFile(name)
		if strings.HasPrefix(text, "{") {
			return inJSON.ReplaceAllString(text, `"seconds":0`)
		}
		header, _, _ := strings.Cut(text, "\n")
		columns := regexp.MustCompile(`(,[^,\n]*){` + strconv.Itoa(strings.Count(header, "seconds")) + `}(\n|\z)`)
		return columns.ReplaceAllString(text, "\n")
	}
	if a, b := without(args[0]), without(args[1]); a != b || strings.Count(a, "\n") < 2 {
		ts.Fatalf("%s and %s differ:\n%s\n%s", args[0], args[1], a, b)
	}
}

// damage is "damage FROM TO how": a copy of a file with something wrong.
func damage(ts *testscript.TestScript, _ bool, args []string) {
	data := []byte(ts.ReadFile(args[0]))
	switch args[2] {
	case "truncate":
		data = data[:len(data)-7]
	case "flip":
		data[len(data)-3] ^= 0x10
	case "random":
		for i := range data {
			data[i] = byte(i*i*31 + i>>3)
		}
	default:
		ts.Fatalf("unknown damage %s", args[2])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o666))
}

// tensors is "tensors NAME HEADER DATABYTES": a safetensors file with this header,
// or, with a header that is a number, only that as the length of one.
func tensors(ts *testscript.TestScript, _ bool, args []string) {
	header, n := args[1], uint64(len(args[1]))
	if claimed, err := strconv.ParseUint(args[1], 10, 64); err == nil {
		header, n = "{}", claimed
	}
	size, err := strconv.Atoi(args[2])
	ts.Check(err)
	var data []byte
	for i := range 8 {
		data = append(data, byte(n>>(8*i)))
	}
	data = append(append(data, header...), make([]byte, size)...)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o666))
}
