package nn

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/bits"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	foreign "github.com/nlpodyssey/safetensors"
)

// rawFile puts the length before a header and the data behind it.
func rawFile(header, data string) string {
	return string(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))) + header + data
}

const (
	entryW = `"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}`
	eight  = "\x00\x00\x00\x00\x00\x00\x00\x00"
)

// acceptedFiles are unusual but right.
var acceptedFiles = []struct{ name, file string }{
	{"plain", rawFile(`{`+entryW+`}`, eight)},
	{"no tensors", rawFile(`{}`, "")},
	{"white space", rawFile("{ \"w\"\t:\n{\"dtype\": \"F32\" ,\r\"shape\":[ 2 ] , \"data_offsets\":[0 , 8]}}  \n", eight)},
	{"escapes", rawFile(`{"\u0077":{"\u0064type":"F32","shape":[2],"data_offsets":[0,8]}}`, eight)},
	{"scalar", rawFile(`{"w":{"dtype":"I32","shape":[],"data_offsets":[0,4]}}`, eight[:4])},
	{"empty tensor", rawFile(`{"w":{"dtype":"I32","shape":[2,0],"data_offsets":[0,0]}}`, "")},
	{"empty tensor at the end", rawFile(`{"e":{"dtype":"I32","shape":[0],"data_offsets":[8,8]},`+entryW+`}`, eight)},
	{"not in order of data", rawFile(`{"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]},`+entryW+`}`, eight+"abc")},
	{"metadata last", rawFile(`{`+entryW+`,"__metadata__":{"format":"pt"}}`, eight)},
	{"dtype of another program", rawFile(`{"w":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}`, eight)},
}

func TestReadTensorsAccepts(t *testing.T) {
	for _, c := range acceptedFiles {
		if _, _, err := ReadTensors(strings.NewReader(c.file)); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if _, err := foreign.Deserialize([]byte(c.file)); err != nil {
			t.Errorf("%s: the other reader refuses it: %v", c.name, err)
		}
	}
}

