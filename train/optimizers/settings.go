package optimizers

// Setting is how an optimizer reaches a target: a point within 1e-3 of a minimum of
// a test function, or the accuracy that is demanded on digits.
type Setting struct {
	On           string // the function, or digits
	LearningRate float64
	Options      string // as in --set: "momentum=0.9,nesterov=true"
	Schedule     string // as in --schedule, over Steps; "" is constant
	Steps        int    // updates; on digits 10 epochs of batches of 32 rows
}

// Setting returns the documented setting of an optimizer for a target. For one
// that has none it is a try: the usual learning rate, falling to 0.
func (r Row) Setting(on string) Setting {
	for _, s := range tuned[r.Name] {
		if s.On == on {
			return s
		}
	}
	return Setting{On: on, LearningRate: r.LearningRate, Schedule: "cosine", Steps: 20000}
}

// tuned are the settings that have been found, on grids of learning rates, 1, 2, 5
// and so on, and of steps, of which the fewest. The starts are (5, 2) of the
// quadratic ½(x² + 25y²), (−1.2, 1) of Rosenbrock's function, (1, 1.5) of Beale's
// and (½, −½) of Himmelblau's. The network of digits has a layer of 32 units.
var tuned = map[string][]Setting{
	"sgd": {
		{"quadratic", 0.05, "", "", 200},
		{"rosenbrock", 0.002, "", "", 10000},
		{"beale", 0.02, "", "", 2000},
		{"himmelblau", 0.005, "", "", 200},
		{"digits", 0.1, "", "", 450},
	},
	"momentum": {
		{"quadratic", 0.005, "", "", 200},
		{"rosenbrock", 0.002, "", "", 1000},
		{"beale", 0.005, "", "", 500},
		{"himmelblau", 0.001, "", "", 200},
		{"digits", 0.05, "", "", 450},
	},
	"nesterov": {
		{"quadratic", 0.005, "", "", 200},
		{"rosenbrock", 0.001, "", "", 2000},
		{"beale", 0.005, "", "", 500},
		{"himmelblau", 0.0005, "", "", 200},
		{"digits", 0.05, "", "", 450},
	},
	"adagrad": {
		{"quadratic", 1, "", "", 200},
		{"rosenbrock", 0.5, "", "", 10000},
		{"beale", 1, "", "", 1000},
		{"himmelblau", 0.5, "", "", 200},
		{"digits", 0.02, "", "", 450},
	},
	"adadelta": {
		{"quadratic", 5, "", "cosine", 1000},
		{"rosenbrock", 0.2, "", "cosine", 10000},
		{"beale", 2, "", "cosine", 1000},
		{"himmelblau", 5, "", "", 200},
		{"digits", 1, "", "", 450},
	},
	"rmsprop": {
		{"quadratic", 0.05, "", "", 200},
		{"rosenbrock", 0.001, "", "cosine", 10000},
		{"beale", 0.2, "", "cosine", 500},
		{"himmelblau", 0.02, "", "", 200},
		{"digits", 0.002, "", "", 450},
	},
	"adam": {
		{"quadratic", 0.1, "", "", 200},
		{"rosenbrock", 0.2, "", "", 1000},
		{"beale", 0.5, "", "", 200},
		{"himmelblau", 0.05, "", "", 200},
		{"digits", 0.003, "", "", 450},
	},
	"amsgrad": {
		{"quadratic", 0.1, "", "", 200},
		{"rosenbrock", 0.5, "", "", 1000},
		{"beale", 0.5, "", "", 200},
		{"himmelblau", 0.05, "", "", 200},
		{"digits", 0.003, "", "", 450},
	},
	"adamax": {
		{"quadratic", 0.2, "", "", 200},
		{"rosenbrock", 0.02, "", "", 5000},
		{"beale", 0.5, "", "", 1000},
		{"himmelblau", 0.05, "", "", 200},
		{"digits", 0.004, "", "", 450},
	},
	"nadam": {
		{"quadratic", 0.1, "", "", 200},
		{"rosenbrock", 0.002, "", "", 10000},
		{"beale", 0.5, "", "", 200},
		{"himmelblau", 0.05, "", "", 200},
		{"digits", 0.003, "", "", 450},
	},
	"adamw": {
		{"quadratic", 0.1, "", "", 200},
		{"rosenbrock", 0.0005, "", "", 20000},
		{"beale", 0.0005, "", "", 20000},
		{"himmelblau", 0.02, "", "", 5000},
		{"digits", 0.003, "weight_decay=0.1", "", 450},
	},
	"radam": {
		{"quadratic", 0.1, "", "", 500},
		{"rosenbrock", 0.005, "", "", 10000},
		{"beale", 0.01, "", "", 5000},
		{"himmelblau", 0.1, "", "", 200},
		{"digits", 0.005, "", "", 450},
	},
	"adabelief": {
		{"quadratic", 0.05, "", "", 200},
		{"rosenbrock", 0.2, "", "", 1000},
		{"beale", 0.5, "", "", 200},
		{"himmelblau", 0.01, "", "", 200},
		{"digits", 0.003, "", "", 450},
	},
	"adan": {
		{"quadratic", 1, "", "", 200},
		{"rosenbrock", 0.5, "", "cosine", 1000},
		{"beale", 0.05, "", "", 1000},
		{"himmelblau", 0.5, "", "", 200},
		{"digits", 0.01, "", "", 450},
	},
	"lion": {
		{"quadratic", 0.05, "", "cosine", 500},
		{"rosenbrock", 0.002, "", "cosine", 5000},
		{"beale", 0.005, "", "cosine", 2000},
		{"himmelblau", 0.05, "", "cosine", 200},
		{"digits", 0.002, "", "", 450},
	},
	"lamb": {
		{"quadratic", 0.05, "", "", 200},
		{"rosenbrock", 0.01, "", "cosine", 5000},
		{"beale", 0.005, "", "cosine", 1000},
		{"himmelblau", 0.01, "", "cosine", 500},
		{"digits", 0.005, "", "", 450},
	},
	"muon": {
		{"quadratic", 0.1, "", "", 200},
		{"rosenbrock", 0.2, "", "", 1000},
		{"beale", 0.5, "", "", 200},
		{"himmelblau", 0.05, "", "", 200},
		{"digits", 0.01, "", "", 450},
	},
	"rprop": {
		{"quadratic", 0.0001, "", "", 200},
		{"rosenbrock", 0.0005, "", "", 5000},
		{"beale", 0.0001, "", "", 200},
		{"himmelblau", 0.0001, "", "", 200},
		{"digits", 0.02, "eta_minus=0.9,eta_plus=1.1,min_step=5e-4,max_step=0.02", "", 450},
	},
	"barzilai-borwein": {
		{"quadratic", 0.0001, "", "", 200},
		{"rosenbrock", 0.0001, "", "", 500},
		{"beale", 0.0002, "", "", 200},
		{"himmelblau", 0.0002, "", "", 200},
		{"digits", 0.1, "range=10", "", 450},
	},
	"polyak": {
		{"quadratic", 0.05, "", "", 200},
		{"rosenbrock", 0.5, "", "", 1000},
		{"beale", 0.5, "", "", 200},
		{"himmelblau", 0.005, "", "", 200},
		{"digits", 1, "", "", 450},
	},
	"asgd": {
		{"quadratic", 0.05, "lambda=1e-8", "", 200},
		{"rosenbrock", 0.002, "lambda=1e-8", "", 10000},
		{"beale", 0.02, "lambda=1e-8", "", 2000},
		{"himmelblau", 0.005, "lambda=1e-8", "", 200},
		{"digits", 0.2, "t0=225", "", 450},
	},
	"sgld": {
		{"quadratic", 0.05, "temperature=1e-10", "", 200},
		{"rosenbrock", 0.001, "temperature=1e-10", "", 20000},
		{"beale", 0.02, "temperature=1e-10", "", 2000},
		{"himmelblau", 0.005, "temperature=1e-10", "", 200},
		{"digits", 0.2, "", "", 450},
	},
	"lookahead(momentum)": {
		{"quadratic", 0.01, "", "", 200},
		{"rosenbrock", 0.002, "", "", 2000},
		{"beale", 0.01, "", "", 500},
		{"himmelblau", 0.001, "", "", 200},
		{"digits", 0.1, "", "", 450},
	},
	"sam(momentum)": {
		{"quadratic", 0.005, "sam.radius=1e-4", "", 200},
		{"rosenbrock", 0.002, "sam.radius=1e-4", "", 1000},
		{"beale", 0.005, "sam.radius=1e-4", "", 500},
		{"himmelblau", 0.001, "sam.radius=1e-4", "", 200},
		{"digits", 0.05, "", "", 450},
	},
	"ema(momentum)": {
		{"quadratic", 0.002, "", "", 1000},
		{"rosenbrock", 0.001, "", "", 2000},
		{"beale", 0.005, "", "", 1000},
		{"himmelblau", 0.0005, "", "", 1000},
		{"digits", 0.05, "", "", 450},
	},
}
