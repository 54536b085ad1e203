package datasets

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func mustTable(t *testing.T, text string) *Table {
	t.Helper()
	table, err := ReadCSV(strings.NewReader(text), "x.csv")
	if err != nil {
		t.Fatal(err)
	}
	return table
}

const animals = `legs,colour,weight,animal
4,brown,500,cow
4,black,600,cow
2,white,2,hen
4,white,4,cat
2,brown,3,hen
`

func TestInfer(t *testing.T) {
	for _, c := range []struct {
		name    string
		options Options
		inputs  []Column
		targets []string
		classes []string
		scaled  ScalingMethod // of the targets
	}{
		{"defaults", Options{},
			[]Column{{"legs", nil}, {"colour", []string{"brown", "black", "white"}}, {"weight", nil}},
			[]string{"animal"}, []string{"cow", "hen", "cat"}, Unscaled},
		{"numeric target", Options{Targets: []string{"weight"}, Drop: []string{"colour"}},
			[]Column{{"legs", nil}, {"animal", []string{"cow", "hen", "cat"}}},
			[]string{"weight"}, nil, Standardized},
		{"numbers as classes", Options{Targets: []string{"legs"}, Drop: []string{"colour", "animal"}, Task: Classification},
			[]Column{{"weight", nil}}, []string{"legs"}, []string{"2", "4"}, Unscaled},
		{"two targets, raw", Options{Targets: []string{"weight", "legs"}, Drop: []string{"animal", "colour"}[:1], Scaling: Scaling{Method: Unscaled}},
			[]Column{{"colour", []string{"brown", "black", "white"}}}, []string{"weight", "legs"}, nil, Unscaled},
		{"given encoding", Options{Drop: []string{"weight"}, Encode: []Column{{"colour", []string{"white", "black", "brown"}}, {"legs", []string{"2", "4", "8"}}}},
			[]Column{{"legs", []string{"2", "4", "8"}}, {"colour", []string{"white", "black", "brown"}}},
			[]string{"animal"}, []string{"cow", "hen", "cat"}, Unscaled},
		{"dropped last column", Options{Drop: []string{"animal", "colour"}},
			[]Column{{"legs", nil}}, []string{"weight"}, nil, Standardized},
	} {
		s, err := Infer(mustTable(t, animals), c.options)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !reflect.DeepEqual(s.Inputs, c.inputs) || !slices.Equal(s.Targets, c.targets) || !slices.Equal(s.Classes, c.classes) ||
			s.TargetScaling.Method != c.scaled || !slices.Equal(s.Shape, []int{len(s.Features())}) {
			t.Errorf("%s: %+v", c.name, s)
		}
	}
}

// manyTexts is a table whose column "name" holds n different texts.
func manyTexts(n, rows int) string {
	text := "name,y\n"
	for i := range rows {
		text += fmt.Sprintf("text%d,%d\n", i%n, i)
	}
	return text
}

func TestInferErrors(t *testing.T) {
	for _, c := range []struct {
		name, text string
		options    Options
		want       string
	}{
		{"no such target", animals, Options{Targets: []string{"anmal"}}, `no target column "anmal", did you mean "animal"? (have legs, colour, weight, animal)`},
		{"no such column to drop", animals, Options{Drop: []string{"tail-length"}}, `no column to drop named "tail-length" (have legs, colour, weight, animal)`},
		{"no such column to encode", animals, Options{Encode: []Column{{Name: "x"}}}, `no column to encode named "x" (have legs, colour, weight, animal)`},
		{"target dropped", animals, Options{Targets: []string{"legs"}, Drop: []string{"legs"}}, `column "legs" is both a target and dropped`},
		{"target twice", animals, Options{Targets: []string{"legs", "legs"}}, `target column "legs" is named twice`},
		{"no input", animals, Options{Targets: []string{"legs"}, Drop: []string{"colour", "weight", "animal"}}, `no input column is left beside the target (columns: legs, colour, weight, animal)`},
		{"one column", "a\n1\n2\n", Options{}, `no input column is left beside the target (columns: a)`},
		{"one class", "a,b\n1,x\n2,x\n", Options{}, `target "b" has one class only ("x"), nothing to tell apart; choose another target`},
		{"one class by number", "a,b\n1,1\n2,1.0\n", Options{Task: Classification}, `target "b" has one class only ("1"), nothing to tell apart; choose another target`},
		{"text regression", animals, Options{Task: Regression}, `target "animal" is text, regression needs numbers; choose another target or classify`},
		{"two text targets", animals, Options{Targets: []string{"animal", "colour"}}, `classification has one target, not 2 (of text: animal, colour); name one target, or numbers for regression`},
		{"unknown task", animals, Options{Task: "cluster"}, `unknown task "cluster" (have auto, classification, regression)`},
		{"unknown policy", animals, Options{Missing: "drops"}, `unknown missing-value policy "drops", did you mean "drop"? (have drop, mean, error)`},
		{"shape", animals, Options{Shape: []int{2, 2}}, `shape [2 2] does not hold 5 values`},
		{"scaling", animals, Options{Scaling: Scaling{Method: Divided}}, `input scaling: the divisor 0 is not positive`},
		{"many texts", manyTexts(51, 400), Options{}, `column "name" holds 51 different values in 400 rows, too many for categories or classes (at most 50, and half the rows); drop the column`},
		{"nearly all distinct", manyTexts(30, 40), Options{}, `column "name" holds 30 different values in 40 rows, too many for categories or classes (at most 50, and half the rows); drop the column`},
		{"distinct target", manyTexts(30, 40), Options{Targets: []string{"name"}}, `column "name" holds 30 different values in 40 rows, too many for categories or classes (at most 1000, and half the rows); choose another target or drop the column`},
		{"all missing", "a,b\n1,?\n2,\n", Options{}, `every row lacks a value (rows without column "b": 2 of 2); drop the column or fill in means (--missing mean)`},
		{"no value, means", "a,b,c\n1,?,1\n2,,2\n", Options{Missing: MissingMean}, `column "b" holds no value; drop it`},
	} {
		_, err := Infer(mustTable(t, c.text), c.options)
		if err == nil || err.Error() != "datasets: x.csv: "+c.want {
			t.Errorf("%s: %v, want datasets: x.csv: %s", c.name, err, c.want)
		}
	}
}

func TestClassOrder(t *testing.T) {
	for text, want := range map[string][]string{
		"a,b\n1,10\n2,9\n3,-1\n": {"-1", "9", "10"},
		"a,b\n1,z\n2,y\n3,x\n":   {"z", "y", "x"},
		"a,b\n1,2\n2,two\n3,1\n": {"2", "two", "1"},
		"a,b\n1,2\n2,1\n3,2.0\n": {"1", "2"},
	} {
		table := mustTable(t, text)
		s, err := Infer(table, Options{Task: Classification})
		if err != nil || !slices.Equal(s.Classes, want) {
			t.Errorf("%q: %v (%v), want %v", text, s, err, want)
			continue
		}
		if d, _, err := s.Apply(table); err != nil || d.Validate() != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}
