package nn

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"unicode/utf8"
)

// WriteTensors writes a safetensors file: 8 bytes with the length of the
// header, the header (JSON, padded with spaces to a multiple of 8), the data of
// the tensors without gaps. PyTorch, Keras and every other safetensors reader
// open it.
//
// The tensors keep their order, except that those of wider elements come first
// so that each starts at a multiple of its element size. Equal arguments give
// equal bytes. The metadata gets one more entry, a checksum over the rest of the
// file, that ReadTensors verifies and takes out again.
//
// A tensor that does not fit its shape, a name used twice, and text that is not
// UTF-8 are errors, found before the first byte is written.
func WriteTensors(w io.Writer, tensors []Tensor, metadata map[string]string) error {
	sorted := slices.SortedStableFunc(slices.Values(tensors), func(a, b Tensor) int {
		return cmp.Compare(dtypeBytes[b.DType], dtypeBytes[a.DType])
	})
	if err := checkWritable(sorted, metadata); err != nil {
		return fmt.Errorf("safetensors: %w", err)
	}
	header := encodeHeader(sorted, metadata)
	if len(header) > maxHeaderBytes {
		return fmt.Errorf("safetensors: the header takes %d bytes, more than %d", len(header), maxHeaderBytes)
	}
	if _, err := w.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))); err != nil {
		return fmt.Errorf("safetensors: %w", err)
	}
	if _, err := w.Write(header); err != nil {
		return fmt.Errorf("safetensors: %w", err)
	}
	for _, t := range sorted {
		if _, err := w.Write(t.Data); err != nil {
			return fmt.Errorf("safetensors: tensor %q: %w", t.Name, err)
		}
	}
	return nil
}

// checkWritable refuses what ReadTensors would not read back as it was.
func checkWritable(tensors []Tensor, metadata map[string]string) error {
	if n := max(len(tensors), len(metadata)+1); n > maxHeaderEntries {
		return fmt.Errorf("%d header entries, more than %d", n, maxHeaderEntries)
	}
	for key, value := range metadata {
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			return fmt.Errorf("metadata %q is not UTF-8", key)
		}
		if key == checksumKey {
			return fmt.Errorf("metadata key %q is reserved", key)
		}
	}
	if key, found := strayChecksum(metadata); found {
		return fmt.Errorf("metadata %q begins with %q, which is reserved", key, checksumPrefix)
	}
	seen := make(map[string]bool, len(tensors))
	for _, t := range tensors {
		if !utf8.ValidString(t.Name) {
			return fmt.Errorf("tensor name %q is not UTF-8", t.Name)
		}
		if t.Name == tensorMetadataKey {
			return fmt.Errorf("tensor name %q is reserved", t.Name)
		}
		if seen[t.Name] {
			return fmt.Errorf("two tensors are called %q", t.Name)
		}
		seen[t.Name] = true
		if err := t.check(); err != nil {
			return err
		}
	}
	return nil
}

// encodeHeader builds the padded JSON header, the metadata first, its keys
// sorted.
func encodeHeader(tensors []Tensor, metadata map[string]string) []byte {
	withSum := maps.Clone(metadata)
	if withSum == nil {
		withSum = make(map[string]string, 1)
	}
	withSum[checksumKey] = tensorChecksum(tensors, metadata)
	header := fmt.Appendf(nil, "{%s:%s", headerJSON(tensorMetadataKey), headerJSON(withSum))

	begin := 0
	for _, t := range tensors {
		end := begin + len(t.Data)
		shape := t.Shape
		if shape == nil {
			shape = []int{} // null is not a shape
		}
		header = fmt.Appendf(header, `,%s:{"dtype":%s,"shape":%s,"data_offsets":[%d,%d]}`,
			headerJSON(t.Name), headerJSON(t.DType), headerJSON(shape), begin, end)
		begin = end
	}
	header = append(header, '}')
	for len(header)%8 != 0 {
		header = append(header, ' ')
	}
	return header
}

// headerJSON encodes v; a map comes with its keys sorted.
func headerJSON[T string | []int | map[string]string](v T) []byte {
	data, _ := json.Marshal(v) // cannot fail for these types
	return data
}
