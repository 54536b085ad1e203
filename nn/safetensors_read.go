package nn

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// readChunk bounds what the reader allocates ahead of the bytes it has seen.
const readChunk = 32 << 20

// ReadTensors reads a safetensors file to its end and returns its tensors in
// the order of their data, and its metadata (never nil).
//
// It trusts nothing: sizes are believed once the bytes are there, so a hostile
// file costs no more memory than it has bytes, plus 64 MB. An error says in one
// line what is wrong: a file too short or with bytes left over, a header beyond
// 100 MB, not UTF-8, not JSON or with a key twice, metadata other than strings,
// an unknown dtype, a negative or overflowing shape, tensors that overlap, leave
// a hole or do not fit their shape. The checksum of a file that WriteTensors
// wrote is verified and left out of the metadata; files of other programs have
// none.
func ReadTensors(r io.Reader) ([]Tensor, map[string]string, error) {
	buffered := bufio.NewReader(r)
	header, err := readHeader(buffered)
	if err != nil {
		return nil, nil, fmt.Errorf("safetensors: %w", err)
	}
	entries, metadata, err := parseHeader(header)
	if err != nil {
		return nil, nil, fmt.Errorf("safetensors: header: %w", err)
	}
	if err := checkLayout(entries); err != nil {
		return nil, nil, fmt.Errorf("safetensors: %w", err)
	}
	tensors := make([]Tensor, len(entries))
	for i, e := range entries {
		tensors[i] = e.Tensor
		if tensors[i].Data, err = readExactly(buffered, e.end-e.begin); err != nil {
			return nil, nil, fmt.Errorf("safetensors: tensor %.60q: %w", e.Name, err)
		}
	}
	if _, err := buffered.ReadByte(); err == nil {
		return nil, nil, errors.New("safetensors: bytes follow the last tensor")
	} else if err != io.EOF {
		return nil, nil, fmt.Errorf("safetensors: %w", err)
	}
	if err := verifyChecksum(tensors, metadata); err != nil {
		return nil, nil, fmt.Errorf("safetensors: %w", err)
	}
	return tensors, metadata, nil
}

func readHeader(r io.Reader) ([]byte, error) {
	length, err := readExactly(r, 8)
	if err != nil {
		return nil, fmt.Errorf("length of the header: %w", err)
	}
	n := binary.LittleEndian.Uint64(length)
	if n > maxHeaderBytes {
		return nil, fmt.Errorf("the header claims %d bytes, more than %d: not a safetensors file, or a damaged one", n, maxHeaderBytes)
	}
	header, err := readExactly(r, int(n))
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	return header, nil
}

// readExactly reads n bytes. Up to readChunk bytes, the result is all that it
// allocates; a longer one is gathered in chunks first.
func readExactly(r io.Reader, n int) ([]byte, error) {
	var chunks [][]byte
	for got := 0; got < n; got += readChunk {
		chunk := make([]byte, min(n-got, readChunk))
		k, err := io.ReadFull(r, chunk)
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil, fmt.Errorf("the file ends after %d of %d bytes", got+k, n)
		}
		if err != nil {
			return nil, err
		}
		chunks = append(chunks, chunk)
	}
	if len(chunks) == 1 {
		return chunks[0], nil
	}
	return bytes.Join(chunks, nil), nil
}

// headerEntry is a tensor without its data and the place of its data behind the
// header.
type headerEntry struct {
	Tensor
	begin, end int
}

// checkLayout sorts the entries by place and makes sure that they fit their
// shapes and fill the data without overlap or hole.
func checkLayout(entries []headerEntry) error {
	slices.SortStableFunc(entries, func(a, b headerEntry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	last := headerEntry{}
	for _, e := range entries {
		n, err := e.byteSize()
		switch {
		case err != nil:
		case e.end < e.begin:
			err = fmt.Errorf("data_offsets [%d,%d] run backwards", e.begin, e.end)
		case e.end-e.begin != n:
			err = fmt.Errorf("%s %v takes %d bytes, data_offsets [%d,%d] give %d", e.DType, e.Shape, n, e.begin, e.end, e.end-e.begin)
		case e.begin < last.end:
			err = fmt.Errorf("data_offsets [%d,%d] overlap tensor %.60q", e.begin, e.end, last.Name)
		case e.begin > last.end:
			err = fmt.Errorf("data_offsets [%d,%d] leave a hole of %d bytes before it", e.begin, e.end, e.begin-last.end)
		}
		if err != nil {
			return fmt.Errorf("tensor %.60q: %w", e.Name, err)
		}
		last = e
	}
	return nil
}