// hostileFiles must be refused, each for its own reason. The first part follows
// the tests of the safetensors project.
var hostileFiles = []struct{ name, file, want string }{
	{"empty file", "", "the file ends after 0 of 8 bytes"},
	{"header length cut", "<\x00\x00\x00", "the file ends after 4 of 8 bytes"},
	{"header too large", "<\x00\x00\x00\x00\xff\xff\xff" + `{` + entryW + `}`, "claims 18446742974197923900"},
	{"header over 100 MB", rawFile("", "")[:0] + "\x01\xe1\xf5\x05\x00\x00\x00\x00{", "claims 100000001 bytes"},
	{"header of 100 MB not there", "\x00\xe1\xf5\x05\x00\x00\x00\x00{}", "the file ends after 2 of 100000000 bytes"},
	{"header beyond the file", "<\x00\x00\x00\x00\x00\x00\x00", "the file ends after 0 of 60 bytes"},
	{"header of no bytes", eight, `starts with "", not with '{'`},
	{"not UTF-8", rawFile("\xff", ""), "not UTF-8"},
	{"not UTF-8 in a name", rawFile("{\"\xff\xfe\":1}", ""), "not UTF-8"},
	{"not JSON", rawFile("{", ""), "ends where text in quotes is expected"},
	{"json attack: the same bytes for ten tensors", rawFile(jsonAttack(), eight+eight), `tensor "weight_1": data_offsets [0,16] overlap tensor "weight_0"`},
	{"bytes after the tensors", rawFile(`{`+entryW+`}`, eight+"polyglot"), "bytes follow the last tensor"},
	{"data missing", rawFile(`{`+entryW+`}`, eight[:6]), `tensor "w": the file ends after 6 of 8 bytes`},
	{"size does not fit", rawFile(`{"w":{"dtype":"I32","shape":[2,2],"data_offsets":[0,4]}}`, eight[:4]), "I32 [2 2] takes 16 bytes, data_offsets [0,4] give 4"},
	{"shape overflows", rawFile(`{"w":{"dtype":"I32","shape":[2,9223372036854775807],"data_offsets":[0,16]}}`, eight+eight), "overflows"},
	{"dimension overflows", rawFile(`{"w":{"dtype":"I32","shape":[2,18446744073709551614],"data_offsets":[0,16]}}`, eight+eight), "18446744073709551614 at byte 31 is too large"},
	{"size overflows to zero", rawFile(`{"w":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}`, ""), "overflows"},
	{"size overflows to right", rawFile(`{"w":{"dtype":"U8","shape":[4294967296,4294967296,1],"data_offsets":[0,0]}}`, ""), "overflows"},
	{"zero hides the overflow", rawFile(`{"w":{"dtype":"U8","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}`, ""), "overflows"},

	{"overlap in part", rawFile(`{`+entryW+`,"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}`, eight+eight[:4]), `"b": data_offsets [4,12] overlap tensor "w"`},
	{"hole", rawFile(`{`+entryW+`,"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}`, eight+eight), `"b": data_offsets [12,16] leave a hole of 4 bytes`},
	{"hole at the start", rawFile(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, eight), "leave a hole of 4 bytes"},
	{"empty tensor in a hole", rawFile(`{"w":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}`, eight[:4]), "leave a hole"},
	{"empty tensor inside another", rawFile(`{`+entryW+`,"e":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}`, eight), "overlap"},
	{"offsets backwards", rawFile(`{"w":{"dtype":"F32","shape":[0],"data_offsets":[8,0]}}`, eight), "run backwards"},
	{"offsets huge", rawFile(`{"w":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}`, eight), "the file ends after 8 of 9223372036854775807 bytes"},

	{"tensor twice", rawFile(`{`+entryW+`,`+entryW+`}`, eight), `key "w" stands twice`},
	{"tensor twice behind an escape", rawFile(`{`+entryW+`,"\u0077":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`, eight), `key "w" stands twice`},
	{"metadata twice", rawFile(`{"__metadata__":{},"__metadata__":{}}`, ""), `key "__metadata__" stands twice`},
	{"metadata key twice", rawFile(`{"__metadata__":{"a":"1","a":"2"}}`, ""), `"__metadata__": key "a" stands twice`},
	{"dtype twice", rawFile(`{"w":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, eight), `key "dtype" stands twice`},
	{"metadata number", rawFile(`{"__metadata__":{"epoch":3}}`, ""), `"epoch": byte 25 is '3', expected text in quotes`},
	{"metadata nested", rawFile(`{"__metadata__":{"a":{"b":"c"}}}`, ""), `"a": byte 21 is '{', expected text in quotes`},
	{"metadata null", rawFile(`{"__metadata__":null}`, ""), `byte 16 is 'n', expected '{'`},
	{"metadata list", rawFile(`{"__metadata__":[]}`, ""), `byte 16 is '[', expected '{'`},

	{"list", rawFile(`[]`, ""), `starts with "[", not with '{'`},
	{"space first", rawFile(` {}`, ""), `starts with " "`},
	{"byte order mark", rawFile("\ufeff{}", ""), "not with '{'"},
	{"text after the header", rawFile(`{} {}`, ""), "byte 3 is '{', expected nothing after the last '}'"},
	{"zero byte after the header", rawFile("{}\x00", ""), `byte 2 is '\x00', expected nothing`},
	{"comma at the end", rawFile(`{`+entryW+`,}`, eight), "is '}', expected text in quotes"},
	{"no comma", rawFile(`{`+entryW+` "b":1}`, eight), `after "w": byte 54 is '"', expected ','`},
	{"no colon", rawFile(`{"w" 1}`, ""), "expected ':'"},
	{"key without quotes", rawFile(`{w:1}`, ""), "expected text in quotes"},
	{"text not closed", rawFile(`{"w`, ""), "no closing quote"},
	{"text ends in a backslash", rawFile(`{"w\`, ""), "no closing quote"},
	{"control character in text", rawFile("{\"a\nb\":1}", ""), "text at byte 1: invalid character"},
	{"bad escape", rawFile(`{"\x41":1}`, ""), "text at byte 1: invalid character"},
	{"deep nesting", rawFile(strings.Repeat(`{"a":`, 100_000), ""), "not a key of a tensor"},
	{"deep list", rawFile(`{"w":`+strings.Repeat(`[`, 100_000), ""), "byte 5 is '[', expected '{'"},
	{"cut anywhere", rawFile(`{"w":{"dtype":"F32","shape":[2`, ""), "ends where ',' is expected"},

	{"entry is a number", rawFile(`{"w":1}`, ""), `"w": byte 5 is '1', expected '{'`},
	{"entry is null", rawFile(`{"w":null}`, ""), "expected '{'"},
	{"no dtype", rawFile(`{"w":{"shape":[2],"data_offsets":[0,8]}}`, eight), `"w": has no dtype`},
	{"no shape", rawFile(`{"w":{"dtype":"F32","data_offsets":[0,8]}}`, eight), `"w": has no shape`},
	{"no offsets", rawFile(`{"w":{"dtype":"F32","shape":[2]}}`, eight), `"w": has 0 data_offsets, not 2`},
	{"one offset", rawFile(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[8]}}`, eight), "has 1 data_offsets"},
	{"three offsets", rawFile(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}`, eight), "more than 2 numbers"},
	{"unknown key", rawFile(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"stride":"1"}}`, eight), `"stride": not a key of a tensor`},
	{"unknown dtype", rawFile(`{"w":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}`, eight), `tensor "w": unknown dtype "F33"`},
	{"dtype in small letters", rawFile(`{"w":{"dtype":"f32","shape":[2],"data_offsets":[0,8]}}`, eight), `unknown dtype "f32"`},
	{"dtype is a number", rawFile(`{"w":{"dtype":32,"shape":[2],"data_offsets":[0,8]}}`, eight), "expected text in quotes"},
	{"shape is null", rawFile(`{"w":{"dtype":"F32","shape":null,"data_offsets":[0,8]}}`, eight), "expected '['"},
	{"shape nested", rawFile(`{"w":{"dtype":"F32","shape":[[2]],"data_offsets":[0,8]}}`, eight), "expected a number"},
	{"shape of text", rawFile(`{"w":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}`, eight), "expected a number"},
	{"negative dimension", rawFile(`{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}`, eight), "-2 at byte 29 is not a natural number"},
	{"two negative dimensions", rawFile(`{"w":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}`, eight), "-1 at byte 29 is not a natural number"},
	{"negative offset", rawFile(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}`, eight), "-8 at byte 48 is not a natural number"},
	{"fraction", rawFile(`{"w":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}`, eight), "2.0 at byte 29 is not a natural number"},
	{"exponent", rawFile(`{"w":{"dtype":"F32","shape":[2e0],"data_offsets":[0,8]}}`, eight), "2e0 at byte 29 is not a natural number"},
	{"NaN dimension", rawFile(`{"w":{"dtype":"F32","shape":[NaN],"data_offsets":[0,8]}}`, eight), "is 'N', expected a number"},
	{"leading zero", rawFile(`{"w":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}`, eight), "02 at byte 29 is not a natural number"},
	{"long number", rawFile(`{"w":{"dtype":"F32","shape":[`+strings.Repeat("9", 5000)+`],"data_offsets":[0,8]}}`, eight), "too large"},
	{"65 dimensions", rawFile(`{"w":{"dtype":"F32","shape":[2`+strings.Repeat(",1", 64)+`],"data_offsets":[0,8]}}`, eight), "more than 64 numbers"},
	{"70,000 tensors", rawFile(manyKeys(`{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`), ""), "more than 65537 keys"},
	{"70,000 metadata keys", rawFile(`{"__metadata__":`+manyKeys(`""`)+`}`, ""), "more than 65536 keys"},

	{"checksum of another file", rawFile(`{"__metadata__":{"nabla.checksum":"nabla-sha256:00"}}`, ""), "the checksum does not match"},
	{"checksum under another key", rawFile(`{"__metadata__":{"nabla.checksun":"nabla-sha256:00"}}`, ""), `metadata "nabla.checksun" holds the checksum`},
	{"pickle", "\x80\x02}q\x00(X\x06\x00\x00\x00weight", "claims "},
	{"zip", "PK\x03\x04\x14\x00\x00\x00\x08\x00", "claims "},
}

func jsonAttack() string {
	var entries []string
	for i := range 10 {
		entries = append(entries, fmt.Sprintf(`"weight_%d":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}`, i))
	}
	return "{" + strings.Join(entries, ",") + "}"
}

func manyKeys(value string) string {
	var b strings.Builder
	for i := range 70_000 {
		fmt.Fprintf(&b, `%c"%d":%s`, "{,"[min(i, 1)], i, value)
	}
	return b.String() + "}"
}

func TestReadTensorsRefuses(t *testing.T) {
	var before, after runtime.MemStats
	for _, c := range hostileFiles {
		runtime.ReadMemStats(&before)
		_, _, err := ReadTensors(strings.NewReader(c.file))
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %.300v, want %s", c.name, err, c.want)
		} else if text := err.Error(); strings.Contains(text, "\n") || len(text) > 400 || !strings.HasPrefix(text, "safetensors: ") {
			t.Errorf("%s: not a short line: %.500q", c.name, text)
		}
		if grew := after.TotalAlloc - before.TotalAlloc; grew > uint64(len(c.file))+64_000_000 {
			t.Errorf("%s: %d bytes allocated for a file of %d", c.name, grew, len(c.file))
		}
	}
	t.Logf("%d hostile files", len(hostileFiles))
}

func TestReadTensorsReportsTheReader(t *testing.T) {
	file := mustWrite(t, sampleTensors(), sampleMetadata)
	broken := errors.New("bad sector")
	for n := range len(file) + 1 {
		r := io.MultiReader(bytes.NewReader(file[:n]), iotest.ErrReader(broken))
		if _, _, err := ReadTensors(r); !errors.Is(err, broken) {
			t.Fatalf("after %d bytes: %v", n, err)
		}
	}
}

func TestTruncatedAtEveryByte(t *testing.T) {
	file := mustWrite(t, sampleTensors(), sampleMetadata)
	for n := range len(file) {
		if _, _, err := ReadTensors(bytes.NewReader(file[:n])); err == nil {
			t.Errorf("%d of %d bytes were accepted", n, len(file))
		}
	}
}

// TestEveryByteChanged sets each byte of a file to each other value, which takes
// in every single flipped bit (all that -short tries). The reader must refuse it, or read the same
// content from it (\u003C is the same text as \u003c, a tab pads as a space).
func TestEveryByteChanged(t *testing.T) {
	tensors := []Tensor{
		NewTensor("a<b", []int{2, 1}, []float32{1, -2}), // written with the escape \u003c
		NewTensor("n", nil, []int64{32}),
		NewTensor("none", []int{0, 3}, []float64{}), // of which any 3 would do but for the checksum
	}
	metadata := map[string]string{"classes": "a b", "seed": "1"}
	file := mustWrite(t, tensors, metadata)
	want := byName(tensors)
	changed, same := 0, 0
	for i := range file {
		right := file[i]
		for change := 1; change < 256; change++ {
			if testing.Short() && bits.OnesCount(uint(change)) > 1 {
				continue
			}
			wrong := right ^ byte(change)
			file[i] = wrong
			changed++
			got, gotMetadata, err := ReadTensors(bytes.NewReader(file))
			if err != nil {
				continue
			}
			same++
			if !maps.Equal(want, byName(got)) || !maps.Equal(metadata, gotMetadata) {
				t.Errorf("byte %d: %#x for %#x gives %v %v", i, wrong, right, got, gotMetadata)
			}
		}
		file[i] = right
	}
	t.Logf("%d changed files of %d bytes: %d refused, %d with the same content", changed, len(file), changed-same, same)
}

// TestLargeTensor crosses the bounds of readChunk.
func TestLargeTensor(t *testing.T) {
	if testing.Short() {
		t.Skip("takes files of 32 and 64 MB")
	}
	for _, n := range []int{readChunk, 2*readChunk + 3} {
		data := bytes.Repeat([]byte{1, 2, 3, 4, 5, 6, 7}, n/7+1)[:n]
		file := mustWrite(t, []Tensor{{Name: "big", DType: "U8", Shape: []int{n}, Data: data}, NewTensor("w", nil, []float32{1})}, nil)
		got, _, err := ReadTensors(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got[1].Data, data) {
			t.Errorf("%d bytes: read back changed", n)
		}
		if _, _, err := ReadTensors(bytes.NewReader(file[:len(file)-1])); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("the file ends after %d of %d bytes", n-1, n)) {
			t.Errorf("cut: %v", err)
		}
	}
}
