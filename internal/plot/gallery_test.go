package plot_test

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"nabla/internal/plot"
)

// rosenbrock is the valley along y = x², 100(y − x²)² + (1 − x)².
func rosenbrock(x, y float64) float64 { return 100*(y-x*x)*(y-x*x) + (1-x)*(1-x) }

// descent follows the gradient with momentum.
func descent(name string, f func(x, y float64) float64, x, y, rate, momentum float64, steps int) plot.Path {
	p := plot.Path{Name: name, X: []float64{x}, Y: []float64{y}}
	var vx, vy float64
	for range steps {
		const h = 1e-6
		gx, gy := (f(x+h, y)-f(x-h, y))/(2*h), (f(x, y+h)-f(x, y-h))/(2*h)
		vx, vy = momentum*vx-rate*gx, momentum*vy-rate*gy
		x, y = x+vx, y+vy
		p.X, p.Y = append(p.X, x), append(p.Y, y)
	}
	return p
}

// contours are the maps of the gallery.
func contours() map[string]plot.Contour {
	return map[string]plot.Contour{
		"rosenbrock": {
			Title: "Rosenbrock: 100(y − x²)² + (1 − x)²", XLabel: "x", YLabel: "y", F: rosenbrock,
			Box: plot.Box{XMin: -2, XMax: 2, YMin: -1, YMax: 3},
			Paths: []plot.Path{
				descent("gradient descent", rosenbrock, -1.2, 1, 0.001, 0, 400),
				descent("momentum 0.9", rosenbrock, -1.2, 1, 0.0005, 0.9, 200),
			},
			Marks: []plot.Mark{{Kind: plot.Minimum, X: 1, Y: 1}},
		},
		"saddle": {
			Title: "Saddle: x² − y²", XLabel: "x", YLabel: "y",
			F:   func(x, y float64) float64 { return x*x - y*y },
			Box: plot.Box{XMin: -2, XMax: 2, YMin: -2, YMax: 2},
			Paths: []plot.Path{
				descent("sgd", func(x, y float64) float64 { return x*x - y*y }, -1.5, 0.001, 0.05, 0, 90),
			},
			Marks: []plot.Mark{{Kind: plot.Saddle}},
		},
		"himmelblau": {
			Title: "Himmelblau", XLabel: "x", YLabel: "y",
			F:   func(x, y float64) float64 { return math.Pow(x*x+y-11, 2) + math.Pow(x+y*y-7, 2) },
			Box: plot.Box{XMin: -5, XMax: 5, YMin: -5, YMax: 5},
			Marks: []plot.Mark{
				{plot.Minimum, 3, 2}, {plot.Minimum, -2.805118, 3.131312}, {plot.Minimum, -3.779310, -3.283186}, {plot.Minimum, 3.584428, -1.848126},
				{plot.Saddle, 0.086678, 2.884255}, {plot.Saddle, -3.073026, -0.081353}, {plot.Saddle, -0.127961, -1.953715}, {plot.Saddle, 3.385154, 0.073852},
				{plot.Maximum, -0.270845, -0.923039},
			},
		},
		"ravine": {
			Title: "Ravine: x² + 1000y²", XLabel: "x", YLabel: "y", Theme: plot.Dark,
			F:     func(x, y float64) float64 { return x*x + 1000*y*y },
			Box:   plot.Box{XMin: -2, XMax: 2, YMin: -0.5, YMax: 0.5},
			Paths: []plot.Path{descent("sgd", func(x, y float64) float64 { return x*x + 1000*y*y }, -1.8, 0.3, 0.00097, 0, 60)},
		},
		"rastrigin": {
			Title: "Rastrigin", XLabel: "x", YLabel: "y",
			F: func(x, y float64) float64 {
				return 20 + x*x - 10*math.Cos(2*math.Pi*x) + y*y - 10*math.Cos(2*math.Pi*y)
			},
			Box: plot.Box{XMin: -5.12, XMax: 5.12, YMin: -5.12, YMax: 5.12},
		},
		"camel": {
			Title: "Six-hump camel", XLabel: "x", YLabel: "y",
			F: func(x, y float64) float64 {
				return (4-2.1*x*x+x*x*x*x/3)*x*x + x*y + (-4+4*y*y)*y*y
			},
			Box: plot.Box{XMin: -2, XMax: 2, YMin: -1, YMax: 1},
		},
		"logarithm": {
			Title: "ln(x) + ln(y) − x − y, undefined on the left", XLabel: "x", YLabel: "y",
			F:   func(x, y float64) float64 { return x + y - math.Log(x) - math.Log(y) },
			Box: plot.Box{XMin: -1, XMax: 4, YMin: -1, YMax: 4},
		},
	}
}

