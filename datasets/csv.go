package datasets

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits on a CSV file beside maxBytes. encoding/csv takes a line whole into
// memory and a cell is a string of 16 bytes beside its text: a file of commas
// would take many times its size.
const (
	maxLine    = 16 << 20 // bytes
	maxCell    = 64 << 10 // bytes
	maxColumns = 64 << 10
	maxCells   = 50_000_000
)

// Table is the cells of a CSV file as text, spaces around them removed.
type Table struct {
	Name    string   // of the file, for messages
	Columns []string // from the header; without one column_1, column_2, …
	Comma   rune     // the delimiter found: comma, semicolon, tab or pipe
	Header  bool     // the file's first line holds names

	cells []string // row-major
	lines []int    // line in the file of each row
}

// Rows returns the number of rows below the header.
func (t *Table) Rows() int { return len(t.lines) }

// Cell returns the text in a row and column, both counted from 0.
func (t *Table) Cell(row, column int) string { return t.cells[row*len(t.Columns)+column] }

// Line returns the line of the file on which a row begins, counted from 1.
func (t *Table) Line(row int) int { return t.lines[row] }

// Column returns the index of the column of that name, -1 when there is none.
func (t *Table) Column(name string) int { return slices.Index(t.Columns, name) }

// OpenCSV reads a .csv file, or a .csv.gz file whose content stays under 512 MiB
// and, above 16 MiB, under 200 times its compressed size.
func OpenCSV(path string) (*Table, error) {
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadCSV(f, path)
}

// ReadCSV reads a table of at least a header and a row, or two rows. The
// delimiter is the tab, semicolon, pipe or comma that cuts all lines alike. The
// first line is a header when no cell of it is a number, unless all the columns
// are text and repeat their first cell. Quoted cells follow RFC 4180; a UTF-8
// byte order mark and CRLF line ends are accepted. The name stands in messages.
func ReadCSV(r io.Reader, name string) (*Table, error) {
	text := bufio.NewReaderSize(&textReader{r: r, name: name, line: 1}, sampleSize)
	sample, err := text.Peek(sampleSize)
	if err != nil && err != io.EOF {
		return nil, err
	}
	const byteOrderMark = "\ufeff"
	if bytes.HasPrefix(sample, []byte(byteOrderMark)) {
		text.Discard(len(byteOrderMark))
		sample = sample[len(byteOrderMark):]
	}
	t := &Table{Name: name, Comma: sniffComma(sample)}
	if err := t.read(text); err != nil {
		return nil, err
	}
	if err := t.takeHeader(); err != nil {
		return nil, err
	}
	return t, nil
}

// read takes in all the records; the header, if there is one, is still row 0.
func (t *Table) read(r io.Reader) error {
	records := csv.NewReader(r)
	records.Comma = t.Comma
	records.FieldsPerRecord = -1
	records.ReuseRecord = true
	records.TrimLeadingSpace = t.Comma != '\t' // a tab is a space too
	width := 0
	for {
		record, err := records.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return t.parseError(err)
		}
		line, _ := records.FieldPos(0)
		if width == 0 {
			width = len(record)
		}
		switch {
		case len(record) > maxColumns:
			return fmt.Errorf("datasets: %s:%d: %d columns, at most %d are read; leave some out", t.Name, line, len(record), maxColumns)
		case len(record) != width:
			return fmt.Errorf("datasets: %s:%d: columns: %d here, %d in the first line; give every line as many cells, those that hold a delimiter in quotes", t.Name, line, len(record), width)
		case len(t.cells) > maxCells-width:
			return fmt.Errorf("datasets: %s:%d: more than %d cells; train on a part of the rows", t.Name, line, maxCells)
		}
		for i, cell := range record {
			if err := checkCell(cell); err != nil {
				line, _ := records.FieldPos(i)
				return fmt.Errorf("datasets: %s:%d: column %d: %w", t.Name, line, i+1, err)
			}
			t.cells = append(t.cells, strings.TrimSpace(cell))
		}
		t.lines = append(t.lines, line)
	}
	t.Columns = make([]string, width)
	switch len(t.lines) {
	case 0:
		return fmt.Errorf("datasets: %s: %w", t.Name, errEmpty)
	case 1:
		if slices.ContainsFunc(t.cells, func(cell string) bool { return strings.Contains(cell, "\r") }) {
			return fmt.Errorf("datasets: %s: the lines end in CR alone; save the file with LF or CRLF line ends", t.Name)
		}
		return fmt.Errorf("datasets: %s: only one line; a table is a header and rows below it", t.Name)
	}
	return nil
}

