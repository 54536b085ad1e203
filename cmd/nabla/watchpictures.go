package main

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"nabla/internal/plot"
	"nabla/train"
)

// watchPicture is a picture of measurements, with the name of its file.
type watchPicture struct {
	name   string
	curves plot.Curves
}

// mostSeries is how many curves a picture can bear.
const mostSeries = 8

// watchPictures draws what was measured, of a resumed run from its first epoch on.
// A picture without a number is left out.
func watchPictures(run *train.Run) []watchPicture {
	var list []watchPicture
	at := measurements(run)
	add := func(name, title, y string, log bool, series []plot.Series) {
		if len(series) > 0 {
			list = append(list, watchPicture{name, plot.Curves{Title: title, XLabel: "epoch", YLabel: y, LogY: log, Series: series}})
		}
	}
	add("norms", "Gradients", "2-norm of the gradient", true, named(at, "grad_norm:", ""))
	add("updates", "Updates", "‖update‖/‖weight‖", true, named(at, "update_ratio:", ""))
	add("dead", "Dead units", "share of the units of a layer", false, named(at, "dead:", ""))
	add("saturation", "Saturation", "share of outputs at the ends", false, named(at, "saturated:", ""))
	add("noise", "Gradient noise scale", "rows", true, named(at, "noise_scale", "tr(Σ)/|G|²"))
	add("curvature", "Hessian", "eigenvalue, trace", false, slices.Concat(named(at, "lambda_max", "λmax"), named(at, "trace", "trace"), named(at, "lambda_min", "λmin")))
	if step := named(at, "step_curvature", "η·λmax/2"); len(step) > 0 {
		limit := plot.Series{Name: "limit of gradient descent", X: step[0].X}
		for range limit.X {
			limit.Y = append(limit.Y, 1)
		}
		add("step", "Step and curvature", "η·λmax/2", true, append(step, limit))
	}
	return list
}

// measurement has the numbers of one epoch.
type measurement struct {
	epoch  int
	values train.Scores
}

// measurements are all of a run: the one before training, which no epoch has, and
// those of the epochs.
func measurements(run *train.Run) (list []measurement) {
	if len(run.Samples) > 0 && run.Samples[0].Epoch == 0 {
		list = append(list, measurement{0, scoresOf(run.Samples[0])})
	}
	for _, e := range run.History {
		if e.Watched != nil {
			list = append(list, measurement{e.Epoch, e.Watched})
		}
	}
	return list
}

// named are the curves of the values whose names begin so, over epochs; a name
// that has no more to it is given another.
func named(at []measurement, prefix, alone string) []plot.Series {
	var list []plot.Series
	index := map[string]int{}
	for _, m := range at {
		for _, v := range m.values {
			name, ok := strings.CutPrefix(v.Name, prefix)
			if !ok || math.IsNaN(v.Value) || math.IsInf(v.Value, 0) || v.Value == 0 && prefix == "update_ratio:" {
				continue
			}
			name = cmp.Or(name, alone)
			i, known := index[name]
			if !known {
				i = len(list)
				index[name] = i
				list = append(list, plot.Series{Name: name})
			}
			list[i].X, list[i].Y = append(list[i].X, float64(m.epoch)), append(list[i].Y, v.Value)
		}
	}
	return few(list)
}

// few keeps weights rather than biases, and then some of them, evenly.
func few(list []plot.Series) []plot.Series {
	if len(list) > mostSeries {
		var weights []plot.Series
		for _, s := range list {
			if !strings.HasSuffix(s.Name, ".bias") {
				weights = append(weights, s)
			}
		}
		list = weights
	}
	if len(list) <= mostSeries {
		return list
	}
	var some []plot.Series
	for i := range mostSeries {
		some = append(some, list[i*(len(list)-1)/(mostSeries-1)])
	}
	return some
}
