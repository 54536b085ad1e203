package datasets

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestParseSplit(t *testing.T) {
	for text, want := range map[string]Split{
		"none":        {},
		"every-5th":   {Every: 5, Fold: 4},
		"every-5th:0": {Every: 5},
		"every-5th:2": {Every: 5, Fold: 2},
		"0.2":         {Fraction: 0.2},
		".5":          {Fraction: 0.5},
	} {
		got, err := ParseSplit(text)
		if err != nil || got != want {
			t.Errorf("%s: %v (%v)", text, got, err)
		}
		if again, err := ParseSplit(got.String()); err != nil || again != want {
			t.Errorf("%s: %s reads back as %v (%v)", text, got, again, err)
		}
	}
	const (
		form   = ": want every-5th, every-5th:K, a fraction such as 0.2, or none"
		bounds = ": a fraction lies between 0 and 1; none (--test-split none) keeps no rows back"
	)
	for text, want := range map[string]string{
		"":            form,
		"every-4th":   form,
		"half":        form,
		"every-5th:5": `: the fold is 0, 1, 2, 3 or 4, not "5"`,
		"every-5th:":  `: the fold is 0, 1, 2, 3 or 4, not ""`,
		"0":           bounds,
		"1":           bounds,
		"-0.1":        bounds,
		"20":          bounds,
		"NaN":         bounds,
		"Inf":         bounds,
	} {
		want = fmt.Sprintf("datasets: split %q%s", text, want)
		if _, err := ParseSplit(text); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// numbered is a data set whose single feature is the row number.
func numbered(n int, classes []string, class func(row int) int) *Dataset {
	x, y := Matrix{Rows: n, Cols: 1}, Matrix{Rows: n, Cols: 1}
	for i := range n {
		x.F64 = append(x.F64, float64(i))
		y.F64 = append(y.F64, float64(class(i)))
	}
	d, err := New("numbered", x, y, classes)
	if err != nil {
		panic(err)
	}
	return d
}

func rowNumbers(d *Dataset) []int {
	var rows []int
	for i := range d.Len() {
		rows = append(rows, int(d.X.At(i, 0)))
	}
	return rows
}

func TestSplitEveryFifth(t *testing.T) {
	d := numbered(12, nil, func(int) int { return 0 })
	train, test, err := d.Split(EveryFifth(4), 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := rowNumbers(test); !slices.Equal(got, []int{4, 9}) {
		t.Errorf("test rows %v", got)
	}
	if got := rowNumbers(train); !slices.Equal(got, []int{0, 1, 2, 3, 5, 6, 7, 8, 10, 11}) {
		t.Errorf("training rows %v", got)
	}
	if train, test, err = d.Split(Split{}, 1); err != nil || test != nil || train.Len() != 12 {
		t.Errorf("none: %v and %v (%v)", train, test, err)
	}
}

func TestSplitFraction(t *testing.T) {
	// 10 rows of class 0, 20 of 1, 70 of 2, mixed.
	class := func(row int) int { return []int{0, 1, 1, 2, 2, 2, 2, 2, 2, 2}[row%10] }
	d := numbered(100, []string{"a", "b", "c"}, class)
	train, test, err := d.Split(Split{Fraction: 0.25}, 7)
	if err != nil {
		t.Fatal(err)
	}
	both := append(rowNumbers(train), rowNumbers(test)...)
	if slices.Sort(both); train.Len() != 75 || test.Len() != 25 || len(slices.Compact(both)) != 100 {
		t.Fatalf("%d and %d rows, %d different", train.Len(), test.Len(), len(slices.Compact(both)))
	}
	counts := make([]int, 3)
	for i := range test.Len() {
		counts[test.Class(i)]++
	}
	// The dues are 2.5, 5 and 17.5: one of the halves goes up, which the first is.
	if !slices.Equal(counts, []int{3, 5, 17}) {
		t.Errorf("test classes %v", counts)
	}
	_, again, _ := d.Split(Split{Fraction: 0.25}, 7)
	_, other, _ := d.Split(Split{Fraction: 0.25}, 8)
	if !slices.Equal(rowNumbers(test), rowNumbers(again)) || slices.Equal(rowNumbers(test), rowNumbers(other)) {
		t.Error("the seed does not decide")
	}
	if !slices.IsSorted(rowNumbers(test)) || !slices.IsSorted(rowNumbers(train)) {
		t.Error("the rows changed their order")
	}
	_, held, err := d.Holdout(0.25, 7)
	if err != nil || held.Len() != 25 || slices.Equal(rowNumbers(held), rowNumbers(test)) {
		t.Errorf("holdout draws %d rows as the split does (%v)", held.Len(), err)
	}
	regression := numbered(10, nil, class)
	if _, test, err := regression.Split(Split{Fraction: 0.3}, 1); err != nil || test.Len() != 3 {
		t.Errorf("regression: %d rows (%v)", test.Len(), err)
	}
	// The only row of a class stays for training.
	rare := numbered(10, []string{"a", "b"}, func(row int) int { return row / 9 })
	for seed := range uint64(20) {
		if train, _, err := rare.Split(Split{Fraction: 0.5}, seed); err != nil || !slices.Contains(rowNumbers(train), 9) {
			t.Fatalf("the only row of class b is gone (%v)", err)
		}
	}
}

func TestSplitErrors(t *testing.T) {
	d := numbered(4, nil, func(int) int { return 0 })
	for _, c := range []struct {
		by   Split
		want string
	}{
		{EveryFifth(4), "split every-5th:4: too few rows, 4; add some, or keep none back (--test-split none)"},
		{EveryFifth(5), "split every-5th:5: no such fold"},
		{Split{Every: 1}, "split every-1th:0: no such fold"},
		{Split{Fraction: 0.01}, "split 0.01: too few rows, 4, for a fraction of 0.01; add some, or keep none back (--test-split none, --val-split none)"},
		{Split{Fraction: 2}, "split 2: a fraction lies between 0 and 1"},
		{Split{Every: 5, Fraction: 0.1}, "every and fraction exclude each other"},
	} {
		if _, _, err := d.Split(c.by, 1); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	if _, _, err := d.Holdout(1, 1); err == nil || !strings.HasPrefix(err.Error(), "datasets: numbered: validation part: a fraction") {
		t.Error(err)
	}
	d.Classes = []string{"a", "b"}
	d.Y.F64[0] = 7
	if _, _, err := d.Split(Split{Fraction: 0.5}, 1); err == nil || !strings.Contains(err.Error(), "7 is not an index into 2 classes") {
		t.Error(err)
	}
}
