// Package datasets turns data into rows a trainer can copy: bundled sets,
// generators, CSV, IDX and NPZ files, splits, encoding and batches.
//
// The way of the data:
//
//	file or generator -> Table -> Schema.Apply -> Dataset -> Split -> Schema.Fit (training rows only)
//	                                                               -> Schema.Standardize -> Batches -> CopyX, CopyY
//
// [Open] and [Source.Parts] walk it in two calls; [Load] gives the raw rows of
// a bundled set alone.
//
// A [Table] holds the cells of a CSV file as text. A [Schema] says how cells
// become numbers: which columns are inputs, which are categories, what happens
// to missing values, how inputs and targets are scaled. It is plain JSON and
// goes into model files, so that a prediction encodes its rows exactly as
// training did. A [Dataset] holds numbers only.
//
// Everything here is plain slices; no file of this package knows what a network
// is. Nothing is read from the network: the bundled files (data/PROVENANCE.md
// says where each is from, data/LICENSES under which terms) are part of the
// program. Every error reads "datasets: WHERE: what", with the line of the file
// where there is one.
package datasets