// TestContours draws the maps of the gallery; -artifacts keeps them to be looked at.
func TestContours(t *testing.T) {
	formats := []string{".png", ".svg"}
	if testing.Short() {
		formats = formats[1:]
	}
	for name, c := range contours() {
		t.Run(name, func(t *testing.T) {
			for _, ext := range formats {
				if err := c.Write(filepath.Join(t.ArtifactDir(), name+ext)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	if testing.Short() {
		return
	}
	c := contours()["rosenbrock"]
	if err := c.Write(filepath.Join(t.ArtifactDir(), "rosenbrock.gif")); err != nil {
		t.Error(err)
	}
}

// curves are the pictures of curves in the gallery.
func curves() map[string]plot.Curves {
	loss := func(start, rate, noise float64) (y []float64) {
		for k := range 60 {
			y = append(y, start*math.Exp(-rate*float64(k))+0.02+noise*math.Sin(float64(k*k)))
		}
		return y
	}
	around := func(y []float64, share float64) (low, high []float64) {
		for _, v := range y {
			low, high = append(low, v*(1-share)), append(high, v*(1+share))
		}
		return low, high
	}
	a, b, c := loss(2.3, 0.05, 0.01), loss(2.3, 0.1, 0.005), loss(2.3, 0.2, 0.003)
	lowA, highA := around(a, 0.2)
	lowB, highB := around(b, 0.2)
	lowC, highC := around(c, 0.3)
	rates := []float64{1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10}
	all := plot.Curves{Title: "Twelve optimizers", XLabel: "step", YLabel: "loss"}
	for k, name := range []string{"sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "amsgrad", "adamw", "nadam", "lookahead(adam)", "levenberg-marquardt"} {
		all.Series = append(all.Series, plot.Series{Name: name, Y: loss(2, 0.02*float64(k+1), 0)})
	}
	range1, blown := plot.Series{}, loss(2.5, 0.04, 0)
	for k, v := range blown {
		range1.X = append(range1.X, math.Pow(10, -6+float64(k)/10))
		if k > 45 {
			v += math.Exp(float64(k-45) / 3)
		}
		range1.Y = append(range1.Y, v)
	}
	return map[string]plot.Curves{
		"loss": {Title: "digits: mean loss of ten seeds ± standard deviation", XLabel: "epoch", YLabel: "training loss in nats", LogY: true, Series: []plot.Series{
			{Name: "sgd", Y: a, Low: lowA, High: highA}, {Name: "momentum", Y: b, Low: lowB, High: highB}, {Name: "adam", Y: c, Low: lowC, High: highC},
		}, Markers: []plot.Marker{{X: 24, Label: "best of adam"}, {X: 30, Label: "learning rate halved"}}},
		"sensitivity": {Title: "Sensitivity to the learning rate", XLabel: "learning rate", YLabel: "final loss", LogX: true, LogY: true, Series: []plot.Series{
			{Name: "sgd", X: rates, Y: []float64{2.2, 1.9, 1.1, 0.4, 0.09, 0.3, math.NaN()}, Dots: true, Failed: []float64{10}},
			{Name: "adam", X: rates, Y: []float64{2.1, 0.9, 0.05, 0.2, math.Inf(1), math.NaN(), math.NaN()}, Dots: true, Failed: []float64{0.1, 1, 10}},
		}},
		"profile": {Title: "Performance profile", XLabel: "ratio to the best number of evaluations", YLabel: "share of problems solved", LogX: true, Y: plot.Range{Min: 0, Max: 1.05}, Series: []plot.Series{
			{Name: "bfgs", X: []float64{1, 1.3, 2, 4, 10}, Y: []float64{0.5, 0.6, 0.8, 1, 1}, Steps: true},
			{Name: "gradient descent", X: []float64{1, 2, 3, 8, 10}, Y: []float64{0.1, 0.2, 0.4, 0.7, 0.7}, Steps: true},
			{Name: "newton", X: []float64{1, 1.2, 10}, Y: []float64{0.4, 0.7, 0.9}, Steps: true},
		}},
		"twelve": all,
		"range":  {Title: "Learning-rate range test: iris, adam", XLabel: "learning rate", YLabel: "smoothed loss", LogX: true, Series: []plot.Series{range1}, Markers: []plot.Marker{{X: 0.003, Label: "steepest 0.003"}, {X: 0.004, Label: "minimum / 10: 0.004"}}},
		"dark":   {Title: "Losses of a run", XLabel: "epoch", YLabel: "loss", Theme: plot.Dark, Series: []plot.Series{{Name: "training", Y: a}, {Name: "validation", Y: b}}},
	}
}

// TestCurves draws the curves of the gallery.
func TestCurves(t *testing.T) {
	for name, c := range curves() {
		t.Run(name, func(t *testing.T) {
			for _, ext := range []string{".png", ".svg", ".pdf"} {
				if err := c.Write(filepath.Join(t.ArtifactDir(), name+ext)); err != nil {
					t.Error(err)
				}
			}
			for _, ascii := range []bool{false, true} {
				text, err := c.Text(plot.Terminal{ASCII: ascii})
				t.Logf("%v\n%s", err, text)
			}
		})
	}
	for _, c := range contours() {
		for _, ascii := range []bool{false, true} {
			text, err := c.Text(plot.Terminal{ASCII: ascii, Height: 20})
			t.Logf("%v\n%s", err, text)
		}
	}
}

// TestTables draws histograms and heat maps.
func TestTables(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var a, b []float64
	for range 500 {
		a, b = append(a, rng.NormFloat64()), append(b, 1.5+0.5*rng.NormFloat64())
	}
	for name, picture := range map[string]interface{ Write(string) error }{
		"histogram": plot.Histogram{Title: "Gradients of two layers", XLabel: "gradient", Groups: []plot.Group{{"layer 0", a}, {"layer 1", b}}},
		"heat": plot.HeatMap{Title: "Final loss by learning rate and momentum", XLabel: "learning rate", YLabel: "momentum", ValueLabel: "loss", Log: true,
			Columns: []string{"0.001", "0.01", "0.1", "1"}, Rows: []string{"0", "0.5", "0.9"},
			Values: [][]float64{{2.1, 1.2, 0.3, 0.05}, {2, 0.9, 0.12, 0.3}, {1.3, 0.2, 0.08, math.NaN()}}},
	} {
		for _, ext := range []string{".png", ".svg"} {
			if err := picture.Write(filepath.Join(t.ArtifactDir(), name+ext)); err != nil {
				t.Error(err)
			}
		}
	}
}