// checkCell reports a cell that no table should hold: a huge one is a lost quote or
// an attack, and text in another encoding would not survive in a model file.
func checkCell(cell string) error {
	if len(cell) > maxCell {
		return fmt.Errorf("a cell of %d bytes, at most %d are read; close its quotes, or drop the column", len(cell), maxCell)
	}
	if !utf8.ValidString(cell) {
		return fmt.Errorf("%s is not UTF-8 text; save the file as UTF-8", quote(cell))
	}
	return nil
}

// parseError words an error of encoding/csv; one of textReader is worded
// already.
func (t *Table) parseError(err error) error {
	parse, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return err
	}
	what := parse.Err
	switch {
	case errors.Is(err, csv.ErrBareQuote):
		what = errors.New(`a " inside a cell that does not begin with one; put the cell in quotes and double those inside`)
	case errors.Is(err, csv.ErrQuote):
		what = errors.New(`a quoted cell is not closed, or text follows its closing "; put whole cells in quotes and double those inside`)
	}
	return fmt.Errorf("datasets: %s:%d: %w", t.Name, parse.StartLine, what)
}

// takeHeader turns the first record into column names if it is a header. Names
// are how the rows to predict are matched to the model, so two columns of one
// name are an error rather than a guess.
func (t *Table) takeHeader() error {
	line := t.lines[0]
	if t.Header = t.firstIsHeader(); t.Header {
		for i := range t.Columns {
			t.Columns[i] = strings.Join(strings.Fields(t.cells[i]), " ") // on one line
		}
		t.cells, t.lines = t.cells[len(t.Columns):], t.lines[1:]
	}
	seen := make(map[string]int, len(t.Columns))
	for i, name := range t.Columns {
		if name == "" {
			name = fmt.Sprintf("column_%d", i+1)
			t.Columns[i] = name
		}
		if first, ok := seen[name]; ok {
			return fmt.Errorf("datasets: %s:%d: column %d: column %d is named %s too; rename one of them", t.Name, line, i+1, first+1, quote(name))
		}
		seen[name] = i
	}
	return nil
}

// textReader passes text on and stops at what is none: a NUL byte, UTF-16, a
// line without end.
type textReader struct {
	r      io.Reader
	name   string
	line   int // of the next byte
	length int // of that line so far
	begun  bool
}

// Read implements io.Reader.
func (t *textReader) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	part := p[:n]
	if !t.begun && n > 0 {
		t.begun = true
		if bytes.HasPrefix(part, []byte("\xff\xfe")) || bytes.HasPrefix(part, []byte("\xfe\xff")) {
			return 0, fmt.Errorf("datasets: %s: UTF-16 text; save it as UTF-8", t.name)
		}
	}
	if i := bytes.IndexByte(part, 0); i >= 0 {
		line := t.line + bytes.Count(part[:i], []byte{'\n'})
		return 0, fmt.Errorf("datasets: %s:%d: binary content (a NUL byte), not CSV text; export it as CSV", t.name, line)
	}
	t.line += bytes.Count(part, []byte{'\n'})
	if i := bytes.LastIndexByte(part, '\n'); i >= 0 {
		t.length = n - i - 1
	} else {
		t.length += n
	}
	if t.length > maxLine {
		return 0, fmt.Errorf("datasets: %s:%d: a line of more than %d MiB; end the lines of the file with a newline", t.name, t.line, maxLine>>20)
	}
	if err != nil && err != io.EOF {
		err = fmt.Errorf("datasets: %s: %w", t.name, err)
	}
	return n, err
}
