package datasets

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ReadIDX reads an array in the format of the MNIST files (LeCun, Cortes,
// Burges, "The MNIST database"):
//
//	0 0 type axes          four bytes
//	length of each axis    big-endian uint32
//	values                 row-major
//
// Only unsigned bytes (type 0x08) and one to four axes are read, and at most 512
// MiB; the data must end where the header says. The name stands in messages.
func ReadIDX(r io.Reader, name string) (Array, error) { return readIDX(r, name, maxBytes) }

// readIDX is ReadIDX with the limit of a compressed file.
func readIDX(r io.Reader, name string, limit int64) (Array, error) {
	a, err := decodeIDX(r, limit)
	if err != nil {
		return Array{}, fmt.Errorf("datasets: %s: %w", name, err)
	}
	return a, nil
}

// decodeIDX checks each part of the header before it believes the next: the four
// lengths alone can announce 2^128 bytes, and nothing may be allocated for a
// promise.
func decodeIDX(r io.Reader, limit int64) (Array, error) {
	var magic [4]byte
	if err := readHeader(r, magic[:]); err != nil {
		return Array{}, err
	}
	if magic[0] != 0 || magic[1] != 0 {
		return Array{}, fmt.Errorf("not an IDX file (it begins with % x)", magic)
	}
	if magic[2] != 0x08 {
		return Array{}, fmt.Errorf("IDX values of type 0x%02x; only unsigned bytes (0x08) are read", magic[2])
	}
	axes := int(magic[3])
	if axes < 1 || axes > 4 {
		return Array{}, fmt.Errorf("IDX array of %d axes; 1 to 4 are read", axes)
	}
	lengths := make([]byte, 4*axes)
	if err := readHeader(r, lengths); err != nil {
		return Array{}, err
	}
	shape := make([]int, axes)
	for i := range shape {
		n := binary.BigEndian.Uint32(lengths[4*i:])
		if n == 0 || n > maxBytes {
			return Array{}, fmt.Errorf("IDX axis %d has length %d", i+1, n)
		}
		shape[i] = int(n)
	}
	size, err := sizeOf(shape, 1, limit)
	if err != nil {
		return Array{}, err
	}
	values, err := readExactly(r, size)
	if err != nil {
		return Array{}, err
	}
	return Array{Shape: shape, U8: values}, nil
}

// readHeader fills p.
func readHeader(r io.Reader, p []byte) error {
	_, err := io.ReadFull(r, p)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errors.New("the file ends within its header")
	}
	return err
}

// OpenIDX reads an IDX file, through gzip when its name ends in .gz.
func OpenIDX(path string) (Array, error) {
	f, err := openFile(path)
	if err != nil {
		return Array{}, err
	}
	defer f.Close()
	return readIDX(f, path, f.limit)
}

// images joins an array of images and one of labels. The class of an image is
// its label: an index into classes.
func images(name string, pixels, labels Array, classes []string) (*Dataset, error) {
	switch {
	case len(pixels.Shape) < 2:
		return nil, fmt.Errorf("the images have shape %v; want count, height, width", pixels.Shape)
	case len(labels.Shape) != 1:
		return nil, fmt.Errorf("the labels have shape %v; want one axis", labels.Shape)
	case pixels.Shape[0] != labels.Shape[0]:
		return nil, fmt.Errorf("%d images and %d labels", pixels.Shape[0], labels.Shape[0])
	}
	for i, label := range labels.U8 {
		if int(label) >= len(classes) {
			return nil, fmt.Errorf("label %d is %d; there are %d classes", i, label, len(classes))
		}
	}
	x, err := pixels.matrix()
	if err != nil {
		return nil, err
	}
	shape := pixels.rowShape()
	return &Dataset{
		Name:     name,
		Features: rowNames(shape),
		Shape:    shape,
		X:        x,
		Y:        Matrix{Rows: len(labels.U8), Cols: 1, U8: labels.U8},
		Targets:  []string{"label"},
		Classes:  classes,
	}, nil
}

// openImages reads the four files of MNIST's names in a folder: the rows to
// train on and those to test on.
func openImages(fsys fs.FS, name, dir string, classes []string) (train, test *Dataset, err error) {
	if train, err = openImagePair(fsys, name, dir, "train", classes); err != nil {
		return nil, nil, err
	}
	if test, err = openImagePair(fsys, name, dir, "t10k", classes); err != nil {
		return nil, nil, err
	}
	if train.X.Cols != test.X.Cols {
		return nil, nil, fmt.Errorf("datasets: %s: training images of shape %v, test images of shape %v", dir, train.Shape, test.Shape)
	}
	return train, test, nil
}

// openImagePair reads the images and labels of one part, "train" or "t10k".
func openImagePair(fsys fs.FS, name, dir, part string, classes []string) (*Dataset, error) {
	pixels, err := findIDX(fsys, dir, part+"-images", "idx3-ubyte")
	if err != nil {
		return nil, err
	}
	labels, err := findIDX(fsys, dir, part+"-labels", "idx1-ubyte")
	if err != nil {
		return nil, err
	}
	d, err := images(name, pixels, labels, classes)
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %s-images and %s-labels: %w", dir, part, part, err)
	}
	return d, nil
}

// findIDX reads the file that is named base-kind or base.kind, with or without
// .gz, from a folder: of fsys, or of the disk when fsys is nil.
func findIDX(fsys fs.FS, dir, base, kind string) (Array, error) {
	for _, dot := range []string{"-", "."} {
		for _, suffix := range []string{"", ".gz"} {
			file := base + dot + kind + suffix
			f, shown, err := openIn(fsys, dir, file)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return Array{}, fmt.Errorf("datasets: %s: %w", shown, plain(err))
			}
			c, err := newContent(f, shown)
			if err != nil {
				return Array{}, err
			}
			defer c.Close()
			return readIDX(c, shown, c.limit)
		}
	}
	return Array{}, fmt.Errorf("datasets: %s: no file %s-%s (or .%s, or with .gz)", dir, base, kind, kind)
}

// openIn opens a file of a folder and returns the path that messages show.
func openIn(fsys fs.FS, dir, file string) (f fs.File, shown string, err error) {
	if fsys == nil {
		shown = filepath.Join(dir, file)
		f, err = os.Open(shown)
		return f, shown, err
	}
	shown = dir + "/" + file
	f, err = fsys.Open(shown)
	return f, shown, err
}
