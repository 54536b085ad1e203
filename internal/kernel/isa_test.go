package kernel

import (
	"strings"
	"testing"
)

// everyLevel runs a test at each level that the machine has.
func everyLevel(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	was := level
	defer use(was)
	for l := Generic; l <= best(); l++ {
		use(l)
		t.Run(l.String(), test)
	}
}

// everyType runs a test for both types at each level.
func everyType(t *testing.T, f32, f64 func(t *testing.T)) {
	t.Helper()
	everyLevel(t, func(t *testing.T) {
		t.Run("float32", f32)
		t.Run("float64", f64)
	})
}

func TestChoose(t *testing.T) {
	for _, c := range []struct {
		name string
		best Level
		want Level
		err  string
	}{
		{"", AVX512, AVX512, ""},
		{"generic", AVX512, Generic, ""},
		{"AVX2", AVX512, AVX2, ""},
		{"avx512", AVX512, AVX512, ""},
		{"avx512", AVX2, AVX2, "avx512 is not available here; using avx2"},
		{"avx2", Generic, Generic, "avx2 is not available here; using generic"},
		{"sse", AVX2, AVX2, `unknown instruction set "sse" (have generic, avx2, avx512); using avx2`},
	} {
		got, err := choose(c.name, c.best)
		switch {
		case got != c.want:
			t.Errorf("choose(%q, %v) = %v, want %v", c.name, c.best, got, c.want)
		case c.err == "" && err != nil, c.err != "" && (err == nil || !strings.HasSuffix(err.Error(), c.err)):
			t.Errorf("choose(%q, %v): %v, want %q", c.name, c.best, err, c.err)
		}
	}
	t.Logf("using %v, best %v, error %v", ISA(), best(), Err())
}
