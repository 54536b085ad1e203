package datasets

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// expected are the rows, features and classes (or minus the targets of a
// regression) of each data set; a row of the table without one fails the test.
var expected = map[string]struct{ rows, test, features, classes int }{
	"iris":          {150, 0, 4, 3},
	"wine":          {178, 0, 13, 3},
	"breast-cancer": {569, 0, 30, 2},
	"penguins":      {342, 0, 4, 3},
	"digits":        {1797, 0, 64, 10},
	"diabetes":      {442, 0, 10, -1},
	"auto-mpg":      {392, 0, 9, -1},
	"linnerud":      {20, 0, 3, -3},
	"fashion-mnist": {16000, 4000, 784, 10},
	"co2":           {},
	"names":         {},
	"xor":           {4, 0, 2, 2},
	"noisy-xor":     {400, 0, 2, 2},
	"moons":         {400, 0, 2, 2},
	"circles":       {400, 0, 2, 2},
	"spirals":       {450, 0, 2, 3},
	"blobs":         {300, 0, 2, 3},
	"checkerboard":  {800, 0, 2, 2},
	"sine":          {300, 0, 1, -1},
	"plane":         {300, 0, 2, -1},
	"mnist":         {},
}

func TestTable(t *testing.T) {
	if len(expected) != len(table) {
		t.Errorf("%d expectations for %d rows", len(expected), len(table))
	}
	for _, name := range Names() {
		want, ok := expected[name]
		if !ok {
			t.Errorf("%s: no expectation", name)
			continue
		}
		e, err := ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		if e.Title == "" || e.About == "" || e.Source == "" || e.Licence == "" || name != strings.ToLower(name) || strings.Contains(name, "_") {
			t.Errorf("%s: the row is incomplete", name)
		}
		if _, err := e.LicenceText(); err != nil {
			t.Error(err)
		}
		source, err := Open(name, LoadOptions{})
		if want.rows == 0 {
			if err == nil || !strings.HasPrefix(err.Error(), "datasets: "+name+" ") || !strings.HasSuffix(err.Error(), e.About) {
				t.Errorf("%s does not say what it is for: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		checkSource(t, source, e)
		cells, err := e.Table()
		if (err == nil) != (source.Table != nil) || err == nil && cells.Rows() != source.Table.Rows() {
			t.Errorf("%s: table %v (%v)", name, cells, err)
		}
		d := source.Data
		classes := len(d.Classes)
		if d.Classes == nil {
			classes = -d.Y.Cols
		}
		if d.Len() != want.rows || d.X.Cols != want.features || classes != want.classes || source.Test != nil && source.Test.Len() != want.test {
			t.Errorf("%s: %d rows of %d features, classes %d; want %+v", name, d.Len(), d.X.Cols, classes, want)
		}
	}
}

// checkSource checks what every data set promises.
func checkSource(t *testing.T, s *Source, e *Entry) {
	t.Helper()
	if s.Entry != e && s.Entry.Name != e.Name || s.Data.Name != e.Name {
		t.Errorf("%s opens as %s", e.Name, s.Data.Name)
	}
	if (e.Task == Classification) != (s.Data.Classes != nil) || e.Task == "" {
		t.Errorf("%s: task %q and %d classes", e.Name, e.Task, len(s.Data.Classes))
	}
	r := e.Recipe
	if r.Layers == "" || r.Optimizer == "" || r.LearningRate <= 0 || r.Epochs <= 0 || r.Batch < 0 {
		t.Errorf("%s: recipe %+v", e.Name, r)
	}
	parts, err := s.Parts(s.DefaultSplit(), 0, 1)
	if err != nil {
		t.Error(err)
		return
	}
	if err := s.Schema.Validate(); err != nil {
		t.Errorf("%s: %v", e.Name, err)
	}
	for _, d := range []*Dataset{s.Data, s.Test, parts.Train, parts.Test} {
		if d == nil {
			continue
		}
		if err := d.Validate(); err != nil {
			t.Error(err)
		}
		seen := make([]int, len(d.Classes))
		for i := range d.Len() {
			if d.Classes != nil {
				seen[d.Class(i)]++
			}
		}
		if slices.Contains(seen, 0) {
			t.Errorf("%s: class counts %v", e.Name, seen)
		}
	}
	// What a network sees is of order one.
	x := make([]float64, parts.Train.X.Cols)
	for i := range parts.Train.Len() {
		if err := CopyX(x, parts.Train, []int{i}); err != nil {
			t.Fatal(err)
		}
		for _, v := range x {
			if math.Abs(v) > 30 {
				t.Fatalf("%s: row %d holds %v", e.Name, i, v)
			}
		}
	}
}

// Class names and counts that are known from the sources.
func TestClassCounts(t *testing.T) {
	for name, want := range map[string]map[string]int{
		"iris":          {"setosa": 50, "versicolor": 50, "virginica": 50},
		"wine":          {"class_0": 59, "class_1": 71, "class_2": 48},
		"breast-cancer": {"malignant": 212, "benign": 357},
		"penguins":      {"Adelie": 151, "Chinstrap": 68, "Gentoo": 123},
		"digits":        {"0": 178, "1": 182, "2": 177, "3": 183, "4": 181, "5": 182, "6": 181, "7": 179, "8": 174, "9": 180},
		"fashion-mnist": {"T-shirt/top": 1600, "Trouser": 1600, "Pullover": 1600, "Dress": 1600, "Coat": 1600,
			"Sandal": 1600, "Shirt": 1600, "Sneaker": 1600, "Bag": 1600, "Ankle boot": 1600},
	} {
		d, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		for c, class := range d.Classes {
			n := 0
			for i := range d.Len() {
				if d.Class(i) == c {
					n++
				}
			}
			if n != want[class] {
				t.Errorf("%s: %d rows of %s, want %d", name, n, class, want[class])
			}
		}
	}
	d, err := Load("fashion-mnist")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{9, 0, 0, 3, 0, 2, 7, 2, 5, 5} {
		if d.Class(i) != want {
			t.Errorf("label %d is %d, want %d", i, d.Class(i), want)
		}
	}
	if d, err = Load("digits"); err != nil || !slices.Equal(d.Classes, tenDigits) || !slices.Equal(d.Shape, []int{8, 8}) {
		t.Errorf("digits: classes %v, shape %v (%v)", d.Classes, d.Shape, err)
	}
	source, err := Open("penguins", LoadOptions{})
	if err != nil || source.Report.Dropped != 2 || len(source.Report.Missing) != 2 || source.Table.Line(source.Report.Missing[0]) != 5 {
		t.Errorf("penguins: %+v (%v)", source.Report, err)
	}
}

// The bundled files are those whose sums PROVENANCE.md gives.
func TestProvenance(t *testing.T) {
	text, err := Provenance()
	if err != nil {
		t.Fatal(err)
	}
	sums := make(map[string]string)
	for _, m := range regexp.MustCompile("(?m)^## (\\S+\\.\\S+)\n(?:- .*\n)*?- sha256: `([0-9a-f]{64})`").FindAllStringSubmatch(text, -1) {
		sums[m[1]] = m[2]
	}
	files := 0
	err = fs.WalkDir(bundled, "data", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Dir(file) == "data/LICENSES" || path.Base(file) == "PROVENANCE.md" {
			return err
		}
		files++
		content, err := bundled.ReadFile(file)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		if got, want := hex.EncodeToString(sum[:]), sums[strings.TrimPrefix(file, "data/")]; got != want {
			t.Errorf("%s: sha256 %s, PROVENANCE.md has %q", file, got, want)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if files != len(sums) || files != 15 {
		t.Errorf("%d files, %d sums", files, len(sums))
	}
}

func TestFirstNames(t *testing.T) {
	all, err := FirstNames()
	if err != nil || len(all) != 4951+3898 || all[0] != "Aaren" || all[4951] != "Aaron" {
		t.Errorf("%d names (%v)", len(all), err)
	}
}

func TestOptionsOfTables(t *testing.T) {
	// A dropped column that becomes the target is dropped no longer.
	source, err := Open("penguins", LoadOptions{Options: Options{Targets: []string{"sex"}}})
	if err != nil || source.Data.Len() != 333 || !slices.Equal(source.Data.Classes, []string{"male", "female"}) ||
		!slices.Contains(source.Data.Features, "species=Gentoo") || slices.Contains(source.Data.Features, "island=Dream") {
		t.Errorf("%+v (%v)", source, err)
	}
	if source, err = Open("co2", LoadOptions{Options: Options{Targets: []string{"co2_ppm"}}}); err != nil || source.Data.Len() != 741 || source.Data.X.Cols != 1 {
		t.Errorf("co2: %+v (%v)", source, err)
	}
	no, yes := false, true
	if source, err = Open("iris", LoadOptions{Standardize: &no}); err != nil || source.Schema.InputScaling.Method != Unscaled {
		t.Errorf("%+v (%v)", source, err)
	}
	if source, err = Open("sine", LoadOptions{Standardize: &yes}); err != nil || source.Schema.TargetScaling.Method != Standardized {
		t.Errorf("%+v (%v)", source, err)
	}
	if source, err = Open("digits", LoadOptions{Standardize: &no}); err != nil || source.Schema.InputScaling.Method != Divided {
		t.Errorf("%+v (%v)", source, err)
	}
	if source, err = Open("digits", LoadOptions{Options: Options{Drop: []string{"pixel_0_0"}}}); err != nil || !slices.Equal(source.Data.Shape, []int{63}) {
		t.Errorf("%+v (%v)", source, err)
	}
}

func TestOpenErrors(t *testing.T) {
	seed := uint64(1)
	for _, c := range []struct {
		data string
		o    LoadOptions
		want string
	}{
		{"irsi", LoadOptions{}, `unknown data set "irsi", did you mean "iris"? (have iris, wine, breast-cancer, penguins,`},
		{"breast_cancer", LoadOptions{}, `unknown data set "breast_cancer", did you mean "breast-cancer"? (have`},
		{"", LoadOptions{}, `unknown data set "" (have`},
		{"nofile.csv", LoadOptions{}, "nofile.csv: no such file or directory"},
		{"x.csv", LoadOptions{DataSeed: &seed}, "x.csv: a file takes no data seed, samples, noise or folder"},
		{"x.xlsx", LoadOptions{}, "x.xlsx: not a kind of file that is read (.csv, .csv.gz, .tsv, .npz) and no bundled data set"},
		{"data/iris", LoadOptions{}, "data/iris: not a kind of file that is read"},
		{"iris", LoadOptions{Dir: "x"}, "iris: takes no folder"},
		{"iris", LoadOptions{InputsOnly: true}, "iris: inputs without targets need the schema of a model"},
		{"iris", LoadOptions{Options: Options{Targets: []string{"spices"}}}, `iris.csv: no target column "spices", did you mean "species"? (have sepal_length_cm,`},
		{"auto-mpg", LoadOptions{Options: Options{Drop: []string{}}}, `auto_mpg.csv: column "name" holds 300 different values in 392 rows, too many for categories or classes (at most 50, and half the rows); drop the column`},
	} {
		if _, err := Open(c.data, c.o); err == nil || !strings.HasPrefix(err.Error(), "datasets: "+c.want) {
			t.Errorf("%v, want datasets: %s", err, c.want)
		}
	}
	if _, err := Load(filepath.Join(t.TempDir(), "dir.csv")); err == nil {
		t.Error("a missing file was loaded")
	}
	dir := filepath.Join(t.TempDir(), "dir.csv")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil || err.Error() != "datasets: "+dir+": is a directory, not a file" {
		t.Error(err)
	}
}
