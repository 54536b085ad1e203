// Package files puts files in their place whole or not at all.
package files

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// Write puts what write writes at path, whole or not at all: after an
// error, a panic or a crash the old file, or none, is there. It writes a
// temporary file (.nabla-*.tmp) in the same folder, flushes it to the disk and
// renames it.
//
// A new file gets the permissions 0644, less the umask; an old one keeps its
// own. A symbolic link is followed. Errors name path and say what is wrong: the
// folder is missing or read-only, the disk is full, path is a folder or a
// device, write failed.
func Write(path string, write func(io.Writer) error) error {
	if err := replaceFile(path, write); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func replaceFile(path string, write func(io.Writer) error) (err error) {
	if path == "" {
		return errors.New("the path is empty")
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	old, err := os.Stat(path)
	if err == nil && !old.Mode().IsRegular() {
		return errors.New("it exists and is not a regular file")
	}
	dir := filepath.Dir(path)
	f, err := createTemp(dir)
	if err != nil {
		return fmt.Errorf("no file can be made in folder %s: %w", dir, osCause(err))
	}
	defer func() {
		if f != nil { // not renamed
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if old != nil {
		if err := f.Chmod(old.Mode().Perm()); err != nil {
			return osCause(err)
		}
	}
	buffered := bufio.NewWriterSize(plainErrors{f}, 1<<16)
	if err := write(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return osCause(err)
	}
	if err := f.Close(); err != nil {
		return osCause(err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return osCause(err)
	}
	f = nil
	return syncFolder(dir)
}

// createTemp is os.CreateTemp with the permissions of os.Create.
func createTemp(dir string) (*os.File, error) {
	for n := 0; ; n++ {
		name := filepath.Join(dir, fmt.Sprintf(".nabla-%d-%d.tmp", os.Getpid(), n))
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// syncFolder makes a rename in the folder survive a power cut, where the system
// can do that.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return osCause(err)
	}
	defer d.Close()
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		return nil
	}
	return osCause(err)
}

// plainErrors leaves the name of the temporary file out of errors.
type plainErrors struct{ w io.Writer }

func (p plainErrors) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	return n, osCause(err)
}

// osCause strips the name of the call and the file from an error of package os.
func osCause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}
