package datasets

import (
	"errors"
	"fmt"

	"nabla/internal/names"
)

// Entry is a row of the table of data sets.
type Entry struct {
	Name    string // as the command line takes it
	Title   string
	About   string // what it is for; without a demo target, how to use it
	Source  string
	Licence string
	Task    Task   // of the demo model; empty when there is none
	Split   *Split // of the demo model; nil is every fifth row
	Options Options
	Recipe  Recipe

	// Of generated sets: the number of points, the scale of their noise, the
	// seed of the data, which is not the seed of a run.
	Samples  int
	Noise    float64
	DataSeed uint64

	licence string // file below data/LICENSES, if the terms ask for a text
	origin  origin
}

// Names returns the names of the data sets in the order of the table.
func Names() []string {
	return names.Of(table, Entry.name)
}

func (e Entry) name() string { return e.Name }

// ByName returns the row of a data set. The error for an unknown name holds the
// nearest name and all of them.
func ByName(name string) (*Entry, error) {
	e, err := names.Find("datasets", "data set", name, table, Entry.name)
	if err != nil {
		return nil, err
	}
	return &e, nil
}

// Open opens the data set of the row.
func (e *Entry) Open(o LoadOptions) (*Source, error) {
	if err := e.refuse(o); err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", e.Name, err)
	}
	s, err := e.origin.open(e, o)
	if err != nil {
		return nil, err
	}
	s.Entry = e
	return s, nil
}

// refuse reports an option that means nothing to this kind of data set.
func (e *Entry) refuse(o LoadOptions) error {
	_, generated := e.origin.(generator)
	_, folder := e.origin.(imageFolder)
	_, columns := e.origin.(csvFile)
	switch {
	case !generated && (o.DataSeed != nil || o.Samples != 0 || o.Noise != nil):
		return errors.New("not generated, it takes no data seed, samples or noise")
	case !folder && o.Dir != "":
		return errors.New("takes no folder")
	case !columns && (len(o.Targets)+len(o.Drop)+len(o.Encode) > 0 || o.Task != "" && o.Task != Auto && o.Task != e.Task):
		return errors.New("has no columns to choose as targets or to drop")
	}
	return nil
}

// Table returns the cells of a data set that is bundled as a CSV file.
func (e *Entry) Table() (*Table, error) {
	f, ok := e.origin.(csvFile)
	if !ok {
		return nil, fmt.Errorf("datasets: %s is not bundled as a table", e.Name)
	}
	return f.table()
}

// LicenceText returns the text that the licence asks to keep beside the data,
// empty when there is none.
func (e *Entry) LicenceText() (string, error) {
	if e.licence == "" {
		return "", nil
	}
	return document("data/LICENSES/" + e.licence)
}
