package datasets

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// bytesAndFloats is the same 4 x 3 matrix stored in both ways.
func bytesAndFloats() (u8, f64 Matrix) {
	u8 = Matrix{Rows: 4, Cols: 3, U8: []uint8{0, 1, 2, 3, 4, 5, 6, 7, 8, 255, 254, 253}, Scale: 0.5}
	f64 = Matrix{Rows: 4, Cols: 3}
	for _, v := range u8.U8 {
		f64.F64 = append(f64.F64, float64(v)*0.5)
	}
	return u8, f64
}

func TestCopyRows(t *testing.T) {
	u8, f64 := bytesAndFloats()
	for name, m := range map[string]Matrix{"U8": u8, "F64": f64} {
		got64, got32 := make([]float64, 9), make([]float32, 9)
		want := []float64{127.5, 127, 126.5, 0, 0.5, 1, 127.5, 127, 126.5}
		rows := []int{3, 0, 3}
		if err := copyRows(got64, &m, rows); err != nil || !slices.Equal(got64, want) {
			t.Errorf("%s: %v (%v), want %v", name, got64, err, want)
		}
		if err := copyRows(got32, &m, rows); err != nil || got32[0] != 127.5 || got32[5] != 1 {
			t.Errorf("%s: float32 %v (%v)", name, got32, err)
		}
		// A view of a view counts from the view.
		view := m.view([]int{2, 3, 1}).view([]int{1, 0})
		if err := copyRows(got64[:3], &view, []int{0}); err != nil || got64[0] != 127.5 || view.At(1, 2) != 4 || view.Rows != 2 {
			t.Errorf("%s: view gives %v, %v (%v)", name, got64[:3], view.At(1, 2), err)
		}
		if got := view.floats(); !slices.Equal(got, []float64{127.5, 127, 126.5, 3, 3.5, 4}) {
			t.Errorf("%s: floats %v", name, got)
		}
	}
}

// A value of 1/255 steps has to be what float32(v/255) is, or nearly.
func TestScaledBytes(t *testing.T) {
	m := Matrix{Rows: 1, Cols: 256, Scale: 1.0 / 255}
	for v := range 256 {
		m.U8 = append(m.U8, uint8(v))
	}
	got := make([]float32, 256)
	if err := copyRows(got, &m, []int{0}); err != nil {
		t.Fatal(err)
	}
	for v, x := range got {
		if want := float64(v) / 255; math.Abs(float64(x)-want) > 6e-8*want {
			t.Errorf("%d becomes %v, want %v", v, x, want)
		}
	}
}

func TestCopyErrors(t *testing.T) {
	u8, _ := bytesAndFloats()
	d := &Dataset{Name: "d", X: u8, Y: Matrix{Rows: 4, Cols: 1, F64: []float64{0, 1, 1, 2}}, Classes: []string{"a", "b", "c"}}
	short := &Dataset{Name: "d", X: Matrix{Rows: 4, Cols: 3, F64: make([]float64, 5)}, Y: Matrix{Rows: 4, Cols: 1}, Classes: d.Classes}
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"size", CopyX(make([]float64, 5), d, []int{0, 1}), "datasets: d: inputs: 2 rows of 3 values do not fill 5 places"},
		{"row", CopyX(make([]float32, 3), d, []int{4}), "datasets: d: inputs: row 4 of 4 does not exist"},
		{"negative row", CopyY(make([]float32, 1), d, []int{-1}), "datasets: d: targets: row -1 of 4 does not exist"},
		{"storage", CopyX(make([]float64, 3), short, []int{3}), "datasets: d: inputs: row 3 lies outside the 5 stored values"},
		{"one-hot size", CopyOneHot(make([]float64, 5), d, []int{0, 1}), "datasets: d: 2 rows of 3 classes do not fill 5 places"},
		{"one-hot row", CopyOneHot(make([]float64, 3), d, []int{4}), "datasets: d: row 4 of 4 does not exist"},
		{"one-hot storage", CopyOneHot(make([]float64, 3), short, []int{3}), "datasets: d: Y: 0 values do not make 4 rows of 1"},
		{"one-hot regression", CopyOneHot(make([]float64, 3), &Dataset{Name: "r", Y: d.Y}, []int{0}), "datasets: r: one-hot targets need classes"},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, c.err, c.want)
		}
	}
}

