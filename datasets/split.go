package datasets

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Split says which rows are kept for the test. The zero value keeps none.
type Split struct {
	Every, Fold int     // row i is a test row when i mod Every == Fold; Every 0: unused
	Fraction    float64 // of the rows, drawn at random; 0: unused
}

// EveryFifth is the split that the program uses unless told otherwise: rows 4,
// 9, 14, … are test rows. Fold 0 to 3 give the other parts of a five-fold
// cross-validation.
func EveryFifth(fold int) Split { return Split{Every: 5, Fold: fold} }

// ParseSplit reads "every-5th", "every-5th:2" (row i is a test row when i mod 5
// is 2; 4 without a number), a fraction such as "0.2", or "none".
func ParseSplit(text string) (Split, error) {
	rule, fold, hasFold := strings.Cut(text, ":")
	switch {
	case text == "none":
		return Split{}, nil
	case rule == "every-5th" && !hasFold:
		return EveryFifth(4), nil
	case rule == "every-5th":
		k, err := strconv.Atoi(fold)
		if err != nil || k < 0 || k > 4 {
			return Split{}, fmt.Errorf("datasets: split %s: the fold is 0, 1, 2, 3 or 4, not %s", quote(text), quote(fold))
		}
		return EveryFifth(k), nil
	}
	fraction, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return Split{}, fmt.Errorf(`datasets: split %s: want every-5th, every-5th:K, a fraction such as 0.2, or none`, quote(text))
	}
	if err := checkFraction(fraction); err != nil {
		return Split{}, fmt.Errorf("datasets: split %s: %w", quote(text), err)
	}
	return Split{Fraction: fraction}, nil
}

// String returns the text that ParseSplit reads.
func (s Split) String() string {
	switch {
	case s.Every > 0:
		return fmt.Sprintf("every-%dth:%d", s.Every, s.Fold)
	case s.Fraction != 0:
		return strconv.FormatFloat(s.Fraction, 'g', -1, 64)
	}
	return "none"
}

// checkFraction reports a share that leaves one part without rows.
func checkFraction(f float64) error {
	if !(f > 0 && f < 1) {
		return errors.New("a fraction lies between 0 and 1; none (--test-split none) keeps no rows back")
	}
	return nil
}

// Split cuts the rows in two, both in the order they had, as views. A fraction
// is drawn by the seed: of each class alike in classification (stratified), of
// all rows in regression. Without a test part test is nil.
func (d *Dataset) Split(by Split, seed uint64) (train, test *Dataset, err error) {
	if err := d.consistent(); err != nil {
		return nil, nil, fmt.Errorf("datasets: %s: %w", d.Name, err)
	}
	var rest, chosen []int
	switch {
	case by == Split{}:
		return d, nil, nil
	case by.Fraction != 0 && by.Every != 0:
		err = errors.New("every and fraction exclude each other")
	case by.Fraction != 0:
		rest, chosen, err = d.draw(by.Fraction, seed, splitStream)
	default:
		rest, chosen, err = everyNth(d.Len(), by.Every, by.Fold)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: %s: split %v: %w", d.Name, by, err)
	}
	return d.subset(rest), d.subset(chosen), nil
}

// Holdout keeps a fraction of the rows, drawn by the seed as Split draws, for
// validation. It is meant for training rows, after the test rows were cut off.
func (d *Dataset) Holdout(fraction float64, seed uint64) (train, validation *Dataset, err error) {
	if err = d.consistent(); err == nil {
		var rest, chosen []int
		if rest, chosen, err = d.draw(fraction, seed, holdoutStream); err == nil {
			return d.subset(rest), d.subset(chosen), nil
		}
	}
	return nil, nil, fmt.Errorf("datasets: %s: validation part: %w", d.Name, err)
}

// everyNth cuts by the row number alone: no seed decides, so that runs and programs
// can be compared on the same test rows.
func everyNth(n, every, fold int) (rest, chosen []int, err error) {
	if every < 2 || fold < 0 || fold >= every {
		return nil, nil, fmt.Errorf("no such fold")
	}
	for i := range n {
		if i%every == fold {
			chosen = append(chosen, i)
		} else {
			rest = append(rest, i)
		}
	}
	if len(chosen) == 0 || len(rest) == 0 {
		return nil, nil, fmt.Errorf("too few rows, %d; add some, or keep none back (--test-split none)", n)
	}
	return rest, chosen, nil
}

// draw chooses a fraction of the rows at random, of each class alike. A stream of
// its own for each purpose and class makes the test rows independent of whether
// rows are held out for validation too.
func (d *Dataset) draw(fraction float64, seed, purpose uint64) (rest, chosen []int, err error) {
	if err := checkFraction(fraction); err != nil {
		return nil, nil, err
	}
	groups, err := d.groups()
	if err != nil {
		return nil, nil, err
	}
	for g, take := range shares(groups, fraction, d.Len()) {
		permute(groups[g], seed, purpose, uint64(g))
		chosen = append(chosen, groups[g][:take]...)
		rest = append(rest, groups[g][take:]...)
	}
	if len(chosen) == 0 || len(rest) == 0 {
		return nil, nil, fmt.Errorf("too few rows, %d, for a fraction of %v; add some, or keep none back (--test-split none, --val-split none)", d.Len(), fraction)
	}
	slices.Sort(rest)
	slices.Sort(chosen)
	return rest, chosen, nil
}

// groups returns the rows of each class, or all rows as one group.
func (d *Dataset) groups() ([][]int, error) {
	if err := d.checkClasses(); err != nil {
		return nil, err
	}
	groups := make([][]int, max(1, len(d.Classes)))
	for i := range d.Len() {
		g := 0
		if d.Classes != nil && d.Y.Cols > 0 {
			g = d.Class(i)
		}
		groups[g] = append(groups[g], i)
	}
	return groups, nil
}

// shares says how many rows of each group are taken so that together they are
// round(fraction * n): the whole part of each group's due,
//
//	take_g = floor(fraction * n_g),
//
// then one more for the largest remainders (Hamilton's method), in the order of
// the groups where they are equal. The last row of a group is never taken: a
// class that is in the test rows only cannot be learnt.
func shares(groups [][]int, fraction float64, n int) []int {
	take := make([]int, len(groups))
	order := make([]int, len(groups))
	due := make([]float64, len(groups))
	left := int(math.Round(fraction * float64(n)))
	for g, rows := range groups {
		due[g] = fraction * float64(len(rows))
		take[g] = int(due[g])
		left -= take[g]
		order[g] = g
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(due[b]-float64(take[b]), due[a]-float64(take[a]))
	})
	for _, g := range order {
		if left > 0 && take[g] < len(groups[g])-1 {
			take[g]++
			left--
		}
	}
	return take
}
