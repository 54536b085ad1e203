package datasets

import "strconv"

// labels finds the index of a category or class by its text. Labels that are
// all numbers are found by value: 1, 1.0 and 01 are one class.
type labels struct {
	numeric bool
	index   map[string]int
}

// newLabels indexes names by their place, which is the index of the output or of
// the indicator that stands for them.
func newLabels(names []string) labels {
	l := labels{numeric: len(names) > 0, index: make(map[string]int, len(names))}
	for _, name := range names {
		l.numeric = l.numeric && looksNumeric(name)
	}
	for i, name := range names {
		l.index[l.key(name)] = i
	}
	return l
}

// find returns the index of a label.
func (l labels) find(name string) (int, bool) {
	i, ok := l.index[l.key(name)]
	return i, ok
}

// key is the text by which a label is found: of numbers the shortest that has the
// value.
func (l labels) key(name string) string {
	if !l.numeric {
		return name
	}
	v, err := strconv.ParseFloat(name, 64)
	if err != nil {
		return name
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
