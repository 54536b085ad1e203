package main

import (
	"math"
	"strings"

	"nabla/internal/plot"
	"nabla/train/diagnose"
)

// watchPicture is a picture of measurements, with the name of its file.
type watchPicture struct {
	name   string
	curves plot.Curves
}

// fewElements make no histogram.
const fewElements = 16

// mostSeries is how many curves a picture can bear.
const mostSeries = 8

// watchPictures draws what was measured. A picture without a number is left out.
func watchPictures(samples []diagnose.Sample) []watchPicture {
	var list []watchPicture
	add := func(name, title, y string, log bool, series []plot.Series) {
		if len(series) > 0 {
			list = append(list, watchPicture{name, plot.Curves{Title: title, XLabel: "epoch", YLabel: y, LogY: log, Series: series}})
		}
	}
	add("norms", "Gradients", "2-norm of the gradient", true, named(samples, "grad_norm:"))
	add("updates", "Updates", "‖update‖/‖weight‖", true, named(samples, "update_ratio:"))
	add("dead", "Dead units", "share of the units of a layer", false, named(samples, "dead:"))
	add("saturation", "Saturation", "share of outputs at the ends", false, named(samples, "saturated:"))
	add("noise", "Gradient noise scale", "rows", true, named(samples, "noise_scale"))
	curvature := append(named(samples, "lambda_max"), named(samples, "trace")...)
	add("curvature", "Hessian", "eigenvalue, trace", false, append(curvature, named(samples, "lambda_min")...))
	if step := named(samples, "step_curvature"); len(step) > 0 {
		step[0].Name = "η·λmax/2"
		limit := plot.Series{Name: "limit of gradient descent", X: step[0].X}
		for range limit.X {
			limit.Y = append(limit.Y, 1)
		}
		add("step", "Step and curvature", "η·λmax/2", true, append(step, limit))
	}
	return append(list, histogramPictures(samples)...)
}

// named are the curves of the values whose names begin so, over epochs.
func named(samples []diagnose.Sample, prefix string) []plot.Series {
	var list []plot.Series
	at := map[string]int{}
	for _, s := range samples {
		for _, v := range s.Values() {
			name, ok := strings.CutPrefix(v.Name, prefix)
			if !ok || math.IsNaN(v.Value) || math.IsInf(v.Value, 0) || v.Value == 0 && prefix == "update_ratio:" {
				continue
			}
			if name == "" {
				name = prefix
			}
			i, known := at[name]
			if !known {
				i = len(list)
				at[name] = i
				list = append(list, plot.Series{Name: name})
			}
			list[i].X, list[i].Y = append(list[i].X, float64(s.Epoch)), append(list[i].Y, v.Value)
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

// histogramPictures draws the last histograms of weights and gradients, each as
// the share of the elements by bin.
func histogramPictures(samples []diagnose.Sample) []watchPicture {
	if len(samples) == 0 {
		return nil
	}
	var weights, gradients []plot.Series
	for _, t := range samples[len(samples)-1].Tensors {
		if t.Weights == nil || t.Size < fewElements {
			continue
		}
		weights = append(weights, steps(t.Name, *t.Weights, t.Size))
		gradients = append(gradients, steps(t.Name, *t.Gradients, t.Size))
	}
	if weights == nil {
		return nil
	}
	draw := func(title, x string, series []plot.Series) plot.Curves {
		return plot.Curves{Title: title, XLabel: x, YLabel: "share of the elements in a bin", LogY: true, Series: few(series)}
	}
	return []watchPicture{
		{"weights", draw("Weights at the end", "weight", weights)},
		{"gradients", draw("Gradients of the last batch", "gradient", gradients)},
	}
}

// steps is a histogram as a curve of steps.
func steps(name string, h diagnose.Histogram, size int) plot.Series {
	s := plot.Series{Name: name, Steps: true}
	width := (h.High - h.Low) / float64(len(h.Counts))
	for i, n := range h.Counts {
		s.X, s.Y = append(s.X, h.Low+float64(i)*width), append(s.Y, float64(n)/float64(size))
	}
	s.X, s.Y = append(s.X, h.High), append(s.Y, s.Y[len(s.Y)-1])
	return s
}
