package datasets

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestReadCSV(t *testing.T) {
	for _, c := range []struct {
		name, text string
		columns    []string
		header     bool
		comma      rune
		rows       string
	}{
		{"comma", "a,b\n1,2\n3,4\n", []string{"a", "b"}, true, ',', "[1 2 3 4]"},
		{"semicolon", "a;b\n1,5;2\n3,5;4\n", []string{"a", "b"}, true, ';', "[1,5 2 3,5 4]"},
		{"semicolon, decimal commas, no header", "1,5;2,5\n3,5;4,5\n", []string{"column_1", "column_2"}, false, ';', "[1,5 2,5 3,5 4,5]"},
		{"tab", "a\tb\n1\t\n\t4\n", []string{"a", "b"}, true, '\t', "[1   4]"},
		{"pipe", "a|b\n1|2\n", []string{"a", "b"}, true, '|', "[1 2]"},
		{"one column", "a\n1\n2\n", []string{"a"}, true, ',', "[1 2]"},
		{"no final newline", "a,b\n1,2", []string{"a", "b"}, true, ',', "[1 2]"},
		{"CRLF", "a,b\r\n1,2\r\n", []string{"a", "b"}, true, ',', "[1 2]"},
		{"byte order mark", "\ufeffa,b\n1,2\n", []string{"a", "b"}, true, ',', "[1 2]"},
		{"byte order mark before a quote", "\ufeff\"a\",b\n1,2\n", []string{"a", "b"}, true, ',', "[1 2]"},
		{"quotes", "a,\"b,c\"\n1,\"say \"\"x\"\"\"\n", []string{"a", "b,c"}, true, ',', `[1 say "x"]`},
		{"spaces", " a , b \n 1 , \"2\"\n", []string{"a", "b"}, true, ',', "[1 2]"},
		{"blank lines", "\n\na,b\n\n1,2\n\n", []string{"a", "b"}, true, ',', "[1 2]"},
		{"no header", "1,2,x\n3,4,y\n", []string{"column_1", "column_2", "column_3"}, false, ',', "[1 2 x 3 4 y]"},
		{"no header, missing first cell", "?,2,x\n3,4,y\n", []string{"column_1", "column_2", "column_3"}, false, ',', "[? 2 x 3 4 y]"},
		{"unnamed column", ",b\n1,2\n", []string{"column_1", "b"}, true, ',', "[1 2]"},
		{"text with header", "animal,size\ncat,small\ncow,big\n", []string{"animal", "size"}, true, ',', "[cat small cow big]"},
		{"text without header", "cat,small\ncow,big\ncat,small\n", []string{"column_1", "column_2"}, false, ',', "[cat small cow big cat small]"},
	} {
		table, err := ReadCSV(strings.NewReader(c.text), "x.csv")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !slices.Equal(table.Columns, c.columns) || table.Header != c.header || table.Comma != c.comma || fmt.Sprint(table.cells) != c.rows {
			t.Errorf("%s: columns %q, header %v, comma %q, cells %q", c.name, table.Columns, table.Header, table.Comma, table.cells)
		}
	}
}

func TestLines(t *testing.T) {
	table, err := ReadCSV(strings.NewReader("a,b\n\n1,\"x\ny\"\n2,z\n"), "x.csv")
	if err != nil {
		t.Fatal(err)
	}
	if table.Rows() != 2 || table.Line(0) != 3 || table.Line(1) != 5 || table.Cell(0, 1) != "x\ny" {
		t.Errorf("%d rows on lines %v", table.Rows(), table.lines)
	}
}

func TestReadCSVErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "x.csv: empty file; write its rows to it again"},
		{"blank", "\n\r\n\n", "x.csv: empty file; write its rows to it again"},
		{"only a byte order mark", "\ufeff", "x.csv: empty file; write its rows to it again"},
		{"one line", "a,b,c\n", "x.csv: only one line; a table is a header and rows below it"},
		{"one line of numbers", "1,2,3", "x.csv: only one line; a table is a header and rows below it"},
		{"CR alone", "a,b\r1,2\r3,4\r", "x.csv: the lines end in CR alone; save the file with LF or CRLF line ends"},
		{"CR alone, one column", "a\r1\r", "x.csv: the lines end in CR alone; save the file with LF or CRLF line ends"},
		{"short row", "a,b\n1,2\n3\n", "x.csv:3: columns: 1 here, 2 in the first line; give every line as many cells, those that hold a delimiter in quotes"},
		{"long row", "a,b\n1,2\n\n3,4,5\n", "x.csv:4: columns: 3 here, 2 in the first line; give every line as many cells, those that hold a delimiter in quotes"},
		{"bare quote", "a,b\n1,x\"y\n", `x.csv:2: a " inside a cell that does not begin with one; put the cell in quotes and double those inside`},
		{"open quote", "a,b\n1,2\n3,\"x\n5,6\n", `x.csv:3: a quoted cell is not closed, or text follows its closing "; put whole cells in quotes and double those inside`},
		{"NUL", "a,b\n1,2\n3,\x00\n", "x.csv:3: binary content (a NUL byte), not CSV text; export it as CSV"},
		{"binary", "\x7fELF\x02\x01\x01\x00\x00", "x.csv:1: binary content (a NUL byte), not CSV text; export it as CSV"},
		{"UTF-16", "\xff\xfea\x00,\x00", "x.csv: UTF-16 text; save it as UTF-8"},
		{"Latin-1", "a,b\n1,caf\xe9\n", `x.csv:2: column 2: "caf\xe9" is not UTF-8 text; save the file as UTF-8`},
		{"huge cell", "a,b\n1,2\n3," + strings.Repeat("9", maxCell+1) + "\n", "x.csv:3: column 2: a cell of 65537 bytes, at most 65536 are read; close its quotes, or drop the column"},
		{"endless line", "a,b\n" + strings.Repeat("x", maxLine+1), "x.csv:2: a line of more than 16 MiB; end the lines of the file with a newline"},
		{"many columns", strings.Repeat(",", maxColumns) + "\n", "x.csv:1: 65537 columns, at most 65536 are read; leave some out"},
		{"duplicate column", "a,b,a\n1,2,3\n", `x.csv:1: column 3: column 1 is named "a" too; rename one of them`},
		{"duplicate by trimming", "\na, a\n1,2\n", `x.csv:2: column 2: column 1 is named "a" too; rename one of them`},
	} {
		_, err := ReadCSV(strings.NewReader(c.text), "x.csv")
		if err == nil || err.Error() != "datasets: "+c.want {
			t.Errorf("%s: %v, want datasets: %s", c.name, err, c.want)
		}
	}
}

// zipped returns text as gzip.
func zipped(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOpenCSV(t *testing.T) {
	dir := t.TempDir()
	good := zipped(t, []byte("a,b\n1,2\n"))
	damaged := bytes.Clone(good)
	damaged[len(damaged)-5] ^= 1 // of the checksum
	for _, c := range []struct {
		name    string
		content []byte // nil: no file
		want    string // "" is success
	}{
		{"good.csv", []byte("a,b\n1,2\n"), ""},
		{"good.csv.gz", good, ""},
		{"missing.csv", nil, "no such file or directory"},
		{"missing.csv.gz", nil, "no such file or directory"},
		{"empty.csv", []byte{}, "empty file; write its rows to it again"},
		{"empty.csv.gz", []byte{}, "empty file; write its rows to it again"},
		{"holds-nothing.csv.gz", zipped(t, nil), "empty file; write its rows to it again"},
		{"plain.csv.gz", []byte("a,b\n1,2\n"), "not gzip data; compress it with gzip, or take .gz off its name"},
		{"short.csv.gz", good[:len(good)-6], "the gzip data is cut short; copy or compress the file again"},
		{"shorter.csv.gz", good[:5], "the gzip data is cut short; copy or compress the file again"},
		{"damaged.csv.gz", damaged, "the gzip data is damaged; copy or compress the file again"},
		{"bomb.csv.gz", zipped(t, bytes.Repeat([]byte("1,22222222222222222222222222222222222222222222222222222222222222\n"), bombFrom/64)), "holds more than 16 MiB, the limit for this file; train on a part of its rows"},
	} {
		path := filepath.Join(dir, c.name)
		if c.content != nil {
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		table, err := OpenCSV(path)
		if c.want == "" {
			if err != nil || table.Rows() != 1 || table.Name != path {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if want := "datasets: " + path + ": " + c.want; err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := OpenCSV(dir); err == nil || err.Error() != "datasets: "+dir+": is a directory, not a file" {
		t.Error(err)
	}
}

func TestNumbers(t *testing.T) {
	for cell, want := range map[string]string{
		"1":      "",
		"-2.5e3": "",
		"+.5":    "",
		"abc":    `"abc" is not a number; correct the cell, or leave it empty for a missing value`,
		"1,5":    `"1,5" is not a number; write a decimal point and no thousands separator`,
		"1 2":    `"1 2" is not a number; correct the cell, or leave it empty for a missing value`,
		"Inf":    `"Inf" is not a finite number; correct the cell, or leave it empty for a missing value`,
		"-inf":   `"-inf" is not a finite number; correct the cell, or leave it empty for a missing value`,
		"1e400":  `"1e400" is out of range; correct the cell, or leave it empty for a missing value`,
	} {
		if _, err := parseNumber(cell); (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%s: %v, want %q", cell, err, want)
		}
	}
	for cell, want := range map[string]bool{"": true, "?": true, "NA": true, "na": true, "NaN": true, "nan": true, "NULL": true, "null": true,
		"-": false, "N/A": false, "0": false, "none": false, "nullx": false} {
		if isMissing(cell) != want {
			t.Errorf("missing %q: %v", cell, !want)
		}
	}
}
