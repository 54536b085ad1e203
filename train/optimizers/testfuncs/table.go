package testfuncs

import "slices"

// table lists all functions. Nothing else does.
var table = slices.Concat(bowls, valleys, saddles, manyMinima, sumsOfSquares)
