package datasets

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// LoadOptions says what Open is to do otherwise than the table row of a data
// set, or the default for a file, has it. The zero value changes nothing.
type LoadOptions struct {
	Options // of tables; a field that is set replaces the row's

	Standardize *bool    // standardise inputs and the targets of a regression, or do not; values that the row divides stay divided
	DataSeed    *uint64  // of a generator
	Samples     int      // of a generator; 0: the row's
	Noise       *float64 // of a generator
	Dir         string   // folder with the user's own files (mnist, fashion-mnist)

	Schema     *Schema // of a model: the data are encoded for it rather than by what they are
	InputsOnly bool    // no targets are needed or read; only with Schema
}

// Source is data as Open found them: encoded, not yet split or scaled.
type Source struct {
	Entry  *Entry   // nil for a file of the user's own
	Table  *Table   // the cells; nil when the data do not come from a table
	Data   *Dataset // all rows, or the training rows when Test is there
	Test   *Dataset // rows of the data set's own test files
	Schema *Schema
	Report Report // rows of Table that lack a value

	fitted bool // the schema is that of a model
}

// Load returns the rows of a bundled data set, or of a .csv, .csv.gz, .tsv or
// .npz file, encoded but not scaled. A set with test files of its own gives its
// training rows. Open does more.
func Load(name string) (*Dataset, error) {
	s, err := Open(name, LoadOptions{})
	if err != nil {
		return nil, err
	}
	return s.Data, nil
}

// kind is a kind of file by its ending, in small letters.
type kind struct {
	ending string
	open   func(path string, o LoadOptions) (*Source, error)
}

// fileKinds are the endings of the files that Open reads.
var fileKinds = []kind{
	{".csv", openTableFile},
	{".csv.gz", openTableFile},
	{".tsv", openTableFile},
	{".tsv.gz", openTableFile},
	{".npz", openNPZFile},
}

// fileKind returns the index of the kind that the ending of a path says, -1 for
// another ending.
func fileKind(path string) int {
	path = strings.ToLower(path)
	return slices.IndexFunc(fileKinds, func(k kind) bool { return strings.HasSuffix(path, k.ending) })
}

// IsFile reports whether Open takes the text for the path of a file of data, by
// its ending, rather than for the name of a data set.
func IsFile(data string) bool { return fileKind(data) >= 0 }

// Open opens a bundled data set by its name, or a file by its path.
func Open(data string, o LoadOptions) (*Source, error) {
	if o.InputsOnly && o.Schema == nil {
		return nil, fmt.Errorf("datasets: %s: inputs without targets need the schema of a model", data)
	}
	if i := fileKind(data); i >= 0 {
		if o.DataSeed != nil || o.Samples != 0 || o.Noise != nil || o.Dir != "" {
			return nil, fmt.Errorf("datasets: %s: a file takes no data seed, samples, noise or folder", data)
		}
		return fileKinds[i].open(data, o)
	}
	if strings.ContainsRune(data, filepath.Separator) || strings.Contains(data, ".") {
		return nil, fmt.Errorf("datasets: %s: not a kind of file that is read (.csv, .csv.gz, .tsv, .npz) and no bundled data set; give one of these", data)
	}
	e, err := ByName(data)
	if err != nil {
		return nil, err
	}
	return e.Open(o)
}

// openTableFile opens a CSV file: everything about it is inferred or set.
func openTableFile(path string, o LoadOptions) (*Source, error) {
	t, err := OpenCSV(path)
	if err != nil {
		return nil, err
	}
	return fromTable(t, o.Options, o)
}

// openNPZFile opens an NPZ file. Its arrays have no names for columns, so none can be
// chosen.
func openNPZFile(path string, o LoadOptions) (*Source, error) {
	if len(o.Targets)+len(o.Drop)+len(o.Encode) > 0 {
		return nil, fmt.Errorf("datasets: %s: arrays have no columns to choose as targets or to drop", path)
	}
	data, test, err := OpenNPZ(path, o.Task)
	if err != nil {
		return nil, err
	}
	scaling := o.Scaling
	if scaling.Method == "" {
		scaling = defaultScaling(data)
	}
	return fromData(data, test, scaling, o)
}

