package datasets

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// npy returns an NPY file with the given dictionary and values.
func npy(version byte, dictionary string, values ...byte) []byte {
	data := append([]byte("\x93NUMPY"), version, 0, byte(len(dictionary)), byte(len(dictionary)>>8))
	if version > 1 {
		data = append(data, 0, 0)
	}
	return append(append(data, dictionary...), values...)
}

func TestReadNPY(t *testing.T) {
	for _, c := range []struct {
		name string
		data []byte
		want Array
	}{
		{"float64", npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }   \n", 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 4, 0xc0),
			Array{Shape: []int{1, 2}, F64: []float64{1, -2.5}}},
		{"float32, version 2", npy(2, "{'descr':'<f4','fortran_order':False,'shape':(1,)}\n", 0, 0, 0x80, 0x3f), Array{Shape: []int{1}, F32: []float32{1}}},
		{"int32", npy(1, `{"shape": (2,), "descr": "<i4", "fortran_order": False}`, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff), Array{Shape: []int{2}, I64: []int64{1, -1}}},
		{"int64", npy(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }", 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), Array{Shape: []int{1}, I64: []int64{-2}}},
		{"uint8", npy(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", 1, 2, 255), Array{Shape: []int{3}, U8: []uint8{1, 2, 255}}},
		{"bool", npy(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }", 0, 1, 7), Array{Shape: []int{3}, U8: []uint8{0, 1, 1}}},
		{"single value", npy(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (), }", 9), Array{Shape: []int{}, U8: []uint8{9}}},
	} {
		if got, err := ReadNPY(bytes.NewReader(c.data), "x"); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v (%v), want %+v", c.name, got, err, c.want)
		}
	}
}

func TestReadNPYErrors(t *testing.T) {
	dictionary := func(descr, fortran, shape string) []byte {
		return npy(1, fmt.Sprintf("{'descr': %s, 'fortran_order': %s, 'shape': %s, }", descr, fortran, shape))
	}
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "the file ends within its header"},
		{"magic", []byte("PK\x03\x04 and so on"), "not an NPY array"},
		{"version", npy(3, "{}"), "NPY version 3.0; 1.0 and 2.0 are read"},
		{"header cut", npy(1, "{'descr': '<f8'")[:12], "the file ends within its header"},
		{"header size", []byte("\x93NUMPY\x02\x00\xff\xff\xff\x7f"), "NPY header of 2147483647 bytes, at most 65536 are read"},
		{"type", dictionary("'>f8'", "False", "(1,)"), `values of type ">f8"; <f4 <f8 <i4 <i8 |u1 |b1 are read`},
		{"object", dictionary("'|O'", "False", "(1,)"), `values of type "|O"; <f4 <f8 <i4 <i8 |u1 |b1 are read`},
		{"fields", dictionary("[('a', '<f8')]", "False", "(1,)"), `NPY header: want "'" at " [('a', '<f8')], 'fortran_order': False,"…`},
		{"Fortran", dictionary("'<f8'", "True", "(2, 2)"), "Fortran order; save it in C order (numpy.ascontiguousarray)"},
		{"boolean", dictionary("'<f8'", "Maybe", "(1,)"), `NPY header: want "False" at " Maybe, 'shape': (1,), }"`},
		{"negative", dictionary("'<f8'", "False", "(-1,)"), `NPY header: want a length at "-1,), }"`},
		{"huge", dictionary("'<f8'", "False", "(536870912, 536870912, 536870912)"), "an array of shape [536870912 536870912 536870912] is larger than the limit of 512 MiB"},
		{"number", dictionary("'<f8'", "False", "(99999999999999999999,)"), "NPY header: axis of length 99999999999999999999"},
		{"axes", dictionary("'<f8'", "False", "("+strings.Repeat("1,", 33)+")"), "NPY header: too many axes"},
		{"missing key", npy(1, "{'descr': '<f8'}"), "NPY header: descr, fortran_order and shape are not all there"},
		{"key twice", npy(1, "{'descr': '<f8', 'descr': '<f8'}"), `NPY header: key "descr" twice`},
		{"unknown key", npy(1, "{'order': 1}"), `NPY header: unknown key "order"`},
		{"open string", npy(1, "{'descr"), "NPY header: a string is not closed"},
		{"no dictionary", npy(1, "hello"), `NPY header: want "{" at "hello"`},
		{"more text", npy(1, "{'descr': '|u1', 'fortran_order': False, 'shape': ()} x"), `NPY header: text after the dictionary: " x"`},
		{"values cut", append(dictionary("'<f8'", "False", "(2,)"), 1, 2, 3), "the file is cut short: 3 bytes of values, its header wants 16"},
		{"values left", append(dictionary("'|u1'", "False", "(2,)"), 1, 2, 3), "the file goes on after the 2 bytes of values its header announces"},
	} {
		if _, err := ReadNPY(bytes.NewReader(c.data), "x"); err == nil || err.Error() != "datasets: x: "+c.want {
			t.Errorf("%s: %v, want datasets: x: %s", c.name, err, c.want)
		}
	}
}

func TestWriteNPZ(t *testing.T) {
	arrays := []Array{
		{Name: "a/b", Shape: []int{2, 1}, F32: []float32{1.5, float32(math.Inf(1))}},
		{Name: "c", Shape: []int{2}, F64: []float64{math.Pi, math.Copysign(0, -1)}},
		{Name: "d", Shape: []int{1, 1, 2}, I64: []int64{-1, 1 << 40}},
		{Name: "e", Shape: []int{}, U8: []uint8{7}},
		{Name: "f", Shape: []int{0, 4}, U8: []uint8{}},
	}
	var first, second bytes.Buffer
	if err := WriteNPZ(&first, arrays); err != nil {
		t.Fatal(err)
	}
	if err := WriteNPZ(&second, arrays); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("the bytes differ (%v)", err)
	}
	got, err := ReadNPZ(bytes.NewReader(first.Bytes()), int64(first.Len()), "x")
	if err != nil || !reflect.DeepEqual(got, arrays) {
		t.Errorf("%+v (%v)", got, err)
	}
	// The values begin at a multiple of 64, as NumPy has it.
	for _, a := range arrays {
		var b bytes.Buffer
		if err := WriteNPY(&b, a); err != nil {
			t.Fatal(err)
		}
		if start := bytes.IndexByte(b.Bytes(), '\n') + 1; start%64 != 0 {
			t.Errorf("%s: values begin at %d", a.Name, start)
		}
	}
	for _, bad := range []Array{{Name: "x", Shape: []int{2}, U8: []uint8{1}}, {Name: "x", Shape: []int{-1, -1}, U8: []uint8{1}}} {
		if err := WriteNPZ(&first, []Array{bad}); err == nil || !strings.HasPrefix(err.Error(), `datasets: array "x": shape `) {
			t.Error(err)
		}
	}
}

