package datasets

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
)

// maxArrays is how many arrays of an NPZ file are read.
const maxArrays = 1000

// ReadNPZ reads all the arrays of an NPZ file, a zip archive of NPY arrays:
// together at most 512 MiB and, above 16 MiB, 200 times the size of the file.
// The name stands in messages.
func ReadNPZ(r io.ReaderAt, size int64, name string) ([]Array, error) {
	arrays, err := readNPZ(r, size)
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", name, err)
	}
	return arrays, nil
}

// readNPZ subtracts each array from what the file may still unfold to: many
// arrays below the limit must not pass it together.
func readNPZ(r io.ReaderAt, size int64) ([]Array, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("not an NPZ file (%w); write it again, with numpy.savez for example", err)
	}
	if len(archive.File) > maxArrays {
		return nil, fmt.Errorf("%d arrays, at most %d are read", len(archive.File), maxArrays)
	}
	limit := contentLimit(size)
	var arrays []Array
	for _, f := range archive.File {
		name, ok := strings.CutSuffix(f.Name, ".npy")
		if !ok {
			return nil, fmt.Errorf("entry %s is not an .npy array; write the file again, with numpy.savez for example", quote(f.Name))
		}
		if slices.ContainsFunc(arrays, func(a Array) bool { return a.Name == name }) {
			return nil, fmt.Errorf("two arrays are named %s", quote(name))
		}
		a, err := readEntry(f, limit)
		if err != nil {
			return nil, fmt.Errorf("array %s: %w", quote(name), err)
		}
		a.Name = name
		limit -= int64(f.UncompressedSize64)
		arrays = append(arrays, a)
	}
	return arrays, nil
}

// readEntry reads an array of an archive, stored or deflated as numpy.savez and
// savez_compressed write it. The archive states its size, and
// archive/zip refuses one that turns out to be another.
func readEntry(f *zip.File, limit int64) (Array, error) {
	if f.UncompressedSize64 > uint64(max(limit, 0)) {
		return Array{}, errors.New("more values than this file may unfold to (512 MiB, and above 16 MiB 200 times its size)")
	}
	r, err := f.Open()
	if err != nil {
		return Array{}, err
	}
	defer r.Close()
	return decodeNPY(bufio.NewReader(r), limit)
}

// WriteNPZ writes arrays, by their names, as an uncompressed NPZ file. The same
// arrays give the same bytes.
func WriteNPZ(w io.Writer, arrays []Array) error {
	archive := zip.NewWriter(w)
	for _, a := range arrays {
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: a.Name + ".npy", Method: zip.Store})
		if err != nil {
			return fmt.Errorf("datasets: array %s: %w", quote(a.Name), err)
		}
		if err := WriteNPY(entry, a); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("datasets: NPZ: %w", err)
	}
	return nil
}

// npzKeys are the array names under which an NPZ file may hold its inputs,
// targets, test inputs and test targets; case does not matter.
var npzKeys = [][4]string{
	{"x", "y", "x_test", "y_test"},
	{"x_train", "y_train", "x_test", "y_test"},
}

// OpenNPZ reads the data set in an NPZ file, and the rows of its own test part,
// nil without one. Inputs are X or x_train, of any shape whose first axis counts
// the rows; targets are y or y_train: whole numbers (also booleans) in one
// column are class labels, floats are values to predict, unless the task says
// otherwise; without y the rows can only be predicted. x_test with y_test is the
// test part. Bytes stay bytes.
func OpenNPZ(path string, task Task) (data, test *Dataset, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: %s: %w", path, plain(err))
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		err = plain(err)
	case info.IsDir():
		err = errors.New("is a directory, not a file")
	case info.Size() == 0:
		err = errEmpty
	}
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: %s: %w", path, err)
	}
	arrays, err := ReadNPZ(f, info.Size(), path)
	if err != nil {
		return nil, nil, err
	}
	if data, test, err = arraysToData(path, arrays, task); err != nil {
		return nil, nil, fmt.Errorf("datasets: %s: %w", path, err)
	}
	return data, test, nil
}

// arraysToData finds the inputs and targets among the arrays.
func arraysToData(name string, arrays []Array, task Task) (data, test *Dataset, err error) {
	if err := task.check(); err != nil {
		return nil, nil, err
	}
	byKey := make(map[string]*Array)
	var names []string
	for i := range arrays {
		byKey[strings.ToLower(arrays[i].Name)] = &arrays[i]
		names = append(names, arrays[i].Name)
	}
	for _, keys := range npzKeys {
		x, y := byKey[keys[0]], byKey[keys[1]]
		if x == nil {
			continue
		}
		if data, err = arrayDataset(name, x, y, task); err != nil {
			return nil, nil, err
		}
		xTest, yTest := byKey[keys[2]], byKey[keys[3]]
		if y == nil || xTest == nil || yTest == nil {
			return data, nil, nil
		}
		return withTest(data, name, xTest, yTest)
	}
	return nil, nil, fmt.Errorf("no array named X or x_train (arrays: %s); name that of the inputs X and that of the targets y", list(names))
}

// withTest adds the test part, whose classes are those of the data.
func withTest(data *Dataset, name string, x, y *Array) (*Dataset, *Dataset, error) {
	test, err := arrayDataset(name, x, y, task(data.Classes))
	if err == nil {
		test, err = SchemaOf(data).adopt(test, true)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("test part: %w", err)
	}
	return data, test, nil
}

// arrayDataset makes a data set of an array of inputs and one of targets, which
// may be nil.
func arrayDataset(name string, x, y *Array, task Task) (*Dataset, error) {
	d := &Dataset{Name: name}
	var err error
	if d.X, err = x.matrix(); err != nil {
		return nil, fmt.Errorf("array %s: %w", x.Name, err)
	}
	d.Shape = x.rowShape()
	d.Features = rowNames(d.Shape)
	if y == nil {
		return d, nil
	}
	if d.Y, err = y.matrix(); err != nil {
		return nil, fmt.Errorf("array %s: %w", y.Name, err)
	}
	if d.Y.Rows != d.X.Rows {
		return nil, fmt.Errorf("rows: array %s has %d, array %s has %d; give each row of inputs its targets", x.Name, d.X.Rows, y.Name, d.Y.Rows)
	}
	whole := y.I64 != nil || y.U8 != nil
	if task == Regression || task != Classification && !(whole && d.Y.Cols == 1) {
		for j := range d.Y.Cols {
			d.Targets = append(d.Targets, fmt.Sprintf("y%d", j+1))
		}
		return d, nil
	}
	if d.Y.Cols != 1 {
		return nil, fmt.Errorf("array %s has %d columns; class labels are one, values to predict are floats", y.Name, d.Y.Cols)
	}
	names, classes, err := integerClasses(&d.Y)
	if err != nil {
		return nil, fmt.Errorf("array %s: %w", y.Name, err)
	}
	d.Targets, d.Classes = []string{"label"}, names
	d.Y = Matrix{Rows: d.X.Rows, Cols: 1, F64: classes}
	return d, nil
}

// defaultScaling is how inputs that did not come from a table are scaled by
// default: bytes to 0..1, other numbers standardised.
func defaultScaling(d *Dataset) Scaling {
	if d.X.U8 != nil {
		return Scaling{Method: Divided, By: math.MaxUint8}
	}
	return Scaling{Method: Standardized}
}