// fromTable encodes a table by the schema of the options, or by one inferred.
func fromTable(t *Table, infer Options, o LoadOptions) (*Source, error) {
	s := &Source{Table: t, Schema: o.Schema, fitted: o.Schema != nil}
	var err error
	if s.Schema == nil {
		infer.Scaling = o.scaling(infer.Scaling)
		if s.Schema, err = Infer(t, infer); err != nil {
			return nil, err
		}
	}
	apply := s.Schema.Apply
	if o.InputsOnly {
		apply = s.Schema.ApplyInputs
	}
	if s.Data, s.Report, err = apply(t); err != nil {
		return nil, err
	}
	return s, nil
}

// fromData completes a data set that needs no encoding, and its test rows if it
// has some.
func fromData(data, test *Dataset, scaling Scaling, o LoadOptions) (*Source, error) {
	s := &Source{Data: data, Test: test, Schema: o.Schema, fitted: o.Schema != nil}
	if s.Schema == nil {
		if data.Y.Cols == 0 {
			return nil, fmt.Errorf("datasets: %s: no targets to train on", data.Name)
		}
		if data.Classes != nil && len(data.Classes) < 2 {
			return nil, fmt.Errorf("datasets: %s: target %s has one class only (%s), nothing to tell apart; choose another target",
				data.Name, quote(data.Targets[0]), quote(data.Classes[0]))
		}
		s.Schema = SchemaOf(data)
		s.Schema.setScaling(o.scaling(scaling))
		return s, nil
	}
	var err error
	if s.Data, err = s.Schema.Adopt(data, !o.InputsOnly); err != nil {
		return nil, err
	}
	if test != nil {
		s.Test, err = s.Schema.Adopt(test, !o.InputsOnly)
	}
	return s, err
}

// scaling applies Standardize to a row's scaling.
func (o LoadOptions) scaling(row Scaling) Scaling {
	switch {
	case o.Standardize == nil || row.Method == Divided:
		return row
	case *o.Standardize:
		return Scaling{Method: Standardized}
	}
	return Scaling{Method: Unscaled}
}

// DefaultSplit returns the test split of the data set's row, every fifth row for
// a file.
func (s *Source) DefaultSplit() Split {
	if s.Entry != nil && s.Entry.Split != nil {
		return *s.Entry.Split
	}
	return EveryFifth(4)
}

// Parts are the rows of one run, scaled and ready for a network.
type Parts struct {
	Train      *Dataset
	Validation *Dataset // nil without
	Test       *Dataset // nil without
}

// Parts cuts the rows into test, validation (a fraction of the rest, 0 for none)
// and training rows, fits the schema to the training rows alone and scales all
// three. Rows of the data set's own test files are the test part, whatever the
// split says. The schema of a model is not fitted again.
func (s *Source) Parts(test Split, validation float64, seed uint64) (Parts, error) {
	p := Parts{Train: s.Data, Test: s.Test}
	var err error
	if p.Test == nil {
		if p.Train, p.Test, err = s.Data.Split(test, seed); err != nil {
			return Parts{}, err
		}
	}
	if validation != 0 {
		if p.Train, p.Validation, err = p.Train.Holdout(validation, seed); err != nil {
			return Parts{}, err
		}
	}
	if !s.fitted {
		if err := s.Schema.Fit(p.Train); err != nil {
			return Parts{}, err
		}
	}
	for _, part := range []**Dataset{&p.Train, &p.Validation, &p.Test} {
		if *part == nil {
			continue
		}
		if *part, err = s.Schema.Standardize(*part); err != nil {
			return Parts{}, err
		}
	}
	return p, nil
}
