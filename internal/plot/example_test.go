package plot_test

import (
	"fmt"

	"nabla/internal/plot"
)

func ExampleCurves_Text() {
	text, err := plot.Curves{
		Title: "Training", XLabel: "epoch", YLabel: "loss", LogY: true,
		Series: []plot.Series{
			{Name: "sgd", Y: []float64{1, 0.7, 0.5, 0.4, 0.3, 0.25}},
			{Name: "adam", Y: []float64{1, 0.3, 0.1, 0.05, 0.03, 0.02}},
		},
	}.Text(plot.Terminal{Width: 50, Height: 10, ASCII: true})
	if err != nil {
		fmt.Println(err)
	}
	fmt.Print(text)
	// Output:
	// Training
	// loss
	//   1 +o*
	//     | oooo*********
	//     |     ooo      ****************
	//     |        oooo                  **************
	//     |           oooo
	// 0.1 +               oooo
	//     |                   oooooo
	//     |                         oooooooo
	//     |                                oooooooooo
	//     |                                          oo
	//     +---------+----------------+----------------+
	//               2                4                6
	//                         epoch
	//      * sgd   o adam
}

func ExampleContour_Text() {
	text, err := plot.Contour{
		Title: "x² + 4y²", XLabel: "x", YLabel: "y",
		F:     func(x, y float64) float64 { return x*x + 4*y*y },
		Box:   plot.Box{XMin: -2, XMax: 2, YMin: -1, YMax: 1},
		Paths: []plot.Path{{Name: "newton", X: []float64{-1.5, 0}, Y: []float64{0.75, 0}}},
		Marks: []plot.Mark{{Kind: plot.Minimum}},
	}.Text(plot.Terminal{Width: 50, Height: 11, ASCII: true})
	if err != nil {
		fmt.Println(err)
	}
	fmt.Print(text)
	// Output:
	// x^2 + 4y^2
	// y
	//  1 +=============================================
	//    |======S======================================
	//    |=======aaaa===-----------------==============
	//    |==========-aaaaa-------------------==========
	//    |========--------aaaa:::::::::--------========
	//  0 +=======--------::::.aaA ..::::--------=======
	//    |========--------:::::::::::::--------========
	//    |==========-------------------------==========
	//    |==============-----------------==============
	//    |=============================================
	// -1 +=============================================
	//    ++---------------------+---------------------+
	//    -2                     0                     2
	//                           x
	//     a..A newton   S start   * minimum
	//     low ' .:-=' high
}
