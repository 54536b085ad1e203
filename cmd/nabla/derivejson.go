package main

import (
	"encoding/json"

	"nabla/internal/calculus"
	"nabla/train"
)

// derived is the JSON of derive. What needs a point is null without --at, what is
// for vectors alone null for others.
type derived struct {
	Expression string                  `json:"expression"`
	Variables  []string                `json:"variables"`
	At         map[string]train.Number `json:"at"`
	Value      *result                 `json:"value"`
	Gradient   map[string]train.Number `json:"gradient"`
	Derivative map[string]string       `json:"derivative"`
	Tangent    *tangent                `json:"tangent"`
	Hessian    [][]train.Number        `json:"hessian"`
	Jacobian   [][]train.Number        `json:"jacobian"`
	Critical   []criticalPoint         `json:"critical_points"`

	Flat        [][2]train.Number       `json:"flat,omitempty"`       // of one variable: where f' is 0 throughout
	Incomplete  string                  `json:"incomplete,omitempty"` // why critical points may be missing
	Eigenvalues []train.Number          `json:"eigenvalues,omitempty"`
	Numeric     map[string]train.Number `json:"gradient_numeric,omitempty"`
	Breaks      []breakSides            `json:"breaks,omitempty"` // the gradient is a convention there
	Second      [][]string              `json:"hessian_formula,omitempty"`
	Rows        [][]string              `json:"jacobian_formula,omitempty"`
	Higher      []string                `json:"higher,omitempty"` // from order 2
	Steps       []stepLine              `json:"steps,omitempty"`
	LaTeX       *latex                  `json:"latex,omitempty"`
	Limit       []difference            `json:"limit,omitempty"`
}

// result is the value of an expression, or those of a vector.
type result struct {
	values []float64
	vector bool
}

// MarshalJSON implements json.Marshaler.
func (r result) MarshalJSON() ([]byte, error) {
	if r.vector {
		return json.Marshal(numberList(r.values))
	}
	return json.Marshal(train.Number(r.values[0]))
}

type tangent struct {
	Slope     train.Number `json:"slope"`
	Intercept train.Number `json:"intercept"`
}

type criticalPoint struct {
	At          map[string]train.Number `json:"at"`
	Value       train.Number            `json:"value"`
	Kind        string                  `json:"kind"`
	SecondOrder string                  `json:"second_order"`
	Reason      string                  `json:"reason"`
	Continuum   bool                    `json:"continuum,omitempty"`
}

// breakSides are the slopes on the two sides of a kink, or the values beside a jump.
type breakSides struct {
	Variable string       `json:"variable"`
	Kind     string       `json:"kind"`
	Left     train.Number `json:"left"`
	Right    train.Number `json:"right"`
}

type stepLine struct {
	Variable   string `json:"variable"`
	Depth      int    `json:"depth"`
	Rule       string `json:"rule"`
	Formula    string `json:"formula"`
	Of         string `json:"of"`
	Derivative string `json:"derivative"`
}

type latex struct {
	Expression string            `json:"expression"`
	Derivative map[string]string `json:"derivative,omitempty"`
}

type difference struct {
	H            train.Number `json:"h"`
	Forward      train.Number `json:"forward"`
	Central      train.Number `json:"central"`
	ForwardError train.Number `json:"forward_error"`
	CentralError train.Number `json:"central_error"`
}

func numberList(list []float64) []train.Number {
	out := make([]train.Number, len(list))
	for i, v := range list {
		out[i] = train.Number(v + 0) // no -0
	}
	return out
}

func matrix(rows [][]float64) [][]train.Number {
	if rows == nil {
		return nil
	}
	out := make([][]train.Number, len(rows))
	for i, r := range rows {
		out[i] = numberList(r)
	}
	return out
}

// byVariable gives values the names of variables.
func byVariable(vars []string, values []float64) map[string]train.Number {
	m := make(map[string]train.Number, len(vars))
	for i, v := range vars {
		m[v] = train.Number(values[i] + 0)
	}
	return m
}

// formulas writes a matrix of expressions.
func formulas(rows [][]*calculus.Node, s calculus.Style) [][]string {
	out := make([][]string, len(rows))
	for i, row := range rows {
		out[i] = make([]string, len(row))
		for j, n := range row {
			out[i][j] = n.Format(s)
		}
	}
	return out
}

// object is the analysis as JSON.
func (a *analysis) object() derived {
	vars := a.e.Variables
	d := derived{Expression: a.e.Source, Variables: append([]string{}, vars...), Critical: []criticalPoint{}}
	for _, p := range a.critical.Points {
		d.Critical = append(d.Critical, criticalPoint{byVariable(vars, p.X), train.Number(p.Value + 0), p.Kind, p.SecondOrder, p.Reason, p.Continuum})
	}
	for _, f := range a.critical.Flat {
		d.Flat = append(d.Flat, [2]train.Number{train.Number(f.Low), train.Number(f.High)})
	}
	d.Incomplete = a.critical.Incomplete
	if a.e.Vector {
		d.Rows = formulas(a.jacobian, calculus.Plain)
	} else {
		d.Derivative = map[string]string{}
		for i, v := range vars {
			d.Derivative[v] = a.jacobian[0][i].String()
		}
		d.Second = formulas(a.hessian, calculus.Plain)
	}
	for _, n := range a.higher {
		d.Higher = append(d.Higher, n.String())
	}
	if a.x != nil {
		d.At, d.Value = byVariable(vars, a.x), &result{a.value, a.e.Vector}
		if a.e.Vector {
			d.Jacobian = matrix(a.slopes)
		} else {
			d.Gradient, d.Hessian, d.Eigenvalues = byVariable(vars, a.slopes[0]), matrix(a.curvature), numberList(a.eigenvalues)
		}
		for _, b := range a.breaks {
			kind := "kink"
			if b.Jump {
				kind = "jump"
			}
			d.Breaks = append(d.Breaks, breakSides{vars[b.Variable], kind, train.Number(b.Left + 0), train.Number(b.Right + 0)})
		}
		if len(vars) == 1 && !a.e.Vector && a.breaks == nil {
			d.Tangent = &tangent{train.Number(a.slopes[0][0]), train.Number(a.intercept())}
		}
		if a.numeric != nil {
			d.Numeric = byVariable(vars, a.numeric)
		}
		for _, r := range a.limit {
			d.Limit = append(d.Limit, difference{train.Number(r.H), train.Number(r.Forward), train.Number(r.Central), train.Number(r.ForwardError), train.Number(r.CentralError)})
		}
	}
	if a.flags.steps {
		for i, list := range a.steps {
			for _, s := range list {
				d.Steps = append(d.Steps, stepLine{vars[i%len(vars)], s.Depth, s.Rule, s.Formula, s.Of.String(), s.Result.String()})
			}
		}
	}
	if a.flags.latex {
		d.LaTeX = &latex{Expression: a.e.Format(calculus.LaTeX)}
		if !a.e.Vector {
			d.LaTeX.Derivative = map[string]string{}
			for i, v := range vars {
				d.LaTeX.Derivative[v] = a.jacobian[0][i].Format(calculus.LaTeX)
			}
		}
	}
	return d
}

// intercept is where the tangent of a function of one variable meets x = 0.
func (a *analysis) intercept() float64 { return a.value[0] - a.slopes[0][0]*a.x[0] }
