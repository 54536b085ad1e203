package datasets

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// idxFile returns an IDX file of bytes.
func idxFile(shape []int, values ...byte) []byte {
	data := []byte{0, 0, 8, byte(len(shape))}
	for _, n := range shape {
		data = append(data, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(data, values...)
}

func TestReadIDX(t *testing.T) {
	a, err := ReadIDX(bytes.NewReader(idxFile([]int{2, 1, 3}, 1, 2, 3, 4, 5, 255)), "x")
	if err != nil || !slices.Equal(a.Shape, []int{2, 1, 3}) || !slices.Equal(a.U8, []uint8{1, 2, 3, 4, 5, 255}) {
		t.Errorf("%+v (%v)", a, err)
	}
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "the file ends within its header"},
		{"short", []byte{0, 0, 8}, "the file ends within its header"},
		{"short axes", idxFile([]int{1})[:6], "the file ends within its header"},
		{"magic", []byte("\x1f\x8b\x08\x00"), "not an IDX file (it begins with 1f 8b 08 00)"},
		{"type", []byte{0, 0, 0x0d, 1}, "IDX values of type 0x0d; only unsigned bytes (0x08) are read"},
		{"no axis", []byte{0, 0, 8, 0}, "IDX array of 0 axes; 1 to 4 are read"},
		{"axes", []byte{0, 0, 8, 5}, "IDX array of 5 axes; 1 to 4 are read"},
		{"empty axis", idxFile([]int{0}), "IDX axis 1 has length 0"},
		{"long axis", idxFile([]int{1, 1 << 31}), "IDX axis 2 has length 2147483648"},
		{"overflow", idxFile([]int{1 << 29, 1 << 29, 1 << 29, 1 << 29}), "an array of shape [536870912 536870912 536870912 536870912] is larger than the limit of 512 MiB"},
		{"cut short", idxFile([]int{2, 2}, 1, 2, 3), "the file is cut short: 3 bytes of values, its header wants 4"},
		{"too long", idxFile([]int{2}, 1, 2, 3), "the file goes on after the 2 bytes of values its header announces"},
	} {
		if _, err := ReadIDX(bytes.NewReader(c.data), "x"); err == nil || err.Error() != "datasets: x: "+c.want {
			t.Errorf("%s: %v, want datasets: x: %s", c.name, err, c.want)
		}
	}
}

// mnistFolder writes a tiny set in MNIST's form, in all the ways files are named.
func mnistFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range map[string][]byte{
		"train-images-idx3-ubyte":   idxFile([]int{3, 2, 2}, 0, 51, 102, 153, 204, 255, 0, 0, 1, 2, 3, 4),
		"train-labels.idx1-ubyte":   idxFile([]int{3}, 7, 0, 9),
		"t10k-images.idx3-ubyte.gz": zipped(t, idxFile([]int{1, 2, 2}, 255, 0, 0, 0)),
		"t10k-labels-idx1-ubyte.gz": zipped(t, idxFile([]int{1}, 1)),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestMNIST(t *testing.T) {
	dir := mnistFolder(t)
	source, err := Open("mnist", LoadOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if source.Data.Len() != 3 || source.Test.Len() != 1 || !slices.Equal(source.Data.Shape, []int{2, 2}) || source.Data.Class(2) != 9 ||
		source.Data.Features[3] != "pixel_1_1" || len(source.Data.Classes) != 10 {
		t.Errorf("%+v and %+v", source.Data, source.Test)
	}
	a, err := OpenIDX(filepath.Join(dir, "t10k-labels-idx1-ubyte.gz"))
	if err != nil || !slices.Equal(a.U8, []uint8{1}) {
		t.Errorf("%+v (%v)", a, err)
	}
	parts, err := source.Parts(source.DefaultSplit(), 0, 1)
	if err != nil || parts.Train.Len() != 3 || parts.Test.Len() != 1 || parts.Train.X.At(0, 1) != 51.0/255 {
		t.Errorf("%+v (%v)", parts, err)
	}
}

func TestMNISTErrors(t *testing.T) {
	put := func(dir, name string, data []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name   string
		change func(dir string)
		want   string // DIR stands for the folder
	}{
		{"missing file", func(dir string) { os.Remove(filepath.Join(dir, "train-labels.idx1-ubyte")) },
			"DIR: no file train-labels-idx1-ubyte (or .idx1-ubyte, or with .gz)"},
		{"label", func(dir string) { put(dir, "train-labels.idx1-ubyte", idxFile([]int{3}, 1, 10, 2)) },
			"DIR: train-images and train-labels: label 1 is 10; there are 10 classes"},
		{"count", func(dir string) { put(dir, "train-labels.idx1-ubyte", idxFile([]int{2}, 1, 2)) },
			"DIR: train-images and train-labels: 3 images and 2 labels"},
		{"labels for images", func(dir string) { put(dir, "train-images-idx3-ubyte", idxFile([]int{3}, 1, 2, 3)) },
			"DIR: train-images and train-labels: the images have shape [3]; want count, height, width"},
		{"images for labels", func(dir string) { put(dir, "train-labels.idx1-ubyte", idxFile([]int{3, 1}, 1, 2, 3)) },
			"DIR: train-images and train-labels: the labels have shape [3 1]; want one axis"},
		{"sizes", func(dir string) { put(dir, "train-images-idx3-ubyte", idxFile([]int{3, 1, 1}, 1, 2, 3)) },
			"DIR: training images of shape [1 1], test images of shape [2 2]"},
		{"not gzip", func(dir string) { put(dir, "t10k-labels-idx1-ubyte.gz", idxFile([]int{1}, 1)) },
			"DIR/t10k-labels-idx1-ubyte.gz: not gzip data; compress it with gzip, or take .gz off its name"},
		{"cut gzip", func(dir string) {
			put(dir, "t10k-labels-idx1-ubyte.gz", zipped(t, bytes.Repeat(idxFile([]int{1}, 1), 3))[:14])
		}, "DIR/t10k-labels-idx1-ubyte.gz: the gzip data is cut short; copy or compress the file again"},
		{"empty", func(dir string) { put(dir, "t10k-labels-idx1-ubyte.gz", nil) },
			"DIR/t10k-labels-idx1-ubyte.gz: empty file; write its rows to it again"},
		{"bomb", func(dir string) {
			put(dir, "t10k-images.idx3-ubyte.gz", zipped(t, append(idxFile([]int{1, 5000, 5000}), make([]byte, 25_000_000)...)))
		}, "DIR/t10k-images.idx3-ubyte.gz: an array of shape [1 5000 5000] is larger than the limit of 16 MiB"},
	} {
		dir := mnistFolder(t)
		c.change(dir)
		want := "datasets: " + strings.ReplaceAll(c.want, "DIR", dir)
		if _, err := Open("mnist", LoadOptions{Dir: dir}); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", c.name, err, want)
		}
	}
	for dir, want := range map[string]string{
		"":                   "datasets: mnist is not bundled: give the folder of your own files (--data) that holds train-images-idx3-ubyte,",
		"/nowhere/to/be":     "datasets: /nowhere/to/be: no such file or directory",
		"data/PROVENANCE.md": "datasets: data/PROVENANCE.md: is a file; mnist wants the folder with its four files",
	} {
		if _, err := Open("mnist", LoadOptions{Dir: dir}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
