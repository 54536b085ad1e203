// Package plot draws pictures from plain numbers: curves, contour maps with the
// paths of optimizers, heat maps, histograms, and graphs of boxes and arrows.
//
// Each picture is a struct. Write puts it into a .png, .svg or .pdf file, a
// contour map into a growing .gif too, a graph into a .svg, .dot or .mmd file; Text draws curves and contour maps with
// the characters of a terminal:
//
//	c := plot.Curves{Title: "Loss", XLabel: "epoch", YLabel: "loss", LogY: true,
//		Series: []plot.Series{{Name: "sgd", Y: losses}}}
//	err := c.Write("loss.svg")
//	fmt.Print(c.Text(plot.Terminal{Width: 80}))
//
// Values that are not finite are left out and break the line; a picture without
// any value is an error. Equal pictures give equal bytes as .png, .svg and .gif. The colours are those of
// Okabe and Ito, "Color universal design", 2008, and lines differ in their dashes
// as well, so that nothing is told by colour alone.
package plot
