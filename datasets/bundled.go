package datasets

import (
	"bufio"
	"bytes"
	"embed"
	"fmt"
	"os"
	"slices"
)

//go:embed data/*.csv data/*.gz data/*.txt data/fashion_mnist data/PROVENANCE.md data/LICENSES
var bundled embed.FS

// origin is where the rows of a data set come from.
type origin interface {
	open(e *Entry, o LoadOptions) (*Source, error)
}

// csvFile is the origin of a data set in a bundled CSV file.
type csvFile string

// table reads the cells. Messages name the file without its folder.
func (f csvFile) table() (*Table, error) {
	file, err := bundled.Open("data/" + string(f))
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", f, plain(err))
	}
	c, err := newContent(file, string(f))
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return ReadCSV(c, string(f))
}

// open infers the schema from the row of the table and what the user sets. A
// model brings its own schema, and with it its target.
func (f csvFile) open(e *Entry, o LoadOptions) (*Source, error) {
	if e.Task == "" && len(o.Targets) == 0 && o.Schema == nil {
		return nil, fmt.Errorf("datasets: %s has no demo target: %s", e.Name, e.About)
	}
	t, err := f.table()
	if err != nil {
		return nil, err
	}
	s, err := fromTable(t, e.Options.replacedBy(o.Options), o)
	if err != nil {
		return nil, err
	}
	s.Data.Name = e.Name
	return s, nil
}

// replacedBy returns o with the fields of own that are set. A column that
// becomes a target is no longer dropped; the shape holds for the row's own
// inputs only.
func (o Options) replacedBy(own Options) Options {
	if own.Targets != nil {
		o.Targets, o.Task, o.Shape = own.Targets, own.Task, own.Shape
		o.Drop = slices.DeleteFunc(slices.Clone(o.Drop), func(name string) bool { return slices.Contains(own.Targets, name) })
	}
	if own.Drop != nil {
		o.Drop, o.Shape = own.Drop, own.Shape
	}
	if own.Encode != nil {
		o.Encode, o.Shape = own.Encode, own.Shape
	}
	if own.Task != "" {
		o.Task = own.Task
	}
	if own.Missing != "" {
		o.Missing = own.Missing
	}
	if own.Scaling.Method != "" {
		o.Scaling = own.Scaling
	}
	if own.Shape != nil {
		o.Shape = own.Shape
	}
	return o
}

// imageFolder is the origin of images in the four files of MNIST. The path is
// that of the bundled ones, empty when only the user can have them.
type imageFolder struct {
	path    string
	classes []string
}

// FolderError is what is wrong with the files in a folder of the user's own
// (LoadOptions.Dir), rather than with the options: one is missing or damaged, or
// they do not fit together.
type FolderError struct{ Err error }

// Error implements error.
func (e FolderError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e FolderError) Unwrap() error { return e.Err }

// open reads the four files from the user's folder, else the bundled ones.
func (f imageFolder) open(e *Entry, o LoadOptions) (*Source, error) {
	var train, test *Dataset
	var err error
	switch {
	case o.Dir != "":
		info, failed := os.Stat(o.Dir)
		if failed != nil {
			return nil, fmt.Errorf("datasets: %s: %w", o.Dir, plain(failed))
		}
		if !info.IsDir() {
			return nil, fmt.Errorf("datasets: %s: is a file; %s wants the folder with its four files", o.Dir, e.Name)
		}
		if train, test, err = openImages(nil, e.Name, o.Dir, f.classes); err != nil {
			err = FolderError{Err: err}
		}
	case f.path != "":
		train, test, err = openImages(bundled, e.Name, f.path, f.classes)
	default:
		err = fmt.Errorf("datasets: %s is not bundled: %s", e.Name, e.About)
	}
	if err != nil {
		return nil, err
	}
	return fromData(train, test, e.Options.Scaling, o)
}

// wordList is the origin of text that is no table.
type wordList []string

// open says what the words are for: there is no way to train on them by default.
func (wordList) open(e *Entry, _ LoadOptions) (*Source, error) {
	return nil, fmt.Errorf("datasets: %s has no demo target: %s", e.Name, e.About)
}

// firstNames are the files of the data set names.
var firstNames = wordList{"names_female.txt", "names_male.txt"}

// FirstNames returns the bundled first names, 4951 female ones, then 3898 male
// ones, as they are written.
func FirstNames() ([]string, error) {
	var names []string
	for _, file := range firstNames {
		text, err := bundled.ReadFile("data/" + file)
		if err != nil {
			return nil, fmt.Errorf("datasets: %s: %w", file, plain(err))
		}
		for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
			names = append(names, lines.Text())
		}
	}
	return names, nil
}

// Provenance returns the document that says where each bundled file is from.
func Provenance() (string, error) { return document("data/PROVENANCE.md") }

// document returns a bundled text.
func document(path string) (string, error) {
	text, err := bundled.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("datasets: %s: %w", path, plain(err))
	}
	return string(text), nil
}
