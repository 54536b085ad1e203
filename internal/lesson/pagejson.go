package lesson

import (
	"bytes"
	"encoding/json"

	"nabla/train"
)

// claimJSON is a Claim in JSON, where numbers need not be finite.
type claimJSON struct {
	Name      string       `json:"name"`
	Left      train.Number `json:"left"`
	Relation  Relation     `json:"relation"`
	Right     train.Number `json:"right"`
	Tolerance float64      `json:"tolerance,omitempty"`
	Holds     bool         `json:"holds"`
}

// MarshalJSON writes the numbers of the page: settings, what was found, claims, and
// the last line.
func (p *Page) MarshalJSON() ([]byte, error) {
	var settings, numbers members
	for i, param := range p.Settings.params {
		var value any = p.Settings.values[i]
		if param.Words != nil {
			value = p.Settings.Text(param.Name)
		}
		settings.add(param.Name, value)
	}
	for _, q := range p.numbers {
		list := make([]train.Number, len(q.values))
		for i, v := range q.values {
			list[i] = train.Number(v)
		}
		if q.list {
			numbers.add(q.name, list)
		} else {
			numbers.add(q.name, list[0])
		}
	}
	claims := make([]claimJSON, len(p.Claims))
	for i, c := range p.Claims {
		claims[i] = claimJSON{c.Name, train.Number(c.Left), c.Relation, train.Number(c.Right), c.Tolerance, c.Holds()}
	}
	return encode(struct {
		Lesson   string      `json:"lesson"`
		Title    string      `json:"title"`
		Row      int         `json:"row"`
		Settings *members    `json:"settings"`
		Seed     uint64      `json:"seed"`
		Numbers  *members    `json:"numbers"`
		Claims   []claimJSON `json:"claims"`
		Seen     string      `json:"seen"`
	}{p.Lesson.Name, p.Lesson.Title, p.Lesson.Row, &settings, p.Settings.Seed, &numbers, claims, p.Seen})
}

// members is an object of JSON that keeps its order.
type members struct {
	names  []string
	values []any
}

func (m *members) add(name string, value any) {
	m.names, m.values = append(m.names, name), append(m.values, value)
}

// MarshalJSON implements json.Marshaler.
func (m *members) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, name := range m.names {
		if i > 0 {
			b = append(b, ',')
		}
		key, err := encode(name)
		if err != nil {
			return nil, err
		}
		value, err := encode(m.values[i])
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, key...), ':'), value...)
	}
	return append(b, '}'), nil
}

// encode is json.Marshal that leaves <, > and & as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