// npzFile writes arrays to a file and returns its path.
func npzFile(t *testing.T, arrays ...Array) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.npz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := WriteNPZ(f, arrays); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenNPZ(t *testing.T) {
	x := Array{Name: "X", Shape: []int{3, 2}, F32: []float32{1, 2, 3, 4, 5, 6}}
	labels := Array{Name: "y", Shape: []int{3}, I64: []int64{5, -1, 5}}
	source, err := Open(npzFile(t, x, labels), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if d := source.Data; !slices.Equal(d.Classes, []string{"-1", "5"}) || d.Class(0) != 1 || d.Class(1) != 0 || !slices.Equal(d.Features, []string{"x1", "x2"}) ||
		source.Schema.InputScaling.Method != Standardized || d.Validate() != nil {
		t.Errorf("%+v, %+v", d, source.Schema)
	}
	// The task overrides the type.
	source, err = Open(npzFile(t, x, labels), LoadOptions{Options: Options{Task: Regression}})
	if err != nil || source.Data.Classes != nil || source.Data.Y.At(1, 0) != -1 {
		t.Errorf("%+v (%v)", source, err)
	}
	floats := Array{Name: "y", Shape: []int{3, 2}, F64: []float64{1, 2, 3, 4, 5, 6}}
	if source, err = Open(npzFile(t, floats, x), LoadOptions{}); err != nil || !slices.Equal(source.Data.Targets, []string{"y1", "y2"}) || source.Schema.TargetScaling.Method != Standardized {
		t.Errorf("%+v (%v)", source, err)
	}
	// Images with a test part of its own, in Keras' names; label 2 is not tested.
	source, err = Open(npzFile(t,
		Array{Name: "x_train", Shape: []int{3, 2, 2}, U8: []uint8{0, 0, 0, 0, 1, 1, 1, 1, 255, 255, 255, 255}},
		Array{Name: "y_train", Shape: []int{3}, U8: []uint8{0, 1, 2}},
		Array{Name: "x_test", Shape: []int{1, 2, 2}, U8: []uint8{9, 9, 9, 9}},
		Array{Name: "y_test", Shape: []int{1}, U8: []uint8{1}}), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	parts, err := source.Parts(EveryFifth(4), 0, 1)
	if err != nil || parts.Test.Len() != 1 || parts.Test.Class(0) != 1 || !slices.Equal(parts.Train.Shape, []int{2, 2}) ||
		parts.Train.X.U8 == nil || parts.Train.X.At(2, 0) != 1 || len(parts.Test.Classes) != 3 {
		t.Errorf("%+v (%v)", parts, err)
	}
	// Inputs alone serve a prediction, nothing else.
	alone := npzFile(t, Array{Name: "X", Shape: []int{1, 2, 2}, U8: []uint8{1, 2, 3, 4}})
	if source, err = Open(alone, LoadOptions{Schema: source.Schema, InputsOnly: true}); err != nil || source.Data.Len() != 1 {
		t.Errorf("%+v (%v)", source, err)
	}
	if _, err := Open(alone, LoadOptions{}); err == nil || err.Error() != "datasets: "+alone+": no targets to train on" {
		t.Error(err)
	}
}

func TestOpenNPZErrors(t *testing.T) {
	x := Array{Name: "X", Shape: []int{2, 1}, F64: []float64{1, 2}}
	for _, c := range []struct {
		name   string
		arrays []Array
		task   Task
		want   string
	}{
		{"no X", []Array{{Name: "data", Shape: []int{1}, U8: []uint8{1}}}, "", "no array named X or x_train (arrays: data); name that of the inputs X and that of the targets y"},
		{"rows", []Array{x, {Name: "y", Shape: []int{3}, U8: []uint8{1, 2, 3}}}, "", "rows: array X has 2, array y has 3; give each row of inputs its targets"},
		{"NaN", []Array{{Name: "X", Shape: []int{2, 2}, F64: []float64{1, 2, 3, math.NaN()}}}, "", "array X: row 1, value 1 is NaN"},
		{"infinite", []Array{x, {Name: "y", Shape: []int{2}, F32: []float32{1, float32(math.Inf(-1))}}}, "", "array y: row 1, value 0 is -Inf"},
		{"single value", []Array{{Name: "X", Shape: []int{}, U8: []uint8{1}}}, "", "array X: a single value is no array of rows"},
		{"no rows", []Array{{Name: "X", Shape: []int{0, 3}, U8: []uint8{}}}, "", "array X: shape [0 3] is empty"},
		{"one class", []Array{x, {Name: "y", Shape: []int{2}, I64: []int64{4, 4}}}, "", `target "label" has one class only ("4"), nothing to tell apart; choose another target`},
		{"broken labels", []Array{x, {Name: "y", Shape: []int{2}, F64: []float64{1, 1.5}}}, Classification, "array y: row 1: the label 1.5 is not a whole number"},
		{"one-hot labels", []Array{x, {Name: "y", Shape: []int{2, 2}, U8: []uint8{1, 0, 0, 1}}}, Classification, "array y has 2 columns; class labels are one, values to predict are floats"},
		{"test class", []Array{x, {Name: "y", Shape: []int{2}, U8: []uint8{0, 1}}, {Name: "x_test", Shape: []int{1, 1}, F64: []float64{1}}, {Name: "y_test", Shape: []int{1}, U8: []uint8{2}}},
			"", `test part: row 0: unknown class "2" (have 0, 1); train on rows that have it`},
		{"test width", []Array{x, {Name: "y", Shape: []int{2}, U8: []uint8{0, 1}}, {Name: "x_test", Shape: []int{1, 2}, F64: []float64{1, 2}}, {Name: "y_test", Shape: []int{1}, U8: []uint8{0}}},
			"", "test part: inputs a row: the model wants 1, the data have 2; take data of that width"},
		{"twice", []Array{x, x}, "", `two arrays are named "X"`},
		{"task", []Array{x}, "sort", `unknown task "sort" (have auto, classification, regression)`},
	} {
		path := npzFile(t, c.arrays...)
		_, err := Open(path, LoadOptions{Options: Options{Task: c.task}})
		if err == nil || err.Error() != "datasets: "+path+": "+c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	path := npzFile(t, x)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":     {nil, "empty file; write its rows to it again"},
		"foreign":   {[]byte("a,b\n1,2\n"), "not an NPZ file (zip: not a valid zip file); write it again, with numpy.savez for example"},
		"truncated": {good[:len(good)-9], "not an NPZ file (zip: not a valid zip file); write it again, with numpy.savez for example"},
		"flipped":   {bytes.Replace(good, []byte{0x40}, []byte{0x41}, 1), `array "X": zip: checksum error`},
		"entry":     {zipEntry(t, "readme.txt", []byte("hello")), `entry "readme.txt" is not an .npy array; write the file again, with numpy.savez for example`},
		"bomb":      {zipEntry(t, "X.npy", append(npy(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (20000000,), }"), make([]byte, 20_000_000)...)), `array "X": more values than this file may unfold to (512 MiB, and above 16 MiB 200 times its size)`},
	} {
		if err := os.WriteFile(path, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, LoadOptions{}); err == nil || err.Error() != "datasets: "+path+": "+c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := Open("nowhere.npz", LoadOptions{}); err == nil || err.Error() != "datasets: nowhere.npz: no such file or directory" {
		t.Error(err)
	}
	if _, err := Open("x.npz", LoadOptions{Options: Options{Targets: []string{"y"}}}); err == nil || err.Error() != "datasets: x.npz: arrays have no columns to choose as targets or to drop" {
		t.Error(err)
	}
}

func zipEntry(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	entry, err := w.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := entry.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
