package datasets

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// A reader of files of unknown origin may return an error or valid data; it may
// not panic, and what it accepts has to hold together.

func FuzzReadCSV(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n3,4\n", animals, holes, "", "a", "\ufeffa;b\r\n1;2\r\n", "a\t\"b\nc\"\n1\tx\n", "1,2\n?,NA\n",
		"a,a\n1,2\n", "a,b\n1\n", "a,b\nInf,1\n", "\xff\xfe", "a,b\n\x00,1\n", "\"", "a,b\n\"1,2\n", "x|y\n1e999|2\n", ",\n,\n", "a,b\n1,x\n1,y\n",
	} {
		f.Add(seed, "")
		f.Add(seed, "b")
	}
	f.Fuzz(func(t *testing.T, text, target string) {
		table, err := ReadCSV(strings.NewReader(text), "x.csv")
		if err != nil {
			checkError(t, err)
			return
		}
		if table.Rows() < 1 || len(table.cells) != table.Rows()*len(table.Columns) {
			t.Fatalf("%d cells for %d rows of %d", len(table.cells), table.Rows(), len(table.Columns))
		}
		for _, policy := range []Missing{MissingDrop, MissingMean, MissingError} {
			o := LoadOptions{Options: Options{Missing: policy}}
			if target != "" {
				o.Targets = []string{target}
			}
			source, err := fromTable(table, o.Options, o)
			if err != nil {
				checkError(t, err)
				continue
			}
			checkFuzzedSource(t, source)
		}
	})
}

// checkFuzzedSource takes a source all the way to scaled rows and its schema to
// JSON and back.
func checkFuzzedSource(t *testing.T, source *Source) {
	parts, err := source.Parts(Split{}, 0, 1)
	if err != nil {
		checkError(t, err)
		return
	}
	if err := parts.Train.Validate(); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(source.Schema)
	if err != nil {
		t.Fatal(err)
	}
	var back Schema
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(&back, source.Schema) {
		t.Fatalf("%s reads back as %+v (%v)", text, back, err)
	}
}

func checkError(t *testing.T, err error) {
	t.Helper()
	if !strings.HasPrefix(err.Error(), "datasets: ") || strings.ContainsAny(err.Error(), "\n\x00") {
		t.Fatalf("error %q", err)
	}
}

func FuzzReadIDX(f *testing.F) {
	for _, seed := range [][]byte{nil, idxFile([]int{2, 1, 3}, 1, 2, 3, 4, 5, 6), idxFile([]int{2}, 1), {0, 0, 8, 4}, idxFile([]int{1 << 29, 1 << 29}, 1)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := ReadIDX(bytes.NewReader(data), "x")
		if err != nil {
			checkError(t, err)
			return
		}
		if !bytes.Equal(idxFile(a.Shape, a.U8...), data) {
			t.Fatalf("%+v does not write back", a)
		}
	})
}

func FuzzReadNPY(f *testing.F) {
	for _, seed := range [][]byte{
		nil,
		npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n", 0, 0, 0, 0, 0, 0, 0xf0, 0x3f),
		npy(2, "{'descr': '|b1', 'fortran_order': False, 'shape': (2, 1), }", 0, 1),
		npy(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (), }"),
		npy(1, "{'shape': (99999999999, 9999999999), 'descr': '<i4', 'fortran_order': False}"),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := ReadNPY(bytes.NewReader(data), "x")
		if err != nil {
			checkError(t, err)
			return
		}
		var b, again bytes.Buffer
		if err := WriteNPY(&b, a); err != nil {
			t.Fatalf("%+v does not write: %v", a, err)
		}
		back, err := ReadNPY(&b, "x")
		if err != nil {
			t.Fatal(err)
		}
		if err := WriteNPY(&again, back); err != nil || back.Len() != a.Len() {
			t.Fatalf("%+v reads back as %+v (%v)", a, back, err)
		}
	})
}

func FuzzReadNPZ(f *testing.F) {
	var b bytes.Buffer
	if err := WriteNPZ(&b, []Array{
		{Name: "X", Shape: []int{2, 2}, F32: []float32{1, 2, 3, 4}},
		{Name: "y", Shape: []int{2}, I64: []int64{0, 1}},
		{Name: "x_test", Shape: []int{1, 2}, U8: []uint8{1, 2}},
		{Name: "y_test", Shape: []int{1}, I64: []int64{1}},
	}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(b.Bytes()[:b.Len()/2])
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, data []byte) {
		arrays, err := ReadNPZ(bytes.NewReader(data), int64(len(data)), "x")
		if err != nil {
			checkError(t, err)
			return
		}
		for _, task := range []Task{Auto, Classification, Regression} {
			d, test, err := arraysToData("x", arrays, task)
			if err != nil {
				continue
			}
			for _, part := range []*Dataset{d, test} {
				if part != nil && part.Validate() != nil {
					t.Fatal(part.Validate())
				}
			}
		}
	})
}

func FuzzSchema(f *testing.F) {
	for _, seed := range []string{
		`{}`,
		`{"inputs":[{"name":"legs"},{"name":"colour","categories":["brown","black","white"]}],"shape":[4],"targets":["animal"],"classes":["cow","hen","cat"],"missing":"mean","fill":[1,0,0,0],"input_scaling":{"method":"standardize","mean":[0,0,0,0],"std":[1,1,1,1]},"target_scaling":{"method":"none"}}`,
		`{"inputs":[{"name":"weight"}],"shape":[1],"targets":["legs"],"missing":"drop","input_scaling":{"method":"divide","by":2},"target_scaling":{"method":"standardize","mean":[3],"std":[1]}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s Schema
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			return
		}
		table, err := ReadCSV(strings.NewReader(animals), "x.csv")
		if err != nil {
			t.Fatal(err)
		}
		d, _, err := s.Apply(table)
		if err != nil {
			return
		}
		if d, err = s.Standardize(d); err == nil {
			if err := d.consistent(); err != nil {
				t.Fatal(err)
			}
			s.Unscale(d.Y.floats())
		}
	})
}
