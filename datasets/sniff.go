package datasets

import "bytes"

// sampleSize is how much of a file the delimiter is guessed from.
const sampleSize = 64 << 10

// commas are the delimiters known, the likeliest to be meant first: a tab or a
// semicolon that cuts every line alike is no accident, a comma may stand in
// numbers and names.
var commas = []byte{'\t', ';', '|', ','}

// sniffComma returns the delimiter that occurs equally often, and at least once,
// in each of the first lines; failing that, the one most frequent in the first.
func sniffComma(sample []byte) rune {
	lines := sampleLines(sample)
	if len(lines) == 0 {
		return ','
	}
	best, most := byte(','), 0
	for _, comma := range commas {
		first := countUnquoted(lines[0], comma)
		even := first > 0
		for _, line := range lines[1:] {
			even = even && countUnquoted(line, comma) == first
		}
		if even {
			return rune(comma)
		}
		if first > most {
			best, most = comma, first
		}
	}
	return rune(best)
}

// sampleLines returns the first lines of the sample that hold anything, up to
// 20, without one that the sample's end cuts.
func sampleLines(sample []byte) [][]byte {
	const most = 20
	var lines [][]byte
	for len(sample) > 0 && len(lines) < most {
		line, rest, ended := cutLine(sample)
		if !ended && len(lines) > 0 && len(sample) >= sampleSize/2 {
			break
		}
		if line = bytes.TrimRight(line, "\r"); len(line) > 0 {
			lines = append(lines, line)
		}
		sample = rest
	}
	return lines
}

// cutLine cuts text at its first line end that is not within quotes.
func cutLine(text []byte) (line, rest []byte, ended bool) {
	quoted := false
	for i, b := range text {
		switch {
		case b == '"':
			quoted = !quoted
		case b == '\n' && !quoted:
			return text[:i], text[i+1:], true
		}
	}
	return text, nil, false
}

// countUnquoted counts a delimiter outside quotes.
func countUnquoted(line []byte, comma byte) int {
	n, quoted := 0, false
	for _, b := range line {
		switch {
		case b == '"':
			quoted = !quoted
		case b == comma && !quoted:
			n++
		}
	}
	return n
}

// firstIsHeader decides whether row 0 holds names: no cell of it is a number,
// and either some column below is numeric or some column never repeats its
// first cell.
func (t *Table) firstIsHeader() bool {
	for column := range t.Columns {
		if looksNumeric(t.Cell(0, column)) {
			return false
		}
	}
	for column := range t.Columns {
		repeats, numeric := false, false
		for row := 1; row < t.Rows(); row++ {
			repeats = repeats || t.Cell(row, column) == t.Cell(0, column)
			numeric = numeric || looksNumeric(t.Cell(row, column))
		}
		if numeric || !repeats {
			return true
		}
	}
	return false
}
