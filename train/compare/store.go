package compare

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"nabla/nn"
)

// Store keeps the runs of a plan in a file of JSON lines as they end, so that an
// interrupted comparison goes on where it was.
type Store struct {
	path string
	file *os.File
}

// OpenStore opens the file of a plan, or begins it, and returns the runs that it
// holds. Runs of other settings are refused, with the first that differs. cut says
// that a last line was lost, as it is when the machine went down.
func OpenStore(path string, h Header) (s *Store, have []Record, cut bool, err error) {
	old, err := ReadFile(path)
	cut = IsCutOff(err)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		old = Result{Header: h}
	case cut && old.Header.Event == "": // not even the first line is whole
		old = Result{Header: h}
	case err != nil && !cut:
		return nil, nil, false, err
	}
	if d := old.Header.differs(h); d != "" {
		return nil, nil, false, fmt.Errorf("compare: %s holds runs with other settings (%s)", path, d)
	}
	if was := old.Header.Shard; was != h.Shard {
		return nil, nil, false, fmt.Errorf("compare: %s holds %s, not %s", path, part(was), part(h.Shard))
	}
	// Without the lines that follow from the runs; these come again at the end.
	old.Header = h
	err = nn.WriteFile(path, func(w io.Writer) error {
		lines := []any{h}
		for _, r := range old.Records {
			lines = append(lines, runLine{"run", r})
		}
		for _, line := range lines {
			if err := writeLine(w, line); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, cut, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil, nil, cut, err
	}
	return &Store{path, file}, old.Records, cut, nil
}

// part names what a file holds.
func part(shard string) string {
	if shard == "" {
		return "all runs"
	}
	return "part " + shard
}

// ReadFile is Read of a file, whose name stands in errors.
func ReadFile(path string) (Result, error) {
	f, err := os.Open(path)
	if err != nil {
		return Result{}, err
	}
	defer f.Close()
	r, err := Read(f)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return r, err
}

// Add appends a run.
func (s *Store) Add(r Record) error {
	if err := writeLine(s.file, runLine{"run", r}); err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	return nil
}

// Finish closes the file. A result that is complete takes the place of its lines,
// in the order of the plan.
func (s *Store) Finish(r Result) error {
	if err := s.file.Close(); err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	if r.Missing() > 0 {
		return nil
	}
	return nn.WriteFile(s.path, r.WriteJSON)
}
