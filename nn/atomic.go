package nn

import (
	"io"

	"nabla/internal/files"
)

// WriteFile puts what write writes at path, whole or not at all: after an
// error, a panic or a crash the old file, or none, is there. It writes a
// temporary file (.nabla-*.tmp) in the same folder, flushes it to the disk and
// renames it.
//
// A new file gets the permissions 0644, less the umask; an old one keeps its
// own. A symbolic link is followed. Errors name path and say what is wrong: the
// folder is missing or read-only, the disk is full, path is a folder or a
// device, write failed.
func WriteFile(path string, write func(io.Writer) error) error {
	return files.Write(path, write)
}