func TestCopyOneHot(t *testing.T) {
	d, err := New("d", Matrix{Rows: 3, Cols: 1, F64: []float64{5, 6, 7}}, Matrix{Rows: 3, Cols: 1, F64: []float64{0, 2, 1}}, []string{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	got := []float32{9, 9, 9, 9, 9, 9}
	if err := CopyOneHot(got, d, []int{1, 0}); err != nil || !slices.Equal(got, []float32{0, 0, 1, 1, 0, 0}) {
		t.Errorf("%v (%v)", got, err)
	}
	if d.Outputs() != 3 || d.Class(1) != 2 || d.Features[0] != "x1" {
		t.Errorf("%d outputs, class %d, feature %s", d.Outputs(), d.Class(1), d.Features[0])
	}
}

func TestCopiesDoNotAllocate(t *testing.T) {
	u8, f64 := bytesAndFloats()
	rows := []int{3, 1, 0}
	x64, x32, y := make([]float64, 9), make([]float32, 9), make([]float32, 3)
	for name, m := range map[string]Matrix{"U8": u8, "F64": f64} {
		whole, err := New(name, m, Matrix{Rows: 4, Cols: 1, U8: []uint8{0, 1, 2, 0}}, []string{"a", "b", "c"})
		if err != nil {
			t.Fatal(err)
		}
		view, err := whole.Subset([]int{3, 2, 1, 0})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range []*Dataset{whole, view} {
			allocs := testing.AllocsPerRun(20, func() {
				if CopyX(x64, d, rows) != nil || CopyX(x32, d, rows) != nil || CopyY(y, d, rows) != nil || CopyOneHot(x32, d, rows) != nil {
					panic("a copy failed")
				}
			})
			if allocs != 0 {
				t.Errorf("%s: %v allocations", name, allocs)
			}
		}
	}
}

func TestSubset(t *testing.T) {
	d, err := Load("iris")
	if err != nil {
		t.Fatal(err)
	}
	sub, err := d.Subset([]int{149, 0, 149})
	if err != nil {
		t.Fatal(err)
	}
	if sub.Len() != 3 || sub.X.At(0, 0) != d.X.At(149, 0) || sub.Class(1) != 0 || sub.Class(2) != 2 {
		t.Errorf("%d rows, %v, classes %d and %d", sub.Len(), sub.X.At(0, 0), sub.Class(1), sub.Class(2))
	}
	if &sub.X.F64[0] != &d.X.F64[0] {
		t.Error("the values were copied")
	}
	if _, err := d.Subset([]int{150}); err == nil || err.Error() != "datasets: iris: row 150 of 150 does not exist" {
		t.Error(err)
	}
}

func TestValidate(t *testing.T) {
	good := func() *Dataset {
		return &Dataset{
			Name: "d", Features: []string{"a", "b"}, Shape: []int{2}, Targets: []string{"t"}, Classes: []string{"n", "y"},
			X: Matrix{Rows: 2, Cols: 2, F64: []float64{1, 2, 3, 4}}, Y: Matrix{Rows: 2, Cols: 1, F64: []float64{0, 1}},
		}
	}
	if err := good().Validate(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		change func(*Dataset)
		want   string
	}{
		{func(d *Dataset) { d.X.Rows = 3 }, "X: 4 values do not make 3 rows of 2"},
		{func(d *Dataset) { d.X.Rows = -1 }, "X: -1 x 2 is no size"},
		{func(d *Dataset) { d.X.U8 = []uint8{1} }, "X: both F64 and U8 are set"},
		{func(d *Dataset) { d.Features = d.Features[:1] }, "1 feature names for 2 columns of X"},
		{func(d *Dataset) { d.Shape = []int{3} }, "shape [3] does not hold 2 values"},
		{func(d *Dataset) { d.Y = Matrix{Rows: 1, Cols: 1, F64: []float64{0}} }, "rows: 2 of X, 1 of Y"},
		{func(d *Dataset) { d.Targets = nil }, "0 target names for 1 columns of Y"},
		{func(d *Dataset) { d.X.F64[3] = math.NaN() }, "row 1: b is NaN"},
		{func(d *Dataset) { d.X.F64[0] = math.Inf(-1) }, "row 0: a is -Inf"},
		{func(d *Dataset) { d.Y.F64[1] = 2 }, "row 1: 2 is not an index into 2 classes"},
		{func(d *Dataset) { d.Y.F64[0] = 0.5 }, "row 0: 0.5 is not an index into 2 classes"},
	} {
		d := good()
		c.change(d)
		if err := d.Validate(); err == nil || err.Error() != "datasets: d: "+c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	if _, err := New("own", Matrix{Rows: 2, Cols: 1 << 40}, Matrix{}, nil); err == nil || !strings.Contains(err.Error(), "do not make") {
		t.Error(err)
	}
}

func BenchmarkCopyX(b *testing.B) {
	const size, pixels = 64, 784
	d := &Dataset{X: Matrix{Rows: 1000, Cols: pixels, U8: make([]uint8, 1000*pixels), Scale: 1.0 / 255}}
	dst := make([]float32, size*pixels)
	rows := Order(1000, 1, 0)[:size]
	for b.Loop() {
		if err := CopyX(dst, d, rows); err != nil {
			b.Fatal(err)
		}
	}
}
