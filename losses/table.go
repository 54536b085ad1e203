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
	list := make([]string, len(table))
	for i, r := range table {
		list[i] = r.Name
	}
	return list
}

// ByName returns a loss with default parameters and settings. Its error names
// the nearest one and lists them all.
func ByName(name string) (Loss, error) {
	r, err := find(name)
	return r.Loss, err
}

func find(name string) (row, error) {
	for _, r := range table {
		if r.Name == name {
			return r, nil
		}
	}
	return row{}, names.Unknown("losses", "loss", name, Names())
}
