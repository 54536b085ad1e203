package train

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"nabla/train/optimizers"
)

// MarshalJSON writes an object in the order of the scores, which a map would
// lose.
func (s Scores) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, v := range s {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(v.Name)
		if err != nil {
			return nil, err
		}
		value, err := Number(v.Value).MarshalJSON()
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads what MarshalJSON writes, token by token, for the same
// order.
func (s *Scores) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	open, err := d.Token()
	if err != nil {
		return err
	}
	if *s = nil; open == nil { // null
		return nil
	}
	if open != json.Delim('{') {
		return fmt.Errorf("train: scores are an object, not %v", open)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var v Number
		if err := d.Decode(&v); err != nil {
			return err
		}
		*s = append(*s, Score{fmt.Sprint(name), float64(v)})
	}
	return nil
}

// Number is a float64 whose JSON form has the strings "NaN", "Inf" and "-Inf"
// besides numbers: JSON itself has no way to write a loss that diverged.
type Number float64

var nonFiniteNumbers = map[string]float64{`"NaN"`: math.NaN(), `"Inf"`: math.Inf(1), `"-Inf"`: math.Inf(-1)}

// MarshalJSON implements json.Marshaler.
func (n Number) MarshalJSON() ([]byte, error) {
	v := float64(n)
	if finite(v) {
		return json.Marshal(v)
	}
	for text, w := range nonFiniteNumbers {
		if v == w || math.IsNaN(v) && math.IsNaN(w) {
			return []byte(text), nil
		}
	}
	return nil, fmt.Errorf("train: %v is no number", v)
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *Number) UnmarshalJSON(data []byte) error {
	if v, ok := nonFiniteNumbers[string(data)]; ok {
		*n = Number(v)
		return nil
	}
	return json.Unmarshal(data, (*float64)(n))
}

// epochJSON is the form of an epoch in files and on the command line.
type epochJSON struct {
	Event        string  `json:"event"`
	Epoch        int     `json:"epoch"`
	Loss         Number  `json:"loss"`
	Scores       Scores  `json:"metrics"`
	ValLoss      *Number `json:"val_loss,omitempty"` // nil without validation, which NaN would not tell
	ValScores    *Scores `json:"val_metrics,omitempty"`
	GradientNorm Number  `json:"grad_norm"`
	LearningRate Number  `json:"learning_rate"`
	Seconds      float64 `json:"seconds"`
	Steps        int     `json:"steps"`

	Evaluations *optimizers.Evaluations `json:"evaluations,omitempty"`
	LineSearch  string                  `json:"line_search,omitempty"`
	Watched     *Scores                 `json:"watch,omitempty"`
}

// MarshalJSON writes the event "epoch" of the command line.
func (e Epoch) MarshalJSON() ([]byte, error) {
	j := epochJSON{"epoch", e.Epoch, Number(e.Loss), e.Scores, nil, nil, Number(e.GradientNorm),
		Number(e.LearningRate), e.Duration.Seconds(), e.Steps, e.Evaluations, e.LineSearch, nil}
	if e.Watched != nil {
		j.Watched = &e.Watched
	}
	if e.hasValidation {
		v := Number(e.ValLoss)
		j.ValLoss, j.ValScores = &v, &e.ValScores
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (e *Epoch) UnmarshalJSON(data []byte) error {
	var j epochJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*e = Epoch{Epoch: j.Epoch, Loss: float64(j.Loss), Scores: j.Scores, ValLoss: math.NaN(),
		GradientNorm: float64(j.GradientNorm), LearningRate: float64(j.LearningRate),
		Duration: time.Duration(math.Round(j.Seconds * float64(time.Second))), Steps: j.Steps,
		Evaluations: j.Evaluations, LineSearch: j.LineSearch}
	if j.ValLoss != nil {
		e.hasValidation, e.ValLoss = true, float64(*j.ValLoss)
	}
	if j.Watched != nil {
		e.Watched = *j.Watched
	}
	if j.ValScores != nil {
		e.ValScores = *j.ValScores
	}
	return nil
}
