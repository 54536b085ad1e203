package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"nabla/internal/plot"
	"nabla/train"
	"nabla/train/compare"
)

// comparisonPicture is a picture of a comparison and the name of its file.
type comparisonPicture struct {
	name string
	plot.Curves
}

// comparisonPictures are those of a result: for each problem the metric and, of a
// network, the training loss over the evaluations, and the metric over the learning
// rates where there are several; one performance profile.
func comparisonPictures(r compare.Result) []comparisonPicture {
	var list []comparisonPicture
	for _, p := range r.Header.Problems {
		prefix := ""
		if len(r.Header.Problems) > 1 {
			prefix = fileWord(p.Name) + "-"
		}
		name := strings.TrimSpace(p.Rows + " " + p.Metric)
		value := func(b compare.Band) []compare.Statistic { return b.Value }
		list = append(list, comparisonPicture{prefix + "curves.svg", bandCurves(r, p, name, !p.LargerIsBetter, value)})
		if p.Rows != "" {
			loss := func(b compare.Band) []compare.Statistic { return b.Loss }
			list = append(list, comparisonPicture{prefix + "loss.svg", bandCurves(r, p, "training loss", true, loss)})
		}
		if c := sensitivityCurves(r, p, name); len(c.Series) > 0 {
			list = append(list, comparisonPicture{prefix + "sensitivity.svg", c})
		}
	}
	if len(r.Header.Optimizers) > 1 {
		list = append(list, comparisonPicture{"profile.svg", profileCurves(r)})
	}
	return list
}

// fileWord is a name as a part of a file's: "data/x.csv" is data-x-csv.
func fileWord(name string) string {
	return strings.Trim(strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			return c
		}
		return '-'
	}, name), "-")
}

// bandCurves draws means with bands of a standard deviation to both sides. On a log
// axis, if that is wanted and all values are positive, both are of the logarithms.
func bandCurves(r compare.Result, p compare.Description, label string, logarithmic bool, values func(compare.Band) []compare.Statistic) plot.Curves {
	bands := r.Bands(logarithm)
	logarithmic = logarithmic && !slices.ContainsFunc(bands, func(b compare.Band) bool {
		return b.Problem == p.Name && slices.ContainsFunc(values(b), func(s compare.Statistic) bool { return math.IsNaN(float64(s.Mean)) })
	})
	back := math.Exp
	mean := "geometric mean"
	if !logarithmic {
		bands, mean = r.Bands(nil), "mean"
		back = func(v float64) float64 { return v }
	}
	c := plot.Curves{Title: p.Name, XLabel: "evaluations", YLabel: label + ", " + mean + " ± sd over seeds", LogY: logarithmic}
	if p.Rows != "" {
		c.XLabel = "evaluations (gradients of a batch)"
	}
	for _, b := range bands {
		if b.Problem != p.Name || len(b.Evaluations) == 0 {
			continue
		}
		s := plot.Series{Name: b.Optimizer, X: b.Evaluations}
		if b.LearningRate > 0 {
			s.Name += ", lr " + number(b.LearningRate)
		}
		for _, v := range values(b) {
			low, high := around(v)
			s.Y, s.Low, s.High = append(s.Y, back(float64(v.Mean))), append(s.Low, back(low)), append(s.High, back(high))
		}
		c.Series = append(c.Series, s)
	}
	return c
}

// logarithm is that of a number, and of what is too small to be shown that of 1e-30.
func logarithm(v float64) float64 {
	if v >= 0 {
		v = max(v, 1e-30)
	}
	return math.Log(v)
}

// around is mean ± standard deviation, the mean alone for a single value.
func around(s compare.Statistic) (low, high float64) {
	if s.N < 2 {
		return float64(s.Mean), float64(s.Mean)
	}
	return float64(s.Mean - s.SD), float64(s.Mean + s.SD)
}

// sensitivityCurves draws what each learning rate ends with.
func sensitivityCurves(r compare.Result, p compare.Description, label string) plot.Curves {
	c := plot.Curves{Title: p.Name + ": sensitivity to the learning rate", XLabel: "learning rate", YLabel: label + " at the end", LogX: true, LogY: !p.LargerIsBetter}
	worstBest := math.Inf(-1) // the worst of what the best rates end with
	for _, s := range r.Sensitivities() {
		if s.Problem != p.Name {
			continue
		}
		line := plot.Series{Name: s.Optimizer, X: s.LearningRates, Dots: true}
		for i, mean := range s.Mean {
			v := float64(mean)
			c.LogY = c.LogY && !(v <= 0)
			line.Y = append(line.Y, v)
			if s.Runs[i] > 0 && s.Diverged[i] == s.Runs[i] {
				line.Failed = append(line.Failed, s.LearningRates[i])
			}
			if s.LearningRates[i] == s.Best && v > worstBest {
				worstBest = v
			}
		}
		c.Series = append(c.Series, line)
	}
	if !p.LargerIsBetter {
		c.Y = clipped(c.Series, worstBest, c.LogY)
	}
	return c
}

// clipped is an axis that ends well above what the best rates end with: what rates
// that are much too large make would push everything else to the bottom.
func clipped(list []plot.Series, worstBest float64, logarithmic bool) plot.Range {
	least, largest := math.Inf(1), math.Inf(-1)
	for _, s := range list {
		for _, v := range s.Y {
			if !math.IsNaN(v) {
				least, largest = min(least, v), max(largest, v)
			}
		}
	}
	const room = 1000
	top := worstBest + room*math.Abs(worstBest)
	if !logarithmic || !(largest > top) || !(top > least) {
		return plot.Range{}
	}
	return plot.Range{Min: least / 2, Max: top}
}

// profileCurves draws the performance profiles, each to the same end.
func profileCurves(r compare.Result) plot.Curves {
	c := plot.Curves{
		Title: "performance profile", XLabel: "τ: evaluations to the target, in multiples of the fewest", YLabel: "share of the instances",
		LogX: true, Y: plot.Range{Min: 0, Max: 1.02},
	}
	end := 2.0
	list := r.Profiles()
	for _, p := range list {
		end = max(end, p.Tau[len(p.Tau)-1]*1.2)
	}
	for _, p := range list {
		c.Series = append(c.Series, plot.Series{
			Name: p.Optimizer, Steps: true, X: append(slices.Clone(p.Tau), end), Y: append(slices.Clone(p.Share), p.Share[len(p.Share)-1]),
		})
	}
	return c
}

// writePictures draws into a folder. A picture without any value is left out.
func writePictures(folder string, r compare.Result) error {
	for _, p := range comparisonPictures(r) {
		if !slices.ContainsFunc(p.Series, drawable) {
			continue
		}
		if err := p.Write(filepath.Join(folder, p.name)); err != nil {
			return advised(fmt.Errorf("--out: %s", plain(err)), "choose another folder with --out")
		}
	}
	return nil
}

// drawable reports whether a line has a point.
func drawable(s plot.Series) bool {
	return slices.ContainsFunc(s.Y, func(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) })
}

// count is a number of steps, which may end in a half.
func count(v train.Number) string {
	if v == train.Number(math.Trunc(float64(v))) || math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
		return short(v)
	}
	return fmt.Sprintf("%.1f", float64(v))
}
