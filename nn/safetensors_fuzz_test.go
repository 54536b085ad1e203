package nn

import (
	"bytes"
	"maps"
	"testing"

	foreign "github.com/nlpodyssey/safetensors"
)

// FuzzReadTensors reads anything. What the reader accepts must survive writing
// and reading, be written with the same bytes twice, and be accepted by the
// reader of another project.
func FuzzReadTensors(f *testing.F) {
	f.Add(mustWrite(f, sampleTensors(), sampleMetadata))
	f.Add(mustWrite(f, nil, nil))
	for _, c := range acceptedFiles {
		f.Add([]byte(c.file))
	}
	for _, c := range hostileFiles {
		if len(c.file) < 4096 { // what is hostile by its size alone tells the fuzzer nothing
			f.Add([]byte(c.file))
		}
	}
	newer := map[string]bool{"F8_E4M3": true, "F8_E5M2": true, "F8_E8M0": true, "C64": true}
	f.Fuzz(func(t *testing.T, file []byte) {
		tensors, metadata, err := ReadTensors(bytes.NewReader(file))
		if err != nil {
			return
		}
		known := true
		for _, tensor := range tensors {
			known = known && !newer[tensor.DType]
		}
		if _, err := foreign.Deserialize(file); known && err != nil {
			t.Errorf("the other reader refuses it: %v", err)
		}

		again := mustWrite(t, tensors, metadata)
		got, gotMetadata, err := ReadTensors(bytes.NewReader(again))
		if err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(byName(tensors), byName(got)) || !maps.Equal(metadata, gotMetadata) {
			t.Errorf("%v %v became %v %v", tensors, metadata, got, gotMetadata)
		}
		if !bytes.Equal(again, mustWrite(t, got, gotMetadata)) {
			t.Error("written twice with different bytes")
		}
	})
}
