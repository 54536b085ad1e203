package nn

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func writeText(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// wantFolder fails unless the folder holds exactly the one file with the text.
func wantFolder(t *testing.T, path, text string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != filepath.Base(path) {
			t.Errorf("%s is left over", e.Name())
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != text {
		t.Errorf("%s holds %.40q (%v), want %.40q", path, got, err, text)
	}
}

func TestWriteFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.safetensors")
	for _, text := range []string{"first", "second, longer", "", strings.Repeat("large ", 100_000)} {
		if err := WriteFile(path, writeText(text)); err != nil {
			t.Fatal(err)
		}
		wantFolder(t, path, text)
	}
	t.Chdir(filepath.Dir(path))
	if err := WriteFile("model.safetensors", writeText("relative")); err != nil {
		t.Fatal(err)
	}
	wantFolder(t, path, "relative")
}

// TestWriteFilePermissions compares with os.Create, whatever the umask is.
func TestWriteFilePermissions(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "plain"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	plain, err := os.Stat(filepath.Join(dir, "plain"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "new")
	for _, want := range []os.FileMode{plain.Mode(), 0o600, 0o640} {
		if want != plain.Mode() {
			if err := os.Chmod(path, want); err != nil {
				t.Fatal(err)
			}
			if runtime.GOOS == "windows" {
				continue // has no such permissions
			}
		}
		if err := WriteFile(path, writeText("x")); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("permissions %v (%v), want %v", info.Mode(), err, want)
		}
	}
}

func TestWriteFileFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "runs", "model")
	if err := os.Mkdir(filepath.Dir(target), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(target, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "latest")
	if err := os.Symlink(target, link); err != nil {
		t.Skip(err)
	}
	if err := WriteFile(link, writeText("new")); err != nil {
		t.Fatal(err)
	}
	wantFolder(t, target, "new")
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v (%v)", info.Mode(), err)
	}
}

// TestWriteFileFailingWrites fails before each write of a file of several
// buffers, and once after the last.
func TestWriteFileFailingWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model")
	piece := bytes.Repeat([]byte("x"), 30_000)
	failure := errors.New("out of ink")
	failAt := func(n int) func(io.Writer) error {
		return func(w io.Writer) error {
			for range n {
				if _, err := w.Write(piece); err != nil {
					return err
				}
			}
			return failure
		}
	}
	for n := range 10 { // no file before
		if err := WriteFile(path, failAt(n)); !errors.Is(err, failure) || !strings.Contains(err.Error(), path) {
			t.Errorf("write %d: %v", n, err)
		}
		if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 0 {
			t.Errorf("write %d: %s is left over", n, entries[0].Name())
		}
	}
	if err := WriteFile(path, writeText("old")); err != nil {
		t.Fatal(err)
	}
	for n := range 10 { // an old file
		if err := WriteFile(path, failAt(n)); !errors.Is(err, failure) {
			t.Errorf("write %d: %v", n, err)
		}
		wantFolder(t, path, "old")
	}
}

func TestWriteFilePanic(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model")
	if err := WriteFile(path, writeText("old")); err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		WriteFile(path, func(w io.Writer) error {
			io.WriteString(w, "new")
			panic("in the middle")
		})
	}()
	wantFolder(t, path, "old")
}

func TestWriteFileImpossiblePlaces(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	readOnly := filepath.Join(dir, "read-only")
	if err := os.Mkdir(readOnly, 0o555); err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{
		filepath.Join(dir, "missing", "model"): "no file can be made in folder " + filepath.Join(dir, "missing") + ": ",
		filepath.Join(file, "model"):           "no file can be made in folder " + file + ": ", // also for root, whom no permission stops
		dir:                                    "not a regular file",
		os.DevNull:                             "not a regular file",
		"":                                     "the path is empty",
	}
	if os.Geteuid() > 0 {
		cases[filepath.Join(readOnly, "model")] = "no file can be made in folder " + readOnly + ": permission denied"
	}
	for path, want := range cases {
		called := false
		err := WriteFile(path, func(io.Writer) error {
			called = true
			return nil
		})
		if err == nil || !strings.HasPrefix(err.Error(), "write "+path+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", path, err, want)
		} else if strings.Contains(err.Error(), ".tmp") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", path, err)
		}
		if called {
			t.Errorf("%q: write was called", path)
		}
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%s became %v (%v)", os.DevNull, info.Mode(), err)
	}
}

// TestWriteFileInAnotherProcess is the process that the two tests below start:
// with a path in WRITE_FILE it overwrites the file with a megabyte and prints the
// error, or, with WRITE_CRASH, exits in the middle. By itself it does nothing.
func TestWriteFileInAnotherProcess(t *testing.T) {
	path := os.Getenv("WRITE_FILE")
	if path == "" {
		return
	}
	err := WriteFile(path, func(w io.Writer) error {
		for range 100 {
			if _, err := w.Write(make([]byte, 10_000)); err != nil {
				return err
			}
		}
		if os.Getenv("WRITE_CRASH") != "" {
			os.Exit(3)
		}
		return nil
	})
	fmt.Println(err)
	os.Exit(4)
}

// TestWriteFileCrash ends a process in the middle of a write.
func TestWriteFileCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model")
	if err := WriteFile(path, writeText("old")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestWriteFileInAnotherProcess$")
	cmd.Env = append(os.Environ(), "WRITE_FILE="+path, "WRITE_CRASH=1")
	if out, err := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != 3 {
		t.Fatalf("%v: %s", err, out)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "old" {
		t.Errorf("%.40q, %v", got, err)
	}
	if err := WriteFile(path, writeText("new")); err != nil {
		t.Errorf("a temporary file left by a crash is in the way: %v", err)
	}
}

// TestWriteFileLimitedSize has the system refuse a write in the middle of the
// file, as a full disk does.
func TestWriteFileLimitedSize(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("needs ulimit")
	}
	path := filepath.Join(t.TempDir(), "model")
	if err := WriteFile(path, writeText("old")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(sh, "-c", `ulimit -f 100 && exec "$0" -test.run='^TestWriteFileInAnotherProcess$'`, os.Args[0])
	cmd.Env = append(os.Environ(), "WRITE_FILE="+path)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 4 {
		t.Fatalf("%v: %s", err, out)
	}
	if want := "write " + path + ": file too large\n"; string(out) != want {
		t.Errorf("got %q, want %q", out, want)
	}
	wantFolder(t, path, "old")
}
