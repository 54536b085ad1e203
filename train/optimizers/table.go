package optimizers

import "nabla/internal/names"

// Row is one optimizer of the table.
type Row struct {
	Name         string
	Rule         Rule32  // with its default hyper-parameters
	LearningRate float64 // the usual first try
	Formula      string
	Use          string // what it is good at
	Reference    string // author, title, year
}

// table lists the optimizers from simple to elaborate. Nothing else does.
var table = []Row{
	{"sgd", SGD{}, 0.01,
		"w ← w − η·g",
		"the baseline: shows what the learning rate alone does",
		"Robbins and Monro, A stochastic approximation method, 1951"},
	{"momentum", SGD{Momentum: 0.9}, 0.01,
		"v ← μ·v + g, w ← w − η·v",
		"narrow valleys and noisy gradients; generalises well when η is tuned",
		"Polyak, Some methods of speeding up the convergence of iteration methods, 1964"},
	{"nesterov", SGD{Momentum: 0.9, Nesterov: true}, 0.01,
		"v ← μ·v + g, w ← w − η·(g + μ·v)",
		"as momentum, with less overshoot",
		"Nesterov, A method for solving the convex programming problem with convergence rate O(1/k²), 1983"},
	{"adagrad", Adagrad{}, 0.01,
		"s ← s + g², w ← w − η·g/(√s + ε)",
		"sparse features and convex problems; steps die out on long runs",
		"Duchi, Hazan and Singer, Adaptive subgradient methods for online learning and stochastic optimization, 2011"},
	{"rmsprop", RMSprop{}, 0.001,
		"s ← ρ·s + (1−ρ)·g², w ← w − η·g/(√s + ε)",
		"gradients whose size drifts, as in recurrent networks",
		"Tieleman and Hinton, Lecture 6.5: RMSprop, 2012"},
	{"adam", Adam{}, 0.001,
		"m ← β₁·m + (1−β₁)·g, v ← β₂·v + (1−β₂)·g², w ← w − η·m̂/(√v̂ + ε)",
		"works at once on most networks, with little tuning",
		"Kingma and Ba, Adam: a method for stochastic optimization, 2015"},
	{"amsgrad", Adam{AMSGrad: true}, 0.001,
		"as adam, with u ← max(u, v) in place of v",
		"where adam fails to settle: a large gradient is never forgotten",
		"Reddi, Kale and Kumar, On the convergence of Adam and beyond, 2018"},
	{"adamw", AdamW{}, 0.001,
		"w ← w − η·λ·w, then adam",
		"adam where regularisation matters; transformers",
		"Loshchilov and Hutter, Decoupled weight decay regularization, 2019"},
}

// Names lists the optimizers in the order of the table.
func Names() []string {
	return names.Of(table, Row.name)
}

func (r Row) name() string { return r.Name }

// ByName returns the row of an optimizer. Its error names the nearest one and
// lists them all.
func ByName(name string) (Row, error) {
	return names.Find("optimizers", "optimizer", name, table, Row.name)
}
