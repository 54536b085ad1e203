// Package exec runs gorgonia graphs. A Program is compiled once for the nodes
// that are wanted; it allocates every value then and nothing afterwards, and it
// is a gorgonia.VM.
//
// Values are bound when the program is compiled: write new inputs into the
// tensors of the input nodes, and read results from the tensors of the wanted
// nodes, which the next run overwrites. Parameters are input nodes whose tensors
// several programs may share; such programs must not run at the same time.
package exec
