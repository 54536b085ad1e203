package plot_test

import (
	"math"
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
	for name, c := range contours() {
		t.Run(name, func(t *testing.T) {
			for _, ext := range []string{".png", ".svg"} {
				if err := c.Write(filepath.Join(t.ArtifactDir(), name+ext)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	c := contours()["rosenbrock"]
	if err := c.Write(filepath.Join(t.ArtifactDir(), "rosenbrock.gif")); err != nil {
		t.Error(err)
	}
}
