package losses

import "nabla/internal/names"

// row is one loss with its default parameter and, if it has one, how it is made
// from another.
type row struct {
	Loss
	parameter string
	with      func(p float64) Loss
}

// table lists the losses. Nothing else does.
var table = []row{
	{Loss: MSE},
	{Loss: MAE},
	{Huber, "delta", HuberDelta},
	{Loss: LogCosh},
	{Loss: CrossEntropy},
	{Loss: BinaryCrossEntropy},
	{Loss: CrossEntropyProb},
	{Loss: BinaryCrossEntropyProb},
	{Loss: NLL},
	{Loss: KLDivergence},
	{Loss: Hinge},
	{Loss: Poisson},
}

// library holds the functions of the table: a copy of a loss whose F or D was
// replaced must call what it was given, and has no kernels.
var library = map[uintptr]bool{}

func init() {
	for _, r := range table {
		library[names.Code(r.F)], library[names.Code(r.D)] = true, true
	}
}

// All returns every loss, with default parameters and settings, in the order of
// the table.
func All() []Loss {
	all := make([]Loss, len(table))
	for i, r := range table {
		all[i] = r.Loss
	}
	return all
}

// Names lists the names in the order of the table.
func Names() []string {
	return names.Of(table, row.name)
}

func (r row) name() string { return r.Name }

// ByName returns a loss with default parameters and settings. Its error names
// the nearest one and lists them all.
func ByName(name string) (Loss, error) {
	r, err := find(name)
	return r.Loss, err
}

func find(name string) (row, error) {
	return names.Find("losses", "loss", name, table, row.name)
}
