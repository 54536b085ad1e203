package plot

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"nabla/internal/files"
)

// The extensions of pictures that stand still, and of those that may also grow.
var (
	Still  = []string{".png", ".svg", ".pdf"}
	Moving = []string{".png", ".svg", ".pdf", ".gif"}
)

// CheckFile reports a file name whose extension is not in the list, which is Still
// or Moving; a command asks before its work. Case does not matter.
func CheckFile(file string, extensions []string) error {
	if file == "" {
		return errors.New("plot: the file has no name")
	}
	ext := strings.ToLower(filepath.Ext(file))
	if slices.Contains(extensions, ext) {
		return nil
	}
	list := strings.Join(extensions[:len(extensions)-1], ", ") + " or " + extensions[len(extensions)-1]
	if ext == "" {
		return fmt.Errorf("plot: %s has no extension; pictures are %s", file, list)
	}
	return fmt.Errorf("plot: %s: pictures of this kind are %s, not %s", file, list, ext)
}

// Theme is the look of a picture.
type Theme int

// The themes.
const (
	Light Theme = iota // dark ink on white
	Dark               // light ink on near-black
)

// write draws into a file by its extension.
func write(file string, s *sheet) error {
	if err := CheckFile(file, Still); err != nil {
		return err
	}
	return files.Write(file, func(w io.Writer) error {
		return s.encode(w, strings.ToLower(filepath.Ext(file)))
	})
}

// errorf is an error of the picture with this title.
func errorf(title, format string, args ...any) error {
	name := "the picture"
	if title != "" {
		name = strconv.Quote(title)
	}
	return fmt.Errorf("plot: %s: %w", name, fmt.Errorf(format, args...))
}
