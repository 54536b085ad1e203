package nn

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Describer is a layer that says more about itself than its type.
type Describer interface {
	Describe() string // "dense (tanh)"
}

// Describe says in a few words what a layer is: what it says itself, or its type
// in small letters.
func Describe(layer Layer) string {
	if d, ok := layer.(Describer); ok {
		return d.Describe()
	}
	name := typeName(layer)
	return strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
}

// Summary writes the layers with the shapes of their outputs and the numbers of
// their parameters, and the totals. The first axis of a shape, shown as -, is
// the batch.
func (n *Network) Summary(w io.Writer) error {
	rows := [][3]string{{"Layer (type)", "Output shape", "Param #"}, {"input", rowShape(n.config.Input), ""}}
	for i, layer := range n.layers {
		count := 0
		for _, p := range n.params {
			if strings.HasPrefix(p.Name, strconv.Itoa(i)+".") {
				count += p.Size()
			}
		}
		rows = append(rows, [3]string{fmt.Sprintf("%d %s", i, Describe(layer)), rowShape(n.shapes[i]), strconv.Itoa(count)})
	}
	var width [3]int
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	for _, row := range rows {
		line := fmt.Sprintf("%-*s  %-*s  %*s", width[0], row[0], width[1], row[1], width[2], row[2])
		fmt.Fprintln(&text, strings.TrimRight(line, " "))
	}
	all, trainable := n.Count()
	fmt.Fprintf(&text, "Total params: %d (%s, %s)\n", all, humanBytes(all*dtypes[n.config.DType].bytes), n.config.DType)
	if all != trainable {
		fmt.Fprintf(&text, "Trainable: %d   Non-trainable: %d\n", trainable, all-trainable)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// Count returns the number of all parameters and of those that are trained,
// element by element.
func (n *Network) Count() (all, trainable int) {
	for _, p := range n.params {
		all += p.Size()
		if p.Trainable {
			trainable += p.Size()
		}
	}
	return all, trainable
}

// rowShape is a shape with its batch axis: (-, 28, 28).
func rowShape(shape []int) string {
	text := "(-"
	for _, d := range shape {
		text += fmt.Sprintf(", %d", d)
	}
	return text + ")"
}

// humanBytes is a size in decimal units: 1 kB is 1000 bytes.
func humanBytes(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	default:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
}
