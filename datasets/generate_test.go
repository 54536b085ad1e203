package datasets

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nabla/internal/reference"

	"gonum.org/v1/gonum/mat"
)

// job is a row of training_targets.json, as far as it is about data.
type job struct {
	Name, Data, Task string
	NTrain           int `json:"n_train"`
	NTest            int `json:"n_test"`
	Inputs, Outputs  int
	Settings         struct {
		N        int
		Noise    float64
		DataSeed uint64 `json:"data_seed"`
	}
	Baselines struct {
		ConstantMean     float64 `json:"constant_mean"`
		LinearRegression float64 `json:"linear_regression"`
		MajorityClass    float64 `json:"majority_class"`
	}
	DataCheck *struct {
		FirstRows    reference.Tensor `json:"first_rows"`
		FirstTargets reference.Tensor `json:"first_targets"`
		LastRow      reference.Tensor `json:"last_row"`
		ColumnSums   reference.Tensor `json:"column_sums"`
		TargetSum    float64          `json:"target_sum"`
	} `json:"data_check"`
}

// jobs returns the reference jobs and the fold of their split.
func jobs(t *testing.T) ([]job, Split) {
	t.Helper()
	var file struct {
		Jobs      []job
		SplitRule string `json:"split_rule"`
	}
	reference.Load(t, "training_targets.json", &file)
	match := regexp.MustCompile(`i % 5 == (\d)`).FindStringSubmatch(file.SplitRule)
	if match == nil {
		t.Fatalf("no fold in %q", file.SplitRule)
	}
	fold, err := strconv.Atoi(match[1])
	if err != nil {
		t.Fatal(err)
	}
	return file.Jobs, EveryFifth(fold)
}

