package explain

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// headings are what is written above the steps of a phase.
var headings = map[Phase]string{
	ForwardPhase: "Forward", LossPhase: "Loss", BackwardPhase: "Backward", StatisticsPhase: "Statistics of the batch", UpdatePhase: "Update",
}

// longestStep is how many characters of a step are written.
const longestStep = 42

// Write writes the program as text: a line a step.
func (p Program) Write(w io.Writer) error {
	var b strings.Builder
	if p.Title != "" {
		b.WriteString(wrapped(p.Title, 2))
	}
	for _, note := range p.Notes {
		b.WriteString(wrapped(note, 2))
	}
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	rows := table{right: []bool{true, false, true, true, true}}
	rows.add("", "", "shape", "memory", "time")
	var program time.Duration
	heads := map[int]Phase{} // by the line below
	for i, s := range p.Steps {
		if i == 0 || s.Phase != p.Steps[i-1].Phase {
			heads[len(rows.lines)] = s.Phase
		}
		text, number := strings.Join(s.Names, " = ")+" = "+s.Formula, strconv.Itoa(i+1)
		also := ""
		switch n := utf8.RuneCountInString(text); {
		case s.Phase == UpdatePhase:
			text, number = shortened(strings.Join(s.Names, ", "), longestStep-4-utf8.RuneCountInString(s.Formula))+" by "+s.Formula, ""
		case n > longestStep && len(s.Names) > 1:
			text, also = s.Names[0]+" = "+s.Formula, "= "+strings.Join(s.Names[1:], " = ")
		}
		if s.Phase != UpdatePhase {
			program += s.Time
		}
		rows.add(number, shortened(text, longestStep), extents(s.Shape), s.memory(), duration(s.Time))
		if also != "" {
			rows.add("", shortened(also, longestStep))
		}
	}
	for i, line := range rows.text() {
		if phase, ok := heads[i]; ok {
			b.WriteString(headings[phase] + "\n")
		}
		b.WriteString(line + "\n")
	}
	fmt.Fprintf(&b, "\nThe program takes %s, the sum of these times", duration(program))
	if p.Whole > 0 {
		fmt.Fprintf(&b, ";\na whole step, with fetching the batch and the update, %s", duration(p.Whole))
	}
	b.WriteString(".\n")
	for _, line := range []struct {
		names []string
		text  string
	}{
		{p.Joined, "Not kept, as it is computed in one step with what reads it: "},
		{p.Never, "Never computed, as nobody asks for it: "},
		{p.Once, "Computed once, when the program was made: "},
	} {
		if line.names != nil {
			b.WriteString(wrapped(line.text+strings.Join(line.names, ", ")+".", 2))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// memory is where the result lies, or how large memory of its own is.
func (s Step) memory() string {
	if s.Memory != Own {
		return string(s.Memory)
	}
	switch {
	case s.Bytes < 10_000:
		return strconv.Itoa(s.Bytes) + " B"
	case s.Bytes < 10_000_000:
		return strconv.Itoa(s.Bytes/1000) + " kB"
	}
	return strconv.Itoa(s.Bytes/1_000_000) + " MB"
}

// duration is a time in two or three digits.
func duration(t time.Duration) string {
	if t < time.Microsecond {
		return strconv.FormatInt(t.Nanoseconds(), 10) + " ns"
	}
	v, unit := float64(t.Nanoseconds())/1e3, "µs"
	if v >= 1000 {
		v, unit = v/1e3, "ms"
	}
	decimals := 2
	switch {
	case v >= 100:
		decimals = 0
	case v >= 10:
		decimals = 1
	}
	return strconv.FormatFloat(v, 'f', decimals, 64) + " " + unit
}
