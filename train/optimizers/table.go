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
	{"adadelta", Adadelta{}, 1,
		"s ← ρ·s + (1−ρ)·g², δ = √(a + ε)/√(s + ε)·g, a ← ρ·a + (1−ρ)·δ², w ← w − η·δ",
		"no learning rate to tune; slow to start",
		"Zeiler, ADADELTA: an adaptive learning rate method, 2012"},
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
	{"adamax", Adamax{}, 0.002,
		"as adam, with u ← max(β₂·u, |g|) in place of √v",
		"rare gradients and outliers: no step is longer than about η",
		"Kingma and Ba, Adam: a method for stochastic optimization, 2015"},
	{"nadam", NAdam{}, 0.002,
		"as adam, with (1−μ)·g + μ·m in place of m",
		"as adam, often some steps faster",
		"Dozat, Incorporating Nesterov momentum into Adam, 2016"},
	{"adamw", AdamW{}, 0.001,
		"w ← w − η·λ·w, then adam",
		"adam where regularisation matters; transformers",
		"Loshchilov and Hutter, Decoupled weight decay regularization, 2019"},
	{"radam", RAdam{}, 0.001,
		"as adam, times r(t), which grows from 0 to 1; momentum until then",
		"what adam needs a warm-up for",
		"Liu, Jiang, He, Chen, Liu, Gao and Han, On the variance of the adaptive learning rate and beyond, 2020"},
	{"adabelief", AdaBelief{}, 0.001,
		"as adam, with s ← β₂·s + (1−β₂)·(g − m)² + ε in place of v",
		"long steps along steady gradients, short ones in noise",
		"Zhuang and others, AdaBelief optimizer: adapting stepsizes by the belief in observed gradients, 2020"},
	{"adan", Adan{}, 0.001,
		"m of g, v of δ = g − g before, n of (g + β₂·δ)²; w ← w − η·(m̂ + β₂·v̂)/(√n̂ + ε)",
		"large learning rates on deep networks",
		"Xie, Zhou, Li, Lin and Yan, Adan: adaptive Nesterov momentum algorithm for faster optimizing deep models, 2022"},
	{"lion", Lion{}, 0.0001,
		"w ← w − η·sign(β₁·m + (1−β₁)·g), m ← β₂·m + (1−β₂)·g",
		"large batches, with half of adam's memory",
		"Chen and others, Symbolic discovery of optimization algorithms, 2023"},
	{"lamb", LAMB{}, 0.001,
		"r = adam's direction + λ·w; w ← w − η·‖w‖/‖r‖·r",
		"very large batches: each layer moves by a share of itself",
		"You and others, Large batch optimization for deep learning: training BERT in 76 minutes, 2020"},
	{"muon", Muon{}, 0.001,
		"x = orthogonalised momentum; w ← w − η·0.2·√max(rows, columns)·x; vectors as adamw",
		"hidden layers: fewer steps than adam at a higher price",
		"Jordan and others, Muon: an optimizer for hidden layers in neural networks, 2024"},
	{"rprop", Rprop{}, 0.01,
		"s ← s·η⁺ or s·η⁻ as the sign of g stays or turns; w ← w − s·sign(g)",
		"full batches, without tuning; not for mini-batches",
		"Riedmiller and Braun, A direct adaptive method for faster backpropagation learning: the RPROP algorithm, 1993"},
	{"barzilai-borwein", BarzilaiBorwein{}, 0.01,
		"η = s·s/s·y of the last step s and change y of g; w ← w − η·g",
		"smooth functions and full batches",
		"Barzilai and Borwein, Two-point step size gradient methods, 1988"},
	{"polyak", Polyak{}, 1,
		"w ← w − min(η, (f − f*)/‖g‖²)·g",
		"where the least loss is known, such as 0 of a network that fits all rows",
		"Polyak, Introduction to optimization, 1987"},
	{"asgd", ASGD{}, 0.01,
		"w ← w − ηₜ·(g + λ·w), a ← mean of w",
		"noisy gradients of convex problems",
		"Polyak and Juditsky, Acceleration of stochastic approximation by averaging, 1992"},
	{"sgld", SGLD{}, 0.01,
		"w ← w − η·g + √(2·η·T)·ξ",
		"samples of weights for uncertainty; leaving poor minima",
		"Welling and Teh, Bayesian learning via stochastic gradient Langevin dynamics, 2011"},
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

// WrapperRow is one wrapper of the table.
type WrapperRow struct {
	Name      string
	Rule      Wrapper // with its default hyper-parameters and no rule inside
	Formula   string
	Use       string // what it is good at
	Reference string // author, title, year
}

// wrappers lists the rules around another one.
var wrappers = []WrapperRow{
	{"lookahead", Lookahead{},
		"every k updates a ← a + α·(w − a), w ← a",
		"takes oscillation and noise out of a fast rule",
		"Zhang, Lucas, Hinton and Ba, Lookahead optimizer: k steps forward, 1 step back, 2019"},
	{"sam", SAM{},
		"with g at w + ρ·g/‖g‖",
		"minima around which the loss stays low",
		"Foret, Kleiner, Mobahi and Neyshabur, Sharpness-aware minimization for efficiently improving generalization, 2021"},
	{"ema", EMA{},
		"a ← d·a + (1−d)·w, and a is the result",
		"the last bit of accuracy without a falling learning rate",
		"Polyak and Juditsky, Acceleration of stochastic approximation by averaging, 1992"},
}

// Wrappers lists the wrappers in the order of the table.
func Wrappers() []string {
	return names.Of(wrappers, WrapperRow.name)
}

func (w WrapperRow) name() string { return w.Name }

// WrapperByName returns the row of a wrapper. Its error names the nearest one and
// lists them all.
func WrapperByName(name string) (WrapperRow, error) {
	return names.Find("optimizers", "wrapper", name, wrappers, WrapperRow.name)
}