// openJob opens the data of a job by the table's name for it.
func openJob(t *testing.T, j job) *Source {
	t.Helper()
	name := strings.ReplaceAll(j.Data, "_", "-")
	if name == "xor-noisy" {
		name = "noisy-xor"
	}
	var o LoadOptions
	if j.Settings.N > 0 {
		o = LoadOptions{Samples: j.Settings.N, Noise: &j.Settings.Noise, DataSeed: &j.Settings.DataSeed}
	}
	source, err := Open(name, o)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// The generators draw the reference's points: first rows, last row and sums.
func TestGeneratedData(t *testing.T) {
	ran := 0
	var left []string
	all, _ := jobs(t)
	for _, j := range all {
		if j.DataCheck == nil {
			if !slices.Contains(left, j.Data) {
				left = append(left, j.Data)
			}
			continue
		}
		ran++
		d, c := openJob(t, j).Data, j.DataCheck
		sums, targets := make([]float64, d.X.Cols), 0.0
		for i := range d.Len() {
			for k := range sums {
				sums[k] += d.X.At(i, k)
			}
			targets += d.Y.At(i, 0)
		}
		values := d.X.floats()
		for what, pair := range map[string][2][]float64{
			"first rows":    {values[:len(c.FirstRows.Data)], c.FirstRows.Data},
			"first targets": {d.Y.floats()[:len(c.FirstTargets.Data)], c.FirstTargets.Data},
			"last row":      {values[len(values)-d.X.Cols:], c.LastRow.Data},
			"column sums":   {sums, c.ColumnSums.Data},
			"target sum":    {{targets}, {c.TargetSum}},
		} {
			if err := reference.Compare(pair[0], pair[1], 1e-12, 1e-12); err != nil {
				t.Errorf("%s: %s: %v", j.Name, what, err)
			}
		}
	}
	t.Logf("%d generated data sets compared; read from files: %v", ran, left)
	if ran == 0 {
		t.Error("no job has a data_check")
	}
}

// exactLine holds the least-squares error, for fold 4, of the one data set whose
// reference value is not exact: scikit-learn inverts the singular value, about
// 1e-15, of the dependent one-hot columns of auto_mpg and gets 2.7727. This is
// the solution of the normal equations in rational arithmetic.
var exactLine = map[string]float64{"auto_mpg": 2.767935169210767}

// Sizes and baselines of every job: they hold only if rows, split, encoding and
// target scaling are those of the reference.
func TestReferenceBaselines(t *testing.T) {
	all, split := jobs(t)
	ran := 0
	for _, j := range all {
		ran++
		source := openJob(t, j)
		parts, err := source.Parts(split, 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		if parts.Train.Len() != j.NTrain || parts.Test.Len() != j.NTest || parts.Train.X.Cols != j.Inputs || parts.Train.Outputs() != j.Outputs {
			t.Errorf("%s: %d + %d rows, %d inputs, %d outputs; want %d + %d, %d, %d", j.Name, parts.Train.Len(), parts.Test.Len(),
				parts.Train.X.Cols, parts.Train.Outputs(), j.NTrain, j.NTest, j.Inputs, j.Outputs)
			continue
		}
		if j.Task == string(Classification) {
			if got := majority(parts); got != j.Baselines.MajorityClass {
				t.Errorf("%s: majority class %v, want %v", j.Name, got, j.Baselines.MajorityClass)
			}
			continue
		}
		mean, line := regressionBaselines(t, source.Schema, parts)
		wantLine := j.Baselines.LinearRegression
		if exact, ok := exactLine[j.Data]; ok && split == EveryFifth(4) {
			wantLine = exact
		} else if ok {
			t.Logf("%s: the line is left out, no exact value for %v", j.Name, split)
			wantLine = line
		}
		if !reference.Close(mean, j.Baselines.ConstantMean, 1e-12, 0) || !reference.Close(line, wantLine, 1e-9, 0) {
			t.Errorf("%s: rmse of the mean %v, of a line %v; want %v and %v", j.Name, mean, line, j.Baselines.ConstantMean, wantLine)
		}
	}
	t.Logf("%d jobs compared, none left out", ran)
}

// majority is the accuracy on the test rows of always saying the class that most
// training rows have, the first of them on a tie.
func majority(p Parts) float64 {
	counts := make([]int, p.Train.Outputs())
	for i := range p.Train.Len() {
		counts[p.Train.Class(i)]++
	}
	most := slices.Index(counts, slices.Max(counts))
	hits := 0
	for i := range p.Test.Len() {
		if p.Test.Class(i) == most {
			hits++
		}
	}
	return float64(hits) / float64(p.Test.Len())
}

// regressionBaselines returns the test errors, in the file's units, of a constant
// (0 on the scale of training, which is the training mean unless targets are
// raw) and of the least-squares line.
func regressionBaselines(t *testing.T, s *Schema, p Parts) (mean, line float64) {
	t.Helper()
	withOne := func(d *Dataset) *mat.Dense {
		x := mat.NewDense(d.Len(), d.X.Cols+1, nil)
		for i := range d.Len() {
			for k := range d.X.Cols {
				x.Set(i, k, d.X.At(i, k))
			}
			x.Set(i, d.X.Cols, 1)
		}
		return x
	}
	// One-hot columns depend on each other: the pseudo-inverse by singular values.
	var svd mat.SVD
	if !svd.Factorize(withOne(p.Train), mat.SVDThin) {
		t.Fatal("no singular values")
	}
	var w, predicted mat.Dense
	svd.SolveTo(&w, mat.NewDense(p.Train.Len(), 1, p.Train.Y.floats()), svd.Rank(1e-10))
	predicted.Mul(withOne(p.Test), &w)
	truth, guess := p.Test.Y.floats(), slices.Clone(predicted.RawMatrix().Data)
	constant := make([]float64, len(truth))
	for _, values := range [][]float64{truth, guess, constant} {
		s.Unscale(values)
	}
	rmse := func(values []float64) float64 {
		sum := 0.0
		for i := range values {
			sum += (values[i] - truth[i]) * (values[i] - truth[i])
		}
		return math.Sqrt(sum / float64(len(values)))
	}
	return rmse(constant), rmse(guess)
}

// The sets whose formula is this package's own.
func TestOwnGenerators(t *testing.T) {
	d, err := Load("xor")
	if err != nil || !slices.Equal(d.X.F64, []float64{0, 0, 0, 1, 1, 0, 1, 1}) || !slices.Equal(d.Y.F64, []float64{0, 1, 1, 0}) {
		t.Errorf("xor: %+v (%v)", d, err)
	}
	exact := 0.0
	source, err := Open("checkerboard", LoadOptions{Noise: &exact})
	if err != nil {
		t.Fatal(err)
	}
	for i := range source.Data.Len() {
		a, b := source.Data.X.At(i, 0), source.Data.X.At(i, 1)
		if black := int(math.Floor(a)+math.Floor(b)+8)%2 == 0; math.Abs(a) > 2 || math.Abs(b) > 2 || black != (source.Data.Class(i) == 0) {
			t.Fatalf("checkerboard: (%v, %v) has class %d", a, b, source.Data.Class(i))
		}
	}
	if source, err = Open("plane", LoadOptions{Noise: &exact}); err != nil {
		t.Fatal(err)
	}
	for i := range source.Data.Len() {
		if a, b, y := source.Data.X.At(i, 0), source.Data.X.At(i, 1), source.Data.Y.At(i, 0); math.Abs(y-(2*a-3*b+1)) > 1e-15 || math.Abs(a) > 1 {
			t.Fatalf("plane: (%v, %v) has %v", a, b, y)
		}
	}
}

func TestDataSeed(t *testing.T) {
	first, err := Load("moons")
	if err != nil {
		t.Fatal(err)
	}
	for seed, same := range map[uint64]bool{1: true, 0: false, 99: false} {
		source, err := Open("moons", LoadOptions{DataSeed: &seed})
		if err != nil || slices.Equal(source.Data.X.F64, first.X.F64) != same {
			t.Errorf("data seed %d: same %v (%v)", seed, !same, err)
		}
	}
}

func TestGeneratorErrors(t *testing.T) {
	seed, noise, nan := uint64(1), -0.1, math.NaN()
	for _, c := range []struct {
		name string
		o    LoadOptions
		want string
	}{
		{"moons", LoadOptions{Samples: 5}, "moons: samples must be 12 to 1000000, got 5"},
		{"moons", LoadOptions{Samples: -1}, "moons: samples must be 12 to 1000000, got -1"},
		{"moons", LoadOptions{Noise: &noise}, "moons: noise must be 0 to 1000, got -0.1"},
		{"sine", LoadOptions{Noise: &nan}, "sine: noise must be 0 to 1000, got NaN"},
		{"xor", LoadOptions{DataSeed: &seed}, "xor is always the same: it takes no samples, noise or data seed"},
		{"iris", LoadOptions{DataSeed: &seed}, "iris: not generated, it takes no data seed, samples or noise"},
		{"moons", LoadOptions{Dir: "x"}, "moons: takes no folder"},
		{"moons", LoadOptions{Options: Options{Targets: []string{"x1"}}}, "moons: has no columns to choose as targets or to drop"},
		{"moons", LoadOptions{Options: Options{Task: Regression}}, "moons: has no columns to choose as targets or to drop"},
	} {
		if _, err := Open(c.name, c.o); err == nil || err.Error() != "datasets: "+c.want {
			t.Errorf("%v, want datasets: %s", err, c.want)
		}
	}
}
