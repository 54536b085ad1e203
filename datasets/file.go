package datasets

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// Limits on what a file may unfold to. A file of the user's own may hold
// anything, also 10 GB of zeros in 10 MB of gzip.
const (
	maxBytes = 512 << 20 // bytes of content, decompressed
	maxRatio = 200       // decompressed to compressed bytes,
	bombFrom = 16 << 20  // where the content is longer than this
)

// errEmpty is a file without a byte: mostly one whose export failed.
var errEmpty = errors.New("empty file; write its rows to it again")

// contentLimit returns how many bytes a compressed file of the given size may
// unfold to.
func contentLimit(compressed int64) int64 {
	return min(maxBytes, max(bombFrom, compressed*maxRatio))
}

// openFile opens a file of the user's own; see content. Close closes the file.
func openFile(path string) (*content, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", path, plain(err))
	}
	return newContent(f, path)
}

// plain strips the operation and path from a file error.
func plain(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// content reads what a file holds, through gzip when its name ends in .gz, up
// to the limit.
type content struct {
	file  fs.File
	r     io.Reader
	left  int64 // bytes until the limit
	limit int64 // of the whole content
}

// newContent takes over a file, and closes it when it can not be read.
func newContent(f fs.File, name string) (*content, error) {
	c, err := inspect(f, name)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("datasets: %s: %w", name, err)
	}
	return c, nil
}

// inspect refuses what is no file of data before a byte of it is parsed. A device or
// pipe, whose size is 0, passes: its content is limited while it is read.
func inspect(f fs.File, name string) (*content, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, plain(err)
	case info.IsDir():
		return nil, errors.New("is a directory, not a file")
	case info.Mode().IsRegular() && info.Size() == 0:
		return nil, errEmpty
	}
	c := &content{file: f, r: f, limit: maxBytes}
	if strings.HasSuffix(name, ".gz") {
		c.limit = contentLimit(info.Size())
		compressed := bufio.NewReader(f)
		if magic, _ := compressed.Peek(2); string(magic) != "\x1f\x8b" {
			return nil, gzipError(gzip.ErrHeader)
		}
		if c.r, err = gzip.NewReader(compressed); err != nil {
			return nil, gzipError(err)
		}
	} else if info.Size() > maxBytes {
		return nil, tooLong(maxBytes)
	}
	c.left = c.limit
	return c, nil
}

// Close implements io.Closer.
func (c *content) Close() error { return c.file.Close() }

// Read implements io.Reader.
func (c *content) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.left -= int64(n)
	if c.left < 0 {
		return 0, tooLong(c.limit)
	}
	if err != nil && err != io.EOF {
		return n, gzipError(err)
	}
	return n, err
}

// tooLong says which limit a content passed.
func tooLong(limit int64) error {
	return fmt.Errorf("holds more than %d MiB, the limit for this file; train on a part of its rows", limit>>20)
}

// gzipError says what is wrong with compressed data; other errors pass.
func gzipError(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, gzip.ErrHeader):
		return errors.New("not gzip data; compress it with gzip, or take .gz off its name")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("the gzip data is cut short; copy or compress the file again")
	case errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return errors.New("the gzip data is damaged; copy or compress the file again")
	}
	return plain(err)
}
