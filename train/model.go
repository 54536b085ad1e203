package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train/metrics"
)

// Model is a trained network with all that prediction needs: a file holds
// nothing else.
type Model struct {
	Network *nn.Network
	Loss    losses.Loss      // its link turns outputs into predictions
	Schema  *datasets.Schema // of inputs and targets
	Dataset string           // what it was trained on
	Rows    Rows             // which rows of it; the zero value does not say
	Version string           // of the program that trained it
}

// Rows says which rows of its data set a model was trained on, so that they can
// be told from those it has not seen: datasets.ParseSplit(TestSplit) with Seed
// cuts them again.
type Rows struct {
	TestSplit string  `json:"test_split,omitempty"` // as datasets.Split.String; empty when test files of their own were the test rows
	Seed      uint64  `json:"seed"`                 // of a fraction that was drawn
	DataSeed  *uint64 `json:"data_seed,omitempty"`  // of generated data; nil: that of the data set's row
	SHA256    string  `json:"sha256,omitempty"`     // of a file of data, in hexadecimal; its name may change
}

// modelKey is the metadata key of what nn.Save does not know.
const modelKey = "nabla.model"

// modelJSON is what stands under modelKey. The link is there besides the loss,
// whose code may not be there when the model is read.
type modelJSON struct {
	Loss    string           `json:"loss"` // as losses.Parse reads it; empty without
	Link    losses.Link      `json:"link"`
	Schema  *datasets.Schema `json:"schema"`
	Dataset string           `json:"dataset"`
	Rows    Rows             `json:"rows,omitzero"`
	Version string           `json:"version"`
}

// Save writes the model as one safetensors file. Write files with nn.WriteFile,
// whole or not at all.
func (m *Model) Save(w io.Writer) (err error) {
	defer caught("train: model", &err)
	if m.Network == nil || m.Schema == nil || w == nil {
		return errors.New("train: model: the network, the schema or the writer is nil")
	}
	if err := fits(m.Network, m.Loss, m.Schema); err != nil {
		return fmt.Errorf("train: model: %w", err)
	}
	j := modelJSON{Link: m.Loss.Link, Schema: m.Schema, Dataset: m.Dataset, Rows: m.Rows, Version: m.Version}
	if !m.Loss.IsZero() {
		text, err := m.Loss.MarshalText()
		if err != nil {
			return fmt.Errorf("train: model: %w", err)
		}
		j.Loss = string(text)
	}
	text, err := json.Marshal(j)
	if err != nil {
		return fmt.Errorf("train: model: %w", err)
	}
	return m.Network.Save(w, map[string]string{modelKey: string(text)})
}

// ReadModel reads what Save wrote. The layers must be of package layers. A loss
// that is not of package losses is read as its name and its link, with which the
// model predicts but cannot evaluate.
func ReadModel(r io.Reader) (m *Model, err error) {
	defer caught("train: model", &err)
	if r == nil {
		return nil, errors.New("train: model: the reader is nil")
	}
	net, metadata, err := layers.Load(r)
	if err != nil {
		return nil, fmt.Errorf("train: model: %w", err)
	}
	text, ok := metadata[modelKey]
	if !ok {
		return nil, fmt.Errorf("train: the file holds a network but not how its inputs are made (no %q in its metadata)", modelKey)
	}
	var j modelJSON
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return nil, fmt.Errorf("train: %s: %w", modelKey, err)
	}
	if j.Schema == nil {
		return nil, fmt.Errorf("train: %s: the schema is missing", modelKey)
	}
	if j.Rows.TestSplit != "" {
		if _, err := datasets.ParseSplit(j.Rows.TestSplit); err != nil {
			return nil, fmt.Errorf("train: %s: rows: %w", modelKey, err)
		}
	}
	m = &Model{Network: net, Schema: j.Schema, Dataset: j.Dataset, Rows: j.Rows, Version: j.Version}
	if j.Loss != "" {
		if m.Loss, err = losses.Parse(j.Loss); err != nil {
			m.Loss = losses.Loss{Name: j.Loss}
		}
	}
	m.Loss.Link = j.Link
	if err := fits(net, m.Loss, j.Schema); err != nil {
		return nil, fmt.Errorf("train: %s: %w", modelKey, err)
	}
	return m, nil
}

// fits reports a network whose inputs or outputs are not those of a schema. What
// a network without a loss puts out is its own affair.
func fits(net *nn.Network, loss losses.Loss, schema *datasets.Schema) error {
	in, out := size(net.Config().Input), size(net.OutputShape())
	classes, targets := len(schema.Classes), len(schema.Targets)
	if err := linked(loss); err != nil {
		return err
	}
	switch {
	case in != len(schema.Features()):
		return fmt.Errorf("the network takes %d inputs, its schema has %d features", in, len(schema.Features()))
	case loss.Name == "":
		return nil
	case classes == 0 && loss.Target == losses.Index:
		return fmt.Errorf("loss %s needs classes, the schema has none", loss.Name)
	case classes == 0 && out != targets:
		return fmt.Errorf("the network has %d outputs, its schema %d targets", out, targets)
	case classes > 0 && out != classes && !(out == 1 && classes == 2):
		return fmt.Errorf("the network has %d outputs, its schema %d classes", out, classes)
	}
	return nil
}

// linked reports a link that makes no predictions of what the network put out to
// please the loss: a loss with a link of its own, such as a cross-entropy, keeps
// it, and outputs that are no logits of classes get no softmax.
func linked(loss losses.Loss) error {
	known, err := losses.Parse(loss.Name)
	own, link := known.Link.String(), loss.Link.String()
	if err != nil || own == link {
		return nil // a loss of the user's own has the link that its author gave it
	}
	if own != losses.Identity.String() || link == losses.Softmax.String() {
		return fmt.Errorf("link %s does not go with loss %s, whose link is %s", link, loss.Name, own)
	}
	return nil
}

// Predict returns the predictions for all rows of a data set that the schema
// encoded and scaled, row-major: probabilities of the classes, or numbers in the
// units of the targets.
func (m *Model) Predict(data *datasets.Dataset) (y []float64, err error) {
	defer caught("train: predict", &err)
	if m.Network == nil || m.Schema == nil || data == nil {
		return nil, errors.New("train: predict: the network, the schema or the data set is nil")
	}
	if y, err = m.predict(data); err != nil {
		return nil, fmt.Errorf("train: predict: %w", err)
	}
	return y, nil
}

// predict is Predict behind the checks for nil.
func (m *Model) predict(data *datasets.Dataset) ([]float64, error) {
	in := size(m.Network.Config().Input)
	if data.X.Cols != in {
		return nil, fmt.Errorf("the model takes %d inputs, %s has %d", in, data.Name, data.X.Cols)
	}
	if err := consistent(data); err != nil {
		return nil, err
	}
	x := make([]float64, data.Len()*in)
	rows := make([]int, data.Len())
	for i := range rows {
		rows[i] = i
	}
	if err := datasets.CopyX(x, data, rows); err != nil {
		return nil, err
	}
	y, err := m.Network.Predict(x)
	if err != nil {
		return nil, err
	}
	if link := m.Loss.Link.Apply; link != nil {
		link(y, size(m.Network.OutputShape()))
	}
	m.Schema.Unscale(y)
	return y, nil
}

// Evaluate computes the loss and the metrics of the model on rows that its
// schema encoded and scaled. The loss is that of the scaled targets.
func (m *Model) Evaluate(data *datasets.Dataset, list []metrics.Row) (Result, error) {
	return Evaluate(m.Network, m.Loss, m.Schema, data, list)
}
